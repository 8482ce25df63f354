"""What `stackroom calibrate` does with a room file."""

from __future__ import annotations

import re
from pathlib import Path

from config.calibration import AntennaCalibration, Calibration
from config.calibrations import calibration_path, load_calibration, save_calibration
from config.clock import Clock
from config.errors import Mendable, find_mendable
from config.load import load_room
from config.room import Room
from drivers.calibration.ears import ears_of, tell_unfit
from drivers.calibration.listening import ConnectReader, open_readers
from drivers.calibration.survey import Survey
from drivers.calibration.walk import Ask, Say, Walk
from drivers.rfid.connect import connect_reader
from drivers.room.alone import AlreadyServed, alone_in
from drivers.room.presence import field_of

_EPC = re.compile(r"([0-9A-F]{4}){1,31}")


async def run_calibrate(
    room_file: Path,
    *,
    data_dir: Path,
    tag: str | None,
    ask: Ask,
    say: Say,
    clock: Clock,
    connect: ConnectReader = connect_reader,
) -> None:
    """Lead a person with a known tag along the shelves and write what each antenna is like.

    Nothing is written before the person says so at the end, and then the whole file at once.
    Raises Mendable if the room's agent is running, a reader is away, or nobody confirms.
    """
    room = load_room(room_file)
    known = load_calibration(room_file)
    for sentence in tell_unfit(room, known):
        say(f"note: {sentence}")
    try:
        with alone_in(data_dir):
            fresh = await _measure(room, tag, ask, say, clock, connect)
    except AlreadyServed as error:
        raise Mendable(
            f"the agent of this room is running and has the readers ({data_dir}); end it, "
            "calibrate, and start it again"
        ) from error
    except ExceptionGroup as failures:
        mendable = find_mendable(failures)
        if mendable is None:
            raise
        raise mendable from None
    if not fresh:
        raise Mendable("no antenna was measured; nothing was written")
    kept = known if known and known.room == room.room else _nothing(room)
    _tell(room, fresh, say)
    answer = (await ask(f"Write this to {calibration_path(room_file)}? [yes/no] ")).strip().lower()
    if answer != "yes":
        raise Mendable("not confirmed; nothing was written")
    save_calibration(room_file, kept.with_antennas(fresh))
    say(f"wrote {calibration_path(room_file)}; the agent of this room reads it when it starts")


async def _measure(
    room: Room, tag: str | None, ask: Ask, say: Say, clock: Clock, connect: ConnectReader
) -> tuple[AntennaCalibration, ...]:
    field = field_of(room)
    if not field.spots:
        raise Mendable(f"{room.room} has no antennas at desk or shelves to calibrate")
    by = (await ask("Your name: ")).strip()[:60]
    if not by:
        raise Mendable("a calibration needs the name of who made it; nothing was written")
    epc = _epc(tag if tag is not None else await ask("Number (EPC, hex) of the known tag: "))
    survey = Survey(field, epc)
    walk = Walk(field, survey, ask, say)
    async with open_readers(room, walk.plan_of, clock, connect) as listener:
        say("The readers are on. Keep other people and boxes in hand away from the antennas.")
        await walk.go(listener)
    return tuple(survey.fit(at=clock.now(), by=by))


def _epc(text: str) -> str:
    epc = text.strip().replace(" ", "").upper()
    if not _EPC.fullmatch(epc):
        raise Mendable(f"{text.strip()!r} is no tag number: whole words of four hex digits are")
    return epc


def _nothing(room: Room) -> Calibration:
    return Calibration(format=1, room=room.room, antennas=())


def _tell(room: Room, fresh: tuple[AntennaCalibration, ...], say: Say) -> None:
    """Print one line per antenna: how it hears its own place, and the loudest of the others."""
    ears = ears_of(room, _nothing(room).with_antennas(fresh))
    for record in fresh:
        ear = ears[record.reader, record.antenna]
        rates = {zone: expected.rate for (zone, _), expected in ear.zones.items()}
        own = rates.pop(record.covers)
        loudest = max(rates, key=rates.__getitem__, default=None)
        level = "no level" if ear.level_dbm is None else f"{ear.level_dbm:.0f} dBm"
        also = "" if loudest is None else f"; overhears {loudest} in {100 * rates[loudest]:.0f} %"
        say(
            f"  antenna {record.antenna} of {record.reader} ({record.covers}): {level}, "
            f"reads its own in {100 * own:.0f} % of its cycles{also}"
        )
