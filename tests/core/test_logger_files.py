"""Logger files of many makers and languages: read right, asked where in doubt, named by row."""

from __future__ import annotations

import io
import math
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.quantities import HUMIDITY, TEMPERATURE
from controller.climate.loggers.cells import parse_number
from controller.climate.loggers.model import Choices, Findings, Layout, LoggerProblem, Reading
from controller.climate.loggers.moments import Written, seconds_of, take_apart
from controller.climate.loggers.reading import MOST_LISTED, read_file
from controller.climate.loggers.survey import survey

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def read(
    text: str | bytes, zone: str = "Asia/Shanghai", clock: str | None = None, **choices: Any
) -> tuple[Layout, list[Reading], Findings]:
    stream = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    layout = survey(stream, Choices(zone=clock, **choices), zone, lambda *_: None)
    findings = Findings()
    readings = list(read_file(stream, layout, NOW, findings, lambda *_: None, "checking"))
    return layout, readings, findings


def moments(readings: list[Reading]) -> list[str]:
    return [f"{each.at:%Y-%m-%d %H:%M}" for each in readings]


def questions(layout: Layout) -> dict[str, tuple[str, ...]]:
    return {each.about: each.options for each in layout.questions}


DIALECTS: dict[str, tuple[str | bytes, str]] = {
    "chinese with marks of order": (
        "﻿日期;时间;温度(℃);湿度(%RH)\n2024/1/2;上午 9:00;21,5;45,2\n".encode(),
        "Asia/Shanghai",
    ),
    "chinese in GB 18030": (
        "采集时间\t温度\t湿度\n2024年1月2日 9时00分00秒\t21.5\t45.2\n".encode("gb18030"),
        "Asia/Shanghai",
    ),
    "german in the Western encoding": (
        "Datum/Zeit;Temperatur [°C];rel. Feuchte [%]\r\n02.01.2024 02:00:00;21,5;45,2\r\n".encode(
            "cp1252"
        ),
        "Europe/Berlin",
    ),
    "finnish with units below": (
        "Päivämäärä;Kellonaika;Lämpötila;Suhteellinen kosteus\n;;°C;%\n2.1.2024;3.00;21,5;45,2\n",
        "Europe/Helsinki",
    ),
    "french as Excel says it": (
        "sep=;\nHorodatage;Température;Humidité relative\n2024-01-02 02:00;21,5 °C;45,2 %\n",
        "Europe/Paris",
    ),
    "english UTF-16 with a title, a zone in its heading and °F": (
        'Plot Title: Store\n#,"Date Time, GMT+01:00","Temp, °F (LGR S/N: 1)","RH, %"\n'
        "1,2-Jan-24 02:00:00 AM,70.7,45.2\n".encode("utf-16"),
        "Asia/Shanghai",
    ),
    "UTF-16 that says nothing of itself": (
        "Date;Time;Temp;RH\n2024-01-02;01:00;21.5;45.2\n".encode("utf-16-le"),
        "UTC",
    ),
    "with a distance from UTC in each row": (
        "time,temp_c,rh_pct\n2024-01-02T03:00:00+02:00,21.5,45.2\n",
        "Asia/Shanghai",
    ),
    "seconds since 1970": ("timestamp,temp,rh\n1704157200,21.5,45.2\n", "Asia/Shanghai"),
    "decimal comma in quotes between commas": (
        'Time,Temperature,Humidity\n2024-01-02 01:00,"21,5","45,2"\n',
        "UTC",
    ),
    "spanish month names": ("Fecha;Hora;Temperatura;Humedad\n2-ene-2024;01:00;21,5;45,2\n", "UTC"),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_says_the_same_reading(name: str) -> None:
    text, zone = DIALECTS[name]
    layout, (reading,), findings = read(text, zone)
    assert reading.at == datetime(2024, 1, 2, 1, tzinfo=UTC)
    assert reading.values == {TEMPERATURE: pytest.approx(21.5), HUMIDITY: 45.2}
    assert (layout.questions, findings.counts) == ((), {})


def test_a_dew_point_is_no_temperature_and_an_absolute_humidity_no_relative_one() -> None:
    layout, (reading,), _ = read(
        "Zeit;Taupunkttemperatur °C;Temperatur °C;absolute Feuchte g/m³;rel. Feuchte %\n"
        "2024-01-02 01:00;9,1;21,5;8,6;45,2\n"
    )
    assert reading.values == {"dew_point_c": 9.1, TEMPERATURE: 21.5, HUMIDITY: 45.2}
    assert layout.columns[3].means == ""


def hours(day: str, count: int = 24) -> str:
    return "".join(f"{day} {hour:02}:00;20.0;50\n" for hour in range(count))


HEAD = "time;temp;rh\n"


def test_the_order_of_dates_shows_in_the_whole_file() -> None:
    late = HEAD + "01/02/2024 00:00;20;50\n" * 2 + "13/02/2024 00:00;20;50\n"
    layout, readings, _ = read(late)
    assert (layout.date_order, layout.date_order_by) == ("dmy", "values")
    assert moments(readings)[0] == "2024-01-31 16:00"
    american = HEAD + "01/02/2024 00:00;20;50\n" + "01/13/2024 00:00;20;50\n"
    assert read(american)[0].date_order == "mdy"


def test_days_that_follow_one_another_tell_the_order() -> None:
    text = HEAD + hours("01/02/2024") + hours("02/02/2024") + hours("03/02/2024")
    layout, _, _ = read(text)
    assert (layout.date_order, layout.date_order_by) == ("dmy", "sequence")
    text = HEAD + hours("01/02/2024") + hours("01/03/2024") + hours("01/04/2024")
    assert read(text)[0].date_order == "mdy"


def test_an_order_that_nothing_shows_is_asked_and_can_be_said() -> None:
    text = HEAD + hours("01/02/2024")
    layout, _, _ = read(text)
    assert questions(layout) == {"date_order": ("dmy", "mdy")}
    layout, readings, _ = read(text, date_order="mdy")
    assert (layout.questions, moments(readings)[0]) == ((), "2024-01-01 16:00")


def test_one_row_a_month_is_not_taken_for_twelve_days() -> None:
    text = HEAD + "".join(f"01/{month:02}/2024 12:00;20;50\n" for month in range(1, 13))
    assert questions(read(text)[0]) == {"date_order": ("dmy", "mdy")}


def test_a_row_of_rubbish_does_not_turn_the_order_around() -> None:
    text = HEAD + hours("13/02/2024") + "02/14/2024 00:00;20;50\n"
    layout, _, findings = read(text)
    assert (layout.date_order, findings.counts) == ("dmy", {"bad_time": 1})


def autumn(*clocks: str) -> str:
    return HEAD + "".join(
        f"2024-10-27 {clock};20.{n};50\n" for n, clock in enumerate(clocks, start=1)
    )


def test_the_hour_that_comes_twice_is_told_apart_by_the_order_of_rows() -> None:
    text = autumn("01:30", "02:00", "02:30", "02:00", "02:30", "03:00")
    _, readings, findings = read(text, "Europe/Berlin")
    assert moments(readings) == [f"2024-10-2{d}" for d in (
        "6 23:30", "7 00:00", "7 00:30", "7 01:00", "7 01:30", "7 02:00")]  # fmt: skip
    assert findings.counts == {}


def test_it_is_told_apart_as_well_when_the_newest_row_stands_first() -> None:
    rows = "2024-10-28 00:00;20;50\n" + autumn(
        "03:00", "02:30", "02:00", "02:30", "02:00", "01:30"
    ).removeprefix(HEAD)
    layout, readings, _ = read(HEAD + rows, "Europe/Berlin")
    assert layout.falling
    assert moments(readings)[1:] == [f"2024-10-2{d}" for d in (
        "7 02:00", "7 01:30", "7 01:00", "7 00:30", "7 00:00", "6 23:30")]  # fmt: skip


def test_a_file_that_begins_within_that_hour_says_that_it_is_unsure() -> None:
    _, readings, findings = read(autumn("02:30", "03:00"), "Europe/Berlin")
    assert (len(readings), findings.counts) == (2, {"repeated_hour_unsure": 1})


def test_the_hour_that_is_left_out_in_spring_is_named_and_a_fixed_distance_knows_it() -> None:
    text = HEAD + "2024-03-31 01:30;20;50\n2024-03-31 02:30;20;50\n2024-03-31 03:30;20;50\n"
    _, readings, findings = read(text, "Europe/Berlin")
    assert moments(readings) == ["2024-03-31 00:30", "2024-03-31 01:30"]
    (problem,) = findings.problems
    assert (problem.row, problem.code) == (3, "missing_hour")
    _, readings, findings = read(text, "UTC+01:00")
    assert (len(readings), findings.counts) == (3, {})


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 8000), st.sampled_from([10, 15, 30, 60]), st.booleans())
@example(hour=2130, step=15, falls=False)
@example(hour=7170, step=15, falls=False)
@example(hour=7170, step=60, falls=True)
def test_a_clock_that_is_changed_twice_a_year_loses_no_moment(
    hour: int, step: int, falls: bool
) -> None:
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    wanted = [first + timedelta(minutes=step * n) for n in range(24 * 60 * 3 // step)]
    if (
        first.astimezone(berlin).utcoffset()
        != (first - timedelta(hours=2)).astimezone(berlin).utcoffset()
    ):
        wanted = [at for at in wanted if at >= first + timedelta(hours=3)]
    if falls:
        wanted.reverse()
        wanted = [at for at in wanted if at <= max(wanted) - timedelta(0)]
    text = HEAD + "".join(f"{at.astimezone(berlin):%Y-%m-%d %H:%M};20;50\n" for at in wanted)
    _, readings, findings = read(text, "Europe/Berlin")
    unsure = findings.counts.pop("repeated_hour_unsure", 0)
    if not unsure:
        assert ([each.at for each in readings], findings.counts) == (wanted, {})


def test_what_is_wrong_is_named_by_row_and_the_rest_is_read() -> None:
    _, readings, findings = read(
        HEAD
        + "2024-01-02 00:00;20.0;50\n"
        + "2024-01-02 01:00;20.0;140\n"
        + "2024-01-02 02:00;sensor off;50\n"
        + "2027-01-02 03:00;20.0;50\n"
        + "yesterday;20.0;50\n"
        + ";20.0;50\n"
        + "1969-01-02 03:00;20.0;50\n"
        + "2024-01-02 00:00;20.0;50\n"
        + "2024-01-02 00:00;21.0;50\n"
        + "\n"
        + "2024-01-02 04:00;;51\n"
    )
    assert [(each.row, each.column, each.code, each.value) for each in findings.problems] == [
        (3, HUMIDITY, "implausible", "140"),
        (4, TEMPERATURE, "not_a_number", "sensor off"),
        (5, "moment", "future", "2027-01-01T19:00:00+00:00"),
        (6, "moment", "bad_time", "yesterday"),
        (7, "moment", "no_time", ""),
        (8, "moment", "too_early", "1969-01-02 03:00"),
        (9, "moment", "repeated", "2024-01-01T16:00:00+00:00"),
        (10, "moment", "two_values", "2024-01-01T16:00:00+00:00"),
    ]
    assert [each.row for each in readings] == [2, 3, 4, 5, 12]
    assert readings[2].values == {HUMIDITY: 50.0}
    assert (findings.rows, findings.empty_cells, findings.bad) == (10, 1, 8)
    assert findings.last == datetime(2024, 1, 1, 20, tzinfo=UTC), "what is to come is no last"


def test_a_thousand_problems_are_counted_and_the_first_listed() -> None:
    _, _, findings = read(HEAD + "2024-01-02 00:00;x;50\n" + "never;20;50\n" * 1000)
    assert findings.counts == {"not_a_number": 1, "bad_time": 1000}
    assert len(findings.problems) == MOST_LISTED + 1


def test_warm_rooms_without_a_unit_are_asked_about() -> None:
    text = HEAD + "2024-01-02 00:00;70.7;50\n"
    assert questions(read(text)[0]) == {"temperature_unit": ("C", "F")}
    assert read(text, temperature_unit="F")[1][0].values[TEMPERATURE] == pytest.approx(21.5)


def test_columns_without_a_heading_or_twice_are_asked_and_can_be_said() -> None:
    text = "2024-01-02 00:00;20.0;50\n"
    layout, _, _ = read(text)
    assert questions(layout) == {"columns": ("1: ", "2: ", "3: ")}
    columns = {1: "moment", 2: TEMPERATURE, 3: HUMIDITY}
    layout, readings, _ = read(text, columns=columns)
    assert (layout.questions, readings[0].row) == ((), 1)
    twice = "time;temp 1;temp 2\n2024-01-02 00:00;20.0;21.0\n"
    assert "columns" in questions(read(twice)[0])


@pytest.mark.parametrize("named", ["EST", "EST/EDT", "CST", "MEZ"])
def test_a_short_name_of_a_zone_is_asked_about_and_can_be_said(named: str) -> None:
    text = f"Date-Time ({named}),Temp (°C),RH (%)\n2024-05-13 08:00,18.1,49\n"
    layout, _, _ = read(text)
    assert questions(layout) == {"zone": ()}
    layout, readings, _ = read(text, clock="UTC-05:00")
    assert (layout.questions, moments(readings)) == ((), ["2024-05-13 13:00"])
    told, _, _ = read(text.replace(named, "GMT-05:00"))
    assert (told.questions, told.zone) == ((), "UTC-05:00")


@pytest.mark.parametrize("heading", ["time_EST", "记录时间CST", "时间（CST）"])
def test_a_short_name_of_a_zone_is_seen_beside_other_letters(heading: str) -> None:
    assert questions(read(f"{heading},Temp (°C)\n2024-05-13 08:00,18.1\n")[0]) == {"zone": ()}


def test_a_word_that_ends_like_a_zone_is_none() -> None:
    assert questions(read("TEST_TIME,Temp (°C)\n2024-05-13 08:00,18.1\n")[0]) == {}


def test_of_several_sensors_one_is_asked_for() -> None:
    text = "time,sensor,temp,rh\n2024-01-02 00:00,a,20,50\n2024-01-02 00:00,b,21,51\n"
    assert questions(read(text)[0]) == {"sensor": ("a", "b")}
    _, (reading,), findings = read(text, sensor="b")
    assert (reading.values[TEMPERATURE], findings.rows, findings.counts) == (21.0, 1, {})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "climate.import_empty"),
        (b"PK\x03\x04rest of a workbook", "climate.import_workbook"),
        (bytes(range(1, 256)) + b"\0" * 9, "climate.import_not_text"),
        (b"\0" * 5000, "climate.import_not_text"),
        (b"\xfe\xff" + b"\0" * 5000, "climate.import_not_text"),
        (b"\xef\xbb\xbftime;temp;rh\n" + b"\0" * 500, "climate.import_not_text"),
        ("time;temp\0;rh\n".encode("utf-16-le"), "climate.import_not_text"),
        (HEAD.encode(), "climate.import_no_rows"),
        (b"x" * 70_000, "climate.import_line_too_long"),
        (b"a," * 300 + b"\n", "climate.import_too_many_columns"),
    ],
)
def test_what_is_no_logger_file_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(LoggerProblem) as told:
        read(content)
    assert told.value.code == code


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_break_the_reading(rubbish: bytes, headed: bool) -> None:
    content = (HEAD.encode() + b"2024-01-02 00:00;20;50\n" if headed else b"") + rubbish
    readings: list[Reading] = []
    with suppress(LoggerProblem):
        _, readings, _ = read(content)
    assert all(math.isfinite(value) for each in readings for value in each.values.values())


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789.,'- +°%C年月日/:T午上x\u00a0", max_size=30))
def test_no_cell_is_half_a_number_or_half_a_moment(cell: str) -> None:
    for decimal in (".", ","):
        number = parse_number(cell, decimal)
        assert number is None or not any(letter.isdigit() for letter in number.unit)
    written = take_apart(cell)
    if written is not None:
        assert re.fullmatch(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}", written.date)
        assert re.fullmatch(r"(\d{1,2}([:.]\d{2}){1,2}([.,]\d{1,9})?)?", written.clock)
        assert re.fullmatch(r"(Z|[+-]\d{2}:?\d{2})?", written.offset)


@pytest.mark.parametrize(
    ("cell", "date", "clock"),
    [
        ("2 Jan 2024 3.30", "2024-1-2", "3:30"),
        ("2 Jan 2024 3.30.15", "2024-1-2", "3:30.15"),
        ("2024年1月2日 3.30", "2024-1-2", "3:30"),
        ("2024年1月2日 下午3.30", "2024-1-2", "15:30"),
        ("2024年1月2日 下午3", "2024-1-2", "15:00"),
        ("2/1/2024 3.05 PM", "2/1/2024", "15:05"),
    ],
)
def test_minutes_behind_a_dot_are_kept_whatever_stands_around(
    cell: str, date: str, clock: str
) -> None:
    assert take_apart(cell) == Written(date, clock)
    assert seconds_of(clock) is not None
