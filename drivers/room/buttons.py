"""When a start button was pressed, out of its levels. Pure.

Only a change from released to pressed counts, each seen twice in a row. So a button that is stuck,
or held while the agent starts or the wire comes back, starts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

_STEADY = 2
"""So many equal readings in a row are believed; one alone may be a bounce of the contact."""
APART_S = 1.0
"""Readings further apart tell nothing about what was between them."""


@dataclass(frozen=True, slots=True)
class Button:
    """What is known of a button: how it steadily is, and what the last readings say."""

    pressed: bool | None = None
    """None: not known yet."""
    reading: bool | None = None
    alike: int = 0
    at_s: float = float("-inf")

    def take(self, reading: bool, at_s: float) -> tuple[Button, bool]:
        """Take in a reading; say whether the button was pressed just now."""
        if at_s - self.at_s > APART_S:
            return Button(reading=reading, alike=1, at_s=at_s), False
        alike = self.alike + 1 if reading == self.reading else 1
        seen = replace(self, reading=reading, alike=alike, at_s=at_s)
        if alike < _STEADY or reading == self.pressed:
            return seen, False
        return replace(seen, pressed=reading), reading and self.pressed is False
