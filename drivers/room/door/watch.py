"""Watches one door: reads, finished antenna cycles and beam breaks in, passages out."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from drivers.readings import AntennaCycle, TagRead
from drivers.room.door.company import Company, Episode
from drivers.room.door.direction import FEWEST_READS, Judgement, judge
from drivers.room.door.resting import RISE_DB, Rest, rest_of
from drivers.room.door.trace import Trace
from drivers.room.door.values import AntennaKey, DoorShape, Glimpse, Passage, Side

MOST_TAGS: Final = 2000
"""So many tags at once are near a door at most, and so many are remembered as resting there."""
QUIET_S: Final = 1.0
"""An episode is over when a tag was not heard for so long while every antenna ran …"""
QUIET_CYCLES: Final = 3
"""… so often; an antenna that does not run cannot say that a tag is gone."""
GIVE_UP_S: Final = 5.0
"""It is over after this time even if no antenna runs any more."""
RESTS_AFTER_S: Final = 15.0
"""Who stays so long near a door does not just pass it."""
_LOOKS_BACK_S: Final = 6.0
"""How much is kept of what a resting tag was heard."""
_REMEMBERED_S: Final = 1800.0
_EARLY_S: Final = 0.8
"""So long unheard inside while it fades outside: it is told without waiting for silence."""
_ECHO_S: Final = 5.0
"""Who is heard again so soon after passing, and goes nowhere, is still on the way."""
_MOST_BREAKS: Final = 100


@dataclass(slots=True)
class _Near:
    """One tag that is heard now."""

    first_at_s: float
    last_at_s: float
    reader_id: str
    trace: Trace = field(default_factory=Trace)
    told: bool = False
    heard_at_s: dict[Side, float] = field(default_factory=dict)
    peak_dbm: dict[Side, float] = field(default_factory=dict)
    level_dbm: dict[Side, float] = field(default_factory=dict)
    counts: dict[Side, int] = field(default_factory=dict)
    is_resting: bool = False

    @property
    def passing(self) -> bool:
        """Whether it may still go one way or the other."""
        return not (self.told or self.is_resting)

    def hear(self, read: TagRead, side: Side) -> None:
        self.trace.add(read, side)
        self.last_at_s, self.reader_id = read.at_s, read.reader_id
        self.heard_at_s[side] = read.at_s
        self.counts[side] = self.counts.get(side, 0) + read.count
        if read.rssi_dbm is not None:
            self.level_dbm[side] = read.rssi_dbm
            self.peak_dbm[side] = max(self.peak_dbm.get(side, read.rssi_dbm), read.rssi_dbm)

    def seems_out(self, at_s: float) -> bool:
        """Say cheaply whether it is worth judging before it falls silent."""
        inside_s = self.heard_at_s.get("inside")
        if inside_s is None or at_s - inside_s < _EARLY_S or self.told or self.is_resting:
            return False
        peak = self.peak_dbm.get("outside")
        is_fading = peak is not None and self.level_dbm["outside"] <= peak - RISE_DB
        return is_fading and min(self.counts.values()) >= FEWEST_READS


class DoorWatch:
    """The one writer of what is near a door. Times never come from here: readings carry them."""

    def __init__(self, shape: DoorShape) -> None:
        self.shape = shape
        self._near: dict[str, _Near] = {}
        self._held: dict[str, _Near] = {}
        self._resting: dict[str, Rest] = {}
        self._ran: dict[AntennaKey, deque[float]] = {}
        self._passed_at_s: dict[str, float] = {}
        self._breaks: deque[float] = deque(maxlen=_MOST_BREAKS)
        self._company = Company()
        self._pending: list[Passage] = []

    def __len__(self) -> int:
        return len(self._near)

    @property
    def resting(self) -> frozenset[str]:
        """Name the tags that are known to stay near this door."""
        return frozenset(self._resting)

    def heard_inside_s(self, epc: str) -> float:
        """Say when an inner antenna last heard a tag that did not go out; -inf: never."""
        rest = self._resting.get(epc)
        return float("-inf") if rest is None else rest.inside_at_s

    def hear(self, read: TagRead) -> None:
        """Take a read of one of the door's antennas; all others are ignored."""
        side = self.shape.sides.get((read.reader_id, read.antenna))
        if side is None or (read.rssi_dbm is not None and read.rssi_dbm < self.shape.gate_dbm):
            return
        near = self._near.pop(read.epc, None) or self._held.pop(read.epc, None)
        self._company.held.pop(read.epc, None)
        if near is None:
            near = _Near(read.at_s, read.at_s, read.reader_id)
            if len(self._near) >= MOST_TAGS:
                oldest = next(iter(self._near))
                self._end(oldest, self._near.pop(oldest))
        self._near[read.epc] = near  # whoever was heard longest ago stands first
        near.hear(read, side)
        rest = self._resting.get(read.epc)
        if rest is not None and side == "inside":
            rest.inside_at_s = read.at_s
        if rest is not None and near.is_resting:
            rest.follow(read)

    def ran(self, cycle: AntennaCycle) -> list[Passage]:
        """Note that an antenna finished its dwell; say what passed."""
        antenna = (cycle.reader_id, cycle.antenna)
        if antenna not in self.shape.sides:
            return []
        self._ran.setdefault(antenna, deque(maxlen=QUIET_CYCLES)).append(cycle.at_s)
        return self._settle(cycle.at_s)

    def break_beam(self, at_s: float) -> None:
        """Note that somebody stepped into the beam."""
        self._breaks.append(at_s)

    def tick(self, at_s: float) -> list[Passage]:
        """Let time pass, in case that no antenna runs; say what passed."""
        for epc in [e for e, rest in self._resting.items() if _is_over(rest, at_s)]:
            if epc not in self._near:
                del self._resting[epc]
        return self._settle(at_s)

    def _settle(self, at_s: float) -> list[Passage]:
        listened_since_s = self._listened_since_s(at_s)
        for epc, near in list(self._near.items()):
            silent_s = at_s - near.last_at_s
            listened = near.last_at_s < listened_since_s
            if (silent_s >= QUIET_S and listened) or silent_s >= GIVE_UP_S:
                del self._near[epc]
                self._end(epc, near)
            elif near.seems_out(at_s):
                self._tell_early(epc, near)
            elif near.last_at_s - near.first_at_s >= RESTS_AFTER_S:
                self._rest(epc, near)
        passing = (near.first_at_s for near in self._near.values() if near.passing)
        if self._company.is_due(at_s, min(passing, default=math.inf)):
            self._let_go()
        passages, self._pending = self._pending, []
        return passages

    def _listened_since_s(self, at_s: float) -> float:
        """Say since when every antenna that runs at all has run often enough to hear anything."""
        running = [ran for ran in self._ran.values() if at_s - ran[-1] < GIVE_UP_S]
        return min((ran[0] for ran in running if len(ran) == QUIET_CYCLES), default=-1.0)

    def _tell_early(self, epc: str, near: _Near) -> None:
        glimpses = near.trace.glimpses()
        judgement = self._judge(glimpses)
        if judgement.direction == "out" and epc not in self._resting:
            near.told = True
            self._tell(epc, near, Episode(glimpses, judgement))

    def _rest(self, epc: str, near: _Near) -> None:
        """Learn that a tag stays, and keep only the newest of what is heard of it."""
        if not near.is_resting:
            near.is_resting = True
            known = self._resting.pop(epc, None)
            glimpses = near.trace.glimpses()
            came_from = None if known is None else known.came_from
            self._remember(epc, rest_of(glimpses, "outside" if near.told else came_from))
            near.told = False
        near.trace.drop_before(near.last_at_s - _LOOKS_BACK_S)

    def _end(self, epc: str, near: _Near) -> None:
        """Judge a tag that is heard no more; what only rested here says nothing."""
        glimpses = near.trace.glimpses()
        if near.told or not glimpses:
            return
        rest = self._resting.get(epc)
        judgement = self._judge(glimpses, None if rest is None else rest.came_from)
        if rest is not None:
            rest.heard_at_s = near.last_at_s
            left = judgement.direction != "unsure" and rest.was_left(glimpses, self.shape.gate_dbm)
            if not left:
                return
            del self._resting[epc]
        elif judgement.direction != "out":
            passed_at_s = self._passed_at_s.get(epc)
            is_echo = passed_at_s is not None and glimpses[0].at_s - passed_at_s < _ECHO_S
            if not (judgement.direction == "unsure" and is_echo):
                self._hold(epc, near, Episode(glimpses, judgement))
            return
        self._tell(epc, near, Episode(glimpses, judgement))

    def _hold(self, epc: str, near: _Near, episode: Episode) -> None:
        self._held[epc] = near
        self._company.hold(epc, episode)
        if len(self._held) >= MOST_TAGS:
            self._let_go()

    def _let_go(self) -> None:
        """Tell of all who were held back, by what passed with them."""
        for epc, episode in self._company.judge(self._judge):
            if episode.judgement.direction == "unsure":
                self._remember(epc, rest_of(episode.glimpses))
            self._tell(epc, self._held.pop(epc), episode)

    def _judge(self, glimpses: Sequence[Glimpse], came_from: Side | None = None) -> Judgement:
        return judge(
            glimpses,
            gate_dbm=self.shape.gate_dbm,
            two_sided=self.shape.two_sided,
            has_beam=self.shape.has_beam,
            breaks_s=self._breaks,
            came_from=came_from,
        )

    def _remember(self, epc: str, rest: Rest) -> None:
        self._resting[epc] = rest
        if len(self._resting) > MOST_TAGS:
            del self._resting[next(iter(self._resting))]

    def _tell(self, epc: str, near: _Near, episode: Episode) -> None:
        judgement = episode.judgement
        if judgement.direction != "unsure":
            self._company.note(episode)
            self._passed_at_s.pop(epc, None)
            self._passed_at_s[epc] = near.last_at_s
            if len(self._passed_at_s) > MOST_TAGS:
                del self._passed_at_s[next(iter(self._passed_at_s))]
        self._pending.append(
            Passage(
                door=self.shape.door,
                epc=epc,
                reader_id=near.reader_id,
                direction=judgement.direction,
                confidence=judgement.confidence,
                stayed=judgement.stayed,
                first_at_s=episode.first_at_s,
                last_at_s=near.last_at_s,
                glimpses=episode.glimpses,
            )
        )


def _is_over(rest: Rest, at_s: float) -> bool:
    return at_s - rest.heard_at_s > _REMEMBERED_S
