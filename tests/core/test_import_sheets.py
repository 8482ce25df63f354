"""Lists arrive as people save them; a hostile file is refused before it costs anything."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from controller.holdings import sheets
from controller.holdings.sheets import SheetProblem, read_rows

COLUMNS = {"box_code": "box_code", "盒号": "box_code", "title": "title", "题名": "title"}
NEEDED = frozenset({"box_code"})


def read(raw: bytes) -> list[tuple[int, dict[str, str]]]:
    return list(read_rows(io.BytesIO(raw), COLUMNS, required=NEEDED))


def workbook(*rows: list[object]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_is_read_in_the_encodings_and_dialects_of_spreadsheets(
    encoding: str, delimiter: str, end: str
) -> None:
    lines = [["盒号", "题名"], ["X1", "王伟明户"], ["X2", "买买提·艾力"]]
    text = end.join(delimiter.join(line) for line in lines) + end
    assert read(text.encode(encoding)) == [
        (2, {"box_code": "X1", "title": "王伟明户"}),
        (3, {"box_code": "X2", "title": "买买提·艾力"}),
    ]


def test_a_rare_character_only_gb18030_knows_is_read() -> None:
    assert read("box_code,title\nX1,𬱖\n".encode("gb18030"))[0][1]["title"] == "𬱖"


def test_rows_carry_the_number_a_spreadsheet_shows_and_empty_ones_are_skipped() -> None:
    raw = b'title,box_code,other\n"two\nlines",X1,o\n,,\n\nlast,X2\n'
    assert read(raw) == [
        (2, {"title": "two\nlines", "box_code": "X1"}),
        (5, {"title": "last", "box_code": "X2"}),
    ]


def test_a_workbook_is_read_as_a_person_sees_it() -> None:
    raw = workbook(["盒号", "题名", None], ["X1", 12], [None, None], ["X2", 3.0], ["X3", 2.5])
    assert read(raw) == [
        (2, {"box_code": "X1", "title": "12"}),
        (4, {"box_code": "X2", "title": "3"}),
        (5, {"box_code": "X3", "title": "2.5"}),
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "import.missing_column"),
        (b"title\nx\n", "import.missing_column"),
        ("box_code,盒号\nx,y\n".encode(), "import.column_twice"),
        (b"box_code\n\xff\xff\xff\n", "import.unknown_encoding"),
        (b'box_code,title\nX1,"never closed\n', "import.broken_csv"),
        (b"PK\x03\x04 and then nothing", "import.broken_workbook"),
        (workbook(["title"], ["x"]), "import.missing_column"),
    ],
)
def test_a_file_that_makes_no_sense_says_why(raw: bytes, code: str) -> None:
    with pytest.raises(SheetProblem) as caught:
        read(raw)
    assert caught.value.code == code


def rewritten(part: str, content: bytes) -> bytes:
    """A workbook one part of which is something else."""
    out = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(workbook(["box_code"], ["X1"])))
    with source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            packed.writestr(name, content if name == part else source.read(name))
    return out.getvalue()


def test_a_zip_bomb_is_refused_unopened() -> None:
    raw = rewritten("xl/worksheets/sheet1.xml", b" " * (64 * 1024 * 1024))
    assert len(raw) < 200_000
    with pytest.raises(SheetProblem) as caught:
        read(raw)
    assert caught.value.code == "import.swollen_workbook"


def test_entities_are_not_expanded() -> None:
    sheet = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
    <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""
    with pytest.raises(SheetProblem) as caught:
        read(rewritten("xl/worksheets/sheet1.xml", sheet))
    assert caught.value.code == "import.broken_workbook"


def test_size_and_number_of_rows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    with pytest.raises(SheetProblem) as caught:
        read(b"box_code\n1\n2\n3\n")
    assert caught.value.code == "import.too_many_rows"
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    with pytest.raises(SheetProblem) as caught:
        read(b"box_code\n1\n2\n")
    assert caught.value.code == "import.too_large"
