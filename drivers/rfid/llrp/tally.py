"""What went wrong on one connection, counted, and the last of it in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.rfid.llrp.frames import Skipped


@dataclass(slots=True)
class Tally:
    """Grows only; a new connection begins anew."""

    garbled: int = 0
    skipped_bytes: int = 0
    repeated: int = 0
    last_error: str | None = None

    def skip(self, skipped: Skipped) -> None:
        """Count what could not be read."""
        self.garbled += 1
        self.skipped_bytes += skipped.bytes
        self.last_error = skipped.why

    def repeat(self, words: str) -> None:
        """Count what was said more often than it was asked."""
        self.repeated += 1
        self.last_error = words
