"""Begins and ends printed documents: PDF with one Chinese font, handed out piece by piece."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO

from fpdf import FPDF
from fpdf.fonts import TTFFont

from controller.fonts import Font

FAMILY = "cjk"
_CHUNK_BYTES = 64 * 1024


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
