"""Reports of probes behind a broker: what gateways write, and what is no report.

Sources: a report of Tasmota with an AM2301 stands in github.com/robertklep/name.klep.sonoff
issue 6, one of Zigbee2MQTT with an Aqara WSDCGQ11LM in pastebin.com/CX6XrfY3.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from drivers.climate.profile import BadProfile, load_profile, read_profile
from drivers.climate.reports import MOST_BYTES, MqttProfile, UnreadableReport, parse_report

ZIGBEE, TASMOTA, PLAIN = (
    load_profile("probes", name, MqttProfile) for name in ("zigbee2mqtt", "tasmota", "plain-json")
)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def profile_of(**changes: Any) -> MqttProfile:
    given: dict[str, Any] = {
        "format": 2,
        "id": "own",
        "name": {"zh": "自定", "en": "Own"},
        "values": {"temperature_c": {"path": ["t"]}},
        "source": ["made up for this test"],
        "verified": False,
    }
    return MqttProfile.model_validate(given | changes)


def test_zigbee2mqtt_tells_air_and_battery() -> None:
    payload = (
        b'{"temperature":22.75,"linkquality":97,"humidity":55.43,"pressure":1000.6,"battery":86}'
    )
    report = parse_report(payload, ZIGBEE)
    assert report.values == {
        "temperature_c": 22.75,
        "humidity_pct": 55.43,
        "pressure_hpa": 1000.6,
        "battery_pct": 86.0,
    }
    assert (report.suspect, report.at) == ({}, None)


def test_tasmota_names_its_sensor_and_its_unit() -> None:
    celsius = (
        b'{"Time":"2018-03-02T18:25:03","AM2301":{"Temperature":22.6,"Humidity":32.4},'
        b'"TempUnit":"C"}'
    )
    assert parse_report(celsius, TASMOTA).values == {"temperature_c": 22.6, "humidity_pct": 32.4}
    fahrenheit = celsius.replace(b"22.6", b"68.0").replace(b'"C"', b'"F"')
    assert parse_report(fahrenheit, TASMOTA).values["temperature_c"] == 20.0
    unknown = celsius.replace(b'"C"', b'"R"')
    assert parse_report(unknown, TASMOTA).values == {"humidity_pct": 32.4}


def test_all_values_are_of_the_one_sensor_that_tells_most() -> None:
    payload = (
        b'{"DS18B20":{"Temperature":99},"SI7021":{"Temperature":20,"Humidity":50},"TempUnit":"C"}'
    )
    assert parse_report(payload, TASMOTA).values["temperature_c"] == 20.0


def test_a_time_without_zone_is_not_believed() -> None:
    profile = TASMOTA.model_copy(update={"time": ("Time",)})
    payload = b'{"Time":"2018-03-02T18:25:03","AM2301":{"Humidity":32.4}}'
    assert parse_report(payload, profile).at is None


@pytest.mark.parametrize(
    "told",
    [
        "2026-05-01T12:00:00.000Z",
        "2026-05-01T20:00:00+08:00",
        NOON.timestamp(),
        NOON.timestamp() * 1000,
        str(int(NOON.timestamp())),
    ],
)
def test_a_time_is_read_in_each_of_its_ways(told: object) -> None:
    payload = json.dumps({"temperature": 20, "last_seen": told}).encode()
    if told == str(int(NOON.timestamp())):  # a text that is a number is no time
        assert parse_report(payload, ZIGBEE).at is None
    else:
        assert parse_report(payload, ZIGBEE).at == NOON


@pytest.mark.parametrize(
    "told", ["soon", None, True, 0, -1, 1e300, 10**400, "1970-01-01T00:00Z", []]
)
def test_a_time_that_is_none_is_left_out(told: object) -> None:
    payload = json.dumps({"temperature": 20, "last_seen": told}).encode()
    assert parse_report(payload, ZIGBEE).at is None


def test_nested_keys_arrays_and_scales_are_followed() -> None:
    values = {
        "temperature_c": {"path": ["sensors", 1, "t.raw"], "scale": 0.1, "unit": "kelvin"},
        "humidity_pct": {"path": ["rh"], "unit": "fraction"},
        "pressure_hpa": {"path": ["p"], "unit": "pa"},
    }
    payload = b'{"sensors":[{},{"t.raw":2936.5}],"rh":"0.455","p":101325}'
    told = parse_report(payload, profile_of(values=values)).values
    assert told == {"temperature_c": 20.5, "humidity_pct": 45.5, "pressure_hpa": 1013.25}


def test_a_value_that_no_sensor_has_is_kept_and_not_believed() -> None:
    report = parse_report(b'{"temperature":20,"humidity":140}', PLAIN)
    assert report.values["humidity_pct"] == 140
    assert report.suspect == {"humidity_pct": "implausible"}


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b"", "no JSON"),
        (b"online", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b'{"temperature": NaN}', "NaN is no number"),
        (b'{"temperature": Infinity}', "Infinity is no number"),
        (b"[" * 50_000, "no JSON"),
        (b'{"temperature":' + b"9" * 5_000 + b"}", "no JSON"),
        (b'{"temperature":' + b"9" * 400 + b"}", "none of the profile's values"),
        (b'{"temperature": null}', "none of the profile's values"),
        (b'{"temperature": true}', "none of the profile's values"),
        (b'{"temperature": {"t": 20}}', "none of the profile's values"),
        (b"20.5", "none of the profile's values"),
        (b'{"temperature": 20}' + b" " * MOST_BYTES, "65536 at most"),
    ],
)
def test_what_is_no_report_says_why(payload: bytes, said: str) -> None:
    with pytest.raises(UnreadableReport, match=said):
        parse_report(payload, PLAIN)


@given(st.floats(-40, 85, allow_nan=False), st.sampled_from([ZIGBEE, PLAIN]))
def test_every_temperature_comes_through(value: float, profile: MqttProfile) -> None:
    report = parse_report(json.dumps({"temperature": value}).encode(), profile)
    assert report.values == {"temperature_c": pytest.approx(value, abs=1e-6)}
    assert not report.suspect


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["temperature", "humidity", "time", "Temperature", "TempUnit"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from([ZIGBEE, TASMOTA, PLAIN]))
def test_whatever_json_comes_is_a_report_or_refused(told: Any, profile: MqttProfile) -> None:
    try:
        report = parse_report(json.dumps(told).encode(), profile)
    except UnreadableReport:
        return
    assert report.values
    assert set(report.suspect) <= set(report.values) <= set(profile.values)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"root": ["*", "*"]}, "stands once at most"),
        ({"values": {"temperature_c": {"path": ["*", "t"]}}}, "stands in root only"),
        ({"values": {"temperature_c": {"path": []}}}, r"values\.temperature_c\.path"),
        ({"values": {"temperature_c": {"path": [-1]}}}, r"values\.temperature_c\.path"),
        ({"values": {"warmth_c": {"path": ["t"]}}}, r"values\.warmth_c.*quantity"),
        (
            {"values": {"temperature_c": {"path": ["t"], "unit": "reaumur"}}},
            r"values\.temperature_c\.unit",
        ),
        ({"values": {"co2_ppm": {"address": 1, "type": "uint16"}}}, r"values\.co2_ppm\.address"),
    ],
)
def test_a_profile_that_cannot_be_names_file_and_field(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    content = profile_of().model_dump(mode="json") | changes
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadProfile, match=r"own\.yaml cannot be used: .*" + said):
        read_profile(path, MqttProfile)
