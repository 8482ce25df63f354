"""Frames of the readers that are asked one question at a time, as their sources print them.

A protocol joins the shared questions of test_published_frames.py by one entry; what only one of
them does stands in its own tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from hypothesis import strategies as st

from drivers.rfid.chafon import answers as chafon
from drivers.rfid.chafon.commands import Code
from drivers.rfid.chafon.frames import HEARTBEAT
from drivers.rfid.chafon.frames import LONGEST_FRAME as CHAFON_LONGEST
from drivers.rfid.chafon.frames import Frame as ChafonFrame
from drivers.rfid.chafon.frames import Splitter as ChafonSplitter
from drivers.rfid.m100 import answers as m100
from drivers.rfid.m100.frames import LONGEST_FRAME as M100_LONGEST
from drivers.rfid.m100.frames import Frame as M100Frame
from drivers.rfid.m100.frames import Kind
from drivers.rfid.m100.frames import Splitter as M100Splitter
from drivers.rfid.r2000 import answers as r2000
from drivers.rfid.r2000.frames import LONGEST_FRAME as R2000_LONGEST
from drivers.rfid.r2000.frames import Frame as R2000Frame
from drivers.rfid.r2000.frames import Splitter as R2000Splitter
from drivers.rfid.station.splitter import Aside, FrameSplitter, Skipped
from drivers.rfid.thingmagic import answers as thingmagic
from drivers.rfid.thingmagic.frames import LONGEST_FRAME as THINGMAGIC_LONGEST
from drivers.rfid.thingmagic.frames import Frame as ThingMagicFrame
from drivers.rfid.thingmagic.frames import Splitter as ThingMagicSplitter

STEPS = [1, 3, 1000]


class Framed(Protocol):
    """A frame of any protocol."""

    def to_bytes(self) -> bytes: ...


F = TypeVar("F", bound=Framed)


@dataclass(frozen=True, kw_only=True)
class Published(Generic[F]):
    """One protocol: what was published of it, and what its decoder is called."""

    file: str
    """In the folder data; it names its sources."""
    splitter: Callable[[], FrameSplitter[F]]
    read: Callable[[Mapping[str, Any], bytes], F]
    """Makes a frame of what its source says it means, and of its bytes where that is not all."""
    longest: int
    fill: Callable[[int], F]
    """Makes a frame with so many bytes of data."""
    most: int
    """As many as fit into one frame."""
    begun: bytes
    """The beginning of a frame longer than the published ones."""
    begins: bytes
    """How frames begin, or what looks like one."""
    frames: st.SearchStrategy[F]
    parses: Sequence[Callable[[F], object]]
    is_answer: Callable[[Mapping[str, Any]], bool] = lambda _: True
    """Of what was published, by its meaning."""
    noise: Sequence[bytes] = ()
    """What else comes on its line between frames."""
    wrong: Callable[[str], str] = lambda _: "check .*"
    """How its decoder says what was published as wrong, by the words of the source."""
    waits_for_more: bool = False
    """Whether what was published as wrong is taken for a longer frame until nothing more comes."""
    published: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        path = Path(__file__).parent / "data" / self.file
        object.__setattr__(self, "published", json.loads(path.read_text(encoding="utf-8")))

    @property
    def valid(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.published["valid"]
        return found

    @property
    def invalid(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.published["invalid"]
        return found

    @property
    def answers(self) -> list[dict[str, Any]]:
        """Whatever is a frame of the decoder's side."""
        every = [*self.valid, *self.published.get("answers", ())]
        return [each for each in every if self.is_answer(each["expect"])]

    @cached_property
    def good(self) -> bytes:
        """A frame that stands behind what is wrong."""
        return bytes.fromhex(self.valid[0]["hex"])

    def split(
        self, raw: bytes, *, step: int, splitter: FrameSplitter[F] | None = None
    ) -> list[F | Aside | Skipped]:
        splitter = splitter or self.splitter()
        found: list[F | Aside | Skipped] = []
        for at in range(0, len(raw), step):
            found += splitter.feed(raw[at : at + step])
        return found

    def frame_of(self, hex_text: str) -> F:
        (frame,) = self.split(bytes.fromhex(hex_text), step=1000)
        assert not isinstance(frame, Aside | Skipped)
        return frame

    def chunks(self) -> st.SearchStrategy[list[bytes]]:
        """Anything that may come on its line, in any cut."""
        known = [bytes.fromhex(each["hex"]) for each in self.valid + self.invalid]
        begun = st.binary(max_size=40).map(lambda rest: self.begins + rest)
        known += self.noise
        return st.lists(st.one_of(st.binary(max_size=40), begun, st.sampled_from(known)))


def _r2000_check(why: str) -> str:
    wrong, right = re.findall(r"[0-9A-F]{2}", why)
    return f"check {wrong} instead of {right}"


M100 = Published(
    file="m100.json",
    splitter=M100Splitter,
    read=lambda expect, _: M100Frame(
        Kind(expect["type"]), expect["cmd"], bytes.fromhex(expect["param_hex"])
    ),
    longest=M100_LONGEST,
    fill=lambda size: M100Frame(Kind.ANSWER, 0x39, bytes(size)),
    most=255,
    begun=b"\xbb\x01\x39\x00\xf0",
    frames=st.builds(
        M100Frame, st.sampled_from(Kind), st.integers(0, 255), st.binary(max_size=255)
    ),
    parses=(
        *(m100.parse_notice, m100.parse_access, m100.parse_done, m100.parse_text),
        *(m100.parse_region, m100.parse_power, m100.parse_levels, m100.parse_selection),
    ),
    begins=b"\xbb\x01\x22",
)
R2000 = Published(
    file="r2000.json",
    splitter=R2000Splitter,
    read=lambda expect, _: R2000Frame(
        expect["addr"], expect["cmd"], bytes.fromhex(expect["data_hex"])
    ),
    longest=R2000_LONGEST,
    fill=lambda size: R2000Frame(1, 0x89, bytes(size)),
    most=252,
    begun=b"\xa0\xff",
    frames=st.builds(R2000Frame, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=252)),
    parses=(
        *(r2000.parse_inventory, r2000.parse_access, r2000.parse_band),
        *(r2000.parse_powers, r2000.parse_db, r2000.parse_done),
    ),
    begins=b"\xa0",
    wrong=_r2000_check,
)
CHAFON = Published(
    file="chafon.json",
    splitter=partial(ChafonSplitter, 0),
    read=lambda expect, raw: ChafonFrame(0, expect["cmd"], expect["status"], raw[4:-2]),
    longest=CHAFON_LONGEST,
    fill=lambda size: ChafonFrame(0, 1, 0, bytes(size)),
    most=250,
    begun=b"\xf0\x00\x01",
    frames=st.builds(
        ChafonFrame,
        st.just(0),
        st.sampled_from(Code),
        st.integers(0, 255),
        st.binary(max_size=250),
    ),
    parses=(
        partial(chafon.parse_inventory, model="18"),
        partial(chafon.parse_inventory, model="288"),
        *(chafon.parse_info, chafon.parse_work_mode, chafon.parse_words),
        *(chafon.parse_done, chafon.pushed_number),
    ),
    begins=b"\x56\x00\x00",
    noise=(HEARTBEAT,),
    wrong=lambda _: "check A6B1 instead of A5B1",
)
THINGMAGIC = Published(
    file="thingmagic.json",
    splitter=ThingMagicSplitter,
    read=lambda expect, _: ThingMagicFrame(
        expect["opcode"], expect["status"], bytes.fromhex(expect["data"])
    ),
    longest=THINGMAGIC_LONGEST,
    fill=lambda size: ThingMagicFrame(0x29, 0, bytes(size)),
    most=248,
    begun=b"\xff\xf0\x29",
    frames=st.builds(
        ThingMagicFrame,
        st.integers(0, 255),
        st.sampled_from((0, 0x400, 0x101)),
        st.binary(max_size=248),
    ),
    parses=(
        *(thingmagic.parse_buffer, thingmagic.parse_streamed, thingmagic.parse_found),
        *(partial(thingmagic.parse_words, count=6), thingmagic.parse_done),
        *(thingmagic.parse_version, thingmagic.parse_byte, thingmagic.parse_protocol),
        *(thingmagic.parse_regions, thingmagic.parse_power, thingmagic.parse_port_powers),
        *(thingmagic.parse_detected, thingmagic.parse_pins, thingmagic.parse_temperature),
        thingmagic.parse_serial,
    ),
    is_answer=lambda expect: expect["dir"] == "response",
    begins=b"\xff\x10\x29",
    waits_for_more=True,
)
PROTOCOLS: Mapping[str, Published[Any]] = {
    "m100": M100,
    "r2000": R2000,
    "chafon": CHAFON,
    "thingmagic": THINGMAGIC,
}
