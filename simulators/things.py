"""What bears tags in a simulated room, and where it can be. Frozen, pure."""

from __future__ import annotations

from dataclasses import dataclass

from config.addresses import SlotAddress


@dataclass(frozen=True, slots=True)
class OnShelf:
    """It stands on a shelf, its own or a wrong one."""

    address: SlotAddress


@dataclass(frozen=True, slots=True)
class OnDesk:
    """It lies on the desk, in front of the desk antenna."""


@dataclass(frozen=True, slots=True)
class InHand:
    """Somebody carries it."""


@dataclass(frozen=True, slots=True)
class InBox:
    """A file is in a box, its own or a wrong one, and goes where the box goes."""

    box: str


@dataclass(frozen=True, slots=True)
class OnTrolley:
    """It lies on the trolley."""


@dataclass(frozen=True, slots=True)
class AtDoor:
    """Somebody walks through a door with it, or up to the door; `passage` says who."""

    passage: int


@dataclass(frozen=True, slots=True)
class Outside:
    """It has left the room."""


Spot = OnShelf | OnDesk | InHand | InBox | OnTrolley | AtDoor | Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A tagged box; `home` is the shelf it belongs to, `spot` where it is."""

    code: str
    epc: str
    home: SlotAddress
    order_mm: int
    thickness_mm: int
    spot: Spot
    dead: bool = False
    """Whether its tag no longer answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFile:
    """A file with a tag of its own; `box` is the box it belongs to."""

    code: str
    epc: str
    box: str
    spot: Spot
    dead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A tag that belongs to nothing here: a visitor's, or one that another archive printed."""

    code: str
    epc: str
    spot: Spot
    dead: bool = False


Thing = Box | PaperFile | Stray


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Somebody who walks at a door, from `began_s` of the world's time on."""

    number: int
    door: str
    way: str
    """`out`, `in`, `back` (turns round in the doorway) or `near` (stands beside it)."""
    began_s: float
