"""Limits of the air as files: what ships, what a site adds, and what is refused by name."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
import yaml

from config.limit_files import Library, check_named, load_limits, shipped_limits
from config.limits import Bounds, LimitProfile
from config.load import BadFile, load_room, shipped_room
from drivers.commands import check

PUBLISHED = {
    "jgj25-paper": ((14, 24), (45, 60)),
    "jgj25-special": ((14, 20), (45, 55)),
    "jgj25-film-copy": ((14, 24), (40, 60)),
    "jgj25-film-master": ((13, 15), (35, 45)),
    "jgj25-magnetic": ((14, 24), (40, 60)),
    "dat87-optical": ((15, 20), (25, 45)),
    "ashrae-aa": ((10, 25), (35, 65)),
    "ashrae-a1": ((10, 25), (35, 65)),
    "ashrae-a2": ((10, 25), (35, 65)),
    "ashrae-b": ((None, 30), (30, 70)),
    "ashrae-c": ((None, 30), (25, 75)),
    "ashrae-d": (None, (None, 75)),
    "bs4971-mixed": ((13, 23), (35, 60)),
    "bs5454-2000-used": ((16, 19), (45, 60)),
    "bs5454-2000-stored": ((13, 16), (45, 60)),
    "bizot": ((16, 25), (40, 60)),
}
"""JGJ 25-2010 5.2.1; DA/T 87-2021; ASHRAE Handbook 2019, chapter 24; BS 4971:2017 and the Bizot
protocol (unconfirmed); BS 5454:2000."""

AROUND_YEAR = {
    "ashrae-aa": ((5, 5, 2), (0, 0, 5)),
    "ashrae-a1": ((10, 5, 2), (10, 10, 5)),
    "ashrae-a2": ((10, 5, 2), (0, 0, 10)),
    "ashrae-b": ((20, 10, 5), (10, 10, 10)),
}
"""Seasonal change down and up, and the short-term one: °C, then %RH (the same chapter)."""

OWN = """
format: 2
id: house
version: 3
name: {zh: 本馆, en: House}
medium: paper
limits:
  temperature_c: {low: 12, high: 22}
  co2_ppm: {high: 1000, critical_high: 2000}
text: {zh: 本馆规定。, en: Our own rule.}
source: [Director's note of 2026-03-01]
verified: true
"""


def folder_with(tmp_path: Path, text: str, name: str = "house") -> Path:
    """Write one file of limits beside a site file; return where that site file would stand."""
    (tmp_path / "limits").mkdir()
    (tmp_path / "limits" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "site.yaml"


def pair(bounds: Bounds | None) -> tuple[float | None, float | None] | None:
    return None if bounds is None else (bounds.low, bounds.high)


@pytest.mark.parametrize("profile_id", PUBLISHED)
def test_limits_that_ship_have_the_published_figures(profile_id: str) -> None:
    limits = shipped_limits().profiles[profile_id].limits

    shown = pair(limits.get("temperature_c")), pair(limits.get("humidity_pct"))
    assert shown == PUBLISHED[profile_id]


@pytest.mark.parametrize("profile_id", AROUND_YEAR)
def test_ashrae_types_change_with_the_year_as_published(profile_id: str) -> None:
    around = shipped_limits().profiles[profile_id].around_year

    shown = tuple(
        (around[q].down, around[q].up, around[q].short) for q in ("temperature_c", "humidity_pct")
    )
    assert shown == AROUND_YEAR[profile_id]


def test_ashrae_c_and_d_keep_mould_off_and_c_has_a_heat_that_is_never_passed() -> None:
    types = [shipped_limits().profiles[f"ashrae-{each}"] for each in "cd"]

    assert [each.mean_24h["humidity_pct"].high for each in types] == [65, 65]
    assert types[0].limits["temperature_c"].critical_high == 40


def test_bizot_allows_ten_percent_to_either_side_within_a_day() -> None:
    swing = shipped_limits().profiles["bizot"].daily_swing

    assert swing is not None
    assert (swing.humidity_pct, swing.reading) == (10, "half_range")


def test_chinese_standards_allow_two_kelvin_and_five_percent_a_day() -> None:
    swing = shipped_limits().profiles["jgj25-paper"].daily_swing

    assert swing is not None
    assert (swing.temperature_c, swing.humidity_pct, swing.reading) == (2, 5, "half_range")


@pytest.mark.parametrize("profile_id", sorted(shipped_limits().profiles))
def test_every_profile_that_ships_says_its_rule_and_where_it_comes_from(profile_id: str) -> None:
    profile = shipped_limits().profiles[profile_id]

    assert profile.source
    assert len(profile.text.zh) > 20
    assert len(profile.text.en) > 40


@pytest.mark.parametrize("profile_id", ["bs4971-mixed", "bizot"])
def test_what_nobody_confirmed_says_so_in_its_own_text(profile_id: str) -> None:
    profile = shipped_limits().profiles[profile_id]

    assert not profile.verified
    assert "unconfirmed" in profile.text.en
    assert "未经核实" in profile.text.zh


def test_warnings_wait_four_hours_and_end_one_hour_inside_the_band() -> None:
    profile = shipped_limits().profiles["jgj25-paper"]
    warning, critical = profile.warning, profile.critical

    assert (warning.on_s, warning.off_s) == (4 * 3600, 3600)
    assert warning.hysteresis_of("humidity_pct", 60) == 2
    assert warning.hysteresis_of("temperature_c", 24) == 0.5
    assert warning.hysteresis_of("co2_ppm", 1000) == 100
    assert 600 <= critical.on_s <= 1800


def test_a_name_from_before_leads_to_the_limits_of_today() -> None:
    found = shipped_limits().find("paper-archive")

    assert found is not None
    assert found.id == "jgj25-paper"


def test_a_site_adds_limits_of_any_quantity(tmp_path: Path) -> None:
    library = load_limits(folder_with(tmp_path, OWN))

    house = library.profiles["house"]
    assert house.limits["co2_ppm"].critical_high == 2000
    assert library.local == {"house"}
    assert library.find("jgj25-paper") is not None


def test_seasons_replace_the_bounds_of_their_months_over_the_turn_of_the_year() -> None:
    document = yaml.safe_load(OWN) | {
        "seasons": [
            {"first_month": 11, "last_month": 2, "limits": {"temperature_c": {"low": 8}}},
        ]
    }
    profile = LimitProfile.model_validate(document)

    assert pair(profile.limits_in(1)["temperature_c"]) == (8, None)
    assert pair(profile.limits_in(11)["temperature_c"]) == (8, None)
    assert pair(profile.limits_in(3)["temperature_c"]) == (12, 22)
    assert profile.limits_in(1)["co2_ppm"].high == 1000


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{low: 12, high: 22}", "{low: 25, high: 22}", "low (25) must be less than high (22)"),
        ("{low: 12, high: 22}", "{}", "limits.temperature_c"),
        ("{low: 12, high: 22}", "{low: 12, high: 900}", "limits.temperature_c.high"),
        ("co2_ppm:", "phlogiston_ppm:", "limits.phlogiston_ppm"),
        ("medium: paper", "medium: clay", "medium"),
        ("version: 3", "version: 0", "version"),
        ("verified: true", "verifed: true", "did you mean verified?"),
        ("format: 2", "format: 1", "format"),
        ("id: house", "id: another", "it must be house"),
        ("verified: true", "verified: true\nrate_per_h: {temperature_c: .inf}", "rate_per_h"),
        (
            "verified: true",
            "verified: true\nwarning: {on_s: 60, off_s: 60, hysteresis: {temperature_c: 10}}",
            "what alarms at low 12 would end at 22",
        ),
        ("{low: 12, high: 22}", "{low: 21.6, high: 22}", "warning.hysteresis.temperature_c"),
    ],
)
def test_a_bad_file_is_told_with_its_name_and_field(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in OWN
    site = folder_with(tmp_path, OWN.replace(old, new))

    with pytest.raises(BadFile) as refused:
        load_limits(site)

    assert "house.yaml" in str(refused.value)
    assert told in str(refused.value)


def test_a_site_cannot_write_under_the_name_of_limits_that_ship(tmp_path: Path) -> None:
    own = OWN.replace("id: house", "id: jgj25-paper")

    with pytest.raises(BadFile, match="choose another id"):
        load_limits(folder_with(tmp_path, own, "jgj25-paper"))


def test_months_may_not_stand_in_two_seasons() -> None:
    season = {"limits": {"temperature_c": {"low": 8}}}
    document = yaml.safe_load(OWN) | {
        "seasons": [
            {"first_month": 10, "last_month": 1, **season},
            {"first_month": 1, "last_month": 3, **season},
        ]
    }

    with pytest.raises(ValueError, match="month 1"):
        LimitProfile.model_validate(document)


def test_a_room_that_names_limits_nobody_has_is_told_which_there_are() -> None:
    room = load_room(shipped_room("small"))

    with pytest.raises(BadFile, match=r"climate\.profile: .*no limits|climate\.profile"):
        check_named(Path("site.yaml"), [room], Library({}))


def test_check_reads_the_limits_beside_the_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder_with(tmp_path, OWN.replace("medium: paper", "medium: clay"))
    room = tmp_path / "room.yaml"
    room.write_text(shipped_room("small").read_text(encoding="utf-8"), encoding="utf-8")
    options = argparse.Namespace(files=[room], probe=False)

    assert check.run(options) == 1
    assert "house.yaml" in capsys.readouterr().err
