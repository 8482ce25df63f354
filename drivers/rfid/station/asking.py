"""Asking a reader one thing and making sure that the answer makes sense. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from drivers.errors import Garbled
from drivers.rfid.station.session import Dialogue

READER_ERROR: Final = "reader_error"
"""The code of a Refused whose reason is the reader's own."""

FrameT = TypeVar("FrameT")
Answer = TypeVar("Answer")


class Malformed(ValueError):
    """A frame with a right check whose content makes no sense."""


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
