"""Exports over a real archive: whole, in order, by time and room, and on record."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from controller import problems
from controller.audit.store import list_entries
from controller.context import Context
from controller.exports import api as exports_api
from controller.exports import reading
from controller.exports.audited import audited
from controller.exports.model import Window
from controller.exports.writing import COLUMNS, Tally, write_csv
from controller.holdings.model import Item, Place, PlaceKind
from controller.holdings.store import move_box, move_file
from controller.holdings.tagging import pair
from controller.people.access import SignedIn, permit
from controller.readers.tables import PassageRow
from controller.tags.schemes import write_gs1
from tests.core.epcis_rules import flaws_of_document

Rows = list[dict[str, str]]
HOUR = timedelta(hours=1)


@pytest.fixture
def client(filled: Context) -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(exports_api.routes(filled))
    clerk = SignedIn(user_id="u1", name="小王", post="archivist", permissions=frozenset())
    app.dependency_overrides[permit("export.read")] = lambda: clerk
    with TestClient(app) as client:
        yield client


@pytest.fixture
def day(filled: Context, box_rows: Rows, file_rows: Rows) -> dict[str, str]:
    """A box goes to the desk, to a person and back; a file leaves its box; a tag is replaced."""
    start = filled.clock.now()
    box = box_rows[0]["box_code"]
    file = next(row["file_code"] for row in file_rows if row["box_code"] != box)
    places = (
        Place(kind=PlaceKind.DESK, since=start + HOUR),
        Place(kind=PlaceKind.PERSON, person="=李工()", since=start + 2 * HOUR),
        Place(kind=PlaceKind.HOME, address=box_rows[0]["home_shelf"], since=start + 3 * HOUR),
    )
    with filled.records.write() as session:
        for place in places:
            move_box(session, box, place, by="u1")
        lent = Place(kind=PlaceKind.PERSON, person="张工")
        move_file(session, file, lent, by="u1", at=start + 4 * HOUR)
        move_file(session, file, None, by="u1", at=start + 5 * HOUR)
        item = Item(kind="box", code=box)
        tag = "53520001AAAA000000000077"
        pair(session, item, tag, by="u1", at=start + 6 * HOUR, cause="written")
    return {"box": box, "file": file}


def read_csv(text: str) -> Rows:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:])))


def told_by_people(text: str) -> Rows:
    """Leave out how each box first came to its place."""
    return [row for row in read_csv(text) if row["cause"] == "person"]


def events_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    assert flaws_of_document(document) == []
    events: list[dict[str, Any]] = document["epcisBody"]["eventList"]
    return events


def test_movements_come_as_csv_with_stable_columns_and_local_times(
    client: TestClient, day: dict[str, str]
) -> None:
    answer = client.get("/movements.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(read_csv(answer.content.decode())) == 120 + 5
    rows = told_by_people(answer.content.decode())
    assert tuple(rows[0]) == COLUMNS
    assert [(row["item_code"], row["from_kind"], row["to_kind"]) for row in rows] == [
        (day["box"], "home", "desk"),
        (day["box"], "desk", "person"),
        (day["box"], "person", "home"),
        (day["file"], "home", "person"),
        (day["file"], "person", "home"),
    ]
    assert rows[0]["at"] == "2026-03-02T17:01:00.000+08:00"
    assert rows[1]["to_person"] == "'=李工()", "no spreadsheet takes a name for a formula"
    assert (rows[4]["with_box"], rows[4]["cause"]) == ("1", "person")


@pytest.mark.parametrize("name", ["=1", "＝1", "＋1", "－1", "＠A1", "\n=1"])
def test_no_spreadsheet_takes_a_name_for_a_formula(
    client: TestClient, filled: Context, box_rows: Rows, name: str
) -> None:
    lent = Place(kind=PlaceKind.PERSON, person=name, since=filled.clock.now() + HOUR)
    with filled.records.write() as session:
        move_box(session, box_rows[0]["box_code"], lent, by="u1")
    (row,) = told_by_people(client.get("/movements.csv").text)
    assert row["to_person"] == f"'{name}"


def test_movements_come_as_an_epcis_document(client: TestClient, day: dict[str, str]) -> None:
    answer = client.get("/movements.epcis.json")
    assert answer.headers["content-type"] == "application/ld+json"
    events = events_of(answer.json())
    moves = [e for e in events if e.get("stackroom:cause") == "person" or "parentID" in e]
    assert [(e["type"][:3], e["action"], e["bizStep"]) for e in moves] == [
        ("Obj", "OBSERVE", "picking"),
        ("Obj", "OBSERVE", "removing"),
        ("Obj", "OBSERVE", "storing"),
        ("Agg", "DELETE", "unpacking"),
        ("Obj", "OBSERVE", "removing"),
        ("Obj", "OBSERVE", "storing"),
        ("Agg", "ADD", "packing"),
    ]
    assert sum(e["bizStep"] == "commissioning" for e in events) == 123, "120 boxes, 3 files"
    (replaced,) = [e for e in events if e["bizStep"] == "replacing"]
    assert replaced["stackroom:tag"] == "53520001AAAA000000000077"
    assert "李工" not in answer.text


def test_a_second_export_has_the_same_events(client: TestClient, day: dict[str, str]) -> None:
    first, second = (events_of(client.get("/movements.epcis.json").json()) for _ in range(2))
    assert first == second


def test_batches_change_nothing(
    client: TestClient, day: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = client.get("/movements.csv").text, client.get("/movements.epcis.json").json()
    monkeypatch.setattr(reading, "BATCH", 2)
    small = client.get("/movements.csv").text, client.get("/movements.epcis.json").json()
    assert small == whole


def test_an_export_covers_the_time_that_is_asked_for(
    client: TestClient, filled: Context, day: dict[str, str]
) -> None:
    start = filled.clock.now()

    def rows(**asked: str) -> list[str]:
        answer = client.get("/movements.csv", params=asked)
        return [row["to_kind"] for row in told_by_people(answer.content.decode())]

    since, until = (start + 2 * HOUR).isoformat(), (start + 4 * HOUR).isoformat()
    assert rows(**{"from": since, "to": until}) == ["person", "home"]
    assert len(rows(**{"from": "2026-03-02", "to": "2026-03-02"})) == 5
    assert rows(to="2026-03-01") == []
    asked = {"from": since, "to": until}
    events = events_of(client.get("/movements.epcis.json", params=asked).json())
    assert len(events) == 2
    wrong = client.get("/movements.csv", params={"from": until, "to": since})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "exports.ends_before_it_begins")


def test_an_export_of_a_room_has_what_touched_it(client: TestClient, day: dict[str, str]) -> None:
    here = client.get("/movements.csv", params={"room": "S1"}).content.decode()
    assert len(told_by_people(here)) == 5, (
        "desk to person names no place: the box's own room counts"
    )
    missing = client.get("/movements.csv", params={"room": "S9"})
    assert (missing.status_code, missing.json()["code"]) == (404, "rooms.no_such_room")


def test_every_export_is_on_record_with_how_it_ended(
    client: TestClient, filled: Context, day: dict[str, str]
) -> None:
    client.get("/movements.csv", params={"room": "S1"})
    with filled.records.read() as session:
        ended, begun = list_entries(session, limit=2)
    assert (begun.action, begun.actor, begun.outcome) == ("export.begun", "u1", "done")
    assert (ended.action, ended.outcome) == ("export.ended", "done")
    assert json.loads(ended.detail) == {
        "form": "csv",
        "from": None,
        "to": None,
        "room": "S1",
        "written": 125,
    }


def test_an_export_that_is_broken_off_says_so(filled: Context, day: dict[str, str]) -> None:
    tally, window = Tally(), Window()
    parts = audited(filled, write_csv(filled, window, tally), tally, window, form="csv", by="u1")
    next(parts)
    parts.close()
    with filled.records.read() as session:
        ended, begun = list_entries(session, limit=2)
    assert (begun.action, ended.action) == ("export.begun", "export.ended")
    assert ended.outcome == "broken_off"


def test_what_is_written_after_an_export_began_is_not_in_it(
    filled: Context, day: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 1)
    parts = write_csv(filled, Window(), Tally())
    text = next(parts) + next(parts)
    with filled.records.write() as session:
        at = datetime.fromisoformat("2026-03-03T00:00:00+00:00")
        move_box(session, day["box"], Place(kind=PlaceKind.DESK, since=at), by="u1")
    assert len(told_by_people((text + b"".join(parts)).decode())) == 5


def test_what_passed_a_door_is_told_with_its_room(
    client: TestClient, filled: Context, day: dict[str, str]
) -> None:
    at = filled.clock.now() + HOUR
    passages = [
        PassageRow(
            room="S1",
            door="door-1",
            at=at,
            first_at=at,
            last_at=at,
            epc="53520001AAAA000000000077",
            reader="reader-2",
            direction="out",
            confidence=0.9,
            item_kind=kind,
            item_code=code,
            known=True,
            allowed=False,
            alarmed=True,
        )
        for kind, code in (("box", day["box"]), (None, None))
    ]
    with filled.records.write() as session:
        session.add_all(passages)
    events = events_of(client.get("/movements.epcis.json", params={"room": "S1"}).json())
    (left,) = [event for event in events if event["bizStep"] == "departing"]
    assert left["epcList"] == [f"urn:x-stackroom:test:box:{day['box']}"]
    assert left["stackroom:alarmed"] is True


def test_what_happened_before_a_gs1_tag_goes_by_the_code_and_what_follows_by_the_key(
    client: TestClient, filled: Context, day: dict[str, str]
) -> None:
    start, item = filled.clock.now(), Item(kind="box", code=day["box"])
    number = write_gs1("urn:epc:tag:gdti-96:0.0614141.12345.400")
    with filled.records.write() as session:
        at = start + 7 * HOUR
        pair(session, item, number, by="u1", at=at, cause="written", scheme="gdti-96")
        desk = Place(kind=PlaceKind.DESK, since=start + 8 * HOUR)
        move_box(session, day["box"], desk, by="u1")
    asked = {"from": (start + HOUR).isoformat()}
    events = events_of(client.get("/movements.epcis.json", params=asked).json())
    own, key = f"urn:x-stackroom:test:box:{day['box']}", "urn:epc:id:gdti:0614141.12345.400"
    moves = [e["epcList"][0] for e in events if "stackroom:cause" in e]
    assert [name for name in moves if name in (own, key)] == [own, own, own, key]
