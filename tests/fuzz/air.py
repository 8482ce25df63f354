"""Fuzz targets for the air: reports of probes behind a broker, and words of Modbus probes."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import UTC

from config.quantities import quantities
from drivers.climate.plausible import Course
from drivers.climate.profile import load_probe_profile, load_profile
from drivers.climate.reports import MOST_BYTES, MqttProfile, UnreadableReport, parse_report
from tests.fuzz.target import Hand, Target

_REPORTS = [
    load_profile("probes", name, MqttProfile) for name in ("zigbee2mqtt", "tasmota", "plain-json")
]
_PROBES = [
    load_probe_profile(name)
    for name in ("xy-md02", "rs-ws-n01", "kincony-sht30", "kincony-sht30-float", "huawei-02312pbl")
]


def read_reports(given: bytes) -> None:
    """Read any bytes as a report by each profile: values of known quantities, or a reason."""
    assert len(given) <= MOST_BYTES or _is_refused(given)
    for profile in _REPORTS:
        with suppress(UnreadableReport):
            report = parse_report(given, profile)
            assert report.values
            assert set(report.suspect) <= set(report.values) <= set(profile.values)
            assert all(map(math.isfinite, report.values.values()))
            doubted = {n for n, v in report.values.items() if not quantities()[n].can_be(v)}
            assert doubted <= set(report.suspect)
            assert report.at is None or report.at.tzinfo is UTC


def read_words(given: bytes) -> None:
    """Read any words by each profile, and follow their course: each is a number, or missing."""
    hand = Hand(given)
    for profile in _PROBES:
        course, at_s = Course(), 0.0
        while not hand.is_empty and at_s < 100_000:
            blocks = {
                block: [int.from_bytes(hand.some(2)) for _ in range(block.span.count)]
                for block in profile.blocks
            }
            at_s += 60.0 * hand.byte()
            told = {n: profile.layout.read(p, blocks) for n, p in profile.values.items()}
            values = {name: value for name, value in told.items() if value is not None}
            assert all(map(math.isfinite, values.values()))
            assert set(course.judge(values, {}, at_s=at_s, settling=False)) <= set(values)


def _is_refused(given: bytes) -> bool:
    try:
        parse_report(given, _REPORTS[0])
    except UnreadableReport:
        return True
    return False


def _report_seeds() -> list[bytes]:
    """Reports as gateways write them."""
    return [
        b'{"temperature":22.75,"linkquality":97,"humidity":55.43,"last_seen":1777636800000}',
        b'{"Time":"2018-03-02T18:25:03","AM2301":{"Temperature":22.6,"Humidity":32.4},'
        b'"TempUnit":"F"}',
        b'{"temperature":"20.5","humidity":140,"time":"2026-05-01T12:00:00+08:00"}',
    ]


def _word_seeds() -> list[bytes]:
    """Words as makers print them: -20.5 in each way, and the sentinel."""
    return [bytes.fromhex("FF33 0222 01"), bytes.fromhex("27DD 0222 01 8000 8000 8000 3C")]


TARGETS = {
    "air-reports": Target(
        about="reports of probes behind a broker", run=read_reports, seeds=_report_seeds
    ),
    "air-words": Target(
        about="words of Modbus probes and their course", run=read_words, seeds=_word_seeds
    ),
}
