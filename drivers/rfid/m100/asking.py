"""Questions whose answers every script needs: asked, checked, sorted into errors. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from drivers.errors import Garbled, NoReply, Refused
from drivers.rfid.m100.answers import Failed, parse_done
from drivers.rfid.m100.commands import Command
from drivers.rfid.m100.frames import Frame
from drivers.rfid.m100.session import Script, stop_polling
from drivers.rfid.station.asking import READER_ERROR, ask

_WAKING_CALLS: Final = 2

Answer = TypeVar("Answer")


def ask_if_known(
    reader_id: str, command: Command, parse: Callable[[Frame], Answer | Failed]
) -> Script[Answer | None]:
    """Ask what not every module knows; None if it does not, be it by silence."""
    try:
        answer = yield from ask(reader_id, command, parse)
    except (NoReply, Garbled):
        return None
    return None if isinstance(answer, Failed) else answer


def do(reader_id: str, command: Command, what: str) -> Script[None]:
    """Let the module do something; raise Refused with its reason if it does not."""
    failed = yield from ask(reader_id, command, parse_done)
    if failed is not None:
        raise Refused(reader_id, READER_ERROR, f"did not {what}: {failed}")


def wake(reader_id: str) -> Script[None]:
    """Make sure that the module listens and does not poll; raise NoReply if it stays silent.

    One that slept loses the first byte it is sent, so it may have to be told more than once.
    """
    for _ in range(_WAKING_CALLS):
        try:
            yield from stop_polling(reader_id)
        except NoReply:
            continue
        return
    yield from stop_polling(reader_id)
