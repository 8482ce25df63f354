"""Whatever code the room may tell, the page at the bank has words for it in both languages.

The codes are read from the sources: whoever writes a new one is told here that it needs words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import trips
from drivers.room.motion import INTERLOCKS
from drivers.shelving.modbus import codes

ROOM = Path(__file__).parents[2] / "drivers" / "room"
SHELVING = ROOM.parent / "shelving"
ASSET = (ROOM / "page" / "assets" / "codes.js").read_text(encoding="utf-8")
A_CODE = re.compile(r"[a-z]+(_[a-z]+)+|stopped|replaced|hindered|locked|asleep|fire|power|crank")
NO_CODES = {"bank_page", "close_all", "open_aisle", "start_button", "walk_round", *INTERLOCKS}
NO_CODES -= {"crank", "entrance", "fire", "maintenance_key", "obstruction", "power"}
"""Names of origins, orders, needs and interlocks; six interlocks are called as their codes are."""
NO_CODE_BY_KEYWORD = {"mode", "name", "origin", "seen_by", "status", "verb", "via"}
NO_CODE_BY_PLACE = {"objection": 0, "_finding": 0, "Answer": 1, "note_start": 1}
CODE_BY_PLACE = {"Refused": 1, "_refuse": 1, "Different": 0, "Stopped": 0, "Outcome": 1}
"""In which place of which call a code is written, outside of motion."""


def words_of(table: str) -> dict[str, tuple[str, str]]:
    """Read a table of codes.js."""
    body = ASSET.split(f"const {table} = {{", 1)[1].split("\n};", 1)[0]
    rows = re.findall(r'^  (\w+): \["(.+)", "(.+)"\],$', body, re.MULTILINE)
    assert len(rows) == len(body.strip().splitlines()), f"a line of {table} was not understood"
    assert len({code for code, *_ in rows}) == len(rows), f"{table} says something twice"
    return {code: (zh, en) for code, zh, en in rows}


def nodes_of(source: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(source.read_text(encoding="utf-8"))))


def texts(nodes: Iterator[ast.AST] | list[ast.AST]) -> set[str]:
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return {text for text in constants if isinstance(text, str) and A_CODE.fullmatch(text)}


def told_by_motion(source: Path) -> set[str]:
    """Collect all texts of a file but names of keys, verbs, phases and modes."""
    nodes = nodes_of(source)
    left_out = {id(leaf) for node in nodes for leaf in _no_codes(node)}
    return texts([node for node in nodes if id(node) not in left_out]) - NO_CODES


def _no_codes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Dict(keys=keys):
            yield from (key for key in keys if key is not None)
        case ast.Compare() | ast.Subscript(slice=ast.Tuple()):
            yield from ast.walk(node)
        case ast.match_case(pattern=pattern):
            yield from ast.walk(pattern)
        case ast.Assign(targets=[ast.Name(id="__all__" | "_NEEDS")], value=value):
            yield from ast.walk(value)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            place = NO_CODE_BY_PLACE.get(name)
            yield from args if name in ("get", "says", "index") else ()
            yield from args[place : place + 1] if place is not None else ()
            yield from (k.value for k in node.keywords if k.arg in NO_CODE_BY_KEYWORD)


def told_by_others(source: Path) -> set[str]:
    """Collect the codes of a file where it is known in which place of a call they are written."""
    return set[str]().union(*(texts(list(_codes(node))) for node in nodes_of(source)))


def _codes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Assign(targets=[ast.Name(id="code" | "CODE" | "MEMORY_LOST")], value=value):
            yield from ast.walk(value)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            place = CODE_BY_PLACE.get(name)
            yield from args[place : place + 1] if place is not None else ()
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "code")


def without_words(told: set[str]) -> list[str]:
    return sorted(told - words_of("codes").keys())


def test_all_that_motion_tells_has_words() -> None:
    told = set[str]().union(*map(told_by_motion, (ROOM / "motion").glob("*.py")))
    assert {"held_by_other", "which_aisle", "moves_unasked", "replaced", "power_cut"} <= told
    assert without_words(told) == []


def test_all_that_the_agent_the_page_and_the_drivers_refuse_has_words() -> None:
    sources = [*ROOM.glob("*.py"), *(ROOM / "page").glob("*.py"), *SHELVING.rglob("*.py")]
    told = set[str]().union(*map(told_by_others, sources))
    assert {"no_such_segment", "wrong_badge", "agent_restarted", "not_taken"} <= told
    assert without_words(told) == []


def test_all_that_a_controller_reports_has_words() -> None:
    reported = {*trips.TRIPS, *codes.REASONS.values(), *codes.FAULTS.values()}
    assert without_words(reported - {"none"}) == []


@pytest.mark.parametrize("table", ["interlocks", "vouches"])
def test_every_interlock_has_a_name_and_a_sentence_to_vouch_with(table: str) -> None:
    assert words_of(table).keys() == set(INTERLOCKS)
