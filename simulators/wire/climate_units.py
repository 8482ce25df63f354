"""Machines for the air on their wires: Danvex AD-800, Lilytech ZL-7850R, a relay.

Which one a room file's line gets, its profile says (`CLIMATE_UNITS`). What a machine does to the
air is in physics/climate_units.py.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace

from config.air import absolute_humidity_g_m3, dew_point_c
from config.room import ClimateRelay, ClimateUnit
from simulators.climate_acts import UNIT_FAULTS
from simulators.physics.air import outside_of, room_climate
from simulators.physics.climate_units import Unit, switched
from simulators.physics.weather import Climate
from simulators.stage import Stage
from simulators.wire.outputs import OutputModuleUnit
from simulators.wire.pdu import (
    READ_COILS,
    READ_HOLDING,
    Exceptional,
    Illegal,
    Read,
    Write,
    WriteCoil,
    bits_reply,
    exception_reply,
    parse_coil,
    parse_request,
    pick,
    read_reply,
    word_of,
    write_reply,
)


class SimulatedUnit(ABC):
    """What both machines have in common: registers, and the machine behind them."""

    def __init__(self, device: ClimateUnit, stage: Stage) -> None:
        self._id = device.id
        self._stage = stage

    def answer(self, pdu: bytes) -> bytes | None:
        """Answer a request addressed to this machine."""
        try:
            coil = parse_coil(pdu)
            if coil is not None:
                self._switch(coil)
                return pdu
            match parse_request(pdu):
                case Read(function, _, _) as read if function == READ_COILS:
                    return bits_reply(read, self._coils(read))
                case Read(function, _, _) as read if function == READ_HOLDING:
                    return read_reply(read, pick(self._registers(), read))
                case Write(_, address, values) as write:
                    self._write(dict(enumerate(values, start=address)))
                    return write_reply(write)
                case _:
                    raise Illegal(Exceptional.ILLEGAL_FUNCTION)
        except Illegal as illegal:
            return exception_reply(pdu, illegal.code)

    @property
    def unit(self) -> Unit:
        """The machine as it is."""
        return self._stage.world.units[self._id]

    def _air(self) -> Climate:
        return room_climate(self._stage.world.air, self._stage.world.house)

    def _change(self, unit: Unit) -> None:
        self._stage.act(lambda world: world.with_unit(unit))

    @abstractmethod
    def _registers(self) -> Mapping[int, int]:
        """Give every register there is."""

    @abstractmethod
    def _write(self, words: Mapping[int, int]) -> None:
        """Take what is written, all of it or nothing; raise Illegal for what it does not take."""

    def _coils(self, read: Read) -> list[bool]:
        raise Illegal(Exceptional.ILLEGAL_FUNCTION)

    def _switch(self, coil: WriteCoil) -> None:
        raise Illegal(Exceptional.ILLEGAL_FUNCTION)


class DanvexAd800(SimulatedUnit):
    """Danvex AD-800, dehumidifier and humidifier, on its RS485-2 port (its manual, page 22).

    FC03, 06, 16: 0x1001 on, 0x1002 fan 1 to 5, 0x1003 damper, 0x1004 humidity to dry to,
    0x101B temperature, 0x101C mode (0 to 2 dry, 3 to 5 humidify), 0x101D humidity to wet to.
    FC03: 0x2001 temperature, 0x2002 humidity, 0x2003 and 0x2004 the same outside, 0x2005 hours of
    the fan / 10, 0x2006 faults, 0x2007 dew point, 0x2008 absolute humidity. All whole numbers.
    """

    _ALLOWED: Mapping[int, range] = {
        0x1001: range(2),
        0x1002: range(1, 6),
        0x1003: range(2),
        0x1004: range(1, 100),
        0x101B: range(5, 36),
        0x101C: range(6),
        0x101D: range(1, 100),
    }
    _SETTINGS: Mapping[int, int] = {
        0x1003: 0, 0x1004: 45, 0x101B: 20, 0x101C: 0, 0x101D: 50,
    }  # fmt: skip

    def __init__(self, device: ClimateUnit, stage: Stage) -> None:
        super().__init__(device, stage)
        self._settings = dict(self._SETTINGS)
        if self.unit.does == "humidify":
            self._settings[0x101C] = 3
        self._change(replace(self.unit, set_pct=self._aim(), band_pct=1.0))

    def _registers(self) -> Mapping[int, int]:
        unit, world, air = self.unit, self._stage.world, self._air()
        outside = outside_of(world.air, world.house, world.at_s)
        dew_c = dew_point_c(air.temperature_c, air.humidity_pct)
        faults = sum(1 << bit for bit, name in enumerate(UNIT_FAULTS) if name in unit.faults)
        return {
            **self._settings,
            0x1001: int(unit.on),
            0x1002: unit.fan,
            0x2001: word_of(air.temperature_c),
            0x2002: word_of(air.humidity_pct),
            0x2003: word_of(outside.temperature_c),
            0x2004: word_of(outside.humidity_pct),
            0x2005: int(world.elapsed_s / 36_000.0) & 0xFFFF,
            0x2006: faults,
            0x2007: word_of(0.0 if dew_c is None else dew_c),
            0x2008: word_of(absolute_humidity_g_m3(air.temperature_c, air.humidity_pct)),
        }

    def _write(self, words: Mapping[int, int]) -> None:
        for address, value in words.items():
            if address not in self._ALLOWED:
                raise Illegal(Exceptional.ILLEGAL_ADDRESS)
            if value not in self._ALLOWED[address]:
                raise Illegal(Exceptional.ILLEGAL_VALUE)
        unit = self.unit
        if 0x1001 in words:
            unit = switched(unit, bool(words[0x1001]))
        if unit.disobeys:
            return
        self._settings |= {at: word for at, word in words.items() if at not in (0x1001, 0x1002)}
        does = unit.does
        if 0x101C in words:
            does = "dry" if words[0x101C] <= 2 else "humidify"
        fan = words.get(0x1002, unit.fan)
        self._change(replace(unit, fan=fan, does=does, set_pct=self._aim()))

    def _aim(self) -> float:
        return float(self._settings[0x1004 if self._settings[0x101C] <= 2 else 0x101D])


class Zl7850r(SimulatedUnit):
    """Lilytech ZL-7850R, controller of temperature and humidity (its manual, pages 6 and 7).

    Coils, FC01: 1 sensor failure, 6 to 9 alarms (warm, cold, damp, dry), 14 to 18 outputs R1 to
    R5; 25 on line and 26 keys locked, also FC05. Registers, FC03: 1 temperature, 2 humidity; FC06
    and 16 too: 9 cool (12) or heat (22), 10 and 18 hysteresis, 15, 16, 23, 24 alarm points,
    17 dry (17) or humidify (22). The point it holds is set by its keys alone. Tenths.
    """

    _KEYS_PCT = 50.0
    _LAST_COIL = 31
    _ALLOWED: Mapping[int, range | tuple[int, int]] = {
        9: (12, 22), 10: range(1, 201), 11: range(31), 12: range(-99, 100), 13: range(201),
        14: range(201), 15: range(651), 16: range(651), 17: (17, 22), 18: range(10, 201),
        19: range(31), 20: range(-200, 201), 21: range(201), 22: range(201), 23: range(801),
        24: range(801),
    }  # fmt: skip
    _DEFAULTS: Mapping[int, int] = {
        9: 22, 10: 1, 11: 0, 12: 0, 13: 2, 14: 1, 15: 0, 16: 0, 17: 22, 18: 20, 19: 0, 20: 0,
        21: 50, 22: 20, 23: 0, 24: 0,
    }  # fmt: skip

    def __init__(self, device: ClimateUnit, stage: Stage) -> None:
        super().__init__(device, stage)
        self._settings = dict(self._DEFAULTS)
        self._settings[17] = 22 if self.unit.does == "humidify" else 17
        self._keys_locked = False
        self._change(replace(self.unit, set_pct=self._KEYS_PCT))

    def _registers(self) -> Mapping[int, int]:
        air = self._air()
        measured = {1: word_of(air.temperature_c * 10), 2: word_of(air.humidity_pct * 10)}
        timers = dict.fromkeys((3, 4, 5, 6), 0)
        settings = {address: value & 0xFFFF for address, value in self._settings.items()}
        return measured | timers | settings

    def _write(self, words: Mapping[int, int]) -> None:
        given = {at: word - 0x10000 if word & 0x8000 else word for at, word in words.items()}
        for address, value in given.items():
            if address not in self._ALLOWED:
                raise Illegal(Exceptional.ILLEGAL_ADDRESS)
            if value not in self._ALLOWED[address]:
                raise Illegal(Exceptional.ILLEGAL_VALUE)
        self._settings |= given
        does = self.unit.does
        if 17 in given:
            does = "dry" if given[17] == 17 else "humidify"
        self._change(replace(self.unit, does=does, band_pct=self._settings[18] / 10))

    def _coils(self, read: Read) -> list[bool]:
        if read.address < 1 or read.address + read.count > self._LAST_COIL + 1:
            raise Illegal(Exceptional.ILLEGAL_ADDRESS)
        unit, air = self.unit, self._air()
        warm, damp = air.temperature_c * 10, air.humidity_pct * 10
        points = {number: self._settings[number] for number in (15, 16, 23, 24)}
        standing = {
            1: "sensor" in unit.faults,
            6: 0 < points[15] < warm,
            7: warm < points[16],
            8: 0 < points[23] < damp,
            9: damp < points[24],
            15: unit.runs,
            25: unit.on,
            26: self._keys_locked,
        }
        return [
            standing.get(coil, False) for coil in range(read.address, read.address + read.count)
        ]

    def _switch(self, coil: WriteCoil) -> None:
        match coil.address:
            case 25:
                self._change(switched(self.unit, coil.on))
            case 26:
                self._keys_locked = coil.on
            case 29 | 30 | 31:
                pass  # the outputs of its timers, to which nothing is wired here
            case _:
                raise Illegal(Exceptional.ILLEGAL_ADDRESS)


class RelayBoard:
    """A module whose coils switch machines that say nothing of themselves."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._wired: dict[int, ClimateRelay] = {}
        self.answer = OutputModuleUnit(self._switch).answer

    def wire(self, device: ClimateRelay) -> None:
        """Hang a machine on its coil, which is off."""
        self._wired[device.coil] = device
        self._switch(device.coil, False)

    def _switch(self, coil: int, level: bool) -> None:
        device = self._wired.get(coil)
        if device is None:
            return
        unit = switched(self._stage.world.units[device.id], level == bool(device.on_when))
        self._stage.act(lambda world: world.with_unit(unit))


CLIMATE_UNITS: Mapping[str, Callable[[ClimateUnit, Stage], SimulatedUnit]] = {
    "danvex-ad-800": DanvexAd800,
    "zl-7850r": Zl7850r,
}
"""What stands behind a machine of a room file, by its profile."""
