"""A running `stackroom demo` as a process of its own, for browser tests and the bench."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_S = 120.0
ENDED_WITHIN_S = 30.0
SAID_WITHIN_S = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Where a running demo answers."""

    page: str
    world: str
    bank_page: str
    folder: Path
    ready_s: float
    said: list[str]
    news: threading.Condition
    """Told of each line it says."""
    process: subprocess.Popen[str]

    def waits_until_it_says(self, what: str) -> None:
        """Wait for a line that it says while it runs, or has said."""
        with self.news:
            heard = self.news.wait_for(
                lambda: any(what in line for line in self.said), SAID_WITHIN_S
            )
        assert heard, f"the demo did not say {what!r}; it said: {self.said[-5:]}"


@contextlib.contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Start the demo on free ports and its data in `folder`; end it with SIGTERM."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STACKROOM_")}
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "stackroom", "demo", "--port", "0", "--data", str(folder)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    news = threading.Condition()
    listening: threading.Thread | None = None
    try:
        _wait_until_ready(process, said)
        ready_s = time.monotonic() - started
        listening = threading.Thread(target=_drain, args=(process, said, news), daemon=True)
        listening.start()
        family = psutil.Process(process.pid).children(recursive=True)
        yield Demo(
            page=_address(said, "web page"),
            world=_address(said, "simulated world"),
            bank_page=_address(said, "page at the bank"),
            folder=folder,
            ready_s=ready_s,
            said=said,
            news=news,
            process=process,
        )
        assert end(process) == 0, "the demo did not end well:\n" + "\n".join(said[-20:])
        orphans = [child for child in family if child.is_running()]
        assert not orphans, f"the demo left behind {orphans}"
    finally:
        end(process)
        if listening is not None:
            listening.join()
        assert process.stdout is not None
        process.stdout.close()


def end(process: subprocess.Popen[str]) -> int:
    """End a demo as an operator does; return its exit code."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(ENDED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def _wait_until_ready(process: subprocess.Popen[str], said: list[str]) -> None:
    watchdog = threading.Timer(READY_WITHIN_S, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.rstrip())
            if "End with Ctrl-C" in line:
                return
    finally:
        watchdog.cancel()
    raise AssertionError("the demo did not get ready; it said:\n" + "\n".join(said[-40:]))


def _drain(process: subprocess.Popen[str], said: list[str], news: threading.Condition) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        with news:
            said.append(line.rstrip())
            news.notify_all()


def _address(said: list[str], name: str) -> str:
    for line in said:
        found = re.search(rf"{name}\s+(http://\S+)", line)
        if found:
            return found[1].rstrip("/")
    raise AssertionError(f"the demo did not print the address of its {name}")
