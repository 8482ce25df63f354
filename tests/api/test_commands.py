"""Importing and checking from the command line: what it says, and what it returns."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import load_room, shipped_room
from config.room import Words
from config.settings import ControllerSettings
from config.site import Site
from controller.commands.audit import verify_audit
from controller.commands.importing import import_file
from controller.compose import CannotStart

BOXES = "box_code,title,thickness_mm,home_shelf,order_mm\n"


def bring(folder: Path, text: str, *, dry_run: bool = False) -> tuple[int, list[str]]:
    """Import a list of boxes into a data folder."""
    room = load_room(shipped_room("small"))
    site = Site(format=1, site="test", name=Words(zh="测试", en="Test"), rooms=("small.yaml",))
    path = folder / "boxes.csv"
    path.write_text(text, "utf-8")
    said: list[str] = []
    code = import_file(
        ControllerSettings(data_dir=folder / "data"),
        site,
        {room.room: room},
        path,
        kind="boxes",
        dry_run=dry_run,
        accept_partial=False,
        say=said.append,
    )
    return code, said


def test_a_good_list_is_imported(tmp_path: Path) -> None:
    code, said = bring(tmp_path, BOXES + "B-1,一,40,S1-B1-C2-L-1-1,0\n")
    assert (code, said[-1]) == (0, "boxes.csv: 1 rows, 1 good, 0 problems; imported")


def test_a_dry_run_imports_nothing(tmp_path: Path) -> None:
    code, said = bring(tmp_path, BOXES + "B-1,一,40,S1-B1-C2-L-1-1,0\n", dry_run=True)
    assert (code, said[-1]) == (0, "boxes.csv: 1 rows, 1 good, 0 problems; nothing imported")


def test_a_bad_row_is_named_and_nothing_is_imported(tmp_path: Path) -> None:
    rows = "B-1,一,40,S1-B1-C2-L-1-1,0\nB-2,二,40,S1-B1-C9-L-1-1,0\n"
    code, said = bring(tmp_path, BOXES + rows)
    assert code == 1
    assert said[0].startswith("row 3, home_shelf: ")
    assert said[-1].endswith("nothing imported")


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    code, said = bring(tmp_path, "hello\n")
    assert code == 1
    assert "boxes.csv" in said[-1]


def test_a_key_file_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    bring(tmp_path, BOXES)
    (tmp_path / "data" / "keys" / "field-keys.json").chmod(0o644)
    with pytest.raises(CannotStart, match="chmod 600"):
        bring(tmp_path, BOXES)


@pytest.mark.parametrize("name", ["records.db", "telemetry.db"])
def test_a_spoiled_database_is_told_in_one_sentence_with_what_to_do(
    tmp_path: Path, name: str
) -> None:
    bring(tmp_path, BOXES)
    for rest in (tmp_path / "data").glob(f"{name}-*"):
        rest.unlink()
    (tmp_path / "data" / name).write_bytes(b"no database" * 1000)
    with pytest.raises(CannotStart, match="restore the folder from the backup") as failure:
        bring(tmp_path, BOXES)
    assert "\n" not in str(failure.value)


def test_lost_keys_are_not_replaced_by_new_ones(tmp_path: Path) -> None:
    bring(tmp_path, BOXES)
    (tmp_path / "data" / "keys" / "field-keys.json").unlink()
    with pytest.raises(CannotStart, match="restore the key file from the backup"):
        bring(tmp_path, BOXES)
    assert not list((tmp_path / "data" / "keys").iterdir())


def test_a_folder_without_an_archive_has_no_trail_to_check(tmp_path: Path) -> None:
    said: list[str] = []
    assert verify_audit(ControllerSettings(data_dir=tmp_path), say=said.append) == 2
    assert "does not exist" in said[0]
    assert not list(tmp_path.iterdir())


def test_a_trail_that_cannot_be_read_is_no_whole_one(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_bytes(b"no database" * 1000)
    said: list[str] = []
    assert verify_audit(ControllerSettings(data_dir=tmp_path), say=said.append) == 2
    assert "file is not a database" in said[-1]
