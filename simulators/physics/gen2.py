"""How long a Gen2 reader needs for its tags, and which of them it gets in a dwell. Pure.

Times are those of EPC Gen2 (ISO/IEC 18000-63), 6.3.1: a slot is a QueryRep and what a tag answers.
An empty slot is short, one in which tags collide ends after their random numbers, one with a
single answer goes on to ACK and the EPC. Readers choose how many slots a round has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log2
from random import Random

_DELIMITER_US = 12.5
_QUERY_BITS, _QUERY_REP_BITS, _QUERY_ADJUST_BITS, _ACK_BITS = 22, 4, 9, 18
_RANDOM_BITS = 16
_FRAME_BITS = 32
"""What stands around an EPC: control word and CRC."""
_END_BITS = 1
_T2_PERIODS = 3
"""The least that a reader waits after an answer, in periods of the link frequency."""
_T3_OF_T1 = 0.1
"""How much longer than T1 a reader waits until it believes that a slot is empty."""
CAPTURE_DB = 10.0
"""So much louder than all others, and a tag is understood although they answer too."""
_TAGS_PER_COLLISION = 2.39
"""How many tags a collided slot holds on average where a round has as many slots as tags (Schoute,
IEEE Trans. Communications 31, 1983)."""
_MOST_Q = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How reader and tags talk: reader data-0, tag link frequency, and its encoding."""

    tari_us: float
    one_tari: float = 1.5
    """How long a data-1 is in Taris."""
    blf_khz: float
    miller: int
    """Periods of the link frequency that one bit of a tag takes: 1 is FM0, else 2, 4 or 8."""
    divide_ratio: float = 64 / 3

    @property
    def rtcal_us(self) -> float:
        return self.tari_us * (1 + self.one_tari)

    @property
    def t1_us(self) -> float:
        """From a command to the answer."""
        return max(self.rtcal_us, 10_000 / self.blf_khz)

    @property
    def t2_us(self) -> float:
        """From an answer to the next command."""
        return _T2_PERIODS * 1000 / self.blf_khz

    def told_us(self, bits: int, *, query: bool = False) -> float:
        """Say how long a command of the reader takes; a data-0 and a data-1 are equally likely."""
        sync_us = _DELIMITER_US + self.tari_us + self.rtcal_us
        trcal_us = 1000 * self.divide_ratio / self.blf_khz if query else 0.0
        return sync_us + trcal_us + bits * self.rtcal_us / 2

    def answered_us(self, bits: int) -> float:
        """Say how long an answer of a tag takes."""
        preamble = 6 if self.miller == 1 else 10
        return (preamble + bits + _END_BITS) * self.miller * 1000 / self.blf_khz

    @property
    def empty_us(self) -> float:
        return self.told_us(_QUERY_REP_BITS) + self.t1_us * (1 + _T3_OF_T1)

    @property
    def collided_us(self) -> float:
        answered_us = self.answered_us(_RANDOM_BITS)
        return self.told_us(_QUERY_REP_BITS) + self.t1_us + answered_us + self.t2_us

    def single_us(self, epc_bits: int = 96) -> float:
        """Say how long a slot takes in which one tag answers and tells its EPC."""
        told_us = self.answered_us(_FRAME_BITS + epc_bits)
        acknowledged_us = self.told_us(_ACK_BITS) + self.t1_us + told_us + self.t2_us
        return self.collided_us + acknowledged_us

    def tags_per_s(self) -> float:
        """Say how many of many tags a reader gets in a second if it chooses its rounds best.

        With r tags per slot a slot is empty with probability exp(-r) and has one with r exp(-r).
        """
        return max(self._tags_per_s(load / 100) for load in range(20, 200))

    def _tags_per_s(self, load: float) -> float:
        from_empty = exp(-load)
        single = load * from_empty
        slot_us = from_empty * self.empty_us + single * self.single_us()
        slot_us += (1 - from_empty - single) * self.collided_us
        return 1e6 * single / slot_us


FASTEST = Link(tari_us=6.25, blf_khz=640, miller=1)
"""What makers call maximum throughput."""
FAST = Link(tari_us=6.25, blf_khz=640, miller=2)
USUAL = Link(tari_us=12.5, blf_khz=250, miller=2)
"""What the simulated LLRP readers say of themselves."""
DENSE = Link(tari_us=20, blf_khz=274, miller=4)
"""Dense reader mode: slow, and deaf to other readers."""
STEADY = Link(tari_us=25, blf_khz=250, miller=4)
"""The usual profile of R2000 readers and of modules."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A tag that an antenna wakes in a dwell, and how loudly it would be heard."""

    epc: str
    rssi_dbm: float


def singulate(
    link: Link, callers: Sequence[Caller], dwell_s: float, draw: Random
) -> dict[str, int]:
    """Let a reader run rounds until its dwell is over; count how often each tag was understood.

    A tag answers once in a round. Tags that never had a slot of their own are not in the answer.
    """
    counts: dict[str, int] = {}
    left_us = dwell_s * 1e6
    while left_us > 0 and callers:
        waiting = list(callers)
        q = _q_for(len(waiting))
        left_us -= link.told_us(_QUERY_BITS, query=True) - link.told_us(_QUERY_REP_BITS)
        while waiting and left_us > 0:
            waiting, left_us, collisions = _frame(link, waiting, 2**q, left_us, counts, draw)
            q = _q_for(_TAGS_PER_COLLISION * collisions)
            left_us -= link.told_us(_QUERY_ADJUST_BITS) - link.told_us(_QUERY_REP_BITS)
    return counts


def _frame(
    link: Link,
    waiting: Sequence[Caller],
    slots: int,
    left_us: float,
    counts: dict[str, int],
    draw: Random,
) -> tuple[list[Caller], float, int]:
    """Run through all slots of a frame; return who waits on, the time left and the collisions."""
    chosen: dict[int, list[Caller]] = {}
    for caller in waiting:
        chosen.setdefault(draw.randrange(slots), []).append(caller)
    still: list[Caller] = []
    collisions = 0
    before = 0
    for slot in sorted(chosen):
        left_us -= (slot - before) * link.empty_us
        if left_us <= 0:
            break
        before = slot + 1
        there = chosen[slot]
        loudest = _understood(there)
        if loudest is None:
            collisions += 1
            left_us -= link.collided_us
        else:
            left_us -= link.single_us(4 * len(loudest.epc))
            if left_us >= 0:
                counts[loudest.epc] = counts.get(loudest.epc, 0) + 1
        still += [caller for caller in there if caller is not loudest]
    return still, left_us - (slots - before) * link.empty_us, collisions


def _understood(there: Sequence[Caller]) -> Caller | None:
    """Return the tag that a reader understands in a slot, if it understands any."""
    if len(there) == 1:
        return there[0]
    ranked = sorted(there, key=lambda caller: caller.rssi_dbm, reverse=True)
    return ranked[0] if ranked[0].rssi_dbm - ranked[1].rssi_dbm >= CAPTURE_DB else None


def _q_for(tags: float) -> int:
    """Choose a round with about as many slots as tags; a reader knows from its last rounds."""
    return min(round(log2(max(tags, 1.0))), _MOST_Q)
