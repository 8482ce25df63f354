"""Room and site files: YAML in, frozen values out; all problems of a file are told at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import Mendable
from config.room import Part, Room
from config.site import Site
from config.strict_yaml import Unreadable, parse_yaml, read_text

Model = TypeVar("Model", bound=Part)
MOST_SHOWN = 200
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file: where, what stands there, and what may stand there."""

    path: str
    line: int | None
    value: str
    allowed: str

    def __str__(self) -> str:
        line = f" (line {self.line})" if self.line else ""
        return f"{self.path}{line}: {self.value}: {self.allowed}"


class BadFile(Mendable):
    """A file that cannot be used; `problems` holds all that is wrong with it, or the first 200."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        shown = "\n".join(f"  {problem}" for problem in problems)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{path}: {count}\n{shown}")
        self.path = path
        self.problems = problems


def load_room(path: Path) -> Room:
    """Read a room file; raise BadFile with every problem in it."""
    return _load(path, Room)


def is_site_file(path: Path) -> bool:
    """Say whether a file means to be a site file; one that cannot be read is none."""
    try:
        return "\nrooms:" in read_text(path)
    except Unreadable:
        return False


def load_site(path: Path) -> tuple[Site, dict[str, Room]]:
    """Read a site file and the rooms it names, by room code; raise BadFile."""
    site = _load(path, Site)
    rooms: dict[str, Room] = {}
    problems: list[Problem] = []
    for number, name in enumerate(site.rooms):
        room = load_room(path.parent / name)
        if room.room in rooms:
            where = f"rooms[{number}]"
            problems.append(
                Problem(path=where, line=None, value=name, allowed=f"{room.room} stands twice")
            )
        if room.time_zone != site.time_zone:
            problems.append(_other_zone(f"rooms[{number}]", site, room))
        rooms[room.room] = room
    if problems:
        raise BadFile(path, problems)
    return site, rooms


def _other_zone(path: str, site: Site, room: Room) -> Problem:
    """The agent of a room reads the room file alone, so the zone stands in both."""
    allowed = (
        f"write time_zone: {site.time_zone} into the room file of {room.room}, as the site has it"
    )
    return Problem(path=path, line=None, value=f"time_zone {room.time_zone}", allowed=allowed)


def load_part(path: Path, model: type[Model]) -> Model:
    """Read another file of a room as strictly as the room file itself; raise BadFile."""
    return _load(path, model)


def explain(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Word what is wrong with a document that is in no file, as it is worded of files."""
    return [problem for detail in error.errors() for problem in _explain_all(detail, model, None)][
        :MOST_SHOWN
    ]


def shipped_room(name: str) -> Path:
    """Find one of the rooms that ship with the product: reference, simulated or small."""
    return Path(str(resources.files("config.rooms"))) / f"{name}.yaml"


def write_room(room: Room, path: Path) -> None:
    """Write a room file that loads as the same room."""
    text = yaml.safe_dump(room.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def _load(path: Path, model: type[Model]) -> Model:
    try:
        root, content = parse_yaml(read_text(path))
    except Unreadable as error:
        raise BadFile(path, [_whole(error.why, error.needed)]) from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        details = [detail for detail in error.errors() if not _follows_from_another(detail)]
        found = chain(
            (problem for detail in details for problem in _explain_all(detail, model, root)),
            _among_the_rest(content, details, model, root),
        )
        problems = list(islice(found, MOST_SHOWN))
        if next(found, None) is not None:
            problems.append(_whole("there is more wrong", "mend these first"))
        raise BadFile(path, problems) from error


def _whole(value: str, allowed: str) -> Problem:
    return Problem(path="(file)", line=None, value=value, allowed=allowed)


def _among_the_rest(
    content: Any, details: list[ErrorDetails], model: type[BaseModel], root: yaml.Node | None
) -> Iterator[Problem]:
    """Tell what does not fit together among the devices that are well formed, if others are not."""
    bad = {d["loc"][1] for d in details if d["loc"][:1] == ("devices",) and len(d["loc"]) > 1}
    if not bad or any(detail["loc"][:1] != ("devices",) for detail in details):
        return
    kept = [at for at in range(len(content["devices"])) if at not in bad]
    try:
        model.model_validate({**content, "devices": [content["devices"][at] for at in kept]})
    except ValidationError as error:
        for detail in error.errors():
            for flaw in detail.get("ctx", {}).get("flaws", ()):
                place = list(flaw.path)
                if place[:1] == ["devices"]:
                    place[1] = kept[place[1]]
                yield Problem(
                    path=_path_text(place),
                    line=_line(root, place),
                    value=repr(flaw.value),
                    allowed=flaw.allowed,
                )


def _explain_all(
    detail: ErrorDetails, model: type[BaseModel], root: yaml.Node | None
) -> Iterator[Problem]:
    """One error of the checker may carry several flaws of the file, each with its own place."""
    if detail["type"] != "flaws":
        yield _explain(detail, model, root)
        return
    outer = _place(detail)
    for flaw in detail["ctx"]["flaws"]:
        place = [*outer, *flaw.path]
        yield Problem(
            path=_path_text(place),
            line=_line(root, place),
            value=repr(flaw.value),
            allowed=flaw.allowed,
        )


def _explain(detail: ErrorDetails, model: type[BaseModel], root: yaml.Node | None) -> Problem:
    place = _place(detail)
    value = _shown(detail.get("input"))
    allowed = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "missing":
        value, allowed = "missing", "this key is needed"
    if detail["type"] == "extra_forbidden":
        allowed = _near_keys(str(place[-1]), model)
    return Problem(path=_path_text(place), line=_line(root, place), value=value, allowed=allowed)


def _shown(value: object) -> str:
    """Write a value in so few characters that a line holds it."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no number of more than 4300 digits
        return "a number of thousands of digits"
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def _path_text(place: list[int | str]) -> str:
    path = "".join(f"[{p}]" if isinstance(p, int) else f".{_key_text(p)}" for p in place)
    return path.lstrip(".") or "(file)"


def _key_text(key: str) -> str:
    """Write a key; one that a terminal would take for a command is quoted."""
    return key if key.isprintable() and len(key) <= _LONGEST_SHOWN else _shown(key)


def _follows_from_another(detail: ErrorDetails) -> bool:
    """Pydantic calls a list too short when its only items are bad, which is told already."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _place(detail: ErrorDetails) -> list[int | str]:
    """Say where in the file an error is; a key that is not known stands there as it is written."""
    within, last = detail["loc"][:-1], detail["loc"][-1:]
    is_key = detail["type"] in ("extra_forbidden", "invalid_key")
    kept = [part for part in within if not _is_union_tag(part)]
    return [*kept, *(part for part in last if is_key or not _is_union_tag(part))]


def _is_union_tag(part: int | str) -> bool:
    """Pydantic puts a union's tag or type into the place, where the file has no such key."""
    return isinstance(part, str) and (
        "." in part or part in {"SerialAddress", "TcpAddress"} or "[" in part
    )


def _near_keys(key: str, model: type[BaseModel]) -> str:
    """Say of a key that is not known at its place where it belongs, or which one is like it."""
    parts = _keys_of_parts(model)
    owners = [keys for keys in parts if key in keys]
    if len(owners) == 1 and len(owners[0]) > 1:
        beside = ", ".join(each for each in owners[0] if each != key)
        return f"this key does not belong here; it stands beside {beside}"
    if owners:
        return "this key does not belong here"
    known = sorted({each for keys in parts for each in keys})
    near = difflib.get_close_matches(key[:_LONGEST_SHOWN], known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"this key is not known here{hint}"


@cache
def _keys_of_parts(model: type[BaseModel]) -> tuple[tuple[str, ...], ...]:
    schema = model.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return tuple(tuple(part["properties"]) for part in parts if "properties" in part)


def _line(node: yaml.Node | None, place: list[int | str]) -> int | None:
    """Find the line of the deepest part of `place` that the file has."""
    if node is None:
        return None
    for part in place:
        deeper = _child(node, part)
        if deeper is None:
            break
        node = deeper
    return int(node.start_mark.line) + 1


def _child(node: yaml.Node, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]  # type: ignore[no-any-return]  # PyYAML has no types here
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value  # type: ignore[no-any-return]  # PyYAML has no types here
    return None
