"""How tag work says no on the API."""

from __future__ import annotations

from controller.holdings.model import Bearer, NotHeld
from controller.holdings.tagging import TagInUse
from controller.problems import Problem
from controller.tags import schemes
from controller.tags.model import Refused


def parse_epc(text: str) -> str:
    """Read a tag number out of a request; raise Problem if it is none."""
    try:
        return schemes.parse_epc(text)
    except ValueError as error:
        raise Problem(422, "tags.no_number", {"text": text[:80]}) from error


def problem_of(error: NotHeld | TagInUse | Refused, item: Bearer) -> Problem:
    """Say no in the way of the API."""
    if isinstance(error, TagInUse):
        return Problem(409, "tags.in_use", {"kind": error.item.kind, "code": error.item.code})
    if isinstance(error, Refused):
        return Problem(409, error.code, error.params)
    return Problem(404, f"holdings.no_such_{item.kind}", {"code": item.code})
