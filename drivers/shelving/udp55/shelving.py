"""The steel of one bank behind a network bridge that speaks the 0x55 ... 0x68 frames over UDP.

What the protocol shows is where the columns stand, digit by digit, and pushes that something
moves, arrived, or is wrong. It shows none of our interlocks, so `interlocks_seen` is empty: that no
warning came proves neither an empty aisle nor an untouched pressure strip, and a warning's number
has no public meaning. There is no stop and no count of resets. A repeated command acts again, so
nothing is sent twice: Guarantee.ACKNOWLEDGED.

A close or a ventilate moves every column of the zone. Where the fixed column stands in the middle,
that would move a segment nobody asked about, so there it is not offered, and the outermost aisles,
which only a close opens, are out of reach.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config import room as config
from config.clock import Clock
from config.geometry import Segment, park_aisle, segments_of
from config.quantities import HUMIDITY, TEMPERATURE
from config.shelving import ShelvingProfile
from drivers.errors import LinkLost, Refused
from drivers.ports import (
    Abilities,
    CloseAll,
    Fence,
    Guarantee,
    OpenAisle,
    Order,
    Ventilate,
)
from drivers.readings import (
    BANK_INTERLOCKS,
    AirReading,
    BankReading,
    Check,
    ColumnReading,
    CommandResult,
    LockState,
    SegmentReading,
    SteelState,
    Travel,
)
from drivers.shelving import book, sides
from drivers.shelving.book import Entry, Seen
from drivers.shelving.turns import Urgency
from drivers.shelving.udp55 import frames
from drivers.shelving.udp55.frames import Frame, StoredOn
from drivers.shelving.udp55.line import Line, Timing
from drivers.shelving.udp55.session import View, Watch
from drivers.streams.datagrams import OpenDatagrams, open_udp


class Memory:
    """What outlives a lost link: the book of orders, and what was pushed."""

    def __init__(self, bank: config.Bank, profile: ShelvingProfile) -> None:
        self.book: dict[int, Entry] = {part.segment: Entry() for part in segments_of(bank)}
        self.watch = Watch(bank, profile)


@asynccontextmanager
async def connect_udp55(
    device: config.Udp55Shelving,
    bank: config.Bank,
    profile: ShelvingProfile,
    clock: Clock,
    *,
    memory: Memory | None = None,
    timing: Timing | None = None,
    open_wire: OpenDatagrams | None = None,
) -> AsyncIterator[Udp55Shelving]:
    """Open a bank's bridge, after asking every column where it stands.

    Raises LinkLost if the bridge or a column does not answer, Refused (wrong_bank) if the room
    file's bank cannot be a block of this maker.
    """
    _check_bank(device, bank)
    memory = memory or Memory(bank, profile)
    memory.watch.forget_motion()
    line = Line(device, clock, timing or Timing(), memory.watch.note)
    async with (open_wire or _socket_of(device))(line) as datagrams:
        line.use(datagrams)
        port = Udp55Shelving(device, bank, profile, clock, memory, line)
        for part in segments_of(bank):
            await port.read_segment(part.segment)
        yield port


def _socket_of(device: config.Udp55Shelving) -> OpenDatagrams:
    return lambda line: open_udp(device.id, device.at, line, local_port=device.listen_port)


def _check_bank(device: config.Udp55Shelving, bank: config.Bank) -> None:
    reason = sides.misfit(bank)
    if reason is None and bank.gaps > 1:
        reason = "the protocol cannot say which open aisle gives up its gap; set gaps: 1"
    if reason is not None:
        raise Refused(device.id, "wrong_bank", reason)


class Udp55Shelving:
    """A zone of columns as a `ShelvingMotion`. Get one from `connect_udp55`."""

    def __init__(
        self,
        device: config.Udp55Shelving,
        bank: config.Bank,
        profile: ShelvingProfile,
        clock: Clock,
        memory: Memory,
        line: Line,
    ) -> None:
        self.id = device.id
        self._zone = device.zone
        self._bank = bank
        self._profile = profile
        self._clock = clock
        self._memory = memory
        self._line = line
        self._parts = {part.segment: part for part in segments_of(bank)}
        whole_bank: set[type] = {CloseAll, Ventilate} if len(self._parts) == 1 else set()
        self.abilities = Abilities(
            guarantee=Guarantee.ACKNOWLEDGED,
            interlocks_seen=frozenset(),
            orders=frozenset({OpenAisle} | whole_bank),
            stops=False,
        )

    async def read_bank(self) -> BankReading:
        """Say what holds for the whole bank: the protocol shows nothing of it."""
        return self._bank_reading(self._clock.monotonic())

    async def read_segment(self, segment: int, *, urgent: bool = False) -> SegmentReading:
        """Ask every column of a segment where it stands; as old as the first answer's question."""
        urgency = Urgency.VERIFICATION if urgent else Urgency.STATUS
        return await self._read_segment(self._parts[segment], urgency)

    async def read_interlocks(self, segment: int) -> tuple[BankReading, SegmentReading]:
        """Ask every column of a segment afresh; no interlock is seen."""
        part = await self._read_segment(self._parts[segment], Urgency.INTERLOCKS)
        return self._bank_reading(part.at_s), part

    async def read_columns(self) -> tuple[ColumnReading, ...]:
        """Ask every column where it stands; places only while the digits tell them exactly."""
        views = {
            number: await self._look(part, Urgency.STATUS) for number, part in self._parts.items()
        }
        standing = {
            number: view.picture if view.state is SteelState.STANDING else sides.UNCLEAR
            for number, view in views.items()
        }
        places = sides.positions_mm(self._bank, standing)
        return tuple(
            ColumnReading(
                column=column,
                position_mm=places.get(column),
                travel=Travel.NONE if column in places else Travel.UNKNOWN,
                trip=self._memory.watch.trip_of(column),
            )
            for column in range(1, self._bank.columns + 1)
        )

    async def read_climate(self) -> AirReading:
        """Ask the zone's own probe."""
        at_s = self._clock.monotonic()
        answer = await self._line.ask(
            frames.ask_climate(self._zone, self._bank.columns),
            lambda frame: frames.parse_climate(frame) is not None,
            Urgency.STATUS,
        )
        sample = frames.parse_climate(answer)
        assert sample is not None
        return AirReading(
            probe_id=self.id,
            values={TEMPERATURE: sample.temperature_c, HUMIDITY: sample.humidity_pct},
            suspect={},
            at_s=at_s,
        )

    async def carry_out(
        self, segment: int, order: Order, fence: Fence, *, not_after_s: float | None = None
    ) -> None:
        """Send a command, once, and wait until the controller has answered it.

        Raises LinkLost if it may or may not have come through, Refused (too_late, stale_seq,
        old_epoch, out_of_reach) if nothing was sent.
        """
        part = self._parts[segment]
        request, aisle = self._request(part, order)
        memory = self._memory

        def note() -> None:
            reason = book.hindrance(memory.book[segment], fence)
            if reason is not None:
                raise Refused(self.id, reason, f"order {fence.seq} is not newer than the last one")
            if not_after_s is not None and self._clock.monotonic() > not_after_s:
                raise Refused(self.id, "too_late", "waited too long for its turn, nothing was sent")
            memory.book[segment] = book.send(order, fence, aisle)

        await self._line.ask(
            request, lambda frame: frames.acknowledges(request, frame), Urgency.ORDER, note
        )
        memory.book[segment] = book.settle(memory.book[segment], fence.seq, CommandResult.ACCEPTED)

    async def stop(self, segment: int, withdrawn: Fence | None = None) -> None:
        """Make an order that did not go out yet worthless, and say that the protocol has no stop.

        What went out goes on, and is told as what it is until the digits show its end.
        """
        self._memory.book[segment] = book.withdraw(self._memory.book[segment], withdrawn)
        raise Refused(self.id, "not_offered", "this protocol has no stop; stop it at the bank")

    async def beat(self, count: int) -> None:
        """Do nothing: the controller has no watchdog."""

    def _request(self, part: Segment, order: Order) -> tuple[Frame, int | None]:
        """Write an order as the maker's command; return it with the aisle it opens."""
        if type(order) not in self.abilities.orders:
            raise ValueError(f"{self.id} does not offer {order}")
        if isinstance(order, Ventilate):
            return frames.ventilate(self._zone, self._bank.columns), None
        aisle = order.aisle if isinstance(order, OpenAisle) else park_aisle(self._bank, part)
        if aisle not in part.aisles:
            raise ValueError(f"segment {part.segment} has no aisle {aisle}")
        way = sides.way_to(self._bank, part, aisle)
        if isinstance(way, sides.FaceOf):
            return self._open(part, way), aisle
        if CloseAll not in self.abilities.orders:
            raise Refused(
                self.id,
                "out_of_reach",
                f"aisle {aisle} opens only when all columns close, which would move the other "
                "segment too; close the bank at its own panel",
            )
        return frames.close_all(self._zone, self._bank.columns), aisle

    def _open(self, part: Segment, way: sides.FaceOf) -> Frame:
        """Ask for a gap beside a column, in the maker's left and right."""
        left = self._profile.maker_left
        return frames.open_column(
            self._zone,
            way.column,
            fixed_left=sides.fixed_side(self._bank, part) == left,
            stored_on=StoredOn.LEFT if way.side == left else StoredOn.RIGHT,
        )

    async def _read_segment(self, part: Segment, urgency: Urgency) -> SegmentReading:
        before = self._memory.book[part.segment]
        at_s = self._clock.monotonic()
        view = await self._look(part, urgency)
        entry = self._memory.book[part.segment]
        lock = LockState.LOCKED if view.picture.locked else LockState.UNLOCKED
        stands = view.state in (SteelState.STANDING, SteelState.HALTED)
        open_aisles = view.picture.open_aisles if stands else ()
        if entry.seq == before.seq:
            seen = Seen(
                state=view.state,
                open_aisles=open_aisles,
                trip=view.trip,
                lock=lock,
                sleep=None,
                at_rest=view.at_rest,
            )
            entry = self._memory.book[part.segment] = book.conclude(entry, seen)
        return SegmentReading(
            at_s=at_s,
            segment=part.segment,
            state=view.state,
            open_aisles=open_aisles,
            target_aisle=entry.aisle if entry.under_way else None,
            remaining_s=0.0,
            trip=view.trip,
            entrance=Check.UNKNOWN,
            obstruction=Check.UNKNOWN,
            occupancy=(Check.UNKNOWN,) * len(part.aisles),
            last_seq=entry.seq,
            last_epoch=entry.epoch,
            last_result=entry.result,
            last_reason=entry.reason,
            lock=lock,
            sleep=None,
        )

    async def _look(self, part: Segment, urgency: Urgency) -> View:
        ordered = self._memory.book[part.segment].under_way
        try:
            digits = {column: await self._ask_column(column, urgency) for column in part.columns}
        except LinkLost:
            self._memory.watch.tell_again()
            raise
        now_s = self._clock.monotonic()
        return self._memory.watch.look(part, digits, now_s, ordered=ordered)

    async def _ask_column(self, column: int, urgency: Urgency) -> int:
        def fits(frame: Frame) -> bool:
            named = (frame.command, frame.column) == (frames.COLUMN_STATUS, column)
            return named and frames.status_digit(frame) is not None

        answer = await self._line.ask(frames.ask_column(self._zone, column), fits, urgency)
        return answer.data[0]

    def _bank_reading(self, at_s: float) -> BankReading:
        return BankReading(
            at_s=at_s,
            simulated=False,
            interlocks=dict.fromkeys(BANK_INTERLOCKS, Check.UNKNOWN),
            unattended_permission=Check.UNKNOWN,
            reset_count=None,
            heartbeat=None,
        )
