"""Refuses control characters in whatever a request says, in the one place that every route passes.

Nobody types them, PostgreSQL stores no NUL, and a terminal or a spreadsheet may obey the others.
Scanners send some between the parts of a code, so of an address only NUL is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from json import JSONDecodeError

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import UploadFile

from config.texts import RULE, has_control

_Place = tuple[str | int, ...]


async def refuse_control(request: Request) -> None:
    """Raise RequestValidationError that names each field with a control character."""
    places = [*_of_address(request)]
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        places += _of_json(await _read_json(request))
    elif kind == "multipart/form-data":
        places += _of_form(dict((await request.form()).multi_items()))
    if places:
        raise RequestValidationError([{"loc": place, "type": RULE} for place in places])


def _of_address(request: Request) -> Iterator[_Place]:
    for where, named in (
        ("path", request.path_params.items()),
        ("query", request.query_params.multi_items()),
    ):
        for name, value in named:
            if "\0" in str(value):
                yield where, name


async def _read_json(request: Request) -> object:
    try:
        return await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        return None  # a route that takes a body has refused it before


def _of_json(root: object) -> Iterator[_Place]:
    """Walk without going down the stack: a body may be nested as deep as its reader goes."""
    left: list[tuple[_Place, object]] = [(("body",), root)]
    while left:
        place, value = left.pop()
        if isinstance(value, str):
            if has_control(value):
                yield place
        elif isinstance(value, dict):
            if any(has_control(key) for key in value):
                yield place
            left += [((*place, key), each) for key, each in value.items()]
        elif isinstance(value, list):
            left += [((*place, number), each) for number, each in enumerate(value)]


def _of_form(form: Mapping[str, object]) -> Iterator[_Place]:
    for name, value in form.items():
        said = value.filename if isinstance(value, UploadFile) else value
        if isinstance(said, str) and has_control(said):
            yield "body", name
