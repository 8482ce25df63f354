"""Printing in a process of its own: the same papers, ended by closing, told when it fails."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from config.load import load_room, shipped_room
from controller.fonts import find_font
from controller.labels.model import SIZES, Label
from controller.labels.plan_sheet import PlanSheet
from controller.labels.printing import JOB, PRESS, LabelsJob, PlanJob, label_lines, print_job
from controller.labels.zpl import write_labels
from controller.presses.apart import PressFailed, print_apart

from .label_papers import read_pages

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
JOB_OF_LABELS = LabelsJob(format="zpl", size=SIZES["60x40"], font=find_font(), at=AT)


def labels(count: int) -> Iterator[Label]:
    for number in range(count):
        yield Label(kind="box", code=f"H-{number:05}", qr=f"SR:B:H-{number:05}", title="低保档案")


def presses() -> list[psutil.Process]:
    return [process for process in psutil.Process().children() if PRESS in process.cmdline()]


def test_a_press_prints_what_would_be_printed_here_and_is_polite_and_gone() -> None:
    printed = print_job(JOB_OF_LABELS, labels(120))
    parts = [next(part for part in printed if part)]
    (press,) = presses()
    assert press.nice() >= 10
    parts += printed
    assert b"".join(parts) == b"".join(write_labels(labels(120), SIZES["60x40"], find_font()))
    assert not presses()


def test_a_press_prints_labels_and_plans_as_pdf() -> None:
    job = replace(JOB_OF_LABELS, format="pdf", size=SIZES["a4-sheet"], skip=23)
    pages = read_pages(b"".join(print_job(job, labels(51))))
    assert [page.count("H-") for page in pages] == [1, 24, 24, 2]
    room = load_room(shipped_room("small"))
    sheet = PlanSheet(room=room, bank=None, ends=[], language="zh", at=AT)
    assert JOB.validate_json(JOB.dump_json(PlanJob(sheet=sheet, font=find_font()))) == PlanJob(
        sheet=sheet, font=find_font()
    )
    (plan,) = read_pages(b"".join(print_job(PlanJob(sheet=sheet, font=find_font()))))
    assert "排架位置图" in plan


def test_whoever_leaves_ends_the_press_and_no_more_labels_are_read() -> None:
    read = 0

    def endless() -> Iterator[Label]:
        nonlocal read
        for label in labels(10**9):
            read += 1
            yield label

    free = threading.Semaphore(1)
    printed = print_apart(PRESS, JOB.dump_json(JOB_OF_LABELS), label_lines(endless()), free=free)
    while not next(printed):
        pass
    so_far = read
    printed.close()
    assert read == so_far <= 100
    assert not presses()
    assert free.acquire(blocking=False)


def test_who_comes_while_all_presses_print_waits_and_may_leave() -> None:
    free = threading.Semaphore(0)
    job = JOB.dump_json(JOB_OF_LABELS)
    printed = print_apart(PRESS, job, label_lines(labels(1)), free=free)
    assert next(printed) == b""
    assert not presses()
    free.release()
    assert b"".join(printed).startswith(b"^XA")
    waiting = print_apart(PRESS, job, label_lines(labels(1)), free=threading.Semaphore(0))
    assert next(waiting) == b""
    waiting.close()


def test_labels_that_cannot_be_read_end_the_press() -> None:
    def broken() -> Iterator[Label]:
        yield from labels(60)
        raise LookupError("the database is gone")

    free = threading.Semaphore(1)
    with pytest.raises(LookupError, match="database"):
        list(print_apart(PRESS, JOB.dump_json(JOB_OF_LABELS), label_lines(broken()), free=free))
    assert not presses()
    assert free.acquire(blocking=False)


def test_a_press_that_fails_leaves_no_whole_file(tmp_path: Path) -> None:
    lost = replace(JOB_OF_LABELS, font=replace(find_font(), path=tmp_path / "gone.ttc"))
    with pytest.raises(PressFailed):
        list(print_job(lost, labels(60)))


def test_a_press_ends_when_the_controller_is_gone() -> None:
    orphan = subprocess.run(
        [sys.executable, "-m", PRESS],
        input=JOB.dump_json(JOB_OF_LABELS) + b"\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert orphan.returncode != 0
    assert b"nobody wants the rest" in orphan.stderr
