"""Tells open pages how readers are and what lies before their antennas, joined with what it is."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any, Protocol

from config.readers import READERS, UNCONFIRMED_REGIONS, AnyReader
from controller.context import Context
from controller.live import LiveChange
from controller.readers.bench import BenchMirror
from controller.readers.shapes import BenchTagView, BenchView, ReaderView
from controller.tags.shapes import scheme_view
from controller.tags.store import look_up
from drivers.messages import AntennaFacts, BenchState, DeviceState, ReaderFacts

_log = logging.getLogger(__name__)

BenchKey = tuple[str, str, int]
_NEVER_HEARD = "never heard"
_ROOM_SILENT = "the room is silent"


class Devices(Protocol):
    """Says what a room showed last of a device, and whether the room is heard now."""

    def __call__(self, room: str, device: str) -> tuple[DeviceState | None, bool]: ...


class Feed:
    """Publishes benches after joining them in a thread. `take` is the link's and never blocks."""

    def __init__(self, context: Context, benches: BenchMirror) -> None:
        self._context = context
        self._benches = benches
        self._changed: dict[BenchKey, None] = {}
        self._stirred = asyncio.Event()

    def take(self, room: str, state: BenchState) -> None:
        """Take what a room shows of an antenna. Called in the event loop."""
        self._benches.take(room, state)
        self._changed[room, state.reader, state.antenna] = None
        self._stirred.set()

    async def run(self) -> None:
        """Publish what changed, until cancelled; nobody looks things up for nobody.

        What cannot be looked up is logged and left out: the next picture follows soon.
        """
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            changed, self._changed = self._changed, {}
            if not self._context.hub.listeners():
                continue
            try:
                changes = await asyncio.to_thread(self._list_changes, list(changed))
            except Exception:
                _log.exception("pages are not told what lies before %d antenna(s)", len(changed))
            else:
                self._context.hub.publish(*changes)

    def _list_changes(self, keys: list[BenchKey]) -> list[LiveChange]:
        return [self._change(*key) for key in keys]

    def _change(self, room: str, reader: str, antenna: int) -> LiveChange:
        shown = show_bench(self._context, self._benches, room, reader, antenna)
        where = {"room": room, "reader": reader, "antenna": antenna}
        return LiveChange(
            kind="bench",
            key=f"{room}/{reader}/{antenna}",
            body=where | shown.model_dump(mode="json"),
        )


def show_bench(
    context: Context, benches: BenchMirror, room: str, reader: str, antenna: int
) -> BenchView:
    """Join what lies before an antenna with what it is; blocks."""
    state = benches.find(room, reader, antenna)
    if state is None:
        return BenchView(at=None, tags=[])
    with context.records.read() as session:
        looks = look_up(session, context.site.tagging, [tag.epc for tag in state.tags])
    tags = [
        BenchTagView(
            epc=tag.epc,
            rssi_dbm=tag.rssi_dbm,
            reads=tag.reads,
            seen_at=state.at - timedelta(milliseconds=tag.age_ms),
            item=looks[tag.epc].item,
            tag=looks[tag.epc].tag,
            scheme=scheme_view(looks[tag.epc].scheme),
        )
        for tag in state.tags
    ]
    return BenchView(at=state.at, tags=tags)


def list_readers(context: Context, devices: Devices, room: str) -> list[ReaderView]:
    """Show every reader of a room file, heard or not."""
    return [
        show_reader(device, *devices(room, device.id))
        for device in context.rooms[room].devices
        if isinstance(device, READERS)
    ]


def find_reader(context: Context, room: str, device: str) -> AnyReader | None:
    """Find a reader in a room file; `None` if the room has no such reader."""
    found = (d for d in context.rooms[room].devices if isinstance(d, READERS) and d.id == device)
    return next(found, None)


def show_reader(reader: AnyReader, state: DeviceState | None, heard: bool) -> ReaderView:
    """Show a reader; one whose room is silent is away, whatever it said last.

    Of one that is away no figures are known; its antennas are those of the room file.
    """
    facts = (state.reader if state is not None else None) or _unheard(reader)
    known: dict[str, Any] = facts.model_dump()
    online = heard and state is not None and state.online
    why, code = _why_away(state, heard)
    return ReaderView(
        id=reader.id,
        driver=reader.driver,
        online=online,
        why_offline=None if online else why,
        offline_code=None if online else code,
        address=reader.at.words(),
        at=None if state is None else state.at,
        heard_at=None if state is None else state.heard_at,
        region_unconfirmed=facts.region in UNCONFIRMED_REGIONS,
        **known,
    )


def _why_away(state: DeviceState | None, heard: bool) -> tuple[str | None, str | None]:
    if state is None:
        return _NEVER_HEARD, "never_heard"
    if not heard:
        return _ROOM_SILENT, "room_silent"
    return state.why_offline, state.offline_code


def _unheard(reader: AnyReader) -> ReaderFacts:
    return ReaderFacts(
        antennas=tuple(
            AntennaFacts(antenna=each.antenna, covers=each.covers, side=each.side)
            for each in reader.antennas
        )
    )
