"""Judges together who passed together: what one tag does not tell, the crowd around it does.

Many tags that pass at once share the time of the antennas, so that most of them are heard once or
twice only. Together they show as clearly as one tag alone which way the whole trolley went.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from drivers.room.door.direction import Judge, Judgement
from drivers.room.door.values import Glimpse

FEWEST_TOGETHER: Final = 5
"""So many tags must pass at once to be judged as a crowd."""
MOST_TOGETHER: Final = 500
WAITS_S: Final = 5.0
"""So long after its last read a tag waits for the others to pass …"""
WAITS_AT_MOST_S: Final = 15.0
"""… and the first of a crowd at most so long."""
_AGREEING: Final = 0.9
"""So many of those who are believed alone must have gone the same way."""
_SUREST: Final = 0.9
"""Whoever is judged by the others is never surer than this."""
_BELIEVED_READS: Final = 12
"""So often a tag must be heard to be believed alone where many share the antennas."""
_DOUBTED: Final = Judgement("unsure", 0.5)


@dataclass(frozen=True, slots=True)
class Episode:
    """What was heard of one tag from its first read to its last, and what that says alone."""

    glimpses: tuple[Glimpse, ...]
    judgement: Judgement

    @property
    def first_at_s(self) -> float:
        """When it was first heard."""
        return self.glimpses[0].at_s

    @property
    def last_at_s(self) -> float:
        """When it was heard last, up to the length of a moment."""
        return self.glimpses[-1].at_s

    @property
    def is_believed(self) -> bool:
        """Whether its own direction counts against a crowd."""
        reads = sum(glimpse.count for glimpse in self.glimpses)
        return self.judgement.direction != "unsure" and reads >= _BELIEVED_READS


@dataclass(slots=True)
class Company:
    """Those who did not clearly go out, held back until nobody passes with them any more."""

    held: dict[str, Episode] = field(default_factory=dict)
    _clear: deque[Episode] = field(default_factory=lambda: deque(maxlen=MOST_TOGETHER))

    def note(self, episode: Episode) -> None:
        """Note that a tag went a clear way."""
        self._clear.append(episode)

    def hold(self, epc: str, episode: Episode) -> None:
        """Hold a tag back; `is_due` says how long."""
        self.held[epc] = episode

    def is_due(self, at_s: float, passing_since_s: float) -> bool:
        """Say whether to judge now; `passing_since_s` is when the first came who still passes."""
        if not self.held:
            return False
        ends_s = [episode.last_at_s for episode in self.held.values()]
        is_over = passing_since_s > max(ends_s) or at_s - max(ends_s) >= WAITS_S
        return is_over or at_s - min(ends_s) >= WAITS_AT_MOST_S

    def judge(self, judge: Judge) -> Iterator[tuple[str, Episode]]:
        """Let all go that were held back, each with what the crowd says of it."""
        held, self.held = self.held, {}
        begin_s = min(episode.first_at_s for episode in held.values())
        gone = [episode for episode in self._clear if episode.last_at_s >= begin_s]
        way = _way_of([*gone, *held.values()][:MOST_TOGETHER], judge)
        for epc, episode in held.items():
            yield epc, episode if way is None else Episode(episode.glimpses, way.of(episode))


@dataclass(frozen=True, slots=True)
class _Way:
    """Which way a crowd went, and when it was mostly heard on the side where it came from."""

    judgement: Judgement
    left_at_s: float
    """When a quarter of what was heard there had been heard."""

    def of(self, episode: Episode) -> Judgement:
        """Judge a tag that was with the crowd: it must have been heard on the far side, and later.

        Who was heard on the near side only may have been put down there. Who seems to have gone
        against the crowd is believed if it was heard often.
        """
        alone = episode.judgement
        if alone.direction != "unsure":
            agrees = alone.direction == self.judgement.direction
            return alone if agrees or episode.is_believed else _DOUBTED
        far = "outside" if self.judgement.direction == "out" else "inside"
        before = [glimpse for glimpse in episode.glimpses if glimpse.side != far]
        after = [glimpse for glimpse in episode.glimpses if glimpse.side == far]
        if not after or _mean_s(after) <= (_mean_s(before) if before else self.left_at_s):
            return _DOUBTED
        return Judgement(self.judgement.direction, min(self.judgement.confidence, _SUREST))


def _way_of(crowd: Sequence[Episode], judge: Judge) -> _Way | None:
    """Say which way a crowd went as a whole; `None` if that is not clear, or it is no crowd."""
    if len(crowd) < FEWEST_TOGETHER:
        return None
    pooled = sorted((g for each in crowd for g in each.glimpses), key=lambda g: g.at_s)
    judgement = judge(pooled)
    if judgement.direction == "unsure":
        return None
    clear = [each.judgement.direction for each in crowd if each.is_believed]
    if clear.count(judgement.direction) < _AGREEING * len(clear):
        return None
    near = "inside" if judgement.direction == "out" else "outside"
    before_s = [glimpse.at_s for glimpse in pooled if glimpse.side == near]
    return _Way(judgement, before_s[len(before_s) // 4])


def _mean_s(glimpses: Iterable[Glimpse]) -> float:
    whole = [(glimpse.at_s, glimpse.count) for glimpse in glimpses]
    return sum(at_s * count for at_s, count in whole) / sum(count for _, count in whole)
