"""How long a Modbus line needs for what. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from config.room import SerialAddress, TcpAddress
from drivers.bus.frames import Asked

_FRAME_CHARACTERS_APART = 3.5
_SHORTEST_GAP_S = 0.00175
_FASTEST_BAUD_OF_LONG_GAP = 19200
_RTU_EXTRA_BYTES = 3
SHORTEST_WAIT_SHARE = 0.8
"""Waits are spread at random from this part of them up to the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long to wait for what.

    `quiet_s` should reach beyond the worst late answer of any unit of the port: on a serial line
    it is what keeps a late answer from being taken for the next one.
    """

    reply_s: float
    """For a unit to think; the time that the bytes take on a serial line is added."""
    quiet_s: float
    turnaround_s: float = 0.010
    """How long a unit usually thinks; what the cycle budget counts with."""
    connect_s: float = 1.0
    reconnect_first_s: float = 0.2
    reconnect_longest_s: float = 5.0
    probe_share: float = 0.016
    """The part of the line's time that probes of a dead unit may take from the others.

    What the system itself adds to them must not bring it above 2 %.
    """
    probe_longest_alone_s: float = 2.0
    """The longest wait between probes of a unit that has the port to itself."""

    def longest_probe_wait_s(self, units: int, limit_s: float | None = None) -> float:
        """Say how long at most a silent unit is left alone on a port with so many units.

        `limit_s` is how long its probe waits for an answer; `reply_s` if not given.
        """
        if units <= 1:
            return self.probe_longest_alone_s
        # The limit of the probe, the quiet after it, and the listening after the next answer.
        cost_s = 2 * (limit_s or self.reply_s) + self.quiet_s
        return cost_s / self.probe_share / SHORTEST_WAIT_SHARE

    def reconnect_wait_s(self, openings: int) -> float:
        """Say how long to wait before the n-th opening in a row that brought no answer."""
        if openings <= 2:
            return 0.0
        doublings = min(openings - 3, 16)
        return min(self.reconnect_first_s * (1 << doublings), self.reconnect_longest_s)


TCP_TIMING = Timing(reply_s=0.5, quiet_s=0.02)
SERIAL_TIMING = Timing(reply_s=0.3, quiet_s=0.5)


def usual_timing(address: TcpAddress | SerialAddress) -> Timing:
    """Say what suits a port of which nothing else is known."""
    return TCP_TIMING if isinstance(address, TcpAddress) else SERIAL_TIMING


@dataclass(frozen=True, slots=True)
class LineTimes:
    """The times that follow from a line's speed; on TCP the bytes themselves take none."""

    character_s: float
    """Start bit, eight bits, parity, stop bits."""
    frame_gap_s: float
    """Silence between two frames: 3.5 characters, but never less than above 19200 baud."""

    def bytes_s(self, asked: Asked) -> float:
        """Say how long request and answer take on the wire."""
        wire_bytes = asked.request_length + asked.answer_length + 2 * _RTU_EXTRA_BYTES
        return wire_bytes * self.character_s

    def reply_limit_s(self, asked: Asked, timing: Timing) -> float:
        """Say when a request that goes out now has failed."""
        return timing.reply_s + self.bytes_s(asked)


def line_times(address: TcpAddress | SerialAddress) -> LineTimes:
    """Work out a port's times (MODBUS over Serial Line V1.02, 2.5.1.1)."""
    if isinstance(address, TcpAddress):
        return LineTimes(0.0, 0.0)
    bits = 9 + (address.parity != "N") + address.stop_bits
    character_s = bits / address.baud
    is_slow = address.baud <= _FASTEST_BAUD_OF_LONG_GAP
    return LineTimes(
        character_s, _FRAME_CHARACTERS_APART * character_s if is_slow else _SHORTEST_GAP_S
    )
