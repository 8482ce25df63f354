"""How fast tags are decoded and decided: LLRP beside sllurp in the same run, reads to decisions.

sllurp is GPL and no part of the product: it is installed from a hash-locked list into a folder of
the user's cache and runs in a process of its own. Where it cannot be had, its ratios are left out.
"""

from __future__ import annotations

import gc
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from drivers.readings import AntennaCycle, TagRead
from drivers.rfid.llrp.decoder import Decoder
from drivers.rfid.llrp.reports import parse_tag_reports
from drivers.rfid.llrp.shapes import Shapes
from drivers.room.presence import Aisles, Hearing, Presence, field_of, step
from tests.bench.llrp_corpus import TAGS, odd_reports, random_reports, usual_report
from tests.bench.read_stream import Stream

HERE = Path(__file__).resolve().parent
PEER = "sllurp-3.0.5"
READS, QUICK_READS = 10_000_000, 300_000
ODD_REPORTS, USUAL_REPORTS, QUICK_REPORTS = 300, 200, 60
PASSES, TURNS = 2, 4
TARGET_PER_S = 50_000
WARM_UP_PLAYS = 10
"""By then all boxes are seen and the first strangers forgotten: the memory has its size."""
SPANS_KEPT = 5_000
GHOST_EVERY = 16
"""Cycles between two tags that are read once and never again."""


def run(quick: bool) -> list[dict[str, Any]]:
    """Measure decoding, then deciding."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    many, some = (QUICK_REPORTS,) * 2 if quick else (ODD_REPORTS, USUAL_REPORTS)
    corpora = (
        ("llrp", [usual_report(seed)] * some, 10.0),
        ("llrp_odd", odd_reports(seed, many), 5.0),
        ("llrp_random", random_reports(seed, some), None),
    )
    return [
        *_beside_sllurp(corpora),
        *_decisions(seed, QUICK_READS if quick else READS),
    ]


def _beside_sllurp(
    corpora: Sequence[tuple[str, Sequence[bytes], float | None]],
) -> list[dict[str, Any]]:
    folder = _peer_folder()
    figures = []
    for name, reports, least in corpora:
        tags, shapes = len(reports) * TAGS, Shapes()
        seconds = peer_seconds = float("inf")
        for _ in range(TURNS):  # by turns, so that a busy machine hinders both alike
            seconds = min(seconds, _ours(reports, shapes))
            if folder is not None:
                peer_seconds = min(peer_seconds, _theirs(folder, reports))
        figures.append(_figure(f"{name}_tags_per_s", tags / seconds, "/s"))
        figures.append(_figure(f"{name}_shapes_kept", len(shapes), ""))
        if folder is not None:
            figures.append(_figure(f"{name}_sllurp_tags_per_s", tags / peer_seconds, "/s"))
            ratio = peer_seconds / seconds
            figures.append(_figure(f"{name}_vs_sllurp", ratio, "x", least, at_least=True))
    return figures


def _ours(reports: Sequence[bytes], shapes: Shapes) -> float:
    """Cut messages out of the stream and read all their tags; give the best seconds of CPU.

    Shapes are kept from pass to pass, as they are for as long as a reader stays connected.
    """
    best_s = float("inf")
    for _ in range(PASSES):
        began_s = time.process_time()
        decoder, tags = Decoder(), 0
        for report in reports:
            decoder.feed(report)
            while (message := decoder.next_message()) is not None:
                tags += len(parse_tag_reports(message.body, shapes))
        best_s = min(best_s, time.process_time() - began_s)
        assert tags == len(reports) * TAGS
    return best_s


def _theirs(folder: Path, reports: Sequence[bytes]) -> float:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "reports"
        path.write_bytes(b"".join(struct.pack(">I", len(r)) + r for r in reports))
        command = [sys.executable, str(HERE / "sllurp_peer.py"), str(folder), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    tags, seconds = done.stdout.split()
    assert int(tags) == len(reports) * TAGS
    return float(seconds)


def _peer_folder() -> Path | None:
    """Install the peer once, into the user's cache; `None` if that cannot be done."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "stackroom" / PEER
    if (folder / "sllurp").is_dir():
        return folder
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--disable-pip-version-check", "--target", str(folder)]
    command += ["-r", str(HERE / "requirements-sllurp.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{PEER} cannot be installed, so there is nothing to compare with: {done.stderr}")
        return None
    return folder


def _decisions(seed: int, most: int) -> list[dict[str, Any]]:
    """Feed reads of a full room to presence until `most` came; measure speed, delay and memory."""
    stream = Stream(seed)
    readings = stream.readings()
    room = _Room(stream)
    for _ in range(WARM_UP_PLAYS):
        room.play(readings)
    gc.collect()
    process = psutil.Process()
    before, began_s = process.memory_info().rss, time.process_time()
    room.reads = 0
    rss_mb = 0.0
    while room.reads < most:
        room.play(readings)
        rss_mb = max(rss_mb, (process.memory_info().rss - before) / 1e6)
    seconds = time.process_time() - began_s
    return [
        _figure("reads_per_s", room.reads / seconds, "/s", TARGET_PER_S, at_least=True),
        _figure("decision_p99_ms", _p99(room.spans) * 1000, "ms", 100.0),
        _figure("reads", room.reads, ""),
        _figure("rss_growth_mb", rss_mb, "MB", 16.0),
        _figure("tags_known", len(room.presence.tags), ""),
    ]


class _Room:
    """What the room agent does with readings: gather, weigh, decide."""

    def __init__(self, stream: Stream) -> None:
        self._field = field_of(stream.room)
        self._homes = stream.homes
        self._hearing = Hearing()
        self._aisles = Aisles()
        self._ghosts = 0
        self.presence = Presence()
        self.reads = 0
        self.spans: list[float] = []
        """Seconds from the end of a cycle to its decisions, of the latest rounds."""

    def play(self, readings: Sequence[TagRead | AntennaCycle]) -> None:
        """Take in all readings, and now and then a tag that nobody ever meets again."""
        clock = time.perf_counter
        spans: list[float] = []
        for reading in readings:
            if isinstance(reading, AntennaCycle):
                if len(spans) % GHOST_EVERY == 0:
                    self._hearing.take(self._ghost(reading))
                    self.reads += 1
                began_s = clock()
                heard = self._hearing.take(reading)
                assert heard is not None
                self.presence, _ = step(
                    self._field, self.presence, heard, self._aisles, self._homes
                )
                spans.append(clock() - began_s)
            else:
                self._hearing.take(reading)
                self.reads += 1
        self.spans = (self.spans + spans)[-SPANS_KEPT:]

    def _ghost(self, cycle: AntennaCycle) -> TagRead:
        self._ghosts += 1
        return TagRead(
            reader_id=cycle.reader_id,
            antenna=cycle.antenna,
            epc=f"FFFF{self._ghosts:020X}",
            rssi_dbm=-70.0,
            count=1,
            at_s=cycle.at_s,
        )


def _p99(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)] if values else 0.0


def _figure(
    name: str, value: float, unit: str, target: float | None = None, *, at_least: bool = False
) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target, "at_least": at_least}
