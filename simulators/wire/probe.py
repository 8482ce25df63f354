"""XY-MD02 temperature and humidity probes; several may share one serial line.

Input registers (FC04): 0x0001 temperature, signed 0.1 C; 0x0002 relative humidity, 0.1 %.
Holding registers (FC03, FC06): 0x0101 unit id, 0x0102 speed, 0x0103 and 0x0104 corrections of 0.1.
"""

from __future__ import annotations

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
    read_reply,
    write_reply,
)

_TEMPERATURE_AT, _HUMIDITY_AT = 0x0001, 0x0002
_UNIT_AT, _SPEED_AT, _TEMPERATURE_CORRECTION_AT, _HUMIDITY_CORRECTION_AT = range(0x0101, 0x0105)
_SPEEDS = {9600: 0, 14400: 1, 19200: 2}


class Xymd02:
    """One probe at a place of the plan."""

    def __init__(self, unit: int, place_mm: tuple[int, int], stage: Stage, *, baud: int) -> None:
        self.unit = unit
        self._place_mm = place_mm
        self._stage = stage
        self._settings = {
            _UNIT_AT: unit,
            _SPEED_AT: _SPEEDS.get(baud, 0),
            _TEMPERATURE_CORRECTION_AT: 0,
            _HUMIDITY_CORRECTION_AT: 0,
        }

    def answer(self, pdu: bytes) -> bytes:
        """Answer a request addressed to this probe."""
        try:
            match parse_request(pdu):
                case Read(function, _, _) as read if function in (READ_INPUT, READ_HOLDING):
                    known = self._measured() if function == READ_INPUT else self._settings
                    return read_reply(read, _pick(known, read))
                case Write(_, address, values) as write:
                    self._set(address, values)
                    return write_reply(write)
                case _:
                    raise Illegal(Exceptional.ILLEGAL_FUNCTION)
        except Illegal as illegal:
            return exception_reply(pdu, illegal.code)

    def _measured(self) -> dict[int, int]:
        climate = self._stage.world.climate(self._place_mm)
        warmer = _signed(self._settings[_TEMPERATURE_CORRECTION_AT])
        damper = _signed(self._settings[_HUMIDITY_CORRECTION_AT])
        humidity = round(climate.humidity_pct * 10) + damper
        return {
            _TEMPERATURE_AT: (round(climate.temperature_c * 10) + warmer) & 0xFFFF,
            _HUMIDITY_AT: min(1000, max(0, humidity)),
        }

    def _set(self, address: int, values: tuple[int, ...]) -> None:
        """Take a correction; the unit id and speed take effect at power-up, so only read back."""
        for number, value in enumerate(values, start=address):
            if number not in self._settings:
                raise Illegal(Exceptional.ILLEGAL_ADDRESS)
            corrects = number in (_TEMPERATURE_CORRECTION_AT, _HUMIDITY_CORRECTION_AT)
            if corrects and not -100 <= _signed(value) <= 100:
                raise Illegal(Exceptional.ILLEGAL_VALUE)
        self._settings.update(enumerate(values, start=address))


def _pick(known: dict[int, int], read: Read) -> tuple[int, ...]:
    addresses = range(read.address, read.address + read.count)
    if any(address not in known for address in addresses):
        raise Illegal(Exceptional.ILLEGAL_ADDRESS)
    return tuple(known[address] for address in addresses)


def _signed(word: int) -> int:
    return word - 0x10000 if word & 0x8000 else word
