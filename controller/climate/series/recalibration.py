"""Notices that calibrations changed, and has all hours from the change on made new.

The corrections that the hours were made with stand beside them, so a change that was written while
nobody looked is found all the same. Hours whose readings are gone are corrected at once, from what
was stored of them: sums and extremes exactly, since corrections are linear; what is not linear is
worked out from the hour's mean, and the hour says so (`Basis.MEANS`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import select as select_rows

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.calibration.model import Calibration
from controller.climate.calibration.rules import (
    Correction,
    Corrections,
    correction_at,
    corrections_of,
    first_change_ms,
    parse_corrections,
    write_corrections,
)
from controller.climate.calibration.store import list_calibrations
from controller.climate.series import days
from controller.climate.series.holding import HOUR_MS, effects
from controller.climate.series.model import Basis
from controller.climate.series.mould import note_changed
from controller.climate.series.rows import insert_new, list_series, table_of
from controller.climate.series.tables import DirtyHourRow, HourRow, ProbeRow, ReadingHourRow
from controller.context import Context
from controller.store.engine import WriteSession


def take_over(context: Context) -> None:
    """Compare the calibrations on record with those that were used, and mark what they change."""
    with context.records.read() as records:
        several: dict[tuple[str, str], list[Calibration]] = {}
        for each in list_calibrations(records):
            several.setdefault((each.room, each.probe), []).append(each)
    wanted = {key: corrections_of(calibrations) for key, calibrations in several.items()}
    with context.telemetry.read() as session:
        changed = [
            (row.agent, row.device)
            for row in session.exec(select_rows(ProbeRow)).all()
            if row.calibrations != write_corrections(wanted.get((row.agent, row.device), {}))
        ]
    for room, probe in changed:
        with context.telemetry.write() as session:
            query = select_rows(ProbeRow).where(ProbeRow.agent == room, ProbeRow.device == probe)
            row = session.exec(query).one()
            recalibrate(session, row, wanted.get((room, probe), {}), context)


def recalibrate(session: WriteSession, probe: ProbeRow, new: Corrections, context: Context) -> None:
    """Give a probe other corrections, and mark or correct the hours that they change."""
    assert probe.id is not None
    old = parse_corrections(probe.calibrations)
    since_ms = first_change_ms(old, new)
    probe.calibrations = write_corrections(new)
    session.add(probe)
    if since_ms is None:
        return
    first = since_ms // HOUR_MS
    _mark_from(session, probe.id, first)
    corrected = _correct_pairs(session, probe.id, first, old, new)
    if corrected:
        note_changed(probe, corrected)
    for quantity, series_id in list_series(session, probe.id).items():
        corrected += _correct_values(
            session, series_id, first, old.get(quantity, ()), new.get(quantity, ())
        )
    days.roll_days(session, probe.id, corrected, context.site.zone())


def _mark_from(session: WriteSession, probe_id: int, first: int) -> None:
    dirty = table_of(DirtyHourRow)
    hours, readings = table_of(HourRow), table_of(ReadingHourRow)
    insert = insert_new(session.connection().dialect.name, dirty)
    probe: Any = bindparam("probe", probe_id, unique=True)
    found = [
        select(probe, hours.c.hour).where(
            hours.c.probe_id == probe_id, hours.c.hour >= first, hours.c.basis == int(Basis.RAW)
        )
    ]
    for series_id in list_series(session, probe_id).values():
        found.append(
            select(probe, readings.c.hour).where(
                readings.c.series_id == series_id,
                readings.c.hour >= first,
                readings.c.basis == int(Basis.RAW),
            )
        )
    for query in found:
        session.execute(insert.from_select(["probe_id", "hour"], query))


def _change(old: Sequence[Correction], new: Sequence[Correction], hour: int) -> tuple[float, float]:
    """Return gain and offset from what an hour holds to what it should, by its middle."""
    middle = hour * HOUR_MS + HOUR_MS // 2
    before, after = correction_at(tuple(old), middle), correction_at(tuple(new), middle)
    gain = after.gain / before.gain
    return gain, after.offset - before.offset * gain


def _correct_pairs(
    session: WriteSession, probe_id: int, first: int, old: Corrections, new: Corrections
) -> list[int]:
    table = table_of(HourRow)
    gone = (
        table.c.probe_id == probe_id,
        table.c.hour >= first,
        table.c.basis != int(Basis.RAW),
    )
    rows = []
    for row in session.execute(select(table).where(*gone)).mappings():
        warm = _change(old.get(TEMPERATURE, ()), new.get(TEMPERATURE, ()), row["hour"])
        damp = _change(old.get(HUMIDITY, ()), new.get(HUMIDITY, ()), row["hour"])
        if (warm, damp) != ((1.0, 0.0), (1.0, 0.0)):
            rows.append({"at": row["hour"], **_corrected(row, warm, damp)})
    if rows:
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in rows[0] if name != "at"
        }
        renamed = [
            {"at": row["at"]} | {f"new_{name}": row[name] for name in values} for row in rows
        ]
        statement = update(table).where(
            table.c.probe_id == probe_id, table.c.hour == bindparam("at")
        )
        session.connection().execute(statement.values(values), renamed)
    return [row["at"] for row in rows]


def _corrected(
    row: Mapping[Any, Any], warm: tuple[float, float], damp: tuple[float, float]
) -> dict[str, Any]:
    values = _moved(row, "t", warm) | _moved(row, "rh", damp) | {"basis": int(Basis.MEANS)}
    if row["pair_s"] > 0:
        mean_c = values["t_sum"] / row["t_s"]
        mean_pct = values["rh_sum"] / row["rh_s"]
        sums = effects(mean_c, mean_pct)
        names = ("ah_sum", "inv_pi", "inv_lm", "mould_dose")
        values |= {name: value * row["pair_s"] for name, value in zip(names, sums, strict=True)}
    return values


def _moved(row: Mapping[Any, Any], what: str, change: tuple[float, float]) -> dict[str, Any]:
    gain, offset = change
    low, high = row[f"{what}_min"], row[f"{what}_max"]
    return {
        f"{what}_sum": row[f"{what}_sum"] * gain + offset * row[f"{what}_s"],
        f"{what}_min": None if low is None else low * gain + offset,
        f"{what}_max": None if high is None else high * gain + offset,
    }


def _correct_values(
    session: WriteSession,
    series_id: int,
    first: int,
    old: Sequence[Correction],
    new: Sequence[Correction],
) -> list[int]:
    table = table_of(ReadingHourRow)
    gone = (
        table.c.series_id == series_id,
        table.c.hour >= first,
        table.c.basis != int(Basis.RAW),
    )
    corrected = []
    for row in session.execute(select(table).where(*gone)).mappings().all():
        gain, offset = _change(old, new, row["hour"])
        if (gain, offset) == (1.0, 0.0):
            continue
        session.execute(
            update(table)
            .where(table.c.series_id == series_id, table.c.hour == row["hour"])
            .values(
                sum=row["sum"] * gain + offset * row["seconds"],
                min=row["min"] * gain + offset,
                max=row["max"] * gain + offset,
                basis=int(Basis.MEANS),
            )
        )
        corrected.append(row["hour"])
    return corrected
