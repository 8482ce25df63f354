"""The live feed: what changed, pushed to every open page. Subjects publish after their commit."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveChange:
    """Something a page may want to redraw. Same kind and key: the newer one replaces the older."""

    kind: str
    key: str
    body: Mapping[str, Any]


class Hub:
    """Hands changes to listeners from any thread, never blocks, keeps the last 1000."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[Callable[[int, LiveChange], None]] = set()
        self._recent: deque[tuple[int, LiveChange]] = deque(maxlen=1000)
        self._number = 0

    def publish(self, *changes: LiveChange) -> None:
        """Number the changes and hand them to all who listen."""
        with self._lock:
            for change in changes:
                self._number += 1
                self._recent.append((self._number, change))
                for listener in self._listeners:
                    listener(self._number, change)
