"""What a driver offers, in the words of requests. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from drivers.ports import Abilities, CloseAll, OpenAisle, SetLock, SetSleep, Ventilate
from drivers.room.motion.segment import Limits

ORDERS: Mapping[type, str] = {
    OpenAisle: "open_aisle",
    CloseAll: "close_all",
    Ventilate: "ventilate",
    SetLock: "lock",
    SetSleep: "sleep",
}
"""How the classes of orders are called in `Limits.orders` and on the link."""


def learn(limits: Limits, abilities: Abilities) -> Limits:
    """Take in what a driver says that it sees and can do."""
    return replace(
        limits,
        interlocks_seen=abilities.interlocks_seen,
        orders=frozenset(ORDERS[order] for order in abilities.orders),
        guarantee=abilities.guarantee,
        stops=abilities.stops,
    )
