"""Draws labels as PDF: single labels one to a page, or sheets. Text stays text, QRs are squares."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

from controller.labels.fonts import Font
from controller.labels.model import A4_MM, Label, LabelSize
from controller.labels.rules import LINE_HEIGHT, Layout, PlacedText, lay_out

FAMILY = "cjk"
QR_ERROR = "m"
MM_PER_POINT = 25.4 / 72
_BASELINE = 0.88
"""Where letters stand in an em box; ideographs reach 0.12 em below."""
_STILL_AT_IT_EVERY = 20
_CHUNK_BYTES = 64 * 1024


def draw_labels(
    labels: Iterable[Label], size: LabelSize, font: Font, *, at: datetime, skip: int = 0
) -> Generator[bytes]:
    """Draw labels in their order; `skip` leaves that many places of a used sheet free.

    A PDF can only be written once its last page is known, so empty parts come while it grows: at
    each the caller may stop.
    """
    page_mm = A4_MM if size.per_page > 1 else (size.width_mm, size.height_mm)
    with new_document(font, page_mm, at=at) as pdf:
        yield from _draw_all(pdf, labels, size, font, skip)
        yield from write_document(pdf)


@contextmanager
def new_document(font: Font, page_mm: tuple[float, float], *, at: datetime) -> Generator[FPDF]:
    """Begin a document of pages of one size in mm, width first, with a Chinese font."""
    pdf = FPDF(unit="mm", format=page_mm)
    pdf.set_creation_date(at)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.add_font(FAMILY, fname=font.path, collection_font_number=font.index)
    pdf.set_font(FAMILY, size=10)
    try:
        yield pdf
    finally:
        for used in pdf.fonts.values():
            if isinstance(used, TTFFont):
                used.ttfont.close()


def write_document(pdf: FPDF) -> Generator[bytes]:
    """Finish a document and hand it out piece by piece."""
    whole = BytesIO()
    pdf.output(whole)
    whole.seek(0)
    while piece := whole.read(_CHUNK_BYTES):
        yield piece


def draw_text(pdf: FPDF, text: PlacedText, x_mm: float = 0, y_mm: float = 0) -> None:
    """Write one line at its place, moved by `x_mm` and `y_mm`."""
    pdf.set_font(FAMILY, size=text.em_mm / MM_PER_POINT)
    below_mm = text.em_mm * ((LINE_HEIGHT - 1) / 2 + _BASELINE)
    pdf.text(x_mm + text.x_mm, y_mm + text.y_mm + below_mm, text.text)


def _draw_all(
    pdf: FPDF, labels: Iterable[Label], size: LabelSize, font: Font, skip: int
) -> Generator[bytes]:
    for number, label in enumerate(labels, start=skip):
        place = number % size.per_page
        if place == 0 or number == skip:
            pdf.add_page()
        row, column = divmod(place, size.across)
        layout = lay_out(label, size, font.measure)
        _draw(pdf, label, layout, column * size.width_mm, row * size.height_mm)
        if number % _STILL_AT_IT_EVERY == 0:
            yield b""


def _draw(pdf: FPDF, label: Label, layout: Layout, x_mm: float, y_mm: float) -> None:
    for text in layout.texts:
        draw_text(pdf, text, x_mm, y_mm)
    _draw_qr(pdf, label.qr, x_mm + layout.qr_x_mm, y_mm + layout.qr_y_mm, layout.qr_mm)


def _draw_qr(pdf: FPDF, content: str, x_mm: float, y_mm: float, side_mm: float) -> None:
    """Draw the dark runs of each row, a hair high so that no light line stands between rows."""
    matrix = segno.make_qr(content, error=QR_ERROR, boost_error=False).matrix
    module_mm = side_mm / len(matrix)
    for row, modules in enumerate(matrix):
        for first, last in dark_runs(modules):
            pdf.rect(
                x_mm + first * module_mm,
                y_mm + row * module_mm,
                (last - first) * module_mm,
                module_mm * 1.02,
                style="F",
            )


def dark_runs(modules: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Name where each run of dark modules begins and ends in a row."""
    begin: int | None = None
    for index, dark in enumerate((*modules, 0)):
        if dark and begin is None:
            begin = index
        elif not dark and begin is not None:
            yield begin, index
            begin = None
