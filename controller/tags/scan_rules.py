"""Reads what a scanner types: our labels, codes, shelf addresses, tag numbers. Pure.

Scanners type what keyboard layout and input method make of it: full-width digits, other dashes,
lower case, spaces. People type the address in words. Nothing is looked up here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from typing import Final, Literal

from config.addresses import SlotAddress, parse_address
from controller.tags.model import Scanned
from controller.tags.schemes import parse_epc
from controller.words.normal import fold_code

LONGEST: Final = 300
_LABELS: dict[str, Literal["box", "file", "shelf"]] = {"B": "box", "F": "file", "S": "shelf"}
_LABEL = re.compile(r"SR:(?P<kind>[BFS]):(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_SHORTEST_EPC = 8
"""Fewer hex digits are likelier a mistyped code; a tag we know is found however short."""
_WORDS = re.compile(
    r"(?:(?P<room>[A-Z][A-Z0-9]{0,15})(?:库房)?-?)??"
    r"(?P<bank>\d+)区-?(?P<column>\d+)列"
    r"(?:-?(?P<face>左|右)面?(?:-?(?P<section>\d+)节(?:-?(?P<shelf>\d+)层)?)?)?"
)
_FACES = {"左": "L", "右": "R"}


def read_scan(text: str, rooms: Collection[str]) -> Scanned:
    """Read a text in every way it can be meant. `rooms` completes an address in words."""
    raw = text[:LONGEST]
    plain = unicodedata.normalize("NFKC", raw).strip()
    label = _LABEL.fullmatch(plain)
    only = _LABELS[label["kind"].upper()] if label else None
    body = label["rest"].strip() if label else plain
    address = _find_address(body, rooms)
    is_shelf = address is not None and address.shelf is not None
    return Scanned(
        only=only,
        text=body,
        key=fold_code(body),
        shelf=str(address) if is_shelf else None,
        place=None if address is None or is_shelf else str(address),
        epc=_find_epc(raw) if only is None else None,
    )


def is_likely_tag(epc: str) -> bool:
    """Say whether a number nobody knows is long enough to be a tag's."""
    return len(epc) >= _SHORTEST_EPC


def _find_address(text: str, rooms: Collection[str]) -> SlotAddress | None:
    """Read the address of a column or of a part of one; a slot names its shelf."""
    spaced = "-".join(text.upper().split())
    for form in (_from_words(fold_code(text), rooms), fold_code(text), fold_code(spaced)):
        try:
            address = parse_address(form or "")
        except ValueError:
            continue
        if address.column is not None:
            return replace(address, slot=None)
    return None


def _from_words(text: str, rooms: Collection[str]) -> str | None:
    words = _WORDS.fullmatch(text)
    room = (words["room"] or (next(iter(rooms)) if len(rooms) == 1 else None)) if words else None
    if words is None or room is None:
        return None
    parts = [f"B{int(words['bank'])}", f"C{int(words['column'])}"]
    if words["face"]:
        parts.append(_FACES[words["face"]])
    parts += [str(int(words[name])) for name in ("section", "shelf") if words[name]]
    return "-".join((room, *parts))


def _find_epc(text: str) -> str | None:
    try:
        return parse_epc(text)
    except ValueError:
        return None
