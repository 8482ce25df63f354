"""What a simulator signs for itself counts for its own wires, and never for real steel."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.commissions import BadProfile, commissions_path, load_commissions
from config.load import load_room, shipped_room
from config.room import TcpAddress, Udp55Shelving
from config.shelving import find_commission
from simulators.app import write_room
from simulators.commissioned import commission_simulated

ROOM = load_room(shipped_room("vendors"))
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RECORDS = commission_simulated(ROOM, AT)
BRIDGE = next(d for d in ROOM.devices if isinstance(d, Udp55Shelving))


def test_only_steel_that_cannot_say_it_is_simulated_is_signed_for() -> None:
    assert set(RECORDS) == {"shelving-2", "shelving-3"}
    assert all(record.simulated for record in RECORDS.values())
    assert {record.people for record in RECORDS.values()} == {("simulator", "simulator")}


def test_the_records_lie_beside_the_written_room_and_fit_its_new_addresses(tmp_path: Path) -> None:
    moved = BRIDGE.model_copy(update={"at": TcpAddress(host="127.0.0.1", port=4711)})
    devices = tuple(moved if device.id == BRIDGE.id else device for device in ROOM.devices)
    room = ROOM.model_copy(update={"devices": devices})
    write_room(room, tmp_path / "room.yaml", commission_simulated(room, AT))
    found = load_commissions(tmp_path / "room.yaml")
    assert find_commission(load_room(tmp_path / "room.yaml"), moved, found) == RECORDS[BRIDGE.id]


def test_a_simulated_record_never_counts_for_a_device_beyond_this_machine() -> None:
    assert find_commission(ROOM, BRIDGE, RECORDS) is not None
    away = BRIDGE.model_copy(update={"at": TcpAddress(host="192.0.2.7", port=5055)})
    assert find_commission(ROOM, away, RECORDS) is None
    signed = {BRIDGE.id: RECORDS[BRIDGE.id].model_copy(update={"simulated": False})}
    assert find_commission(ROOM, away, signed) is not None


@pytest.mark.parametrize(
    "rubbish", ["shelving-1: {device: 7}", "- a\n- b", "a: [", "\ufffd\x00", "a: 2026-13-45"]
)
def test_a_spoiled_record_is_told_in_one_sentence(rubbish: str, tmp_path: Path) -> None:
    room_file = tmp_path / "room.yaml"
    commissions_path(room_file).write_text(rubbish, encoding="utf-8")
    with pytest.raises(BadProfile, match="commission the banks again") as failure:
        load_commissions(room_file)
    assert "\n" not in str(failure.value)
    assert "room.commissioned.yaml" in str(failure.value)
