"""Refuses control characters in whatever a request says, in the one place that every route passes.

Nobody types them, PostgreSQL stores no NUL, and a terminal or a spreadsheet may obey the others.
Scanners send some between the parts of a code, so of an address only NUL is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile

from config.texts import RULE, has_control

_Place = tuple[str | int, ...]
_MOST_NAMED = 50


async def refuse_control(request: Request) -> None:
    """Raise RequestValidationError that names the fields with a control character.

    A body is looked at where the route takes one, and so has been read as far as its limits let it.
    """
    places = [*_of_address(request)]
    route = request.scope["route"]
    if isinstance(route, APIRoute) and route.body_field is not None:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            places += islice(_of_json(await _read_json(request)), _MOST_NAMED)
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
    except (ValueError, RecursionError):
        return None  # a route that takes JSON has refused it before, one that takes a form will


def _of_json(root: object) -> Iterator[_Place]:
    """Walk without going down the stack, and hold no more than the way to where it is.

    A body may be nested as deep and be as long as its reader goes.
    """
    way: list[str | int] = []
    left: list[Iterator[tuple[str | int, object]]] = [iter([("body", root)])]
    while left:
        for key, value in left[-1]:
            if isinstance(value, str):
                if has_control(value):
                    yield *way, key
            elif isinstance(value, dict | list):
                if isinstance(value, dict) and any(map(has_control, value)):
                    yield *way, key
                way.append(key)
                left.append(iter(value.items() if isinstance(value, dict) else enumerate(value)))
                break
        else:
            left.pop()
            del way[-1:]


def _of_form(form: Mapping[str, object]) -> Iterator[_Place]:
    for name, value in form.items():
        said = value.filename if isinstance(value, UploadFile) else value
        if isinstance(said, str) and has_control(said):
            yield "body", name
