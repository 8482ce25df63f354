"""Values of limits in force. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.climate import Zone
from config.limits import LimitProfile
from config.load import Problem

Origin = Literal["shipped", "site", "page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """That there is a version of some limits: where it came from, when, by whom."""

    profile_id: str
    version: int
    """Counted by us; equal to the file's own number unless a file changed and kept that."""
    digest: str
    origin: Origin
    at: datetime | None
    """When it came into force; `None` before it was ever recorded."""
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Recorded):
    """One version of a profile that can be applied."""

    profile: LimitProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Flawed(Recorded):
    """A version that was recorded once and is not allowed any more: nobody is judged by it."""

    document: Mapping[str, object]
    """As it was written."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who gave a zone other limits than its room file."""

    profile_id: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneLimits:
    """What one zone keeps; nothing is judged of the air outside."""

    zone: Zone
    limits: Version | None
    choice: Choice | None
    """`None`: as the room file says."""
    flawed: Flawed | None = None
    """What it should keep and cannot be applied; `limits` are what it is judged by meanwhile."""


def digest_of(profile: LimitProfile) -> str:
    """Return a number that changes with anything in a profile."""
    text = json.dumps(document_of(profile), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def document_of(profile: LimitProfile) -> Mapping[str, object]:
    """Return a profile as JSON knows it."""
    document: Mapping[str, object] = profile.model_dump(mode="json")
    return document
