"""What our own sensors say of the steel and the air, and when somebody pressed a start button.

Where a bank's controller cannot see an interlock, a contact of ours may. It is read afresh for
every request, together with what the controller sees; what could not be read is unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from config.clock import Clock
from config.room import AirContact, SensorInput, SensorInputs
from drivers.bus import Bus
from drivers.errors import DriverError
from drivers.inputs.modbus import connect_inputs
from drivers.ports import DigitalInputs, InputReading
from drivers.readings import Check, Quality
from drivers.room.buttons import Button
from drivers.room.doors import Doors
from drivers.room.freshness import Freshness, Source
from drivers.room.motion import Sensed
from drivers.room.polling import poll
from drivers.room.roster import Roster, supervise

POLL_S = 0.1
"""A button wants to be held for a fifth of a second."""
MISSES = 5
"""So many readings in a row must fail before a module counts as away."""
YOUNG_S = 1.0
"""What was read longer ago says nothing any more."""
_BUTTON = "start_button"

Pressed = Callable[[SensorInput], None]
TakeAir = Callable[[SensorInputs, Mapping[int, bool | None]], None]
"""Takes what a module says of its air contacts, by input: whether each is safe. None: nobody can
read it, which counts as not safe."""


class Sensors:
    """The one writer of what our own inputs said last."""

    def __init__(
        self,
        devices: Iterable[SensorInputs],
        roster: Roster,
        clock: Clock,
        doors: Doors | None = None,
        take_air: TakeAir | None = None,
    ) -> None:
        self._devices = {device.id: device for device in devices}
        self._roster = roster
        self._clock = clock
        self._doors = doors
        self._take_air = take_air
        self._modules: dict[str, DigitalInputs] = {}
        self._readings: dict[str, InputReading] = {}
        self._sources = dict.fromkeys(self._devices, Source())
        self._buttons: dict[tuple[str, int], Button] = {}

    async def watch(self, bus: Bus, device: SensorInputs, press: Pressed) -> None:
        """Read a module for ever, through every loss of it, and tell who presses its buttons."""

        async def serve() -> None:
            beams = () if self._doors is None else self._doors.beams_of(device.id)
            async with connect_inputs(bus, device, beams) as module:
                self._modules[device.id] = module
                try:
                    await self._poll(device, module, press)
                finally:
                    self._forget(device)

        await supervise(device.id, serve, self._roster, self._clock)

    async def refresh(self, bank: int) -> None:
        """Read afresh all modules that say something of a bank; what fails becomes unknown."""
        contacts = self._contacts(bank, None)
        wanted = {device_id for device_id, contact in contacts if contact.says != _BUTTON}
        await asyncio.gather(*(self._refresh(device_id) for device_id in wanted))

    def covered(self, bank: int, segment: int, aisles: int) -> frozenset[str]:
        """Name the interlocks of a segment that contacts of ours see."""
        contacts = [contact for _, contact in self._contacts(bank, segment)]
        names = {contact.says for contact in contacts} - {_BUTTON}
        seen = {contact.aisle for contact in contacts if contact.says == "occupancy"}
        if None not in seen and not seen.issuperset(range(aisles)):
            names.discard("occupancy")
        return frozenset(names)

    def sensed(self, bank: int, segment: int, aisles: int) -> Sensed:
        """Say what the contacts of a segment said last, and how old the oldest of it is."""
        now_s = self._clock.monotonic()
        checks: dict[str, Check] = {}
        occupancy: dict[int, Check] = {}
        taken = [now_s]
        for device_id, contact in self._contacts(bank, segment):
            if contact.says == _BUTTON:
                continue
            reading = self._readings.get(device_id)
            if reading is not None and now_s - reading.at_s > YOUNG_S:
                reading = None
            if reading is not None:
                taken.append(reading.at_s)
            check = _check(reading, contact)
            if contact.says != "occupancy":
                checks[contact.says] = worst(checks.get(contact.says), check)
                continue
            for aisle in range(aisles) if contact.aisle is None else (contact.aisle,):
                occupancy[aisle] = worst(occupancy.get(aisle), check)
        return Sensed(at_s=min(taken), checks=checks, occupancy=occupancy)

    def freshness(self, bank: int, segment: int) -> dict[str, Freshness]:
        """Say of each interlock with contacts how old the worst of its readings is, and its worth.

        Of several contacts the one that is worth least is told, and of those the oldest.
        """
        now_s = self._clock.monotonic()
        found: dict[str, Freshness] = {}
        for device_id, contact in self._contacts(bank, segment):
            fresh = self._sources[device_id].judge(now_s, stale_after_s=YOUNG_S)
            known = found.get(contact.says)
            if known is None or _badness(fresh) > _badness(known):
                found[contact.says] = fresh
        found.pop(_BUTTON, None)
        return found

    async def _refresh(self, device_id: str) -> None:
        module = self._modules.get(device_id)
        try:
            if module is not None:
                self._note(device_id, await module.read_inputs(urgent=True))
        except DriverError as error:
            self._miss(device_id, error)
            self._readings.pop(device_id, None)

    async def _poll(self, device: SensorInputs, module: DigitalInputs, press: Pressed) -> None:
        def miss(error: DriverError) -> None:
            self._miss(device.id, error)

        async for reading in poll(module.read_inputs, every_s=POLL_S, misses=MISSES, miss=miss):
            self._roster.up(device.id)
            self._note(device.id, reading)
            self._watch_buttons(device, reading, press)
            if self._doors is not None:
                self._doors.note_levels(device.id, reading)
            self._tell_air(device, reading)

    def _note(self, device_id: str, reading: InputReading) -> None:
        """Keep the newest; a fresh reading may overtake one of the polling."""
        known = self._readings.get(device_id)
        if known is None or known.at_s <= reading.at_s:
            self._readings[device_id] = reading
        self._sources[device_id] = self._sources[device_id].read(self._readings[device_id].at_s)

    def _miss(self, device_id: str, error: DriverError) -> None:
        missed = self._sources[device_id].missed(error, self._clock.monotonic())
        self._sources[device_id] = missed

    def _tell_air(self, device: SensorInputs, reading: InputReading | None) -> None:
        """Tell smoke, leak and the like at every reading, and once more when the module is lost."""
        if self._take_air is None or not device.air:
            return
        told = {contact.input: is_safe(reading, contact) for contact in device.air}
        self._take_air(device, told)

    def _watch_buttons(self, device: SensorInputs, reading: InputReading, press: Pressed) -> None:
        for contact in device.inputs:
            if contact.says != _BUTTON:
                continue
            key = (device.id, contact.input)
            is_down = reading.levels[contact.input] != bool(contact.safe_when)
            button = self._buttons.get(key, Button())
            self._buttons[key], pressed = button.take(is_down, reading.at_s)
            if pressed:
                press(contact)

    def _forget(self, device: SensorInputs) -> None:
        """Believe nothing of what it said before it went away, its buttons least of all."""
        self._modules.pop(device.id, None)
        self._readings.pop(device.id, None)
        self._tell_air(device, None)
        self._buttons = {key: b for key, b in self._buttons.items() if key[0] != device.id}

    def _contacts(self, bank: int, segment: int | None) -> list[tuple[str, SensorInput]]:
        """List the contacts that say something of a segment, or of any segment of a bank."""
        everything = chain.from_iterable(
            ((device.id, contact) for contact in device.inputs) for device in self._devices.values()
        )
        return [
            (device_id, contact)
            for device_id, contact in everything
            if contact.bank == bank and (segment is None or contact.segment in (None, segment))
        ]


def is_safe(reading: InputReading | None, contact: SensorInput | AirContact) -> bool | None:
    """Say whether a contact is at the level that means safe; None if nobody knows."""
    if reading is None or contact.input not in reading.levels:
        return None
    return reading.levels[contact.input] == bool(contact.safe_when)


def worst(one: Check | None, other: Check) -> Check:
    """Put two contacts of one interlock together: it is safe only if both say so."""
    for check in (Check.UNSAFE, Check.UNKNOWN):
        if check in (one, other):
            return check
    return other


def _check(reading: InputReading | None, contact: SensorInput) -> Check:
    safe = is_safe(reading, contact)
    if safe is None:
        return Check.UNKNOWN
    return Check.SAFE if safe else Check.UNSAFE


def _badness(fresh: Freshness) -> tuple[int, int]:
    order = (Quality.GOOD, Quality.STALE, Quality.BAD_REPLY, Quality.NEVER_READ)
    return order.index(fresh.quality), fresh.age_ms or 0
