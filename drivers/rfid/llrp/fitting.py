"""Whether an LLRP reader is what the room file says: which one, antennas, region, powers. Pure."""

from __future__ import annotations

from collections.abc import Generator

from config.readers import LlrpReader
from drivers.errors import Refused
from drivers.rfid.llrp import steps
from drivers.rfid.llrp.capabilities import Capabilities
from drivers.rfid.llrp.steps import Answer, Step
from drivers.rfid.station.identity import check_identity


def recognise(settings: LlrpReader) -> Generator[Step, Answer, None]:
    """Ask who the reader is, if the room file wants a certain one; raise Refused if another."""
    if settings.identity is not None:
        check_identity(settings.id, settings.identity, (yield from steps.ask_identity()))


def check(settings: LlrpReader, capabilities: Capabilities) -> dict[int, int]:
    """Compare a reader with the room file; return the power index of each antenna that has one.

    Raises Refused, naming both values, if the reader is not what the file says.
    """
    highest = max(antenna.antenna for antenna in settings.antennas)
    if 0 < capabilities.max_antennas < highest:
        raise Refused(
            settings.id,
            "antenna_missing",
            f"has {capabilities.max_antennas} antennas, but the room file names "
            f"antenna {highest}; correct the room file",
        )
    _check_region(settings, capabilities)
    powers: dict[int, int] = {}
    for antenna in settings.antennas:
        dbm = settings.power_of(antenna)
        if dbm is not None:
            powers[antenna.antenna] = _power_index(settings.id, antenna.antenna, dbm, capabilities)
    return powers


def _check_region(settings: LlrpReader, capabilities: Capabilities) -> None:
    if settings.region in (None, capabilities.region):
        return
    found = capabilities.region or "none that is known here"
    raise Refused(
        settings.id,
        "region_mismatch",
        f"works in region {found} (country {capabilities.country}, standard "
        f"{capabilities.standard}), but the room file says {settings.region}; set the reader's "
        "region with its maker's tool, LLRP cannot",
    )


def _power_index(device: str, antenna: int, dbm: float, capabilities: Capabilities) -> int:
    index = capabilities.power_index(dbm)
    if index is not None:
        return index
    powers = capabilities.powers_dbm.values()
    has = f"can send with {min(powers):g} to {max(powers):g} dBm" if powers else "tells no powers"
    raise Refused(
        device,
        "power_out_of_range",
        f"{has}, but the room file says {dbm:g} dBm for antenna {antenna}; correct the room file",
    )
