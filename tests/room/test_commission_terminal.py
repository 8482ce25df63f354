"""`stackroom commission` at a real terminal: what people type, Ctrl-C in a move, a kill."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from config.commissions import commissions_path

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 60.0
BEFORE = b"a record of before\n"


class Terminal:
    """The program at a terminal of its own, and the simulated steel that it moves."""

    def __init__(self, folder: Path, page: str, device: str, bank: int) -> None:
        self.page = page
        self.bank = bank
        self.room_file = folder / "room.yaml"
        self.said = ""
        self._read = 0
        environment = _environment(folder)
        arguments = [sys.executable, "-m", "stackroom", "commission", str(self.room_file)]
        arguments += ["--device", device, "--site", "s1"]
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execve(sys.executable, arguments, environment)

    def types(self, text: str | bytes) -> None:
        os.write(self._fd, text if isinstance(text, bytes) else f"{text}\n".encode())

    def hears(self, words: str) -> None:
        """Wait until words are said that were not heard before."""
        self._until(lambda: words in self.said[self._read :], words)
        self._read = self.said.index(words, self._read) + len(words)

    def says_yes_until(self, words: str) -> None:
        """Say yes, and where the gaps are seen, until words are asked."""
        while True:
            self._until(lambda: bool(re.search(r"(\] |: )$", self.said[self._read :])), words)
            question, self._read = self.said[self._read :].splitlines()[-1], len(self.said)
            if words in question:
                return
            self.types(self._look(question) if "which column" in question else "yes")
            self._until(lambda: "\n" in self.said[self._read :], "the echo of an answer")
            self._read = self.said.index("\n", self._read) + 1

    def _look(self, question: str) -> str:
        found = re.search(r"segment (\d+), which column", question)
        assert found is not None
        segment = self.segment(int(found[1]))
        return str(segment["first"] - 1 + segment["open_aisles"][0])

    def ends(self) -> int:
        self._until(lambda: False, "its end", to_end=True)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def segment(self, number: int = 1) -> dict[str, Any]:
        banks = _fetch(f"{self.page}/api/world")["banks"]
        (bank,) = (bank for bank in banks if bank["bank"] == self.bank)
        found: dict[str, Any] = bank["segments"][number - 1]
        return found

    def steel(self, state: str) -> None:
        """Wait until the first segment is so."""
        until_s = time.monotonic() + WITHIN_S
        while self.segment()["state"] != state:
            assert time.monotonic() < until_s, f"the steel is never {state}: {self.segment()}"
            select.select([], [], [], 0.1)

    def close(self) -> None:
        os.close(self._fd)
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass

    def _until(self, holds: Callable[[], bool], what: str, *, to_end: bool = False) -> None:
        until_s = time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < until_s, f"no {what!r} after\n{self.said}"
            if not select.select([self._fd], [], [], 0.2)[0]:
                continue
            try:
                came = os.read(self._fd, 4096)
            except OSError:
                came = b""
            if not came:
                assert to_end, f"ended without {what!r} after\n{self.said}"
                return
            self.said += came.decode(errors="replace").replace("\r\n", "\n")


@contextmanager
def terminal(folder: Path, room: str, device: str, bank: int) -> Iterator[Terminal]:
    """Start a simulated room and the program beside it; end both."""
    room_file = ROOT / "config" / "rooms" / f"{room}.yaml"
    simulator = subprocess.Popen(
        [
            *(sys.executable, "-m", "stackroom", "simulate", str(room_file)),
            *("--write-room", str(folder / "room.yaml")),
        ],
        cwd=ROOT,
        env=_environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert simulator.stdout is not None
    try:
        page = simulator.stdout.readline().split()[1]
        at = Terminal(folder, page, device, bank)
        try:
            yield at
        finally:
            at.close()
    finally:
        simulator.terminate()
        simulator.wait()
        simulator.stdout.close()


def _environment(folder: Path) -> dict[str, str]:
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("STACKROOM_")},
        "STACKROOM_ROOM_DATA_DIR": str(folder / "data"),
        "STACKROOM_ROOM_PAGE_PORT": "0",
        "STACKROOM_BROKER_PORT": "9",
    }


def _fetch(address: str) -> Any:
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)


def greets(at: Terminal) -> None:
    at.hears("keyboard: ")
    at.types("王芳")
    at.hears("steel: ")
    at.types("Li")


def lets_the_steel_move(at: Terminal) -> None:
    """Answer up to the first move, and wait until the steel is on its way."""
    greets(at)
    at.says_yes_until("Move?")
    at.types("yes")
    at.steel("moving")


def test_nonsense_is_asked_again_and_what_was_typed_ahead_answers_nothing(tmp_path: Path) -> None:
    with terminal(tmp_path, "small", "shelving-1", 1) as at:
        at.hears("keyboard: ")
        at.types("")
        at.hears("A name is needed")
        at.hears("keyboard: ")
        at.types(b"\xff\xfe\x07\n")
        at.hears("steel: ")
        at.types("王芳\nyes\nyes\nyes\nyes")
        at.hears("closed to every other program. [yes/no] ")
        for nonsense in ("", "maybe", "好的", "y"):
            at.types(nonsense)
            at.hears("Please type yes or no (是 or 否)")
            at.hears("[yes/no] ")
        at.types("是")
        at.hears("keeps everybody out. [yes/no] ")
        at.types("否")
        assert at.ends() == 2
        assert "not so: Nobody is in any aisle" in at.said
        assert "it is not signed" in at.said.lower()
    assert not commissions_path(tmp_path / "room.yaml").exists()


def test_one_name_for_two_people_and_the_end_of_input_sign_nothing(tmp_path: Path) -> None:
    with terminal(tmp_path, "small", "shelving-1", 1) as at:
        at.hears("keyboard: ")
        at.types("Li  Qiang")
        at.hears("steel: ")
        at.types("ｌｉ qiang")
        assert at.ends() == 2
        assert "two people with two names" in at.said
        again = Terminal(tmp_path, at.page, "shelving-1", 1)
        again.hears("keyboard: ")
        again.types(b"\x04")
        assert again.ends() == 2
        assert "nobody answers at the keyboard" in again.said
        again.close()


def test_without_a_terminal_nothing_is_asked_and_nothing_moves(tmp_path: Path) -> None:
    (tmp_path / "room.yaml").write_bytes((ROOT / "config/rooms/small.yaml").read_bytes())
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "stackroom", "commission", str(tmp_path / "room.yaml")),
            *("--device", "shelving-1", "--site", "s1"),
        ],
        cwd=ROOT,
        env=_environment(tmp_path),
        input="Li\nWang\n" + "yes\n" * 50,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "needs a terminal" in ended.stderr
    assert "Name of" not in ended.stdout


@pytest.mark.parametrize("presses", [1, 3])
def test_ctrl_c_in_a_move_stops_the_steel_and_keeps_the_record_of_before(
    tmp_path: Path, presses: int
) -> None:
    with terminal(tmp_path, "small", "shelving-1", 1) as at:
        record = commissions_path(tmp_path / "room.yaml")
        lets_the_steel_move(at)
        record.write_bytes(BEFORE)
        at.types(b"\x03" * presses)
        assert at.ends() == 130
        assert at.segment()["state"] == "halted"
        assert "it is sent a stop now" in at.said
        assert "nothing is written" in at.said
        assert record.read_bytes() == BEFORE


def test_ctrl_c_where_the_protocol_has_no_stop_says_that_the_steel_goes_on(tmp_path: Path) -> None:
    with terminal(tmp_path, "vendors", "shelving-2", 2) as at:
        record = commissions_path(tmp_path / "room.yaml").read_bytes()
        lets_the_steel_move(at)
        assert "This controller takes no stop" in at.said
        at.types(b"\x03")
        assert at.ends() == 130
        assert at.segment()["state"] == "moving"
        assert "GOES ON to its end" in at.said
        assert "it is sent a stop" not in at.said
        assert commissions_path(tmp_path / "room.yaml").read_bytes() == record


def test_steel_with_a_watchdog_stops_when_the_program_is_killed(tmp_path: Path) -> None:
    with terminal(tmp_path, "small", "shelving-1", 1) as at:
        record = commissions_path(tmp_path / "room.yaml")
        lets_the_steel_move(at)
        record.write_bytes(BEFORE)
        os.kill(at.pid, signal.SIGKILL)
        assert at.ends() == -signal.SIGKILL
        at.steel("faulted")
        assert at.segment()["fault"] == "heartbeat_lost"
        assert record.read_bytes() == BEFORE
