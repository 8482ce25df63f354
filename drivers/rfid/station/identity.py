"""Whether a reader is the one that the room file means: two may have changed places. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drivers.errors import NoReply, Refused
from drivers.rfid.station.asking import Coded, Failure, FrameT, ask, ask_if_known
from drivers.rfid.station.session import Dialogue

OTHER_READER: Final = "other_reader"
"""The code of a Refused whose reason is that another reader answers."""


def check_identity(reader_id: str, wanted: str, told: str | None) -> None:
    """Compare what a reader calls itself with the room file, both in upper-case hex.

    Raises Refused, naming both; `told` None is a reader that does not say.
    """
    if told == wanted:
        return
    says = "does not say who it is" if told is None else f"says that it is {told}"
    words = f"{says}, but the room file names {wanted}; was it exchanged with another one?"
    raise Refused(reader_id, OTHER_READER, words)


def recognise(
    reader_id: str,
    wanted: str | None,
    command: Coded,
    parse: Callable[[FrameT], bytes | Failure],
) -> Dialogue[Any, FrameT, None]:
    """Ask a reader who it is, if the room file wants a certain one; raise Refused if another."""
    if wanted is None:
        return
    try:
        said = yield from ask(reader_id, command, parse)
    except NoReply:
        told = None
    else:
        told = None if isinstance(said, Failure) else identity_text(said)
    check_identity(reader_id, wanted, told)


def ask_identity(
    reader_id: str, command: Coded, parse: Callable[[FrameT], bytes | Failure]
) -> Dialogue[Any, FrameT, str | None]:
    """Ask a reader who it is, for a person; None if it does not say."""
    said = yield from ask_if_known(reader_id, command, parse)
    return None if said is None else identity_text(said)


def identity_text(said: bytes) -> str:
    """Write what a reader calls itself as the room file has it."""
    return said.hex().upper()


def identity_words(told: str | None) -> tuple[str, ...]:
    """Say it to a person who may copy it into the room file."""
    return () if told is None else (f"identity {told}",)
