"""Room and site files: YAML in, frozen values out; all problems of a file are told at once."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import Mendable
from config.room import Part, Room
from config.site import Site

Model = TypeVar("Model", bound=Part)
MOST_SHOWN = 200


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
    """A file that cannot be used; `problems` holds all that is wrong with it."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        shown = "\n".join(f"  {problem}" for problem in problems[:MOST_SHOWN])
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{path}: {count}\n{shown}")
        self.path = path
        self.problems = problems


def load_room(path: Path) -> Room:
    """Read a room file; raise BadFile with every problem in it."""
    return _load(path, Room)


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
        rooms[room.room] = room
    if problems:
        raise BadFile(path, problems)
    return site, rooms


def shipped_room(name: str) -> Path:
    """Find one of the rooms that ship with the product: reference, simulated or small."""
    return Path(str(resources.files("config.rooms"))) / f"{name}.yaml"


def write_room(room: Room, path: Path) -> None:
    """Write a room file that loads as the same room."""
    text = yaml.safe_dump(room.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def _load(path: Path, model: type[Model]) -> Model:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(path, [_whole(str(error), "a readable UTF-8 file is needed")]) from error
    try:
        loader = _StrictLoader(text)
        try:
            root = loader.get_single_node()
            content = loader.construct_document(root) if root is not None else None
        finally:
            loader.dispose()
    except (yaml.YAMLError, RecursionError) as error:
        raise BadFile(path, [_whole(_one_line(error), "valid YAML is needed")]) from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        details = [detail for detail in error.errors() if not _follows_from_another(detail)]
        problems = [problem for detail in details for problem in _explain_all(detail, model, root)]
        problems += _among_the_rest(content, details, model, root)
        raise BadFile(path, problems) from error


class _StrictLoader(yaml.SafeLoader):
    """YAML without its two traps: a key that stands twice, and aliases that grow without bound."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable):
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key!r} stands twice", key_node.start_mark
                    )
                seen.add(key)
        return super().construct_mapping(node, deep)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # PyYAML: no types
            raise yaml.composer.ComposerError(
                None, None, "aliases are not allowed; write it out", mark
            )
        return super().compose_node(parent, index)


def _whole(value: str, allowed: str) -> Problem:
    return Problem(path="(file)", line=None, value=value, allowed=allowed)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


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
    outer = [part for part in detail["loc"] if not _is_union_tag(part, detail)]
    for flaw in detail["ctx"]["flaws"]:
        place = [*outer, *flaw.path]
        yield Problem(
            path=_path_text(place),
            line=_line(root, place),
            value=repr(flaw.value),
            allowed=flaw.allowed,
        )


def _explain(detail: ErrorDetails, model: type[BaseModel], root: yaml.Node | None) -> Problem:
    place = [part for part in detail["loc"] if not _is_union_tag(part, detail)]
    value = repr(detail.get("input"))
    value = value if len(value) <= 80 else value[:77] + "..."
    allowed = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "missing":
        value, allowed = "missing", "this key is needed"
    if detail["type"] == "extra_forbidden":
        allowed = _near_keys(str(place[-1]), place, model)
    return Problem(path=_path_text(place), line=_line(root, place), value=value, allowed=allowed)


def _path_text(place: list[int | str]) -> str:
    path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in place)
    return path.lstrip(".") or "(file)"


def _follows_from_another(detail: ErrorDetails) -> bool:
    """Pydantic calls a list too short when its only items are bad, which is told already."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _is_union_tag(part: int | str, detail: ErrorDetails) -> bool:
    """Pydantic puts a union's tag or type into the place, where the file has no such key."""
    return isinstance(part, str) and (
        "." in part or part in {"SerialAddress", "TcpAddress"} or "[" in part
    )


def _near_keys(key: str, place: list[int | str], model: type[BaseModel]) -> str:
    known = sorted(_keys_anywhere(model))
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"this key is not known here{hint}"


def _keys_anywhere(model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema()
    yield from schema.get("properties", {})
    for part in schema.get("$defs", {}).values():
        yield from part.get("properties", {})


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
