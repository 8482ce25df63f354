"""Room files: the shipped ones are what they say, and a bad one is explained whole."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from config.geometry import segments_of, shelves_of
from config.load import MOST_SHOWN, BadFile, load_room, load_site, shipped_room, write_room
from config.room import SensorInputs
from config.schema import SCHEMA_PATH, room_schema

SHIPPED = ("reference", "simulated", "small", "vendors")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_room_survives_being_written_and_loaded(name: str, tmp_path: Path) -> None:
    room = load_room(shipped_room(name))
    write_room(room, tmp_path / "room.yaml")
    assert load_room(tmp_path / "room.yaml") == room


def test_the_reference_room_has_three_banks_of_fifteen_columns_and_its_fixed_columns() -> None:
    room = load_room(shipped_room("reference"))
    assert [(bank.columns, bank.fixed) for bank in room.banks] == [
        (15, (1,)),
        (15, (8,)),
        (15, (15,)),
    ]
    assert [len(segments_of(bank)) for bank in room.banks] == [1, 2, 1]
    shelves = list(shelves_of(room))
    assert len(shelves) == 45 * 2 * 5 * 6
    assert {length_mm for _, length_mm in shelves} == {900}
    assert room.start == "at_bank"


def test_the_room_of_three_makers_has_one_of_each_and_their_differences() -> None:
    room = load_room(shipped_room("vendors"))
    assert [device.driver for device in room.devices[:3]] == [
        "shelving.modbus",
        "shelving.udp55",
        "shelving.webapi",
    ]
    assert [(bank.fixed, bank.gaps) for bank in room.banks] == [((8,), 2), ((4,), 1), ((1,), 1)]
    assert room.start == "at_bank"
    covered = {
        sensor.segment
        for device in room.devices
        if isinstance(device, SensorInputs)
        for sensor in device.inputs
        if (sensor.bank, sensor.says) == (2, "occupancy")
    }
    assert covered == {part.segment for part in segments_of(room.bank(2))}


def test_the_simulated_room_is_the_reference_room_on_local_addresses() -> None:
    reference = load_room(shipped_room("reference"))
    simulated = load_room(shipped_room("simulated"))
    assert simulated.start == "remote"
    assert simulated.banks == reference.banks
    assert [(d.driver, d.id) for d in simulated.devices] == [
        (d.driver, d.id) for d in reference.devices
    ]


def test_a_bad_room_file_tells_all_its_problems_at_once(tmp_path: Path) -> None:
    text = shipped_room("small").read_text(encoding="utf-8")
    bad = (
        text.replace("columns: 6", "columns: 0")
        .replace("port: 5021}", "port: 5021, baud: 9600}")
        .replace("mouth: below", "mouth: sideways")
        .replace("park_at:", "park_on:")
        .replace("port: 5084", "port: 99999")
        .replace("unit: 1\n    profile", "unit: 500\n    profile")
    )
    path = tmp_path / "bad.yaml"
    path.write_text(bad, encoding="utf-8")
    with pytest.raises(BadFile) as failure:
        load_room(path)
    told = {problem.path: str(problem) for problem in failure.value.problems}
    assert set(told) == {
        "banks[0].columns",
        "banks[0].mouth",
        "banks[0].park_on",
        "devices[0].at.baud",
        "devices[1].at.port",
        "devices[2].unit",
    }
    assert "0" in told["banks[0].columns"]
    assert "greater than or equal to 1" in told["banks[0].columns"]
    assert "'above' or 'below'" in told["banks[0].mouth"]
    assert "did you mean park_at" in told["banks[0].park_on"]
    assert "it stands beside path, parity, stop_bits" in told["devices[0].at.baud"]
    assert "did you mean" not in told["devices[0].at.baud"]
    assert "(line " in told["devices[1].at.port"]
    assert "99999" in told["devices[1].at.port"]
    assert str(path) in str(failure.value)
    assert "6 problems" in str(failure.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "(file)"),
        ("a: [1", "valid YAML"),
        ("a: 1\na: 2", "stands twice"),
        ("a: &x [1]\nb: *x", "aliases are not allowed"),
        ("- 1", "(file)"),
        ("!!python/object/apply:os.getcwd []", "valid YAML"),
        ("[" * 5000, "valid YAML"),
    ],
)
def test_a_file_that_is_no_room_at_all_is_told_too(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "room.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile, match=told.replace("(", r"\(").replace(")", r"\)")):
        load_room(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="nowhere"):
        load_room(tmp_path / "nowhere.yaml")


def test_remote_start_needs_the_makers_statement(tmp_path: Path) -> None:
    text = shipped_room("reference").read_text(encoding="utf-8")
    path = tmp_path / "room.yaml"
    path.write_text(text.replace("start: at_bank", "start: remote"), encoding="utf-8")
    with pytest.raises(BadFile, match="remote_start_statement"):
        load_room(path)


def test_what_does_not_fit_together_is_told_together(tmp_path: Path) -> None:
    text = shipped_room("small").read_text(encoding="utf-8")
    path = tmp_path / "room.yaml"
    path.write_text(
        text.replace("S1-B1-C3-L-1}", "S1-B1-C9-L-1}").replace("bank: 1, at", "bank: 7, at"),
        encoding="utf-8",
    )
    with pytest.raises(BadFile) as failure:
        load_room(path)
    told = {problem.path: str(problem) for problem in failure.value.problems}
    assert set(told) == {"devices[0].bank", "devices[1].antennas[1].covers"}
    assert "7: the room has banks [1]" in told["devices[0].bank"]
    assert "(line " in told["devices[1].antennas[1].covers"]
    assert "S1-B1-C9-L-1" in told["devices[1].antennas[1].covers"]


def test_a_malformed_device_does_not_hide_what_is_wrong_with_the_others(tmp_path: Path) -> None:
    text = shipped_room("small").read_text(encoding="utf-8")
    path = tmp_path / "room.yaml"
    path.write_text(
        text.replace("port: 5021", "port: 0").replace("S1-B1-C3-L-1}", "S1-B1-C9-L-1}"),
        encoding="utf-8",
    )
    with pytest.raises(BadFile) as failure:
        load_room(path)
    assert {problem.path for problem in failure.value.problems} == {
        "devices[0].at.port",
        "devices[1].antennas[1].covers",
    }


def test_a_fixed_column_that_a_bank_does_not_have_is_told_by_its_place(tmp_path: Path) -> None:
    text = shipped_room("small").read_text(encoding="utf-8")
    path = tmp_path / "room.yaml"
    path.write_text(text.replace("fixed: [1]", "fixed: [1, 9, 1]"), encoding="utf-8")
    with pytest.raises(BadFile) as failure:
        load_room(path)
    told = {problem.path: problem.allowed for problem in failure.value.problems}
    assert told == {
        "banks[0].fixed[1]": "the bank has columns 1 to 6",
        "banks[0].fixed[2]": "this column is named twice",
    }


def test_a_site_names_its_rooms_relative_to_itself(tmp_path: Path) -> None:
    write_room(load_room(shipped_room("small")), tmp_path / "small.yaml")
    site_path = tmp_path / "site.yaml"
    site_path.write_text(
        "format: 1\nsite: here\nname: {zh: 馆, en: Archive}\nrooms: [small.yaml]\n",
        encoding="utf-8",
    )
    site, rooms = load_site(site_path)
    assert site.zone().key == "Asia/Shanghai"
    assert list(rooms) == ["S1"]


def test_the_committed_schema_is_the_one_the_code_makes() -> None:
    assert SCHEMA_PATH.read_text(encoding="utf-8") == room_schema(), (
        "run: .venv/bin/python -m config.schema"
    )


DOOR = {"name": {"zh": "门", "en": "Door"}, "door": "door"}
DOOR_READER = {
    "driver": "rfid.llrp",
    "id": "gate",
    "at": {"host": "127.0.0.1", "port": 5084},
}


@pytest.mark.parametrize(
    ("doors", "antennas", "path", "word"),
    [
        ([DOOR], [{"antenna": 1, "covers": "desk"}], "doors[0].door", "must cover this door"),
        (
            [DOOR],
            [{"antenna": 1, "covers": "door", "side": "inside"}],
            "beam",
            "the direction",
        ),
        ([], [{"antenna": 1, "covers": "door"}], "antennas[0].covers", "lists under doors"),
        (
            [{**DOOR, "beam": {"device": "gone", "number": 1}}],
            [{"antenna": 1, "covers": "door"}],
            "doors[0].beam.device",
            "has such contacts",
        ),
        (
            [],
            [{"antenna": 1, "covers": "desk", "side": "inside"}],
            "side",
            "only antennas",
        ),
    ],
)
def test_a_door_that_cannot_work_is_refused_with_its_path(
    doors: list[object], antennas: list[object], path: str, word: str, tmp_path: Path
) -> None:
    room = yaml.safe_load(shipped_room("small").read_text(encoding="utf-8"))
    room["devices"] = [{**DOOR_READER, "antennas": antennas}]
    room["doors"] = doors
    file = tmp_path / "room.yaml"
    file.write_text(yaml.safe_dump(room), encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        load_room(file)
    assert path in str(refused.value)
    assert word in str(refused.value)


def with_outputs(tmp_path: Path, unit: int) -> Path:
    room = yaml.safe_load(shipped_room("small").read_text(encoding="utf-8"))
    outputs = {"driver": "output.modbus", "id": "outputs-1", "at": dict(room["devices"][0]["at"])}
    antennas = [
        {"antenna": number, "covers": "door", "side": side}
        for number, side in ((1, "inside"), (2, "outside"))
    ]
    gate = {**DOOR_READER, "at": {"host": "127.0.0.1", "port": 5085}, "antennas": antennas}
    room["devices"] += [gate, {**outputs, "unit": unit}]
    room["doors"] = [{**DOOR, "sounder": {"device": "outputs-1", "number": 3}}]
    file = tmp_path / "room.yaml"
    file.write_text(yaml.safe_dump(room), encoding="utf-8")
    return file


def test_a_sounder_may_hang_on_a_module_of_outputs(tmp_path: Path) -> None:
    (door,) = load_room(with_outputs(tmp_path, unit=9)).doors
    assert door.sounder is not None
    assert door.sounder.device == "outputs-1"


def test_a_module_of_outputs_never_has_the_unit_of_a_shelving_controller(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="shelving-1 has this unit number"):
        load_room(with_outputs(tmp_path, unit=1))


@pytest.mark.parametrize(
    ("plain", "hostile", "place"),
    [
        ("columns: 6", f"columns: {'9' * 5000}", "line 21"),
        ("columns: 6", f"columns: 0x{'f' * 5000}", "banks[0].columns (line 21)"),
        ("columns: 6", f"columns: {':'.join(['59'] * 3000)}", "banks[0].columns (line 21)"),
        (
            "speed_mm_s: 120",
            f"speed_mm_s: {':'.join(['59'] * 3000)}.5",
            "banks[0].motion.speed_mm_s (line 29)",
        ),
        ("columns: 6", "columns: 2026-13-45", "banks[0].columns (line 21)"),
        ("columns: 6", "columns: !!bool maybe", "line 21"),
        ("room: S1", "room: !!map S1", "line 4"),
        ("fixed: [1]", "fixed: !!set {1}", "line 22"),
        ("format: 1", "format: 1\nshelving.modbus: 1", "shelving.modbus (line 4)"),
        ("format: 1", 'format: 1\n"\\e[31mred": 1', "'\\x1b[31mred' (line 4)"),
        ("host: 127.0.0.1", 'host: "a\\r\\nCookie: b"', "devices[0].at.host (line 31)"),
        ("path: /tmp/stackroom-climate", 'path: "/tmp/\\0"', "devices[2].at.path (line 45)"),
        ("format: 1", "format: 1\nx: " + "[" * 3000, "(file)"),
        ("format: 1", "format: 1\nx: [" + "1," * 300_000 + "1]", "(file)"),
    ],
)
def test_whatever_a_file_holds_its_fault_is_told_with_its_place(
    plain: str, hostile: str, place: str, tmp_path: Path
) -> None:
    text = shipped_room("small").read_text(encoding="utf-8")
    path = tmp_path / "room.yaml"
    path.write_text(text.replace(plain, hostile, 1), encoding="utf-8")
    with pytest.raises(BadFile) as failure:
        load_room(path)
    told = str(failure.value)
    assert place in told
    assert all(letter.isprintable() or letter == "\n" for letter in told)
    assert len(told) < 2000


@pytest.mark.parametrize(
    ("plain", "many"),
    [
        ("format: 1", "format: 1\n" + "".join(f"key-{n}: 1\n" for n in range(5_000))),
        ("fixed: [1]", f"fixed: [{','.join(['1'] * 5_000)}]"),
    ],
)
def test_of_thousands_of_faults_the_first_are_told_and_that_there_are_more(
    plain: str, many: str, tmp_path: Path
) -> None:
    text = shipped_room("small").read_text(encoding="utf-8")
    path = tmp_path / "room.yaml"
    path.write_text(text.replace(plain, many, 1), encoding="utf-8")
    with pytest.raises(BadFile) as failure:
        load_room(path)
    assert len(failure.value.problems) == MOST_SHOWN + 1
    assert "there is more wrong" in str(failure.value)


def test_no_more_of_a_file_is_read_than_a_person_could_have_written() -> None:
    with pytest.raises(BadFile, match="at most 262144 bytes"):
        load_room(Path("/dev/zero"))


def test_a_time_of_day_needs_no_quotes(tmp_path: Path) -> None:
    text = shipped_room("small").read_text(encoding="utf-8")
    path = tmp_path / "room.yaml"
    path.write_text(text.replace("format: 1", "format: 1\nnight_closing_at: 23:00", 1), "utf-8")
    assert load_room(path).night_closing_at == "23:00"


def test_inputs_that_no_one_question_can_reach_are_refused(tmp_path: Path) -> None:
    text = shipped_room("vendors").read_text(encoding="utf-8")
    path = tmp_path / "room.yaml"
    path.write_text(text.replace("{input: 11,", "{input: 2000,", 1), encoding="utf-8")
    with pytest.raises(BadFile, match=r"devices\[3\]\.inputs\[9\]\.input .*2000: .*0 to 1999"):
        load_room(path)


def test_a_room_whose_clock_is_not_its_sites_is_told_what_to_write(tmp_path: Path) -> None:
    site_path = tmp_path / "site.yaml"
    site = (
        "format: 1\nsite: s1\nname: {zh: 馆, en: Site}\ntime_zone: Europe/Berlin\nrooms: [r.yaml]\n"
    )
    site_path.write_text(site, encoding="utf-8")
    small = load_room(shipped_room("small"))
    write_room(small, tmp_path / "r.yaml")
    with pytest.raises(BadFile, match=r"rooms\[0\].*time_zone: Europe/Berlin"):
        load_site(site_path)
    write_room(small.model_copy(update={"time_zone": "Europe/Berlin"}), tmp_path / "r.yaml")
    assert load_site(site_path)[1]["S1"].zone().key == "Europe/Berlin"


def test_a_time_zone_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(
        shipped_room("small").read_text("utf-8") + "\ntime_zone: Mars/Olympus\n", encoding="utf-8"
    )
    with pytest.raises(BadFile, match=r"time_zone.*no time zone"):
        load_room(path)
