"""A site on temporary databases, and readings to fill them with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.load import load_room, shipped_room
from config.room import Words
from config.site import Site
from controller.climate.series import add_samples
from controller.climate.series.tables import (
    DayRow,
    DirtyHourRow,
    HourRow,
    ReadingDayRow,
    ReadingHourRow,
    ReadingRow,
    SampleRow,
)
from controller.context import Context
from controller.data import tables
from controller.live import Hub
from controller.store.engine import Store, sqlite_url
from controller.store.secrets import Keys
from drivers.messages import Sample, Telemetry

BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ROOM, PROBE = "S1", "probe-1"


@dataclass
class Clock:
    """A clock that a test moves."""

    at: datetime = field(default=BEGAN)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@contextmanager
def site(folder: Path, *, zone: str = "Asia/Shanghai", now: datetime = BEGAN) -> Iterator[Context]:
    """Open a site whose databases are empty."""
    folder.mkdir(parents=True, exist_ok=True)
    records = Store(sqlite_url(folder / "records.db"), synchronous="FULL")
    telemetry = Store(sqlite_url(folder / "telemetry.db"), synchronous="NORMAL")
    tables.RECORDS.create_all(records.engine)
    tables.TELEMETRY.create_all(telemetry.engine)
    room = load_room(shipped_room("small"))
    yield Context(
        records=records,
        telemetry=telemetry,
        keys=Keys.from_dir(folder / "keys"),
        clock=Clock(now),
        hub=Hub(),
        site=Site(
            format=1,
            site="test",
            name=Words(zh="测试", en="Test"),
            rooms=("small.yaml",),
            time_zone=zone,
        ),
        rooms={room.room: room},
    )
    records.close()
    telemetry.close()


def at(minute: float) -> datetime:
    """The moment so many minutes after everything began."""
    return BEGAN + timedelta(minutes=minute)


def sample(minute: float, temperature_c: float | None = 20.0, **more: float) -> Sample:
    """A sample of 50 % unless told otherwise."""
    humidity = more.pop("humidity_pct", 50.0)
    return Sample(at=at(minute), temperature_c=temperature_c, humidity_pct=humidity, others=more)


def take(
    context: Context,
    samples: Sequence[Sample],
    *,
    interval_s: float = 60.0,
    probe: str = PROBE,
    now: datetime | None = None,
) -> None:
    """Store a batch as the link does."""
    batch = Telemetry(device=probe, outbox="o1", seq=1, samples=tuple(samples))
    with context.telemetry.write() as session:
        add_samples(session, ROOM, batch, interval_s=interval_s, now=now)


def everything(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """All rows of series, by table, in order of their keys."""
    found = {}
    kinds = (SampleRow, ReadingRow, HourRow, DayRow, ReadingHourRow, ReadingDayRow, DirtyHourRow)
    with context.telemetry.read() as session:
        for kind in kinds:
            table = kind.__table__
            rows = session.execute(table.select().order_by(*table.primary_key.columns))
            found[kind.__tablename__] = [tuple(row) for row in rows]
    return found
