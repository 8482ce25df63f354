"""The rooms as they are right now, in memory, with the age of everything. One writer: the link."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from config.clock import Clock
from controller.live import Hub, LiveChange
from drivers.messages import (
    HEARTBEAT_S,
    BankState,
    DeviceState,
    DoorState,
    RoomState,
    State,
    Status,
)

SILENT_AFTER_S = 3 * HEARTBEAT_S


@dataclass(frozen=True, slots=True)
class Seen:
    """A snapshot, and the monotonic time to which its own age counts."""

    state: State
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAge:
    """Whether a room's agent lives: its heartbeat is young. `age_s` is `None` if none ever came."""

    alive: bool
    age_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomNow:
    """What a room showed last."""

    link: LinkAge
    banks: tuple[Seen, ...]
    devices: tuple[Seen, ...]
    room: Seen | None
    doors: tuple[Seen, ...]


@dataclass(slots=True)
class _Agent:
    status: Status | None = None
    beat_at_s: float | None = None
    told_alive: bool | None = None
    seen: dict[str, Seen] = field(default_factory=dict)


class RoomMirror:
    """Keeps the newest snapshot of every device. Read from any thread."""

    def __init__(self, clock: Clock, hub: Hub) -> None:
        self._clock = clock
        self._hub = hub
        self._lock = threading.Lock()
        self._agents: dict[str, _Agent] = {}

    def take_status(self, agent: str, status: Status, *, retained: bool) -> None:
        """Take a heartbeat or a last will; what the broker remembers proves no life."""
        with self._lock:
            known = self._agents.setdefault(agent, _Agent())
            latest = known.status
            if not status.alive and latest is not None and latest.boot_id != status.boot_id:
                return  # the last will of a program that has been started again since
            known.status = status
            if not status.alive:
                known.beat_at_s = None
            elif not retained:
                known.beat_at_s = self._clock.monotonic()
        self._tell_link(agent)

    def take_state(self, agent: str, state: State, *, retained: bool) -> None:
        """Take a snapshot. One from the broker's memory counts as old as its own time says."""
        at_s = self._clock.monotonic()
        if retained:
            at_s -= max(0.0, (self._clock.now() - state.at).total_seconds())
        with self._lock:
            known = self._agents.setdefault(agent, _Agent())
            old = known.seen.get(state.device)
            if old is not None and _is_older(state, old.state):
                return
            seen = known.seen[state.device] = Seen(state, at_s)
        body = {"room": agent, **snapshot_body(seen, self._clock.monotonic())}
        self._hub.publish(LiveChange(kind=state.kind, key=f"{agent}/{state.device}", body=body))

    def tick(self) -> None:
        """Tell the pages of every room that fell silent or spoke again."""
        for agent in tuple(self._agents):
            self._tell_link(agent)

    def link(self, agent: str) -> LinkAge:
        """Say whether a room's agent lives."""
        with self._lock:
            return self._link(agent)

    def now(self, agent: str) -> RoomNow:
        """Say what a room showed last."""
        with self._lock:
            seen = tuple(self._agents.get(agent, _Agent()).seen.values())
            link = self._link(agent)
        banks = sorted(
            (s for s in seen if isinstance(s.state, BankState)), key=lambda s: s.state.device
        )
        devices = sorted(
            (s for s in seen if isinstance(s.state, DeviceState)), key=lambda s: s.state.device
        )
        rooms = (s for s in seen if isinstance(s.state, RoomState))
        return RoomNow(
            link=link,
            banks=tuple(banks),
            devices=tuple(devices),
            room=next(rooms, None),
            doors=tuple(s for s in seen if isinstance(s.state, DoorState)),
        )

    def _link(self, agent: str) -> LinkAge:
        beat_at_s = self._agents.get(agent, _Agent()).beat_at_s
        if beat_at_s is None:
            return LinkAge(alive=False, age_s=None)
        age_s = self._clock.monotonic() - beat_at_s
        return LinkAge(alive=age_s < SILENT_AFTER_S, age_s=age_s)

    def _tell_link(self, agent: str) -> None:
        with self._lock:
            link = self._link(agent)
            known = self._agents[agent]
            if known.told_alive is link.alive:
                return
            known.told_alive = link.alive
        body = {"room": agent, "alive": link.alive, "age_s": link.age_s}
        self._hub.publish(LiveChange(kind="link", key=agent, body=body))


def snapshot_body(seen: Seen, now_s: float) -> dict[str, Any]:
    """Write a snapshot as the API gives it, with the age of its arrival."""
    body: dict[str, Any] = seen.state.model_dump(mode="json")
    body["received_age_s"] = round(max(0.0, now_s - seen.at_s), 3)
    return body


def _is_older(new: State, old: State) -> bool:
    return new.boot_id == old.boot_id and new.version < old.version
