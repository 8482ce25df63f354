"""Finds what an act speaks of, or says why it cannot be done. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from config.addresses import SlotAddress, parse_address
from config.geometry import shelves_of
from config.readers import Antenna
from config.room import READERS
from simulators.things import (
    AtDoor,
    Box,
    InHand,
    OnDesk,
    OnShelf,
    OnTrolley,
    Outside,
    PaperFile,
    Spot,
    Thing,
)
from simulators.world import World, is_reachable

TROLLEY = "trolley"
DESK = "desk"
HAND = "hand"
_Kind = TypeVar("_Kind", bound=Thing)
_APART = re.compile(r"[\s,;，、；]+")


class Impossible(ValueError):
    """The act cannot be done in this world; the text says why and what would help."""


def find_box(world: World, name: str) -> Box:
    """Return a box by its code or its tag; raise Impossible if there is none."""
    box = world.boxes.get(name) or _by_epc(world.boxes.values(), name)
    if box is None:
        raise Impossible(f"there is no box {name!r} in this room")
    return box


def find_file(world: World, name: str) -> PaperFile:
    """Return a file that has a tag of its own, by its code or its tag; else raise Impossible."""
    file = world.files.get(name) or _by_epc(world.files.values(), name)
    if file is None:
        raise Impossible(f"no file {name!r} in this room has a tag of its own")
    return file


def find_thing(world: World, name: str) -> Thing:
    """Return a box, a tagged file or a stray tag by code or tag; raise Impossible if none is it."""
    thing = world.boxes.get(name) or world.files.get(name) or world.strays.get(name)
    thing = thing or _by_epc(world.things(), name)
    if thing is None:
        raise Impossible(f"there is no box, tagged file or tag {name!r} in this room")
    return thing


def find_things(world: World, names: str) -> tuple[Thing, ...]:
    """Return all things of a list with commas or blanks; `trolley` is all that lies on it."""
    found: dict[str, Thing] = {}
    for name in filter(None, _APART.split(names)):
        if name == TROLLEY:
            found |= {t.code: t for t in world.things() if t.spot == OnTrolley()}
        else:
            thing = find_thing(world, name)
            found[thing.code] = thing
    if not found:
        raise Impossible("nothing is named; name codes or tags with commas between them")
    return tuple(found.values())


def require_reach(world: World, thing: Thing) -> None:
    """Raise Impossible unless somebody in the room can lay hands on a thing."""
    match world.place_of(thing):
        case OnShelf(address):
            require_shelf_reach(world, address)
        case AtDoor():
            raise Impossible(f"somebody walks at a door with {thing.code}; wait until they stand")
        case Outside():
            raise Impossible(f"{thing.code} is outside; carry it in first")


def require_shelf_reach(world: World, shelf: SlotAddress) -> None:
    """Raise Impossible unless a shelf's aisle is open and nothing moves there."""
    if not is_reachable(world, shelf):
        raise Impossible(f"nobody can reach {shelf}: its aisle is not open and standing")


def parse_shelf(world: World, text: str, also: str) -> SlotAddress:
    """Read a shelf of this room; `also` says what else would have been understood."""
    try:
        address = parse_address(text)
    except ValueError as error:
        raise Impossible(f"on: {error}; or {also}") from error
    if address not in {shelf for shelf, _ in shelves_of(world.room)}:
        raise Impossible(f"{text} is no shelf of this room")
    return address


def parse_spot(world: World, text: str) -> Spot:
    """Read where to put something down: the desk, the trolley, a hand, or a shelf within reach."""
    spots: dict[str, Spot] = {DESK: OnDesk(), TROLLEY: OnTrolley(), HAND: InHand()}
    if text in spots:
        return spots[text]
    address = parse_shelf(world, text, "'desk', 'trolley' or 'hand'")
    require_shelf_reach(world, address)
    return OnShelf(address)


def require_door(world: World, door: str) -> str:
    """Return a door's name; raise Impossible if the room file lists no such door."""
    known = [one.door for one in world.room.doors]
    if door not in known:
        raise Impossible(f"there is no door {door!r}; there are {', '.join(known) or 'none'}")
    return door


def require_antenna(world: World, reader: str, antenna: int) -> Antenna:
    """Return an antenna of the room file; raise Impossible if it lists no such antenna."""
    readers = {d.id: d for d in world.room.devices if isinstance(d, READERS)}
    if reader not in readers:
        raise Impossible(f"there is no reader {reader!r}; there are {', '.join(readers) or 'none'}")
    numbers = {one.antenna: one for one in readers[reader].antennas}
    if antenna not in numbers:
        raise Impossible(f"{reader} has no antenna {antenna}; it has {sorted(numbers)}")
    return numbers[antenna]


def _by_epc(things: Iterable[_Kind], name: str) -> _Kind | None:
    wanted = name.upper()
    return next((thing for thing in things if thing.epc == wanted), None)
