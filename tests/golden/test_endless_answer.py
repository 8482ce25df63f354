"""A reader whose answer has no end is given up before it fills the memory."""

from __future__ import annotations

import pytest

from drivers.errors import Garbled
from drivers.rfid.r2000.commands import inventory
from drivers.rfid.r2000.frames import Frame
from drivers.rfid.r2000.session import R2000Tongue, Script
from drivers.rfid.station.session import MORE, MOST_FRAMES, Session
from drivers.rfid.station.tally import Tally

TAG = Frame(1, 0x89, bytes.fromhex("043000E200301666130121155074EF45")).to_bytes()
AT_ONCE = 100


def rounds(heard: list[Frame]) -> Script[None]:
    heard.append((yield inventory()).frame)
    while True:
        heard.append((yield MORE).frame)


def test_an_answer_without_end_is_garbled() -> None:
    heard: list[Frame] = []
    session = Session("reader-1", R2000Tongue(1), Tally())
    session.begin(rounds(heard), 0.0)
    session.take_outgoing()
    for at in range(MOST_FRAMES // AT_ONCE):
        session.receive(TAG * AT_ONCE, at / 1000)
    with pytest.raises(Garbled, match=f"more than {MOST_FRAMES} frames"):
        session.receive(TAG, 1.0)
    assert len(heard) == MOST_FRAMES
