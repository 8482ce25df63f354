"""Reads requests from the link; of one that cannot be read it says which field is wrong."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from uuid import uuid4

from pydantic import ValidationError

from drivers.messages import Actor, ClimateRequest, Message, Request, TagRequest

_log = logging.getLogger(__name__)

_AN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SOMEBODY = Actor(id="somebody", name="somebody")
_STOP_TTL_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """What came as a request and is none."""

    request_id: str | None
    """None: not even that can be read, so there is nobody to answer."""
    field: str
    """The first that is wrong, as `actor.name`; empty if it is no JSON object at all."""
    why: str


def read_request(payload: bytes) -> Request | Unreadable:
    """Read a request; a stop is obeyed as long as it says which bank, whatever else is wrong."""
    try:
        return Request.model_validate_json(payload)
    except ValidationError as error:
        stop = _find(_Stop, payload)
        if stop is None:
            return _describe(payload, error)
        _log.warning("a stop of bank %d is obeyed, though it is unreadable: %s", stop.bank, error)
        return stop.to_request()


def read_tag_request(payload: bytes) -> TagRequest | Unreadable:
    """Read a request about tags."""
    try:
        return TagRequest.model_validate_json(payload)
    except ValidationError as error:
        return _describe(payload, error)


def read_climate_request(payload: bytes) -> ClimateRequest | Unreadable:
    """Read a request about a unit of the air."""
    try:
        return ClimateRequest.model_validate_json(payload)
    except ValidationError as error:
        return _describe(payload, error)


class _Named(Message):
    """What must be readable of a request that is to be answered."""

    id: Any = None

    def find_id(self) -> str | None:
        known = isinstance(self.id, str) and _AN_ID.fullmatch(self.id)
        return self.id if known else None


class _Stop(_Named):
    """What must be readable of a stop."""

    verb: Literal["stop"]
    bank: int
    segment: int | None = None

    def to_request(self) -> Request:
        return Request(
            id=self.find_id() or uuid4().hex,
            verb="stop",
            bank=self.bank,
            segment=self.segment,
            actor=_SOMEBODY,
            ttl_s=_STOP_TTL_S,
        )


_N = TypeVar("_N", bound=_Named)


def _find(kind: type[_N], payload: bytes) -> _N | None:
    try:
        return kind.model_validate_json(payload)
    except ValidationError:
        return None


def _describe(payload: bytes, error: ValidationError) -> Unreadable:
    named = _find(_Named, payload)
    first = error.errors(include_url=False, include_input=False)[0]
    return Unreadable(
        request_id=None if named is None else named.find_id(),
        field=".".join(str(step) for step in first["loc"]),
        why=first["msg"],
    )
