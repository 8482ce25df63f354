"""What a reader tells of itself: its events, and how it answers a command. Pure.

Numbers in comments name chapters of LLRP 1.0.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.rfid.llrp.frames import (
    Malformed,
    Message,
    Parameter,
    Skipped,
    Tlv,
    parse_text,
    unpack,
    walk,
)

PREEMPTED: Final = 2
OVER: Final = (1, PREEMPTED)
"""Steps of a ROSpec after which it runs no more."""


@dataclass(frozen=True, slots=True)
class ConnectionAttempt:
    """The reader greets (13.2.6.11): 0 is welcome, 1 and 2 are "somebody else is connected"."""

    status: int


@dataclass(frozen=True, slots=True)
class RoSpecChanged:
    """A ROSpec went through a step (13.2.6.4): 0 started, 1 ended, 2 preempted."""

    step: int
    rospec_id: int


@dataclass(frozen=True, slots=True)
class AiSpecEnded:
    """An AISpec of a ROSpec is done (13.2.6.9); `spec_index` counts from 1."""

    rospec_id: int
    spec_index: int


@dataclass(frozen=True, slots=True)
class AntennaChanged:
    """The reader lost an antenna or found it again (13.2.6.10)."""

    connected: bool
    antenna: int


@dataclass(frozen=True, slots=True)
class ReadingFailed:
    """The reader met an exception or lost reports (13.2.6.6 and 7): it heard only in part."""

    why: str


@dataclass(frozen=True, slots=True)
class BufferFilling:
    """The reader's report buffer fills up (13.2.6.5)."""

    percent: int


@dataclass(frozen=True, slots=True)
class InputTurned:
    """A general purpose input changed its level (13.2.6.3)."""

    number: int
    on: bool


@dataclass(frozen=True, slots=True)
class ConnectionClosing:
    """The reader is about to hang up (13.2.6.12)."""


ReaderEvent = (
    ConnectionAttempt
    | RoSpecChanged
    | AiSpecEnded
    | AntennaChanged
    | ReadingFailed
    | BufferFilling
    | InputTurned
    | ConnectionClosing
)


def parse_events(message: Message) -> tuple[ReaderEvent | Skipped, ...]:
    """Read a READER_EVENT_NOTIFICATION; events we have no use for are left out.

    Never raises: what cannot be read stands there as what was skipped, and the rest is kept.
    """
    body = message.body
    events: list[ReaderEvent | Skipped] = []
    at = 0
    try:
        for outer in walk(body):
            if outer.type == Tlv.READER_EVENT_NOTIFICATION_DATA:
                events += _parse_notification(body, outer.start, outer.end)
            at = outer.end
    except Malformed as error:
        events.append(Skipped(len(body) - at, str(error)))
    return tuple(events)


def _parse_notification(body: bytes, start: int, end: int) -> list[ReaderEvent | Skipped]:
    events: list[ReaderEvent | Skipped] = []
    at = start
    try:
        for inner in walk(body, start, end):
            event = _parse_event(body, inner)
            if event is not None:
                events.append(event)
            at = inner.end
    except Malformed as error:
        events.append(Skipped(end - at, str(error)))
    return events


def _parse_event(body: bytes, parameter: Parameter) -> ReaderEvent | None:
    kind, start, end = parameter
    match kind:
        case Tlv.CONNECTION_ATTEMPT_EVENT:
            return ConnectionAttempt(*unpack(">H", body, start, end))
        case Tlv.ROSPEC_EVENT:
            step, rospec_id, _ = unpack(">BII", body, start, end)
            return RoSpecChanged(step, rospec_id)
        case Tlv.AISPEC_EVENT:
            _, rospec_id, spec_index = unpack(">BIH", body, start, end)
            return AiSpecEnded(rospec_id, spec_index)
        case Tlv.ANTENNA_EVENT:
            connected, antenna = unpack(">BH", body, start, end)
            return AntennaChanged(bool(connected), antenna)
        case Tlv.READER_EXCEPTION_EVENT:
            return ReadingFailed(parse_text(body, start, end))
        case Tlv.GPI_EVENT:
            number, level = unpack(">HB", body, start, end)
            return InputTurned(number, bool(level & 0x80))
        case Tlv.REPORT_BUFFER_LEVEL:
            return BufferFilling(*unpack(">B", body, start, end))
        case Tlv.REPORT_BUFFER_OVERFLOW:
            return ReadingFailed("the reader's report buffer ran over")
        case Tlv.CONNECTION_CLOSE_EVENT:
            return ConnectionClosing()
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Status:
    """How a reader answers a command (14.2.2): code 0 is yes."""

    code: int
    text: str


def parse_status(message: Message, skipped: int = 0) -> Status:
    """Find the LLRPStatus of a response or an ERROR_MESSAGE behind its fixed fields.

    Raises Malformed if it has none.
    """
    for kind, start, end in walk(message.body, skipped):
        if kind == Tlv.LLRP_STATUS:
            (code,) = unpack(">H", message.body, start, end)
            return Status(code, parse_text(message.body, start + 2, end))
    raise Malformed(f"a response of type {message.type} has no status")
