"""Imports write all or nothing, name every bad row, and may be said twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import col

from controller.audit.store import list_entries
from controller.context import Context
from controller.finding.search import find
from controller.holdings import import_stage, publish, views
from controller.holdings.homes import homes_version, list_homes
from controller.holdings.imports import ImportBusy, ImportReport, resume_imports
from controller.holdings.tables import (
    BoxRow,
    DwellingRow,
    FileRow,
    HouseholdRow,
    ImportRow,
    MovementRow,
    StagedRow,
)
from controller.live import LiveChange
from simulators.holdings import ArchivePaths

Take = Callable[..., ImportReport]
Rows = list[dict[str, str]]


def count(context: Context, table: type[Any]) -> int:
    with context.records.read() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def states(context: Context) -> list[str]:
    with context.records.read() as session:
        rows = session.execute(select(ImportRow).order_by(text("rowid"))).scalars()
        return [row.state for row in rows]


def last_audit(context: Context) -> tuple[str, str]:
    with context.records.read() as session:
        entry = list_entries(session, limit=1)[0]
        return entry.action, entry.outcome


def shown(report: ImportReport) -> list[tuple[int, str, str, str]]:
    return [(cell.row, cell.field, cell.code, cell.value) for cell in report.bad]


def test_the_archive_comes_in_as_it_was_written(
    filled: Context, box_rows: Rows, file_rows: Rows
) -> None:
    assert count(filled, BoxRow) == 120
    assert count(filled, FileRow) == 800
    households = {row["household_code"] for row in file_rows} - {""}
    assert count(filled, HouseholdRow) == len(households)
    assert count(filled, DwellingRow) == len({row["dwelling_code"] for row in file_rows})
    with filled.records.read() as session:
        for row in box_rows[:5]:
            box = views.find_box(session, filled.keys, row["box_code"])
            assert box is not None
            assert box.home is not None
            assert (box.epc, box.thickness_mm) == (row["epc"], int(row["thickness_mm"]))
            assert (box.home.address, str(box.home.order_mm)) == (
                row["home_shelf"],
                row["order_mm"],
            )
            assert (box.place.kind, box.state) == ("home", "in_place")
            assert [(f.code, str(f.pages)) for f in box.files] == [
                (f["file_code"], f["pages"]) for f in file_rows if f["box_code"] == box.code
            ]


def test_id_numbers_lie_sealed_and_are_shown_masked(
    filled: Context, file_rows: Rows, tmp_path: Any
) -> None:
    row = next(row for row in file_rows if row["id_number"])
    with filled.records.read() as session:
        household = session.get(HouseholdRow, row["household_code"])
        assert household is not None
        assert household.id_sealed is not None
        opened = filled.keys.decrypt(
            household.id_sealed, where=f"households|id_number|{household.code}"
        )
        assert opened == row["id_number"]
        box = views.find_box(session, filled.keys, row["box_code"])
        assert box is not None
        masked = next(f.masked_id for f in box.files if f.code == row["file_code"])
        assert masked == f"990001********{row['id_number'][-4:]}"
    filled.records.close()
    for path in tmp_path.glob("records.db*"):
        content = path.read_bytes()
        assert row["id_number"].encode() not in content
        assert row["head_name"].encode() in content or path.suffix != ".db"


def test_a_second_import_of_the_same_lists_changes_nothing_and_says_so(
    filled: Context, archive: ArchivePaths, take: Take
) -> None:
    moved = count(filled, MovementRow)
    for kind, path, total in (
        ("boxes", archive.boxes_csv, 120),
        ("files", archive.files_csv, 800),
    ):
        report = take(kind, path.read_bytes())
        assert (report.fresh, report.changed, report.same) == (0, 0, total)
        assert report.applied
    assert count(filled, MovementRow) == moved
    with filled.records.read() as session:
        assert homes_version(session, next(iter(filled.rooms))) == 2


def test_a_second_import_updates_what_differs(filled: Context, take: Take, file_rows: Rows) -> None:
    row = next(row for row in file_rows if row["head_name"])
    filled.clock.advance(hours=1)  # type: ignore[attr-defined]
    report = take(
        "files",
        [
            row | {"title": "新的题名", "head_name": "欧阳新名", "pages": ""},
        ],
    )
    assert (report.fresh, report.changed, report.same) == (0, 1, 0)
    with filled.records.read() as session:
        file = session.get(FileRow, row["file_code"])
        assert file is not None
        assert file.title == "新的题名"
        assert str(file.pages) == row["pages"]
        for query, wanted in (("新的题名", True), ("欧阳新名", True), ("ouyangxinming", True)):
            hits, _ = find(session, filled.keys, query, limit=50)
            assert (row["file_code"] in {hit.code for hit in hits}) is wanted
        hits, _ = find(session, filled.keys, row["head_name"], limit=100)
        assert row["file_code"] not in {hit.code for hit in hits}


def test_one_bad_row_and_nothing_is_written(context: Context, take: Take, box_rows: Rows) -> None:
    rows = [*box_rows[:9], box_rows[9] | {"thickness_mm": "thick"}]
    report = take("boxes", rows)
    assert not report.applied
    assert (report.rows, report.good) == (10, 9)
    assert shown(report) == [(11, "thickness_mm", "not_a_number", "thick")]
    assert [count(context, table) for table in (BoxRow, StagedRow, MovementRow)] == [0, 0, 0]
    with context.records.read() as session:
        assert [row.state for row in session.execute(select(ImportRow)).scalars()] == ["rejected"]
        assert find(session, context.keys, box_rows[0]["box_code"], limit=5) == ([], False)


def test_good_rows_come_in_where_the_person_accepts_that(
    context: Context, take: Take, box_rows: Rows
) -> None:
    rows = [*box_rows[:9], box_rows[9] | {"thickness_mm": "thick"}]
    report = take("boxes", rows, accept_partial=True)
    assert report.applied
    assert count(context, BoxRow) == 9


def test_a_dry_run_finds_the_same_and_writes_nothing(
    context: Context, take: Take, box_rows: Rows
) -> None:
    report = take("boxes", [box_rows[0], box_rows[0]], dry_run=True)
    assert shown(report) == [
        (3, "box_code", "twice_in_file", box_rows[0]["box_code"]),
        (3, "epc", "twice_in_file", box_rows[0]["epc"]),
    ]
    assert report.import_id is None
    assert [count(context, table) for table in (BoxRow, ImportRow, StagedRow)] == [0, 0, 0]


def test_every_bad_box_is_named_by_row_field_and_reason(
    filled: Context, take: Take, box_rows: Rows
) -> None:
    first, second, shelf = box_rows[0], box_rows[1], box_rows[0]["home_shelf"]
    good = {"box_code": "N-1", "title": "t", "thickness_mm": "40"}
    new = good | {"box_code": "N-2"}
    report = take(
        "boxes",
        [
            good,
            new | {"box_code": ""},
            new | {"title": ""},
            new | {"title": "长" * 201},
            new | {"thickness_mm": "4"},
            new | {"epc": "XYZ"},
            new | {"epc": second["epc"]},
            new | {"home_shelf": "R9-B1", "order_mm": "0"},
            new | {"home_shelf": "R9-B1-C1-L-1-1", "order_mm": "0"},
            new | {"home_shelf": shelf},
            new | {"home_shelf": shelf, "order_mm": "880"},
            first | {"epc": second["epc"]},
        ],
    )
    assert shown(report) == [
        (3, "box_code", "required", ""),
        (4, "title", "required", ""),
        (5, "title", "too_long", "长" * 80),
        (6, "thickness_mm", "out_of_range", "4"),
        (7, "epc", "bad_epc", "XYZ"),
        (8, "epc", "tag_of_another_box", second["epc"]),
        (9, "home_shelf", "bad_address", "R9-B1"),
        (10, "home_shelf", "no_such_shelf", "R9-B1-C1-L-1-1"),
        (11, "order_mm", "required", ""),
        (12, "order_mm", "beyond_shelf", "880"),
        (13, "epc", "tag_of_another_box", second["epc"]),
    ]
    assert (report.rows, report.good) == (12, 1)


def test_every_bad_file_is_named_by_row_field_and_reason(
    filled: Context, take: Take, file_rows: Rows
) -> None:
    known = next(row for row in file_rows if row["id_number"])
    wrong_id = known["id_number"][:-1] + ("0" if known["id_number"][-1] != "0" else "1")
    new = {"file_code": "X043-HJ-2025-Y-0001-00001", "box_code": known["box_code"], "title": "t"}
    home = new | {"household_code": "N1", "head_name": "张三", "address": "甲路1号"}

    def nth(number: int) -> dict[str, str]:
        return {"file_code": f"X043-HJ-2025-Y-0001-{number:05d}"}

    report = take(
        "files",
        [
            home | nth(1),
            home | nth(1),
            new | {"file_code": "no code"},
            new | nth(3) | {"box_code": "N-9"},
            home | nth(4) | {"id_number": wrong_id},
            home | nth(5) | {"id_number": "99000119800101"},
            home | nth(6) | {"head_name": "李四"},
            home | nth(7) | {"address": "乙路2号"},
            new | nth(8) | {"household_code": "N2"},
            new | nth(9) | {"dwelling_code": "D1"},
            new | nth(10) | {"head_name": "王五"},
            new | nth(11) | {"address": "丙路"},
            new | nth(12) | {"pages": "-1"},
        ],
    )
    assert shown(report) == [
        (3, "file_code", "twice_in_file", "X043-HJ-2025-Y-0001-00001"),
        (4, "file_code", "bad_code", "no code"),
        (5, "box_code", "no_such_box", "N-9"),
        (6, "id_number", "bad_id_number", f"{wrong_id[:6]}********{wrong_id[-4:]}"),
        (7, "id_number", "bad_id_number", "990001********0101"),
        (8, "head_name", "household_differs", "李四"),
        (9, "address", "household_differs", "乙路2号"),
        (10, "head_name", "required", ""),
        (11, "address", "required", ""),
        (12, "household_code", "required_by_head_name", ""),
        (13, "address", "address_of_nothing", "丙路"),
        (14, "pages", "not_a_number", "-1"),
    ]
    assert (report.rows, report.good) == (13, 1)
    assert not report.applied


def test_nothing_of_an_import_is_seen_before_all_of_it_is_there(
    context: Context, take: Take, box_rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_stage, "STRETCH", 50)
    seen: list[tuple[str, int, int]] = []

    def look(doing: str, _rows: int) -> None:
        with context.records.read() as session:
            hits, _ = find(session, context.keys, "X043", limit=500)
            seen.append((doing, len(hits), len(list_homes(session, next(iter(context.rooms))))))

    take("boxes", box_rows, progress=look)
    assert {(hits, homes) for doing, hits, homes in seen} == {(0, 0)}
    assert [doing for doing, _, _ in seen] == ["reading"] * 3 + ["publishing"] * 3
    with context.records.read() as session:
        assert len(find(session, context.keys, "X043", limit=500)[0]) == 120


@pytest.mark.parametrize("stretches", [0, 1, 2, 3])
def test_an_import_that_was_cut_off_is_completed_at_the_next_start(
    stretches: int,
    context: Context,
    take: Take,
    box_rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_stage, "STRETCH", 50)
    written: list[str] = []
    write = publish.write_fresh

    def cut(session: Any, kind: str, rows: Any, **rest: Any) -> None:
        if kind == "box" and rows and len(written) == stretches:
            raise KeyboardInterrupt
        if kind == "box" and rows:
            written.append(kind)
        write(session, kind, rows, **rest)

    with monkeypatch.context() as patched:
        patched.setattr(publish, "write_fresh", cut)
        if stretches < 3:
            with pytest.raises(KeyboardInterrupt):
                take("boxes", box_rows)
            assert count(context, BoxRow) == stretches * 50
        else:
            take("boxes", box_rows)
    assert len(resume_imports(context)) == (1 if stretches < 3 else 0)
    assert [count(context, table) for table in (BoxRow, MovementRow, StagedRow)] == [120, 120, 0]
    with context.records.read() as session:
        assert len(find(session, context.keys, "X043", limit=500)[0]) == 120


def test_two_imports_never_run_at_once(context: Context, take: Take, box_rows: Rows) -> None:
    with context.records.alone("import") as free:
        assert free
        with pytest.raises(ImportBusy):
            take("boxes", box_rows)
        assert resume_imports(context) == []
    assert take("boxes", box_rows).applied


def test_the_next_import_completes_one_that_stopped_on_the_way(
    context: Context, take: Take, box_rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_given: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publish, "write_fresh", cut)
        with pytest.raises(KeyboardInterrupt):
            take("boxes", box_rows[:60])
    assert states(context) == ["publishing"]
    assert take("boxes", box_rows[60:]).fresh == 60
    assert states(context) == ["done", "done"]
    assert count(context, BoxRow) == 120


@pytest.mark.parametrize("room_pages", [0, 6, 12, 17])
def test_a_disk_that_fills_up_blocks_no_later_import(
    room_pages: int, context: Context, take: Take, box_rows: Rows
) -> None:
    engine = context.records.engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def fill_up(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + room_pages}")

    engine.dispose()
    event.listen(engine, "connect", fill_up)
    with pytest.raises(OperationalError, match="full"):
        take("boxes", box_rows)
    event.remove(engine, "connect", fill_up)
    engine.dispose()
    assert take("boxes", box_rows).applied
    assert [count(context, table) for table in (BoxRow, StagedRow)] == [120, 0]
    assert states(context)[-1] == "done"
    assert set(states(context)[:-1]) <= {"done", "failed"}


def test_what_fails_while_nobody_has_seen_it_is_withdrawn(
    context: Context, take: Take, box_rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_named: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(publish, "write_first_movements", fail)
        with pytest.raises(RuntimeError):
            take("boxes", box_rows)
    assert [count(context, table) for table in (BoxRow, StagedRow)] == [0, 0]
    assert states(context) == ["failed"]
    assert last_audit(context) == ("import.failed", "failed")


def test_a_change_that_cannot_be_written_leaves_what_shows_and_ends_the_import(
    filled: Context, take: Take, box_rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_named: Any) -> None:
        raise LookupError

    rows = [box_rows[0] | {"title": "新题名"}, box_rows[1] | {"box_code": "NEW-1", "epc": ""}]
    with monkeypatch.context() as patched:
        patched.setattr(publish, "write_change", fail)
        with pytest.raises(LookupError):
            take("boxes", rows)
    assert (count(filled, BoxRow), count(filled, StagedRow)) == (121, 0)
    assert states(filled)[-1] == "failed"
    assert take("boxes", rows[:1]).changed == 1


def test_a_list_that_is_refused_is_written_down_as_refused(
    context: Context, take: Take, box_rows: Rows
) -> None:
    take("boxes", [box_rows[0] | {"thickness_mm": "thick"}])
    assert last_audit(context) == ("import.rejected", "refused")


def test_an_import_that_was_cut_off_while_reading_leaves_nothing(
    context: Context, take: Take, box_rows: Rows
) -> None:
    def cut(_doing: str, _rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take("boxes", box_rows, progress=cut)
    assert [count(context, table) for table in (BoxRow, StagedRow)] == [0, 0]
    assert take("boxes", box_rows).applied


def test_the_database_itself_refuses_one_tag_on_two_boxes(filled: Context, box_rows: Rows) -> None:
    twice = (
        update(BoxRow)
        .where(col(BoxRow.code) == box_rows[0]["box_code"])
        .values(epc=box_rows[1]["epc"])
    )
    with filled.records.write() as session:
        with pytest.raises(IntegrityError, match=r"UNIQUE constraint failed: boxes\.epc"):
            session.execute(twice)


def test_homes_grow_a_version_and_rooms_are_told(
    context: Context, take: Take, box_rows: Rows
) -> None:
    room = next(iter(context.rooms))
    with context.hub.subscribe(lambda: None) as told:
        take("boxes", box_rows)
        _, changes = told.take()
    assert LiveChange(kind="homes", key=room, body={"room": room, "version": 1}) in [
        numbered.change for numbered in changes
    ]
    with context.hub.subscribe(lambda: None) as told:
        take("boxes", [box_rows[0] | {"epc": "53520001AAAA"}])
        _, changes = told.take()
    assert [numbered.change.body["version"] for numbered in changes] == [2]
    with context.records.read() as session:
        homes = list_homes(session, room)
    assert [(home.epc, home.box_code) for home in homes][:2] == [
        ("53520001AAAA", box_rows[0]["box_code"]),
        (box_rows[1]["epc"], box_rows[1]["box_code"]),
    ]
    assert len(homes) == 120


def test_an_import_is_in_the_audit_ledger_with_its_figures(filled: Context) -> None:
    with filled.records.read() as session:
        entries = [e for e in list_entries(session) if e.action == "import.applied"]
    assert [(e.actor, '"fresh":800' in e.detail.replace(" ", "")) for e in entries] == [
        ("u1", True),
        ("u1", False),
    ]


def test_a_new_home_in_the_catalogue_is_a_movement(
    filled: Context, take: Take, box_rows: Rows
) -> None:
    row = box_rows[0] | {"home_shelf": box_rows[-1]["home_shelf"], "order_mm": "700"}
    take("boxes", [row])
    with filled.records.read() as session:
        moved = session.execute(
            select(MovementRow)
            .where(col(MovementRow.item_code) == row["box_code"])
            .order_by(col(MovementRow.id))
        ).scalars()
        assert [(m.from_kind, m.from_address, m.to_address, m.cause) for m in moved] == [
            ("unknown", None, box_rows[0]["home_shelf"], "import"),
            ("home", box_rows[0]["home_shelf"], row["home_shelf"], "import"),
        ]
