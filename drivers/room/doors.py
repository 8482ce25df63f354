"""What leaves by the doors of a room: told as events, and sounded at once if nothing allows it.

It needs neither broker nor controller: it goes by the room's own copies of homes and loans, and
every event says how old the copy of the loans was. A tag may leave if it might when it was first
heard at the door: a loan that ends in the doorway still counts.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from config.clock import Clock
from config.room import Contact, Door, Room
from drivers.messages import (
    Actor,
    DoorMissed,
    DoorPassed,
    DoorRead,
    DoorSilenced,
    Home,
)
from drivers.ports import InputReading
from drivers.readings import AntennaCycle, Heard, InputChanged, TagRead
from drivers.room.door import DoorWatch, Doubts, Passage, doors_of
from drivers.room.homes import HomesCopy
from drivers.room.loans import LoansCopy
from drivers.room.outbox import Outbox
from drivers.room.picture import Moment
from drivers.room.signs import Signs
from drivers.room.sounders import Sounder

TICK_S = 0.5
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Left:
    """What left without being allowed to, and the box or file that it is."""

    event: DoorPassed
    home: Home


class Doors:
    """The one writer of what is near the doors."""

    def __init__(
        self,
        room: Room,
        *,
        homes: HomesCopy,
        loans: LoansCopy,
        outbox: Outbox,
        sounders: Mapping[str, Sounder],
        clock: Clock,
        find_zone: Callable[[str], str | None],
        signs: Signs,
    ) -> None:
        """`find_zone` names the zone in which presence has a tag now; `signs` shows sounders."""
        self._doors = {door.door: door for door in room.doors}
        self._watches = {shape.door: DoorWatch(shape) for shape in doors_of(room)}
        self._by_antenna = {
            antenna: watch for watch in self._watches.values() for antenna in watch.shape.sides
        }
        self._homes = homes
        self._loans = loans
        self._outbox = outbox
        self._sounders = sounders
        self._clock = clock
        self._doubts = Doubts(find_zone)
        self._signs = signs
        self._levels: dict[tuple[str, int], bool] = {}
        self._left: deque[Left] = deque(maxlen=_SHOWN)

    def list_doors(self) -> Iterable[Door]:
        """List the doors of the room file."""
        return self._doors.values()

    def antennas_of(self, reader: str) -> tuple[int, ...]:
        """Name the antennas of a reader that hang at doors."""
        return tuple(number for device, number in self._by_antenna if device == reader)

    def list_left(self, door: str) -> list[Left]:
        """List what left by a door lately without being allowed to, newest first."""
        return [left for left in reversed(self._left) if left.event.door == door]

    def is_sounding(self, door: str) -> bool:
        """Say whether a door's sounder is meant to sound now."""
        sounder = self._sounders.get(door)
        return sounder is not None and sounder.sounding

    def silence(self, door: str | None, actor: Actor) -> bool:
        """Silence a door, or all; `False` if the room has no such door.

        What sounded is told with who silenced it; silencing the silent is no news.
        """
        if door is not None and door not in self._doors:
            return False
        for name, sounder in self._sounders.items():
            if door in (None, name):
                if sounder.sounding:
                    told = DoorSilenced(at=self._clock.now(), door=name, actor=actor)
                    self._outbox.append_soon(told)
                    self._signs.note(told)
                sounder.silence()
        self._show()
        return True

    def greet(self, device: str) -> None:
        """Note that a device is there again; nobody knows what its outputs do."""
        for name, sounder in self._sounders.items():
            contact = self._doors[name].sounder
            if contact is not None and contact.device == device:
                sounder.forget()

    def take(self, reading: Heard) -> None:
        """Take whatever a reader reports."""
        if isinstance(reading, InputChanged):
            self.note_contact(reading.reader_id, reading.number, reading.on, reading.at_s)
            return
        watch = self._by_antenna.get((reading.reader_id, reading.antenna))
        if watch is None:
            return
        match reading:
            case TagRead():
                watch.hear(reading)
            case AntennaCycle():
                self._tell(watch.ran(reading))

    def beams_of(self, device: str) -> frozenset[int]:
        """Name the inputs of a device to which beams of doors are wired."""
        beams = (door.beam for door in self._doors.values())
        return frozenset(b.number for b in beams if b is not None and b.device == device)

    def note_levels(self, device: str, reading: InputReading) -> None:
        """Take the levels of a module; only changes of a beam count, and the first is none."""
        for number in self.beams_of(device):
            level, known = reading.levels[number], self._levels.get((device, number))
            self._levels[device, number] = level
            if known is not None and level != known:
                self.note_contact(device, number, level, reading.at_s)

    def note_contact(self, device: str, number: int, on: bool, at_s: float) -> None:
        """Note that a contact changed; it may be the beam of a door."""
        for name, door in self._doors.items():
            if _is(door.beam, device, number, on):
                self._watches[name].break_beam(at_s)

    async def run(self) -> None:
        """Let time pass for tags at doors whose antennas do not run, and run the sounders."""
        async with asyncio.TaskGroup() as group:
            for name, sounder in self._sounders.items():
                group.create_task(sounder.run(), name=f"sounder {name}")
            while True:
                await asyncio.sleep(TICK_S)
                at_s = self._clock.monotonic()
                for watch in self._watches.values():
                    self._tell(watch.tick(at_s))
                self._tell_missed(at_s)
                self._show()

    def _show(self) -> None:
        """Show every sounder; what has not changed is not shown again."""
        for name, sounder in self._sounders.items():
            self._signs.show(name, sounder)

    def _tell(self, passages: Iterable[Passage]) -> None:
        for passage in passages:
            home = self._homes.find_tag(passage.epc)
            event = self._event(passage, home)
            if event.alarmed and home is not None:
                if (sounder := self._sounders.get(event.door)) is not None:
                    sounder.sound()
                self._left.append(Left(event, home))
            self._doubts.note(passage, may_leave=home is None or event.allowed)
            self._outbox.append_soon(event)
        self._show()

    def _tell_missed(self, at_s: float) -> None:
        """Tell of tags that came near, might not leave, and were not heard in the room since."""
        for passage in self._doubts.due(at_s, self._heard_inside_s):
            moment = Moment(at=self._clock.now(), at_s=at_s)
            if self._homes.find_tag(passage.epc) is None:
                continue
            if self._loans.allows(passage.epc, moment.at):
                continue
            self._outbox.append_soon(
                DoorMissed(
                    at=moment.at,
                    door=passage.door,
                    epc=passage.epc,
                    reader=passage.reader_id,
                    last_at=moment.when(passage.last_at_s),
                )
            )

    def _heard_inside_s(self, passage: Passage) -> float:
        return self._watches[passage.door].heard_inside_s(passage.epc)

    def _event(self, passage: Passage, home: Home | None) -> DoorPassed:
        at = self._clock.now()
        moment = Moment(at=at, at_s=self._clock.monotonic())
        is_allowed = self._loans.allows(passage.epc, moment.when(passage.first_at_s))
        return DoorPassed(
            at=at,
            door=passage.door,
            epc=passage.epc,
            direction=passage.direction,
            confidence=round(passage.confidence, 4),
            reader=passage.reader_id,
            known=home is not None,
            allowed=is_allowed,
            alarmed=passage.direction == "out" and home is not None and not is_allowed,
            loans_age_s=self._loans.age_s(),
            first_at=moment.when(passage.first_at_s),
            last_at=moment.when(passage.last_at_s),
            reads=tuple(
                DoorRead(
                    antenna=glimpse.antenna[1],
                    side=glimpse.side,
                    at=moment.when(glimpse.at_s),
                    rssi_dbm=glimpse.rssi_dbm,
                    count=glimpse.count,
                )
                for glimpse in passage.glimpses
            ),
        )


def _is(contact: Contact | None, device: str, number: int, on: bool) -> bool:
    if contact is None or on != bool(contact.on_when):
        return False
    return (contact.device, contact.number) == (device, number)
