"""What the link tests share: a small site, events that count, and an archive that writes them."""

from __future__ import annotations

import asyncio
import faulthandler
import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

import controller.audit.tables
import controller.link.tables
import controller.shelving.tables  # noqa: F401  (they make the tables known)
from config.clock import Clock, SystemClock
from config.load import load_room, shipped_room
from config.room import Words
from config.site import Site
from controller.context import Context
from controller.link.assignments import Row, SetSource
from controller.link.inbox import ApplyMany, Inbox
from controller.live import Hub, LiveChange
from controller.store.engine import Store, WriteSession, sqlite_url
from controller.store.rows import Record, TelemetryRow
from controller.store.secrets import Keys
from drivers.messages import DeviceChanged, Event, Home
from tests.link.brokers import SITE

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


class HandClock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at_s = 1000.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(AT.timestamp() + self.at_s - 1000.0, UTC)

    def monotonic(self) -> float:
        return self.at_s


def numbered(number: int) -> DeviceChanged:
    """Make an event that can be told from all others."""
    return DeviceChanged(kind="device_down", device="probe-1", why=str(number), at=AT)


def open_context(folder: Path, clock: Clock | None = None) -> Context:
    """Open an archive on real SQLite files with the tables of link, shelving and audit."""
    records = Store(sqlite_url(folder / "records.db"), synchronous="FULL")
    telemetry = Store(sqlite_url(folder / "telemetry.db"), synchronous="NORMAL")
    Record.metadata.create_all(records.engine)
    TelemetryRow.metadata.create_all(telemetry.engine)
    with records.write() as session:
        session.execute(
            text("CREATE TABLE IF NOT EXISTS told (n INTEGER PRIMARY KEY, agent TEXT, why TEXT)")
        )
    room = load_room(shipped_room("small"))
    return Context(
        records=records,
        telemetry=telemetry,
        keys=Keys.from_dir(folder / "keys"),
        clock=clock or SystemClock(),
        hub=Hub(),
        site=Site(format=1, site=SITE, name=Words(zh="测", en="Test"), rooms=("small.yaml",)),
        rooms={room.room: room},
    )


def close_context(context: Context) -> None:
    """Close the databases."""
    context.records.close()
    context.telemetry.close()


def tell(
    session: WriteSession, context: Context, agent: str, events: Sequence[Event]
) -> list[LiveChange]:
    """Have an effect that can be counted: one row per event; `poison` cannot be applied."""
    for event in events:
        assert isinstance(event, DeviceChanged)
        if event.why == "poison":
            raise LookupError("poison")
        session.execute(
            text("INSERT INTO told (agent, why) VALUES (:agent, :why)"),
            {"agent": agent, "why": event.why},
        )
    return [LiveChange(kind="device", key=agent, body={"count": len(events)})]


def inbox_of(context: Context, apply_many: ApplyMany = tell) -> Inbox:
    """Make an inbox whose every event has the countable effect."""
    return Inbox(context, dict.fromkeys(("device_down", "device_up"), apply_many))


def told(context: Context) -> list[str]:
    """List what was applied, in order, each as often as it was."""
    with context.records.read() as session:
        return [str(why) for (why,) in session.execute(text("SELECT why FROM told ORDER BY n"))]


def source(rows: Callable[[], tuple[int, list[Row]]]) -> SetSource[Row]:
    """Serve a set from a function that gives version and rows."""
    return SetSource(version=lambda _room: rows()[0], rows=lambda _room: rows()[1])


def some_homes(count: int) -> list[Home]:
    """Make homes whose shelf follows from their number."""
    return [
        Home(
            epc=f"{number:024X}",
            box_code=f"BX-{number:05d}",
            shelf=f"S1-B1-C{1 + number % 6}-L-1-1",
            order_mm=number,
        )
        for number in range(count)
    ]


class SilentMirror:
    """Looks at nothing."""

    def take_status(self, *_: object, **__: object) -> None:
        return

    def take_state(self, *_: object, **__: object) -> None:
        return

    def tick(self) -> None:
        return


def scenario(test: Callable[..., Coroutine[None, None, None]]) -> Callable[..., None]:
    """Let pytest run an async test in an event loop of its own, for ten seconds at most."""

    @functools.wraps(test)
    def run(*arguments: object, **named: object) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(10):
                await test(*arguments, **named)

        faulthandler.dump_traceback_later(40, exit=True)  # for what does not end when cancelled
        try:
            asyncio.run(bounded())
        finally:
            faulthandler.cancel_dump_traceback_later()

    return run


@asynccontextmanager
async def background(*works: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run what never ends while the block runs."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until something holds; the scenario's time limit ends a vain wait."""
    while not condition():  # noqa: ASYNC110  the parts under test have no event for this
        await asyncio.sleep(0.005)
