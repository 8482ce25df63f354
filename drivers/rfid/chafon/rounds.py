"""Running the antennas: one antenna, round after round, until its dwell is over. Pure.

A round of 288 is asked of one antenna and its frames name it; 18 has only one. Neither tells a
level in dBm: 18 tells none, and for the number that 288 tells no source gives a scale.
"""

from __future__ import annotations

from config.readers import ChafonReader
from drivers.readings import AntennaCycle, Heard, TagRead
from drivers.rfid.chafon.answers import (
    ANTENNA_ERROR,
    FULL,
    STATUSES,
    Batch,
    Failed,
    TagHeard,
    parse_inventory,
    parse_work_mode,
)
from drivers.rfid.chafon.commands import Code, Command, inventory_18, inventory_288
from drivers.rfid.chafon.frames import Frame
from drivers.rfid.chafon.greeting import Described, quieten
from drivers.rfid.chafon.session import Script
from drivers.rfid.station.asking import Malformed, ask_if_known
from drivers.rfid.station.patience import Patience
from drivers.rfid.station.session import MORE, Arrived
from drivers.rfid.station.tally import Tally


class Rounds:
    """Follows what one reader's antennas do. `heard` grows until it is taken."""

    def __init__(self, settings: ChafonReader, described: Described, tally: Tally) -> None:
        self._settings = settings
        self._longest_round_s = described.info.longest_round_s
        self._tally = tally
        self._dwells_s = {a.antenna: settings.dwell_of(a) / 1000 for a in settings.antennas}
        self._patience = Patience(settings.id, tally)
        self._pushes = tally.pushes
        self._heard: list[Heard] = []

    def take_heard(self) -> list[Heard]:
        """Hand over what was heard, in order."""
        heard, self._heard = self._heard, []
        return heard

    def begin(self) -> None:
        """Start a new inventory; what a turn heard that was broken off is old, and dropped."""
        self._heard.clear()

    def check_up(self, now_s: float) -> Script[None]:
        """Make a reader that began to tell tags by itself be silent again."""
        if self._tally.pushes == self._pushes:
            return
        self._pushes = self._tally.pushes
        mode = None
        if self._settings.model == "18":
            asked = Command(Code.GET_WORK_MODE)
            mode = yield from ask_if_known(self._settings.id, asked, parse_work_mode)
        yield from quieten(self._settings, self._tally, mode)

    def dwell(self, antenna: int) -> Script[None]:
        """Let one antenna run its turn. Raises LinkLost if the reader is silent or fails for long.

        A turn in which anything was lost or garbled tells its reads, but no AntennaCycle.
        """
        yield from self._patience.bear(self._dwell(antenna))

    def _dwell(self, antenna: int) -> Script[None]:
        began_s: float | None = None
        whole = True
        while True:
            ended = yield from self._round(antenna)
            if isinstance(ended, Failed):
                self._fail(antenna, ended)
                return
            began_s = ended.asked_s if began_s is None else began_s
            whole = whole and ended.clean
            if ended.at_s - began_s >= self._dwells_s[antenna]:
                break
        self._patience.note_done()
        self._tally.note_connected(antenna, None)
        if whole:
            self._heard.append(
                AntennaCycle(reader_id=self._settings.id, antenna=antenna, at_s=ended.at_s)
            )

    def _round(self, antenna: int) -> Script[Arrived[Frame] | Failed]:
        """Run one round; return its last frame, `clean` only if nothing of it was lost."""
        clean = True
        before: Frame | None = None
        arrived = yield self._inventory(antenna)
        while True:
            if arrived.frame == before:
                self._tally.note_repeated("the same frame of a round again")
            else:
                said = self._read(antenna, arrived)
                if isinstance(said, Failed):
                    return said
                clean = clean and arrived.clean and said is not None
                if said is not None and said.is_last:
                    whole = clean and said.status != FULL
                    return Arrived(arrived.frame, arrived.at_s, whole, arrived.asked_s)
            before = arrived.frame
            arrived = yield MORE

    def _inventory(self, antenna: int) -> Command:
        if self._settings.model == "18":
            return inventory_18(self._longest_round_s)
        return inventory_288(antenna, self._dwells_s[antenna])

    def _read(self, antenna: int, arrived: Arrived[Frame]) -> Batch | Failed | None:
        """Note the tags of a frame; None if it makes no sense."""
        try:
            said = parse_inventory(arrived.frame, self._settings.model)
        except Malformed as error:
            self._tally.note_garbled(str(error))
            return None
        if isinstance(said, Batch):
            if said.status == FULL:
                self._tally.note_error(f"antenna {antenna}: {STATUSES[FULL]}")
            self._heard += (self._tag_read(antenna, tag, arrived.at_s) for tag in said.tags)
        return said

    def _tag_read(self, antenna: int, tag: TagHeard, at_s: float) -> TagRead:
        return TagRead(
            reader_id=self._settings.id,
            antenna=antenna,
            epc=tag.epc,
            rssi_dbm=None,
            count=1,
            at_s=at_s,
        )

    def _fail(self, antenna: int, failed: Failed) -> None:
        if failed.status == ANTENNA_ERROR:
            self._tally.note_error(f"antenna {antenna}: {failed}")
            self._tally.note_connected(antenna, False)
        else:
            self._patience.note_failed(antenna, failed)
