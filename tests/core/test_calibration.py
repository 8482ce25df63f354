"""What a known tag tells of antennas: fitted, kept strictly, used where it still fits the room."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.calibration import Calibration, Reception
from config.calibrations import calibration_path, load_calibration, save_calibration
from config.load import BadFile, load_room, shipped_room
from drivers.calibration.ears import ears_of, tell_unfit
from drivers.calibration.survey import Aisle, Stand, Survey
from drivers.calibration.walk import antennas_around, list_stands
from drivers.room.presence import Aisles, Heard, field_of
from drivers.room.presence.ear import BESIDE, OWN

ROOM = load_room(shipped_room("small"))
FIELD = field_of(ROOM)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TAG = "E2801170CAFE000000000001"
HERE, BESIDE_IT = "S1-B1-C3-L-1", "S1-B1-C3-L-2"
OWN_ANTENNA, NEXT_ANTENNA = ("reader-1", 2), ("reader-1", 3)


def cycles(survey: Survey, antenna: tuple[str, int], zone: str, aisle: Aisle, heard: str) -> None:
    """Let an antenna run: `l` hears loud, `q` quietly, `n` without a level, `.` nothing."""
    levels: dict[str, float | None] = {"l": -50.0, "q": -54.0, "n": None}
    for letter in heard:
        found = {TAG: levels[letter]} if letter in levels else {}
        survey.take(Stand(zone, aisle), Heard(antenna=antenna, levels_dbm=found, at_s=0.0))


def measured() -> Calibration:
    survey = Survey(FIELD, TAG)
    cycles(survey, OWN_ANTENNA, HERE, "open", "lqlqlqlqlqlqlqlq....")
    cycles(survey, NEXT_ANTENNA, HERE, "open", "qqqq................")
    cycles(survey, NEXT_ANTENNA, BESIDE_IT, "open", "llllllllllllllllllll")
    return Calibration(format=1, room="S1", antennas=tuple(survey.fit(at=AT, by="王")))


def test_an_antennas_level_spread_and_rate_are_those_of_its_own_place() -> None:
    own, following = measured().antennas
    assert (own.reader, own.antenna, own.covers, own.by) == ("reader-1", 2, HERE, "王")
    assert own.receptions == (
        Reception(zone=HERE, aisle="open", cycles=20, reads=16, level_dbm=-52.0, spread_db=2.1),
    )
    assert following.receptions[0] == Reception(
        zone=HERE, aisle="open", cycles=20, reads=4, level_dbm=-54.0, spread_db=0.0
    )


def test_an_antenna_that_hardly_heard_the_tag_in_its_own_place_is_not_calibrated() -> None:
    survey = Survey(FIELD, TAG)
    cycles(survey, OWN_ANTENNA, HERE, "open", "llll................")
    cycles(survey, NEXT_ANTENNA, HERE, "open", "llllllllllllllllllll")
    assert list(survey.fit(at=AT, by="Wang")) == []


def test_presence_expects_what_was_measured_and_of_other_antennas_the_usual() -> None:
    ears = ears_of(ROOM, measured())
    field = field_of(ROOM, ears)
    zone, beside = field.zones[HERE], field.zones[BESIDE_IT]
    spot = field.spots[NEXT_ANTENNA]
    overheard = Aisles().expected(spot, zone)
    assert overheard.off_db == pytest.approx(-4.0)
    assert 0.2 <= overheard.rate < BESIDE.rate
    assert Aisles().expected(spot, beside).rate > 0.9
    assert Aisles().expected(field.spots["reader-1", 4], field.zones["S1-B1-C3-R-1"]) == OWN


def test_what_was_measured_with_an_open_aisle_stands_in_for_a_shut_one_that_was_not() -> None:
    ear = ears_of(ROOM, measured())[OWN_ANTENNA]
    assert ear.find(HERE, is_open=False) == ear.find(HERE, is_open=True)
    assert ear.find("S1-B1-C3-R-1", is_open=True) is None


def test_a_reader_that_tells_no_levels_still_teaches_its_read_rates() -> None:
    survey = Survey(FIELD, TAG)
    cycles(survey, OWN_ANTENNA, HERE, "shut", "nnnnnnnnnnnnnnnn....")
    calibration = Calibration(format=1, room="S1", antennas=tuple(survey.fit(at=AT, by="Wang")))
    ear = ears_of(ROOM, calibration)[OWN_ANTENNA]
    assert ear.level_dbm is None
    assert ear.zones[HERE, False].rate == pytest.approx(22 / 28)


def test_an_antenna_that_covers_another_place_now_is_named_and_ignored() -> None:
    own, following = measured().antennas
    moved = own.model_copy(update={"covers": "S1-B1-C2-L-1"})
    gone = following.model_copy(update={"antenna": 9})
    calibration = Calibration(format=1, room="S1", antennas=(moved, gone))
    assert ears_of(ROOM, calibration) == {}
    first, second = tell_unfit(ROOM, calibration)
    assert first.startswith("antenna 2 of reader-1: it covers S1-B1-C3-L-1 now")
    assert second.startswith("antenna 9 of reader-1: the room file has no such antenna")
    assert list(tell_unfit(ROOM, measured())) == []


def test_the_file_beside_the_room_file_loads_as_what_was_saved(tmp_path: Path) -> None:
    room_file = tmp_path / "room.yaml"
    assert load_calibration(room_file) is None
    save_calibration(room_file, measured())
    assert [path.name for path in tmp_path.iterdir()] == ["room.calibration.yaml"]
    assert load_calibration(room_file) == measured()


@pytest.mark.parametrize(
    ("wrong", "place", "reason"),
    [
        (("reads: 16", "reads: 21"), "antennas[0].receptions[0]", "21 reads in 20 cycles"),
        (("antenna: 3", "antenna: 2"), "(file)", "stands twice"),
        (("aisle: open", "aisle: ajar"), "antennas[0].receptions[0].aisle", "'open' or 'shut'"),
        (("format: 1", "format: 2"), "format", "1"),
        (("by: 王", "by: 王\n  who: 李"), "antennas[0].who", "not known"),
        ((f"tag: {TAG}", "tag: E28"), "antennas[0].tag", "pattern"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_with_its_place_and_reason(
    tmp_path: Path, wrong: tuple[str, str], place: str, reason: str
) -> None:
    room_file = tmp_path / "room.yaml"
    save_calibration(room_file, measured())
    path = calibration_path(room_file)
    text = path.read_text(encoding="utf-8")
    assert wrong[0] in text
    path.write_text(text.replace(*wrong, 1), encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        load_calibration(room_file)
    assert str(path) in str(refused.value)
    (problem,) = refused.value.problems
    assert problem.path == place
    assert reason in problem.allowed


def test_an_antenna_measured_again_replaces_what_was_known_and_no_other() -> None:
    known = measured()
    again = known.antennas[0].model_copy(update={"by": "Li"})
    after = known.with_antennas([again])
    assert [antenna.by for antenna in after.antennas] == ["Li", "王"]


def test_the_tag_is_carried_to_every_place_with_its_aisle_open_and_shut() -> None:
    stands = list_stands(FIELD)
    assert Stand("desk", "open") in stands
    assert Stand("desk", "shut") not in stands
    assert {stand for stand in stands if stand.zone == HERE} == {
        Stand(HERE, "open"),
        Stand(HERE, "shut"),
    }
    assert antennas_around(FIELD, HERE) == {"reader-1": (2, 3, 4, 5)}
    assert antennas_around(FIELD, "desk") == {"reader-1": (1,)}
