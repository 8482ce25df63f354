"""Who a PIN belongs to, and how often it may be guessed. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.messages import Actor

LIMITS = ((5, 60.0), (20, 3600.0))
"""So many wrong tries in so many seconds: four digits last for weeks, not for a day."""
_STRANGER = ""
"""All names that nobody has share one count, so that trying names is slow as well."""
_BADGES = "\x00badges"
"""So do all badges; no person can be called so."""


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
    """The wrong tries of the last hour, by name."""

    at_s: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def check(
        self, pins: Mapping[str, str], name: str, pin: str, now_s: float
    ) -> tuple[Tries, Known | Wrong | Wait]:
        """Compare name and PIN unless this name was guessed too often just now."""
        key = name if name in pins else _STRANGER
        wrong = self.at_s.get(key, ())
        wait_s = max(_wait_s(wrong, tries, window_s, now_s) for tries, window_s in LIMITS)
        if wait_s > 0:
            return self, Wait(wait_s)
        right = hmac.compare_digest(pins.get(name, "").encode(), pin.encode())
        if right and key != _STRANGER and pin:
            return Tries({**self.at_s, key: ()}), Known(actor_of(name))
        return self._with_wrong(key, now_s), Wrong()

    def check_badge(
        self, badges: Mapping[str, str], badge: str, now_s: float
    ) -> tuple[Tries, Known | Wrong | Wait]:
        """Find whose badge it is, unless badges were guessed too often just now."""
        wrong = self.at_s.get(_BADGES, ())
        wait_s = max(_wait_s(wrong, tries, window_s, now_s) for tries, window_s in LIMITS)
        if wait_s > 0:
            return self, Wait(wait_s)
        fits = [
            name
            for name, number in badges.items()
            if hmac.compare_digest(number.encode(), badge.encode())
        ]
        if len(fits) == 1 and badge:
            return Tries({**self.at_s, _BADGES: ()}), Known(actor_of(fits[0]))
        return self._with_wrong(_BADGES, now_s), Wrong()

    def _with_wrong(self, key: str, now_s: float) -> Tries:
        most = max(tries for tries, _ in LIMITS)
        return Tries({**self.at_s, key: (*self.at_s.get(key, ()), now_s)[-most:]})


def _wait_s(wrong: tuple[float, ...], tries: int, window_s: float, now_s: float) -> float:
    """Say how long to wait until fewer than `tries` of the wrong ones lie within the window."""
    return wrong[-tries] + window_s - now_s if len(wrong) >= tries else 0.0


def actor_of(name: str) -> Actor:
    """Name a person as the messages do; the id says that a PIN at the bank proved it."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Actor(id=f"pin-{digest[:16]}", name=name[:60])
