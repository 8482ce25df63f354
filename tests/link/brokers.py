"""Real brokers for the tests: the embedded one and mosquitto, each a process that can be killed."""

from __future__ import annotations

import asyncio
import getpass
import multiprocessing
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import ClassVar, Protocol

from pydantic import SecretStr

from config.settings import BrokerSettings
from controller.link.broker import open_broker
from controller.link.mosquitto import (
    Listener,
    hash_password,
    write_accounts,
    write_configuration,
)

SITE = "test"
ACCOUNTS = {name: SecretStr(f"secret of {name}") for name in ("controller", "S1", "S2")}
STARTED_WITHIN_S = 10.0
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["__main__", "tests.link.processes"])


class TestBroker(Protocol):
    """A broker process on loopback."""

    __test__: ClassVar[bool] = False
    port: int

    def start(self) -> None:
        """Start it, again on the same port, and wait until it listens."""
        ...

    def kill(self) -> None:
        """End it with SIGKILL, as a power cut would."""
        ...


def settings_for(port: int, user: str) -> BrokerSettings:
    """Say how a client reaches a test broker."""
    return BrokerSettings(host="127.0.0.1", port=port, user=user, password=ACCOUNTS[user])


class ConfiguredMosquitto:
    """Debian's mosquitto with a configuration that somebody wrote."""

    __test__: ClassVar[bool] = False

    def __init__(self, configuration: Path, port: int) -> None:
        self.port = port
        self._config = configuration
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [_mosquitto(), "-c", str(self._config)], stderr=subprocess.DEVNULL
        )
        try:
            wait_for_port(self.port)
        except OSError:
            self.kill()
            raise

    def reload(self) -> None:
        """Have it read its lists again, which it does when it comes round to it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class MosquittoProcess(ConfiguredMosquitto):
    """mosquitto with the configuration and accounts that the product writes for it."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        folder.mkdir()
        hashes = {name: hash_password(password) for name, password in ACCOUNTS.items()}
        write_accounts(folder, SITE, hashes)
        listener = Listener(port=port, run_as=getpass.getuser())
        super().__init__(write_configuration(folder, listener), port)


class EmbeddedProcess:
    """The embedded broker in a process of its own."""

    __test__: ClassVar[bool] = False

    def __init__(self, _folder: Path) -> None:
        self.port = 0
        self._process: multiprocessing.process.BaseProcess | None = None

    def start(self) -> None:
        ours, theirs = FORKS.Pipe()
        process = FORKS.Process(target=run_embedded, args=(self.port, theirs), daemon=True)
        process.start()
        theirs.close()
        if not ours.poll(STARTED_WITHIN_S):
            raise TimeoutError("the embedded broker did not start")
        self.port = ours.recv()
        ours.close()
        self._process = process

    def kill(self) -> None:
        kill(self._process)


def run_embedded(port: int, parent: Connection) -> None:
    """Run the embedded broker; the first message to the parent is its port."""

    async def serve() -> None:
        async with open_broker(SITE, ACCOUNTS, port=port) as chosen:
            parent.send(chosen)
            parent.close()
            await asyncio.Event().wait()

    asyncio.run(serve())


def kill(process: multiprocessing.process.BaseProcess | None) -> None:
    """End a child with SIGKILL and collect it."""
    if process is not None and process.pid is not None:
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        process.close()


def wait_for_port(port: int) -> None:
    """Wait until something listens."""
    deadline_s = time.monotonic() + STARTED_WITHIN_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(0.01)  # a foreign process has no other way to tell
        else:
            return


def free_port() -> int:
    """Choose below the range from which the system serves port 0, to have it again after a kill."""
    for _ in range(100):
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port between 20000 and 32000")


def _mosquitto() -> str:
    wanted = os.environ.get("STACKROOM_MOSQUITTO", "mosquitto")
    found = shutil.which(wanted, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert found is not None, f"{wanted} is not installed; ./stackroom test installs it"
    return found
