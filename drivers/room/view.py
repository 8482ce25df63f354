"""The views of a bank: numbered, dated on our own clock, and sent when they say something new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from config.clock import Clock
from drivers.errors import DriverError
from drivers.messages import BankState
from drivers.readings import ColumnReading
from drivers.room.freshness import Freshness, Sources
from drivers.room.motion import Segment, Views
from drivers.room.picture import Moment, Round, draw_bank, essence
from drivers.room.roster import Roster

SEND_EVERY_S = 2.0


class BankView:
    """The one writer of a bank's version numbers."""

    def __init__(
        self,
        *,
        device: str,
        bank: int,
        roster: Roster,
        publish: Callable[[BankState], None],
        clock: Clock,
        boot_id: str,
        time_round: Callable[[], Round],
        contacts: Callable[[int], Mapping[str, Freshness]],
        simulated: bool,
    ) -> None:
        self._device = device
        self._bank = bank
        self._roster = roster
        self._publish = publish
        self._clock = clock
        self._time_round = time_round
        self._contacts = contacts
        self._sources = Sources()
        self._simulated = simulated
        self._views = Views(boot_id)
        self._version = 0
        self._columns: tuple[ColumnReading, ...] = ()
        self._sent: object = None
        self._sent_at_s = float("-inf")

    def note_columns(self, columns: tuple[ColumnReading, ...]) -> None:
        """Take in where the columns stand."""
        self._columns = columns
        read = self._sources.columns.read(self._clock.monotonic())
        self._sources = replace(self._sources, columns=read)

    def miss_columns(self, error: DriverError) -> None:
        """Take in that it could not be read where the columns stand."""
        missed = self._sources.columns.missed(error, self._clock.monotonic())
        self._sources = replace(self._sources, columns=missed)

    def note_read(self, at_s: float) -> None:
        """Take in that the controller was read."""
        read = self._sources.controller.read(at_s)
        self._sources = replace(self._sources, controller=read)

    def miss(self, error: DriverError) -> None:
        """Take in that the controller could not be read."""
        missed = self._sources.controller.missed(error, self._clock.monotonic())
        self._sources = replace(self._sources, controller=missed)

    def seen_at_s(self, boot_id: str, version: int) -> float | None:
        """Say when a view was taken; `None` if this agent never took it or forgot it."""
        return self._views.find(boot_id, version)

    def show(self, segments: Mapping[int, Segment]) -> None:
        """Send a view when it says something new, or when the last one gets old."""
        essential = essence(self.draw(segments))
        now_s = self._clock.monotonic()
        if essential == self._sent and now_s - self._sent_at_s < SEND_EVERY_S:
            return
        self._sent, self._sent_at_s = essential, now_s
        self._version += 1
        self._views = self._views.take(self._version, now_s)
        self._publish(self.draw(segments))

    def draw(self, segments: Mapping[int, Segment]) -> BankState:
        """Draw the bank as it is, under the number of the last view that was sent."""
        contact = self._roster.find(self._device)
        contacts = {number: self._contacts(number) for number in segments}
        return draw_bank(
            device=self._device,
            bank=self._bank,
            boot_id=self._views.boot_id,
            version=self._version,
            why_offline=None if contact.online else contact.why,
            segments=segments,
            columns=self._columns,
            sources=replace(self._sources, contacts=contacts),
            now=Moment(at=self._clock.now(), at_s=self._clock.monotonic()),
            wire=self._time_round(),
            simulated=self._simulated,
        )
