"""Reads tables people upload: CSV in the usual encodings, and XLSX. Streamed, and bounded.

A file is somebody else's: its size, its rows, what a ZIP swells to and what an XML entity expands
to are all limited before anything is believed.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from datetime import date, datetime
from typing import BinaryIO

MAX_BYTES = 256 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_RATIO = 200
MAX_ROWS = 500_000
MAX_COLUMNS = 64
_CHUNK = 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")


class SheetProblem(Exception):
    """The file as a whole cannot be read; `code` says why, `params` what to change."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


def read_rows(
    stream: BinaryIO, columns: Mapping[str, str], *, required: frozenset[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Walk the rows of a table with the number a spreadsheet shows; the header is row 1.

    `columns` maps every accepted heading to a field. Empty rows are skipped. Raises SheetProblem.
    """
    _refuse_large(stream)
    stream.seek(0)
    packed = stream.read(4) == b"PK\x03\x04"
    stream.seek(0)
    with closing(_xlsx_rows(stream) if packed else _csv_rows(stream)) as rows:
        fields = _fields(next(rows, []), columns, required)
        for number, cells in enumerate(rows, start=2):
            if number > MAX_ROWS + 1:
                raise SheetProblem("import.too_many_rows", limit=MAX_ROWS)
            row = {field: cell.strip() for field, cell in zip(fields, cells, strict=False) if field}
            if any(row.values()):
                yield number, row


def _fields(header: list[str], columns: Mapping[str, str], required: frozenset[str]) -> list[str]:
    fields = [columns.get(heading.strip().lower(), "") for heading in header]
    missing = sorted(required - set(fields))
    if missing:
        raise SheetProblem("import.missing_column", column=", ".join(missing))
    named = [field for field in fields if field]
    doubled = sorted({field for field in named if named.count(field) > 1})
    if doubled:
        raise SheetProblem("import.column_twice", column=", ".join(doubled))
    return fields


def _refuse_large(stream: BinaryIO) -> None:
    size = stream.seek(0, io.SEEK_END)
    if size > MAX_BYTES:
        raise SheetProblem("import.too_large", limit_bytes=MAX_BYTES, bytes=size)


def _csv_rows(stream: BinaryIO) -> Generator[list[str], None, None]:
    encoding = _encoding_of(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        first = text.readline(_CHUNK)
        text.seek(0)
        delimiter = max(",;\t", key=first.count)
        yield from csv.reader(text, delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise SheetProblem("import.broken_csv", why=str(error)) from error
    finally:
        text.detach()


def _encoding_of(stream: BinaryIO) -> str:
    """Find the encoding in which the whole file makes sense; UTF-8 is asked first."""
    for encoding in _ENCODINGS:
        stream.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise SheetProblem("import.unknown_encoding", expected="UTF-8, GB 18030")


def _xlsx_rows(stream: BinaryIO) -> Generator[list[str], None, None]:
    import openpyxl  # here, because most processes never read a workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is not installed, so workbooks cannot be read safely")
    try:
        _refuse_bomb(stream)
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        with closing(book):
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            for row in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True):
                yield [_text(cell) for cell in row]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError) as error:
        raise SheetProblem("import.broken_workbook", why=type(error).__name__) from error


def _refuse_bomb(stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as packed:
        parts = packed.infolist()
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > _CHUNK and part.file_size > MAX_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if unpacked > MAX_UNPACKED_BYTES or swollen:
        raise SheetProblem("import.swollen_workbook", limit_bytes=MAX_UNPACKED_BYTES)


def _text(cell: object) -> str:
    """Write a cell as a person would read it; whole numbers have no decimal point."""
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date():
            return cell.isoformat()
        case _:
            return str(cell)
