"""What loggers in the simulated room would have kept."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load_room, shipped_room
from simulators.climate_history import HEADER, write_history

ROOM = load_room(shipped_room("simulated"))
UNTIL = datetime(2026, 8, 3, 4, 20, tzinfo=UTC)
Rows = dict[datetime, tuple[float, float]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """The files of 70 days up to a summer's day, read back by probe."""
    paths = write_history(ROOM, tmp_path_factory.mktemp("loggers"), until=UNTIL, days=70)
    return {probe: read(path) for probe, path in paths.items()}


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert tuple(lines[0]) == HEADER
    zone = ROOM.zone()
    return {
        datetime.strptime(time, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone): (float(c), float(pct))
        for time, c, pct in lines[1:]
    }


def test_every_probe_has_a_row_for_every_hour_up_to_the_last_full_one(
    kept: dict[str, Rows],
) -> None:
    assert set(kept) == {f"probe-{number}" for number in range(1, 8)}
    last = UNTIL.replace(minute=0)
    hours = {last - timedelta(hours=back) for back in range(70 * 24 + 1)}
    assert set(kept["probe-1"]) == hours
    assert len(kept["probe-3"]) == len(hours) - 48  # it was away for two days


def test_the_room_is_kept_but_for_the_day_its_dehumidifier_stood_still(
    kept: dict[str, Rows],
) -> None:
    inside = kept["probe-1"]
    zone = ROOM.zone()
    still = datetime(2026, 7, 22, tzinfo=zone), datetime(2026, 7, 28, tzinfo=zone)
    usual = [pct for at, (_, pct) in inside.items() if not still[0] <= at <= still[1]]
    assert min(usual) > 48
    assert max(usual) < 63
    assert max(pct for _, pct in inside.values()) > 68
    outside = kept["probe-7"].values()
    assert max(celsius for celsius, _ in outside) > max(celsius for celsius, _ in inside.values())


def test_the_shelves_of_a_closed_bank_follow_the_room_slowly(kept: dict[str, Rows]) -> None:
    def swing(probe: str) -> float:
        rows = kept[probe]
        return sum(abs(rows[at][1] - rows[at - timedelta(hours=1)][1]) for at in list(rows)[1:])

    assert swing("probe-5") < 0.6 * swing("probe-1")


def test_one_probe_strays_from_its_neighbour(kept: dict[str, Rows]) -> None:
    def apart(first_day: int) -> float:
        hours = list(kept["probe-1"])[24 * first_day : 24 * (first_day + 5)]
        return sum(kept["probe-4"][at][1] - kept["probe-1"][at][1] for at in hours) / len(hours)

    assert apart(65) - apart(0) > 1.0


def test_the_same_seed_and_end_write_the_same_and_another_seed_does_not(tmp_path: Path) -> None:
    texts = [
        write_history(ROOM, tmp_path / str(number), until=UNTIL, days=3, seed=seed)["probe-1"]
        for number, seed in enumerate((1, 1, 2))
    ]
    first, again, other = (path.read_text(encoding="utf-8") for path in texts)
    assert first == again != other
