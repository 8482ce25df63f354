"""The presence filter: one finished antenna cycle in, new state and decisions out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from drivers.room.presence.belief import (
    ABSENT,
    ELSEWHERE,
    SURE,
    WINDOW,
    Chance,
    Tag,
    first_belief,
    updated,
)
from drivers.room.presence.chances import Expectations, Reach
from drivers.room.presence.decisions import BoxGone, BoxMoved, BoxSeen, Decision
from drivers.room.presence.field import Aisles, AntennaKey, Field, Spot
from drivers.room.presence.hearing import Heard
from drivers.room.presence.tags import Tags
from drivers.room.presence.usual import Usual, followed, measured

MOST_TAGS: Final = 200_000
"""More tags than this are not believed to be real; a broken reader must not fill the memory."""

_FORGET_AFTER: Final = 30
"""Silent cycles after which a zone is no longer considered for a tag that is not there."""

_LIKELY: Final = 0.5
_UNLIKELY: Final = 0.001
_SURELY_OVERHEARD: Final = 0.9999
"""A box whose tag still answers now and then is called gone only with this much certainty."""

_UNMET: Final = Tag(None, {ABSENT: 1.0}, {})
_WORTH_A_THOUGHT: Final = 0.001

_MANY: Final = 8
_make: Final = tuple.__new__  # a third of the time that a NamedTuple's own takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """All tags of a room. A value: `step` makes the next one."""

    tags: Tags = field(default_factory=Tags)
    candidates: Mapping[str, Mapping[str, None]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """For each zone the tags that may be in it, in the order they came up."""
    ran_at_s: Mapping[AntennaKey, float] = field(default_factory=lambda: MappingProxyType({}))
    usual: Mapping[AntennaKey, Usual] = field(default_factory=lambda: MappingProxyType({}))

    def zone_of(self, epc: str) -> str | None:
        """Say which zone a tag is in; `None` if in none that we know."""
        tag = self.tags.get(epc)
        return tag.zone if tag else None

    def located(self) -> dict[str, str]:
        """Name the zone of every tag that is in one."""
        return {epc: tag.zone for epc, tag in self.tags.items() if tag.zone is not None}


def step(
    field: Field,
    presence: Presence,
    heard: Heard,
    aisles: Aisles,
    homes: Mapping[str, str],
) -> tuple[Presence, tuple[Decision, ...]]:
    """Weigh one antenna cycle; `homes` gives the shelf of each EPC that has one.

    A cycle counts for nothing while a carriage of the antenna's bank moves, if one moved since the
    antenna's cycle before, or if the antenna seems deaf. An antenna the room does not name is
    ignored.

    Only a tag that was in a zone can be gone from it. A box that the list of homes puts into a zone
    where nobody ever heard it is not told as gone, however long an antenna listens in its open
    aisle: its label may be dead, the list may be old, the box may have been lent for years. Who
    takes a box before its tag was found, in the first seconds of a room's first start, is not
    noticed; after any later start the rows of before say where it was, and its silence is told.
    """
    spot = field.spots.get(heard.antenna)
    if spot is None:
        return presence, ()
    since_s = presence.ran_at_s.get(heard.antenna, float("-inf"))
    ran_at_s = {**presence.ran_at_s, heard.antenna: heard.at_s}
    levels = _through_gate(heard.levels_dbm, spot.gate_dbm)
    if aisles.disturbed(spot.zone.bank, since_s) or _is_deaf(presence, spot, levels, aisles):
        return replace(presence, ran_at_s=ran_at_s), ()
    usual = presence.usual.get(heard.antenna) or measured(spot)
    cycle = _Cycle(field, spot, heard, aisles, levels, usual)
    tags, candidates, decisions = cycle.weigh(presence, homes)
    after = Presence(
        tags=tags,
        candidates=candidates,
        ran_at_s=ran_at_s,
        usual=_with(presence.usual, heard.antenna, followed(usual, tags, spot.zone.name, levels)),
    )
    return after, decisions


def _through_gate(
    levels: Mapping[str, float | None], gate_dbm: float | None
) -> Mapping[str, float | None]:
    """Leave out what is too weak to lie on the desk, or of unknown strength."""
    if gate_dbm is None:
        return levels
    return {e: level for e, level in levels.items() if level is not None and level >= gate_dbm}


def _is_deaf(
    presence: Presence, spot: Spot, levels: Mapping[str, float | None], aisles: Aisles
) -> bool:
    """Say whether an antenna must be broken: it hears none of its many tags, behind closed steel.

    Nobody can have taken them, so a torn cable is the likelier reason.
    """
    if levels or aisles.can_reach(spot.zone):
        return False
    name = spot.zone.name
    here = (e for e in presence.candidates.get(name, ()) if presence.tags[e].zone == name)
    return sum(1 for _ in zip(here, range(_MANY), strict=False)) == _MANY


def _with(
    all_usual: Mapping[AntennaKey, Usual], antenna: AntennaKey, usual: Usual | None
) -> Mapping[AntennaKey, Usual]:
    if usual is None or usual is all_usual.get(antenna):
        return all_usual
    return {**all_usual, antenna: usual}


class _Cycle:
    """The weighing of one cycle: what is the same for all tags is worked out once."""

    def __init__(
        self,
        field: Field,
        spot: Spot,
        heard: Heard,
        aisles: Aisles,
        levels: Mapping[str, float | None],
        usual: Usual | None,
    ) -> None:
        self._usual_dbm = usual.level_dbm if usual else None
        self._field = field
        self._heard = heard
        self._levels = levels
        self._zone = spot.zone.name
        gated = spot.gate_dbm is not None
        self._silent = Chance(
            heard.antenna,
            self._zone,
            False,
            None,
            gated,
            Expectations(field, spot, aisles),
            Reach(field, aisles),
            heard.at_s,
        )

    def weigh(
        self, presence: Presence, homes: Mapping[str, str]
    ) -> tuple[Tags, dict[str, Mapping[str, None]], tuple[Decision, ...]]:
        """Update every tag that was heard or could have been."""
        tags = presence.tags
        changed: dict[str, Tag | None] = {}
        changes = _Candidates(presence.candidates)
        decisions: list[Decision] = []
        concerned = {**presence.candidates.get(self._zone, {}), **dict.fromkeys(self._levels)}
        levels, silent = self._levels, self._silent
        for epc in concerned:
            known = tags.get(epc)
            if known is None and len(tags) >= MOST_TAGS:
                continue
            old = _UNMET if known is None else known
            chance = silent
            if epc in levels:
                old = self._met(old, homes.get(epc))
                chance = self._chance(levels[epc])
            weighed, decision = self._decide(epc, updated(old, chance))
            new = self._thinned(weighed)
            changes.note(epc, known, new)
            changed[epc] = new
            if decision is not None:
                decisions.append(decision)
        return tags.changed(changed), changes.result(), tuple(decisions)

    def _chance(self, level_dbm: float | None) -> Chance:
        """Say what a tag that was heard is weighed with."""
        usual_dbm = self._usual_dbm
        level_db = None if level_dbm is None or usual_dbm is None else level_dbm - usual_dbm
        antenna, zone, _, _, gated, expected, reachable, at_s = self._silent
        return _make(Chance, (antenna, zone, True, level_db, gated, expected, reachable, at_s))

    def _met(self, tag: Tag, shelf: str | None) -> Tag:
        """As far as a tag that is heard was thought absent, meet it like a new one.

        So a box that was carried about is found as fast as on the first day, where it belongs
        fastest. Where it was already in its zone, it only answers again.
        """
        absent = tag.belief.get(ABSENT, 0.0)
        if tag.zone == self._zone or absent < _WORTH_A_THOUGHT:
            return tag
        home = self._field.home_zone(shelf) if shelf is not None else None
        belief = {**tag.belief, ABSENT: 0.0}
        for zone, share in first_belief(self._zone, home, known=shelf is not None).items():
            belief[zone] = belief.get(zone, 0.0) + absent * share
        return tag._replace(belief=belief)

    def _decide(self, epc: str, tag: Tag) -> tuple[Tag, Decision | None]:
        belief = tag.belief
        if tag.zone is not None and belief.get(tag.zone, 0.0) > _LIKELY:
            return tag, None
        zone = max(belief, key=belief.__getitem__)
        confidence = belief[zone]
        if zone == tag.zone:
            return tag, None
        nowhere = zone in (ELSEWHERE, ABSENT)
        if nowhere or confidence < SURE:
            return self._decide_gone(epc, tag, likely=not nowhere and confidence >= _LIKELY)
        settled = tag._replace(zone=zone, silence=0.0, heard_at_s=None)
        return settled, self._told_in(epc, tag.zone, zone, min(confidence, 1.0))

    def _told_in(
        self, epc: str, before: str | None, zone: str, confidence: float
    ) -> BoxSeen | BoxMoved:
        reader_id, at_s = self._heard.antenna[0], self._heard.at_s
        if before is None:
            return BoxSeen(
                epc=epc, zone=zone, confidence=confidence, reader_id=reader_id, at_s=at_s
            )
        return BoxMoved(
            epc=epc,
            from_zone=before,
            zone=zone,
            confidence=confidence,
            reader_id=reader_id,
            at_s=at_s,
        )

    def _decide_gone(self, epc: str, tag: Tag, *, likely: bool) -> tuple[Tag, Decision | None]:
        """Decide whether a tag has left its zone; one that is likely in another may have moved.

        Where it is need not be known: the antennas of other zones may have had no turn yet.
        """
        if tag.zone is None:
            return tag, None
        left = 1.0 - tag.belief.get(tag.zone, 0.0)
        windows = tag.silence / WINDOW
        overheard = tag.belief.get(ELSEWHERE, 0.0) >= _SURELY_OVERHEARD
        if left < SURE or not (overheard or windows >= (2 if likely else 1)):
            return tag, None
        gone = BoxGone(
            epc=epc,
            zone=tag.zone,
            confidence=min(left, 1.0),
            reader_id=self._heard.antenna[0],
            at_s=self._heard.at_s,
            last_at_s=tag.heard_at_s,
        )
        return tag._replace(zone=None, silence=0.0, heard_at_s=None), gone

    def _thinned(self, tag: Tag) -> Tag | None:
        """Drop this antenna's zone if it has become idle to think of; `None` if nothing is left."""
        trace = tag.traces[self._heard.antenna]
        if (
            trace.missed < _FORGET_AFTER
            or tag.zone == self._zone
            or tag.belief[self._zone] > _UNLIKELY
        ):
            return tag
        belief = {zone: p for zone, p in tag.belief.items() if zone != self._zone}
        if tag.zone is None and not belief.keys() - {ELSEWHERE, ABSENT}:
            return None
        traces = {key: t for key, t in tag.traces.items() if key != self._heard.antenna}
        return tag._replace(belief=belief, traces=traces)


class _Candidates:
    """Keeps the index by zone in step, and copies only the zones that change."""

    def __init__(self, before: Mapping[str, Mapping[str, None]]) -> None:
        self._zones: dict[str, Mapping[str, None]] = dict(before)
        self._own: dict[str, dict[str, None]] = {}

    def note(self, epc: str, old: Tag | None, new: Tag | None) -> None:
        was = old.belief.keys() if old else frozenset()
        now = new.belief.keys() if new else frozenset()
        if was == now:
            return
        for zone in was - now:
            self._writable(zone).pop(epc, None)
        for zone in now - was - {ELSEWHERE, ABSENT}:
            self._writable(zone)[epc] = None

    def result(self) -> dict[str, Mapping[str, None]]:
        return self._zones

    def _writable(self, zone: str) -> dict[str, None]:
        if zone not in self._own:
            self._own[zone] = dict(self._zones.get(zone, {}))
            self._zones[zone] = self._own[zone]
        return self._own[zone]
