"""The rows of a logger's text file, in whatever encoding: streamed, and bounded."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Generator
from contextlib import closing
from itertools import count
from typing import BinaryIO, Final

from controller.climate.loggers.headings import words
from controller.climate.loggers.model import LoggerProblem, Separator

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_ROWS: Final = 3_000_000
MAX_COLUMNS: Final = 200
_CHUNK = 1024 * 1024
_HEAD = 64 * 1024
_LONGEST_LINE = 64 * 1024
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"))
_BOM_BIG = (codecs.BOM_UTF16_BE, "utf-16")


def find_encoding(stream: BinaryIO) -> str:
    """Find the encoding in which the whole file makes sense; raise LoggerProblem.

    Bytes that are no UTF-8 are Chinese if that gives a heading in Chinese, else Western: in a
    Chinese encoding the degree sign before C would be a character nobody wrote.
    """
    size = stream.seek(0, io.SEEK_END)
    if size > MAX_BYTES:
        raise LoggerProblem("climate.import_too_large", limit_bytes=MAX_BYTES, bytes=size)
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head.strip():
        raise LoggerProblem("climate.import_empty")
    for mark, encoding in (*_BOMS, _BOM_BIG):
        if head.startswith(mark):
            return _without_nul(head, encoding)
    if head[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise LoggerProblem("climate.import_workbook")
    if b"\0" in head:
        return _without_nul(head, _wide(head))
    if _is_all(stream, "utf-8"):
        return "utf-8"
    text = head.decode("gb18030", errors="replace")
    return "gb18030" if any(word in text for word in words().chinese) else "cp1252"


def read_cells(
    stream: BinaryIO, encoding: str, separator: Separator
) -> Generator[tuple[int, list[str]]]:
    """Walk the rows with their number in the file, counted from 1; raise LoggerProblem."""
    with closing(read_lines(stream, encoding)) as lines:
        rows = csv.reader(lines, delimiter=separator, skipinitialspace=True)
        for number in count(1):
            try:
                cells = next(rows, None)
            except csv.Error as error:
                raise LoggerProblem("climate.import_broken", row=number, why=str(error)) from error
            if cells is None:
                return
            if number > MAX_ROWS:
                raise LoggerProblem("climate.import_too_many_rows", limit=MAX_ROWS)
            if len(cells) > MAX_COLUMNS:
                raise LoggerProblem(
                    "climate.import_too_many_columns", row=number, limit=MAX_COLUMNS
                )
            yield number, cells


def read_lines(stream: BinaryIO, encoding: str) -> Generator[str]:
    """Walk the lines; bytes that are no text become a sign that no number has."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None)
    try:
        number = 0
        while line := text.readline(_LONGEST_LINE):
            number += 1
            if len(line) >= _LONGEST_LINE:
                raise LoggerProblem("climate.import_line_too_long", row=number)
            yield line
    finally:
        text.detach()


def _wide(head: bytes) -> str:
    """UTF-16 without its mark shows in zeros at every second place and hardly any at the others."""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if max(odd, even) * 5 < len(head) or min(odd, even) * 3 > max(odd, even):
        raise LoggerProblem("climate.import_not_text", at=head.index(0) + 1)
    return "utf-16-le" if odd > even else "utf-16-be"


def _without_nul(head: bytes, encoding: str) -> str:
    """Return the encoding unless what it makes of the first bytes holds a letter that is none."""
    text = head[: len(head) // 2 * 2].decode(encoding, errors="replace")
    if "\0" in text:
        before = text[: text.index("\0")].encode(encoding)
        raise LoggerProblem("climate.import_not_text", at=len(before) + 1)
    return encoding


def _is_all(stream: BinaryIO, encoding: str) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
