"""Running the antennas: each searches for its dwell, then what it found is told. Pure.

A search that ends before the dwell, the module's buffer being full, is followed by another.
"""

from __future__ import annotations

from functools import partial
from math import radians
from typing import Final

from config.readers import ThingMagicReader
from drivers.readings import AntennaCycle, Heard, InputChanged, TagRead
from drivers.rfid.station.asking import ask_if_known
from drivers.rfid.station.patience import Patience
from drivers.rfid.station.tally import Tally
from drivers.rfid.thingmagic.answers import ANTENNA_MISSING, Failed, parse_detected
from drivers.rfid.thingmagic.asking import fall_silent, read_pins, read_temperature
from drivers.rfid.thingmagic.commands import detect_antennas
from drivers.rfid.thingmagic.greeting import OLD_FAMILIES, Described
from drivers.rfid.thingmagic.records import TagHeard
from drivers.rfid.thingmagic.searching import choose_antenna, search_once
from drivers.rfid.thingmagic.session import Script

CHECK_UP_S: Final = 60.0
"""How often temperature and antennas are looked at while the field is on."""
_INPUTS_EVERY_S: Final = 0.05
_SHORTEST_MS, _LONGEST_MS = 10, 500
"""Of one search: a longer dwell is several, since none can be broken off."""


class Rounds:
    """Follows what one module's antennas do. `heard` grows until it is taken."""

    def __init__(self, settings: ThingMagicReader, described: Described, tally: Tally) -> None:
        self._id = settings.id
        self._tally = tally
        self._dwells_ms = {a.antenna: settings.dwell_of(a) for a in settings.antennas}
        self._patience = Patience(settings.id, tally)
        self._tells_phase = described.version.family not in OLD_FAMILIES
        self._has_pins = described.pins is not None
        self._levels: dict[int, bool] = {}
        self._inputs_at_s = float("-inf")
        self._checked_at_s = float("-inf")
        self._pushes = tally.pushes
        self._missing: set[int] = set()
        self._heard: list[Heard] = []
        self._note_detected(described.detected)

    def take_heard(self) -> list[Heard]:
        """Hand over what was heard, in order."""
        heard, self._heard = self._heard, []
        return heard

    def begin(self) -> None:
        """Start a new inventory: the levels of the inputs are told afresh.

        What a turn heard that was broken off is dropped: it is old by now.
        """
        self._heard.clear()
        self._levels.clear()
        self._inputs_at_s = float("-inf")

    def check_up(self, now_s: float) -> Script[None]:
        """Look at temperature and antennas, if it is time."""
        if now_s - self._checked_at_s < CHECK_UP_S:
            return
        self._checked_at_s = now_s
        self._tally.note_reader(temperature_c=(yield from read_temperature(self._id)))
        self._note_detected((yield from ask_if_known(self._id, detect_antennas(), parse_detected)))

    def dwell(self, antenna: int) -> Script[None]:
        """Let one antenna run its turn. Raises LinkLost if the module is silent or fails for long.

        A turn of which anything was lost or garbled tells its reads, but no AntennaCycle.
        """
        yield from self._patience.bear(self._dwell(antenna))

    def _dwell(self, antenna: int) -> Script[None]:
        if self._tally.pushes != self._pushes:
            self._pushes = self._tally.pushes
            yield from fall_silent(self._id)
        failed = yield from choose_antenna(self._tally, antenna)
        if failed is not None:
            self._fail(antenna, failed)
            return
        left_ms, whole, at_s = float(self._dwells_ms[antenna]), True, 0.0
        while left_ms > 0:
            search_ms = min(max(round(left_ms), _SHORTEST_MS), _LONGEST_MS)
            hear = partial(self._hear, antenna)
            searched = yield from search_once(self._tally, antenna, search_ms, hear)
            if isinstance(searched, Failed):
                self._fail(antenna, searched)
                return
            whole, at_s = whole and searched.whole, searched.at_s
            left_ms -= max(1000 * searched.ran_s, 1)
            yield from self._look_at_inputs(at_s)
        self._patience.note_done()
        if antenna in self._missing:
            self._missing.remove(antenna)
            self._tally.note_connected(antenna, True)
        if whole:
            self._heard.append(AntennaCycle(reader_id=self._id, antenna=antenna, at_s=at_s))

    def _hear(self, antenna: int, tag: TagHeard, at_s: float) -> None:
        phase_deg = tag.phase_deg if self._tells_phase else None
        self._heard.append(
            TagRead(
                reader_id=self._id,
                antenna=antenna,
                epc=tag.epc,
                rssi_dbm=tag.rssi_dbm,
                count=max(tag.count or 1, 1),
                at_s=at_s,
                phase_rad=None if phase_deg is None else radians(phase_deg),
                channel=tag.frequency_khz,
                pc=tag.pc,
            )
        )

    def _fail(self, antenna: int, failed: Failed) -> None:
        if failed.status == ANTENNA_MISSING:
            self._tally.note_error(f"antenna {antenna}: {failed}")
            self._missing.add(antenna)
            self._tally.note_connected(antenna, False)
        else:
            self._patience.note_failed(antenna, failed)

    def _note_detected(self, detected: dict[int, bool] | None) -> None:
        """Note where an antenna was found; where none was, there may be one all the same."""
        for antenna in self._dwells_ms:
            if detected is not None and detected.get(antenna):
                self._tally.note_connected(antenna, True)

    def _look_at_inputs(self, now_s: float) -> Script[None]:
        if not self._has_pins or now_s - self._inputs_at_s < _INPUTS_EVERY_S:
            return
        self._inputs_at_s = now_s
        for pin in (yield from read_pins(self._id)) or ():
            if pin.is_output or self._levels.get(pin.number) is pin.on:
                continue
            self._levels[pin.number] = pin.on
            self._heard.append(
                InputChanged(reader_id=self._id, number=pin.number, on=pin.on, at_s=now_s)
            )
