"""The things an alarm speaks of, by the names people know them by, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from config.quantities import quantities
from config.room import Room, Words
from controller.alarms.causes import device_of
from controller.alarms.model import Alarm
from controller.alarms.trip_words import TRIP_WORDS

_PROGRAMS: Mapping[str, Words] = MappingProxyType(
    {
        "night_closing": Words(zh="夜间合架", en="The night closing"),
        "ventilation": Words(zh="通风", en="The ventilation"),
    }
)


def facts_of(alarm: Alarm, room: Room | None, zh: bool) -> dict[str, str]:
    """Name everything that words of alarms may speak of; what an alarm does not have is a dash."""
    params = alarm.params
    program = _PROGRAMS.get(str(params.get("program")))
    quantity = str(params.get("quantity"))
    sign = "±" if params.get("reading") == "half_range" else ""
    return {
        "bank": _bank_name(alarm, room, zh),
        "device": _device_name(alarm, room, zh),
        "line": str(params.get("line") or "-"),
        "program": in_(program, zh) if program else str(params.get("program")),
        "door": _door_name(alarm, room, zh),
        "item": str(params.get("item_code") or params.get("epc")),
        "why": str(params.get("why") or "-"),
        "trip": _trip(str(params.get("code")), params.get("raw"), zh),
        "zone": _zone_name(alarm, room, zh),
        "quantity": _quantity_name(quantity, zh),
        "value": f"{sign}{_measured(params.get('value'), quantity)}",
        "limit": f"{sign}{_measured(params.get('limit'), quantity)}",
        "beyond": _beyond(str(params.get("bound")), zh),
        "faults": _listed(params.get("faults")),
    }


def in_(words: Words, zh: bool) -> str:
    """Take the one language of words."""
    return words.zh if zh else words.en


def _quantity_name(quantity: str, zh: bool) -> str:
    known = quantities().get(quantity)
    return "-" if known is None else in_(known.name, zh)


def _measured(value: object, quantity: str) -> str:
    """Write a value with its unit; of a quantity nobody knows, as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "-"
    known = quantities().get(quantity)
    if known is None:
        return f"{value:g}"
    return f"{value:.{known.digits}f} {known.unit}".strip()


def _beyond(bound: str, zh: bool) -> str:
    if "low" in bound:
        return "低于" if zh else "below"
    return "高于" if zh else "above"


def _listed(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) and value else "-"


def _trip(code: str, raw: object, zh: bool) -> str:
    words = TRIP_WORDS.get(code)
    named = in_(words, zh) if words is not None else code
    if raw is None:
        return named
    return f"{named}（厂家代码 {raw}）" if zh else f"{named} (maker's code {raw})"


def _device_name(alarm: Alarm, room: Room | None, zh: bool) -> str:
    """Name a device as its room does; one that has no name there goes by its id."""
    device = device_of(alarm.params)
    devices = room.devices if room is not None else ()
    for each in devices:
        if each.id == device and isinstance(name := getattr(each, "name", None), Words):
            return in_(name, zh)
    return device or alarm.subject


def _zone_name(alarm: Alarm, room: Room | None, zh: bool) -> str:
    zone = alarm.zone or alarm.params.get("zone")
    climate = None if room is None else room.climate
    zones = () if climate is None else climate.all_zones()
    named = next((each.name for each in zones if each.zone == zone), None)
    return in_(named, zh) if named is not None else str(zone or alarm.subject)


def _bank_name(alarm: Alarm, room: Room | None, zh: bool) -> str:
    number = alarm.params.get("bank")
    banks = room.banks if room is not None else ()
    named = next((bank.name for bank in banks if bank.bank == number), None)
    return in_(named, zh) if named is not None else alarm.subject


def _door_name(alarm: Alarm, room: Room | None, zh: bool) -> str:
    name = alarm.params.get("door")
    doors = room.doors if room is not None else ()
    named = next((door.name for door in doors if door.door == name), None)
    return in_(named, zh) if named is not None else str(name)
