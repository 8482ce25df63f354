"""A small model of the steel: three classes of controller, and the wire to them.

The controllers believe every command they take for new, so that nothing hides what they were sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from drivers.ports import CloseAll, Fence, Guarantee, OpenAisle, Order, SetLock, SetSleep
from drivers.readings import (
    BankReading,
    Check,
    CommandResult,
    LockState,
    SegmentReading,
    SleepState,
    SteelState,
    Trip,
)
from drivers.room.motion import INTERLOCKS, Sensed, cover
from drivers.room.motion.cover import OF_BANK

AISLES = 5
FIRST_COLUMN = 3
PARK_AISLE = AISLES - 1
BEGINS_S, MOVES_S = 0.5, 4.0
FORGETS_S = 8.0
"""A controller that hangs does not begin any more what it was told so long ago."""
AT_REST = (SteelState.STANDING, SteelState.HALTED, SteelState.VENTILATING)

Kind = Literal["fenced", "acknowledged", "polled"]
Reading = tuple[BankReading, SegmentReading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a class of controller sees and promises, and what our own sensors add."""

    guarantee: Guarantee
    seen: frozenset[str]
    covered: frozenset[str] = frozenset()

    @property
    def unseen(self) -> frozenset[str]:
        return frozenset(INTERLOCKS) - self.seen - self.covered


SIGHTS: Mapping[Kind, Sight] = {
    "fenced": Sight(guarantee=Guarantee.FENCED, seen=frozenset(INTERLOCKS)),
    "acknowledged": Sight(
        guarantee=Guarantee.ACKNOWLEDGED,
        seen=frozenset({"fire", "power", "entrance", "obstruction", "occupancy"}),
        covered=frozenset({"e_stop_chain", "crank"}),
    ),
    "polled": Sight(
        guarantee=Guarantee.POLLED,
        seen=frozenset({"entrance", "obstruction", "fire"}),
        covered=frozenset({"occupancy", "fire", "power", "remote_control"}),
    ),
}


@dataclass
class BankTruth:
    """What holds for the whole bank."""

    checks: dict[str, Check] = field(default_factory=lambda: dict.fromkeys(OF_BANK, Check.SAFE))
    reset_count: int = 3
    heartbeat: float = 0.0
    beats: bool = True
    simulated: bool = True


@dataclass
class Steel:
    """One segment and what its controller, or the driver for it, keeps in its books."""

    bank: BankTruth
    kind: Kind
    gaps: int = 1
    stops: bool = True
    checks: dict[str, Check] = field(
        default_factory=lambda: {"entrance": Check.SAFE, "obstruction": Check.SAFE}
    )
    occupancy: list[Check] = field(default_factory=lambda: [Check.SAFE] * AISLES)
    state: SteelState = SteelState.STANDING
    open: frozenset[int] = frozenset({0})
    target: frozenset[int] | None = None
    wanted: int | None = None
    """The aisle that the newest command named."""
    begins_in_s: float | None = None
    waited_s: float = 0.0
    remaining_s: float = 0.0
    trip: Trip | None = None
    hindrance: Trip | None = None
    strange: bool = False
    """It says something that no table knows."""
    sluggish: bool = False
    lock: LockState = LockState.UNLOCKED
    sleep: SleepState = SleepState.AWAKE
    last_seq: int = 65533
    last_epoch: int = 65534
    last_order: Order | None = None
    last_result: CommandResult = CommandResult.NONE

    def __post_init__(self) -> None:
        self.open = frozenset(range(self.gaps))

    def send(self, order: Order, fence: Fence) -> None:
        """The driver of an unnumbered controller notes what goes out."""
        if self.kind != "fenced":
            self.last_seq, self.last_epoch = fence.seq, fence.epoch
            self.last_order, self.last_result = order, CommandResult.UNKNOWN

    def take(self, order: Order, fence: Fence) -> None:
        """A command arrives, perhaps late, perhaps once more."""
        if self.kind == "fenced":
            if not 0 < (fence.seq - self.last_seq) % 65536 < 32768:
                return
            self.last_seq, self.last_epoch = fence.seq, fence.epoch
            self.last_order, self.last_result = order, CommandResult.ACCEPTED
        if self.state not in AT_REST:
            self._note(CommandResult.REFUSED)
            return
        match order:
            case SetLock(locked):
                self.lock = LockState.LOCKED if locked else LockState.UNLOCKED
                self._note(CommandResult.DONE)
            case SetSleep(asleep):
                self.sleep = SleepState.ASLEEP if asleep else SleepState.AWAKE
                self._note(CommandResult.DONE)
            case _:
                self.target = self._target_of(order)
                self.wanted = _wanted(order)
                self.begins_in_s, self.waited_s = BEGINS_S, 0.0

    def stop(self) -> None:
        if not self.stops:
            return
        if self.state is SteelState.MOVING:
            self._halt()
        self.begins_in_s = None
        self.last_result = CommandResult.STOPPED

    def fail(self, trip: Trip) -> None:
        """The controller trips."""
        if self.state is SteelState.MOVING:
            self._halt()
        self.state, self.trip, self.begins_in_s = SteelState.FAULTED, trip, None
        self.last_result = CommandResult.FAILED

    def recover(self) -> None:
        """The trip ends, by a reset or by itself."""
        if self.state is SteelState.FAULTED:
            self.state, self.trip = SteelState.HALTED, None

    def pass_time(self, dt_s: float) -> None:
        if self.begins_in_s is not None and self.sluggish:
            self.waited_s += dt_s
            if self.waited_s > FORGETS_S:
                self.begins_in_s = None
        elif self.begins_in_s is not None:
            used_s = min(dt_s, self.begins_in_s)
            self.begins_in_s -= used_s
            dt_s -= used_s
            if self.begins_in_s <= 0:
                self._begin()
        if self.state is SteelState.MOVING and dt_s > 0:
            self.remaining_s -= dt_s
            if self.remaining_s <= 0:
                self._arrive()

    def read(self, at_s: float) -> Reading:
        """Say the truth, all of it, also what no driver sees."""
        self._conclude()
        bank = BankReading(
            at_s=at_s,
            simulated=self.bank.simulated,
            interlocks=dict(self.bank.checks),
            unattended_permission=Check.UNSAFE,
            reset_count=self.bank.reset_count,
            heartbeat=int(self.bank.heartbeat),
        )
        moves = self.state is SteelState.MOVING
        steel = SegmentReading(
            at_s=at_s,
            segment=1,
            state=SteelState.UNKNOWN if self.strange else self.state,
            open_aisles=tuple(sorted(self.open)),
            target_aisle=self.wanted if moves else None,
            remaining_s=self.remaining_s,
            trip=Trip("unknown", "77") if self.strange else self.trip,
            entrance=self.checks["entrance"],
            obstruction=self.checks["obstruction"],
            occupancy=tuple(self.occupancy),
            last_seq=self.last_seq,
            last_epoch=self.last_epoch,
            last_result=self.last_result,
            last_reason="",
            lock=self.lock,
            sleep=self.sleep,
            hindrance=self.hindrance,
        )
        return bank, steel

    def as_seen(self, truth: Reading) -> Reading:
        """What reaches the room of it: the driver's sight, with our own sensors put beside it."""
        bank, steel = truth
        sight = SIGHTS[self.kind]
        counted = self.kind == "fenced"
        driver = replace(
            bank,
            interlocks={n: check for n, check in bank.interlocks.items() if n in sight.seen},
            reset_count=bank.reset_count if counted else None,
            heartbeat=bank.heartbeat if counted else None,
        )
        blind = (Check.UNKNOWN,) * AISLES
        seen = replace(steel, occupancy=steel.occupancy if "occupancy" in sight.seen else blind)
        if not sight.covered:
            return driver, seen
        sensed = Sensed(
            at_s=bank.at_s,
            checks={n: bank.interlocks[n] for n in sight.covered if n in bank.interlocks},
            occupancy=dict(enumerate(steel.occupancy)) if "occupancy" in sight.covered else {},
        )
        return cover(driver, seen, sensed, seen=sight.seen)

    def _note(self, result: CommandResult) -> None:
        if self.kind == "fenced":
            self.last_result = result

    def _begin(self) -> None:
        self.begins_in_s = None
        if self.state not in AT_REST:
            return
        target = self.target
        if target == self.open and self.state is SteelState.STANDING:
            self._note(CommandResult.DONE)
            return
        self.remaining_s = MOVES_S
        self.state = SteelState.MOVING
        self.open = frozenset() if target is None else self.open & target
        self._note(CommandResult.STARTED)

    def _arrive(self) -> None:
        spread = self.target is None
        self.state = SteelState.VENTILATING if spread else SteelState.STANDING
        self.open = self.target or frozenset()
        self._note(CommandResult.DONE)

    def _halt(self) -> None:
        self.state = SteelState.HALTED
        self.open = self.open & (self.target or frozenset())

    def _target_of(self, order: Order) -> frozenset[int] | None:
        match order:
            case OpenAisle(aisle=aisle) if aisle in self.open:
                return self.open
            case OpenAisle(aisle=aisle, giving=giving):
                others = sorted(self.open - {giving}, key=lambda other: abs(other - aisle))
                kept = others[len(others) - self.gaps + 1 :] if self.gaps > 1 else []
                spare = [a for a in (PARK_AISLE, 0) if a != aisle][: self.gaps - 1 - len(kept)]
                return frozenset({aisle, *kept, *spare})
            case CloseAll():
                return frozenset(range(AISLES - self.gaps, AISLES))
        return None

    def _conclude(self) -> None:
        """The driver of an unnumbered controller looks at what became of its order."""
        open_ended = (CommandResult.UNKNOWN, CommandResult.ACCEPTED, CommandResult.STARTED)
        if self.kind == "fenced" or self.last_result not in open_ended:
            return
        match self.last_order:
            case SetLock(locked):
                reached = self.lock is (LockState.LOCKED if locked else LockState.UNLOCKED)
            case SetSleep(asleep):
                reached = self.sleep is (SleepState.ASLEEP if asleep else SleepState.AWAKE)
            case None:
                return
            case order:
                reached = self._has_reached(order)
        if reached:
            self.last_result = CommandResult.DONE
        elif self.state is SteelState.MOVING:
            self.last_result = CommandResult.STARTED

    def _has_reached(self, order: Order) -> bool:
        match order:
            case OpenAisle(aisle=aisle):
                return self.state is SteelState.STANDING and aisle in self.open
            case CloseAll():
                parked = frozenset(range(AISLES - self.gaps, AISLES))
                return self.state is SteelState.STANDING and self.open == parked
        return self.state is SteelState.VENTILATING


def _wanted(order: Order) -> int | None:
    match order:
        case OpenAisle(aisle=aisle):
            return aisle
        case CloseAll():
            return PARK_AISLE
    return None
