"""Proposes what to note: what the probes of a zone measured nearest to the time of a slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final

from config.quantities import HUMIDITY, TEMPERATURE
from config.room import Room
from controller.climate.book.model import Proposal
from controller.climate.series import read_points
from controller.store.engine import ReadSession

NEAR: Final = timedelta(minutes=30)
"""Readings further from the time of a slot are not of that slot. Our choice."""


def probes_by_zone(room: Room) -> dict[str, list[str]]:
    """List the probes of each zone."""
    found: dict[str, list[str]] = {}
    for probe in room.probes():
        found.setdefault(room.zone_of_probe(probe), []).append(probe.id)
    return found


def propose(
    session: ReadSession, room: str, probes: Sequence[str], moments: Sequence[datetime]
) -> Mapping[datetime, Proposal]:
    """Propose for each moment, in rising order, what the probes of one zone said then.

    Sound readings only; of several probes the middle one. Moments without any are absent.
    """
    if not moments or not probes:
        return {}
    near: dict[datetime, dict[str, list[tuple[float, float, str]]]] = {}
    for probe in probes:
        for name in (TEMPERATURE, HUMIDITY):
            for moment in moments:
                found = _nearest(session, room, probe, name, moment)
                if found is not None:
                    near.setdefault(moment, {}).setdefault(name, []).append((*found, probe))
    return {moment: _proposal(found) for moment, found in near.items()}


def _nearest(
    session: ReadSession, room: str, probe: str, quantity: str, moment: datetime
) -> tuple[float, float] | None:
    points = read_points(
        session, room, probe, quantity, moment - NEAR, moment + NEAR + timedelta(milliseconds=1)
    )
    at_s = moment.timestamp()
    nearest = min(points, key=lambda point: abs(point.at_s - at_s), default=None)
    return None if nearest is None else (nearest.value, nearest.at_s)


def _proposal(found: Mapping[str, Sequence[tuple[float, float, str]]]) -> Proposal:
    every = [each for several in found.values() for each in several]
    values = {name: median(value for value, _, _ in several) for name, several in found.items()}
    return Proposal(
        temperature_c=_rounded(values.get(TEMPERATURE)),
        humidity_pct=_rounded(values.get(HUMIDITY)),
        probes=tuple(sorted({probe for _, _, probe in every})),
        read_at=datetime.fromtimestamp(max(at_s for _, at_s, _ in every), UTC),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
