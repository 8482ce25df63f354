"""The newest state of each device and bench, on its way to the archive: only the last counts.

What is heard as before goes the same way: nothing of it is kept for an archive that is away.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

import aiomqtt

from config.clock import Clock
from config.mqtt import publish
from drivers.messages import BankState, BenchState, State, TagsHeard
from drivers.topics import AgentTopics, bench_name

_HEARD_WAITING = 200
"""Messages of what is heard as before: 100,000 tags. The oldest gives way."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    state: State
    at_s: float


class Snapshots:
    """Holds what the room shows of itself, with the link up or down."""

    def __init__(self, topics: AgentTopics, clock: Clock) -> None:
        self._topics = topics
        self._clock = clock
        self._newest: dict[str, _Snapshot] = {}
        self._unsent: set[str] = set()
        self._benches: dict[str, BenchState] = {}
        self._heard: deque[TagsHeard] = deque(maxlen=_HEARD_WAITING)
        self._given = asyncio.Event()

    def show(self, state: State) -> None:
        """Take the newest state of a device; an older one that is not sent yet never will be."""
        self._newest[state.device] = _Snapshot(state, self._clock.monotonic())
        self._unsent.add(state.device)
        self._given.set()

    def show_bench(self, bench: BenchState) -> None:
        """Take what lies before an antenna now; it is sent once and not kept."""
        self._benches[bench_name(bench.reader, bench.antenna)] = bench
        self._given.set()

    def show_heard(self, heard: TagsHeard) -> None:
        """Take what is heard as before; it is sent once and not kept."""
        self._heard.append(heard)
        self._given.set()

    def show_all_again(self) -> None:
        """Have everything sent anew, because there is a new connection."""
        self._unsent.update(self._newest)
        self._benches.clear()
        self._heard.clear()
        self._given.set()

    async def send(self, client: aiomqtt.Client) -> None:
        """Send what is new, until cancelled."""
        while True:
            await self._given.wait()
            self._given.clear()
            while self._unsent:
                snapshot = self._newest[self._unsent.pop()]
                topic = self._topics.state(snapshot.state.device)
                await publish(client, topic, self._aged(snapshot), qos=0, retain=True)
            while self._benches:
                name, bench = self._benches.popitem()
                await publish(client, self._topics.bench(name), bench.to_bytes(), qos=0)
            while self._heard:
                heard = self._heard.popleft()
                await publish(client, self._topics.heard, heard.to_bytes(), qos=0)

    def _aged(self, snapshot: _Snapshot) -> bytes:
        state = snapshot.state
        if isinstance(state, BankState):
            waited_ms = round((self._clock.monotonic() - snapshot.at_s) * 1000)
            state = state.model_copy(update={"age_ms": state.age_ms + waited_ms})
        return state.to_bytes()
