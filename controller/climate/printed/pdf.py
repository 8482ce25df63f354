"""Draws a report as PDF, A4 upright: text stays text, curves are lines."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from controller.climate.printed.model import (
    Block,
    Cell,
    Chart,
    ChartPoint,
    Paragraph,
    Report,
    Table,
)
from controller.climate.printed.words import Say
from controller.documents import FAMILY, write_document
from controller.fonts import Font

_MARGIN_MM: Final = 15.0
_CHART_MM: Final = 62.0
_AXIS_MM: Final = 12.0
_TICKS_X: Final = 6
_TICKS_Y: Final = 5
_INK, _GREY, _PALE = (25, 25, 25), (120, 120, 120), (225, 231, 240)
_LINE, _LIMIT = (30, 80, 150), (190, 40, 30)


def draw_report(report: Report, font: Font) -> Generator[bytes]:
    """Draw a report; the parts come at the end, once the last page is known."""
    pdf = _Paper(report)
    pdf.add_font(FAMILY, fname=font.path, collection_font_number=font.index)
    try:
        pdf.begin()
        for section in report.sections:
            pdf.heading(section.title)
            for block in section.blocks:
                pdf.block(block)
            yield b""
        yield from write_document(pdf)
    finally:
        for used in pdf.fonts.values():
            if isinstance(used, TTFFont):
                used.ttfont.close()


class _Paper(FPDF):
    """A document with a foot on every page."""

    def __init__(self, report: Report) -> None:
        super().__init__(unit="mm", format="A4")
        self._report = report
        self._say = Say(report.language)
        self._zone = ZoneInfo(report.zone)
        self.set_creation_date(report.at)
        self.set_title(f"{report.title} · {report.subtitle}")
        self.set_margin(_MARGIN_MM)
        self.set_auto_page_break(True, margin=_MARGIN_MM + 4)

    def begin(self) -> None:
        """Write the head of the report."""
        self.add_page()
        for text, size, colour in (
            (self._report.title, 18, _INK),
            (self._report.subtitle, 11, _INK),
            (self._report.made, 8, _GREY),
        ):
            self._write(text, size, colour)

    def footer(self) -> None:
        """Write title and number of the page at its foot."""
        self.set_y(-_MARGIN_MM + 3)
        self.set_font(FAMILY, size=7)
        self.set_text_color(*_GREY)
        page = self._say("page", page=self.page_no())
        self.cell(self.epw / 2, 4, f"{self._report.title} · {self._report.subtitle}")
        self.cell(self.epw / 2, 4, page, align="R")

    def heading(self, text: str) -> None:
        """Begin a part; never as the last line of a page."""
        if self.will_page_break(40):
            self.add_page()
        self.ln(4)
        self._write(text, 13, _LINE)
        self.set_draw_color(*_LINE)
        self.line(self.l_margin, self.get_y(), self.l_margin + self.epw, self.get_y())
        self.ln(1.5)

    def block(self, block: Block) -> None:
        """Write a paragraph, a table or a curve."""
        match block:
            case Paragraph():
                self._write(block.text, 9, _LIMIT if block.strong else _INK)
                self.ln(1)
            case Table():
                self._table(block)
            case Chart():
                self._chart(block)

    def _write(self, text: str, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font(FAMILY, size=size)
        self.set_text_color(*colour)
        self.multi_cell(self.epw, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _table(self, table: Table) -> None:
        if table.title:
            if self.will_page_break(25):
                self.add_page()
            self._write(table.title, 10, _INK)
        self.set_font(FAMILY, size=8)
        self.set_text_color(*_INK)
        self.set_draw_color(*_GREY)
        self.set_line_width(0.1)
        self.set_fill_color(255)
        widths = table.widths or (1,) * len(table.head)
        head = FontFace(fill_color=_PALE, emphasis=None)
        with self.table(
            col_widths=widths, line_height=4.2, headings_style=head, text_align="LEFT"
        ) as drawn:
            for cells in (table.head, *table.rows):
                row = drawn.row()
                for cell in cells:
                    row.cell(_text(cell))
        self.ln(2)

    def _chart(self, chart: Chart) -> None:
        if self.will_page_break(_CHART_MM + 8):
            self.add_page()
        self._write(f"{chart.title}, {chart.unit}", 10, _INK)
        values = [v for point in chart.points for v in point[1:] if v is not None]
        if len(chart.points) < 2 or not values:
            self._write(self._say("nothing"), 9, _GREY)
            return
        _Plot(self, chart, min(values), max(values), self._zone).draw()
        self.set_y(self.get_y() + _CHART_MM)


class _Plot:
    """One curve at the place where the paper is now."""

    def __init__(
        self, pdf: _Paper, chart: Chart, least: float, most: float, zone: ZoneInfo
    ) -> None:
        pad = max((most - least) * 0.06, 0.5)
        self._pdf, self._chart, self._zone = pdf, chart, zone
        self._low, self._high = least - pad, most + pad
        self._first, self._last = chart.points[0].at_s, chart.points[-1].at_s
        self._left, self._top = pdf.l_margin + _AXIS_MM, pdf.get_y() + 1
        self._width, self._height = pdf.epw - _AXIS_MM, _CHART_MM - 12

    def draw(self) -> None:
        """Draw axes, band, limits and curve; nothing is drawn over a gap."""
        self._axes()
        for run in _runs(self._chart.points):
            self._band(run)
        self._pdf.set_line_width(0.25)
        for place in (4, 5):
            self._line([(p.at_s, p[place]) for p in self._chart.points], _LIMIT)
        for run in _runs(self._chart.points):
            self._line([(p.at_s, p.mean) for p in run], _LINE)
        self._legend()

    def _x(self, at_s: float) -> float:
        return self._left + (at_s - self._first) / (self._last - self._first) * self._width

    def _y(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return self._top + self._height * (1 - share)

    def _axes(self) -> None:
        pdf = self._pdf
        pdf.set_font(FAMILY, size=7)
        pdf.set_text_color(*_GREY)
        pdf.set_draw_color(*_GREY)
        pdf.set_line_width(0.1)
        pdf.rect(self._left, self._top, self._width, self._height)
        for tick in range(_TICKS_Y + 1):
            value = self._low + (self._high - self._low) * tick / _TICKS_Y
            pdf.text(self._left - _AXIS_MM + 1, self._y(value) + 1, f"{value:.1f}")
            pdf.line(self._left - 1, self._y(value), self._left, self._y(value))
        for tick in range(_TICKS_X + 1):
            at_s = self._first + (self._last - self._first) * tick / _TICKS_X
            day = datetime.fromtimestamp(at_s, UTC).astimezone(self._zone)
            shift = 7 if tick == _TICKS_X else 0
            pdf.text(self._x(at_s) - shift, self._top + self._height + 4, f"{day:%m-%d}")

    def _band(self, run: Sequence[ChartPoint]) -> None:
        upper = [(self._x(p.at_s), self._y(p.high)) for p in run if p.high is not None]
        lower = [(self._x(p.at_s), self._y(p.low)) for p in run if p.low is not None]
        if len(upper) > 1:
            self._pdf.set_fill_color(*_PALE)
            self._pdf.polygon([*upper, *reversed(lower)], style="F")

    def _line(
        self, points: Sequence[tuple[float, float | None]], colour: tuple[int, int, int]
    ) -> None:
        self._pdf.set_draw_color(*colour)
        drawn = [(self._x(at_s), self._y(value)) for at_s, value in points if value is not None]
        if len(drawn) > 1:
            self._pdf.polyline(drawn)

    def _legend(self) -> None:
        names = self._chart.names
        y, x = self._top + self._height + 8, self._left
        entries = (
            (names[1], _LINE),
            (f"{names[2]}–{names[3]}", _PALE),
            (f"{names[4]}, {names[5]}", _LIMIT),
        )
        for text, colour in entries:
            self._pdf.set_fill_color(*colour)
            self._pdf.rect(x, y - 1.8, 4, 1.6, style="F")
            self._pdf.text(x + 5, y, text)
            x += 12 + self._pdf.get_string_width(text)


def _runs(points: Sequence[ChartPoint]) -> list[list[ChartPoint]]:
    """Cut a curve where nothing is known."""
    runs: list[list[ChartPoint]] = [[]]
    for point in points:
        if point.mean is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _text(cell: Cell) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else f"{cell:g}"
