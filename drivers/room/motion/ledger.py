"""What was asked before and what was answered: the same id twice gets the same answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from drivers.messages import Origin, Request
from drivers.room.motion.commands import Answer

_KEPT_S = 60.0
_UNDER_WAY_S = 1800.0
_MOST = 512
"""So many are remembered of one origin, and as many stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A request, where it came from, and the last answer it got."""

    request: Request
    origin: Origin
    at_s: float
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class New:
    """Never seen: decide it."""


@dataclass(frozen=True, slots=True)
class Same:
    """Seen before: say again what was said; `None` if nothing was said yet."""

    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Different:
    """The id was used for something else, or too many ask at once: refuse with `code`."""

    code: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The requests of the last minute. Older ones cannot be replayed: their view is too old."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def receive(
        self, request: Request, origin: Origin, at_s: float
    ) -> tuple[Ledger, New | Same | Different]:
        """Enter a request, or find that it was asked before.

        What one origin asks too often shuts out nobody else. A stop is always new: one beyond the
        measure is not remembered, for it may as well come twice.
        """
        known = self.entries.get(request.id)
        if known is not None:
            same = known.request == request and known.origin == origin
            return self, Same(known.answer) if same else Different("id_used_twice")
        kept = {
            request_id: entry
            for request_id, entry in self.entries.items()
            if at_s - entry.at_s <= (_KEPT_S if _is_over(entry) else _UNDER_WAY_S)
        }
        if _is_full(kept, request, origin):
            is_stop = request.verb == "stop"
            return Ledger(kept), New() if is_stop else Different("too_many_requests")
        kept[request.id] = Entry(request=request, origin=origin, at_s=at_s)
        return Ledger(kept), New()

    def record(self, answer: Answer) -> Ledger:
        """Keep the newest answer of a request."""
        entry = self.entries.get(answer.request_id)
        if entry is None:
            return self
        return Ledger({**self.entries, answer.request_id: replace(entry, answer=answer)})


def _is_full(kept: Mapping[str, Entry], request: Request, origin: Origin) -> bool:
    if len(kept) < _MOST:
        return False
    share = (origin, request.verb == "stop")
    return sum((e.origin, e.request.verb == "stop") == share for e in kept.values()) >= _MOST


@dataclass(frozen=True, slots=True)
class Views:
    """When this life of the agent took which view of a bank, so that no two clocks meet."""

    boot_id: str
    taken_at_s: Mapping[int, float] = field(default_factory=dict)

    def take(self, version: int, at_s: float) -> Views:
        """Note a view; those too old to be asked on are forgotten."""
        kept = {v: taken for v, taken in self.taken_at_s.items() if at_s - taken <= _KEPT_S}
        return Views(self.boot_id, {**kept, version: at_s})

    def find(self, boot_id: str, version: int) -> float | None:
        """Say when a view was taken; `None` if this agent never took it or forgot it."""
        return self.taken_at_s.get(version) if boot_id == self.boot_id else None


def _is_over(entry: Entry) -> bool:
    return entry.answer is not None and entry.answer.status not in ("armed", "accepted", "started")
