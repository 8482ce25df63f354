"""Profiles of probes: how words become numbers, what is read together, and what a file may say."""

from __future__ import annotations

import argparse
import struct
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.quantities import Quantity
from drivers.bus import Span
from drivers.climate.profile import (
    BadProfile,
    ProbeProfile,
    load_probe_profile,
    load_profile,
    read_profile,
)
from drivers.climate.registers import Place
from drivers.climate.reports import MqttProfile
from drivers.commands import check

WORDS = st.integers(0, 0xFFFF)
FILES = sorted((Path(str(resources.files("config.profiles"))) / "probes").glob("*.yaml"))
BEHIND_BROKERS = [path.stem for path in FILES if "path: [" in path.read_text(encoding="utf-8")]
PROBES = [path.stem for path in FILES if path.stem not in BEHIND_BROKERS]


def place(**changes: object) -> Place:
    """A place of tenths with some settings changed."""
    given: dict[str, object] = {"address": 0, "type": "uint16", "scale": 0.1}
    return Place.model_validate(given | changes)


@pytest.mark.parametrize(
    ("changes", "words", "value"),
    [
        ({"type": "int16", "sign": "twos_complement"}, (0xFF33,), -20.5),
        ({"sign": "offset10000"}, (10_205,), -20.5),
        ({"sign": "offset10000"}, (205,), 20.5),
        ({"sign": "offset10000"}, (9_999,), 999.9),
        ({"sign": "offset10000"}, (10_000,), 0.0),
        ({"scale": 0.01}, (2_050,), 20.5),
        ({"offset": -5.0}, (205,), 15.5),
        ({"type": "uint32"}, (0x0001, 0x0000), 6553.6),
        ({"type": "uint32", "order": "low_word_first"}, (0x0000, 0x0001), 6553.6),
        ({"type": "int32", "sign": "twos_complement"}, (0xFFFF, 0xFF33), -20.5),
        ({"type": "float32", "scale": 1.0}, (0x41A4, 0x0000), 20.5),
        ({"type": "float32", "scale": 1.0, "order": "low_word_first"}, (0, 0x41A4), 20.5),
    ],
)
def test_profiles_cover_the_ways_in_which_makers_write_numbers(
    changes: dict[str, object], words: tuple[int, ...], value: float
) -> None:
    assert place(**changes).read(words) == value


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sentinels": [0x8000]}, (0x8000,)),
        ({"type": "int32", "sign": "twos_complement", "sentinels": [0x80000000]}, (0x8000, 0)),
        ({"type": "float32"}, (0x7FC0, 0x0000)),
        ({"type": "float32"}, (0x7F80, 0x0000)),
    ],
)
def test_a_missing_measurement_is_no_number(
    changes: dict[str, object], words: tuple[int, ...]
) -> None:
    assert place(**changes).read(words) is None


@pytest.mark.parametrize("field", ["scale", "offset"])
@pytest.mark.parametrize("endless", [float("inf"), float("nan")])
def test_no_number_of_a_profile_is_endless(field: str, endless: float) -> None:
    with pytest.raises(ValidationError, match=field):
        place(**{field: endless})


NO_SCALE = [0, -0.1, 1e-320, 1e300, float("inf"), float("nan")]


@pytest.mark.parametrize("scale", NO_SCALE)
def test_a_scale_that_leaves_nothing_of_a_number_names_file_and_field(
    tmp_path: Path, scale: float
) -> None:
    value = {"address": 5, "type": "uint16", "scale": scale}
    with pytest.raises(BadProfile, match=r"air\.yaml cannot be used: values\.co2_ppm\.scale"):
        written(tmp_path, air_probe(values={"co2_ppm": value}))
    path = tmp_path / "air.yaml"
    told = air_probe(values={"co2_ppm": {"path": ["co2"], "scale": scale}})
    del told["layout"]
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadProfile, match=r"air\.yaml cannot be used: values\.co2_ppm\.scale"):
        read_profile(path, MqttProfile)


@pytest.mark.parametrize(
    ("plausible", "said"),
    [
        ({"low": 0, "high": 1e9}, r"plausible\.high.*1000000000.*0 to 40000, which co2_ppm can be"),
        ({"low": -10, "high": 5000}, r"plausible\.low.*-10.*0 to 40000"),
        ({"low": 5000, "high": 400}, r"plausible.*is not below"),
    ],
)
def test_a_sensor_measures_no_more_than_its_quantity_can_be(
    tmp_path: Path, plausible: dict[str, float], said: str
) -> None:
    value = {"address": 5, "type": "uint16", "plausible": plausible}
    with pytest.raises(BadProfile, match=r"air\.yaml cannot be used: values\.co2_ppm\." + said):
        written(tmp_path, air_probe(values={"co2_ppm": value}))
    told = {"path": ["co2"], "plausible": plausible}
    content = {key: each for key, each in air_probe().items() if key != "layout"}
    with pytest.raises(ValidationError):
        MqttProfile.model_validate(content | {"values": {"co2_ppm": told}})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"high": float("inf")}, "high"),
        ({"low": -1e300}, "low"),
        ({"low": 0, "high": 1e-320}, "by what 1 digits show"),
        ({"low": 5, "high": 5}, "is not below"),
    ],
)
def test_a_quantity_has_room_between_its_ends(changes: dict[str, float], said: str) -> None:
    words = {"zh": "量", "en": "Quantity"}
    given = {"name": words, "unit": "%", "digits": 1, "low": 0, "high": 100} | changes
    with pytest.raises(ValidationError, match=said):
        Quantity.model_validate(given)


@given(WORDS)
def test_every_word_is_read_as_its_rule_says(word: int) -> None:
    plain = place(scale=1.0).read((word,))
    signed = place(type="int16", sign="twos_complement", scale=1.0).read((word,))
    offset = place(sign="offset10000", scale=1.0).read((word,))
    assert plain == word
    assert signed == struct.unpack(">h", struct.pack(">H", word))[0]
    assert offset == (word if word < 10_000 else -(word - 10_000))


@given(WORDS, WORDS)
def test_two_words_are_one_number_in_either_order(first: int, second: int) -> None:
    wide = {"type": "int32", "sign": "twos_complement", "scale": 1.0}
    number = struct.unpack(">i", struct.pack(">HH", first, second))[0]
    assert place(**wide).read((first, second)) == number
    assert place(**wide, order="low_word_first").read((second, first)) == number


def test_a_sign_rule_that_does_not_fit_its_type_is_an_error() -> None:
    with pytest.raises(ValidationError, match="does not go with int16"):
        place(type="int16", sign="offset10000")


@pytest.mark.parametrize("name", PROBES)
def test_every_shipped_profile_reads_and_names_its_source(name: str) -> None:
    profile = load_probe_profile(name)
    assert profile.source
    assert {"temperature_c", "humidity_pct"} <= set(profile.values)
    assert all(block.span.count <= 125 for block in profile.blocks)


@pytest.mark.parametrize("name", BEHIND_BROKERS)
def test_every_shipped_profile_of_a_gateway_reads_and_names_its_source(name: str) -> None:
    profile = load_profile("probes", name, MqttProfile)
    assert profile.source
    assert {"temperature_c", "humidity_pct"} <= set(profile.values)


def test_renke_tells_humidity_first() -> None:
    profile = load_probe_profile("rs-ws-n01")
    (block,) = profile.blocks
    assert (block.function, block.span) == (3, Span(0, 2))
    read = {block: (0x0292, 0xFF9B)}
    told = {name: profile.layout.read(place, read) for name, place in profile.values.items()}
    assert told == {"humidity_pct": 65.8, "temperature_c": -10.1}


def air_probe(**changes: Any) -> dict[str, Any]:
    """A profile of a probe that measures many things, as its file would say it."""
    return {
        "format": 2,
        "id": "air",
        "name": {"zh": "空气", "en": "Air"},
        "layout": {"function": 3},
        "values": {
            "co2_ppm": {"address": 2, "type": "uint16"},
            "pm2_5_ug_m3": {"address": 4, "type": "uint16"},
            "tvoc_mg_m3": {"address": 6, "type": "uint16", "scale": 0.001},
            "hcho_mg_m3": {"address": 300, "type": "uint16", "scale": 0.001},
        },
        "source": ["made up for this test"],
        "verified": False,
    } | changes


def written(tmp_path: Path, content: dict[str, Any]) -> ProbeProfile:
    path = tmp_path / "air.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return read_profile(path, ProbeProfile)


def test_any_quantity_is_read_and_what_lies_apart_in_requests_of_its_own(tmp_path: Path) -> None:
    profile = written(tmp_path, air_probe())
    spans = [(each.span.address, each.span.count) for each in profile.blocks]
    assert spans == [(2, 1), (4, 1), (6, 1), (300, 1)]
    patient = written(tmp_path, air_probe(layout={"function": 3, "most_gap": 8}))
    spans = [(each.span.address, each.span.count) for each in patient.blocks]
    assert spans == [(2, 5), (300, 1)]


def test_one_device_may_want_two_functions(tmp_path: Path) -> None:
    values = {
        "co2_ppm": {"address": 2, "type": "uint16"},
        "illuminance_lx": {"address": 2, "type": "uint16", "function": 4},
    }
    profile = written(tmp_path, air_probe(values=values))
    assert [each.function for each in profile.blocks] == [3, 4]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"co2_ppm": {"address": 0x10000, "type": "uint16"}}, r"values\.co2_ppm\.address.*65535"),
        ({"co2_ppm": {"address": -1, "type": "uint16"}}, r"values\.co2_ppm\.address"),
        ({"co2_ppm": {"address": 0xFFFF, "type": "float32"}}, r"values\.co2_ppm.*above 0xFFFF"),
        (
            {
                "co2_ppm": {"address": 5, "type": "float32"},
                "pm10_ug_m3": {"address": 6, "type": "uint16"},
            },
            r"values\.pm10_ug_m3\.address.*belongs to values\.co2_ppm",
        ),
        ({"phlogiston_pct": {"address": 5, "type": "uint16"}}, r"values\.phlogiston_pct.*quantity"),
        ({"co2_ppm": {"address": 5, "type": "uint8"}}, r"values\.co2_ppm\.type.*uint8"),
        ({}, r"values.*at least 1"),
    ],
)
def test_an_impossible_place_names_file_and_field(
    tmp_path: Path, values: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadProfile, match=r"air\.yaml cannot be used: .*" + said):
        written(tmp_path, air_probe(values=values))


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ({"function": 3, "most_words": 126}, r"layout\.most_words.*125"),
        ({"function": 3, "most_gap": 125}, r"layout\.most_gap.*124"),
        ({"function": 6}, r"layout\.function"),
    ],
)
def test_a_request_that_no_device_answers_names_file_and_field(
    tmp_path: Path, layout: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadProfile, match=r"air\.yaml cannot be used: .*" + said):
        written(tmp_path, air_probe(layout=layout))


def test_a_number_longer_than_a_request_names_the_field(tmp_path: Path) -> None:
    values = {"co2_ppm": {"address": 5, "type": "float32"}}
    layout = {"function": 3, "most_words": 1}
    with pytest.raises(
        BadProfile, match=r"layout\.most_words.*2 or more, which values.co2_ppm takes"
    ):
        written(tmp_path, air_probe(values=values, layout=layout))


def test_an_unknown_profile_names_its_file_and_the_known_ones() -> None:
    with pytest.raises(
        BadProfile,
        match=r"config/profiles/probes/no-such\.yaml does not exist; there are .*xy-md02",
    ):
        load_probe_profile("no-such")


def test_a_file_that_bears_another_id_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadProfile, match=r"id: 'wind' is another file's"):
        written(tmp_path, air_probe(id="wind"))


def test_a_site_has_devices_of_its_own_beside_those_that_ship(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STACKROOM_PROFILES_DIR", str(tmp_path))
    shipped = Path(str(resources.files("config.profiles"))) / "probes" / "xy-md02.yaml"
    own = tmp_path / "probes" / "cellar-probe.yaml"
    own.parent.mkdir()
    own.write_text(shipped.read_text().replace("id: xy-md02\n", "id: cellar-probe\n"))

    assert load_probe_profile("cellar-probe").values == load_probe_profile("xy-md02").values
    with pytest.raises(BadProfile, match="there are cellar-probe, "):
        load_probe_profile("no-such")
    own.write_text(f"{own.read_text()}spare: 1\n")
    with pytest.raises(BadProfile, match=rf"^{own} cannot be used: .*spare"):
        load_probe_profile("cellar-probe")
    own.with_name("xy-md02.yaml").write_text(shipped.read_text())
    with pytest.raises(BadProfile, match=r"xy-md02\.yaml cannot be used: this id ships"):
        load_probe_profile("xy-md02")


def test_check_names_the_device_whose_profile_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = Path(str(resources.files("config"))) / "rooms" / "simulated.yaml"
    room_file = tmp_path / "room.yaml"
    text = shipped.read_text(encoding="utf-8")
    room_file.write_text(text.replace("profile: xy-md02\n", "profile: cellar\n", 1), "utf-8")

    assert check.run(argparse.Namespace(files=[shipped], probe=False)) == 0
    assert check.run(argparse.Namespace(files=[room_file], probe=False)) == 1
    told = capsys.readouterr()
    assert "room.yaml: good" not in told.out
    assert f"{room_file}: probe-1: profile: config/profiles/probes/cellar.yaml does not" in told.err
