"""What can go wrong with a wire, set and cleared while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random

_DAY_US = 86_400_000_000


class FaultKind(StrEnum):
    """What a fault does to a wire."""

    CUT = "cut"
    """Nothing gets through; over TCP connections drop and new ones are refused."""
    DELAY = "delay"
    """The far end takes `delay_s` longer before it does what it was asked."""
    GARBLE = "garble"
    """Bytes of the reply change."""
    STALL = "stall"
    """The connection stands, but what is sent is lost and nothing is answered."""
    MUTE = "mute"
    """What is sent arrives and acts, but the reply is lost."""
    DUPLICATE = "duplicate"
    """What is sent back comes twice: datagrams do that, and readers that repeat themselves."""
    MERGE = "merge"
    """What is sent back waits for what comes next and shares its datagram."""
    GARBAGE = "garbage"
    """A reader says noise that is no frame before what it has to say."""
    CLOCK_JUMP = "clock_jump"
    """A reader's own clock jumps, by up to a day forth or back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault; a probability below 1 lets it strike some exchanges only."""

    kind: FaultKind
    probability: float = 1.0
    delay_s: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 < self.probability <= 1.0:
            raise ValueError(f"probability {self.probability} is not above 0 and up to 1")
        if not 0.0 <= self.delay_s <= 60.0:
            raise ValueError(f"delay_s {self.delay_s} is not from 0 to 60")
        if (self.kind is FaultKind.DELAY) != (self.delay_s > 0):
            raise ValueError("a delay needs delay_s above 0, and nothing else has one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What befalls one exchange."""

    cut: bool = False
    stall: bool = False
    mute: bool = False
    garble: bool = False
    duplicate: bool = False
    merge: bool = False
    garbage: bool = False
    clock_jump: bool = False
    delay_s: float = 0.0


class Faults:
    """The faults of every wire. Only the acts of a person or a test write here."""

    def __init__(self, seed: int) -> None:
        self._draw = Random(f"{seed}:faults")
        self._faults: dict[str, tuple[Fault, ...]] = {}
        self._watchers: dict[str, list[Callable[[], None]]] = {}

    def add_wire(self, wire: str) -> None:
        """Make a wire known, whole as it is."""
        self._faults.setdefault(wire, ())

    def watch(self, wire: str, on_change: Callable[[], None]) -> None:
        """Be told whenever the faults of a wire change."""
        self._watchers.setdefault(wire, []).append(on_change)

    def list_all(self) -> dict[str, tuple[Fault, ...]]:
        """Return the faults of every wire by its id."""
        return dict(self._faults)

    def put(self, wire: str, *faults: Fault) -> None:
        """Set the faults of a wire in place of those it had; none heals it."""
        if wire not in self._faults:
            raise KeyError(f"there is no wire {wire!r}; there are {sorted(self._faults)}")
        self._faults[wire] = faults
        for on_change in self._watchers.get(wire, ()):
            on_change()

    def is_certain(self, wire: str, kind: FaultKind) -> bool:
        """Say whether a wire is wholly in that state, not just now and then."""
        return any(f.kind is kind and f.probability >= 1.0 for f in self._faults[wire])

    def draw(self, wire: str) -> Fate:
        """Decide what befalls the next exchange on a wire."""
        struck = [f for f in self._faults[wire] if self._draw.random() < f.probability]
        kinds = {fault.kind for fault in struck}
        return Fate(
            cut=FaultKind.CUT in kinds,
            stall=FaultKind.STALL in kinds,
            mute=FaultKind.MUTE in kinds,
            garble=FaultKind.GARBLE in kinds,
            duplicate=FaultKind.DUPLICATE in kinds,
            merge=FaultKind.MERGE in kinds,
            garbage=FaultKind.GARBAGE in kinds,
            clock_jump=FaultKind.CLOCK_JUMP in kinds,
            delay_s=sum(fault.delay_s for fault in struck),
        )

    def noise(self) -> bytes:
        """Make up some bytes that nobody meant to say."""
        return self._draw.randbytes(self._draw.randint(1, 40))

    def clock_jump_us(self) -> int:
        """Say by how much a reader's clock jumps."""
        return self._draw.randrange(-_DAY_US, _DAY_US)

    def garble(self, frame: bytes, *, first: int = 0, last: int | None = None) -> bytes:
        """Change one to three bytes of a frame between two offsets."""
        changed = bytearray(frame)
        end = min(len(frame), len(frame) if last is None else last)
        for _ in range(self._draw.randint(1, 3)):
            if first < end:
                changed[self._draw.randrange(first, end)] ^= self._draw.randrange(1, 256)
        return bytes(changed)
