"""How much may go wrong in a row before a reader counts as lost. Pure."""

from __future__ import annotations

from typing import Final, TypeVar

from drivers.errors import Garbled, LinkLost, NoReply
from drivers.rfid.station.asking import Failure
from drivers.rfid.station.session import Dialogue
from drivers.rfid.station.tally import Tally

CommandT = TypeVar("CommandT")
FrameT = TypeVar("FrameT")

_SILENCES_ALLOWED: Final = 2
_FAILURES_ALLOWED: Final = 9
"""Turns in a row that fail for another reason than a missing antenna."""


class Patience:
    """Counts the turns of one reader that went wrong, in a row."""

    def __init__(self, reader_id: str, tally: Tally) -> None:
        self._reader_id = reader_id
        self._tally = tally
        self._silences = 0
        self._failures = 0

    def bear(self, turn: Dialogue[CommandT, FrameT, None]) -> Dialogue[CommandT, FrameT, None]:
        """Let a turn run; raise LinkLost if too many in a row end in silence or garbage."""
        try:
            yield from turn
        except (NoReply, Garbled) as lost:
            self._silences += 1
            self._tally.note_error(lost.message)
            if self._silences > _SILENCES_ALLOWED:
                raise
        else:
            self._silences = 0

    def note_failed(self, antenna: int, failed: Failure) -> None:
        """Note that the reader says it cannot run an antenna; raise LinkLost if it always does."""
        self._tally.note_error(f"antenna {antenna}: {failed}")
        self._failures += 1
        if self._failures > _FAILURES_ALLOWED:
            raise LinkLost(self._reader_id, f"cannot run antenna {antenna}: {failed}")

    def note_done(self) -> None:
        """Note that a turn went well."""
        self._failures = 0
