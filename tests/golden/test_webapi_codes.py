"""The JSON and the state codes of MjjWebApi, as its clients show them, and against any bytes.

Sources: a public Vue client (src/api/system/move.js, the module with JudgeIsErrorZt, mockAreaData
and getStatusText of its dashboard) and a public C# client (Ecs.Mjj.MjjStatus: all fields are text).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.commissions import load_profile
from config.geometry import segments_of
from config.room import Bank, TcpAddress
from drivers import trips
from drivers.errors import DriverError, Garbled, LinkLost, NoReply, Refused
from drivers.readings import LockState, SleepState, SteelState, Trip
from drivers.shelving.webapi import frames
from drivers.shelving.webapi.codes import CODES, Says, decode
from drivers.shelving.webapi.frames import Unreadable, parse_status, parse_taken, target
from drivers.shelving.webapi.session import Watch
from drivers.streams.http_get import LONGEST_BODY, fetch_from

PROFILE = load_profile("mjj-webapi")
BANK = Bank.model_validate(
    {
        "bank": 1,
        "name": {"zh": "1区", "en": "Bank 1"},
        "at_mm": {"x": 0, "y": 0},
        "columns": 6,
        "fixed": [1],
        "column_width_mm": 550,
        "column_depth_mm": 1900,
        "aisle_mm": 900,
        "face": {"sections": 2, "shelves": 4, "shelf_length_mm": 900},
    }
)
(SEGMENT,) = segments_of(BANK)
AREA = {
    "QUNO": 4,
    "Temp": 25,
    "Hum": 60,
    "PM2_5": 10,
    "PM10": 20,
    "TVOC": 5,
    "CO2": 120,
    "COLNO": "",
    "MJJZTLX": "ZT_07",
    "MJJZTLXName": "正常",
    "IsBJ": 0,
    "IsLock": 0,
    "IsVent": 0,
    "IsPower": 1,
    "IsZDKJ": 0,
    "ColumnStatus": "333331",
}
"""An area of the dashboard's mockAreaData, with the code and columns of a closed block."""
TABLE = {
    "ZT_01": "motion_forbidden",
    "ZT_02": "entrance_front",
    "ZT_03": "aisle_infrared",
    "ZT_09": "side_panel",
    "ZT_12": "limit_switch_open",
    "ZT_13": "limit_switch_close",
    "ZT_14": "motor",
    "ZT_1C": "keys_disabled",
    "ZT_21": "blind_spot",
    "ZT_24": "pressure",
    "ZT_25": "entrance_rear",
    "ZT_26": "drive_locked",
    "ZT_29": "pressure_detached",
    "ZT_2A": "person_in_aisle",
    "ZT_2E": "smoke",
    "ZT_80": "close_timeout",
    "ZT_81": "open_timeout",
    "ZT_82": "close_timeout",
    "ZT_83": "neighbour_timeout",
    "ZT_86": "close_over_travel",
    "ZT_87": "open_over_travel",
    "ZT_90": "motor_feedback",
    "ZT_91": "auto_protection",
}
"""JudgeIsErrorZt, but for what is no hindrance (00, 0F) and the lock (4E)."""


def body(**changes: object) -> bytes:
    return json.dumps({"data": [{**AREA, **changes}]}).encode()


def look(**changes: object) -> tuple[SteelState, tuple[int, ...], Trip | None]:
    """Say what a block of six columns, the first of them fixed, is told to be."""
    view = Watch(BANK, PROFILE).look(SEGMENT, parse_status(body(**changes)), 0.0)
    return view.state, view.picture.open_aisles, view.trip


@pytest.mark.parametrize("code", list(TABLE))
def test_every_protection_code_has_its_name(code: str) -> None:
    assert decode(code, "").trip == Trip(TABLE[code], code)
    assert TABLE[code] in trips.TRIPS
    assert look(MJJZTLX=code)[0] is SteelState.FAULTED


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("ZT_00", Says.UNKNOWN),
        ("ZT_07", Says.ALL_CLOSED),
        ("ZT_0C", Says.MOVES),
        ("ZT_0E", Says.STANDS),
        ("ZT_0F", Says.STANDS),
        ("ZT_4E", Says.LOCKED),
    ],
)
def test_the_codes_that_hinder_nothing_are_no_trips(code: str, says: Says) -> None:
    assert (decode(code, "").says, decode(code, "").trip) == (says, None)


def test_the_table_holds_the_codes_of_the_sources_and_no_others() -> None:
    assert set(CODES) == {*TABLE, "ZT_00", "ZT_07", "ZT_0C", "ZT_0E", "ZT_0F", "ZT_4E"}


@pytest.mark.parametrize("code", ["ZT_0B", "ZT_77", "ZT_2a", "", "none", "2A"])
def test_a_code_nobody_knows_is_unknown_with_its_raw_value_and_never_a_guess(code: str) -> None:
    assert look(MJJZTLX=code) == (SteelState.UNKNOWN, (5,), Trip("unknown", code))


@pytest.mark.parametrize(
    ("name", "digits", "state"),
    [
        ("第3列打开到位", "331233", SteelState.STANDING),
        ("第3列关闭到位", "333331", SteelState.STANDING),
        ("第3列移动中", "331023", SteelState.MOVING),
    ],
)
def test_states_without_a_public_code_are_known_by_their_names(
    name: str, digits: str, state: SteelState
) -> None:
    assert look(MJJZTLX="ZT_0B", MJJZTLXName=name, ColumnStatus=digits)[0] is state


@pytest.mark.parametrize(
    "name", ["未打开到位", "打开到位超时", "移动中断", "不在移动中", "关闭到位开关故障"]
)
def test_a_name_that_denies_or_only_begins_like_a_known_one_is_unknown(name: str) -> None:
    state, _, trip = look(MJJZTLX="ZT_0B", MJJZTLXName=name)
    assert (state, trip) == (SteelState.UNKNOWN, Trip("unknown", "ZT_0B"))


@pytest.mark.parametrize(
    ("digits", "ordered", "state"),
    [
        ("331233", False, SteelState.STANDING),
        ("330033", False, SteelState.UNKNOWN),
        ("330033", True, SteelState.MOVING),
    ],
)
def test_what_lies_between_aisles_while_the_other_half_moves_is_never_said_to_stand(
    digits: str, ordered: bool, state: SteelState
) -> None:
    halves = Bank.model_validate({**BANK.model_dump(by_alias=True), "columns": 12, "fixed": [7]})
    left, right = segments_of(halves)
    watch = Watch(halves, PROFILE)
    for at_s in (0.0, 10.0):
        words = {"MJJZTLX": "ZT_0C", "COLNO": "9", "ColumnStatus": digits + "330233"}
        view = watch.look(left, parse_status(body(**words)), at_s, ordered=ordered)
        assert view.state is state
    assert view.at_rest is (state is SteelState.STANDING)
    assert watch.look(right, parse_status(body(**words)), 10.0).state is SteelState.MOVING


@pytest.mark.parametrize(
    ("digits", "aisles"),
    [
        ("333331", (5,)),
        ("323333", (0,)),
        ("132333", ()),
        ("312333", (1,)),
        ("331233", (2,)),
        ("333312", (4,)),
        ("333333", ()),
        ("322333", ()),
        ("312312", ()),
        ("300333", ()),
    ],
)
def test_an_aisle_is_open_when_both_its_neighbours_say_so(
    digits: str, aisles: tuple[int, ...]
) -> None:
    assert look(MJJZTLX="ZT_0E", ColumnStatus=digits)[1] == aisles


def test_the_word_of_the_fixed_column_is_not_believed() -> None:
    for word in "0123":
        assert look(MJJZTLX="ZT_0E", ColumnStatus=f"{word}23333")[1] == (0,)


def test_closed_by_its_code_and_open_by_its_digits_is_unknown() -> None:
    assert look(ColumnStatus="331233")[0] is SteelState.UNKNOWN


def test_a_gap_in_no_aisle_is_halted_and_a_spread_block_ventilates() -> None:
    assert look(MJJZTLX="ZT_0E", ColumnStatus="330233")[0] is SteelState.HALTED
    assert look(MJJZTLX="ZT_0E", ColumnStatus="300000", IsVent=1)[0] is SteelState.VENTILATING
    assert look(MJJZTLX="ZT_0E", ColumnStatus="300000")[0] is SteelState.HALTED


def test_an_alarm_that_no_code_explains_is_a_trip() -> None:
    assert look(IsBJ=1) == (SteelState.UNKNOWN, (5,), Trip("unknown", "ZT_07 IsBJ"))


def test_a_digit_nobody_knows_is_a_trip() -> None:
    trip = Trip("unknown", "ZT_0E ColumnStatus column 3")
    assert look(MJJZTLX="ZT_0E", ColumnStatus="337333") == (SteelState.UNKNOWN, (), trip)


@pytest.mark.parametrize(("flag", "on"), [("on", 1), ("off", 0)])
def test_polarity_comes_from_the_profile(flag: str, on: int) -> None:
    profile = PROFILE.model_copy(update={"true_means": {"lock": flag, "power": flag}})
    for value in (0, 1):
        status = parse_status(body(IsLock=value, IsPower=str(value)))
        view = Watch(BANK, profile).look(SEGMENT, status, 0.0)
        assert (view.lock is LockState.LOCKED) == (value == on)
        assert (view.sleep is SleepState.AWAKE) == (value == on)


def test_flags_that_are_missing_or_of_no_known_polarity_are_unknown() -> None:
    bare = {key: value for key, value in AREA.items() if key not in ("IsLock", "IsPower")}
    status = parse_status(json.dumps({"data": [bare]}).encode())
    view = Watch(BANK, PROFILE).look(SEGMENT, status, 0.0)
    assert (view.lock, view.sleep) == (LockState.UNKNOWN, SleepState.UNKNOWN)
    silent = PROFILE.model_copy(update={"true_means": {}})
    view = Watch(BANK, silent).look(SEGMENT, parse_status(body()), 0.0)
    assert (view.lock, view.sleep) == (LockState.UNKNOWN, SleepState.UNKNOWN)


def test_drives_that_wake_are_awake_after_their_time_only() -> None:
    watch = Watch(BANK, PROFILE)
    seen = [
        watch.look(SEGMENT, parse_status(body(IsPower=power)), at_s).sleep
        for power, at_s in ((0, 0.0), (1, 10.0), (1, 16.9), (1, 17.1))
    ]
    assert seen == [SleepState.ASLEEP] * 3 + [SleepState.AWAKE]


def test_numbers_may_come_as_text() -> None:
    """All fields of the C# client are text."""
    texts = {key: str(value) for key, value in AREA.items()}
    assert parse_status(json.dumps({"data": [texts]}).encode()) == parse_status(body())


def test_targets_are_written_as_the_client_writes_them() -> None:
    assert target(frames.STATUS) == "/MjjWebApi?Op=GetMjjStatus"
    assert target(frames.MOVE_LEFT, 7) == "/MjjWebApi?Op=LeftMove&ColumnNo=7"
    operations = [frames.WAKE, frames.LOCK, frames.UNLOCK, frames.CLOSE_ALL, frames.VENTILATE]
    assert operations == ["PowerOn_YDL", "Lock", "UnLock", "Reset", "Ventilate"]


def test_an_operation_is_taken_by_the_one_answer_the_client_takes_for_it() -> None:
    assert parse_taken(b'{"data": "1"}') is None
    assert parse_taken(b'{"data": "0"}') == "0"
    assert parse_taken('{"data": "禁止移动"}'.encode()) == "禁止移动"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'{"data": []}',
        b'{"data": [[]]}',
        b'{"data": [{}, {}]}',
        b'{"datum": "1"}',
        body(ColumnStatus="33x"),
        body(ColumnStatus=""),
        body(ColumnStatus="3" * 201),
        body(IsBJ=2),
        body(MJJZTLX=None),
        body(MJJZTLX="Z" * 41),
        b"[" * 60000,
    ],
)
def test_what_is_no_status_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        parse_status(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


T = TypeVar("T")


def attempt(parse: Callable[[bytes], T], raw: bytes) -> T | Unreadable:
    try:
        return parse(raw)
    except Unreadable as error:
        return error


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps({"data": value}).encode()))
def test_any_bytes_are_an_answer_or_unreadable_and_say_why(raw: bytes) -> None:
    status = attempt(parse_status, raw)
    assert isinstance(status, Unreadable), "no such bytes hold all fields of a status"
    assert str(status)
    taken = attempt(parse_taken, raw)
    if isinstance(taken, Unreadable):
        assert str(taken)
    else:
        assert taken is None or (taken != "1" and len(taken) <= 40)


CODE = st.sampled_from(list(CODES)) | st.text(max_size=9) | JSON
DIGITS = st.text("0123456789", min_size=6, max_size=6) | JSON
COLUMN = st.sampled_from(["", "3", 4]) | JSON


@given(st.fixed_dictionaries({"MJJZTLX": CODE, "ColumnStatus": DIGITS, "COLNO": COLUMN}))
def test_any_fields_are_a_known_state_or_unknown_with_the_raw_code(
    fields: dict[str, object],
) -> None:
    status = attempt(parse_status, body(**fields))
    if isinstance(status, Unreadable):
        assert str(status)
        return
    assert status.code == str(fields["MJJZTLX"]).strip()
    if len(status.digits) != BANK.columns:
        return
    view = Watch(BANK, PROFILE).look(SEGMENT, status, 0.0)
    if status.code in TABLE:
        assert (view.state, view.trip) == (
            SteelState.FAULTED,
            Trip(TABLE[status.code], status.code),
        )
    elif status.code not in CODES:
        assert (view.state, view.trip) == (SteelState.UNKNOWN, Trip("unknown", status.code))
    elif view.trip is not None:
        raw = f"{status.code} ColumnStatus column"
        assert (view.state, view.trip.code) == (SteelState.UNKNOWN, "unknown")
        assert view.trip.raw.startswith(raw)


def fetched(*pieces: bytes, reply_s: float = 5.0) -> bytes:
    """Fetch from a server that sends just these bytes, in these pieces."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            if not pieces:
                await reader.read()
        except ConnectionError:
            pass
        finally:
            writer.close()
            served.set()

    async def scenario() -> bytes:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            at = TcpAddress(host="127.0.0.1", port=port)
            try:
                return await fetch_from("shelving-1", at, reply_s=reply_s)("/MjjWebApi?Op=Lock")
            finally:
                await served.wait()

    served = asyncio.Event()
    return asyncio.run(scenario())


WITH_LENGTH = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\nX-Y: z\r\n\r\n{"data": "1"}'
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'6\r\n{"data\r\n7;a=b\r\n": "1"}\r\n0\r\n\r\n'
)
TO_THE_END = b'HTTP/1.0 200 OK\r\n\r\n{"data": "1"}'


@pytest.mark.parametrize("answer", [WITH_LENGTH, CHUNKED, TO_THE_END])
def test_an_answer_is_read_whole_and_bytewise(answer: bytes) -> None:
    assert fetched(answer) == b'{"data": "1"}'
    assert fetched(*(bytes([byte]) for byte in answer)) == b'{"data": "1"}'


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2/\r\n\r\n", Garbled),
        (b"HTTP/1.1 204 No Content\r\n\r\n", Garbled),
        (b"HTTP/1.1 100 Continue\r\n\r\n", Garbled),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", Refused),
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", Garbled),
        (b"SSH-2.0-x\r\n\r\n", Garbled),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Garbled),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", Garbled),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", Garbled),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nshort", LinkLost),
        (b"HTTP/1.1 200 OK\r\n" + b"X" * 20_000, Garbled),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LONGEST_BODY + 5000), Garbled),
    ],
)
def test_what_a_peer_may_send_is_bounded(answer: bytes, error: type[DriverError]) -> None:
    with pytest.raises(error):
        fetched(answer)


def test_a_peer_that_never_answers_is_left_in_time() -> None:
    with pytest.raises(NoReply):
        fetched(reply_s=0.05)


@pytest.mark.parametrize("code", [r"\ud800", r"\u0007", r"\u202e"])
def test_a_code_that_nobody_can_write_down_is_no_status(code: str) -> None:
    body = f'{{"data":[{{"MJJZTLX":"{code}","COLNO":"1","ColumnStatus":"0","IsBJ":0}}]}}'
    with pytest.raises(frames.Unreadable, match="nobody can write down"):
        frames.parse_status(body.encode())
