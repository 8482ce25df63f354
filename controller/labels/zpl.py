"""Writes labels as ZPL II for thermal printers.

The printer draws the QR itself (^BQ); text goes as one picture (^GFA), so that a printer without a
Chinese font prints it too. Commands and the run-length form of ^GF: Zebra, ZPL II Programming
Guide, `^BQ`, `^GF` and "Alternative Data Compression Scheme".
"""

from __future__ import annotations

import re
import string
from collections.abc import Generator, Iterable
from functools import lru_cache

import segno
from PIL import Image, ImageDraw

from controller.fonts import Font
from controller.labels.model import Label, LabelSize
from controller.labels.printing import Dpi
from controller.labels.rules import LINE_HEIGHT, Layout, lay_out

_DOTS_PER_MM = {203: 8, 300: 12}
"""Print heads are made in whole dots per mm; 203 and 300 are their names."""
_MOST_MAGNIFIED = 10
_BASELINE = 0.88
_REPEATED = re.compile(r"(.)\1+")
_PLAIN = (string.ascii_letters + string.digits + ":-. ").encode()
_QR_DROP_DOTS = 10
"""Printers draw a QR this much below where ^FO points."""


def write_labels(
    labels: Iterable[Label], size: LabelSize, font: Font, *, dpi: Dpi = 203
) -> Generator[bytes]:
    """Write labels one by one, each a format of its own. Sheets are for page printers only."""
    if size.per_page > 1:
        raise ValueError("a label printer prints single labels, no sheets")
    for label in labels:
        yield _write(label, size, font, _DOTS_PER_MM[dpi]).encode("ascii")


def compress_rows(bits: bytes, row_bytes: int) -> str:
    """Write a picture in the run-length form of ^GF: counts as letters, `,` ends a row in white."""
    rows = [bits[at : at + row_bytes].hex().upper() for at in range(0, len(bits), row_bytes)]
    said: list[str] = []
    before: str | None = None
    for row in rows:
        said.append(":" if row == before else _without_end(row))
        before = row
    return _REPEATED.sub(lambda run: _RUNS[run[0]], "\n".join(said)).replace("\n", "")


def _write(label: Label, size: LabelSize, font: Font, dots_per_mm: int) -> str:
    width, height = round(size.width_mm * dots_per_mm), round(size.height_mm * dots_per_mm)
    layout = lay_out(label, size, font.measure)
    picture = _draw_texts(layout, font, (round(layout.qr_x_mm * dots_per_mm), height), dots_per_mm)
    row_bytes = (picture.width + 7) // 8
    total = row_bytes * picture.height
    graphic = compress_rows(picture.tobytes(), row_bytes)
    return "\n".join(
        (
            "^XA",
            f"^PW{width}^LL{height}^LH0,0",
            f"^FO0,0^GFA,{total},{total},{row_bytes},{graphic}^FS",
            _qr(label.qr, layout, dots_per_mm),
            "^XZ",
            "",
        )
    )


def _draw_texts(layout: Layout, font: Font, size: tuple[int, int], dots_per_mm: int) -> Image.Image:
    """Draw all text in black; in ^GF a set bit prints, in a picture of mode 1 it is white.

    Letters stand where the layout measured them, each drawn once for all labels.
    """
    picture = Image.new("1", size, 0)
    for text in layout.texts:
        em = max(round(text.em_mm * dots_per_mm), 1)
        above_mm = text.em_mm * (LINE_HEIGHT - 1) / 2
        top = round((text.y_mm + above_mm) * dots_per_mm + em * _BASELINE) - em
        x = text.x_mm * dots_per_mm
        for letter in text.text:
            picture.paste(1, (round(x) - em, top), _letter(font, em, letter))
            x += font.measure(letter) * text.em_mm * dots_per_mm
    return picture


@lru_cache(maxsize=20_000)
def _letter(font: Font, em: int, letter: str) -> Image.Image:
    """Draw a letter on three by two em, its origin one em from the left and from above."""
    picture = Image.new("1", (3 * em, 2 * em), 0)
    draw = ImageDraw.Draw(picture)
    draw.fontmode = "1"
    draw.text((em, em), letter, fill=1, font=font.at(em), anchor="ls")
    return picture


def _qr(content: str, layout: Layout, dots_per_mm: int) -> str:
    """Say where and how large: as large as fits whichever mode the printer chooses."""
    code = segno.make_qr(content, error="m", mode="byte", boost_error=False, mask=0)
    modules = code.symbol_size(border=0)[0]
    side = round(layout.qr_mm * dots_per_mm)
    magnified = max(1, min(_MOST_MAGNIFIED, side // modules))
    x = round(layout.qr_x_mm * dots_per_mm) + (side - modules * magnified) // 2
    y = max(round(layout.qr_y_mm * dots_per_mm) - _QR_DROP_DOTS, 0)
    return f"^CI28^FO{x},{y}^BQN,2,{magnified}^FH_^FDMA,{_escape(content)}^FS"


def _escape(text: str) -> str:
    """Write all but plain characters as the hex of their UTF-8 bytes, as ^FH reads it."""
    return "".join(chr(byte) if byte in _PLAIN else f"_{byte:02X}" for byte in text.encode())


def _without_end(row: str) -> str:
    """End a row of hex digits early: trailing zeros are one `,`, trailing Fs one `!`."""
    for digit, ending in (("0", ","), ("F", "!")):
        if row.endswith(digit):
            return row.rstrip(digit) + ending
    return row


class _Runs(dict[str, str]):
    """Runs of one digit that were shortened once; a picture has the same few again and again."""

    def __missing__(self, run: str) -> str:
        said = self[run] = _shorten(run[0], len(run))
        return said


_RUNS = _Runs()


def _shorten(digit: str, count: int) -> str:
    """`G` to `Y` count 1 to 19, `g` to `z` 20 to 400 in steps of 20; they add up."""
    said = ""
    while count > 400:
        said, count = f"{said}z", count - 400
    if count >= 20:
        said += chr(ord("g") + count // 20 - 1)
    if count % 20 and (count > 1 or said):
        said += chr(ord("G") + count % 20 - 1)
    return said + digit
