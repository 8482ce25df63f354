"""Running the antennas: select one, let it go round until its dwell is over, tell what it heard.

Pure. One antenna is run at a time on purpose: the answer to its selection, the antenna in the tags'
frames and in the end of each round prove which one ran and for how long. A fast switch over several
tells one sum for all.
"""

from __future__ import annotations

from typing import Final

from config.readers import R2000Reader
from drivers.errors import Garbled, NoReply, Refused
from drivers.readings import AntennaCycle, Heard, InputChanged, TagRead
from drivers.rfid.r2000.answers import (
    ANTENNA_MISSING,
    Failed,
    RoundEnded,
    TagHeard,
    parse_db,
    parse_done,
    parse_inventory,
)
from drivers.rfid.r2000.commands import get_return_loss, inventory, set_antenna
from drivers.rfid.r2000.frames import Frame
from drivers.rfid.r2000.greeting import Described, read_inputs, read_temperature
from drivers.rfid.r2000.session import Script
from drivers.rfid.station.asking import Malformed, ask
from drivers.rfid.station.patience import Patience
from drivers.rfid.station.session import MORE, Arrived
from drivers.rfid.station.tally import Tally

CHECK_UP_S: Final = 60.0
"""How often temperature and return losses are measured while the field is on."""
_INPUTS_EVERY_S: Final = 0.05


class Rounds:
    """Follows what one reader's antennas do. `heard` grows until it is taken."""

    def __init__(self, settings: R2000Reader, described: Described, tally: Tally) -> None:
        self._settings = settings
        self._described = described
        self._tally = tally
        self._dwells_s = {a.antenna: settings.dwell_of(a) / 1000 for a in settings.antennas}
        self._patience = Patience(settings.id, tally)
        self._inputs: tuple[bool, bool] | None = None
        self._inputs_at_s = float("-inf")
        self._checked_at_s = float("-inf")
        self._measures = True
        self._heard: list[Heard] = []

    def take_heard(self) -> list[Heard]:
        """Hand over what was heard, in order."""
        heard, self._heard = self._heard, []
        return heard

    def begin(self) -> None:
        """Start a new inventory: the levels of the inputs are told afresh.

        What a turn heard that was broken off is dropped: it is old by now.
        """
        self._heard.clear()
        self._inputs = None
        self._inputs_at_s = float("-inf")

    def dwell(self, antenna: int) -> Script[None]:
        """Let one antenna run its turn. Raises LinkLost if the reader is silent or fails for long.

        A turn in which anything was lost or garbled tells its reads, but no AntennaCycle.
        """
        yield from self._patience.bear(self._dwell(antenna))

    def check_up(self, now_s: float) -> Script[None]:
        """Measure temperature and return losses, if it is time."""
        if now_s - self._checked_at_s < CHECK_UP_S:
            return
        self._checked_at_s = now_s
        name = self._settings.id
        self._tally.note_reader(temperature_c=(yield from read_temperature(name)))
        frequency = _middle(self._described)
        if frequency is None or not self._measures:
            return
        for antenna in self._dwells_s:
            try:
                yield from ask(name, set_antenna(antenna), parse_done)
                loss_db = yield from ask(name, get_return_loss(frequency), parse_db)
            except (NoReply, Garbled):
                self._measures = False
                return
            if not isinstance(loss_db, Failed):
                self._tally.note_return_loss(antenna, float(loss_db))

    def _dwell(self, antenna: int) -> Script[None]:
        chosen = yield set_antenna(antenna)
        failed = self._understood(chosen)
        if failed is not None:
            self._fail(antenna, failed)
            return
        now_s = chosen.at_s
        ends_s = now_s + self._dwells_s[antenna]
        whole = True
        while now_s < ends_s:
            ended = yield from self._round(antenna)
            if isinstance(ended, Failed):
                self._fail(antenna, ended)
                return
            now_s = ended.at_s
            whole = whole and ended.clean
            yield from self._look_at_inputs(now_s)
        self._patience.note_done()
        self._tally.note_connected(antenna, True if self._described.detects else None)
        if whole:
            self._heard.append(
                AntennaCycle(reader_id=self._settings.id, antenna=antenna, at_s=now_s)
            )

    def _understood(self, chosen: Arrived[Frame]) -> Failed | None:
        try:
            return parse_done(chosen.frame)
        except Malformed as error:
            raise Garbled(self._settings.id, str(error)) from error

    def _round(self, antenna: int) -> Script[Arrived[Frame] | Failed]:
        """Run one round; return its end, `clean` only if nothing of it was lost."""
        clean = True
        arrived = yield inventory()
        while True:
            clean = clean and arrived.clean
            try:
                said = self._read(antenna, arrived)
            except Malformed as error:
                clean = False
                self._tally.note_garbled(str(error))
                said = None
            match said:
                case Failed():
                    return said
                case RoundEnded():
                    return Arrived(arrived.frame, arrived.at_s, clean)
                case TagRead():
                    self._heard.append(said)
            arrived = yield MORE

    def _read(self, antenna: int, arrived: Arrived[Frame]) -> TagRead | RoundEnded | Failed:
        said = parse_inventory(arrived.frame)
        match said:
            case RoundEnded():
                if said.antenna != antenna:
                    raise Malformed(f"the end of a round of antenna {said.antenna}, not {antenna}")
                if said.dialect != self._settings.dialect:
                    words = (
                        f"ends its rounds as {said.dialect} says, the room file says "
                        f"{self._settings.dialect}; set its dialect to {said.dialect}"
                    )
                    raise Refused(self._settings.id, "dialect", words)
            case TagHeard():
                if said.antenna_low != (antenna - 1) & 0b11 or (said.antenna_high and antenna <= 4):
                    raise Malformed(f"a tag of another antenna than {antenna}")
                return self._tag_read(antenna, said, arrived.at_s)
        return said

    def _tag_read(self, antenna: int, said: TagHeard, at_s: float) -> TagRead:
        return TagRead(
            reader_id=self._settings.id,
            antenna=antenna,
            epc=said.epc,
            rssi_dbm=said.rssi_dbm,
            count=1,
            at_s=at_s,
            channel=said.frequency,
            pc=said.pc,
        )

    def _fail(self, antenna: int, failed: Failed) -> None:
        if failed.code == ANTENNA_MISSING:
            self._tally.note_error(f"antenna {antenna}: {failed}")
            self._tally.note_connected(antenna, False)
        else:
            self._patience.note_failed(antenna, failed)

    def _look_at_inputs(self, now_s: float) -> Script[None]:
        if self._described.inputs is None or now_s - self._inputs_at_s < _INPUTS_EVERY_S:
            return
        self._inputs_at_s = now_s
        levels = yield from read_inputs(self._settings.id)
        if levels is None:
            return
        before = self._inputs or (None, None)
        for number, (was, on) in enumerate(zip(before, levels, strict=True), start=1):
            if was is not on:
                self._heard.append(
                    InputChanged(reader_id=self._settings.id, number=number, on=on, at_s=now_s)
                )
        self._inputs = levels


def _middle(described: Described) -> int | None:
    """Choose the frequency at which antennas are measured: the middle of the reader's own band."""
    band = described.band
    if band is None or band.first is None or band.last is None:
        return None
    return (band.first + band.last) // 2
