"""Recognises columns by their headings, and words in dates, as headings.yaml lists them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

from controller.climate.loggers.model import CLOCK, DATE, MOMENT, SENSOR, UNREAD, Column, Unit

_SHORT = 3
_FAHRENHEIT = re.compile(r"°\s*f\b|\bdeg\.?\s*f\b|\[f\]|\(f\)|\bfahrenheit\b|华氏")
_CELSIUS = re.compile(r"°\s*c\b|\bdeg\.?\s*c\b|\[c\]|\(c\)|_c\b|\bcelsius\b|摄氏")
_ZONE = re.compile(r"(?:GMT|UTC)\s*([+-]\d{1,2}(?::?\d{2})?)?", re.IGNORECASE)
_SHORT_ZONE = re.compile(
    r"(?<![A-Za-z])(?:[ACEMPHN](?:ST|DT)|AK[SD]T|NZ[SD]T|A[CEW][SD]T|BST|WES?T|CES?T|EES?T|ME[SD]?Z|MESZ|MSK|IST|JST|KST|SGT|HKT|BJT)(?![A-Za-z])"
)
"""Short names of zones, which mean different ones in different countries."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of every language, brought into the form in which they are compared."""

    kinds: tuple[tuple[str, tuple[str, ...]], ...]
    quantities: tuple[tuple[str, tuple[str, ...]], ...]
    months: dict[str, int]
    halves: tuple[tuple[str, Literal["am", "pm"]], ...]

    @property
    def chinese(self) -> tuple[str, ...]:
        """Chinese words, which tell text in a Chinese encoding from noise."""
        every = [word for _, words in (*self.kinds, *self.quantities) for word in words]
        return tuple(word for word in every if word[0] >= "一")


@cache
def words() -> Words:
    """Read the words."""
    text = (resources.files(__package__) / "headings.yaml").read_text(encoding="utf-8")
    listed: dict[str, Any] = yaml.safe_load(text)
    halves = [(plain(word), "am") for word in listed["morning"]]
    halves += [(plain(word), "pm") for word in listed["afternoon"]]
    return Words(
        kinds=_listed(listed["kinds"]),
        quantities=_listed(listed["quantities"]),
        months={
            plain(word): number
            for number, several in enumerate(listed["months"], start=1)
            for word in several
        },
        halves=tuple(sorted(halves, key=lambda pair: -len(pair[0]))),  # type: ignore[arg-type]  # the two literals
    )


def plain(text: str) -> str:
    """Bring a word into the form in which words are compared: no case, no accents, one space."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(kept.split())


def recognise(headings: Sequence[str]) -> tuple[Column, ...]:
    """Say what stands in each column; a date beside a clock is two halves of one moment."""
    found = [(heading, _meaning(plain(heading))) for heading in headings]
    meanings = [meaning for _, meaning in found]
    if MOMENT in meanings:
        meanings = [UNREAD if each in (DATE, CLOCK) else each for each in meanings]
    elif (DATE in meanings) != (CLOCK in meanings):
        meanings = [MOMENT if each in (DATE, CLOCK) else each for each in meanings]
    return tuple(
        Column(place=place, heading=heading.strip(), means=meaning, unit=unit_in(heading))
        for place, ((heading, _), meaning) in enumerate(zip(found, meanings, strict=True), start=1)
    )


def unit_in(text: str) -> Unit | None:
    """Find a unit of temperature in a heading or beside a number."""
    written = plain(text)
    if _FAHRENHEIT.search(written):
        return "F"
    return "C" if _CELSIUS.search(written) else None


def zone_in(headings: Sequence[str]) -> str | None:
    """Find a distance from UTC that the heading of a time names, as in GMT+01:00."""
    for column in recognise(headings):
        named = _ZONE.search(column.heading) if column.means in (MOMENT, DATE, CLOCK) else None
        if named:
            return f"UTC{named[1] or '+0'}"
    return None


def zone_unsure(headings: Sequence[str]) -> str | None:
    """Find the short name of a zone in the heading of a time, as in EST: what it means is asked."""
    for column in recognise(headings):
        named = (
            _SHORT_ZONE.search(column.heading) if column.means in (MOMENT, DATE, CLOCK) else None
        )
        if named:
            return named[0]
    return None


def _listed(by: dict[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((key, tuple(plain(word) for word in several)) for key, several in by.items())


@cache
def _meaning(heading: str) -> str:
    known = words()
    for quantity, several in known.quantities:
        if any(_has(heading, word) for word in several):
            return quantity
    by_kind = {kind: any(_has(heading, word) for word in several) for kind, several in known.kinds}
    if by_kind[MOMENT] or (by_kind[DATE] and by_kind[CLOCK]):
        return MOMENT
    for kind in (DATE, CLOCK, SENSOR):
        if by_kind[kind]:
            return kind
    return UNREAD


def _has(heading: str, word: str) -> bool:
    """Short words stand alone; Chinese has no spaces, so there any place will do."""
    if len(word) > _SHORT or word[0] >= "一":
        return word in heading
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", heading) is not None
