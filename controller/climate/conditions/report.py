"""What a probe said at one moment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

NO_SPANS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType({})


class Report(NamedTuple):
    """All that a probe said at one moment, as far as it can be believed."""

    at_s: float
    values: Mapping[str, float]
    suspect: bool = False
    """Something of it was left out."""
    spans: Mapping[str, tuple[float, float]] = NO_SPANS
    """Of a mean: the least and the most of what it stands for, by quantity."""
