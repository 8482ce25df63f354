"""Reads a chart: chooses between readings, hours and days, and lists what lies between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from controller.climate.series.chart.columns import of_one_table, rolled_columns
from controller.climate.series.chart.model import Asked, Band, Chart, Step, Stretch
from controller.climate.series.chart.raw import fits, raw_bands, raw_known
from controller.climate.series.chart.rolled import rolled_bands
from controller.climate.series.figures import first_hour
from controller.climate.series.model import HOUR_S, Basis
from controller.climate.series.rows import find_probe
from controller.climate.series.tables import ProbeRow
from controller.store.engine import ReadSession

RAW_UNTIL: Final = timedelta(days=8)
HOURS_UNTIL_S: Final = 12 * HOUR_S
"""Points further apart than this come from days."""


def read_chart(
    session: ReadSession, room: str, probe: str, quantities: Sequence[str], asked: Asked
) -> Chart:
    """Read some quantities of a probe; one it never measured has no bands.

    Gaps are those of the first quantity. A point tells of sound readings alone.
    """
    row = find_probe(session, room, probe)
    step = _step(session, row, quantities[0], asked)
    bands: dict[str, list[Band]] = {name: [] for name in quantities}
    known: list[Stretch] = []
    if row is not None and step == "raw":
        bands |= {name: list(raw_bands(session, row, name, asked)) for name in quantities}
        known = list(raw_known(session, row, quantities[0], asked))
    elif row is not None:
        for several in of_one_table(session, row, quantities, step):
            rolled = rolled_bands(session, several, asked, step)
            bands |= rolled.bands
            known = rolled.known if quantities[0] in several else known
    return Chart(step=step, bands=bands, gaps=_between(known, asked))


def _step(session: ReadSession, row: ProbeRow | None, quantity: str, asked: Asked) -> Step:
    if asked.step is not None:
        return asked.step
    span = asked.end - asked.start
    is_short = span <= RAW_UNTIL or (row is not None and fits(session, row, quantity, asked))
    if is_short and (row is None or not _is_raw_gone(session, row, quantity, asked)):
        return "raw"
    return "hour" if span.total_seconds() / asked.points <= HOURS_UNTIL_S else "day"


def _is_raw_gone(session: ReadSession, row: ProbeRow, quantity: str, asked: Asked) -> bool:
    columns = rolled_columns(session, row, quantity, "hour")
    if columns is None:
        return False
    query = select(columns.at).where(
        columns.of_number(),
        columns.at >= first_hour(asked.start),
        columns.at < first_hour(asked.end),
        columns.table.c.basis != int(Basis.RAW),
    )
    return session.execute(query.limit(1)).first() is not None


def _between(known: Sequence[Stretch], asked: Asked) -> list[Stretch]:
    """List the times, as far as it was by now, that lie between stretches of which is known."""
    gaps, until = [], asked.start.timestamp()
    for since, last in known:
        gaps.append((until, since))
        until = last
    gaps.append((until, min(asked.end, asked.now).timestamp()))
    return [(since, until) for since, until in gaps if since < until]
