"""The steel of one bank whose fixed column serves MjjWebApi over HTTP.

What the interface shows is one state code for the whole block, a digit per column, and a few flags.
A code names the latest thing only: that it names no person proves no empty aisle. So none of our
interlocks is seen, and `interlocks_seen` is empty; but what a code does name is told as unsafe.
Whether an order was carried out only the status tells afterwards, and a repeated one acts again:
Guarantee.POLLED.

Waking, unlocking and moving are separate orders. A public client of this interface unlocks and
wakes by itself before it moves, and sends a move again after a protection has stopped it: nothing
here ever does. A stop may be said again, and waits for nothing.

Closing, ventilating and locking act on the whole block. Where the fixed column stands in the
middle, they would act on a segment nobody asked about, so there they are not offered, and the
outermost aisles, which only closing opens, are out of reach.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config import room as config
from config.clock import Clock
from config.geometry import Segment, park_aisle, segments_of
from config.shelving import ShelvingProfile
from drivers.errors import Garbled, Refused
from drivers.ports import (
    Abilities,
    CloseAll,
    Fence,
    Guarantee,
    OpenAisle,
    Order,
    SetLock,
    SetSleep,
    Ventilate,
)
from drivers.readings import (
    BANK_INTERLOCKS,
    BankReading,
    Check,
    ColumnReading,
    CommandResult,
    SegmentReading,
    SteelState,
    Travel,
)
from drivers.shelving import book, sides
from drivers.shelving.book import Entry, Seen
from drivers.shelving.sides import Picture
from drivers.shelving.turns import Turns, Urgency
from drivers.shelving.webapi import frames
from drivers.shelving.webapi.codes import ENTRANCES, OCCUPIED, PRESSURE, decode
from drivers.shelving.webapi.frames import Status, Unreadable
from drivers.shelving.webapi.session import View, Watch
from drivers.streams.http_get import Fetch, fetch_from

REPLY_S = 3.0


class Memory:
    """What outlives a lost link: the book of orders, and what was seen over time."""

    def __init__(self, bank: config.Bank, profile: ShelvingProfile) -> None:
        self.book: dict[int, Entry] = {part.segment: Entry() for part in segments_of(bank)}
        self.pictures: dict[int, Picture] = {}
        self.watch = Watch(bank, profile)


@asynccontextmanager
async def connect_webapi(
    device: config.WebApiShelving,
    bank: config.Bank,
    profile: ShelvingProfile,
    clock: Clock,
    *,
    memory: Memory | None = None,
    fetch: Fetch | None = None,
) -> AsyncIterator[WebApiShelving]:
    """Open a bank's interface, after making sure that it speaks of as many columns.

    Raises LinkLost if it is away, Refused (wrong_bank) if it is another or if the room file's bank
    cannot be a block of this maker.
    """
    reason = sides.misfit(bank)
    if reason is None and bank.gaps > 1:
        reason = "no client of this interface opens two aisles at once; set gaps: 1"
    if reason is not None:
        raise Refused(device.id, "wrong_bank", reason)
    memory = memory or Memory(bank, profile)
    fetch = fetch or fetch_from(device.id, device.at, reply_s=REPLY_S)
    port = WebApiShelving(device, bank, profile, clock, memory, fetch)
    await port.check_identity()
    yield port


class WebApiShelving:
    """A block of columns as a `ShelvingMotion`. Get one from `connect_webapi`."""

    def __init__(
        self,
        device: config.WebApiShelving,
        bank: config.Bank,
        profile: ShelvingProfile,
        clock: Clock,
        memory: Memory,
        fetch: Fetch,
    ) -> None:
        self.id = device.id
        self._bank = bank
        self._profile = profile
        self._clock = clock
        self._memory = memory
        self._fetch = fetch
        self._turns = Turns()
        self._parts = {part.segment: part for part in segments_of(bank)}
        whole_bank: set[type] = {CloseAll, Ventilate, SetLock} if len(self._parts) == 1 else set()
        self.abilities = Abilities(
            guarantee=Guarantee.POLLED,
            interlocks_seen=frozenset(),
            orders=frozenset({OpenAisle, SetSleep} | whole_bank),
            sleeps=False,
            stops=True,
        )

    async def check_identity(self) -> None:
        """Compare the number of columns with the room file; raise Refused if they differ."""
        _, status = await self._ask_status(Urgency.VERIFICATION)
        if len(status.digits) != self._bank.columns:
            raise Refused(
                self.id,
                "wrong_bank",
                f"it speaks of {len(status.digits)} columns, the room file says "
                f"{self._bank.columns}; check address and room file",
            )

    async def read_bank(self) -> BankReading:
        """Read the status; of the whole bank it shows no more than smoke."""
        return self._bank_reading(*await self._read_status(Urgency.STATUS))

    async def read_segment(self, segment: int, *, urgent: bool = False) -> SegmentReading:
        """Read the status and what it says of one segment."""
        before = self._memory.book[segment]
        urgency = Urgency.VERIFICATION if urgent else Urgency.STATUS
        at_s, status = await self._read_status(urgency)
        return self._segment_reading(self._parts[segment], before, at_s, status)

    async def read_interlocks(self, segment: int) -> tuple[BankReading, SegmentReading]:
        """Read the status afresh; no interlock is seen."""
        before = self._memory.book[segment]
        at_s, status = await self._read_status(Urgency.INTERLOCKS)
        part = self._segment_reading(self._parts[segment], before, at_s, status)
        return self._bank_reading(at_s, status), part

    async def read_columns(self) -> tuple[ColumnReading, ...]:
        """Read the status; places only while the digits tell them exactly."""
        at_s, status = await self._read_status(Urgency.STATUS)
        views = {
            number: self._memory.watch.look(
                part, status, at_s, ordered=self._memory.book[number].under_way
            )
            for number, part in self._parts.items()
        }
        pictures = {
            number: view.picture if view.state is SteelState.STANDING else sides.UNCLEAR
            for number, view in views.items()
        }
        places = sides.positions_mm(self._bank, pictures)
        trip = next((view.trip for view in views.values() if view.trip is not None), None)
        return tuple(
            ColumnReading(
                column=column,
                position_mm=places.get(column),
                travel=Travel.NONE if column in places else Travel.UNKNOWN,
                trip=trip if column == status.column else None,
            )
            for column in range(1, self._bank.columns + 1)
        )

    async def carry_out(
        self, segment: int, order: Order, fence: Fence, *, not_after_s: float | None = None
    ) -> None:
        """Send one operation, once, and wait until it is said to be taken.

        Raises LinkLost if it may or may not have come through, Refused (too_late, stale_seq,
        old_epoch, out_of_reach, place_unknown, already_open, not_offered) if nothing was sent,
        Refused (not_taken) if the controller will not.
        """
        operation, column, aisle = self._operation(self._parts[segment], order)
        book_of = self._memory.book
        async with self._turns.turn(Urgency.ORDER):
            reason = book.hindrance(book_of[segment], fence)
            if reason is not None:
                raise Refused(self.id, reason, f"order {fence.seq} is not newer than the last one")
            if not_after_s is not None and self._clock.monotonic() > not_after_s:
                raise Refused(self.id, "too_late", "waited too long for its turn, nothing was sent")
            book_of[segment] = book.send(order, fence, aisle)
            said = await self._operate(operation, column)
        result = CommandResult.ACCEPTED if said is None else CommandResult.REFUSED
        reason = "" if said is None else "not_taken"
        book_of[segment] = book.settle(book_of[segment], fence.seq, result, reason)
        if said is not None:
            raise Refused(self.id, "not_taken", f"{operation} was answered {said!r}")

    async def stop(self, segment: int, withdrawn: Fence | None = None) -> None:
        """Ask the block to stop, at once, whatever else is under way. May be said again."""
        book_of = self._memory.book
        before = book_of[segment] = book.withdraw(book_of[segment], withdrawn)
        said = await self._operate(frames.STOP)
        if said is not None:
            raise Refused(self.id, "not_taken", f"{frames.STOP} was answered {said!r}")
        if book_of[segment].seq == before.seq:
            book_of[segment] = book.stop(book_of[segment])

    async def beat(self, count: int) -> None:
        """Do nothing: the controller has no watchdog."""

    def _operation(self, part: Segment, order: Order) -> tuple[str, int | None, int | None]:
        """Choose the maker's operation, its column, and name the aisle that it opens."""
        if type(order) not in self.abilities.orders:
            raise ValueError(f"{self.id} does not offer {order}")
        match order:
            case SetSleep(asleep=True):
                raise Refused(
                    self.id, "not_offered", "this interface wakes drives but sends none to sleep"
                )
            case SetSleep():
                return frames.WAKE, None, None
            case SetLock(locked):
                return frames.LOCK if locked else frames.UNLOCK, None, None
            case Ventilate():
                return frames.VENTILATE, None, None
            case CloseAll():
                return frames.CLOSE_ALL, None, park_aisle(self._bank, part)
            case OpenAisle(aisle=aisle):
                if aisle not in part.aisles:
                    raise ValueError(f"segment {part.segment} has no aisle {aisle}")
                return *self._way(part, aisle), aisle

    def _way(self, part: Segment, aisle: int) -> tuple[str, int | None]:
        """Choose which column to push where, from where the gap stood when last read."""
        if isinstance(sides.way_to(self._bank, part, aisle), sides.ByClosing):
            if CloseAll in self.abilities.orders:
                return frames.CLOSE_ALL, None
            raise Refused(
                self.id,
                "out_of_reach",
                f"aisle {aisle} opens only when all columns close, which would move the other "
                "segment too; close the bank at its own panel",
            )
        opened = self._memory.pictures.get(part.segment, sides.UNCLEAR).open_aisles
        if not opened:
            raise Refused(self.id, "place_unknown", "the gap stands in no aisle; close all first")
        if aisle in opened:
            raise Refused(self.id, "already_open", f"aisle {aisle} stands open")
        towards_high = opened[0] > aisle
        column = part.first + aisle - (0 if towards_high else 1)
        is_right = towards_high == (self._profile.maker_left == "low")
        return frames.MOVE_RIGHT if is_right else frames.MOVE_LEFT, column

    async def _operate(self, operation: str, column: int | None = None) -> str | None:
        body = await self._fetch(frames.target(operation, column))
        try:
            return frames.parse_taken(body)
        except Unreadable as error:
            raise Garbled(self.id, f"the answer to {operation} cannot be read: {error}") from None

    async def _read_status(self, urgency: Urgency) -> tuple[float, Status]:
        at_s, status = await self._ask_status(urgency)
        if len(status.digits) != self._bank.columns:
            said = f"a status of {len(status.digits)} columns instead of {self._bank.columns}"
            raise Garbled(self.id, said)
        return at_s, status

    async def _ask_status(self, urgency: Urgency) -> tuple[float, Status]:
        async with self._turns.turn(urgency):
            at_s = self._clock.monotonic()
            body = await self._fetch(frames.target(frames.STATUS))
        try:
            return at_s, frames.parse_status(body)
        except Unreadable as error:
            raise Garbled(self.id, f"the status cannot be read: {error}") from None

    def _segment_reading(
        self, part: Segment, before: Entry, at_s: float, status: Status
    ) -> SegmentReading:
        ordered = before.under_way or self._memory.book[part.segment].under_way
        view = self._memory.watch.look(part, status, at_s, ordered=ordered)
        self._memory.pictures[part.segment] = (
            view.picture if view.state is SteelState.STANDING else sides.UNCLEAR
        )
        entry = self._conclude(part, before, view)
        stands = view.state in (SteelState.STANDING, SteelState.FAULTED)
        code = "" if view.trip is None else view.trip.code
        occupied = Check.UNSAFE if code in OCCUPIED else Check.UNKNOWN
        return SegmentReading(
            at_s=at_s,
            segment=part.segment,
            state=view.state,
            open_aisles=view.picture.open_aisles if stands else (),
            target_aisle=entry.aisle if entry.under_way else None,
            remaining_s=0.0,
            trip=view.trip,
            entrance=Check.UNSAFE if code in ENTRANCES else Check.UNKNOWN,
            obstruction=Check.UNSAFE if code in PRESSURE else Check.UNKNOWN,
            occupancy=(occupied,) * len(part.aisles),
            last_seq=entry.seq,
            last_epoch=entry.epoch,
            last_result=entry.result,
            last_reason=entry.reason,
            lock=view.lock,
            sleep=view.sleep,
        )

    def _conclude(self, part: Segment, before: Entry, view: View) -> Entry:
        """Take a reading into the book, unless an order went out while it was on its way."""
        entry = self._memory.book[part.segment]
        if entry.seq == before.seq:
            seen = Seen(
                state=view.state,
                open_aisles=view.picture.open_aisles,
                trip=view.trip,
                lock=view.lock,
                sleep=view.sleep,
                at_rest=view.at_rest,
            )
            entry = self._memory.book[part.segment] = book.conclude(entry, seen)
        return entry

    def _bank_reading(self, at_s: float, status: Status) -> BankReading:
        interlocks = dict.fromkeys(BANK_INTERLOCKS, Check.UNKNOWN)
        trip = decode(status.code, status.name).trip
        if trip is not None and trip.code == "smoke":
            interlocks["fire"] = Check.UNSAFE
        return BankReading(
            at_s=at_s,
            simulated=False,
            interlocks=interlocks,
            unattended_permission=Check.UNKNOWN,
            reset_count=None,
            heartbeat=None,
        )
