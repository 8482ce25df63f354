"""Who a PIN belongs to, and how often it may be guessed. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.messages import Actor

WRONG_TRIES = 5
WINDOW_S = 60.0
_STRANGER = ""
"""All names that nobody has share one count, so that trying names is slow as well."""


@dataclass(frozen=True, slots=True)
class Known:
    """The PIN is right."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Wrong:
    """Name and PIN do not belong together."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many wrong tries: nothing is looked at before `wait_s` have passed."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class Tries:
    """The wrong tries of the last minute, by name."""

    at_s: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def check(
        self, pins: Mapping[str, str], name: str, pin: str, now_s: float
    ) -> tuple[Tries, Known | Wrong | Wait]:
        """Compare name and PIN unless this name was guessed too often just now."""
        key = name if name in pins else _STRANGER
        recent = tuple(at_s for at_s in self.at_s.get(key, ()) if now_s - at_s < WINDOW_S)
        if len(recent) >= WRONG_TRIES:
            return self, Wait(recent[0] + WINDOW_S - now_s)
        right = hmac.compare_digest(pins.get(name, "").encode(), pin.encode())
        if right and key != _STRANGER and pin:
            return Tries({**self.at_s, key: ()}), Known(actor_of(name))
        return Tries({**self.at_s, key: (*recent, now_s)}), Wrong()


def actor_of(name: str) -> Actor:
    """Name a person as the messages do; the id says that a PIN at the bank proved it."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Actor(id=f"pin-{digest[:16]}", name=name[:60])
