"""When a calibration runs out, what was measured after that, and what the alarms say. Pure.

Alarms are told 60 days before, 30 days before and on the day after: the usual steps of calibration
services, our choice. Before the day a newer certificate ends them, afterwards as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from controller.alarms.kinds import CALIBRATION_DUE
from controller.alarms.model import Clear, Priority, Raise, Signal
from controller.climate.calibration.model import Calibration

EARLY_DAYS: Final = 60
SOON_DAYS: Final = 30

Standing = Literal["valid", "early", "soon", "expired", "undated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The certificate that holds for a quantity of a probe, and how long yet."""

    calibration: Calibration
    days_left: int | None
    """Negative once it has run out; `None` if it names no day."""
    standing: Standing


def find_due(calibrations: Iterable[Calibration], today: date) -> list[Due]:
    """Say of each probe and quantity how its latest certificate stands today."""
    latest: dict[tuple[str, str, str], Calibration] = {}
    for each in sorted(calibrations, key=lambda c: (c.since, c.noted_at, c.id)):
        latest[each.room, each.probe, each.quantity] = each
    return [_due(latest[key], today) for key in sorted(latest)]


def expired_spans(
    calibrations: Iterable[Calibration], zone: ZoneInfo, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """List the times of a period in which a quantity was measured on a certificate run out.

    Give the calibrations of one quantity of one probe. Days end at midnight of the site.
    """
    ordered = sorted(calibrations, key=lambda c: (c.since, c.noted_at, c.id))
    spans = []
    for place, each in enumerate(ordered):
        until = ordered[place + 1].since if place + 1 < len(ordered) else end
        if each.due_on is None:
            continue
        out = datetime.combine(each.due_on + timedelta(days=1), time.min, zone)
        first, last = max(out, each.since, start), min(until, end)
        if first < last:
            spans.append((first, last))
    return spans


def signals_of(
    dues: Sequence[Due], zones: Mapping[tuple[str, str], str], tz: ZoneInfo
) -> list[Signal]:
    """Say what certificates raise now; what they raised at other standings is cleared.

    `zones` gives the zone of each probe that its room file names; others alarm no more.
    """
    raised = [each for due in dues if (each := _raise(due, zones, tz)) is not None]
    cleared: list[Signal] = []
    known = {(each.room, each.key) for each in raised}
    for due in dues:
        calibration = due.calibration
        for step in ("due", "expired"):
            key = _key(calibration, step)
            if (calibration.room, key) not in known:
                cleared.append(Clear(kind=CALIBRATION_DUE, room=calibration.room, key=key))
    return [*cleared, *raised]


def _due(calibration: Calibration, today: date) -> Due:
    if calibration.due_on is None:
        return Due(calibration=calibration, days_left=None, standing="undated")
    left = (calibration.due_on - today).days
    standing: Standing = "valid"
    if left < 0:
        standing = "expired"
    elif left <= SOON_DAYS:
        standing = "soon"
    elif left <= EARLY_DAYS:
        standing = "early"
    return Due(calibration=calibration, days_left=left, standing=standing)


_STEPS: Mapping[Standing, tuple[str, Priority, int]] = {
    "early": ("due", "low", -EARLY_DAYS),
    "soon": ("due", "medium", -SOON_DAYS),
    "expired": ("expired", "medium", 1),
}
"""What a standing raises: part of the key, priority, and its first day counted from the due day."""


def _raise(due: Due, zones: Mapping[tuple[str, str], str], tz: ZoneInfo) -> Raise | None:
    calibration = due.calibration
    step = _STEPS.get(due.standing)
    place = (calibration.room, calibration.probe)
    if step is None or calibration.due_on is None or place not in zones:
        return None
    name, priority, days = step
    since = datetime.combine(calibration.due_on + timedelta(days=days), time.min, tz)
    return Raise(
        kind=CALIBRATION_DUE,
        room=calibration.room,
        key=_key(calibration, name),
        subject=f"{calibration.room}/{calibration.probe}",
        since=max(since, calibration.noted_at),
        params={
            "probe": calibration.probe,
            "device": calibration.probe,
            "zone": zones[place],
            "quantity": calibration.quantity,
            "due_on": calibration.due_on.isoformat(),
            "certificate": calibration.certificate,
        },
        priority=priority,
        zone=zones[place],
    )


def _key(calibration: Calibration, step: str) -> str:
    return f"{calibration.probe}/calibration/{calibration.quantity}/{step}"
