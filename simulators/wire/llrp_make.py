"""Which reader is simulated, and what it says it can do and how it is set. Pure."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from simulators.wire.llrp_frames import IMPINJ, Malformed, tlv

FIRMWARE = b"stackroom-sim 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """A kind of reader; country, standard and frequencies are those of its region."""

    manufacturer: int = IMPINJ
    model: int = 2001002
    speaks_1_1: bool = True
    has_extensions: bool = True
    """Whether it knows Impinj's own messages and parameters."""
    inputs: int = 4
    outputs: int = 4
    country: int = 156
    standard: int = 0
    first_khz: int = 920_625
    """The lowest of 16 channels of 250 kHz."""
    lowest_dbm: int = 10
    highest_dbm: int = 30
    takes_powers: bool = True
    """Whether it keeps the power that it is told."""
    access_specs: int = 8

    def power_dbm(self, index: int) -> float:
        """Return what an index of the power table stands for."""
        return self.lowest_dbm + index - 1

    @property
    def highest_index(self) -> int:
        return self.highest_dbm - self.lowest_dbm + 1


def capabilities(wanted: int, antennas: tuple[int, ...], make: Make) -> bytes:
    """Write the capabilities: 0 all, 1 general, 2 LLRP, 3 regulatory, 4 air protocol."""
    parts = {
        1: _general(antennas, make),
        2: _llrp_capabilities(make),
        3: _regulatory(make),
        4: _air_protocol(),
    }
    if wanted == 0:
        return b"".join(parts.values())
    if wanted not in parts:
        raise Malformed(f"RequestedData {wanted} is not 0 to 4")
    return parts[wanted]


def identification(mac: bytes) -> bytes:
    """Write Identification: a MAC address as EUI-64."""
    return tlv(218, struct.pack(">BH", 0, len(mac)) + mac)


def antenna_properties(antenna: int, connected: bool) -> bytes:
    """Write AntennaProperties of an antenna without gain."""
    return tlv(221, struct.pack(">BHh", 0x80 if connected else 0, antenna, 0))


def antenna_configuration(antenna: int, transmitter: tuple[int, int, int]) -> bytes:
    """Write an AntennaConfiguration: hop table, channel and power index of one antenna."""
    return tlv(222, struct.pack(">H", antenna) + tlv(224, struct.pack(">HHH", *transmitter)))


def gpi_states(levels: Mapping[int, bool], enabled: frozenset[int]) -> bytes:
    """Write a GPIPortCurrentState of every input."""
    return b"".join(
        tlv(225, struct.pack(">HBB", number, 0x80 if number in enabled else 0, level))
        for number, level in levels.items()
    )


def gpo_states(levels: Mapping[int, bool]) -> bytes:
    """Write the GPOWriteData of every output."""
    return b"".join(
        tlv(219, struct.pack(">HB", number, 0x80 if level else 0))
        for number, level in levels.items()
    )


def keepalive_spec(period_s: float) -> bytes:
    """Write a KeepaliveSpec; a period of 0 means none."""
    return tlv(220, struct.pack(">BI", 1 if period_s else 0, round(period_s * 1000)))


def _general(antennas: tuple[int, ...], make: Make) -> bytes:
    body = struct.pack(
        ">HHIIH", max(antennas), 0x4000, make.manufacturer, make.model, len(FIRMWARE)
    )
    body += FIRMWARE
    body += tlv(139, struct.pack(">Hh", 1, 0))
    body += tlv(141, struct.pack(">HH", make.inputs, make.outputs))
    for antenna in antennas:
        body += tlv(140, struct.pack(">HHB", antenna, 1, 1))
    return tlv(137, body)


def _llrp_capabilities(make: Make) -> bytes:
    return tlv(142, struct.pack(">BBHIIIII", 0x48, 1, 0, 8, 64, 1, make.access_specs, 8))


def _regulatory(make: Make) -> bytes:
    powers = b"".join(
        tlv(145, struct.pack(">Hh", index, round(100 * make.power_dbm(index))))
        for index in range(1, make.highest_index + 1)
    )
    channels = [make.first_khz + 250 * number for number in range(16)]
    hops = tlv(147, struct.pack(f">BBH{len(channels)}I", 1, 0, len(channels), *channels))
    frequencies = tlv(146, b"\x80" + hops)
    mode = struct.pack(">IBBBBIIIII", 1, 0x80, 1, 2, 2, 250_000, 1500, 12_500, 12_500, 0)
    modes = tlv(328, tlv(329, mode))
    return tlv(
        143,
        struct.pack(">HH", make.country, make.standard) + tlv(144, powers + frequencies + modes),
    )


def _air_protocol() -> bytes:
    return tlv(327, struct.pack(">BH", 0x00, 0))
