"""The live feed: what changed, pushed to every open page. Subjects publish after their commit."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

_log = logging.getLogger(__name__)
_PAUSE_S = 0.2
_RETRY_S = 5.0
_KEPT = 1000
_WAITING = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveChange:
    """Something a page may want to redraw. Same kind and key: the newer one replaces the older."""

    kind: str
    key: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A change with its place in the feed."""

    number: int
    change: LiveChange


class Subscription:
    """What one listener has not taken yet: at most 500 changes, the newest per kind and key."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._wake = wake
        self._waiting: OrderedDict[tuple[str, str], Numbered] = OrderedDict()
        self._lost = False

    def put(self, numbered: Numbered) -> None:
        """Add a change from any thread; with too many waiting, all are dropped and `lost` set."""
        key = (numbered.change.kind, numbered.change.key)
        with self._lock:
            self._waiting.pop(key, None)
            self._waiting[key] = numbered
            if len(self._waiting) > _WAITING:
                self._drop()
        self._wake()

    def take(self) -> tuple[bool, tuple[Numbered, ...]]:
        """Return whether changes were lost, and the waiting ones in order; then start afresh."""
        with self._lock:
            taken = (self._lost, tuple(self._waiting.values()))
            self._lost = False
            self._waiting.clear()
            return taken

    def lose(self) -> None:
        """Note that the listener missed changes which are no longer kept."""
        with self._lock:
            self._drop()
        self._wake()

    def _drop(self) -> None:
        self._waiting.clear()
        self._lost = True


class Hub:
    """Hands changes to listeners from any thread, never blocks, keeps the last 1000."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: set[Subscription] = set()
        self._recent: deque[Numbered] = deque(maxlen=_KEPT)
        self._number = 0
        self._closing = False
        self.run = secrets.token_hex(4)
        """Differs between starts of the program, so that old numbers are not taken for new."""

    @property
    def closing(self) -> bool:
        """True once the program ends: listeners should finish."""
        return self._closing

    def publish(self, *changes: LiveChange) -> None:
        """Number the changes and hand them to all who listen."""
        with self._lock:
            for change in changes:
                self._number += 1
                numbered = Numbered(self._number, change)
                self._recent.append(numbered)
                for subscription in self._subscriptions:
                    subscription.put(numbered)

    @contextmanager
    def subscribe(
        self, wake: Callable[[], None], *, after: int | None = None
    ) -> Iterator[Subscription]:
        """Listen; `wake` is called from any thread when there is something to take.

        `after` is the last number the listener saw: what came later is handed out first, or
        `lost` is set when that is no longer kept.
        """
        subscription = Subscription(wake)
        with self._lock:
            if after is not None:
                self._catch_up(subscription, after)
            self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            with self._lock:
                self._subscriptions.discard(subscription)

    def listeners(self) -> int:
        """Count who listens now."""
        with self._lock:
            return len(self._subscriptions)

    def close(self) -> None:
        """Tell every listener that the program ends."""
        with self._lock:
            self._closing = True
            for subscription in self._subscriptions:
                subscription.lose()

    def _catch_up(self, subscription: Subscription, after: int) -> None:
        oldest_kept = self._recent[0].number if self._recent else self._number + 1
        if after > self._number or after + 1 < oldest_kept:
            subscription.lose()
            return
        for numbered in self._recent:
            if numbered.number > after:
                subscription.put(numbered)


async def follow(
    hub: Hub, kinds: Collection[str], look: Callable[[], Awaitable[float | None]]
) -> None:
    """Await `look`: now, when something of some kinds changed, and when it asks for it.

    It returns in how many seconds it wants to look again, `None` for not before a change. One that
    fails is called again after a while. Ends when cancelled.
    """
    loop = asyncio.get_running_loop()
    stirred = asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(stirred.set)

    with hub.subscribe(wake) as subscription:
        while True:
            again_s = await _try_look(look)
            due = None if again_s is None else loop.time() + again_s
            await asyncio.sleep(_PAUSE_S)
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(due):
                        await stirred.wait()
                stirred.clear()
                lost, changes = subscription.take()
                is_due = due is not None and loop.time() >= due
                if is_due or lost or any(n.change.kind in kinds for n in changes):
                    break


async def _try_look(look: Callable[[], Awaitable[float | None]]) -> float | None:
    try:
        return await look()
    except Exception:
        _log.exception("a look at what changed failed; it is made again in %g s", _RETRY_S)
        return _RETRY_S
