"""What a driver offers, and what it does not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from drivers.ports import (
    Abilities,
    CloseAll,
    Guarantee,
    OpenAisle,
    SetLock,
    SetSleep,
    Ventilate,
)
from drivers.room.motion.finding import Finding, objection
from drivers.room.motion.segment import Asked, Limits, Segment

ORDERS: Mapping[type, str] = {
    OpenAisle: "open_aisle",
    CloseAll: "close_all",
    Ventilate: "ventilate",
    SetLock: "lock",
    SetSleep: "sleep",
}
"""How the classes of orders are called in `Limits.orders` and on the link; SetSleep also wakes."""
_NEEDS = {
    "park": "close_all",
    "unlock": "lock",
}


def learn(limits: Limits, abilities: Abilities) -> Limits:
    """Take in what a driver says that it sees and can do."""
    return replace(
        limits,
        interlocks_seen=abilities.interlocks_seen,
        orders=_name_orders(abilities),
        guarantee=abilities.guarantee,
        stops=abilities.stops,
    )


def _name_orders(abilities: Abilities) -> frozenset[str]:
    names = {ORDERS[order] for order in abilities.orders}
    if "sleep" in names:
        names |= {"wake"}
    return frozenset(names if abilities.sleeps else names - {"sleep"})


def is_offered(limits: Limits, verb: str) -> bool:
    """Say whether the driver can carry out what a verb needs."""
    return _NEEDS.get(verb, verb) in limits.orders


def starts_from_afar(limits: Limits) -> bool:
    """Say whether motion may begin while nobody stands at the bank: numbered, and stoppable."""
    return limits.guarantee is Guarantee.FENCED and limits.stops


def object_to_ability(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """Only what the driver offers."""
    if not is_offered(segment.limits, asked.verb):
        yield objection("ability", "not_offered", verb=asked.verb)


def object_to_aisle(segment: Segment, asked: Asked, at_s: float) -> Iterator[Finding]:
    """Only where the segment has an aisle."""
    limits = segment.limits
    if asked.verb == "open_aisle" and (asked.aisle is None or not 0 <= asked.aisle < limits.aisles):
        yield objection("aisle", "no_such_aisle")
