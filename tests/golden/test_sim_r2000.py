"""The simulated R2000 reader speaks as the manual says, byte for byte and without the driver.

Source of the frames: "UHF RFID Reader Serial Interface Protocol" V2.2 and its V3 editions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from config.room import Antenna, SerialAddress, TcpAddress
from simulators import acts
from simulators.acts import Impossible
from simulators.wire import r2000_frames as f
from simulators.wire.gen2 import tag_text, with_check
from tests.golden.r2000_room import Bench, settings, with_bench
from tests.golden.tag_room import EPC, OTHER


class Talk:
    """Commands as hex without head, length, address and check; answers likewise."""

    def __init__(self, read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        self._read, self._write = read, write

    async def send(self, hex_text: str, *, address: int = 1) -> None:
        text = bytes.fromhex(hex_text)
        raw = bytes((0xA0, len(text) + 2, address)) + text
        self._write.write(raw + bytes((-sum(raw) & 0xFF,)))

    async def answer(self) -> str:
        head, size = await self._read.readexactly(2)
        rest = await self._read.readexactly(size)
        assert head == 0xA0
        assert (head + size + sum(rest)) % 256 == 0
        assert rest[0] == 1
        return rest[1:-1].hex()

    async def ask(self, hex_text: str) -> str:
        await self.send(hex_text)
        return await self.answer()


def talking(
    scenario: Callable[[Bench, Talk], Awaitable[None]],
    *antennas: Antenna,
    dialect: str = "v3",
    boxes: dict[str, str] | None = None,
) -> None:
    async def run(bench: Bench) -> None:
        at = bench.settings.at
        assert isinstance(at, TcpAddress)
        read, write = await asyncio.open_connection(at.host, at.port)
        try:
            await scenario(bench, Talk(read, write))
        finally:
            write.close()

    with_bench(settings("tcp", *antennas, dialect=dialect), run, boxes=boxes or {})


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("72", "720802"),
        ("7403", "7410"),
        ("7404", "7447"),
        ("74", "7441"),
        ("77", "771e"),
        ("7614", "7610"),
        ("7640", "7648"),
        ("79", "7901073b"),
        ("78032b35", "7810"),
        ("78032b36", "784f"),
        ("78090000", "7849"),
        ("7b", "7b0126"),
        ("7e21", "7e12"),
        ("60", "600000"),
        ("610301", "6110"),
        ("610101", "6141"),
        ("86", "8601"),
        ("8500021122", "8510"),
        ("8500031122", "854d"),
        ("8502", "854e"),
        ("89", "8941"),
        ("8901", "8900000000000000"),
        ("81010206", "8136"),
        ("97", "9711"),
        ("42", "4211"),
    ],
)
def test_a_command_is_answered_as_the_manual_says(command: str, answer: str) -> None:
    async def scenario(_: Bench, talk: Talk) -> None:
        assert await talk.ask(command) == answer

    talking(scenario)


def test_a_round_tells_its_tags_and_ends_as_its_edition_does() -> None:
    async def scenario(bench: Bench, talk: Talk) -> None:
        bench.lay("B-1")
        said = await talk.ask("8901")
        assert said[4:32] == f"3000{EPC.lower()}"
        level = bytes.fromhex(said)[-1]
        assert 70 < level < 99
        assert await talk.answer() == "890000000001"

    talking(scenario, dialect="v2.2", boxes={"B-1": EPC})


def test_a_reader_with_eight_ports_tells_the_high_ones_in_the_level() -> None:
    async def scenario(bench: Bench, talk: Talk) -> None:
        bench.lay("B-1")
        assert await talk.ask("7405") == "7410"
        tag = bytes.fromhex(await talk.ask("8901"))
        assert (tag[1] & 3, tag[-1] & 0x80) == (1, 0x80)
        assert (await talk.answer())[:4] == "8905"
        assert await talk.ask("97") == "97" + "1e" * 8
        assert await talk.ask("761e1e1e1e1e141e1e") == "7610"
        assert await talk.ask("77") == "771e1e1e1e1e141e1e"

    talking(scenario, Antenna(antenna=6, covers="desk"), boxes={"B-1": EPC})


def test_an_antenna_that_is_missing_is_told_unless_nobody_looks_for_it() -> None:
    async def scenario(bench: Bench, talk: Talk) -> None:
        bench.device.missing.add(1)
        assert await talk.ask("8901") == "8922"
        assert await talk.ask("7e21") == "7e01"
        bench.device.detector = 0
        assert await talk.ask("8901") == "8900000000000000"

    talking(scenario)


def test_writing_reaches_only_the_chosen_tag_and_the_world_keeps_it() -> None:
    async def scenario(bench: Bench, talk: Talk) -> None:
        bench.lay("B-1")
        bench.lay("B-2")
        assert await talk.ask(f"85000c{OTHER}") == "8510"
        assert await talk.ask("86") == f"86000c{OTHER.lower()}"
        new = "AA" * 12
        said = await talk.ask(f"8200000000010206{new}")
        check = with_check(tag_text(OTHER)).hex()
        assert said.startswith(f"82000110{check}10")
        assert bench.room.world.boxes["B-2"].epc == new
        assert bench.room.world.boxes["B-1"].epc == EPC

    talking(scenario, boxes={"B-1": EPC, "B-2": OTHER})


def test_noise_other_addresses_and_wrong_checks_get_no_answer() -> None:
    async def scenario(_: Bench, talk: Talk) -> None:
        talk._write.write(bytes.fromhex("00ffa0030172eb"))
        await talk.send("72", address=9)
        await talk.send("7b", address=0xFF)
        assert await talk.answer() == "7b0126"

    talking(scenario)


# The published capture whose level stands for -61 dBm by the table: 0x45.
def test_levels_and_checks_are_those_of_published_frames() -> None:
    assert (f.rssi_byte(-61), f.rssi_byte(-39), f.rssi_byte(-41)) == (0x45, 90, 89)
    assert f.frame(1, 0x72, b"").hex() == "a0030172ea"
    assert with_check(b"123456789")[-2:].hex() == "d64e"


def test_a_pty_is_given_back_when_the_room_closes() -> None:
    kept: list[SerialAddress] = []

    async def scenario(bench: Bench) -> None:
        assert isinstance(bench.settings.at, SerialAddress)
        kept.append(bench.settings.at)
        assert kept[0].baud == 115200

    with_bench(settings("serial"), scenario, boxes={})
    assert kept[0].path.startswith("/dev/pts/")


def test_a_tag_takes_only_whole_words_that_no_other_box_has() -> None:
    async def scenario(bench: Bench) -> None:
        for wrong in ("", "ABC", "AAAAAA", "xxxx", OTHER):
            with pytest.raises(Impossible):
                bench.room.act(acts.encode_tag, epc=EPC, new_epc=wrong)
        bench.room.act(acts.encode_tag, epc=EPC, new_epc=EPC)
        bench.room.act(acts.encode_tag, epc=EPC, new_epc="ABCD")
        assert bench.room.world.boxes["B-1"].epc == "ABCD"

    with_bench(settings(), scenario, boxes={"B-1": EPC, "B-2": OTHER})
