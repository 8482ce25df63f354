"""What the room file says of R2000 readers is checked where it is written."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.load import BadFile, load_room, shipped_room
from config.room import R2000Reader


def room_with(tmp_path: Path, **changes: Any) -> Path:
    raw = yaml.safe_load(shipped_room("small").read_text(encoding="utf-8"))
    raw["devices"].append(
        {
            "driver": "rfid.r2000",
            "id": "reader-9",
            "at": {"path": "/dev/serial/by-id/reader", "baud": 115200},
            "antennas": [{"antenna": 8, "covers": "desk"}],
        }
        | changes
    )
    path = tmp_path / "room.yaml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    return path


def test_an_r2000_reader_stands_in_a_room_file_on_its_serial_line(tmp_path: Path) -> None:
    room = load_room(room_with(tmp_path, dialect="v2.2", region="eu", power_dbm=26))
    reader = room.devices[-1]
    assert isinstance(reader, R2000Reader)
    assert (reader.address, reader.dialect, reader.region) == (1, "v2.2", "eu")


def test_a_reader_shares_its_serial_line_with_nobody(tmp_path: Path) -> None:
    path = room_with(tmp_path)
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    raw["devices"].append(deepcopy(raw["devices"][-1]) | {"id": "reader-10"})
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    with pytest.raises(BadFile, match="a line of its own"):
        load_room(path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"antennas": [{"antenna": 9, "covers": "desk"}]}, "1 to 8"),
        ({"power_dbm": 22.5}, "whole dBm"),
        ({"antennas": [{"antenna": 1, "covers": "desk", "power_dbm": 0.5}]}, "whole dBm"),
        ({"region": "kr"}, "region"),
        ({"dialect": "v4"}, "dialect"),
        ({"address": 255}, "address"),
    ],
)
def test_what_an_r2000_reader_cannot_be_is_told(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadFile, match=words):
        load_room(room_with(tmp_path, **changes))
