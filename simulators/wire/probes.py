"""Modbus probes of several makes, each as its maker's register list has it.

Which one a room file's line gets, its profile says (`PROBES`). A unit answers for the registers of
its list alone and refuses all others.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from config.room import ModbusProbe, SerialAddress
from simulators.physics.weather import Climate
from simulators.stage import Stage
from simulators.wire.pdu import (
    READ_HOLDING,
    READ_INPUT,
    Exceptional,
    Illegal,
    Read,
    Write,
    exception_reply,
    parse_request,
    pick,
    read_reply,
    signed,
    word_of,
    write_reply,
)

Rename = Callable[[int, int], None]
"""Lets a unit answer to another id."""


class SimulatedProbe(ABC):
    """What all makes have in common: a place, a sensor, and registers."""

    def __init__(self, device: ModbusProbe, stage: Stage, rename: Rename) -> None:
        self._device = device
        self._stage = stage
        self._rename = rename
        self._place_mm = (device.plan_mm.x, device.plan_mm.y)

    @property
    def baud(self) -> int:
        """The speed of the line it hangs on; behind a gateway, what it came with."""
        return self._device.at.baud if isinstance(self._device.at, SerialAddress) else 9600

    def signature(self) -> int:
        """Say under which id it answers."""
        sensor = self._stage.world.sensor_of(self._device.id)
        return sensor.answers_as or self._device.unit

    def answer(self, pdu: bytes) -> bytes | None:
        """Answer a request addressed to this probe, unless it is silent."""
        if self._stage.world.sensor_of(self._device.id).silent:
            return None
        try:
            match parse_request(pdu):
                case Read(function, _, _) as read:
                    return read_reply(read, pick(self._registers(function), read))
                case Write(_, address, values) as write:
                    self._set(address, values)
                    return write_reply(write)
        except Illegal as illegal:
            return exception_reply(pdu, illegal.code)

    def _sensed(self) -> Climate | None:
        world = self._stage.world
        return world.sensed(self._device.id, self._place_mm, self._device.zone)

    @abstractmethod
    def _registers(self, function: int) -> Mapping[int, int]:
        """Give the registers that a function reads; raise Illegal for one it does not have."""

    def _set(self, address: int, values: tuple[int, ...]) -> None:
        """Take what is written; a probe without settings takes nothing."""
        raise Illegal(Exceptional.ILLEGAL_ADDRESS)


class Xymd02(SimulatedProbe):
    """XY-MD02 (SHT20 or SHT40 inside); the clone of another scale answers as it does.

    Input registers (FC04): 0x0001 temperature, signed 0.1 C; 0x0002 relative humidity, 0.1 %.
    Holding registers (FC03, FC06, FC16): 0x0101 unit id, 0x0102 speed, 0x0103 and 0x0104
    corrections of 0.1. Source: github SantaClaas/serial, "temperature sensor.md".
    """

    parts = 10
    _SPEEDS: Mapping[int, int] = {9600: 0, 14400: 1, 19200: 2}

    def __init__(self, device: ModbusProbe, stage: Stage, rename: Rename) -> None:
        super().__init__(device, stage, rename)
        speed = self._SPEEDS.get(self.baud, 0)
        self._settings = {0x0101: device.unit, 0x0102: speed, 0x0103: 0, 0x0104: 0}

    def _registers(self, function: int) -> Mapping[int, int]:
        if function == READ_HOLDING:
            return self._settings
        if function != READ_INPUT:
            raise Illegal(Exceptional.ILLEGAL_FUNCTION)
        air = self._sensed() or Climate(0.0, 0.0)
        warmer, damper = signed(self._settings[0x0103]), signed(self._settings[0x0104])
        humidity = round(air.humidity_pct * self.parts) + damper * self.parts // 10
        return {
            1: word_of(air.temperature_c * self.parts + warmer * self.parts / 10),
            2: max(0, humidity),
        }

    def _set(self, address: int, values: tuple[int, ...]) -> None:
        """Take a correction; the unit id and speed take effect at power-up, so only read back."""
        for number, value in enumerate(values, start=address):
            if number not in self._settings:
                raise Illegal(Exceptional.ILLEGAL_ADDRESS)
            if number >= 0x0103 and not -100 <= signed(value) <= 100:
                raise Illegal(Exceptional.ILLEGAL_VALUE)
        self._settings.update(enumerate(values, start=address))


class Xymd02Hundredths(Xymd02):
    """A clone of it that tells hundredths (StackOverflow question 74286017)."""

    parts = 100


class R444a01(SimulatedProbe):
    """R444A01. FC03: 0x0000 temperature, signed 0.1 C; 0x0001 humidity, 0.1 %; FC06: 0x0002 unit
    id, 0x0003 speed. Source: whosebug.com question 4753680.
    """

    _SPEEDS: Mapping[int, int] = {1200: 0, 2400: 1, 4800: 2, 9600: 3, 19200: 4}

    def __init__(self, device: ModbusProbe, stage: Stage, rename: Rename) -> None:
        super().__init__(device, stage, rename)
        self._settings = {2: device.unit, 3: self._SPEEDS.get(self.baud, 3)}

    def _registers(self, function: int) -> Mapping[int, int]:
        _require(function, READ_HOLDING)
        air = self._sensed() or Climate(0.0, 0.0)
        temperature, humidity = word_of(air.temperature_c * 10), word_of(air.humidity_pct * 10)
        return {0: temperature, 1: humidity, **self._settings}

    def _set(self, address: int, values: tuple[int, ...]) -> None:
        """Keep unit id and speed for the next power-up."""
        most = {2: 247, 3: 4}
        if address not in most or len(values) != 1:
            raise Illegal(Exceptional.ILLEGAL_ADDRESS)
        if not (address == 3 or values[0] >= 1) or values[0] > most[address]:
            raise Illegal(Exceptional.ILLEGAL_VALUE)
        self._settings[address] = values[0]


class Rswsn01(SimulatedProbe):
    """Renke RS-WS-N01-8. FC03: 0x0000 humidity, 0.1 %, before 0x0001 temperature, 0.1 C; 0x07D0
    unit id and 0x07D1 speed, FC06, count at once. Source: tspi.at/electronics/rswsn018sensor.html.

    That it tells degrees below zero as two's complement is its maker's custom, unconfirmed here.
    """

    _SPEEDS: Mapping[int, int] = {2400: 0, 4800: 1, 9600: 2}

    def __init__(self, device: ModbusProbe, stage: Stage, rename: Rename) -> None:
        super().__init__(device, stage, rename)
        self._unit = device.unit
        self._speed = self._SPEEDS.get(self.baud, 1)

    def _registers(self, function: int) -> Mapping[int, int]:
        _require(function, READ_HOLDING)
        air = self._sensed() or Climate(0.0, 0.0)
        return {
            0: word_of(air.humidity_pct * 10),
            1: word_of(air.temperature_c * 10),
            0x07D0: self._unit,
            0x07D1: self._speed,
        }

    def _set(self, address: int, values: tuple[int, ...]) -> None:
        """Take another unit id at once. Another speed is kept: the line here has one speed."""
        if address not in (0x07D0, 0x07D1) or len(values) != 1:
            raise Illegal(Exceptional.ILLEGAL_ADDRESS)
        if address == 0x07D1:
            if values[0] not in self._SPEEDS.values():
                raise Illegal(Exceptional.ILLEGAL_VALUE)
            self._speed = values[0]
            return
        if not 1 <= values[0] <= 254:
            raise Illegal(Exceptional.ILLEGAL_VALUE)
        if values[0] != self._unit:
            self._rename(self._unit, values[0])
            self._unit = values[0]


class KinconySht30(SimulatedProbe):
    """Kincony SHT30. FC03 and FC04: 0x0000 temperature, 0.1 C, below zero as 10000 and the tenths;
    0x0001 humidity, 0.1 %; 0x0002 and 0x0004 the same as 32-bit floats, high word first (the order
    is unconfirmed). Source: shop.kincony.com.
    """

    def _registers(self, function: int) -> Mapping[int, int]:
        if function not in (READ_HOLDING, READ_INPUT):
            raise Illegal(Exceptional.ILLEGAL_FUNCTION)
        air = self._sensed() or Climate(0.0, 0.0)
        tenths = round(air.temperature_c * 10)
        words = struct.unpack(">4H", struct.pack(">ff", air.temperature_c, air.humidity_pct))
        return {
            0: tenths if tenths >= 0 else 10_000 - tenths,
            1: word_of(air.humidity_pct * 10),
            **dict(enumerate(words, start=2)),
        }


class Huawei02312pbl(SimulatedProbe):
    """Huawei 02312PBL. FC03: 0x0002 temperature, 0.1 C; 0x0003 humidity, 0.1 %; 0x0021 an external
    sensor's temperature; 0x8000 where nothing is connected. Source: its user manual, register list.

    Its external sensor sticks to the wall here, which is a little colder than the air.
    """

    _NOTHING = 0x8000
    _WALL_COLDER_C = 1.2

    def _registers(self, function: int) -> Mapping[int, int]:
        _require(function, READ_HOLDING)
        air = self._sensed()
        if air is None:
            return {2: self._NOTHING, 3: self._NOTHING, 0x21: self._NOTHING}
        return {
            2: word_of(air.temperature_c * 10),
            3: word_of(air.humidity_pct * 10),
            0x21: word_of((air.temperature_c - self._WALL_COLDER_C) * 10),
        }


PROBES: Mapping[str, Callable[[ModbusProbe, Stage, Rename], SimulatedProbe]] = {
    "xy-md02": Xymd02,
    "xy-md02-parity": Xymd02Hundredths,
    "r444a01": R444a01,
    "rs-ws-n01": Rswsn01,
    "kincony-sht30": KinconySht30,
    "kincony-sht30-float": KinconySht30,
    "huawei-02312pbl": Huawei02312pbl,
}
"""What stands behind a probe of a room file, by its profile."""


def _require(function: int, only: int) -> None:
    if function != only:
        raise Illegal(Exceptional.ILLEGAL_FUNCTION)
