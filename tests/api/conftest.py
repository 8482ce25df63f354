"""An API on temporary databases, with a clock that stands until it is told to move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from config.load import load_room, shipped_room
from config.room import Words
from config.site import Site
from controller.app import create_app
from controller.audit import api as audit_api
from controller.climate import api as climate_api
from controller.context import Context
from controller.data import tables
from controller.live import Hub
from controller.people import api as people_api
from controller.people.model import Post
from controller.people.passwords import Passwords
from controller.people.setup import DEMO_ACCOUNTS, ensure_demo_accounts
from controller.store.engine import Store, sqlite_url
from controller.store.secrets import Keys
from controller.web.health import HealthCheck

OWN = {"Sec-Fetch-Site": "same-origin"}
ADDRESS = "http://127.0.0.1:8080"


@dataclass
class StandingClock:
    """A clock that a test moves."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 8, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def advance(self, **parts: float) -> None:
        self.at += timedelta(**parts)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords(memory_kib=64, passes=1)


@pytest.fixture
def context(tmp_path: Path, clock: StandingClock) -> Iterator[Context]:
    room = load_room(shipped_room("small"))
    records = Store(sqlite_url(tmp_path / "records.db"), synchronous="FULL")
    telemetry = Store(sqlite_url(tmp_path / "telemetry.db"), synchronous="NORMAL")
    tables.RECORDS.create_all(records.engine)
    tables.TELEMETRY.create_all(telemetry.engine)
    yield Context(
        records=records,
        telemetry=telemetry,
        keys=Keys.from_dir(tmp_path / "keys"),
        clock=clock,
        hub=Hub(),
        site=Site(format=1, site="test", name=Words(zh="测试", en="Test"), rooms=("small.yaml",)),
        rooms={room.room: room},
    )
    records.close()
    telemetry.close()


@dataclass(frozen=True)
class Api:
    """The application under test and browsers that talk to it."""

    context: Context
    clock: StandingClock
    make: Callable[..., TestClient]

    def browser(self) -> TestClient:
        """A browser that nobody signed in with."""
        return self.make()

    def signed_in(self, post: Post) -> TestClient:
        """A browser in which the demo's account of a post signed in."""
        browser = self.make()
        account = next(account for account in DEMO_ACCOUNTS if account.post == post)
        answer = browser.post(
            "/api/v1/session", json={"name": account.name, "password": account.password}
        )
        assert answer.status_code == 200, answer.text
        return browser


@pytest.fixture
def build(context: Context, passwords: Passwords) -> Callable[..., Callable[..., TestClient]]:
    """Builds an application and returns what opens browsers for it."""

    def build(
        *,
        routers: Sequence[APIRouter] = (),
        checks: Sequence[HealthCheck] = (),
        static: Path | None = None,
        demo: bool = False,
    ) -> Callable[..., TestClient]:
        options = people_api.SignInOptions(
            passwords=passwords, demo_accounts=DEMO_ACCOUNTS if demo else ()
        )
        own = [
            people_api.routes(context, options),
            audit_api.routes(context),
            climate_api.routes(context),
        ]
        app = create_app(context, routers=[*own, *routers], checks=checks, static=static)

        def browser(**options: object) -> TestClient:
            return TestClient(app, base_url=ADDRESS, headers=OWN, **options)  # type: ignore[arg-type]  # options of the test client

        return browser

    return build


@pytest.fixture
def empty_api(context: Context, clock: StandingClock, build: Callable[..., object]) -> Api:
    """An API without a single account."""
    return Api(context=context, clock=clock, make=build())  # type: ignore[arg-type]  # the fixture is a function


@pytest.fixture
def api(
    context: Context, clock: StandingClock, passwords: Passwords, build: Callable[..., object]
) -> Api:
    """An API with one account per post."""
    ensure_demo_accounts(context.records, clock, passwords)
    return Api(context=context, clock=clock, make=build())  # type: ignore[arg-type]  # the fixture is a function
