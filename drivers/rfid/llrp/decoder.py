"""Cuts the stream of an LLRP reader into messages, and finds the next one behind noise. Pure.

LLRP has no check of its own, but a message that a reader sends begins in few ways: ten bytes of
header with three bits of nought, a version, a type and a length (chapter 16.1), and of most types
we know which parameter comes first. So out of step we look for a header that such a parameter
follows; whatever claims to be a message while we are in doubt stands unless one begins inside it (a
message that is cut short by less than four bytes takes the next one along).
In step a header is believed at once, which is all that a stream without noise costs.
"""

from __future__ import annotations

import re
import struct
from enum import Enum, auto
from typing import Final

from drivers.rfid.llrp.frames import (
    MAX_MESSAGE_BYTES,
    VERSIONS,
    Malformed,
    Message,
    MessageType,
    Skipped,
    Tlv,
)

MOST_ASTRAY: Final = 1 << 16
"""After so many bytes in which no message begins this is no LLRP any more."""
LONGEST_SKIPPED: Final = 16 * MAX_MESSAGE_BYTES
"""A message longer than this is none."""

_HEADER = struct.Struct(">HII")
_PARAMETER = struct.Struct(">HH")
_HEADS = frozenset(version << 10 | kind for version in VERSIONS for kind in MessageType)
_STATUS = frozenset({Tlv.LLRP_STATUS})
_SURVEY_DATA = 242
_FIRST: Final[dict[int, tuple[int, frozenset[int]]]] = {
    MessageType.CLOSE_CONNECTION_RESPONSE: (0, _STATUS),
    MessageType.GET_READER_CAPABILITIES_RESPONSE: (0, _STATUS),
    MessageType.GET_READER_CONFIG_RESPONSE: (0, _STATUS),
    MessageType.SET_READER_CONFIG_RESPONSE: (0, _STATUS),
    MessageType.ADD_ROSPEC_RESPONSE: (0, _STATUS),
    MessageType.DELETE_ROSPEC_RESPONSE: (0, _STATUS),
    MessageType.START_ROSPEC_RESPONSE: (0, _STATUS),
    MessageType.STOP_ROSPEC_RESPONSE: (0, _STATUS),
    MessageType.ENABLE_ROSPEC_RESPONSE: (0, _STATUS),
    MessageType.ADD_ACCESSSPEC_RESPONSE: (0, _STATUS),
    MessageType.DELETE_ACCESSSPEC_RESPONSE: (0, _STATUS),
    MessageType.ENABLE_ACCESSSPEC_RESPONSE: (0, _STATUS),
    MessageType.GET_SUPPORTED_VERSION_RESPONSE: (2, _STATUS),
    MessageType.SET_PROTOCOL_VERSION_RESPONSE: (0, _STATUS),
    MessageType.ERROR_MESSAGE: (0, _STATUS),
    MessageType.CUSTOM_MESSAGE: (5, _STATUS),
    MessageType.RO_ACCESS_REPORT: (0, frozenset({Tlv.TAG_REPORT_DATA, _SURVEY_DATA, Tlv.CUSTOM})),
    MessageType.READER_EVENT_NOTIFICATION: (0, frozenset({Tlv.READER_EVENT_NOTIFICATION_DATA})),
    MessageType.KEEPALIVE: (0, frozenset()),
}
"""What a reader sends: fixed bytes of the body, and the parameters that may follow them (16.1).

A keepalive has no body at all; of custom messages only Impinj's answers are known that well."""
_EMPTY = frozenset({MessageType.KEEPALIVE, MessageType.RO_ACCESS_REPORT})
_BEGINNING = re.compile(
    b"(?:"
    + b"|".join(
        re.escape(struct.pack(">H", version << 10 | kind))
        for version in VERSIONS
        for kind in _FIRST
    )
    + b")\x00[\x00-\x10]",
    re.DOTALL,
)
_BEGINNING_BYTES = 4


class _Trust(Enum):
    IN_STEP = auto()
    DOUBTFUL = auto()
    """What stands first was to be a message, and may be none."""
    LOST = auto()


class Decoder:
    """Cuts a stream into messages, however the stream was split. Holds one message at most."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._trust = _Trust.IN_STEP
        self._has_begun = False
        self._beyond = 0  # bytes left of a message that is too long to be taken
        self._looked = 0  # no message begins before this, in what is held
        self._passed = self._astray = 0
        self._why = ""
        self._skipped: list[Skipped] = []

    @property
    def held(self) -> int:
        """Count the bytes that wait for the rest of their message."""
        return len(self._buffer)

    @property
    def passed(self) -> int:
        """Count the bytes that were passed over since the last message."""
        return self._passed

    @property
    def is_waiting(self) -> bool:
        """Say whether a message has begun and not ended, or none is found."""
        return bool(self._buffer) or self._trust is not _Trust.IN_STEP

    @property
    def why_lost(self) -> str | None:
        """Say what it stumbled over, while no next message is found; `None` in step."""
        return self._why if self._trust is _Trust.LOST else None

    @property
    def has_skipped(self) -> bool:
        """Say whether `take_skipped` has anything to tell."""
        return bool(self._skipped)

    def take_skipped(self) -> list[Skipped]:
        """Hand out what was passed over before the last message, once."""
        skipped, self._skipped = self._skipped, []
        return skipped

    def feed(self, received: bytes) -> None:
        """Take the next bytes of the stream."""
        self._buffer += received

    def doubt(self) -> None:
        """Ask whether what stands first is a message at all; it takes suspiciously long."""
        if self._trust is _Trust.IN_STEP and self._buffer:
            self._trust = _Trust.DOUBTFUL

    def next_message(self) -> Message | None:
        """Take out the next whole message; `None` if it is not there yet.

        Raises Malformed if the stream is not LLRP: before its first message at once, later when
        none is found for too long. From then on it always will.
        """
        if len(self._buffer) < _HEADER.size:
            return None
        head, length, message_id = _HEADER.unpack_from(self._buffer)
        if (
            self._trust is _Trust.IN_STEP
            and head in _HEADS
            and _HEADER.size <= length <= MAX_MESSAGE_BYTES
        ):
            if len(self._buffer) < length:
                return None
            self._has_begun = True
            return self._cut(head, length, message_id)
        return self._seek()

    def _seek(self) -> Message | None:
        if self._trust is _Trust.IN_STEP:
            self._trust = _Trust.DOUBTFUL
        while True:
            if self._beyond:
                if not self._pass_too_long():
                    return None
                return self.next_message()
            if len(self._buffer) < _HEADER.size:
                return None
            head, length, message_id = _HEADER.unpack_from(self._buffer)
            claims = self._claims(head, length)
            if claims is None:
                return None
            if not claims:
                self._pass_noise(head, length)
            elif length > MAX_MESSAGE_BYTES:
                self._why = self._why or _too_long(length)
                self._beyond = length
            elif (inside := self._find(1, length)) is not None:
                self._why = self._why or f"a message of {length} bytes in which another begins"
                self._pass(inside)
                self._trust = _Trust.LOST
            elif self._looked < length:
                return None
            else:
                self._settle()
                return self._cut(head, length, message_id)

    def _claims(self, head: int, length: int) -> bool | None:
        """Say whether what stands first may be a message; `None`: more bytes must tell."""
        if self._trust is _Trust.LOST or length > MAX_MESSAGE_BYTES:
            return self._fits(0, longest=LONGEST_SKIPPED)
        return head >> 10 in VERSIONS and length >= _HEADER.size

    def _fits(self, at: int, longest: int = MAX_MESSAGE_BYTES) -> bool | None:
        """Say whether a message of a reader begins somewhere; `None`: more bytes must tell."""
        there = len(self._buffer) - at
        if there < _HEADER.size:
            return None
        head, length, _ = _HEADER.unpack_from(self._buffer, at)
        first = _FIRST.get(head & 0x3FF)
        if first is None or head >> 10 not in VERSIONS or length > longest:
            return False
        if length == _HEADER.size:
            return head & 0x3FF in _EMPTY
        fixed_bytes, kinds = first
        least = _HEADER.size + fixed_bytes + _PARAMETER.size
        if not kinds or length < least:
            return False
        if there < least:
            return None
        kind, size = _PARAMETER.unpack_from(self._buffer, at + least - _PARAMETER.size)
        return kind in kinds and _PARAMETER.size <= size <= length - least + _PARAMETER.size

    def _find(self, start: int, limit: int) -> int | None:
        """Find where a message begins before `limit`, with four bytes of its header at least.

        Else `_looked` tells up to where it is known that none does; `limit` is all.
        """
        end = min(len(self._buffer), limit)
        at = max(start, self._looked)
        while (found := _BEGINNING.search(self._buffer, at, end)) is not None:
            at = found.start()
            fits = self._fits(at)
            if fits is not False:
                self._looked = at
                return at if fits else None
            at += 1
        self._looked = end if end == limit else max(at, end - _BEGINNING_BYTES + 1)
        return None

    def _pass_noise(self, head: int, length: int) -> None:
        """Pass over what is no message, up to where the next may begin."""
        if head >> 10 not in VERSIONS:
            why = f"a message begins with {head:04x}, which is no LLRP version"
        elif not _HEADER.size <= length <= MAX_MESSAGE_BYTES:
            why = _too_long(length)
        else:
            why = f"nothing that a reader says begins with {head:04x}"
        if not self._has_begun:
            raise Malformed(why)
        self._why = self._why or why
        self._trust = _Trust.LOST
        found = self._find(1, len(self._buffer) + 1)
        passed = self._looked if found is None else found
        self._astray += passed
        if self._astray > MOST_ASTRAY:
            raise Malformed(f"{self._why}, and no message in {self._astray} bytes behind it")
        self._pass(passed)

    def _pass_too_long(self) -> bool:
        """Pass over a message that is not taken; say whether it is over."""
        found = self._find(0, self._beyond)
        if found is not None:
            self._pass(found)
            self._beyond, self._trust = 0, _Trust.LOST
            return True
        passed = self._looked
        self._pass(passed)
        self._beyond -= passed
        if self._beyond:
            return False
        self._settle()
        return True

    def _pass(self, count: int) -> None:
        del self._buffer[:count]
        self._passed += count
        self._looked = 0

    def _settle(self) -> None:
        """Be in step again."""
        if self._passed:
            self._skipped.append(Skipped(self._passed, self._why))
        self._passed = self._astray = 0
        self._why, self._trust, self._has_begun = "", _Trust.IN_STEP, True

    def _cut(self, head: int, length: int, message_id: int) -> Message:
        body = bytes(self._buffer[_HEADER.size : length])
        del self._buffer[:length]
        self._looked = 0
        return Message(type=head & 0x3FF, message_id=message_id, body=body, version=head >> 10)


def _too_long(length: int) -> str:
    return f"a message claims {length} bytes; 10 to {MAX_MESSAGE_BYTES} are taken"
