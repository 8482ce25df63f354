"""Whether two names mean one person. Pure."""

from __future__ import annotations

from drivers.messages import Actor


def is_same_person(one: Actor, other: Actor) -> bool:
    """Say whether an account and a PIN at the bank belong to one: no two people share a name."""
    return one.id == other.id or one.name == other.name
