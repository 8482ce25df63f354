"""Addresses in words, as people read them out: 2区 7列 左面 3节 5层. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from config.addresses import Face, SlotAddress

Language = Literal["zh", "en"]

_FACES: Mapping[Language, Mapping[Face, str]] = MappingProxyType(
    {
        "zh": {Face.LEFT: "左面", Face.RIGHT: "右面"},
        "en": {Face.LEFT: "left face", Face.RIGHT: "right face"},
    }
)
_ROOM: Mapping[Language, str] = MappingProxyType({"zh": "{} 库房", "en": "Room {}"})
_FORMS: Mapping[Language, tuple[str, ...]] = MappingProxyType(
    {
        "zh": ("{}区", "{}列", "{}", "{}节", "{}层", "{}位"),
        "en": ("Bank {}", "column {}", "{}", "section {}", "shelf {}", "position {}"),
    }
)
_BETWEEN: Mapping[Language, str] = MappingProxyType({"zh": " ", "en": ", "})


def face_words(face: Face, language: Language) -> str:
    """Name a face."""
    return _FACES[language][face]


def address_words(place: SlotAddress, language: Language) -> str:
    """Say a place in words; the room is named only where the address ends with it."""
    if place.bank is None:
        return _ROOM[language].format(place.room)
    face = face_words(place.face, language) if place.face else None
    parts = (place.bank, place.column, face, place.section, place.shelf, place.slot)
    said = [
        form.format(part)
        for form, part in zip(_FORMS[language], parts, strict=True)
        if part is not None
    ]
    return _BETWEEN[language].join(said)
