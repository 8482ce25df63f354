"""Published requests and settings mean, field by field, what their sources state.

Field layouts are restated here from chapter 16 of LLRP 1.0.1; the walk is the driver's.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest

from drivers.rfid.llrp import frames
from tests.golden.test_llrp_frames import BY_ID, WHOLE, decode

Fields = dict[str, Any]
HEADER = {"version", "type", "name", "length", "message_id", "note"}
PUBLISHED = [
    frame for frame in WHOLE if "tags" not in frame["expect"] and set(frame["expect"]) - HEADER
]
NESTED_AFTER = {
    177: 6, 178: 0, 207: 12, 209: 0, 222: 2, 237: 3, 238: 2, 244: 0, 246: 0, 330: 1, 338: 0,
}  # fmt: skip
"""Bytes of fixed fields before the parameters inside, of those that hold any."""
FIXED_IN_MESSAGE = {2: 7, 3: 1, 12: 0, 20: 0, 40: 0, 63: 0}
"""Bytes of fixed fields of a message, by its type."""
IMPINJ = 25882
NULL_TRIGGERS = {0: "Null"}
STATES = {0: "Disabled", 1: "Inactive", 2: "Active"}


def unpack(layout: str, value: bytes) -> tuple[Any, ...]:
    """Take a value apart that must be exactly so long."""
    return struct.unpack(f">{layout}", value)


def bits(count: int) -> int:
    return (count + 7) // 8


def rospec(value: bytes) -> Fields:
    rospec_id, priority, state = unpack("IBB", value[:6])
    return {"ROSpecID": rospec_id, "Priority": priority, "CurrentState": STATES[state]}


def start_trigger(value: bytes) -> Fields:
    return {"StartTrigger": NULL_TRIGGERS[unpack("B", value)[0]]}


def stop_trigger(value: bytes) -> Fields:
    kind, duration_ms = unpack("BI", value)
    assert duration_ms == 0
    return {"StopTrigger": NULL_TRIGGERS[kind]}


def aispec(value: bytes) -> Fields:
    (count,) = unpack("H", value[:2])
    return {"AntennaIDs": list(unpack(f"{count}H", value[2 : 2 + 2 * count]))}


def aispec_stop(value: bytes) -> Fields:
    assert unpack("BI", value) == (0, 0)
    return {}


def inventory(value: bytes) -> Fields:
    spec_id, protocol = unpack("HB", value)
    return {"InventoryParameterSpecID": spec_id, "ProtocolID": protocol}


def custom(value: bytes) -> Fields:
    vendor, subtype = unpack("II", value[:8])
    return {"Custom": {"vendor": vendor, "subtype": subtype, "data": value[8:].hex()}}


def event_state(value: bytes) -> Fields:
    event, state = unpack("HB", value)
    return {"EventNotificationStates": {str(event): state >> 7}}


def report_spec(value: bytes) -> Fields:
    trigger, count = unpack("BH", value[:3])
    return {"ROReportSpec": {"trigger": trigger, "N": count}}


def selector(value: bytes) -> Fields:
    return {"ROReportSpec": {"selector_bits": value[:2].hex()}}


def access_report(value: bytes) -> Fields:
    return {"AccessReportTrigger": unpack("B", value)[0]}


def keepalive(value: bytes) -> Fields:
    kind, period_ms = unpack("BI", value)
    return {"KeepaliveSpec": {"type": kind, "period_ms": period_ms}}


def hold(value: bytes) -> Fields:
    return {"EventsAndReports.Hold": unpack("B", value)[0] >> 7}


def accessspec(value: bytes) -> Fields:
    spec_id, antenna, protocol, state, rospec_id = unpack("IHBBI", value[:12])
    return {
        "AccessSpecID": spec_id,
        "AntennaID": antenna,
        "ProtocolID": protocol,
        "CurrentState": "Active" if state >> 7 else "Disabled",
        "ROSpecID": rospec_id,
    }


def access_stop(value: bytes) -> Fields:
    kind, count = unpack("BH", value)
    return {"StopTrigger": {"type": kind, "count": count}}


def target_tag(value: bytes) -> Fields:
    flags, pointer, mask_bits = unpack("BHH", value[:5])
    mask, rest = value[5 : 5 + bits(mask_bits)], value[5 + bits(mask_bits) :]
    (data_bits,) = unpack("H", rest[:2])
    assert len(rest) == 2 + bits(data_bits)
    return {
        "C1G2TargetTag": {
            "MB": flags >> 6,
            "Match": flags >> 5 & 1,
            "Pointer": pointer,
            "MaskBits": mask_bits,
            "TagMask": mask.hex(),
            "DataBits": data_bits,
            "TagData": rest[2:].hex(),
        }
    }


def write(value: bytes) -> Fields:
    spec_id, password, bank, pointer, words = unpack("HIBHH", value[:11])
    return {
        "C1G2Write": {
            "OpSpecID": spec_id,
            "AccessPassword": password,
            "MB": bank >> 6,
            "WordPointer": pointer,
            "WriteData": [f"{word:04x}" for word in unpack(f"{words}H", value[11:])],
        }
    }


def timestamp(value: bytes) -> Fields:
    return {"UTCTimestamp_us": unpack("Q", value)[0]}


def connection_attempt(value: bytes) -> Fields:
    return {"ConnectionAttemptEvent": unpack("H", value)[0]}


def get_config(value: bytes) -> Fields:
    names = ("AntennaID", "RequestedData", "GPIPortNum", "GPOPortNum")
    return dict(zip(names, unpack("HBHH", value), strict=True))


def set_config(value: bytes) -> Fields:
    return {"ResetToFactoryDefault": unpack("B", value)[0] >> 7}


READS: dict[int, Callable[[bytes], Fields]] = {
    128: timestamp, 177: rospec, 179: start_trigger, 182: stop_trigger, 183: aispec,
    184: aispec_stop, 186: inventory, 207: accessspec, 208: access_stop, 220: keepalive,
    226: hold, 237: report_spec, 238: selector, 239: access_report, 245: event_state,
    256: connection_attempt, 339: target_tag, 342: write, 1023: custom,
}  # fmt: skip
HOLDS_ONLY = {178, 209, 244, 246, 338}
"""Parameters without fields of their own."""
READS_MESSAGE = {2: get_config, 3: set_config}


def inside(kind: int, value: bytes) -> int | None:
    """Say where the parameters inside a parameter begin; `None` if it never holds any."""
    if kind == 183:
        return 2 + 2 * int(unpack("H", value[:2])[0])
    return NESTED_AFTER.get(kind)


def merge(fields: Fields, more: Fields) -> None:
    """Add fields, into a group that is there already too; nothing may be told twice."""
    for name, value in more.items():
        if isinstance(value, dict) and name in fields:
            merge(fields[name], value)
        else:
            assert name not in fields, name
            fields[name] = value


def fields_in(body: bytes, start: int = 0) -> Fields:
    fields: Fields = {}
    for kind, at, end in frames.walk(body, start):
        value = body[at:end]
        if kind not in HOLDS_ONLY:
            merge(fields, READS[kind](value))
        begins = inside(kind, value)
        if begins is not None:
            merge(fields, fields_in(value, begins))
    return fields


def fields_of(message: frames.Message) -> Fields:
    fixed = FIXED_IN_MESSAGE[message.type]
    fields = READS_MESSAGE[message.type](message.body[:fixed]) if fixed else {}
    merge(fields, fields_in(message.body, fixed))
    return fields


@pytest.mark.parametrize("frame", PUBLISHED, ids=lambda frame: frame["id"])
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_published_message_holds_the_fields_its_source_states_and_no_others(
    frame: dict[str, Any], step: int
) -> None:
    (message,) = decode(bytes.fromhex(frame["hex"]), step=step)
    stated = {name: value for name, value in frame["expect"].items() if name not in HEADER}
    assert fields_of(message) == stated


def test_the_fields_of_all_published_settings_are_checked() -> None:
    assert {frame["id"] for frame in PUBLISHED} >= {
        "ltk-ADD_ROSPEC",
        "ltk-SET_READER_CONFIG",
        "ltk-ADD_ACCESSSPEC",
        "ltk-GET_READER_CONFIG",
        "ltk-READER_EVENT_NOTIFICATION2",
    }


def rewritten(body: bytes, start: int, kinds: list[tuple[int, ...]], *path: int) -> bytes:
    """Walk to the end of everything inside, and write it again as it was found."""
    written = body[:start]
    for kind, at, end in frames.walk(body, start):
        value = body[at:end]
        kinds.append((*path, kind))
        if kind == 1023:
            assert unpack("I", value[:4]) == (IMPINJ,)
        begins = inside(kind, value)
        if begins is not None:
            value = rewritten(value, begins, kinds, *path, kind)
        written += frames.tlv(kind, value)
    return written


ANTENNA = [
    (222,),
    (222, 223),
    (222, 224),
    (222, 330),
    (222, 330, 335),
    (222, 330, 336),
    *[(222, 330, 1023)] * 4,
]
REPORTS = [(237,), (237, 238), (237, 238, 348), (237, 1023), (237, 1023)]
SETTINGS = [
    *[(287,), (218,), (221,), (221,), *ANTENNA, *ANTENNA, (244,), *[(244, 245)] * 9, *REPORTS],
    *[(239,), (217,), (220,), *[(225,)] * 4, *[(219,)] * 4, (226,), *[(1023,)] * 14],
]
"""Every parameter of the captured settings by its type and those it stands in, in their order."""


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_the_captured_settings_are_walked_to_the_end_past_everything_of_one_vendor(
    step: int,
) -> None:
    (message,) = decode(bytes.fromhex(BY_ID["sllurp-getcfg"]["hex"]), step=step)
    kinds: list[tuple[int, ...]] = []
    assert rewritten(message.body, 0, kinds) == message.body
    assert kinds == SETTINGS
