"""The routes of holdings, finding and circulation say what the contract with the page says."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from controller import problems
from controller.audit.store import list_entries
from controller.circulation import api as circulation_api
from controller.context import Context
from controller.finding import api as finding_api
from controller.holdings import api as holdings_api
from controller.people.access import SignedIn, permit
from controller.people.model import Post
from controller.people.store import NewUser, add_user
from controller.people.tables import UserRow
from simulators.holdings import ArchivePaths

Rows = list[dict[str, str]]
VERBS = ("search", "box.read", "box.move", "room.read", "import.run", "import.read")


@pytest.fixture
def client(filled: Context) -> Iterator[TestClient]:
    """The three routers, with a clerk signed in."""
    app = FastAPI()
    problems.install(app)
    for subject in (holdings_api, finding_api, circulation_api):
        app.include_router(subject.routes(filled))
    clerk = SignedIn(user_id="u1", name="小王", post="archivist", permissions=frozenset(VERBS))
    for verb in VERBS:
        app.dependency_overrides[permit(verb)] = lambda: clerk
    with TestClient(app) as client:
        yield client


def test_looking_for_an_id_number_is_audited_without_the_number(
    client: TestClient, filled: Context, file_rows: Rows
) -> None:
    number = next(row["id_number"] for row in file_rows if row["id_number"])
    for query in (number[:-1], number[-4:], number, f"{number[:6]} {number[6:]}"):
        assert client.get("/search", params={"q": query}).status_code == 200
    with filled.records.read() as session:
        looks = [e for e in list_entries(session) if e.action == "search.id_number"]
    assert [look.actor for look in looks] == ["u1", "u1"]
    assert len({look.detail for look in looks}) == 1
    assert number[6:14] not in looks[0].detail


def test_a_household_is_found_handed_over_and_taken_back(
    client: TestClient, filled: Context, file_rows: Rows
) -> None:
    row = next(row for row in file_rows if row["head_name"])
    answer = client.get("/search", params={"q": row["head_name"]}).json()
    assert answer["query"] == row["head_name"]
    assert isinstance(answer["took_ms"], float)
    hit = next(hit for hit in answer["hits"] if hit["code"] == row["file_code"])
    assert hit["household"] == {
        "code": row["household_code"],
        "head": row["head_name"],
        "address": row["address"],
    }
    asked = {"file_code": row["file_code"], "person": "李工", "purpose": "查阅"}
    with filled.hub.subscribe(lambda: None) as told:
        lent = client.post("/checkouts", json=asked)
        _, changes = told.take()
    assert (lent.status_code, lent.json()["state"]) == (201, "lent")
    assert lent.json()["place"]["person"] == "李工"
    body = changes[-1].change.body
    assert (changes[-1].change.kind, body["code"], body["state"]) == (
        "item",
        row["file_code"],
        "lent",
    )
    again = client.post("/checkouts", json=asked)
    assert (again.status_code, again.json()["code"]) == (409, "circulation.already_lent")
    out = client.get("/checkouts", params={"open": "true"}).json()["checkouts"]
    assert [(c["code"], c["person"], c["purpose"]) for c in out] == [
        (row["file_code"], "李工", "查阅")
    ]
    back = client.post("/returns", json={"file_code": row["file_code"], "to": "home"})
    assert (back.status_code, back.json()["state"]) == (200, "in_place")
    assert client.get("/checkouts", params={"open": "true"}).json() == {"checkouts": []}
    steps = client.get(f"/files/{row['file_code']}/movements").json()["movements"]
    assert [(s["from"]["kind"], s["to"]["kind"], s["cause"], s["by"]) for s in steps] == [
        ("person", "home", "person", "u1"),
        ("home", "person", "person", "u1"),
    ]


def test_people_stand_in_the_history_by_name(
    client: TestClient, filled: Context, box_rows: Rows
) -> None:
    clerk = NewUser(name="小王", post=Post.ARCHIVIST, password_hash="")
    with filled.records.write() as session:
        made = add_user(session, clerk, now=filled.clock.now(), actor="system")
        session.get_one(UserRow, made.id).id = "u1"
    code = box_rows[1]["box_code"]
    client.post("/checkouts", json={"box_code": code, "person": "李工"})
    steps = client.get(f"/boxes/{code}/movements").json()["movements"]
    assert [step["by"] for step in steps] == ["小王", "小王"]
    assert {one["by"] for one in client.get("/imports").json()["imports"]} == {"小王"}
    lent = client.get("/checkouts").json()["checkouts"]
    assert [(c["handed_by"], c["returned_by"]) for c in lent] == [("小王", None)]


def test_a_box_page_has_home_place_files_and_history(client: TestClient, box_rows: Rows) -> None:
    row = box_rows[1]
    box = client.get(f"/boxes/{row['box_code']}").json()
    assert box["home"]["address"] == row["home_shelf"]
    assert box["home"]["position"] == (1 if row["order_mm"] == "0" else 2)
    assert box["place"]["kind"] == "home"
    assert box["place"]["since"].endswith("Z")
    assert box["last_seen"] is None
    assert box["files"]
    steps = client.get(f"/boxes/{row['box_code']}/movements").json()["movements"]
    assert [(s["from"]["kind"], s["to"]["address"], s["item"]) for s in steps] == [
        ("unknown", row["home_shelf"], row["box_code"])
    ]


def test_a_face_shows_its_boxes_in_order_and_columns_add_up(
    client: TestClient, box_rows: Rows
) -> None:
    face = client.get("/rooms/S1/banks/1/columns/2/faces/L").json()
    assert face["address"] == "S1-B1-C2-L"
    assert [(s["section"], s["shelf"]) for s in face["shelves"]] == [
        (section, shelf) for section in (1, 2) for shelf in (1, 2, 3, 4)
    ]
    wanted = {row["box_code"] for row in box_rows if row["home_shelf"].startswith("S1-B1-C2-L-")}
    assert {box["code"] for shelf in face["shelves"] for box in shelf["boxes"]} == wanted
    for shelf in face["shelves"]:
        orders = [box["order_mm"] for box in shelf["boxes"]]
        assert orders == sorted(orders)
    columns = client.get("/rooms/S1/occupancy").json()["columns"]
    assert sum(column["boxes"] for column in columns) == 120
    assert sum(column["used_mm"] for column in columns) == sum(
        int(row["thickness_mm"]) for row in box_rows
    )
    assert {column["length_mm"] for column in columns} == {2 * 2 * 4 * 900}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/boxes/N-0", "holdings.no_such_box"),
        ("/boxes/N-0/movements", "holdings.no_such_box"),
        ("/files/N-0/movements", "holdings.no_such_file"),
        ("/rooms/R7/occupancy", "rooms.no_such_room"),
        ("/rooms/S1/banks/1/columns/77/faces/L", "holdings.no_such_face"),
    ],
)
def test_what_does_not_exist_is_said_with_a_code(client: TestClient, path: str, code: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_a_list_is_uploaded_tried_and_taken_in(
    client: TestClient, archive: ArchivePaths, file_rows: Rows
) -> None:
    for name, kind, rows in (("boxes_xlsx", "boxes", 120), ("files_sample_xlsx", "files", 200)):
        upload = {"file": (f"{name}.xlsx", getattr(archive, name).read_bytes())}
        report = client.post("/imports", params={"kind": kind}, files=upload).json()
        assert (report["rows"], report["same"], report["applied"]) == (rows, rows, False)
        assert report["import_id"] is None
    row = file_rows[-1]
    bad = "file_code,box_code,title\nX043-1,N-0,t\n"
    answer = client.post(
        "/imports", params={"kind": "files", "dry_run": "false"}, files={"file": ("f.csv", bad)}
    ).json()
    assert answer["bad"] == [{"row": 2, "field": "box_code", "code": "no_such_box", "value": "N-0"}]
    good = f"file_code,box_code,title\nX043-1,{row['box_code']},t\n"
    answer = client.post(
        "/imports", params={"kind": "files", "dry_run": "false"}, files={"file": ("g.csv", good)}
    ).json()
    assert (answer["applied"], answer["fresh"]) == (True, 1)
    states = [(one["name"], one["state"]) for one in client.get("/imports").json()["imports"]]
    assert sorted(states) == [
        ("f.csv", "rejected"),
        ("g.csv", "done"),
        ("list", "done"),
        ("list", "done"),
    ]
    broken = client.post(
        "/imports", params={"kind": "files"}, files={"file": ("x.xlsx", b"PK\x03\x04")}
    )
    assert (broken.status_code, broken.json()["code"]) == (422, "import.broken_workbook")


def test_no_id_number_or_name_that_was_searched_reaches_a_log(
    client: TestClient, file_rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    row = next(row for row in file_rows if row["id_number"])
    caplog.set_level(logging.DEBUG, logger="controller")
    caplog.set_level(logging.DEBUG, logger="sqlalchemy")
    assert client.get("/search", params={"q": row["id_number"]}).json()["hits"]
    written = "".join(record.getMessage() for record in caplog.records)
    assert "SELECT" in written
    assert row["id_number"] not in written
    assert row["id_number"][-4:] not in written
