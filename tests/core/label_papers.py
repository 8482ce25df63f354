"""Reads back what labels are made of: text and squares of a PDF, pictures and QRs of ZPL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader

POINT_MM = 25.4 / 72


@dataclass(frozen=True)
class ZplLabel:
    """One format between ^XA and ^XZ."""

    width: int
    height: int
    rows: list[str]
    """The picture, one hex string per row."""
    qr: str
    qr_at: tuple[int, int]
    magnified: int


def read_pages(pdf: bytes) -> list[str]:
    """Extract the text of every page; pypdf takes two-byte codes for two characters, one NUL."""
    return [page.extract_text().replace("\0", "") for page in PdfReader(BytesIO(pdf)).pages]


def page_size_mm(pdf: bytes) -> tuple[int, int]:
    """Say how large the first page is."""
    box = PdfReader(BytesIO(pdf)).pages[0].mediabox
    return round(float(box.width) * POINT_MM), round(float(box.height) * POINT_MM)


def read_squares(pdf: bytes, page: int = 0) -> list[tuple[float, float, float, float]]:
    """List the filled rectangles of a page: x, y from above, width and height, in mm."""
    reader = PdfReader(BytesIO(pdf)).pages[page]
    height = float(reader.mediabox.height)
    contents = reader.get_contents()
    assert contents is not None
    return [
        square
        for path in _PATH.finditer(contents.get_data().decode("latin-1"))
        for square in _squares(path, height)
    ]


_PATH = re.compile(r"q ([\d.]+) 0 0 -\1 ([\d.]+) ([\d.]+) cm\n((?:\d+ \d+ \d+ 1 re\n)*)f Q")


def _squares(
    path: re.Match[str], page_height: float
) -> Iterator[tuple[float, float, float, float]]:
    scale, left, top = float(path[1]), float(path[2]), page_height - float(path[3])
    for run in path[4].splitlines():
        x, y, width, height = (int(part) * scale * POINT_MM for part in run.split()[:4])
        yield left * POINT_MM + x, top * POINT_MM + y, width, height


def read_qr(pdf: bytes, modules: int, page: int = 0) -> list[list[int]]:
    """Read the modules of the one QR of a page back from its squares."""
    squares = read_squares(pdf, page)
    left = min(x for x, _, _, _ in squares)
    top = min(y for _, y, _, _ in squares)
    side = max(x + width for x, _, width, _ in squares) - left
    module = side / modules
    matrix = [[0] * modules for _ in range(modules)]
    for x, y, width, _ in squares:
        row = round((y - top) / module)
        first = round((x - left) / module)
        for column in range(first, first + round(width / module)):
            matrix[row][column] = 1
    return matrix


def read_zpl(text: bytes) -> list[ZplLabel]:
    """Read formats of the few commands that labels use."""
    return [_read_format(part) for part in re.findall(r"\^XA(.*?)\^XZ", text.decode(), re.DOTALL)]


def _read_format(said: str) -> ZplLabel:
    size = re.search(r"\^PW(\d+)\^LL(\d+)", said)
    graphic = re.search(r"\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS", said)
    code = re.search(r"\^FO(\d+),(\d+)\^BQN,2,(\d+)\^FH_\^FDMA,([^^]*)\^FS", said)
    assert size
    assert graphic
    assert code
    row_digits = int(graphic[3]) * 2
    rows = _unpack(graphic[4], row_digits)
    assert graphic[1] == graphic[2] == str(len(rows) * int(graphic[3]))
    return ZplLabel(
        width=int(size[1]),
        height=int(size[2]),
        rows=rows,
        qr=_unescape(code[4]),
        qr_at=(int(code[1]), int(code[2])),
        magnified=int(code[3]),
    )


def _unpack(packed: str, digits: int) -> list[str]:
    """ZPL II Programming Guide, "Alternative Data Compression Scheme for ~DG and ~DB"."""
    rows: list[str] = []
    row, count = "", 0
    for sign in packed:
        if "G" <= sign <= "Y":
            count += ord(sign) - ord("G") + 1
        elif "g" <= sign <= "z":
            count += (ord(sign) - ord("g") + 1) * 20
        elif sign in ",!":
            row += ("0" if sign == "," else "F") * (digits - len(row))
        elif sign == ":":
            rows.append(rows[-1])
        else:
            row, count = row + sign * max(count, 1), 0
        assert len(row) <= digits
        if len(row) == digits:
            rows.append(row)
            row = ""
    assert not row
    return rows


def _unescape(text: str) -> str:
    raw = re.sub(rb"_([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), text.encode())
    return raw.decode()
