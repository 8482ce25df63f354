"""Presence as rows that survive a restart, so that a new start invents no departures. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from drivers.room.presence.belief import ABSENT, ELSEWHERE, Tag, Trace, told_belief
from drivers.room.presence.field import AntennaKey
from drivers.room.presence.step import Presence
from drivers.room.presence.tags import Tags

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]


def rows_of(presence: Presence, epcs: Iterable[str] | None = None) -> dict[str, dict[str, JSON]]:
    """Write tags as one small row each, all or only some; who is missing has no row any more."""
    wanted = presence.tags if epcs is None else epcs
    return {epc: _row(presence.tags[epc]) for epc in wanted if epc in presence.tags}


def restore(rows: Mapping[str, Mapping[str, JSON]]) -> Presence:
    """Read rows back; rows that cannot be understood are left out.

    Nobody is gone because of a restart: a tag stays in its zone until cycles say otherwise.
    """
    return _presence_of({epc: tag for epc, row in rows.items() if (tag := _tag(row)) is not None})


def with_told(presence: Presence, zones: Mapping[str, str | None]) -> Presence:
    """Put tags where they were told to be after their rows were written; `None` is gone.

    What was decided is believed; it was not written down how the decision came about.
    """
    tags = dict(presence.tags)
    for epc, zone in zones.items():
        known = tags.get(epc)
        if zone == (known.zone if known else None):
            continue
        if zone is None:
            del tags[epc]
        else:
            tags[epc] = Tag(zone, told_belief(zone), known.traces if known else {})
    return _presence_of(tags)


def _presence_of(tags: Mapping[str, Tag]) -> Presence:
    candidates: dict[str, dict[str, None]] = {}
    for epc, tag in tags.items():
        for zone in tag.belief:
            if zone not in (ELSEWHERE, ABSENT):
                candidates.setdefault(zone, {})[epc] = None
    return Presence(tags=Tags(tags), candidates=candidates)


def _row(tag: Tag) -> dict[str, JSON]:
    return {
        "zone": tag.zone,
        "belief": dict(tag.belief),
        "traces": [
            [reader_id, antenna, trace.rate, trace.level_db, trace.missed, trace.heard]
            for (reader_id, antenna), trace in tag.traces.items()
        ],
        "silence": tag.silence,
    }


def _tag(row: Mapping[str, JSON]) -> Tag | None:
    match row:
        case {
            "zone": str() | None as zone,
            "belief": dict() as belief,
            "traces": list() as traces,
            "silence": int() | float() as silence,
        }:
            weights = {z: float(p) for z, p in belief.items() if isinstance(p, int | float)}
            if zone is not None and zone not in weights:
                return None
            return Tag(zone, weights, dict(filter(None, map(_trace, traces))), float(silence))
    return None


def _trace(entry: JSON) -> tuple[AntennaKey, Trace] | None:
    match entry:
        case [
            str() as reader_id,
            int() as antenna,
            int() | float() | None as rate,
            int() | float() | None as level,
            int() as missed,
            int() as heard,
        ]:
            return (reader_id, antenna), Trace(rate, level, missed, heard)
    return None
