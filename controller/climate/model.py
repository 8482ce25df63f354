"""Climate as values: what becomes of a reading."""

from __future__ import annotations

from enum import StrEnum


class Judgement(StrEnum):
    """What a reading means under the limits; the later one outweighs the earlier."""

    OK = "ok"
    LOW = "low"
    HIGH = "high"
    SUSPECT = "suspect"
    STALE = "stale"
    NONE = "none"
