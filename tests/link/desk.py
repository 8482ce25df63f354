"""A desk for tests: the API of the steel, who uses it, and a room that answers as the test says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

import controller.circulation.tables
import controller.people.tables  # noqa: F401  (they make the tables known)
from config.clock import Clock
from controller import problems
from controller.circulation.store import list_borrowers
from controller.context import Context
from controller.people.access import permit
from controller.people.model import PERMISSIONS, Post, SignedIn
from controller.people.store import NewUser, add_user
from controller.shelving import store, told
from controller.shelving.api import routes
from controller.shelving.mirror import RoomMirror
from controller.shelving.turns import Turns
from drivers.messages import (
    Actor,
    BankState,
    Event,
    Hold,
    LockOut,
    Reply,
    Request,
    SegmentState,
    Status,
)
from tests.link.parts import AT, HandClock, close_context, open_context

SAW = {"boot_id": "b1", "version": 3}
OPEN = {"verb": "open_aisle", "bank": 1, "segment": 1, "aisle": 2, "saw": SAW}
LI = Actor(id="u1", name="李敏")


@dataclass
class Room:
    """A room that answers as the test says, and remembers what it was asked."""

    context: Context
    status: Any = "accepted"
    code: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    silent: bool = False
    asked: list[Request] = field(default_factory=list)
    written_before: list[bool] = field(default_factory=list)

    async def send(self, agent: str, request: Request) -> Reply | None:
        assert agent == "S1"
        with self.context.records.read() as session:
            self.written_before.append(store.find_request(session, "S1", request.id) is not None)
        self.asked.append(request)
        if self.silent:
            return None
        reply = Reply(
            request_id=request.id, status=self.status, code=self.code, detail=self.detail, at=AT
        )
        if self.written_before[-1]:
            store.record_reply(self.context, agent, reply)
        return reply


@dataclass
class Desk:
    """The API, who uses it, and the room behind it."""

    context: Context
    clock: Any
    """A HandClock, but where a test runs in real time."""
    mirror: RoomMirror
    turns: Turns
    room: Room
    app: FastAPI
    web: TestClient

    def sign_in(self, *permissions: str, who: Actor = LI) -> None:
        signed_in = SignedIn(
            user_id=who.id, name=who.name, post="archivist", permissions=frozenset(permissions)
        )
        for permission in PERMISSIONS:
            self.app.dependency_overrides[permit(permission)] = lambda: signed_in

    def hire(self, name: str, post: Post = Post.ARCHIVIST) -> Actor:
        """Give somebody an account."""
        new = NewUser(name=name, post=post, password_hash="")
        with self.context.records.write() as session:
            user = add_user(session, new, now=self.context.clock.now(), actor="system")
        return Actor(id=user.id, name=user.name)

    def ask(self, **body: Any) -> Any:
        return self.web.post("/rooms/S1/requests", json=body)

    def get(self, path: str) -> Any:
        answer = self.web.get(f"/rooms/S1/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def latest(self) -> Any:
        return self.get("requests")["requests"][0]

    def shows(self, *segments: SegmentState, lock_outs: Sequence[LockOut] = ()) -> None:
        """Let the room's bank 1 show this, and its agent live."""
        status = Status(alive=True, boot_id="b1", at=AT)
        self.mirror.take_status("S1", status, retained=False)
        state = bank_state(segments, lock_outs)
        self.mirror.take_state("S1", state, retained=False)

    def apply(self, *events: Event) -> None:
        with self.context.records.write() as session:
            changes = told.apply_many(session, self.context, "S1", events)
        self.context.hub.publish(*changes)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """List what pages were told of a kind."""
        with self.context.hub.subscribe(lambda: None, after=0) as subscription:
            return [dict(n.change.body) for n in subscription.take()[1] if n.change.kind == kind]


@contextmanager
def desk_at(folder: Path, clock: Clock | None = None) -> Iterator[Desk]:
    """Open a desk on a data folder; a second one finds what the first left."""
    clock = clock or HandClock()
    context = open_context(folder, clock)
    mirror = RoomMirror(clock, context.hub)
    turns = Turns(context, mirror)
    room = Room(context)
    app = FastAPI()
    problems.install(app)
    app.include_router(
        routes(context, mirror=mirror, requests=room, turns=turns, borrowers=list_borrowers)
    )
    with TestClient(app) as web:
        desk = Desk(context, clock, mirror, turns, room, app, web)
        desk.sign_in(*PERMISSIONS)
        yield desk
    close_context(context)


def bank_state(segments: Sequence[SegmentState], lock_outs: Sequence[LockOut] = ()) -> BankState:
    """Show bank 1 with some segments."""
    return BankState(
        device="plc-1",
        bank=1,
        boot_id="b1",
        version=1,
        age_ms=50,
        at=AT,
        online=True,
        simulated=True,
        segments=tuple(segments),
        columns=(),
        lock_outs=tuple(lock_outs),
    )


def held(aisle: int | None = None, by: Actor = LI, phase: Any = "open") -> SegmentState:
    """Show segment 1 as it is held, or as nobody holds it."""
    holds = () if aisle is None else (Hold(aisle=aisle, actor=by, since=AT),)
    return SegmentState(segment=1, phase=phase, holds=holds)
