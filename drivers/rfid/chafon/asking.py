"""Questions whose answers every script needs: asked, checked, sorted into errors. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from drivers.errors import Garbled, NoReply, Refused
from drivers.rfid.chafon.answers import Failed, Info, parse_done, parse_info
from drivers.rfid.chafon.commands import Code, Command
from drivers.rfid.chafon.frames import Frame
from drivers.rfid.chafon.session import Script
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


def ask_info(reader_id: str) -> Script[Info]:
    """Ask a reader about itself; raise Refused if it does not tell."""
    info = yield from ask(reader_id, Command(Code.GET_INFO), parse_info)
    if isinstance(info, Failed):
        raise Refused(reader_id, READER_ERROR, f"does not tell about itself: {info}")
    return info
