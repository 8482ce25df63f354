"""Labels over a real archive: in the order of the shelves, without gaps, told when unknown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from controller import problems
from controller.audit.store import list_entries
from controller.context import Context
from controller.labels import api as labels_api
from controller.labels import listing
from controller.labels.ends import list_face_ends
from controller.labels.listing import count_labels, list_labels
from controller.labels.model import Order, Scope, UnknownItems
from controller.people.access import SignedIn, permit
from tests.core.label_papers import read_pages, read_zpl

Rows = list[dict[str, str]]
ALL = Scope(room="S1")


@pytest.fixture
def client(filled: Context) -> Iterator[TestClient]:
    yield from open_client(filled, None)


def open_client(context: Context, font: Path | None) -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(labels_api.routes(context, font))
    clerk = SignedIn(user_id="u1", name="小王", post="archivist", permissions=frozenset())
    for verb in ("box.read", "room.read"):
        app.dependency_overrides[permit(verb)] = lambda: clerk
    with TestClient(app) as client:
        yield client


def along_shelves(box_rows: Rows) -> list[str]:
    def key(row: dict[str, str]) -> tuple[object, ...]:
        bank, column, face, section, shelf = row["home_shelf"].split("-")[1:]
        place = (int(bank[1:]), int(column[1:]), face, int(section), int(shelf))
        return (*place, int(row["order_mm"]), row["box_code"])

    return [row["box_code"] for row in sorted(box_rows, key=key)]


def test_labels_of_a_room_come_in_the_order_one_walks(filled: Context, box_rows: Rows) -> None:
    order = Order(kind="box", language="zh", scope=ALL)
    labels = list(list_labels(filled, order))
    assert [label.code for label in labels] == along_shelves(box_rows)
    assert count_labels(filled, order) == len(labels) == 120
    one = labels[0]
    assert one.qr == f"SR:B:{one.code}"
    assert one.address is not None
    assert one.words == "1区 {}列 {}面 {}节 {}层".format(
        one.address.split("-")[2][1:],
        {"L": "左", "R": "右"}[one.address.split("-")[3]],
        *one.address.split("-")[4:],
    )


def test_every_file_gets_one_label_with_its_title(filled: Context, file_rows: Rows) -> None:
    order = Order(kind="file", language="en", scope=ALL)
    labels = list(list_labels(filled, order))
    titles = {row["file_code"]: row["title"] for row in file_rows}
    assert {label.code: label.title for label in labels} == titles
    assert len(labels) == len(titles) == count_labels(filled, order)


def test_no_label_bears_an_id_number(filled: Context, file_rows: Rows) -> None:
    numbers = {row["id_number"] for row in file_rows if row["id_number"]}
    assert numbers
    said = " ".join(map(str, list_labels(filled, Order(kind="file", language="zh", scope=ALL))))
    assert not any(number in said for number in numbers)


def test_shelves_of_a_face_get_a_label_each(filled: Context) -> None:
    scope = Scope(room="S1", bank=1, column=3)
    labels = list(list_labels(filled, Order(kind="shelf", language="en", scope=scope)))
    assert len(labels) == 2 * 2 * 4
    assert labels[0].qr == "SR:S:S1-B1-C3-L-1-1"
    assert labels[-1].words == "Bank 1, column 3, right face, section 2, shelf 4"


def test_a_column_end_tells_the_first_and_the_last_file_of_its_face(
    filled: Context, box_rows: Rows, file_rows: Rows
) -> None:
    in_order = along_shelves(box_rows)
    homes = {row["box_code"]: row["home_shelf"] for row in box_rows}
    with filled.records.read() as session:
        ends = list(list_face_ends(session, filled.rooms["S1"], ALL))
    assert len(ends) == 12
    for end in ends:
        here = [code for code in in_order if homes[code].startswith(f"{end.address}-")]
        if not here:
            assert end.codes is None
            continue
        assert end.codes is not None
        assert end.codes.boxes == len(here)
        first = sorted(r["file_code"] for r in file_rows if r["box_code"] == here[0])
        last = sorted(r["file_code"] for r in file_rows if r["box_code"] == here[-1])
        assert (end.codes.first, end.codes.last) == (
            first[0] if first else here[0],
            last[-1] if last else here[-1],
        )
    assert any(end.codes for end in ends)
    named = Order(kind="column_end", language="zh", items=(str(ends[2].address),))
    (label,) = list_labels(filled, named)
    assert label.code == "1区 2列 左面"


def test_named_items_keep_the_order_they_are_named_in(filled: Context, box_rows: Rows) -> None:
    codes = tuple(row["box_code"] for row in box_rows[5:0:-1])
    order = Order(kind="box", language="zh", items=codes)
    assert tuple(label.code for label in list_labels(filled, order)) == codes


@pytest.mark.parametrize("kind", ["box", "file", "shelf", "column_end"])
def test_an_item_that_is_not_there_is_named(filled: Context, kind: str) -> None:
    items = ("S1-B1-C9-L-1-1", "nothing")
    order = Order(kind=kind, language="zh", items=items)  # type: ignore[arg-type]  # by name
    with pytest.raises(UnknownItems) as unknown:
        list_labels(filled, order)
    assert unknown.value.items == items


def test_labels_are_read_as_they_are_asked_for(
    filled: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_BATCH", 8)
    labels = list_labels(filled, Order(kind="box", language="zh", scope=ALL))
    next(labels)
    with filled.records.write():
        pass  # nothing is held open between batches
    assert len(list(labels)) == 119


def test_labels_come_as_pdf_and_the_printing_is_on_record(
    client: TestClient, filled: Context, box_rows: Rows
) -> None:
    codes = [row["box_code"] for row in box_rows[:3]]
    answer = client.post("/labels", json={"kind": "box", "items": codes, "size": "100x50"})
    assert answer.headers["content-type"] == "application/pdf"
    pages = read_pages(answer.content)
    assert [code in page for code, page in zip(codes, pages, strict=True)] == [True] * 3
    with filled.records.read() as session:
        entry = list_entries(session, limit=1)[0]
    assert (entry.action, entry.actor) == ("labels.printed", "u1")
    assert json.loads(entry.detail)["items"] == codes


def test_labels_of_a_column_come_as_zpl(client: TestClient) -> None:
    part = {"room": "S1", "bank": 1, "column": 1}
    asked = {"kind": "shelf", "scope": part, "format": "zpl", "dpi": 300}
    labels = read_zpl(client.post("/labels", json=asked).content)
    assert len(labels) == 2 * 2 * 4
    assert labels[0].qr == "SR:S:S1-B1-C1-L-1-1"
    assert labels[0].width == 720


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"kind": "box"}, 422, "request.invalid"),
        ({"kind": "box", "items": ["a"], "scope": {"room": "S1"}}, 422, "request.invalid"),
        ({"kind": "box", "scope": {"room": "S1", "face": "L"}}, 422, "request.invalid"),
        ({"kind": "box", "scope": {"room": "S9"}}, 404, "rooms.no_such_room"),
        ({"kind": "box", "scope": {"room": "S1", "bank": 7}}, 404, "shelving.no_such_bank"),
        (
            {"kind": "box", "scope": {"room": "S1", "bank": 1, "column": 70}},
            404,
            "holdings.no_such_face",
        ),
        ({"kind": "box", "items": ["nothing"]}, 404, "labels.unknown_items"),
        (
            {"kind": "shelf", "scope": {"room": "S1"}, "format": "zpl", "size": "a4-sheet"},
            422,
            "labels.no_sheets_in_zpl",
        ),
    ],
)
def test_an_order_that_cannot_be_printed_says_why(
    client: TestClient, asked: dict[str, object], status: int, code: str
) -> None:
    answer = client.post("/labels", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_too_many_labels_for_one_pdf_are_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels_api, "MOST_IN_PDF", 11)
    asked = {"kind": "column_end", "scope": {"room": "S1"}}
    answer = client.post("/labels", json=asked)
    assert answer.json()["params"] == {"count": 12, "most": 11}
    assert client.post("/labels", json=asked | {"format": "zpl"}).status_code == 200


def test_a_missing_font_names_the_package_to_install(filled: Context, tmp_path: Path) -> None:
    for client in open_client(filled, tmp_path / "none.ttf"):
        answer = client.get("/rooms/S1/plan.pdf")
        assert answer.status_code == 503
        assert answer.json()["code"] == "labels.no_font"
        assert answer.json()["params"]["package"] == "fonts-noto-cjk"


def test_a_plan_of_a_room_is_printed_with_what_stands_where(
    client: TestClient, file_rows: Rows
) -> None:
    answer = client.get("/rooms/S1/plan.pdf", params={"language": "en", "bank": 1})
    assert answer.status_code == 200
    plan, table = read_pages(answer.content)
    assert "S1 Small room · Bank 1: location plan" in plan
    first = min(row["file_code"] for row in file_rows)
    assert first in table
    assert client.get("/rooms/S1/plan.pdf", params={"bank": 4}).status_code == 404
