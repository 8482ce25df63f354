"""All fuzz targets by name."""

from __future__ import annotations

from tests.fuzz import air, llrp, papers, stations, steel
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    **llrp.TARGETS,
    **stations.TARGETS,
    **steel.TARGETS,
    **papers.TARGETS,
    **air.TARGETS,
}
