"""Which antennas really ran, from what a reader tells of its dwells and rounds.

Pure. The order of a dwell's report and of its end event is the reader's choice, so an antenna's
cycle is told only when the next one of its kind ends: by then every report of it has come.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.readings import AntennaCycle
from drivers.rfid.llrp.events import (
    OVER,
    PREEMPTED,
    AiSpecEnded,
    AntennaChanged,
    ReaderEvent,
    ReadingFailed,
    RoSpecChanged,
)

Specs = tuple[tuple[int, ...], ...]
"""The antennas of each AISpec of a ROSpec, in order."""


class Rounds:
    """Follows round after round of a ROSpec, whose AISpecs may change from one to the next."""

    def __init__(self, reader_id: str, rospec_id: int) -> None:
        self._reader_id = reader_id
        self._rospec_id = rospec_id
        self._specs: Specs = ()
        self._first_index = 1
        self.connected: dict[int, bool] = {}
        """What the reader told of its antennas, be it when it was connected."""
        self._silent: set[int] = set()
        self._dwell: list[AntennaCycle] = []
        self._whole_round: list[AntennaCycle] = []
        self._void = False
        self._tells_dwells = False
        self.over = False

    def learn(self, connected: Mapping[int, bool]) -> None:
        """Take in which antennas the reader says it has when it is connected."""
        self.connected = dict(connected)
        self._silent = {antenna for antenna, is_there in connected.items() if not is_there}

    def heard(self, antenna: int) -> None:
        """Believe a read more than what the reader said at first: not all look at their cables."""
        if antenna in self._silent:
            self._silent.remove(antenna)
            self.connected[antenna] = True

    def begin(self, specs: Specs) -> None:
        """Expect a new round of these AISpecs."""
        self._specs = specs
        self.over = False
        self._tells_dwells = False

    def antennas_of(self, spec_index: int | None) -> tuple[int, ...]:
        """Name the antennas of an AISpec; none if there is no such AISpec."""
        place = -1 if spec_index is None else spec_index - self._first_index
        return self._specs[place] if 0 <= place < len(self._specs) else ()

    def antenna_of(self, spec_index: int | None) -> int | None:
        """Name the antenna of an AISpec; None unless it has exactly one."""
        antennas = self.antennas_of(spec_index)
        return antennas[0] if len(antennas) == 1 else None

    def take(self, event: ReaderEvent, at_s: float) -> list[AntennaCycle]:
        """Take an event; return the cycles that are now certain."""
        match event:
            case AiSpecEnded(rospec_id, spec_index) if rospec_id == self._rospec_id:
                return self._dwell_ended(spec_index, at_s)
            case RoSpecChanged(step, rospec_id) if rospec_id == self._rospec_id:
                return self._round_changed(step, at_s)
            case AntennaChanged(connected, antenna):
                self.connected[antenna] = connected
                self._silent.discard(antenna)
                self._void = self._void or not connected
            case ReadingFailed():
                self._void = True
                self._dwell = []
        return []

    def _dwell_ended(self, spec_index: int, at_s: float) -> list[AntennaCycle]:
        if spec_index == 0:
            self._first_index = 0  # the standard counts from 1, not every reader does
        self._tells_dwells = True
        certain, self._dwell = self._dwell, self._cycles(self.antennas_of(spec_index), at_s)
        return certain

    def _round_changed(self, step: int, at_s: float) -> list[AntennaCycle]:
        if step not in OVER:
            return []
        self.over = True
        if self._tells_dwells:
            return []
        self._void = self._void or step == PREEMPTED
        everything = tuple(dict.fromkeys(antenna for spec in self._specs for antenna in spec))
        certain, self._whole_round = self._whole_round, self._cycles(everything, at_s)
        return certain

    def _cycles(self, antennas: tuple[int, ...], at_s: float) -> list[AntennaCycle]:
        """Say which antennas ran; none if something went wrong in the meantime."""
        void, self._void = self._void, False
        return [
            AntennaCycle(reader_id=self._reader_id, antenna=antenna, at_s=at_s)
            for antenna in antennas
            if not void and self.connected.get(antenna, True)
        ]
