"""TagReportData as readers really send it, with the liberties the standard gives them. Pure.

An optional parameter that did not change since the last report may be absent (14.2.3), a report may
be empty, and parameters of vendors nobody knows may stand anywhere.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from random import Random

from simulators.physics.radio import Heard
from simulators.wire.llrp_frames import IMPINJ, custom, epc_parameter, tlv, tv
from simulators.wire.llrp_specs import ReportSpec

UNKNOWN_VENDOR = 0x0000F00D
_OMIT_PROBABILITY = 0.35
_CUSTOM_PROBABILITY = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One tag as one dwell of one antenna heard it."""

    heard: Heard
    rospec: int
    spec_index: int
    inventory: int
    antenna: int
    channel: int
    first_us: int
    last_us: int
    phase: int = 0
    """4096 is a full turn."""
    results: bytes = b""
    """How the operations of an AccessSpec ended."""


class TagReporter:
    """Writes reports for one connection and remembers what it said last."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw
        self._last: dict[int, bytes] = {}

    def report(self, sightings: tuple[Sighting, ...], spec: ReportSpec) -> bytes:
        """Write the body of an RO_ACCESS_REPORT."""
        return b"".join(self._tag(sighting, spec) for sighting in sightings)

    def _tag(self, sighting: Sighting, spec: ReportSpec) -> bytes:
        heard = sighting.heard
        # Bit of the content selector; type, layout and value of its parameter.
        optional = (
            (0x8000, 9, "I", sighting.rospec),
            (0x4000, 14, "H", sighting.spec_index),
            (0x2000, 10, "H", sighting.inventory),
            (0x1000, 1, "H", sighting.antenna),
            (0x0400, 6, "b", round(heard.rssi_dbm)),
            (0x0800, 7, "H", sighting.channel),
            (0x0200, 2, "Q", sighting.first_us),
            (0x0100, 4, "Q", sighting.last_us),
            (0x0080, 8, "H", heard.count),
        )
        body = epc_parameter(bytes.fromhex(heard.epc))
        for bit, kind, layout, value in optional:
            if spec.content & bit:
                body += self._unless_same(kind, tv(kind, layout, value))
        if spec.pc:
            body += self._unless_same(12, tv(12, "H", (len(heard.epc) // 4) << 11))
        if spec.crc:
            body += self._unless_same(11, tv(11, "H", 0xFFFF))
        if spec.phase:
            body += custom(IMPINJ, 56, struct.pack(">H", sighting.phase))
        if spec.fine_rssi:
            body += custom(IMPINJ, 57, struct.pack(">h", round(heard.rssi_dbm * 100)))
        body += sighting.results
        if self._draw.random() < _CUSTOM_PROBABILITY:
            body += custom(UNKNOWN_VENDOR, 7, self._draw.randbytes(self._draw.randint(0, 6)))
        return tlv(240, body)

    def _unless_same(self, kind: int, parameter: bytes) -> bytes:
        same = self._last.get(kind) == parameter
        self._last[kind] = parameter
        return b"" if same and self._draw.random() < _OMIT_PROBABILITY else parameter
