"""Running a module's antenna: round after round until its dwell is over, then stop.

Pure. A module tells every tag and every round without one, so the dwell is proved by what came from
its first round to its last, and by the answer to the stop.
"""

from __future__ import annotations

from statistics import median
from typing import Final

from config.readers import M100Reader
from drivers.errors import NoReply
from drivers.readings import AntennaCycle, Heard, TagRead
from drivers.rfid.m100.answers import (
    NO_TAG_IN_ROUND,
    Failed,
    parse_failed,
    parse_levels,
    parse_notice,
)
from drivers.rfid.m100.commands import Code, Command, multi_poll
from drivers.rfid.m100.frames import Frame, Kind
from drivers.rfid.m100.session import STOP_S, Script
from drivers.rfid.station.asking import Malformed, ask_if_known
from drivers.rfid.station.patience import Patience
from drivers.rfid.station.session import MORE, Arrived
from drivers.rfid.station.tally import Tally

CHECK_UP_S: Final = 60.0
"""How often the noise is measured while rounds are run."""


class Rounds:
    """Follows what a module's one antenna does. `heard` grows until it is taken."""

    def __init__(self, settings: M100Reader, tally: Tally) -> None:
        self._id = settings.id
        self._antenna = settings.antennas[0].antenna
        self._dwell_s = settings.dwell_of(settings.antennas[0]) / 1000
        self._tally = tally
        self._patience = Patience(settings.id, tally)
        self._may_poll = False
        self._checked_at_s = float("-inf")
        self._measures = True
        self._clean = True
        self._heard: list[Heard] = []

    def take_heard(self) -> list[Heard]:
        """Hand over what was heard, in order."""
        heard, self._heard = self._heard, []
        return heard

    def begin(self) -> None:
        """Start a new inventory; what a turn heard that was broken off is old, and dropped."""
        self._heard.clear()

    def check_up(self, now_s: float) -> Script[None]:
        """Measure what the antenna hears on all channels when no tag answers, if it is time."""
        if not self._measures or self._may_poll or now_s - self._checked_at_s < CHECK_UP_S:
            return
        self._checked_at_s = now_s
        levels = yield from ask_if_known(self._id, Command(Code.CHANNEL_RSSI), parse_levels)
        if levels is None:
            self._measures = False
        else:
            self._tally.note_noise(self._antenna, float(median(levels)))

    def dwell(self, antenna: int) -> Script[None]:
        """Let the antenna run its turn. Raises LinkLost if the module is silent or fails for long.

        A turn in which anything was lost or garbled tells its reads, but no AntennaCycle.
        """
        yield from self._patience.bear(self._dwell(antenna))

    def _dwell(self, antenna: int) -> Script[None]:
        if self._may_poll:
            yield from self._stop(antenna)
        self._may_poll = self._clean = True
        failed = None
        arrived = yield multi_poll()
        ends_s = arrived.at_s + self._dwell_s
        while True:
            failed = self._take(antenna, arrived)
            if failed is not None or arrived.at_s >= ends_s:
                break
            arrived = yield MORE
        ended_s = yield from self._stop(antenna)
        self._may_poll = False
        if failed is not None:
            self._patience.note_failed(antenna, failed)
            return
        self._patience.note_done()
        if self._clean:
            self._heard.append(AntennaCycle(reader_id=self._id, antenna=antenna, at_s=ended_s))

    def _stop(self, antenna: int) -> Script[float]:
        """End the rounds, taking what still comes of them; return when the module said so."""
        arrived = yield Command(Code.STOP)
        began_s = arrived.at_s
        while arrived.frame.command != Code.STOP:
            self._take(antenna, arrived)
            if arrived.at_s - began_s > STOP_S:
                raise NoReply(self._id, f"goes on polling {STOP_S:g} s after it was told to stop")
            arrived = yield MORE
        self._clean = self._clean and arrived.clean
        return arrived.at_s

    def _take(self, antenna: int, arrived: Arrived[Frame]) -> Failed | None:
        """Note what a round told; return why there are no rounds, if there are none."""
        self._clean = self._clean and arrived.clean
        frame = arrived.frame
        try:
            if frame.kind is Kind.NOTICE:
                self._hear(antenna, arrived)
                return None
            if frame.command != Code.ERROR:
                return None
            failed = parse_failed(frame)
        except Malformed as error:
            self._clean = False
            self._tally.note_garbled(str(error))
            return None
        return None if failed.code == NO_TAG_IN_ROUND else failed

    def _hear(self, antenna: int, arrived: Arrived[Frame]) -> None:
        tag = parse_notice(arrived.frame)
        self._heard.append(
            TagRead(
                reader_id=self._id,
                antenna=antenna,
                epc=tag.epc,
                rssi_dbm=tag.rssi_dbm,
                count=1,
                at_s=arrived.at_s,
                pc=tag.pc,
            )
        )
