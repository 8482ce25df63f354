"""Fuzz targets for controllers of shelving: 0x55 frames, the web API's answers, Modbus frames."""

from __future__ import annotations

import json
from contextlib import suppress

from config.commissions import load_profile
from config.geometry import segments_of
from config.load import load_room, shipped_room
from drivers.bus import frames as modbus
from drivers.errors import DriverError, LinkLost
from drivers.shelving.udp55 import frames as udp55
from drivers.shelving.webapi import frames as webapi
from drivers.shelving.webapi.codes import decode
from drivers.shelving.webapi.session import Watch
from drivers.streams import http_get
from tests.fuzz.target import Hand, Target, cut

_BANK = load_room(shipped_room("small")).banks[0]
_PROFILE = load_profile("mjj-webapi")


def read_udp55(given: bytes) -> None:
    """Find frames in datagrams, however merged; each is written again as it came."""
    hand = Hand(given)
    how, stream = hand.byte(), hand.rest()
    decoder = udp55.Decoder()
    for piece in cut(stream, how):
        for frame in decoder.feed(piece):
            assert frame.to_bytes() in stream
            udp55.parse_climate(frame)
            udp55.status_digit(frame)
            for asked in (udp55.close_all(1, 6), udp55.ask_column(1, 2), udp55.ventilate(1, 6)):
                udp55.acknowledges(asked, frame)
        assert decoder.held < udp55.LONGEST + 3, f"{decoder.held} bytes are held"


def read_webapi(given: bytes) -> None:
    """Read any body as an answer; a status is looked at for every segment."""
    with suppress(webapi.Unreadable):
        said = webapi.parse_taken(given)
        assert said is None or len(said) <= 40
    with suppress(webapi.Unreadable):
        status = webapi.parse_status(given)
        decode(status.code, status.name)
        assert 1 <= len(status.digits) <= 200
        if len(status.digits) != _BANK.columns:
            return  # of another bank; the driver refuses it
        watch = Watch(_BANK, _PROFILE)
        for at_s in (0.0, 100.0):
            for segment in segments_of(_BANK):
                watch.look(segment, status, at_s)


class _Peer:
    """A stream that says what it was given, in pieces, and then hangs up."""

    def __init__(self, given: bytes, how: int) -> None:
        self._pieces = cut(given, how)

    async def write(self, payload: bytes) -> None:
        """Take what is said to it."""

    async def close(self) -> None:
        """Hang up."""

    async def read(self, max_bytes: int) -> bytes:
        piece = next(self._pieces, b"")
        if not piece:
            raise LinkLost("column-1", "closed")
        return piece[:max_bytes]


def read_http(given: bytes) -> None:
    """Read any bytes as the answer to a GET; what comes out is bounded."""
    hand = Hand(given)
    how, said = hand.byte(), hand.rest()
    reading = http_get.read_answer("column-1", _Peer(said, how))
    body = b""
    try:
        reading.send(None)
    except StopIteration as done:
        body = done.value
    except DriverError:
        pass
    assert len(body) <= http_get.LONGEST_BODY


_ASKED = (
    modbus.Read(unit=1, address=32, count=4),
    modbus.ReadBits(unit=1, address=0, count=9),
    modbus.Write(unit=1, address=40, values=(1, 2, 3)),
    modbus.Write(unit=1, address=40, values=(7,)),
)
_SENT = bytes.fromhex("00070000000601030020 0004")


def read_modbus(given: bytes) -> None:
    """Look for the answer to each kind of question on both framings."""
    for asked in _ASKED:
        found = modbus.find_answer(asked, modbus.Framing.TCP, _SENT, given)
        if found is not None:
            assert found in given
            assert found[:4] == _SENT[:2] + b"\0\0"
            assert found[6] == asked.unit
            _check_answer(asked, found[7:])
        found = modbus.find_answer(asked, modbus.Framing.RTU, b"", given)
        if found is not None:
            assert found in given
            assert modbus.crc16(found[:-2]) == found[-2:]
            assert found[0] == asked.unit
            _check_answer(asked, found[1:-2])


def _check_answer(asked: modbus.Asked, pdu: bytes) -> None:
    assert pdu[0] & 0x7F == asked.function
    assert len(pdu) == (2 if pdu[0] & 0x80 else asked.answer_length)


def _udp55_seeds() -> list[bytes]:
    frames = [
        udp55.Frame(zone=1, column=11, command=udp55.CLIMATE, data=bytes.fromhex("01F4FFF6")),
        udp55.Frame(zone=2, column=6, command=udp55.MOVING, data=b"\x01"),
        udp55.close_all(1, 6),
        udp55.ask_column(1, 2),
    ]
    said = [bytes.fromhex("55080002068201673F68"), *(frame.to_bytes() for frame in frames)]
    return [bytes((how,)) + raw for how in (0, 1, 5) for raw in (*said, b"".join(said))]


def _webapi_seeds() -> list[bytes]:
    row = {
        "MJJZTLX": "0", "MJJZTLXName": "正常", "COLNO": "2", "ColumnStatus": "012340",
        "IsBJ": "0", "IsVent": 0, "IsPower": "1", "IsLock": 0,
    }  # fmt: skip
    said: list[object] = [{"data": "1"}, {"data": 0}, {"data": [row]}, {"data": [row, row]}]
    return [json.dumps(body, ensure_ascii=False).encode() for body in said]


def _http_seeds() -> list[bytes]:
    ok = b"HTTP/1.1 200 OK\r\n"
    said = [
        ok + b'Content-Length: 12\r\n\r\n{"data":"1"}',
        ok + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"dat\r\n7;x\r\na":"1"}\r\n0\r\n\r\n',
        ok + b'\r\n{"data":"1"}',
        b"HTTP/1.0 404 Not here\r\n\r\n",
    ]
    return [bytes((how,)) + raw for how in (0, 1, 9) for raw in said]


def _modbus_seeds() -> list[bytes]:
    pdus = [b"\x03\x08" + bytes(range(8)), b"\x83\x02", b"\x02\x02\x55\x01"]
    pdus += [bytes.fromhex("1000280003"), bytes.fromhex("0600280007")]
    on_rtu = [b"\x01" + pdu + modbus.crc16(b"\x01" + pdu) for pdu in pdus]
    on_tcp = [_SENT[:4] + (len(pdu) + 1).to_bytes(2, "big") + b"\x01" + pdu for pdu in pdus]
    return [*on_rtu, *on_tcp, b"\xff\x01" + on_rtu[0], on_tcp[1] + on_tcp[0]]


TARGETS = {
    "udp55": Target(
        about="udp55: 0x55 frames in datagrams",
        run=read_udp55,
        seeds=_udp55_seeds,
    ),
    "webapi": Target(
        about="webapi: JSON answers of fixed columns, and what they say of segments",
        run=read_webapi,
        seeds=_webapi_seeds,
    ),
    "http": Target(
        about="http: the answer to a GET, in any pieces",
        run=read_http,
        seeds=_http_seeds,
    ),
    "modbus": Target(
        about="modbus: the answer to a question, over TCP and on a serial line",
        run=read_modbus,
        seeds=_modbus_seeds,
    ),
}
