"""What a probe said at one moment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Span(NamedTuple):
    """What a mean stands for: its least and most, and for how long it was measured."""

    low: float
    high: float
    seconds: float


NO_SPANS: Final[Mapping[str, Span]] = MappingProxyType({})


class Report(NamedTuple):
    """All that a probe said at one moment, as far as it can be believed."""

    at_s: float
    values: Mapping[str, float]
    suspect: bool = False
    """Something of it was left out."""
    spans: Mapping[str, Span] = NO_SPANS
    """By quantity, where the values are means."""
