"""The reference archive is what it says it is, and the same each time."""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from config.geometry import shelves_of
from config.room import Bank, Climate, FaceShape, PlanPoint, Room, Words
from simulators.boxes import load_boxes
from simulators.holdings import epc_of, write_archive
from simulators.names import check_digit


def small_room(columns: int = 6) -> Room:
    """A room of one bank, as large as small.yaml's."""
    words = Words(zh="试", en="test")
    bank = Bank(
        bank=1,
        name=words,
        at_mm=PlanPoint(x=0, y=0),
        columns=columns,
        fixed=(1,),
        column_width_mm=550,
        column_depth_mm=4500,
        aisle_mm=900,
        face=FaceShape(sections=5, shelves=6, shelf_length_mm=900),
    )
    return Room(
        format=1,
        room="R9",
        name=words,
        size_mm=PlanPoint(x=9000, y=6000),
        climate=Climate(profile="cn-paper"),
        banks=(bank,),
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_seed_writes_the_same_archive(tmp_path: Path) -> None:
    one = write_archive(small_room(), tmp_path / "1", seed=3, boxes=120, files=800)
    two = write_archive(small_room(), tmp_path / "2", seed=3, boxes=120, files=800)
    three = write_archive(small_room(), tmp_path / "3", seed=4, boxes=120, files=800)
    assert one.files_csv.read_bytes() == two.files_csv.read_bytes()
    assert one.boxes_csv.read_bytes() == two.boxes_csv.read_bytes()
    assert one.files_csv.read_bytes() != three.files_csv.read_bytes()


def test_boxes_stand_in_the_order_of_their_codes_and_never_overlap(tmp_path: Path) -> None:
    room = small_room()
    boxes = rows(write_archive(room, tmp_path, seed=3, boxes=900, files=6400).boxes_csv)
    order = {str(address): place for place, (address, _) in enumerate(shelves_of(room))}
    walked = [(order[box["home_shelf"]], int(box["order_mm"])) for box in boxes]
    assert walked == sorted(walked)
    assert [box["box_code"] for box in boxes] == sorted(box["box_code"] for box in boxes)
    ends: dict[str, int] = {}
    for box in boxes:
        assert int(box["order_mm"]) == ends.get(box["home_shelf"], 0)
        ends[box["home_shelf"]] = int(box["order_mm"]) + int(box["thickness_mm"])
    assert max(ends.values()) <= 900
    per_shelf = Counter(box["home_shelf"] for box in boxes)
    assert max(per_shelf.values()) - min(per_shelf.values()) <= 4


def test_counts_codes_and_tags_are_as_asked(tmp_path: Path) -> None:
    paths = write_archive(small_room(), tmp_path, seed=3, boxes=120, files=800)
    boxes, files, tags = rows(paths.boxes_csv), rows(paths.files_csv), rows(paths.tags_csv)
    tagged = [file for file in files if file["epc"]]
    assert (len(boxes), len(files), len(tags), len(tagged)) == (120, 800, 123, 3)
    assert len({box["epc"] for box in boxes}) == 120
    assert len({file["file_code"] for file in files}) == 800
    assert {file["box_code"] for file in files} == {box["box_code"] for box in boxes}
    assert all(file["file_code"].startswith(file["box_code"]) for file in files)
    assert [(t["box_code"], t["epc"], t["shelf"]) for t in tags] == [
        *((b["box_code"], b["epc"], b["home_shelf"]) for b in boxes),
        *((f["box_code"], f["epc"], "") for f in tagged),
    ]
    assert [t["file_code"] for t in tags[120:]] == [file["file_code"] for file in tagged]
    assert len({tag["epc"] for tag in tags}) == 123
    assert len(load_boxes(paths.tags_csv)) == 123
    with closing(load_workbook(paths.boxes_xlsx, read_only=True)) as book:
        assert sum(1 for _ in book.worksheets[0].iter_rows()) == 121


def test_id_numbers_have_right_check_digits_in_a_range_nobody_hands_out(tmp_path: Path) -> None:
    assert check_digit("11010519491231002") == "X"  # the example of GB 11643-1999
    paths = write_archive(small_room(), tmp_path, seed=3, boxes=120, files=800)
    numbers = {file["id_number"] for file in rows(paths.files_csv)} - {""}
    assert len(numbers) > 100
    assert all(number[:6] == "990001" for number in numbers)
    assert all(check_digit(number[:17]) == number[17] for number in numbers)


def test_tags_are_24_hex_digits_and_never_repeat() -> None:
    tags = {epc_of(number) for number in range(1, 10_001)}
    assert len(tags) == 10_000
    assert all(len(tag) == 24 and set(tag) <= set("0123456789ABCDEF") for tag in tags)


def test_an_archive_that_does_not_fit_is_refused_with_figures(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"room R9 takes \d+ of 9231 boxes"):
        write_archive(small_room(columns=2), tmp_path, seed=1)
