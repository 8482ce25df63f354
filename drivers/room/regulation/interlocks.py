"""What keeps a unit off whatever the air asks for: fire, contacts, its own faults, the others.

A contact that cannot be read counts as not safe: nothing starts, and after a moment what runs
stops. It does not count as a danger, which would cut a run short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from config.climate import Regulator
from drivers.room.regulation import reasons
from drivers.room.regulation.values import ContactSays, Does, Reason, Situation, Value

UNKNOWN_GRACE_S = 10.0
"""So long what runs may go on while a contact cannot be read: modules come back."""
_OF_UNIT = ("tank_full", "unit_fault")
_CODES = {
    "smoke": reasons.SMOKE,
    "leak": reasons.LEAK,
    "tank_full": reasons.TANK_FULL,
    "unit_fault": reasons.UNIT_FAULT,
    "door": reasons.DOOR_OPEN,
    "rain": reasons.RAIN,
}
_STOPPED_BY: dict[str, tuple[Does, ...]] = {
    "door": ("dry", "humidify", "ventilate"),
    "leak": ("humidify",),
    "rain": ("ventilate",),
}
_OPPOSITES: dict[Does, tuple[Does, ...]] = {
    "dry": ("humidify",),
    "ventilate": ("humidify",),
    "humidify": ("dry", "ventilate"),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a unit has to be off."""

    reason: Reason
    danger: bool = False


def find_danger(regulator: Regulator, now: Situation) -> Stop | None:
    """Find what switches the unit off at once, the worst first."""
    if now.fire:
        return Stop(Reason(reasons.FIRE), danger=True)
    unsafe = {_CODES[each.says]: each for each in _concerning(regulator, now) if each.safe is False}
    for code in (reasons.SMOKE, reasons.LEAK, reasons.UNIT_FAULT, reasons.TANK_FULL):
        if code in unsafe:
            return Stop(Reason(code, _where(unsafe[code])), danger=True)
    faults = [fault for fault in now.faults if fault not in reasons.INFORMING]
    if not faults:
        return None
    code = reasons.TANK_FULL if faults == ["tank_full"] else reasons.UNIT_FAULT
    return Stop(Reason(code, {"reported": ", ".join(faults)}), danger=True)


def find_interlock(regulator: Regulator, now: Situation) -> Stop | None:
    """Find what lets nothing start and, once its grace is over, ends what runs."""
    for contact in _concerning(regulator, now):
        lasts_s = now.now_s - contact.since_s
        if contact.safe is None:
            if not now.runs or lasts_s >= UNKNOWN_GRACE_S:
                return Stop(Reason(reasons.CONTACT_UNKNOWN, _where(contact)))
        elif contact.says == "door" and not contact.safe:
            if not now.runs or lasts_s >= regulator.door_grace_s:
                detail = _where(contact) | {"grace_s": regulator.door_grace_s}
                return Stop(Reason(reasons.DOOR_OPEN, detail))
        elif contact.says == "rain" and not contact.safe:
            return Stop(Reason(reasons.RAIN, _where(contact)))
    return _find_opposite(regulator, now)


def find_precedence(regulator: Regulator, now: Situation) -> Reason | None:
    """Find who goes first: ventilation, then drying, then humidifying."""
    for other in now.neighbours:
        if regulator.does == "humidify" and other.does != "humidify" and other.wanted:
            return Reason(reasons.DRYING_FIRST, {"unit": other.unit})
        if regulator.does == "dry" and other.does == "ventilate" and other.wanted and other.runs:
            twice_pct = regulator.set_pct + regulator.dead_band_pct
            if now.air is not None and now.air.humidity_pct <= twice_pct:
                return Reason(
                    reasons.VENTILATION_FIRST, {"unit": other.unit, "joins_above_pct": twice_pct}
                )
    return None


def _find_opposite(regulator: Regulator, now: Situation) -> Stop | None:
    opposites = _OPPOSITES[regulator.does]
    other = next((n for n in now.neighbours if n.does in opposites and n.runs), None)
    return None if other is None else Stop(Reason(reasons.OPPOSITE_RUNS, {"unit": other.unit}))


def _concerning(regulator: Regulator, now: Situation) -> Iterator[ContactSays]:
    return (contact for contact in now.contacts if _concerns(contact, regulator))


def _concerns(contact: ContactSays, regulator: Regulator) -> bool:
    """Say whether a contact concerns a unit; smoke anywhere in the room concerns all."""
    if contact.says == "smoke":
        return True
    if contact.says in _OF_UNIT:
        return contact.unit_id == regulator.unit
    in_zone = contact.zone in (None, regulator.zone)
    return in_zone and regulator.does in _STOPPED_BY[contact.says]


def _where(contact: ContactSays) -> dict[str, Value]:
    return {"says": contact.says, "device": contact.device, "input": contact.input}
