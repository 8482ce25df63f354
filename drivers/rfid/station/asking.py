"""Asking a reader one thing: checked that the answer makes sense, sorted into errors. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from drivers.errors import Garbled, NoReply, Refused
from drivers.rfid.station.session import Dialogue

READER_ERROR: Final = "reader_error"
"""The code of a Refused whose reason is the reader's own."""

FrameT = TypeVar("FrameT")
Answer = TypeVar("Answer")


class Malformed(ValueError):
    """A frame with a right check whose content makes no sense."""


class Failure:
    """A reader says no; as text, why. Each kind of reader has its own."""

    __slots__ = ()


class Coded(Protocol):
    """A command that its manual gives a number."""

    @property
    def code(self) -> int:
        """The number."""
        ...


def ask(
    reader_id: str, command: Coded, parse: Callable[[FrameT], Answer]
) -> Dialogue[Any, FrameT, Answer]:
    """Ask one thing; raise Garbled if the answer makes no sense, NoReply if none comes."""
    arrived = yield command
    try:
        return parse(arrived.frame)
    except Malformed as error:
        raise Garbled(reader_id, f"answered 0x{command.code:02X} with {error}") from error


def ask_if_known(
    reader_id: str, command: Coded, parse: Callable[[FrameT], Answer | Failure]
) -> Dialogue[Any, FrameT, Answer | None]:
    """Ask what not every reader knows; None if it does not, be it by silence."""
    try:
        answer = yield from ask(reader_id, command, parse)
    except (NoReply, Garbled):
        return None
    return None if isinstance(answer, Failure) else answer


def do(
    parse_done: Callable[[FrameT], Failure | None], reader_id: str, command: Coded, what: str
) -> Dialogue[Any, FrameT, None]:
    """Let the reader do something; raise Refused with its reason if it does not."""
    failed = yield from ask(reader_id, command, parse_done)
    if failed is not None:
        raise Refused(reader_id, READER_ERROR, f"did not {what}: {failed}")
