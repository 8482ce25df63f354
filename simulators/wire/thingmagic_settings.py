"""What a simulated ThingMagic module has been told: region, tags, powers, antennas, pins."""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random

from simulators.wire import thingmagic_frames as f

HIGHEST, LOWEST = 3150, -500
_FACTORY = 3000
_UNSET = (0, 0, 0)
"""An antenna with no powers of its own."""
_HARDWARE = bytes((0x18, 0, 0, 1))
_FIRMWARE = bytes((0x01, 0x21, 0x01, 0x07))
_KNOWN_REGIONS = (1, 4, 6, 8, 9)
_BANDS_KHZ = {
    1: (902_750, 500, 50),
    4: (865_700, 600, 3),
    6: (920_625, 250, 16),
    8: (865_700, 600, 4),
    9: (917_300, 600, 6),
}
"""First frequency, step, how many."""
_INSIDE_C = 36

PortPowers = dict[int, tuple[int, int, int]]
"""To read, to write, settling time."""


class ThingMagicSettings:
    """The module's memory; it was set up once by whoever built it in."""

    def __init__(self, *, ports: int, is_connected: Callable[[int], bool]) -> None:
        self.hardware = _HARDWARE
        self.regions: tuple[int, ...] = _KNOWN_REGIONS
        self.region = 1
        self.protocol = 5
        self.listed = self.single = 1
        """Antennas to search with, and to touch a single tag with."""
        self.powers = {"read": _FACTORY, "write": _FACTORY}
        self.port_powers: PortPowers | None = dict.fromkeys(range(1, ports + 1), _UNSET)
        """None: a module that has one power for all."""
        self.outputs = {3, 4}
        self.levels = {1: False, 2: False, 3: False, 4: False}
        self.options: dict[int, int] = {}
        self._ports = ports
        self._is_connected = is_connected

    def acts(self) -> dict[int, Callable[[bytes], bytes | int]]:
        """What the opcodes that set and tell do."""
        return {
            0x03: lambda _: self.version(),
            0x61: self._tell_antennas,
            0x62: lambda data: self._tell_power("read", data),
            0x63: lambda _: self.protocol.to_bytes(2, "big"),
            0x64: lambda data: self._tell_power("write", data),
            0x66: self._tell_pins,
            0x67: lambda _: bytes((self.region,)),
            0x71: lambda _: bytes(self.regions),
            0x72: lambda _: bytes((_INSIDE_C,)),
            0x91: self._set_antennas,
            0x92: lambda data: self._set_power("read", data),
            0x93: self._set_protocol,
            0x94: lambda data: self._set_power("write", data),
            0x97: self._set_region,
            0x9A: self._set_option,
        }

    def version(self) -> bytes:
        """Tell boot loader, hardware, date, firmware and protocols."""
        return (
            bytes((0x12, 9, 0x30, 0))
            + self.hardware
            + b"\x20\x16\x05\x09"
            + _FIRMWARE
            + (b"\0\0\0\x10")
        )

    def frequency_khz(self, draw: Random) -> int:
        """Hop to a frequency of the region."""
        first, step, count = _BANDS_KHZ[self.region]
        return first + step * draw.randrange(count)

    def _set_region(self, data: bytes) -> bytes | int:
        if data[0] not in self.regions:
            return f.BAD_REGION
        self.region = data[0]
        return b""

    def _set_protocol(self, data: bytes) -> bytes | int:
        if data[:2] != b"\0\x05":
            return f.BAD_VALUE
        self.protocol = data[1]
        return b""

    def _set_option(self, data: bytes) -> bytes | int:
        if data[0] != 1:
            return f.BAD_VALUE
        self.options[data[1]] = data[2]
        return b""

    def _tell_power(self, kind: str, data: bytes) -> bytes | int:
        limits = struct.pack(">hh", HIGHEST, LOWEST) if data[0] == 1 else b""
        return data[:1] + struct.pack(">h", self.powers[kind]) + limits

    def _set_power(self, kind: str, data: bytes) -> bytes | int:
        if len(data) != 2:
            return f.WRONG_LENGTH
        (power,) = struct.unpack(">h", data)
        refused = _refuse_power(power)
        if refused is not None:
            return refused
        self.powers[kind] = power
        return b""

    def _tell_antennas(self, data: bytes) -> bytes | int:
        ports = range(1, self._ports + 1)
        match data[0]:
            case 0:
                return bytes((self.single, self.single))
            case 5:
                there = (bytes((port, self._is_connected(port))) for port in ports)
                return data[:1] + b"".join(there)
            case 4 if self.port_powers is not None:
                rows = (struct.pack(">BhhH", p, *row) for p, row in self.port_powers.items())
                return data[:1] + b"".join(rows)
        return f.BAD_VALUE

    def _set_antennas(self, data: bytes) -> bytes | int:
        if len(data) == 2 and self._is_antenna(data):
            self.single = data[0]
            return b""
        if data[0] == 2 and len(data) == 3 and self._is_antenna(data[1:]):
            self.listed = data[1]
            return b""
        if data[0] == 4 and self.port_powers is not None and len(data) % 7 == 1:
            return self._set_port_powers(data[1:])
        return f.BAD_ANTENNA

    def _is_antenna(self, ports: bytes) -> bool:
        """Say whether it has an antenna that sends and listens at these ports."""
        return ports[0] == ports[1] and 1 <= ports[0] <= self._ports

    def _set_port_powers(self, data: bytes) -> bytes | int:
        rows = list(struct.iter_unpack(">BhhH", data))
        for port, read, write, _ in rows:
            if not 1 <= port <= self._ports:
                return f.BAD_ANTENNA
            for power in (read, write):
                refused = _refuse_power(power)
                if refused is not None:
                    return refused
        named = {port: (read, write, settling) for port, read, write, settling in rows}
        self.port_powers = {p: named.get(p, _UNSET) for p in range(1, self._ports + 1)}
        return b""

    def _tell_pins(self, data: bytes) -> bytes | int:
        if data[0] != 1:
            return f.BAD_VALUE
        rows = (bytes((n, n in self.outputs, on)) for n, on in sorted(self.levels.items()))
        return data[:1] + b"".join(rows)


def _refuse_power(power: int) -> int | None:
    if power > HIGHEST:
        return f.POWER_TOO_HIGH
    return f.POWER_TOO_LOW if power < LOWEST else None
