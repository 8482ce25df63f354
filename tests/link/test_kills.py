"""Nothing lost, nothing twice: every part of the link dies at every point between two steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from config.mqtt import open_client
from controller.audit.store import verify_chain
from drivers.messages import Actor, Request
from drivers.topics import AgentTopics
from tests.link.brokers import FORKS, SITE, TestBroker, kill, settings_for
from tests.link.parts import close_context, open_context, scenario, told
from tests.link.processes import CONTROLLER_POINTS, ROOM_POINTS, run_controller, run_room

COUNT = 250
"""More than one batch, so that a kill hits the middle of the way too."""
WITHIN_S = 15.0


@dataclass(slots=True)
class Part:
    """A child process and the line to it."""

    process: BaseProcess
    line: Connection

    def wait_for(self, word: str) -> None:
        """Wait until the part says something."""
        while True:
            assert self.line.poll(WITHIN_S), f"never said {word}"
            if self.line.recv() == word:
                return

    def says(self) -> str:
        """Hear what the part says next about requests."""
        while True:
            assert self.line.poll(WITHIN_S), "said nothing"
            word = str(self.line.recv())
            if word.startswith("request"):
                return word

    def wait_for_death(self) -> None:
        """Wait until the part has killed itself."""
        self.process.join(WITHIN_S)
        assert self.process.exitcode == -9


@contextmanager
def running(target: Any, *arguments: Any) -> Iterator[Part]:
    ours, theirs = FORKS.Pipe()
    values = [theirs if argument is Connection else argument for argument in arguments]
    process = FORKS.Process(target=target, args=values, daemon=True)
    process.start()
    theirs.close()
    try:
        yield Part(process, ours)
    finally:
        kill(process)
        ours.close()


def room(broker: TestBroker, folder: Path, numbers: range, point: str | None = None) -> Any:
    return running(run_room, broker.port, folder, Connection, numbers, point)


def archive(broker: TestBroker, folder: Path, point: str | None = None) -> Any:
    return running(run_controller, broker.port, folder, Connection, point)


def check(folder: Path, count: int = COUNT) -> None:
    """Each event is there once, in the order in which it happened, and the ledger is whole."""
    context = open_context(folder)
    assert told(context) == [str(number) for number in range(count)]
    with context.records.read() as session:
        assert verify_chain(session).whole
    close_context(context)


@pytest.mark.parametrize("point", ROOM_POINTS)
def test_the_room_may_die_at_any_point(broker: TestBroker, tmp_path: Path, point: str) -> None:
    with archive(broker, tmp_path) as controller:
        controller.wait_for("up")
        with room(broker, tmp_path, range(COUNT), point) as dying:
            dying.wait_for_death()
        with room(broker, tmp_path, range(COUNT, COUNT + 5)) as again:
            again.wait_for("drained")
    check(tmp_path, COUNT + 5)


@pytest.mark.parametrize("point", CONTROLLER_POINTS)
def test_the_archive_may_die_at_any_point(broker: TestBroker, tmp_path: Path, point: str) -> None:
    with room(broker, tmp_path, range(COUNT)) as sending:
        with archive(broker, tmp_path, point) as dying:
            dying.wait_for_death()
        with archive(broker, tmp_path):
            sending.wait_for("drained")
    check(tmp_path)
    with room(broker, tmp_path, range(0)) as asked_again:
        asked_again.wait_for("drained")


def test_the_broker_may_die_with_events_it_has_acknowledged(
    broker: TestBroker, tmp_path: Path
) -> None:
    with archive(broker, tmp_path) as controller:
        controller.wait_for("up")
    with room(broker, tmp_path, range(COUNT), "broker acked") as dying:
        dying.wait_for_death()  # the broker holds a batch for an archive that is away
    broker.kill()
    broker.start()
    with archive(broker, tmp_path), room(broker, tmp_path, range(0)) as sending:
        sending.wait_for("drained")
    check(tmp_path)


def test_the_broker_may_die_while_both_sides_talk(broker: TestBroker, tmp_path: Path) -> None:
    with archive(broker, tmp_path) as controller, room(broker, tmp_path, range(COUNT)) as sending:
        controller.wait_for("up")
        broker.kill()
        broker.start()
        sending.wait_for("drained")
    check(tmp_path)


def ask(broker: TestBroker, name: str) -> None:
    """Send a request as the archive does, once."""
    request = Request(id=name, verb="stop", bank=1, actor=Actor(id="u", name="Li"), ttl_s=5)

    @scenario
    async def send() -> None:
        settings = settings_for(broker.port, "controller")
        async with open_client(settings, identifier="controller", clean=False) as client:
            await client.publish(AgentTopics(SITE, "S1").request, request.to_bytes(), qos=1)

    send()


@pytest.mark.parametrize("dies", ["room", "broker", "both"])
def test_no_request_outlives_a_restart(broker: TestBroker, tmp_path: Path, dies: str) -> None:
    with room(broker, tmp_path, range(0)) as before:
        before.wait_for("up")
        ask(broker, "heard")
        before.wait_for("request heard")
        if dies == "broker":
            broker.kill()
            broker.start()
            before.wait_for("up")
            ask(broker, "new")
            assert before.says() == "request new"
            return
    ask(broker, "meanwhile")
    if dies == "both":
        broker.kill()
        broker.start()
    with room(broker, tmp_path, range(0)) as after:
        after.wait_for("up")
        ask(broker, "new")
        assert after.says() == "request new"
