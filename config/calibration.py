"""What `stackroom calibrate` measured of a room's antennas. Pure; calibrations.py has the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from config.parts import Part
from config.readers import is_door
from config.room import READERS, Room
from config.wires import DeviceId

LevelDbm = Annotated[float, Field(ge=-120, le=0)]
SpreadDb = Annotated[float, Field(ge=0, le=30)]
Place = Annotated[str, Field(min_length=1, max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=60)]


class Reception(Part):
    """How an antenna heard the known tag while it stood in one place."""

    zone: Place
    """What the antenna of that place covers."""
    aisle: Literal["open", "shut"]
    """The aisle that leads to the place; `open` where none does."""
    cycles: Annotated[int, Field(ge=1, le=100_000)]
    reads: Annotated[int, Field(ge=0, le=100_000)]
    """Of these cycles, in how many the tag was read."""
    level_dbm: LevelDbm | None = None
    """Mean of the reads; None if there were none with a level."""
    spread_db: SpreadDb | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Reception:
        if self.reads > self.cycles:
            raise ValueError(f"{self.reads} reads in {self.cycles} cycles cannot be")
        return self


class AntennaCalibration(Part):
    """One antenna, measured in one session."""

    reader: DeviceId
    antenna: Annotated[int, Field(ge=1, le=65535)]
    covers: Place
    """What it covered then; where the room file says another place now, nothing of this counts."""
    at: AwareDatetime
    by: Name
    tag: Annotated[str, Field(pattern=r"^([0-9A-F]{4}){1,31}$")]
    """The known tag that was carried along the shelves."""
    receptions: Annotated[tuple[Reception, ...], Field(min_length=1)]


class Calibration(Part):
    """All that was measured in a room."""

    format: Literal[1]
    room: Place
    antennas: tuple[AntennaCalibration, ...]

    @model_validator(mode="after")
    def _names_each_once(self) -> Calibration:
        seen: set[tuple[str, int]] = set()
        for antenna in self.antennas:
            if (antenna.reader, antenna.antenna) in seen:
                raise ValueError(f"antenna {antenna.antenna} of {antenna.reader} stands twice")
            seen.add((antenna.reader, antenna.antenna))
        return self

    def with_antennas(self, fresh: Iterable[AntennaCalibration]) -> Calibration:
        """Replace those antennas that were measured again; keep the others."""
        known = {(a.reader, a.antenna): a for a in (*self.antennas, *fresh)}
        return self.model_copy(update={"antennas": tuple(known[key] for key in sorted(known))})


def list_unfit(room: Room, calibration: Calibration) -> Iterator[tuple[AntennaCalibration, str]]:
    """Name each antenna whose record the room file no longer bears out, and why."""
    covers = {
        (device.id, antenna.antenna): antenna.covers
        for device in room.devices
        if isinstance(device, READERS)
        for antenna in device.antennas
        if not is_door(antenna.covers)
    }
    for record in calibration.antennas:
        now = covers.get((record.reader, record.antenna))
        if calibration.room != room.room:
            yield record, f"it was measured in room {calibration.room}, this is {room.room}"
        elif now is None:
            yield record, "the room file has no such antenna at desk or shelves"
        elif now != record.covers:
            yield record, f"it covers {now} now and was measured at {record.covers}"
