"""Fuzz targets for readers that speak in frames of their own: 0xBB, 0xA0, length first, 0xFF."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from config.readers import Antenna, ChafonReader, M100Reader, R2000Reader, ThingMagicReader
from config.wires import TcpAddress
from drivers.errors import LinkLost, Refused
from drivers.ports import WriteTag
from drivers.readings import AntennaCycle, TagRead
from drivers.rfid.chafon import answers as chafon_answers
from drivers.rfid.chafon import frames as chafon_frames
from drivers.rfid.chafon import greeting as chafon_greeting
from drivers.rfid.chafon import rounds as chafon_rounds
from drivers.rfid.chafon.session import ChafonTongue
from drivers.rfid.chafon.writing import ChafonHands
from drivers.rfid.m100 import answers as m100_answers
from drivers.rfid.m100 import frames as m100_frames
from drivers.rfid.m100 import greeting as m100_greeting
from drivers.rfid.m100 import rounds as m100_rounds
from drivers.rfid.m100.session import M100Tongue
from drivers.rfid.m100.writing import M100Hands
from drivers.rfid.r2000 import answers as r2000_answers
from drivers.rfid.r2000 import frames as r2000_frames
from drivers.rfid.r2000 import greeting as r2000_greeting
from drivers.rfid.r2000 import rounds as r2000_rounds
from drivers.rfid.r2000.session import R2000Tongue
from drivers.rfid.r2000.writing import R2000Hands
from drivers.rfid.station.asking import Malformed
from drivers.rfid.station.session import Session
from drivers.rfid.station.splitter import Aside, FrameSplitter, Skipped
from drivers.rfid.station.tally import Tally
from drivers.rfid.station.writing import write_tag
from drivers.rfid.thingmagic import answers as thingmagic_answers
from drivers.rfid.thingmagic import frames as thingmagic_frames
from drivers.rfid.thingmagic import greeting as thingmagic_greeting
from drivers.rfid.thingmagic import rounds as thingmagic_rounds
from drivers.rfid.thingmagic.session import ThingMagicTongue
from drivers.rfid.thingmagic.writing import ThingMagicHands
from tests.fuzz.target import Hand, Target, cut, holds_epc

DATA = Path(__file__).resolve().parent.parent / "golden" / "data"
EPC, NEW = "E200301666130121155074EF", "AABBCCDDEEFF001122334455"
_AT = TcpAddress(host="127.0.0.1", port=4001)
_DESK = (Antenna(antenna=1, covers="desk"),)
_MOST_TURNS = 400
_STEP_S = 0.05
_LONGEST_QUESTION = 600


@dataclass(slots=True, kw_only=True)
class Protocol:
    """What the targets need to know of one protocol."""

    splitter: Callable[[], FrameSplitter[Any]]
    longest: int
    parses: Sequence[Callable[[Any], object]]
    talk: Callable[[Tally], tuple[Any, Callable[[int], Any]]]
    """Makes the tongue, and the scripts of a course by its number with what takes their reads."""
    make: Callable[[int, bytes], bytes]
    """Wraps bytes into a frame that answers a command; so a fuzzer gets past checksums."""
    command_at: int = 2
    """Where a question's own bytes name its command."""
    inputs: range = range(1, 3)
    """The numbers that its inputs may have."""


def read_stream(protocol: Protocol, given: bytes) -> None:
    """Find frames in any stream; nothing is lost, nothing is kept, what is parsed makes sense."""
    hand = Hand(given)
    how, stream = hand.byte(), hand.rest()
    splitter = protocol.splitter()
    seen = 0
    for piece in cut(stream, how):
        seen += sum(_take(protocol, part) for part in splitter.feed(piece))
        assert splitter.held <= protocol.longest, f"{splitter.held} bytes are held"
    seen += sum(_take(protocol, part) for part in splitter.give_up())
    assert splitter.held == 0
    assert seen == len(stream), f"{len(stream)} bytes came, {seen} are accounted for"


def _take(protocol: Protocol, part: Any) -> int:
    match part:
        case Skipped():
            assert part.why
            return len(part.noise)
        case Aside():
            return len(part.said)
    for parse in protocol.parses:
        try:
            said = parse(part)
        except Malformed:
            continue
        for tag in _tags_of(said):
            epc = getattr(tag, "epc", None)
            assert epc is None or holds_epc(epc), epc
    return len(part.to_bytes())


def _tags_of(said: object) -> Sequence[object]:
    """Take what may be tags out of what an answer means."""
    if isinstance(said, tuple):
        return said
    return (said, *getattr(said, "tags", ())) if hasattr(said, "__slots__") else ()


def talk(protocol: Protocol, given: bytes) -> None:
    """Configure, run and write against a reader that answers anything at all."""
    hand = Hand(given)
    tally = Tally()
    tongue, scripts = protocol.talk(tally)
    session: Session[Any, Any] = Session("reader-1", tongue, tally)
    now_s = 1000.0
    for script, heard in scripts(hand.byte()):
        try:
            session.begin(script, now_s)
            asked = b""
            for _ in range(_MOST_TURNS):
                if not session.running:
                    break
                asked = session.take_outgoing() or asked
                assert len(asked) < _LONGEST_QUESTION
                now_s = _answer(protocol, session, hand, asked, now_s)
        except (LinkLost, Refused):
            break
        finally:
            session.drop()
        for reading in heard():
            is_input = not isinstance(reading, TagRead | AntennaCycle)
            assert not is_input or reading.number in protocol.inputs
            assert not isinstance(reading, TagRead) or holds_epc(reading.epc)
            assert not isinstance(reading, TagRead | AntennaCycle) or reading.antenna == 1
    health = tally.health()
    assert (health.last_error is None) <= (health.garbled + health.repeated == 0)


def _answer(
    protocol: Protocol, session: Session[Any, Any], hand: Hand, asked: bytes, now_s: float
) -> float:
    """Say something, or nothing until the deadline."""
    kind = hand.byte()
    if hand.is_empty or kind < 0x10:
        now_s = max(now_s, session.deadline_s) + 0.001
        session.tick(now_s)
        return now_s
    said = hand.piece()
    if kind >= 0x40:
        command = kind & 0x3F
        if kind >= 0x80 and len(asked) > protocol.command_at:
            command = asked[protocol.command_at]
        said = protocol.make(command, said[:200])
    now_s += _STEP_S
    session.receive(said, now_s)
    return now_s


def _m100() -> Protocol:
    settings = M100Reader(
        driver="rfid.m100", id="reader-1", at=_AT, antennas=_DESK, power_dbm=20, region="us"
    )
    hands = M100Hands("reader-1")

    def conversation(tally: Tally) -> tuple[Any, Any]:
        rounds = m100_rounds.Rounds(settings, tally)
        return M100Tongue("reader-1"), _course(
            m100_greeting.configure(settings, tally), rounds, hands
        )

    def make(command: int, said: bytes) -> bytes:
        kind = m100_frames.Kind.NOTICE if command == 0x27 else m100_frames.Kind.ANSWER
        code = {0x27: 0x22, 0x3F: 0xFF}.get(command, command)
        return m100_frames.Frame(kind, code, said).to_bytes()

    a = m100_answers
    return Protocol(
        splitter=m100_frames.Splitter,
        longest=m100_frames.LONGEST_FRAME,
        parses=(
            *(a.parse_notice, a.parse_access, a.parse_done, a.parse_text),
            *(a.parse_region, a.parse_power, a.parse_levels, a.parse_selection),
        ),
        talk=conversation,
        make=make,
    )


def _r2000() -> Protocol:
    settings = R2000Reader(
        driver="rfid.r2000", id="reader-1", at=_AT, antennas=_DESK, power_dbm=20, region="us"
    )
    described = r2000_greeting.Described(
        firmware="1.0", band=None, powers_dbm=None, temperature_c=None, detects=None,
        inputs=(False, False),
    )  # fmt: skip

    def conversation(tally: Tally) -> tuple[Any, Any]:
        rounds = r2000_rounds.Rounds(settings, described, tally)
        script = r2000_greeting.configure(settings, tally)
        return R2000Tongue(settings.address), _course(script, rounds, R2000Hands("reader-1"))

    def make(command: int, said: bytes) -> bytes:
        return r2000_frames.Frame(settings.address, command or 0x89, said).to_bytes()

    a = r2000_answers
    return Protocol(
        splitter=r2000_frames.Splitter,
        longest=r2000_frames.LONGEST_FRAME,
        parses=(
            *(a.parse_inventory, partial(a.parse_inventory, phase=True), a.parse_access),
            *(a.parse_band, a.parse_powers, a.parse_db, a.parse_done),
        ),
        talk=conversation,
        make=make,
        command_at=3,
    )


def _chafon() -> Protocol:
    settings = ChafonReader(
        driver="rfid.chafon", id="reader-1", at=_AT, antennas=_DESK, power_dbm=20, region="us"
    )
    info = chafon_answers.Info(
        firmware="1.0", kind=9, band=2, first=0, last=49, power_dbm=20, longest_round_s=1.0
    )
    described = chafon_greeting.Described(info=info, work_mode=None)

    def conversation(tally: Tally) -> tuple[Any, Any]:
        rounds = chafon_rounds.Rounds(settings, described, tally)
        tongue = ChafonTongue(settings.address, settings.model)
        hands = ChafonHands("reader-1", settings.model, 1.0)
        return tongue, _course(chafon_greeting.configure(settings, tally), rounds, hands)

    def make(command: int, said: bytes) -> bytes:
        status, rest = said[:1] or b"\0", said[1:]
        return chafon_frames.Frame(settings.address, command, status[0], rest).to_bytes()

    a = chafon_answers
    return Protocol(
        splitter=partial(chafon_frames.Splitter, settings.address),
        longest=chafon_frames.LONGEST_FRAME,
        parses=(
            *(partial(a.parse_inventory, model="18"), partial(a.parse_inventory, model="288")),
            *(a.parse_info, a.parse_work_mode, a.parse_words, a.parse_done, a.pushed_number),
        ),
        talk=conversation,
        make=make,
    )


def _thingmagic() -> Protocol:
    settings = ThingMagicReader(
        driver="rfid.thingmagic", id="reader-1", at=_AT, antennas=_DESK, power_dbm=20, region="us"
    )
    version = thingmagic_answers.Version(family=0x18, hardware="18", firmware="1")
    described = thingmagic_greeting.Described(
        version=version, region=None, powers_dbm={}, detected=None, temperature_c=None, pins=()
    )

    def conversation(tally: Tally) -> tuple[Any, Any]:
        rounds = thingmagic_rounds.Rounds(settings, described, tally)
        script = thingmagic_greeting.configure(settings, tally)
        return ThingMagicTongue(), _course(script, rounds, ThingMagicHands("reader-1", tally))

    def make(command: int, said: bytes) -> bytes:
        status = {0xFE: 0x400, 0xFF: 0x503}.get(said[0], 0) if said else 0
        return thingmagic_frames.Frame(command or 0x29, status, said).to_bytes()

    a = thingmagic_answers
    return Protocol(
        splitter=thingmagic_frames.Splitter,
        longest=thingmagic_frames.LONGEST_FRAME,
        parses=(
            *(a.parse_buffer, a.parse_streamed, a.parse_found, partial(a.parse_words, count=6)),
            *(a.parse_version, a.parse_byte, a.parse_protocol, a.parse_regions, a.parse_power),
            *(a.parse_port_powers, a.parse_detected, a.parse_pins, a.parse_temperature),
            a.parse_serial,
        ),
        talk=conversation,
        make=make,
        inputs=range(256),
    )


def _course(configure: Any, rounds: Any, hands: Any) -> Callable[[int], Any]:
    """Choose what is done: from the start, or at once a turn or a writing."""

    def scripts(which: int) -> Any:
        if which % 3 == 0:
            yield configure, list
        if which % 3 != 2:
            rounds.begin()
            yield rounds.check_up(1000.0), rounds.take_heard
            yield rounds.dwell(1), rounds.take_heard
        order = WriteTag(antenna=1, epc=EPC, new_epc=NEW if which % 2 else NEW[:16])
        yield write_tag("reader-1", hands, order), list
        yield rounds.dwell(1), rounds.take_heard

    return scripts


def golden(name: str) -> list[bytes]:
    """Take all frames of a golden file, one by one and in a row."""
    found: list[bytes] = []

    def look(value: Any) -> None:
        match value:
            case dict():
                if isinstance(value.get("hex"), str):
                    found.append(bytes.fromhex(value["hex"]))
                for inner in value.values():
                    look(inner)
            case list():
                for inner in value:
                    look(inner)

    look(json.loads((DATA / f"{name}.json").read_text("utf-8")))
    return [*found, b"".join(found)]


def _stream_seeds(name: str) -> list[bytes]:
    return [bytes((how,)) + frame for how in (0, 1, 7) for frame in golden(name)]


def _talk_seeds(name: str) -> list[bytes]:
    """Say golden frames as they are, and wrap bytes that often make an answer."""
    said = [b"\x20" + bytes((len(f),)) + f for f in golden(name) if len(f) < 256]
    done = b"\x80\x01\x10\x80\x01\x00" * 8
    epc = bytes.fromhex(EPC)
    tag = b"\x80" + bytes((len(epc) + 4,)) + b"\x00\x30\x00" + epc + b"\x45"
    answers = [*said, done, tag * 3 + done, done + tag * 4]
    return [bytes((which,)) + answer for which in range(6) for answer in answers]


def _targets() -> dict[str, Target]:
    targets = {}
    protocols = {
        "m100": _m100(), "r2000": _r2000(), "chafon": _chafon(), "thingmagic": _thingmagic(),
    }  # fmt: skip
    for name, protocol in protocols.items():
        targets[name] = Target(
            about=f"{name}: frames in any stream, and what they mean",
            run=partial(read_stream, protocol),
            seeds=partial(_stream_seeds, name),
        )
        targets[f"{name}-talk"] = Target(
            about=f"{name}: setting up, turns and writes with a reader that answers anything",
            run=partial(talk, protocol),
            seeds=partial(_talk_seeds, name),
        )
    return targets


TARGETS = _targets()
