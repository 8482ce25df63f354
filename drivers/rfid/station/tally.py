"""What is known of a connected reader and what went wrong on its line. Pure; the session writes."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from drivers.readings import AntennaHealth, ReaderHealth


class Tally:
    """The book of one connection, handed out as `ReaderHealth`."""

    def __init__(self) -> None:
        self._health = ReaderHealth()
        self._antennas: dict[int, AntennaHealth] = {}
        self.pushes = 0
        """How often the reader told tags without being asked."""

    def health(self) -> ReaderHealth:
        """Say how the reader and its line are."""
        antennas = MappingProxyType(dict(self._antennas))
        return replace(self._health, antennas=antennas)

    def note_reader(
        self,
        *,
        model: str | None = None,
        firmware: str | None = None,
        region: str | None = None,
        temperature_c: float | None = None,
    ) -> None:
        """Take in what the reader says of itself; None leaves what was known."""
        known = self._health
        self._health = replace(
            known,
            model=known.model if model is None else model,
            firmware=known.firmware if firmware is None else firmware,
            region=known.region if region is None else region,
            temperature_c=known.temperature_c if temperature_c is None else temperature_c,
        )

    def note_connected(self, antenna: int, connected: bool | None) -> None:
        """Note whether an antenna hangs at its port; None if nothing tells."""
        known = self._antennas.get(antenna, AntennaHealth())
        if known.connected is not connected:
            self._antennas[antenna] = replace(known, connected=connected)

    def note_return_loss(self, antenna: int, loss_db: float) -> None:
        """Note how much of its power an antenna throws back."""
        known = self._antennas.get(antenna, AntennaHealth())
        self._antennas[antenna] = replace(known, return_loss_db=loss_db)

    def note_noise(self, antenna: int, noise_dbm: float) -> None:
        """Note what an antenna hears when no tag answers."""
        known = self._antennas.get(antenna, AntennaHealth())
        self._antennas[antenna] = replace(known, noise_dbm=noise_dbm)

    def note_error(self, words: str) -> None:
        """Note what went wrong last."""
        self._health = replace(self._health, last_error=words)

    def note_garbled(self, words: str) -> None:
        """Count a frame that could not be understood."""
        self._health = replace(self._health, garbled=self._health.garbled + 1, last_error=words)

    def note_skipped(self, count: int, words: str, *, goes_on: bool) -> None:
        """Count bytes that belong to no frame; a run of them that goes on is one garbled frame."""
        if not goes_on:
            self.note_garbled(f"bytes that are no frame: {words}")
        self._health = replace(self._health, skipped_bytes=self._health.skipped_bytes + count)

    def note_repeated(self, words: str) -> None:
        """Count an answer that came twice or to no question."""
        self._health = replace(self._health, repeated=self._health.repeated + 1, last_error=words)

    def note_pushed(self, words: str) -> None:
        """Count what the reader told of tags without being asked."""
        self.pushes += 1
        self.note_error(words)
