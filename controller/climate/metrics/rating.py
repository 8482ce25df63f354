"""What a figure means for the holdings."""

from __future__ import annotations

from enum import StrEnum


class Rating(StrEnum):
    """The scale of every metric that has published bounds."""

    GOOD = "good"
    OK = "ok"
    RISK = "risk"
