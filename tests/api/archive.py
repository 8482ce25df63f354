"""A few boxes and files in the small room, and a browser that tells what it gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from fastapi import APIRouter
from starlette.testclient import TestClient

from controller.assembly import EFFECTS
from controller.audit.store import list_entries
from controller.context import Context
from controller.holdings.imports import run_import
from controller.holdings.shelves import sync_shelves
from controller.people.model import Post
from drivers.messages import Event

from .conftest import Api

SHELF, NEXT_SHELF, FAR_SHELF = "S1-B1-C3-L-1-1", "S1-B1-C3-L-1-2", "S1-B1-C5-R-2-4"
BOXES = (
    ("A-1", SHELF, 0, "535200010000000000000001"),
    ("A-2", SHELF, 80, "535200010000000000000002"),
    ("A-3", NEXT_SHELF, 0, "535200010000000000000003"),
    ("A-4", FAR_SHELF, 0, ""),
)
FILES = (("AJ12-A1-1", "A-1"), ("AJ12-A1-2", "A-1"), ("AJ12-A2-1", "A-2"))
TAG = {code: epc for code, _, _, epc in BOXES}
NEW_TAG = "5352000100000000000000FF"


def fill(context: Context) -> None:
    """Take in the boxes and files, a minute ago."""
    for room in context.rooms.values():
        with context.records.write() as session:
            sync_shelves(session, room, at=context.clock.now())
    boxes = "box_code,title,epc,thickness_mm,home_shelf,order_mm\n" + "".join(
        f"{code},盒 {code},{epc},80,{shelf},{order}\n" for code, shelf, order, epc in BOXES
    )
    files = "file_code,box_code,title\n" + "".join(f"{f},{b},卷 {f}\n" for f, b in FILES)
    for kind, text in (("boxes", boxes), ("files", files)):
        stream = BytesIO(text.encode())
        assert run_import(context, stream, kind=kind, name="l", by="system").applied  # type: ignore[arg-type]  # both are kinds


@dataclass
class Desk:
    """The API with routers of the archive, and the posts that sit at it."""

    api: Api
    context: Context
    browsers: dict[Post, TestClient]

    def ask(self, method: str, path: str, post: Post = Post.ARCHIVIST, **more: Any) -> Any:
        """Send a request as a post; return status and body."""
        if post not in self.browsers:
            self.browsers[post] = self.api.signed_in(post)
        answer = self.browsers[post].request(method, f"/api/v1{path}", **more)
        return answer.status_code, answer.json() if answer.content else None

    def post(self, path: str, body: Any, post: Post = Post.ARCHIVIST) -> Any:
        return self.ask("POST", path, post, json=body)

    def get(self, path: str, post: Post = Post.ARCHIVIST, **params: Any) -> Any:
        return self.ask("GET", path, post, params=params)

    def tell(self, *events: Event) -> None:
        """Let the room tell something, as the assembly has it taken."""
        for event in events:
            with self.context.records.write() as session:
                EFFECTS[event.kind](session, self.context, "S1", [event])

    def audited(self, *beginnings: str) -> list[tuple[str, str, str]]:
        """List action, subject and outcome of what stands in the ledger, oldest first."""
        with self.context.records.read() as session:
            entries = list_entries(session, limit=500)
        return [
            (entry.action, entry.subject, entry.outcome)
            for entry in reversed(entries)
            if entry.action.startswith(beginnings)
        ]

    def now(self) -> datetime:
        self.api.clock.advance(seconds=1)
        return self.api.clock.now()


def make_desk(api: Api, context: Context, build: Any, routers: Sequence[APIRouter]) -> Desk:
    """Open the desk over some routers."""
    fill(context)
    api.clock.advance(minutes=1)
    desk = Api(context=context, clock=api.clock, make=build(routers=routers))
    return Desk(api=desk, context=context, browsers={})
