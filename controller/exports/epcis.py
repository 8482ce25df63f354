"""Tells movements and tags as events of GS1 EPCIS 2.0 (JSON-LD). Pure.

Words of `bizStep` and `disposition` are those of the Core Business Vocabulary 2.0. No person is
named: whoever reads this is outside the house. Our own fields stand in a namespace of ours.

What happened                          | event, action      | bizStep         | disposition
-------------------------------------- | ------------------ | --------------- | -----------------
on its shelf again                     | Object, OBSERVE    | storing         | available
on another shelf                       | Object, OBSERVE    | storing         | mismatch_instance
from a person to the desk              | Object, OBSERVE    | receiving       | returned
from elsewhere to the desk             | Object, OBSERVE    | picking         | in_progress
out of a held aisle                    | Object, OBSERVE    | picking         | in_transit
with a person                          | Object, OBSERVE    | removing        | unavailable
gone, nobody knows where               | Object, OBSERVE    | removing        | unknown
out of the door                        | Object, OBSERVE    | departing       | unavailable
in by the door                         | Object, OBSERVE    | entering_exiting| in_progress
at the door, nobody knows which way    | Object, OBSERVE    | entering_exiting| unknown
a file into a box                      | Aggregation, ADD   | packing         | -
a file out of a box                    | Aggregation, DELETE| unpacking       | -
first tag, written by us               | Object, ADD        | encoding        | encoded
first tag, made elsewhere              | Object, ADD        | commissioning   | active
another tag                            | Object, OBSERVE    | replacing       | active
no tag any more                        | Object, OBSERVE    | decommissioning | inactive

Where a tag is a GS1 key, the key itself is what comes and goes: another tag deletes the old key
and adds the new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from controller.exports.identities import TERMS, Identities, RowKind
from controller.exports.model import BorneTag, Moved, Passed, Tagged
from controller.holdings.model import ItemKind, Place, PlaceKind

Event = dict[str, Any]

CONTEXT = ("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"stackroom": TERMS})
_STEPS: Mapping[PlaceKind, tuple[str, str]] = MappingProxyType(
    {
        PlaceKind.HOME: ("storing", "available"),
        PlaceKind.SHELF: ("storing", "mismatch_instance"),
        PlaceKind.DESK: ("picking", "in_progress"),
        PlaceKind.TRANSIT: ("picking", "in_transit"),
        PlaceKind.PERSON: ("removing", "unavailable"),
        PlaceKind.UNKNOWN: ("removing", "unknown"),
    }
)
_BACK_AT_DESK = ("receiving", "returned")
_AT_DOOR: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "out": ("departing", "unavailable"),
        "in": ("entering_exiting", "in_progress"),
        "unsure": ("entering_exiting", "unknown"),
    }
)
_FIRST_TAG: Mapping[bool, tuple[str, str]] = MappingProxyType(
    {True: ("encoding", "encoded"), False: ("commissioning", "active")}
)


def document_head(created_at: datetime, zone: ZoneInfo) -> Event:
    """Begin a document; its events come under `epcisBody.eventList`."""
    return {
        "@context": list(CONTEXT),
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": created_at.astimezone(zone).isoformat(timespec="milliseconds"),
    }


def movement_events(names: Identities, moved: Moved) -> Iterator[Event]:
    """Tell a movement: out of a box, then where to, then into a box, as far as it applies."""
    movement = moved.movement
    told = movement.id, movement.at
    if movement.item_kind == "file" and moved.was_in_box and not movement.with_box:
        yield _packing(names, moved, movement.box_code, moved.box_tags[0], "DELETE")
    if movement.from_box_code is not None and moved.was_in_box:
        yield _packing(names, moved, movement.from_box_code, moved.box_tags[1], "DELETE")
    step, disposition = _step(movement.from_place, movement.to_place)
    yield {
        **_when(names, "movement", *told, "object"),
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "epcList": [_item(names, moved)],
        "bizStep": step,
        "disposition": disposition,
        **_where(names, moved),
        "stackroom:cause": movement.cause,
        **({"stackroom:confidence": movement.confidence} if movement.confidence else {}),
    }
    if movement.item_kind == "file" and movement.with_box:
        yield _packing(names, moved, movement.box_code, moved.box_tags[0], "ADD")


def tag_events(names: Identities, tagged: Tagged) -> Iterator[Event]:
    """Tell that an item got, changed or lost its tag."""
    new = names.gs1(tagged.tag) if tagged.tag else None
    old = names.gs1(tagged.before) if tagged.before else None
    own = names.item(tagged.item.kind, tagged.item.code, None)
    if old is not None and old != new:
        yield _tag_event(names, tagged, old, "DELETE", ("decommissioning", "inactive"))
    if tagged.tag is None:
        if old is None:
            yield _tag_event(names, tagged, own, "OBSERVE", ("decommissioning", "inactive"))
    elif new is None and tagged.before is not None:
        yield _tag_event(names, tagged, own, "OBSERVE", ("replacing", "active"))
    elif new is None or new != old:
        yield _tag_event(names, tagged, new or own, "ADD", _FIRST_TAG[tagged.cause == "written"])


def passage_event(names: Identities, passed: Passed) -> Event:
    """Tell that an item passed a door."""
    step, disposition = _AT_DOOR[passed.direction]
    return {
        **_when(names, "passage", passed.id, passed.at, passed.item.code),
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "epcList": [names.item(passed.item.kind, passed.item.code, passed.tag)],
        "bizStep": step,
        "disposition": disposition,
        "readPoint": {"id": names.door(passed.room, passed.door)},
        "stackroom:confidence": passed.confidence,
        "stackroom:alarmed": passed.alarmed,
    }


def _step(before: Place, after: Place) -> tuple[str, str]:
    if after.kind is PlaceKind.DESK and before.kind is PlaceKind.PERSON:
        return _BACK_AT_DESK
    return _STEPS[after.kind]


def _packing(names: Identities, moved: Moved, box: str, tag: BorneTag | None, action: str) -> Event:
    part = {"ADD": "in", "DELETE": "out"}[action]
    return {
        **_when(names, "movement", moved.movement.id, moved.movement.at, part),
        "type": "AggregationEvent",
        "action": action,
        "parentID": names.item("box", box, tag),
        "childEPCs": [_item(names, moved)],
        "bizStep": {"ADD": "packing", "DELETE": "unpacking"}[action],
    }


def _tag_event(
    names: Identities, tagged: Tagged, identity: str, action: str, step: tuple[str, str]
) -> Event:
    tag = tagged.before if action == "DELETE" or tagged.tag is None else tagged.tag
    return {
        **_when(names, "tag", tagged.id, tagged.at, action.lower()),
        "type": "ObjectEvent",
        "action": action,
        "epcList": [identity],
        "bizStep": step[0],
        "disposition": step[1],
        **({"stackroom:tag": tag.epc} if tag else {}),
        "stackroom:item": names.item(tagged.item.kind, tagged.item.code, None),
    }


def _when(names: Identities, kind: RowKind, number: int, at: datetime, part: str) -> Event:
    local = at.astimezone(names.site.zone())
    return {
        "eventID": names.event(kind, number, at, part),
        "eventTime": local.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": offset_of(local),
    }


def offset_of(local: datetime) -> str:
    """Write an offset as EPCIS wants it: sign, hours, colon, minutes."""
    return local.isoformat(timespec="seconds")[-6:]


def _where(names: Identities, moved: Moved) -> Event:
    """The read point is where it was seen, or last seen; the location is where it is now."""
    before, after = moved.movement.from_place, moved.movement.to_place
    here = _place(names, after, moved.room)
    seen = here or _place(names, before, moved.room)
    return {
        **({"readPoint": {"id": seen}} if seen else {}),
        **({"bizLocation": {"id": here}} if here else {}),
    }


def _place(names: Identities, place: Place, room: str | None) -> str | None:
    if place.kind is PlaceKind.DESK:
        return names.desk(room)
    return names.place(place.address) if place.address else None


def _item(names: Identities, moved: Moved) -> str:
    movement = moved.movement
    kind: ItemKind = "box" if movement.item_kind == "box" else "file"
    return names.item(kind, movement.item, moved.tag)
