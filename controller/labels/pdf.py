"""Draws labels as PDF: single labels one to a page, or sheets. Text stays text, QRs are squares."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from datetime import datetime

from fpdf import FPDF

from controller.documents import FAMILY, new_document, write_document
from controller.fonts import Font
from controller.labels.model import A4_MM, Label, LabelSize
from controller.labels.qr import make_qr
from controller.labels.rules import LINE_HEIGHT, Layout, PlacedText, lay_out

MM_PER_POINT = 25.4 / 72
_BASELINE = 0.88
"""Where letters stand in an em box; ideographs reach 0.12 em below."""
_DARK = re.compile("1+")


def draw_labels(
    labels: Iterable[Label], size: LabelSize, font: Font, *, at: datetime, skip: int = 0
) -> Generator[bytes]:
    """Draw labels in their order; `skip` leaves that many places of a used sheet free.

    A PDF can only be written once its last page is known: all parts come at the end.
    """
    page_mm = A4_MM if size.per_page > 1 else (size.width_mm, size.height_mm)
    with new_document(font, page_mm, at=at) as pdf:
        _draw_all(pdf, labels, size, font, skip)
        yield from write_document(pdf)


def draw_text(pdf: FPDF, text: PlacedText, x_mm: float = 0, y_mm: float = 0) -> None:
    """Write one line at its place, moved by `x_mm` and `y_mm`."""
    pdf.set_font(FAMILY, size=text.em_mm / MM_PER_POINT)
    below_mm = text.em_mm * ((LINE_HEIGHT - 1) / 2 + _BASELINE)
    pdf.text(x_mm + text.x_mm, y_mm + text.y_mm + below_mm, text.text)


def _draw_all(pdf: FPDF, labels: Iterable[Label], size: LabelSize, font: Font, skip: int) -> None:
    for number, label in enumerate(labels, start=skip):
        place = number % size.per_page
        if place == 0 or number == skip:
            pdf.add_page()
        row, column = divmod(place, size.across)
        layout = lay_out(label, size, font.measure)
        _draw(pdf, label, layout, column * size.width_mm, row * size.height_mm)


def _draw(pdf: FPDF, label: Label, layout: Layout, x_mm: float, y_mm: float) -> None:
    for text in layout.texts:
        draw_text(pdf, text, x_mm, y_mm)
    _draw_qr(pdf, label.qr, x_mm + layout.qr_x_mm, y_mm + layout.qr_y_mm, layout.qr_mm)


def _draw_qr(pdf: FPDF, content: str, x_mm: float, y_mm: float, side_mm: float) -> None:
    """Draw the dark runs of all rows as one path, so that no light line stands between rows.

    The page's own coordinates are scaled to modules, which makes a run ten bytes of PDF; one
    `rect` of fpdf2 for each run took half of the time of a label.
    """
    rows = make_qr(content)
    scale = side_mm / MM_PER_POINT / len(rows)
    left, top = x_mm / MM_PER_POINT, pdf.h_pt - y_mm / MM_PER_POINT
    runs = "".join(
        f"{run.start()} {row} {len(run[0])} 1 re\n"
        for row, modules in enumerate(rows)
        for run in _DARK.finditer(modules)
    )
    path = f"q {scale:.4f} 0 0 {-scale:.4f} {left:.2f} {top:.2f} cm\n{runs}f Q\n"
    page = pdf.pages[pdf.page].contents
    assert isinstance(page, bytearray)  # fpdf2 makes streams of its pages in `output`, not before
    page += path.encode("ascii")
