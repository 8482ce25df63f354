"""One reason for or against motion, as it is told to people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from drivers.readings import Check

SeenBy = Literal["controller", "sensor", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one interlock or rule says; `code` is the refusal it means, empty when it is safe."""

    name: str
    check: Check
    code: str
    detail: Mapping[str, str | int | float] = field(default_factory=dict)
    seen_by: SeenBy | None = None
    """Who sees this interlock; None: a rule of the room, no interlock."""


def objection(name: str, code: str, **detail: str | int | float) -> Finding:
    """A rule of the room that speaks against motion."""
    return Finding(name=name, check=Check.UNSAFE, code=code, detail=detail)
