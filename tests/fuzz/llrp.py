"""Fuzz targets for LLRP: the stream, its reports and events, and the whole conversation."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from contextlib import suppress

from config.readers import Antenna, LlrpReader
from config.wires import TcpAddress
from drivers.errors import LinkLost, Refused
from drivers.ports import WriteTag
from drivers.readings import AntennaCycle, InputChanged, TagRead
from drivers.rfid.llrp import capabilities, events, frames, reports
from drivers.rfid.llrp.courses import Phase
from drivers.rfid.llrp.decoder import Decoder
from drivers.rfid.llrp.session import Session
from tests.fuzz.stations import EPC, NEW, golden
from tests.fuzz.target import Hand, Target, cut, holds_epc

_SETTINGS = LlrpReader(
    driver="rfid.llrp",
    id="reader-1",
    at=TcpAddress(host="127.0.0.1", port=5084),
    antennas=(Antenna(antenna=1, covers="desk"), Antenna(antenna=2, covers="door")),
    power_dbm=20,
)
_LONGEST_QUESTIONS = 20_000
_HEADER = struct.Struct(">HII")


def read_stream(given: bytes) -> None:
    """Cut messages out of any stream and read each as everything it could be."""
    hand = Hand(given)
    how, stream = hand.byte(), hand.rest()
    decoder = Decoder()
    seen = skipped = 0
    try:
        for piece in cut(stream, how):
            decoder.feed(piece)
            while (message := decoder.next_message()) is not None:
                assert message.to_bytes() in stream, "a message was not what came"
                seen += len(message.to_bytes())
                _read(message)
            skipped += sum(each.bytes for each in decoder.take_skipped())
            assert decoder.held < frames.MAX_MESSAGE_BYTES + len(piece)
    except frames.Malformed:
        return
    assert seen + skipped + decoder.passed + decoder.held == len(stream)


def _read(message: frames.Message) -> None:
    _read_reports(message.body)
    for event in events.parse_events(message):
        assert not isinstance(event, frames.Skipped) or event.why
    for parse in (
        events.parse_status,
        capabilities.parse_capabilities,
        capabilities.parse_config,
        capabilities.parse_versions,
    ):
        with suppress(frames.Malformed):
            found = parse(message)
            if isinstance(found, capabilities.Capabilities):
                assert all(found.words())
                assert found.region != ""
                found.power_index(20.0)


def _read_reports(body: bytes) -> None:
    found = reports.parse_tag_reports(body)
    for report in found:
        assert isinstance(report, frames.Skipped) or not report.epc or holds_epc(report.epc)
    _check_alike(body, found)


def _check_alike(body: bytes, found: Sequence[object]) -> None:
    """Reading many tags by columns must tell what reading one after the other tells."""
    one_by_one: list[object] = []
    try:
        for parameter in frames.walk(body):
            if parameter.type != frames.Tlv.TAG_REPORT_DATA:
                return
            one_by_one += reports.parse_tag_reports(body[parameter.start - 4 : parameter.end])
    except frames.Malformed:
        return
    assert list(found) == one_by_one


def talk(given: bytes) -> None:
    """Open, run, write and leave against a reader that says anything at all."""
    hand = Hand(given)
    course = hand.byte()
    now_s = 1000.0
    session = Session(_SETTINGS, at_s=now_s, asks_version=bool(course & 1))
    asked = b""
    with suppress(LinkLost, Refused):
        while not hand.is_empty:
            _begin(session, course, now_s)
            asked = session.take_outgoing() or asked
            assert len(asked) < _LONGEST_QUESTIONS
            now_s += 0.05
            for reading in session.receive(_message(hand, asked), now_s):
                assert isinstance(reading, TagRead | AntennaCycle | InputChanged)
                assert not isinstance(reading, TagRead) or holds_epc(reading.epc)
                assert not isinstance(reading, AntennaCycle) or reading.antenna in (1, 2)
        for _ in range(100):
            now_s = min(session.deadline_s, now_s + 100.0) + 0.001
            session.tick(now_s)
    health = session.health()
    assert set(health.antennas) == {1, 2}
    assert health.garbled == 0 or health.last_error


def _begin(session: Session, course: int, now_s: float) -> None:
    """Do the next thing as soon as it may be done."""
    if session.phase is not Phase.READY or session.is_writing:
        return
    if course & 2:
        session.write(WriteTag(antenna=1, epc=EPC, new_epc=NEW), now_s)
    elif course & 4:
        session.leave(now_s)
    else:
        session.start(now_s, (lambda: (2, 1)) if course & 8 else None)
        session.write(WriteTag(antenna=2, epc=EPC, new_epc=NEW), now_s)


def _message(hand: Hand, asked: bytes) -> bytes:
    """Make the next thing that is said: bytes as they are, or the answer to the last question."""
    kind, body = hand.byte(), hand.piece()
    if kind < 0x10:
        return body
    number, wanted = 0, 0
    at = 0
    while at + _HEADER.size <= len(asked):
        head, length, number = _HEADER.unpack_from(asked, at)
        wanted, at = head & 0x3FF, at + max(length, _HEADER.size)
    told = {0x10: 61, 0x11: 62, 0x12: 63, 0x13: 100}.get(kind)
    answer = 4 if wanted == 14 else wanted + 10
    if kind >= 0xC0:
        body = _YES + body
    return _HEADER.pack(0x0400 | (told or answer), _HEADER.size + len(body), number) + body


_YES = bytes.fromhex("011f000800000000")


def _stream_seeds() -> list[bytes]:
    return [bytes((how,)) + frame for how in (0, 1, 13) for frame in golden("llrp")]


def _talk_seeds() -> list[bytes]:
    welcome = bytes.fromhex("00f600160080000c0005a9e4bef862e0010000060000")
    tag = b"\x00\xf0\x00\x16\x8d" + bytes.fromhex(EPC) + b"\x81\x00\x01\x86\xc8"
    ended = bytes.fromhex("00f6001b0080000c0005a9e4bef862e000fe000b00000000010001")
    over = bytes.fromhex("00f6001d0080000c0005a9e4bef862e000f9000d010000000100000000")
    greeted = _said(0x12, welcome)
    yes = _said(0xC0, b"") * 12
    told = _said(0x10, tag) + _said(0x12, ended) + _said(0x12, over) + _said(0x11, b"")
    bodies = [_said(0xC0, f[10:]) for f in golden("llrp") if 10 < len(f) < 265]
    raw = [_said(0, f) for f in golden("llrp") if len(f) < 256]
    return [
        bytes((course,)) + seed
        for course in (0, 1, 2, 5, 8)
        for seed in (greeted + yes + told + yes, greeted + b"".join(bodies), *raw, greeted + told)
    ]


def _said(kind: int, body: bytes) -> bytes:
    return bytes((kind, len(body))) + body


TARGETS = {
    "llrp": Target(
        about="llrp: messages in any stream, reports, events, capabilities",
        run=read_stream,
        seeds=_stream_seeds,
    ),
    "llrp-talk": Target(
        about="llrp: opening, rounds and writes with a reader that says anything",
        run=talk,
        seeds=_talk_seeds,
    ),
}
