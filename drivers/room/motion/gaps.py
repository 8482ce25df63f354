"""Where the gaps are, which of them goes where, and which columns that moves. Pure.

Aisle k lies before the k-th movable column of its segment, counted from 0. A column moves when the
number of gaps before it changes.
"""

from __future__ import annotations

from drivers.ports import CloseAll, OpenAisle, Order, Ventilate
from drivers.readings import SegmentReading, SteelState
from drivers.room.motion.people import is_same_person
from drivers.room.motion.segment import Asked, Hold, Limits, Segment

_AT_REST = (SteelState.STANDING, SteelState.HALTED)
"""Steel that was halted may be left with all its gaps whole; then one of them must be named."""


def park_aisles(limits: Limits) -> frozenset[int]:
    """Name the aisles that stand open when all is closed."""
    inwards = 1 if limits.park_aisle == 0 else -1
    gaps = min(limits.gaps, limits.aisles)
    return frozenset(limits.park_aisle + inwards * number for number in range(gaps))


def target_of(limits: Limits, asked: Asked) -> int | None:
    """Name the aisle a request wants a gap in; None: spread."""
    match asked.verb:
        case "open_aisle":
            return asked.aisle
        case "ventilate":
            return None
    return limits.park_aisle


def order_of(segment: Segment, asked: Asked) -> Order:
    """Say in the port's words what a request wants."""
    match asked.verb:
        case "open_aisle" if asked.aisle is not None:
            giving = giving_of(segment, asked) if segment.limits.gaps > 1 else None
            return OpenAisle(aisle=asked.aisle, giving=giving)
        case "ventilate":
            return Ventilate()
    return CloseAll()


def is_there(limits: Limits, asked: Asked, steel: SegmentReading) -> bool:
    """Say whether the steel already stands as a request wants it."""
    if asked.verb == "ventilate":
        return steel.state is SteelState.VENTILATING
    if steel.state is not SteelState.STANDING:
        return False
    if asked.verb == "open_aisle":
        return asked.aisle in steel.open_aisles
    return frozenset(steel.open_aisles) == park_aisles(limits)


def giving_of(segment: Segment, asked: Asked) -> int | None:
    """Choose the aisle that gives up its gap: held by nobody, else by the asker, then the nearest.

    A single gap has no choice. None: nobody knows where all the gaps are, or others hold both.
    """
    wanted, known = asked.aisle, _gaps_whole(segment)
    if wanted is None or known is None:
        return None
    if len(known) == 1:
        return next(iter(known))
    holders = {hold.aisle: hold.actor for hold in segment.holds}
    free = [
        aisle for aisle in known if is_same_person(holders.get(aisle, asked.actor), asked.actor)
    ]
    return min(free, key=lambda aisle: (aisle in holders, abs(aisle - wanted)), default=None)


def moved_columns(segment: Segment, asked: Asked) -> frozenset[int]:
    """Name the columns that a request would move; all if nobody knows where the gaps are."""
    limits, steel = segment.limits, segment.steel
    if steel is not None and is_there(limits, asked, steel):
        return frozenset()
    known = _gaps_known(segment)
    after = None if known is None else _gaps_after(segment, asked, known)
    columns = range(limits.aisles - 1)
    if known is None or after is None:
        return frozenset(limits.first_column + column for column in columns)
    return frozenset(
        limits.first_column + column
        for column in columns
        if _gaps_before(column, known) != _gaps_before(column, after)
    )


def keeping_others_open(segment: Segment, asked: Asked) -> Hold | None:
    """Find somebody else's hold that an opening would end; None: it leaves others alone."""
    others = [hold for hold in segment.holds if not is_same_person(hold.actor, asked.actor)]
    if not others or asked.aisle is None:
        return next(iter(others), None)
    wanted = asked.aisle
    nearest = min(others, key=lambda hold: abs(hold.aisle - wanted))
    if segment.limits.gaps == 1 or nearest.aisle == wanted:
        return nearest
    stays = segment.steel is not None and is_there(segment.limits, asked, segment.steel)
    return None if stays or giving_of(segment, asked) is not None else nearest


def _gaps_known(segment: Segment) -> frozenset[int] | None:
    """Say where all the gaps stand; None while one of them is on its way or nobody knows.

    What was halted counts as on its way: which columns it would move is not relied on.
    """
    steel = segment.steel
    is_standing = steel is not None and steel.state is SteelState.STANDING
    return _gaps_whole(segment) if is_standing else None


def _gaps_whole(segment: Segment) -> frozenset[int] | None:
    """Say which aisles a controller at rest reports open, if none of its gaps is missing."""
    steel, limits = segment.steel, segment.limits
    if steel is None or steel.state not in _AT_REST:
        return None
    all_seen = len(steel.open_aisles) == min(limits.gaps, limits.aisles)
    return frozenset(steel.open_aisles) if all_seen else None


def _gaps_after(segment: Segment, asked: Asked, known: frozenset[int]) -> frozenset[int] | None:
    match asked.verb:
        case "open_aisle" if asked.aisle is not None:
            giving = giving_of(segment, asked)
            return None if giving is None else known - {giving} | {asked.aisle}
        case "close_all" | "park":
            return park_aisles(segment.limits)
    return None


def _gaps_before(column: int, gaps: frozenset[int]) -> int:
    return sum(1 for aisle in gaps if aisle <= column)
