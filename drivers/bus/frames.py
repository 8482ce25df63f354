"""What a Modbus request looks like, and which bytes are its answer. Pure.

Modbus RTU has no number that ties an answer to its request, so everything that can be compared is
compared here: unit, function, length, checksum, and for writes the echo. What a read cannot prove
(which address its words came from) the bus secures with quiet time.
Source: MODBUS Application Protocol V1.1b3, MODBUS over Serial Line V1.02, MODBUS Messaging on
TCP/IP V1.0b.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

READ_COILS = 1
READ_DISCRETE_INPUTS = 2
READ_HOLDING = 3
READ_INPUT = 4
WRITE_COIL = 5
WRITE_ONE = 6
WRITE_MANY = 16
MAX_READ_BITS = 2000
MAX_READ_WORDS = 125
MAX_WRITE_WORDS = 123
_ERROR_BIT = 0x80
_ERROR_LENGTH = 2
_HEADER_LENGTH = 7
_TOP_ADDRESS = 0xFFFF
_COIL_ON, _COIL_OFF = b"\xff\x00", b"\x00\x00"


class Framing(StrEnum):
    """How a PDU is wrapped on the wire."""

    RTU = "rtu"
    TCP = "tcp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Ask a unit for `count` words from `address` on, by function 3 or 4."""

    unit: int
    address: int
    count: int
    function: int = READ_HOLDING

    def __post_init__(self) -> None:
        if self.function not in (READ_HOLDING, READ_INPUT):
            raise ValueError(f"function {self.function} does not read registers; 3 and 4 do")
        _check_span(self.unit, self.address, self.count, MAX_READ_WORDS)

    @property
    def request_length(self) -> int:
        """Bytes of the request's PDU."""
        return 5

    @property
    def answer_length(self) -> int:
        """Bytes of the answer's PDU."""
        return 2 + 2 * self.count

    def is_answer(self, pdu: bytes) -> bool:
        """Say whether a whole PDU fits: function, byte count, length."""
        return (
            len(pdu) == self.answer_length and pdu[0] == self.function and pdu[1] == 2 * self.count
        )

    def __str__(self) -> str:
        return f"read of {self.count} words at {self.address} (function {self.function})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBits:
    """Ask a unit for `count` coils or discrete inputs from `address` on, by function 1 or 2."""

    unit: int
    address: int
    count: int
    function: int = READ_DISCRETE_INPUTS

    def __post_init__(self) -> None:
        if self.function not in (READ_COILS, READ_DISCRETE_INPUTS):
            raise ValueError(f"function {self.function} does not read bits; 1 and 2 do")
        _check_span(self.unit, self.address, self.count, MAX_READ_BITS, "bits")

    @property
    def request_length(self) -> int:
        """Bytes of the request's PDU."""
        return 5

    @property
    def answer_length(self) -> int:
        """Bytes of the answer's PDU; eight bits to a byte, the last one filled up."""
        return 2 + (self.count + 7) // 8

    def is_answer(self, pdu: bytes) -> bool:
        """Say whether a whole PDU fits: function, byte count, length."""
        return (
            len(pdu) == self.answer_length
            and pdu[0] == self.function
            and pdu[1] == self.answer_length - 2
        )

    def __str__(self) -> str:
        return f"read of {self.count} bits at {self.address} (function {self.function})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Write words from `address` on: one by function 6, several by function 16."""

    unit: int
    address: int
    values: tuple[int, ...]

    def __post_init__(self) -> None:
        _check_span(self.unit, self.address, len(self.values), MAX_WRITE_WORDS)
        wrong = [value for value in self.values if not 0 <= value <= 0xFFFF]
        if wrong:
            raise ValueError(f"{wrong} do not fit into words; 0 to 65535 does")

    @property
    def function(self) -> int:
        return WRITE_ONE if len(self.values) == 1 else WRITE_MANY

    @property
    def request_length(self) -> int:
        """Bytes of the request's PDU."""
        return 5 if self.function == WRITE_ONE else 6 + 2 * len(self.values)

    @property
    def answer_length(self) -> int:
        """Bytes of the answer's PDU."""
        return 5

    def is_answer(self, pdu: bytes) -> bool:
        """Say whether a whole PDU echoes function, address and value (or number of words)."""
        echoed = self.values[0] if self.function == WRITE_ONE else len(self.values)
        echo = bytes([self.function]) + self.address.to_bytes(2) + echoed.to_bytes(2)
        return pdu == echo

    def __str__(self) -> str:
        return f"write of {len(self.values)} words at {self.address} (function {self.function})"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBit:
    """Switch one coil on or off, by function 5."""

    unit: int
    address: int
    on: bool

    def __post_init__(self) -> None:
        _check_span(self.unit, self.address, 1, 1, "coil")

    @property
    def function(self) -> int:
        return WRITE_COIL

    @property
    def request_length(self) -> int:
        """Bytes of the request's PDU."""
        return 5

    @property
    def answer_length(self) -> int:
        """Bytes of the answer's PDU."""
        return 5

    def is_answer(self, pdu: bytes) -> bool:
        """Say whether a whole PDU echoes function, address and level."""
        level = _COIL_ON if self.on else _COIL_OFF
        return pdu == bytes([self.function]) + self.address.to_bytes(2) + level

    def __str__(self) -> str:
        return f"switching of the coil at {self.address} (function {self.function})"


Asked = Read | ReadBits | Write | WriteBit
WRITES = (Write, WriteBit)
"""What changes something, and so is never repeated."""


def find_answer(asked: Asked, framing: Framing, sent: bytes, received: bytes) -> bytes | None:
    """Cut the one frame that answers `asked` out of what came in; `None` if it is not there (yet).

    `sent` is the request's frame as it went out; on TCP it carries the transaction number.
    """
    frames = _list_fitting(asked, framing, sent, received)
    return next((frame for unit, frame in frames if unit == asked.unit), None)


def find_stranger(asked: Asked, framing: Framing, sent: bytes, received: bytes) -> int | None:
    """Return the unit that answered in place of the one that was asked; None if none did.

    Only a frame that would be the answer but for its unit counts; noise seldom looks like one.
    """
    units = (unit for unit, _ in _list_fitting(asked, framing, sent, received))
    return next((unit for unit in units if unit != asked.unit), None)


def crc16(frame: bytes) -> bytes:
    """Return the checksum of an RTU frame, low byte first (polynomial 0xA001, start 0xFFFF)."""
    crc = 0xFFFF
    for byte in frame:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc.to_bytes(2, "little")


def _list_fitting(
    asked: Asked, framing: Framing, sent: bytes, received: bytes
) -> Iterator[tuple[int, bytes]]:
    """List the frames that would answer if they are of the unit that was asked, with their unit."""
    if framing is Framing.TCP:
        return _list_on_tcp(asked, sent, received)
    return _list_on_rtu(asked, received)


def _list_on_tcp(asked: Asked, sent: bytes, received: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk whole frames; skip those with another transaction number: they are late."""
    start = 0
    while start + _HEADER_LENGTH < len(received):
        length = int.from_bytes(received[start + 4 : start + 6])
        end = start + 6 + length
        if length < 2 or end > len(received):
            return
        frame = received[start:end]
        same_number = frame[:4] == sent[:2] + b"\x00\x00"
        if same_number and _fits(asked, frame[7:]):
            yield frame[6], frame
        start = end


def _list_on_rtu(asked: Asked, received: bytes) -> Iterator[tuple[int, bytes]]:
    """Look at every offset, because line noise may stand before the frame."""
    for start, unit in enumerate(received):
        for length in (asked.answer_length, _ERROR_LENGTH):
            end = start + 1 + length + 2
            frame = received[start:end]
            if (
                end <= len(received)
                and _fits(asked, frame[1:-2])
                and crc16(frame[:-2]) == frame[-2:]
            ):
                yield unit, frame


def _fits(asked: Asked, pdu: bytes) -> bool:
    is_error = len(pdu) == _ERROR_LENGTH and pdu[0] == asked.function | _ERROR_BIT
    return is_error or asked.is_answer(pdu)


def _check_span(unit: int, address: int, count: int, most: int, what: str = "words") -> None:
    if not 1 <= unit <= 247:
        raise ValueError(f"unit {unit} is no Modbus unit; 1 to 247 are")
    if not 1 <= count <= most:
        raise ValueError(f"{count} {what} do not fit into one request; 1 to {most} do")
    if not 0 <= address <= _TOP_ADDRESS + 1 - count:
        raise ValueError(f"{count} {what} at {address} do not lie within 0 to {_TOP_ADDRESS}")
