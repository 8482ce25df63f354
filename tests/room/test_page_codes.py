"""Every code that the room can tell a person has words, in both languages, at the bank."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from drivers.shelving.modbus.codes import FAULTS, REASONS
from drivers.trips import TRIPS

DRIVERS = Path(__file__).parents[2] / "drivers"
TELLING = re.compile(
    r'(?:\bcode=|objection\(\s*"\w+",\s*|Refused\(\s*[\w.]+,\s*'
    r'|_refuse\(request, |disarm\(segment, |Outcome\("not_sent", )"([a-z_]+)"'
)
WORDED = re.compile(r'^  ([a-z_0-9]+): \["([^"]+)", "([^"]+)"\],$', re.MULTILINE)


def told_in_the_room() -> set[str]:
    """Read out of the sources with which codes the room answers."""
    sources = chain(DRIVERS.glob("room/**/*.py"), DRIVERS.glob("shelving/**/*.py"))
    return {code for path in sources for code in TELLING.findall(path.read_text("utf-8"))}


def known_on_the_page() -> set[str]:
    """Read which codes the page has words for."""
    text = (DRIVERS / "room" / "page" / "assets" / "codes.js").read_text("utf-8")
    return {code for code, _, _ in WORDED.findall(text.split("const interlocks")[0])}


def test_the_codes_are_found_in_the_sources() -> None:
    assert {"hindered", "out_of_reach", "no_such_program", "replaced"} <= told_in_the_room()


@pytest.mark.parametrize("code", sorted(told_in_the_room()))
def test_what_the_room_refuses_with_has_words_at_the_bank(code: str) -> None:
    assert code in known_on_the_page()


@pytest.mark.parametrize("code", sorted({*TRIPS, *REASONS.values(), *FAULTS.values()} - {"none"}))
def test_what_a_controller_reports_has_words_at_the_bank(code: str) -> None:
    assert code in known_on_the_page()
