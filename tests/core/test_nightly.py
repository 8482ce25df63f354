"""Night closing is proposed once a day, at its time on the wall, whatever summer time does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.load import load_room, shipped_room
from drivers.room.nightly import find_due

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def days_proposed(at: str, zone: ZoneInfo, began: datetime, *, hours: int) -> list[datetime]:
    """Look every ten minutes, as an agent does; list when something was proposed."""
    proposed_on: date | None = None
    proposed = []
    for step in range(hours * 6):
        now = began + timedelta(minutes=10 * step)
        due = find_due(at, now.astimezone(zone), proposed_on)
        if due is not None:
            proposed_on = due
            proposed.append(now.astimezone(zone))
    return proposed


def test_it_is_proposed_every_day_at_its_time() -> None:
    began = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    found = days_proposed("18:30", SHANGHAI, began, hours=72)
    assert [(d.day, d.hour, d.minute) for d in found] == [(2, 18, 30), (3, 18, 30), (4, 18, 30)]


def test_an_agent_that_comes_back_soon_after_still_proposes_it_and_one_that_is_late_does_not() -> (
    None
):
    soon = datetime(2026, 3, 2, 23, 50, tzinfo=SHANGHAI)
    assert find_due("23:30", soon, None) == date(2026, 3, 2)
    assert find_due("23:30", soon + timedelta(minutes=30), None) == date(2026, 3, 2)
    assert find_due("23:30", soon + timedelta(minutes=50), None) is None


def test_summer_time_neither_skips_nor_doubles_it() -> None:
    for began in (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)):
        assert len(days_proposed("02:30", BERLIN, began, hours=24)) == 1


def test_the_clock_on_the_wall_is_the_rooms_wherever_its_machine_stands() -> None:
    room = load_room(shipped_room("small")).model_copy(update={"time_zone": "Europe/Berlin"})
    winter = days_proposed("18:30", room.zone(), datetime(2026, 3, 27, tzinfo=UTC), hours=24)
    summer = days_proposed("18:30", room.zone(), datetime(2026, 3, 30, tzinfo=UTC), hours=24)
    assert [d.astimezone(UTC).strftime("%d %H:%M") for d in winter + summer] == [
        "27 17:30",
        "30 16:30",
    ]
