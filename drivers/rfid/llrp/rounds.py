"""What reports and events leave unsaid: values that stay as they were, antennas that really ran.

Pure. The order of a dwell's report and of its end event is the reader's choice, so an antenna's
cycle is told only when the next one of its kind ends: by then every report of it has come.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.readings import AntennaCycle
from drivers.rfid.llrp.frames import (
    AiSpecEnded,
    AntennaChanged,
    ReaderEvent,
    ReadingFailed,
    RoSpecChanged,
    TagReport,
)

_ENDED, _PREEMPTED = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSeen:
    """The last value of each optional parameter on this connection.

    Chapter 13.2.3.1: a parameter that is enabled and absent is the same as the last one received.
    """

    antenna: int | None = None
    spec_index: int | None = None
    rssi_dbm: int | None = None
    channel: int | None = None
    count: int | None = None

    def completed_by(self, report: TagReport) -> LastSeen:
        """Take over what a report says, keep what it leaves out."""
        return LastSeen(
            antenna=self.antenna if report.antenna is None else report.antenna,
            spec_index=self.spec_index if report.spec_index is None else report.spec_index,
            rssi_dbm=self.rssi_dbm if report.peak_rssi_dbm is None else report.peak_rssi_dbm,
            channel=self.channel if report.channel is None else report.channel,
            count=self.count if report.seen_count is None else report.seen_count,
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
        self._away: set[int] = set()
        self._dwell: list[AntennaCycle] = []
        self._whole_round: list[AntennaCycle] = []
        self._void = False
        self._tells_dwells = False
        self.over = False

    def begin(self, specs: Specs) -> None:
        """Expect a new round of these AISpecs."""
        self._specs = specs
        self.over = False
        self._tells_dwells = False

    def antennas_of(self, spec_index: int | None) -> tuple[int, ...]:
        """Name the antennas of an AISpec; none if there is no such AISpec."""
        place = -1 if spec_index is None else spec_index - self._first_index
        return self._specs[place] if 0 <= place < len(self._specs) else ()

    def take(self, event: ReaderEvent, at_s: float) -> list[AntennaCycle]:
        """Take an event; return the cycles that are now certain."""
        match event:
            case AiSpecEnded(rospec_id, spec_index) if rospec_id == self._rospec_id:
                return self._dwell_ended(spec_index, at_s)
            case RoSpecChanged(step, rospec_id) if rospec_id == self._rospec_id:
                return self._round_changed(step, at_s)
            case AntennaChanged(connected, antenna):
                if connected:
                    self._away.discard(antenna)
                else:
                    self._away.add(antenna)
                    self._void = True
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
        if step not in (_ENDED, _PREEMPTED):
            return []
        self.over = True
        if self._tells_dwells:
            return []
        self._void = self._void or step == _PREEMPTED
        everything = tuple(dict.fromkeys(antenna for spec in self._specs for antenna in spec))
        certain, self._whole_round = self._whole_round, self._cycles(everything, at_s)
        return certain

    def _cycles(self, antennas: tuple[int, ...], at_s: float) -> list[AntennaCycle]:
        """Say which antennas ran; none if something went wrong in the meantime."""
        void, self._void = self._void, False
        return [
            AntennaCycle(reader_id=self._reader_id, antenna=antenna, at_s=at_s)
            for antenna in antennas
            if not void and antenna not in self._away
        ]
