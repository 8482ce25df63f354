"""What the page tells: the room's steel, its state, and places in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from config.addresses import SlotAddress, parse_address
from config.geometry import AislePlace, Segment, aisle_of, segments_of
from config.room import Bank, Door, Room
from drivers.messages import Home
from drivers.room.doors import Left
from drivers.room.setbacks import Setback

_FACES_ZH = {"L": "左面", "R": "右面"}
_FACES_EN = {"L": "left face", "R": "right face"}


def describe_steel(room: Room) -> dict[str, Any]:
    """Say what of the room never changes: banks, segments, aisles, units."""
    regulators = room.climate.regulators
    return {
        "room": room.room,
        "name": room.name.model_dump(),
        "start": room.start,
        "banks": [_describe_bank(bank) for bank in room.banks],
        "units": [
            {
                "id": unit.id,
                "name": unit.name.model_dump(),
                "does": next((r.does for r in regulators if r.unit == unit.id), None),
            }
            for unit in room.units()
        ],
    }


def describe_home(room: Room, home: Home) -> dict[str, Any]:
    """Say where a box belongs: as code, in words, and which aisle leads there."""
    place = parse_address(home.shelf)
    return {
        "box": home.box_code,
        "address": home.shelf,
        "words": {"zh": _in_chinese(place), "en": _in_english(place)},
        "aisle": _aisle(room, place),
    }


def describe_door(door: Door, sounding: bool, left: Sequence[Left]) -> dict[str, Any]:
    """Say what left by a door without being allowed to, by its code and the age of the loans."""
    return {
        "door": door.door,
        "name": door.name.model_dump(),
        "sounding": sounding,
        "left": [
            {
                "code": each.home.file_code or each.home.box_code,
                "is_file": each.home.file_code is not None,
                "at": each.event.at.isoformat(),
                "loans_age_s": each.event.loans_age_s,
            }
            for each in left
        ],
    }


def describe_setback(setback: Setback) -> dict[str, Any]:
    """Say what was asked of which segment, by whom, and what came of it."""
    request, answer = setback.entry.request, setback.answer
    return {
        "id": request.id,
        "bank": request.bank,
        "segment": request.segment,
        "verb": request.verb,
        "aisle": request.aisle,
        "name": request.actor.name,
        "at": setback.at.isoformat(),
        "status": answer.status,
        "code": answer.code,
        "detail": dict(answer.detail),
    }


def _describe_bank(bank: Bank) -> dict[str, Any]:
    return {
        "bank": bank.bank,
        "name": bank.name.model_dump(),
        "segments": [
            {"segment": part.segment, "aisles": [_between(bank, part, a) for a in part.aisles]}
            for part in segments_of(bank)
        ],
    }


def _between(bank: Bank, part: Segment, aisle: int) -> dict[str, int | None]:
    """Name the columns on both sides of an aisle; `None` is the end of the bank."""
    before = part.first - 1 + aisle
    return {
        "aisle": aisle,
        "before": before if before >= 1 else None,
        "after": before + 1 if before < bank.columns else None,
    }


def _aisle(room: Room, place: SlotAddress) -> dict[str, int] | None:
    try:
        aisle: AislePlace | None = aisle_of(room, place)
    except (ValueError, KeyError):
        return None
    if aisle is None:
        return None
    return {"bank": aisle.bank, "segment": aisle.segment, "aisle": aisle.aisle}


def _in_chinese(place: SlotAddress) -> str:
    parts = (
        (place.bank, "{}区"),
        (place.column, "{}列"),
        (_FACES_ZH.get(place.face) if place.face else None, "{}"),
        (place.section, "{}节"),
        (place.shelf, "{}层"),
    )
    return " ".join(form.format(part) for part, form in parts if part is not None)


def _in_english(place: SlotAddress) -> str:
    parts = (
        (place.bank, "bank {}"),
        (place.column, "column {}"),
        (_FACES_EN.get(place.face) if place.face else None, "{}"),
        (place.section, "section {}"),
        (place.shelf, "shelf {}"),
    )
    return ", ".join(form.format(part) for part, form in parts if part is not None)
