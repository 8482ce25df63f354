"""What people do with boxes, files and tags, at the desk, the door and the trolley. Pure.

Each act takes a world and returns the next, as those of acts.py do. Where an act takes `things`,
it takes codes or tags with commas or blanks between them, and `trolley` for all that lies on it.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from config.addresses import SlotAddress
from config.geometry import aisle_of, shelves_of
from simulators.finding import (
    Impossible,
    find_box,
    find_file,
    find_thing,
    find_things,
    parse_spot,
    require_antenna,
    require_door,
    require_reach,
)
from simulators.physics.doorway import WAYS
from simulators.things import (
    AtDoor,
    Box,
    InBox,
    InHand,
    OnDesk,
    OnShelf,
    OnTrolley,
    Outside,
    Passage,
    Spot,
    Stray,
    Thing,
)
from simulators.world import World, is_reachable

AWAY = "away"
_HEX = set("0123456789ABCDEF")


def take_file(world: World, *, file: str) -> World:
    """Take a file that has its own tag out of its box, or from where it lies; its box stays."""
    found = find_file(world, file)
    if isinstance(found.spot, InHand):
        raise Impossible(f"file {found.code} is in somebody's hand already")
    return _moved(world, (found,), InHand())


def put_file(world: World, *, file: str, on: str) -> World:
    """Put a carried file back into its "box", into any other one by its code, or lay it down."""
    found = find_file(world, file)
    if not isinstance(found.spot, InHand):
        raise Impossible(f"file {found.code} is in nobody's hand; take it first")
    if on == "box" or on in world.boxes:
        box = world.boxes[found.box if on == "box" else on]
        require_reach(world, box)
        return world.with_things((replace(found, spot=InBox(box.code)),))
    return world.with_things((replace(found, spot=parse_spot(world, on)),))


def lay_on_desk(world: World, *, things: str) -> World:
    """Lay boxes and files on the desk, all at once."""
    return _moved(world, find_things(world, things), OnDesk())


def take_up(world: World, *, things: str) -> World:
    """Take boxes and files into the hands, from desk, trolley or shelves, all at once."""
    return _moved(world, find_things(world, things), InHand())


def load_trolley(world: World, *, things: str) -> World:
    """Lay boxes and files on the trolley."""
    return _moved(world, find_things(world, things), OnTrolley())


def park_trolley(world: World, *, near: str) -> World:
    """Park the trolley inside near a door, or "away" from any."""
    return replace(world, trolley_at=None if near == AWAY else require_door(world, near))


def carry(world: World, *, things: str, door: str, way: str) -> World:
    """Walk at a door with things: "out", "in", "back" (turn round in it), "near" (stand by it)."""
    require_door(world, door)
    if way not in WAYS:
        raise Impossible(f"there is no way {way!r}; there are {', '.join(WAYS)}")
    carried = find_things(world, things)
    if way == "in":
        inside = [thing.code for thing in carried if thing.spot != Outside()]
        if inside:
            raise Impossible(f"{', '.join(inside)}: not outside, so nobody can carry it in")
        walker = world.with_things(replace(thing, spot=InHand()) for thing in carried)
        carried = find_things(walker, ",".join(thing.code for thing in carried))
        world = walker
    number = world.walks + 1
    passage = Passage(number=number, door=door, way=way, began_s=world.elapsed_s)
    walking = _moved(world, carried, AtDoor(number))
    return replace(walking, passages=(*world.passages, passage), walks=number)


def swap_boxes(world: World, *, box: str, other: str) -> World:
    """Put two boxes each where the other stands."""
    first, second = find_box(world, box), find_box(world, other)
    if first.code == second.code:
        raise Impossible("one box alone cannot be swapped; name another one")
    for one in (first, second):
        if not isinstance(one.spot, OnShelf):
            raise Impossible(f"box {one.code} stands on no shelf")
        require_reach(world, one)
    return world.with_things(
        (
            replace(first, spot=second.spot, order_mm=second.order_mm),
            replace(second, spot=first.spot, order_mm=first.order_mm),
        )
    )


def misplace_box(world: World, *, box: str) -> World:
    """Put a box on a wrong shelf of the same aisle, as it happens."""
    found = find_box(world, box)
    require_reach(world, found)
    start = found.spot.address if isinstance(found.spot, OnShelf) else found.home
    wrong = _wrong_shelves(world, start, found)
    if not wrong:
        raise Impossible(f"there is no wrong shelf within reach of {start}")
    chosen = Random(f"{world.seed}:{found.code}:{world.elapsed_s}").choice(wrong)
    return world.with_things((replace(found, spot=OnShelf(chosen)),))


def bring_stray(world: World, *, epc: str, on: str) -> World:
    """Bring a tag that belongs to nothing here, or move it: to desk, trolley, hand or shelf."""
    number = epc.upper()
    known = world.strays.get(number) or Stray(code=number, epc=number, spot=InHand())
    if number not in world.strays:
        _require_free(world, number)
    return world.with_things((replace(known, spot=parse_spot(world, on)),))


def kill_tag(world: World, *, thing: str) -> World:
    """A tag dies: it no longer answers any reader."""
    return world.with_things((replace(find_thing(world, thing), dead=True),))


def revive_tag(world: World, *, thing: str) -> World:
    """A thing that had a dead tag has one with the same number that answers."""
    return world.with_things((replace(find_thing(world, thing), dead=False),))


def encode_tag(world: World, *, epc: str, new_epc: str) -> World:
    """A reader writes another number into a tag."""
    found = find_thing(world, epc)
    if found.epc != new_epc:
        _require_free(world, new_epc)
    return world.with_things((replace(found, epc=new_epc),))


def cut_antenna(world: World, *, reader: str, antenna: int) -> World:
    """The cable of an antenna comes off."""
    require_antenna(world, reader, antenna)
    return replace(world, cut_antennas=world.cut_antennas | {(reader, antenna)})


def mend_antenna(world: World, *, reader: str, antenna: int) -> World:
    """The cable of an antenna is on again."""
    require_antenna(world, reader, antenna)
    return replace(world, cut_antennas=world.cut_antennas - {(reader, antenna)})


def _moved(world: World, things: tuple[Thing, ...], spot: Spot) -> World:
    for thing in things:
        require_reach(world, thing)
    return world.with_things(replace(thing, spot=spot) for thing in things)


def _wrong_shelves(world: World, start: SlotAddress, box: Box) -> list[SlotAddress]:
    aisle = aisle_of(world.room, start)
    return [
        shelf
        for shelf, _ in shelves_of(world.room)
        if shelf not in (start, box.home)
        and aisle_of(world.room, shelf) == aisle
        and is_reachable(world, shelf)
    ]


def _require_free(world: World, epc: str) -> None:
    if not epc or len(epc) % 4 or set(epc) - _HEX:
        raise Impossible(f"{epc!r} is no number of whole 16-bit words in upper-case hex")
    bearer = next((thing for thing in world.things() if thing.epc == epc), None)
    if bearer is not None:
        raise Impossible(f"{bearer.code} has the tag {epc} already")
