"""A whole room: the real agent against simulated steel, readers and probes, on real wires."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from config.addresses import parse_address
from config.geometry import AislePlace, aisle_of
from config.load import load_room
from config.room import Room
from config.settings import BrokerSettings, RoomSettings
from config.shelving import Commissions
from drivers.messages import (
    EVENT,
    Actor,
    BankState,
    Event,
    Request,
    RequestChanged,
    Saw,
    SegmentState,
)
from drivers.room.agent import RoomAgent
from drivers.room.intake import ReceivedRequest
from drivers.room.motion import Answer, Moving, Phase, Segment
from drivers.room.opening import open_agent
from simulators.boxes import ShelvedBox
from simulators.harness import LoopClock, SimulatedRoom, run_fast, simulated_room

SMALL = Path(__file__).parents[2] / "config" / "rooms" / "small.yaml"
LI = Actor(id="li", name="Li")
PINS = {"Li": SecretStr("2468"), "Wang": SecretStr("1357")}
WANG = Actor(id="wang", name="Wang")
UNTRIED: Commissions = {}
_lives = count(1)
_TOO_SLOW = ("interlocks_stale", "request_expired", "heartbeat_lost", "stale_view")
_TOO_LATE = (*_TOO_SLOW, "interlock_unknown")
NO_BROKER = BrokerSettings(host="127.0.0.1", port=9)


class RunningRoom:
    """What a test may do in a room and see of it. Bank 1, segment 1, unless it says otherwise."""

    def __init__(
        self,
        simulated: SimulatedRoom,
        agent: RoomAgent,
        page: httpx2.AsyncClient,
        data_dir: Path,
    ) -> None:
        self.simulated = simulated
        self.agent = agent
        self.page = page
        self.data_dir = data_dir
        self._asked = 0
        self._life = next(_lives)

    # what people do in the room

    def walks_in(self, *, aisle: int) -> None:
        self.simulated.enter_aisle(bank=1, segment=1, aisle=aisle)

    def walks_out(self, *, aisle: int) -> None:
        self.simulated.leave_aisle(bank=1, segment=1, aisle=aisle)

    def presses_reset(self) -> None:
        self.simulated.press_reset(bank=1)

    def takes(self, box: str) -> None:
        self.simulated.take_box(box)

    def cuts_cable(self, device: str) -> None:
        self.simulated.cut(device)

    def mends_cable(self, device: str) -> None:
        self.simulated.heal(device)

    # what people ask for

    def asks(
        self,
        verb: str = "open_aisle",
        *,
        aisle: int | None = None,
        by: Actor = LI,
        request_id: str | None = None,
        saw: Saw | None = None,
        bank: int = 1,
        segment: int | None = 1,
        **more: Any,
    ) -> str:
        """Ask as the controller does; give back the id of the request."""
        request = self._request(
            verb,
            id=request_id,
            aisle=aisle,
            actor=by,
            saw=saw or self.view(bank),
            bank=bank,
            segment=segment,
            **more,
        )
        at_s = self.simulated.clock.monotonic()
        self.agent.link.requests.put_nowait(ReceivedRequest(request, at_s))
        return request.id

    async def asks_here(
        self, verb: str, *, by: Actor = LI, bank: int = 1, segment: int | None = 1, **more: Any
    ) -> Answer:
        """Ask at the bank's own page, once name and PIN were right; give back the first answer.

        A slow disk takes its time here too, so what the room found too old is asked again.
        """
        while True:
            given = {"actor": by, "bank": bank, "segment": segment, **more}
            request = self._request(verb, id=None, saw=self.view(bank or 1), **given)
            answer = await self.agent.desk.ask_here(request)
            if answer.code not in _TOO_SLOW:
                return answer

    async def is_armed(self, *, aisle: int, by: Actor = LI, bank: int = 1) -> str:
        """Ask from afar until the request waits to be started at the bank."""
        while True:
            request = self.asks(aisle=aisle, by=by, bank=bank)
            await self.until(lambda request=request: self._is_answered(request))
            last = (await self.steps(request))[-1]
            if last.status == "armed":
                return request
            assert last.code in _TOO_SLOW, last

    async def starts_here(
        self, *, by: Actor = LI, bank: int = 1, vouched: frozenset[str] = frozenset()
    ) -> Answer:
        """Start at the bank's page what is armed there."""
        return await self.agent.desk.start(bank, 1, "page", by, vouched)

    async def _is_answered(self, request: str) -> bool:
        return bool(await self.steps(request))

    def _request(self, verb: str, *, id: str | None, **given: Any) -> Request:
        self._asked += 1
        name = id or f"request-{self._life}-{self._asked}"
        return Request.model_validate({"id": name, "verb": verb, "ttl_s": 10, **given})

    async def opens(self, aisle: int, *, by: Actor = LI) -> str | None:
        """Ask for an aisle and wait for the end of it; give back its last status.

        A slow disk takes its time here too, so what the room found too old is asked again.
        """
        while True:
            answer = await self.ends(self.asks(aisle=aisle, by=by))
            if answer.code not in _TOO_LATE:
                return answer.status

    async def sets_off(self, *, aisle: int, by: Actor = LI) -> str:
        """Ask for an aisle until the steel moves; give back the id of the request."""
        while True:
            request = self.asks(aisle=aisle, by=by)
            await self.until(lambda request=request: self._is_answered(request))
            answer = (await self.steps(request))[-1]
            if answer.status != "refused":
                await self.is_moving()
                return request
            assert answer.code in _TOO_LATE, answer

    async def types(self, path: str, **body: Any) -> dict[str, Any]:
        """Send what somebody does on the bank's own page; give back what it says."""
        answer = await self.page.post(path, json=body)
        told = answer.json()
        assert isinstance(told, dict)
        return told

    # what can be seen

    def view(self, bank: int = 1) -> Saw:
        state = self.state(bank) if bank in self.agent.banks else self.state()
        return Saw(boot_id=state.boot_id, version=state.version)

    def state(self, bank: int = 1) -> BankState:
        """The bank as its own page and the controller are shown it."""
        return self.agent.banks[bank].draw()

    def shows(self, bank: int = 1) -> SegmentState:
        """Its first segment."""
        return self.state(bank).segments[0]

    @property
    def segment(self) -> Segment:
        return self.agent.banks[1].segments[1]

    @property
    def phase(self) -> Phase:
        return self.segment.phase

    def gap(self) -> int | None:
        """Where the gap really stands."""
        return self.simulated.world.steel_of(1).segment(1).open_aisle

    async def events(self) -> list[Event]:
        stored = await self.agent.outbox.batch(0, 1000)
        return [EVENT.validate_python(json.loads(event.body)) for event in stored]

    async def steps(self, request_id: str) -> list[RequestChanged]:
        events = await self.events()
        return [e for e in events if isinstance(e, RequestChanged) and e.request_id == request_id]

    async def ends(self, request_id: str, *, within_s: float = 60.0) -> RequestChanged:
        """Wait until a request came to its end, as the outbox tells it."""
        over = ("refused", "done", "failed", "expired")

        async def ended() -> bool:
            return any(step.status in over for step in await self.steps(request_id))

        await self.until(ended, within_s=within_s)
        return (await self.steps(request_id))[-1]

    async def until(
        self, holds: Callable[[], bool | Awaitable[bool]], *, within_s: float = 60.0
    ) -> None:
        """Wait until something is so, in the room's time."""
        async with asyncio.timeout(within_s):
            while True:
                answer = holds()
                if answer if isinstance(answer, bool) else await answer:
                    return
                await asyncio.sleep(0.05)

    async def is_ready(self) -> None:
        """Wait until the steel is read and its heartbeat, if it has one, is believed."""

        def believed(segment: Segment) -> bool:
            has_beat = "heartbeat" in segment.limits.interlocks_seen
            return segment.linked and not (has_beat and segment.beat_changed_at_s is None)

        banks = self.agent.banks.values()
        await self.until(lambda: all(believed(s) for b in banks for s in b.segments.values()))

    async def is_kept(self) -> None:
        """Wait until what is kept over a restart is on the disk, a moment after it is so."""
        memory = self.agent.steel.memory
        await self.until(lambda: memory._kept is memory._saved)

    def leaves_on_disk(self, copy: Path) -> Path:
        """Copy what a kill at this moment would leave on the disk."""
        shutil.copytree(self.data_dir, copy)
        return copy

    async def is_moving(self) -> None:
        """Wait until the steel really moves and the agent sees it."""
        await self.until(
            lambda: (
                isinstance(self.phase, Moving)
                and self.simulated.world.steel_of(1).segment(1).moving
            )
        )

    def aisle_to(self, shelf: str) -> AislePlace:
        place = aisle_of(self.simulated.room, parse_address(shelf))
        assert place is not None
        return place


Scenario = Callable[[RunningRoom], Awaitable[None]]


@asynccontextmanager
async def running_in(
    simulated: SimulatedRoom,
    data_dir: Path,
    *,
    ends_with: type[BaseException] = asyncio.CancelledError,
    commissions: Commissions = UNTRIED,
) -> AsyncIterator[RunningRoom]:
    """Run an agent in a simulated room that was there before it and may outlast it."""
    settings = RoomSettings(data_dir=data_dir, page_port=0, pins=PINS)
    announced: asyncio.Queue[str] = asyncio.Queue()
    async with open_agent(
        simulated.room,
        settings,
        NO_BROKER,
        site="test",
        clock=LoopClock(),
        commissions=commissions,
    ) as agent:
        running = asyncio.get_running_loop().create_task(agent.run(announced.put_nowait))
        address = (await announced.get()).split()[-1]
        async with httpx2.AsyncClient(base_url=address) as page:
            try:
                yield RunningRoom(simulated, agent, page, data_dir)
            finally:
                running.cancel()
                ended = await asyncio.gather(running, return_exceptions=True)
        assert isinstance(ended[0], ends_with), ended


@asynccontextmanager
async def _running(
    room: Room,
    data_dir: Path,
    boxes: tuple[ShelvedBox, ...],
    away: tuple[str, ...],
    ends_with: type[BaseException],
    commissions: Commissions,
) -> AsyncIterator[RunningRoom]:
    async with simulated_room(room, boxes=boxes) as simulated:
        for device in away:
            simulated.cut(device)
        async with running_in(
            simulated, data_dir, ends_with=ends_with, commissions=commissions
        ) as running:
            yield running
        assert simulated.offences == ()


@pytest.fixture
def small_room() -> Room:
    return load_room(SMALL)


def changed(
    room: Room,
    *,
    devices: tuple[dict[str, Any], ...] = (),
    without: tuple[str, ...] = (),
    **given: Any,
) -> Room:
    """Give the same room with something else written in its file, and with other devices."""
    body = room.model_dump(mode="json")
    kept = [device for device in body["devices"] if device["id"] not in without]
    return Room.model_validate(body | given | {"devices": [*devices, *kept]})


@pytest.fixture
def in_a_room(tmp_path: Path, small_room: Room) -> Callable[..., None]:
    """Run a scenario in a room of its own; afterwards no command was against the rules."""

    def run(
        scenario: Scenario,
        *,
        room: Room = small_room,
        boxes: tuple[ShelvedBox, ...] = (),
        away: tuple[str, ...] = (),
        data_dir: Path = tmp_path / "room",
        ends_with: type[BaseException] = asyncio.CancelledError,
        commissions: Commissions = UNTRIED,
    ) -> None:
        async def whole() -> None:
            async with _running(room, data_dir, boxes, away, ends_with, commissions) as running:
                await scenario(running)

        run_fast(whole)

    return run
