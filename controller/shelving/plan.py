"""The floor plan of a room as the page draws it: from the room file and its geometry alone."""

from __future__ import annotations

from typing import Any

from config.addresses import Face, SlotAddress
from config.geometry import AislePlace, aisle_of, bank_width_mm, faces_of_aisle, segments_of
from config.room import Bank, ModbusProbe, Room


def plan_body(room: Room) -> dict[str, Any]:
    """Describe the room to scale: banks, segments, aisles, faces, probes."""
    return {
        "room": room.room,
        "name": room.name.model_dump(),
        "size_mm": room.size_mm.model_dump(),
        "counting": room.counting.model_dump(),
        "start": room.start,
        "banks": [_bank(room, bank) for bank in room.banks],
        "probes": [
            {
                "id": probe.id,
                "name": probe.name.model_dump(),
                "plan_mm": probe.plan_mm.model_dump(),
            }
            for probe in room.devices
            if isinstance(probe, ModbusProbe)
        ],
    }


def _bank(room: Room, bank: Bank) -> dict[str, Any]:
    return {
        "bank": bank.bank,
        "name": bank.name.model_dump(),
        "at_mm": bank.at_mm.model_dump(),
        "columns": bank.columns,
        "fixed": list(bank.fixed),
        "column_width_mm": bank.column_width_mm,
        "column_depth_mm": bank.column_depth_mm,
        "aisle_mm": bank.aisle_mm,
        "gaps": bank.gaps,
        "mouth": bank.mouth,
        "width_mm": bank_width_mm(bank),
        "segments": _segments(room, bank),
        "faces": _faces(room, bank),
    }


def _segments(room: Room, bank: Bank) -> list[dict[str, Any]]:
    return [
        {
            "segment": segment.segment,
            "first": segment.first,
            "last": segment.last,
            "aisles": [
                {
                    "aisle": aisle,
                    "faces": [
                        {"column": column, "face": face.value}
                        for column, face in faces_of_aisle(
                            room,
                            AislePlace(bank=bank.bank, segment=segment.segment, aisle=aisle),
                        )
                    ],
                }
                for aisle in segment.aisles
            ],
        }
        for segment in segments_of(bank)
    ]


def _faces(room: Room, bank: Bank) -> list[dict[str, Any]]:
    faces: list[dict[str, Any]] = []
    for column in range(1, bank.columns + 1):
        for face in Face:
            shape = bank.shape(column, face)
            if shape is None:
                continue
            address = SlotAddress(room=room.room, bank=bank.bank, column=column, face=face)
            aisle = aisle_of(room, address)
            faces.append(
                {
                    "column": column,
                    "face": face.value,
                    "sections": shape.sections,
                    "shelves": shape.shelves,
                    "shelf_length_mm": shape.shelf_length_mm,
                    "aisle": aisle and {"segment": aisle.segment, "aisle": aisle.aisle},
                }
            )
    return faces
