"""How the demo feels in the reference room: start, search, click to Modbus write, memory."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2
import psutil

from simulators.demo_climate import LOADED
from tests.demo_process import running_demo


def run(quick: bool) -> list[dict[str, Any]]:
    """Measure a first start, a second start, and what people wait for."""
    searches, clicks = (300, 12) if quick else (2000, 100)
    with tempfile.TemporaryDirectory() as folder:
        with running_demo(Path(folder)) as demo:
            first_s = demo.ready_s
            demo.waits_until_it_says(LOADED)  # so that only people wait
        with running_demo(Path(folder)) as demo:
            second_s = demo.ready_s
            client = _signed_in(demo.page)
            search_ms = _search(client, Path(folder), searches)
            click_ms = _click_to_write(client, demo.world, clicks)
            rss_mb = _largest_process_mb(demo.process.pid)
    return [
        _figure("demo_first_ready_s", first_s, "s", 30),
        _figure("demo_ready_s", second_s, "s", 5),
        _figure("search_p50_ms", statistics.median(search_ms), "ms"),
        _figure("search_p99_ms", _p99(search_ms), "ms", 20),
        _figure("click_to_write_p50_ms", statistics.median(click_ms), "ms"),
        _figure("click_to_write_p99_ms", _p99(click_ms), "ms", 150),
        _figure("rss_mb_max", rss_mb, "MB", 250),
    ]


def _figure(name: str, value: float, unit: str, target: float | None = None) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target}


def _p99(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.99) - 1)]


def _signed_in(page: str) -> httpx2.Client:
    client = httpx2.Client(base_url=f"{page}/api/v1", headers={"Origin": page}, timeout=30)
    account = next(
        a for a in client.get("/session").json()["demo"]["accounts"] if a["post"] == "archivist"
    )
    answer = client.post(
        "/session", json={"name": account["name"], "password": account["password"]}
    )
    answer.raise_for_status()
    return client


def _search(client: httpx2.Client, folder: Path, count: int) -> list[float]:
    """Ask for what people type: names, parts of addresses, codes, numbers; time each answer."""
    draw = random.Random(7)
    lines = (folder / "archive" / "files.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    times = []
    for _ in range(count):
        cells = draw.choice(lines).split(",")
        queries = [
            cells[0],
            cells[0][:12],
            cells[4],
            cells[5][-2:],
            cells[5],
            cells[6],
            cells[6][-4:],
        ]
        queries += [cells[7][3:5], cells[7][:6], cells[8]]
        query = draw.choice([query for query in queries if query])
        started = time.perf_counter()
        client.get("/search", params={"q": query}).raise_for_status()
        times.append((time.perf_counter() - started) * 1000)
    return times


def _click_to_write(client: httpx2.Client, world: str, count: int) -> list[float]:
    """Ask for motion over HTTP and take the time until the simulated controller got the write.

    Both clocks are this machine's monotonic one. Each motion is stopped again at once.
    """
    times = []
    with httpx2.Client(base_url=world, timeout=30) as steel:
        for number in range(count):
            bank = number % 3 + 1
            target = _other_end(client, bank)
            asked_s = time.monotonic()
            client.post("/rooms/R1/requests", json=target).raise_for_status()
            times.append((_written_at_s(steel, bank, asked_s) - asked_s) * 1000)
            client.post("/rooms/R1/requests", json={"verb": "stop", "bank": bank})
            _wait_until_standing(client, bank)
    return times


def _other_end(client: httpx2.Client, bank: int) -> dict[str, Any]:
    state = _bank(client, bank)
    segment = state["segments"][0]
    return {
        "verb": "open_aisle",
        "bank": bank,
        "segment": segment["segment"],
        "aisle": 3 if segment["target"] == 2 or segment["aisle"] == 2 else 2,
        "saw": {"boot_id": state["boot_id"], "version": state["version"]},
    }


def _written_at_s(steel: httpx2.Client, bank: int, asked_s: float) -> float:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        commands = steel.get("/api/commands").json()["latest"]
        written_s = [c["at_s"] for c in commands if c["at_s"] >= asked_s and c["bank"] == bank]
        if written_s:
            return float(min(written_s))
        time.sleep(0.02)
    raise AssertionError("no command arrived within 5 s")


def _wait_until_standing(client: httpx2.Client, bank: int) -> None:
    deadline = time.monotonic() + 60
    while _bank(client, bank)["segments"][0]["phase"] not in {"open", "halted"}:
        assert time.monotonic() < deadline, "the bank did not stand still within 60 s"
        time.sleep(0.1)


def _bank(client: httpx2.Client, bank: int) -> dict[str, Any]:
    live = client.get("/rooms/R1/live").json()
    return next(state for state in live["banks"] if state["bank"] == bank)


def _largest_process_mb(pid: int) -> float:
    parent = psutil.Process(pid)
    processes = [parent, *parent.children(recursive=True)]
    return float(max(process.memory_info().rss for process in processes) / 1e6)
