"""What a printed location plan is drawn from. A frozen value, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.address_words import Language
from config.room import Room
from controller.labels.model import FaceEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSheet:
    """What a plan is drawn from: `bank` is `None` for the whole room."""

    room: Room
    bank: int | None
    ends: Sequence[FaceEnd]
    language: Language
    at: datetime
    """In the site's time zone; its date stands on the plan."""
