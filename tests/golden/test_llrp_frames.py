"""Published and captured LLRP frames mean what their sources say, however they arrive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drivers.rfid.llrp import events, reports
from drivers.rfid.llrp.decoder import Decoder
from drivers.rfid.llrp.frames import Message
from drivers.rfid.llrp.tags import TagReport

FRAMES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "llrp.json").read_text(encoding="utf-8")
)["frames"]
BY_ID = {frame["id"]: frame for frame in FRAMES}
WHOLE = [frame for frame in FRAMES if "hex" in frame]
TAG_FIELDS = {
    "EPC-96": "epc",
    "AntennaID": "antenna",
    "PeakRSSI": "peak_rssi_dbm",
    "ChannelIndex": "channel",
    "TagSeenCount": "seen_count",
    "ROSpecID": "rospec_id",
    "SpecIndex": "spec_index",
    "FirstSeenTimestampUTC": "first_seen_utc_us",
    "LastSeenTimestampUTC": "last_seen_utc_us",
    "C1G2-PC": "pc",
}


def decode(raw: bytes, *, step: int) -> list[Message]:
    decoder = Decoder()
    messages = []
    for at in range(0, len(raw), step):
        decoder.feed(raw[at : at + step])
        while (message := decoder.next_message()) is not None:
            messages.append(message)
    return messages


def message_of(frame_id: str) -> Message:
    (message,) = decode(bytes.fromhex(BY_ID[frame_id]["hex"]), step=10_000)
    return message


def as_published(report: TagReport) -> dict[str, object]:
    """Name the parts of a report as the published decodes do, leaving out what is absent."""
    named = {theirs: getattr(report, ours) for theirs, ours in TAG_FIELDS.items()}
    return {name: value for name, value in named.items() if value is not None}


def expected_tag(published: dict[str, Any]) -> dict[str, object]:
    expected = {k: v for k, v in published.items() if k in TAG_FIELDS}
    epc = published.get("EPC-96") or published["EPCData"]["hex"]
    return expected | {"EPC-96": epc.upper()}


@pytest.mark.parametrize("frame", WHOLE, ids=lambda frame: frame["id"])
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_published_message_has_the_header_its_source_states(
    frame: dict[str, Any], step: int
) -> None:
    raw = bytes.fromhex(frame["hex"])
    (message,) = decode(raw, step=step)
    expect = frame["expect"]
    assert (message.version, message.type, message.message_id) == (
        expect["version"],
        expect["type"],
        expect["message_id"],
    )
    assert len(message.body) == expect["length"] - 10
    assert message.to_bytes() == raw


@pytest.mark.parametrize(
    "frame", [f for f in WHOLE if "tags" in f["expect"]], ids=lambda frame: frame["id"]
)
@pytest.mark.parametrize("step", [1, 10_000])
def test_a_published_report_names_the_tags_its_source_states(
    frame: dict[str, Any], step: int
) -> None:
    (message,) = decode(bytes.fromhex(frame["hex"]), step=step)
    found = reports.parse_tag_reports(message.body)
    assert [as_published(r) for r in found if isinstance(r, TagReport)] == [
        expected_tag(tag) for tag in frame["expect"]["tags"]
    ]


@pytest.mark.parametrize(
    "frame", [f for f in FRAMES if "tag_report_hex" in f], ids=lambda frame: frame["id"]
)
def test_a_published_tag_report_without_a_header_reads_the_same(frame: dict[str, Any]) -> None:
    body = bytes.fromhex(frame["tag_report_hex"])
    (report,) = reports.parse_tag_reports(body)
    assert isinstance(report, TagReport)
    assert as_published(report) == expected_tag(frame["expect"])


def test_all_published_messages_in_one_stream_come_out_one_by_one() -> None:
    stream = b"".join(bytes.fromhex(frame["hex"]) for frame in WHOLE)
    for step in (1, 1460, len(stream)):
        assert [m.message_id for m in decode(stream, step=step)] == [
            frame["expect"]["message_id"] for frame in WHOLE
        ]


def test_the_greeting_of_the_toolkit_is_a_successful_connection_attempt() -> None:
    assert events.parse_events(message_of("ltk-READER_EVENT_NOTIFICATION2")) == (
        events.ConnectionAttempt(0),
    )
