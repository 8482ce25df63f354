"""Questions whose answers every script needs: asked, checked, sorted into errors. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from drivers.errors import Garbled, NoReply, Refused
from drivers.rfid.r2000.answers import Failed, parse_done
from drivers.rfid.r2000.commands import Command
from drivers.rfid.r2000.frames import Frame
from drivers.rfid.r2000.session import Script
from drivers.rfid.station.asking import READER_ERROR, ask

Answer = TypeVar("Answer")


def ask_if_known(
    reader_id: str, command: Command, parse: Callable[[Frame], Answer | Failed]
) -> Script[Answer | None]:
    """Ask what not every reader knows; None if it does not, be it by silence."""
    try:
        answer = yield from ask(reader_id, command, parse)
    except (NoReply, Garbled):
        return None
    return None if isinstance(answer, Failed) else answer


def do(reader_id: str, command: Command, what: str) -> Script[None]:
    """Let the reader do something; raise Refused with its reason if it does not."""
    failed = yield from ask(reader_id, command, parse_done)
    if failed is not None:
        raise Refused(reader_id, READER_ERROR, f"did not {what}: {failed}")
