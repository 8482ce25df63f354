"""How fast series are: what 200 probes send, what charts of years take, what a database weighs."""

from __future__ import annotations

import asyncio
import gc
import math
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from controller.assembly import take_samples
from controller.climate.replay.model import Answer, Place, Question, Step
from controller.climate.replay.run import answer
from controller.climate.series import add_imported, settle
from controller.climate.series.api import write_chart
from controller.climate.series.chart import Asked, read_chart
from controller.climate.series.roll_up import RollUp
from controller.context import Context
from drivers.messages import Sample
from tests.link.both_sides import archive, room
from tests.link.brokers import MosquittoProcess
from tests.link.parts import background, until
from tests.store.series_world import ROOM, site

PROBES = 200
NEEDED_ROWS_PER_S = PROBES / 60
_PAIR = ("temperature_c", "humidity_pct")
_BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
_YEAR = timedelta(days=365)
_PART = 20_000

_Point = tuple[datetime, Mapping[str, float]]


def run(quick: bool) -> list[dict[str, Any]]:
    """Measure the way from the rooms into the database, and the way back to a page."""
    with tempfile.TemporaryDirectory() as folder:
        rows_per_s = asyncio.run(_ingest(Path(folder), minutes=2 if quick else 15))
        print(
            f"{PROBES} probes, one reading a minute, are {NEEDED_ROWS_PER_S:.1f} rows/s: "
            f"{rows_per_s / NEEDED_ROWS_PER_S:.0f} times as much went through"
        )
    with tempfile.TemporaryDirectory() as folder:
        mb, rolled_per_s = _weigh(Path(folder), 100_000 if quick else 1_000_000)
    figures = [
        _figure("ingest_rows_per_s", rows_per_s, "1/s", NEEDED_ROWS_PER_S, at_least=True),
        _figure("mb_per_million", mb, "MB"),
        _figure("rolled_up_rows_per_s", rolled_per_s, "1/s"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        figures += _charts(Path(folder), probes=10 if quick else 100)
    return [*figures, *_replay(quick)]


def _replay(quick: bool) -> list[dict[str, Any]]:
    """Replay a year of one zone by hours, and by minutes; in a hurry a month of these, times 12."""
    minutes, times = (30 * 1440, 365 / 30) if quick else (365 * 1440, 1.0)
    with tempfile.TemporaryDirectory() as at, site(Path(at), now=_BEGAN + 2 * _YEAR) as context:
        _import(context, "hours", timedelta(hours=1), 365 * 24)
        settle(context)
        _import(context, "minutes", timedelta(minutes=1), minutes)
        hourly, alarms = _replay_s(context, "hours", "hour")
        raw, _ = _replay_s(context, "minutes", "raw")
    print(
        f"replay: {alarms.asked.per_year:g} alarms a year, by bare limits {alarms.bare.per_year:g}"
    )
    return [
        _figure("replay_year_s", hourly, "s", 1),
        _figure("replay_minutes_year_s", raw * times, "s", 10),
    ]


def _replay_s(context: Context, device: str, step: Step) -> tuple[float, Answer]:
    profile = context.limits.profiles["jgj25-paper"]
    place = Place(room=ROOM, zone="room", probe=device, profile=profile, version=1)
    question = Question(places=(place,), start=_BEGAN, end=_BEGAN + _YEAR, step=step)
    began_s = time.perf_counter()
    found = answer(context, question, lambda share: None)
    return time.perf_counter() - began_s, found


async def _ingest(folder: Path, *, minutes: int) -> float:
    """Send minutes of all probes, each when the one before is stored, while hours are rolled up.

    Outbox, link and broker are real; each reading is a message and an acknowledgement of its own,
    as it is when probes report in turn.
    """
    broker = MosquittoProcess(folder / "broker")
    broker.start()
    try:
        async with archive(broker, folder) as here, room(broker, folder) as there:
            takers = replace(here.link._takers, samples=partial(take_samples, here.context))
            here.link._takers = takers
            async with background(RollUp(here.context).run()):
                began_s = time.perf_counter()
                for minute in range(minutes):
                    _say(there._outbox, minute)
                    wanted = (minute + 1) * PROBES
                    await until(partial(_has, here.context, wanted))
                took_s = time.perf_counter() - began_s
    finally:
        broker.kill()
    return minutes * PROBES / took_s


def _say(outbox: Any, minute: int) -> None:
    at = datetime.now(UTC) - timedelta(days=1) + timedelta(minutes=minute)
    for number in range(PROBES):
        sample = Sample(at=at, temperature_c=20.0 + number / 100, humidity_pct=50.0)
        outbox.add_sample(f"probe-{number}", sample)


def _has(context: Context, samples: int) -> bool:
    with context.telemetry.read() as session:
        stored = session.execute(text("SELECT count(*) FROM samples")).scalar_one()
    return int(stored) >= samples


def _weigh(folder: Path, readings: int) -> tuple[float, float]:
    """Store minutes of one probe with their hours and days; return MB per million, and rows/s."""
    with site(folder, now=_BEGAN + timedelta(days=1000)) as context:
        _import(context, "probe-1", timedelta(minutes=1), readings)
        began_s = time.perf_counter()
        settle(context)
        took_s = time.perf_counter() - began_s
        with context.telemetry.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        size = (folder / "telemetry.db").stat().st_size
    return size / readings, readings / took_s


def _charts(folder: Path, *, probes: int) -> list[dict[str, Any]]:
    """Fill a year of hours for many probes and ten years for one, and draw them."""
    now = _BEGAN + 10 * _YEAR
    with site(folder, now=now) as context:
        _import(context, "probe-1", timedelta(hours=1), 365 * 24)
        settle(context)
        _copy_probe(context, probes)
        _import(context, "old", timedelta(hours=1), 10 * 365 * 24)
        settle(context)
        gc.freeze()  # as the controller does when it begins to serve
        year = [_chart_ms(context, [f"probe-{n + 1}"], _YEAR, 9000) for n in range(min(probes, 20))]
        every = _chart_ms(context, [f"probe-{n + 1}" for n in range(probes)], _YEAR, 9000)
        ten = [_chart_ms(context, ["old"], 10 * _YEAR, 4000) for _ in range(5)]
    return [
        _figure("probe_year_ms", sorted(year)[len(year) // 2], "ms", 30),
        _figure(f"probes{probes}_year_ms", every, "ms", 25.0 * probes),
        _figure("probe_10years_ms", sorted(ten)[len(ten) // 2], "ms", 100),
    ]


def _chart_ms(context: Context, devices: list[str], span: timedelta, points: int) -> float:
    """Draw charts of both quantities, down to the JSON that a page gets of one."""
    asked = Asked(
        start=_BEGAN,
        end=_BEGAN + span,
        points=points,
        now=context.clock.now(),
        zone=context.site.zone(),
        step="hour" if span == _YEAR else "day",
    )
    began_s = time.perf_counter()
    for device in devices:
        with context.telemetry.read() as session:
            chart = read_chart(session, ROOM, device, _PAIR, asked)
        write_chart(chart)
    return (time.perf_counter() - began_s) * 1000


def _import(context: Context, device: str, step: timedelta, count: int) -> None:
    part: list[_Point] = []
    for point in _readings(step, count):
        part.append(point)
        if len(part) == _PART:
            _store(context, device, part, step)
            part = []
    _store(context, device, part, step)


def _store(context: Context, device: str, part: list[_Point], step: timedelta) -> None:
    with context.telemetry.write() as session:
        interval_s = step.total_seconds()
        add_imported(session, ROOM, device, part, "bench", interval_s=interval_s)


def _readings(step: timedelta, count: int) -> Iterator[_Point]:
    """Seasons, days and a little noise, as a store room has them."""
    for number in range(count):
        at = _BEGAN + number * step
        turn = number * step.total_seconds() / 86_400 * 2 * math.pi
        noise = (number * 7919 % 41 - 20) / 100
        temperature = 19 + 3 * math.sin(turn / 365) + 0.5 * math.sin(turn) + noise
        humidity = 52 + 8 * math.sin(turn / 365 + 1) + math.sin(turn + 2) + 5 * noise
        values = {"temperature_c": round(temperature, 2), "humidity_pct": round(humidity, 2)}
        yield at, values


def _copy_probe(context: Context, probes: int) -> None:
    """Give other probes the hours and days of the first."""
    with context.telemetry.write() as session:
        for number in range(2, probes + 1):
            session.execute(
                text(
                    "INSERT INTO probes (agent, device, calibrations) VALUES (:room, :device, '[]')"
                ),
                {"room": ROOM, "device": f"probe-{number}"},
            )
        for table in ("hours", "days"):
            columns = session.execute(text(f"SELECT * FROM {table} LIMIT 0")).keys()
            names = ", ".join(f'"{name}"' for name in columns if name != "probe_id")
            session.execute(
                text(
                    f"INSERT INTO {table} (probe_id, {names}) SELECT probes.id, {names} "
                    f"FROM probes, {table} WHERE probe_id = 1 AND probes.id > 1"
                )
            )


def _figure(
    name: str, value: float, unit: str, target: float | None = None, *, at_least: bool = False
) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target, "at_least": at_least}
