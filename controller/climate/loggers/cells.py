"""Numbers as people and loggers write them. Pure."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from controller.climate.loggers.model import Decimal

_PLAIN = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,2})?")
"""What nearly every cell looks like: one sign, and too few digits behind it for thousands."""
_WRITTEN = re.compile(r"([+-]?)\s*(\d[\d.,' ]*|[.,]\d+)\s*([^\d.,' ].*)?")
_GROUPS: Final = {
    ".": re.compile(r"\d{1,3}(?:[,' ]\d{3})*(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+"),
    ",": re.compile(r"\d{1,3}(?:[.' ]\d{3})*(?:,\d*)?|\d+(?:,\d*)?|,\d+"),
}
_LONGEST = 40


class Number(NamedTuple):
    """A number, and what was written behind it."""

    value: float
    unit: str


def parse_number(text: str, decimal: Decimal) -> Number | None:
    """Read a number with its unit, if it has one; `None` for anything else."""
    if _PLAIN.fullmatch(text) and ("." if decimal == "," else ",") not in text:
        return Number(float(text.replace(",", ".")), "")
    if len(text) > _LONGEST:
        return None
    tidy = text.strip().translate(_ODD_SIGNS)
    found = _WRITTEN.fullmatch(tidy)
    if found is None:
        return None
    sign, digits, unit = found[1], found[2].strip(), found[3] or ""
    if not _GROUPS[decimal].fullmatch(digits) or not _is_unit(unit):
        return None
    for group in (".", ",", "'", " "):
        if group != decimal:
            digits = digits.replace(group, "")
    value = float(digits.replace(",", "."))
    return Number(-value if sign == "-" else value, unit.strip())


def decimal_of(text: str) -> Decimal | None:
    """Say which sign of decimals a number shows, if it shows one beyond doubt."""
    tidy = text.strip()
    match = re.fullmatch(r"[+\-−]?\d*([.,])(\d+)(\s*[^\d.,\s].*)?", tidy)
    if match is None:
        return None
    return "," if match[1] == "," else "."


_ODD_SIGNS = str.maketrans({"−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "％": "%"})


def _is_unit(text: str) -> bool:
    """A unit is short and holds no digits: `21.5 err 3` is no number."""
    return len(text) <= 8 and not any(letter.isdigit() for letter in text)
