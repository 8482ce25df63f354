"""Writes a report as a workbook: a sheet for each part, numbers as numbers, charts of its own."""

from __future__ import annotations

import re
from collections.abc import Generator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from controller.climate.printed.model import Block, Cell, Chart, Paragraph, Report, Table

_CHUNK_BYTES = 64 * 1024
_NO_NAME = re.compile(r"[\[\]:*?/\\]")
_FORMULA = tuple("=+-@")
_DATA: Final = 12
"""Curves' figures stand from this column on, so that the tables stay together."""
_COLOURS: Final = ("1E5096", "9DB4D3", "9DB4D3", "BE281E", "BE281E")


def write_report(report: Report) -> Generator[bytes]:
    """Write a report; the parts come once it is whole."""
    book = Workbook()
    book.properties.title = f"{report.title} {report.subtitle}"
    book.properties.created = report.at.astimezone(UTC).replace(tzinfo=None)
    book.remove(book.worksheets[0])
    for number, section in enumerate(report.sections, start=1):
        title = _NO_NAME.sub(" ", section.title)[:28]
        sheet = _Sheet(book.create_sheet(f"{number} {title}"), report)
        if number == 1:
            sheet.line(report.title, bold=True)
            sheet.line(report.subtitle)
            sheet.line(report.made)
        for block in section.blocks:
            sheet.block(block)
        sheet.end()
        yield b""
    whole = BytesIO()
    book.save(whole)
    whole.seek(0)
    while piece := whole.read(_CHUNK_BYTES):
        yield piece


class _Sheet:
    """Writes one sheet from the top down."""

    def __init__(self, sheet: Any, report: Report) -> None:
        self._sheet = sheet
        self._zone = ZoneInfo(report.zone)
        self._row = 1
        self._data = _DATA

    def line(self, text: str, *, bold: bool = False) -> None:
        """Write one text."""
        cell = self._sheet.cell(self._row, 1, _safe(text))
        cell.font = Font(bold=bold)
        self._row += 1

    def block(self, block: Block) -> None:
        """Write a paragraph, a table or a curve."""
        match block:
            case Paragraph():
                self.line(block.text, bold=block.strong)
            case Table():
                self._table(block)
            case Chart():
                self._chart(block)

    def end(self) -> None:
        """Give the columns their widths."""
        for place in range(1, _DATA):
            self._sheet.column_dimensions[get_column_letter(place)].width = 22 if place < 3 else 16

    def _table(self, table: Table) -> None:
        if table.title:
            self.line(table.title, bold=True)
        for number, cells in enumerate((table.head, *table.rows)):
            for place, value in enumerate(cells, start=1):
                cell = self._sheet.cell(self._row, place, _safe(value))
                cell.font = Font(bold=number == 0)
                cell.alignment = Alignment(wrap_text=number == 0, vertical="top")
            self._row += 1
        self._row += 1

    def _chart(self, chart: Chart) -> None:
        """Write the figures to the right and draw them here."""
        first = self._data
        self._data += len(chart.names) + 1
        for place, name in enumerate(chart.names):
            self._sheet.cell(1, first + place, f"{chart.title}: {name}" if place else name)
        for row, point in enumerate(chart.points, start=2):
            at = datetime.fromtimestamp(point.at_s, UTC).astimezone(self._zone)
            cell = self._sheet.cell(row, first, at.replace(tzinfo=None))
            cell.number_format = "yyyy-mm-dd hh:mm"
            for place, value in enumerate(point[1:], start=1):
                if value is not None:
                    self._sheet.cell(row, first + place, round(value, 2))
        last = len(chart.points) + 1
        drawn = ScatterChart(style=None)
        drawn.scatterStyle = "lineMarker"
        drawn.title = f"{chart.title}, {chart.unit}"
        drawn.height, drawn.width = 8, 24
        drawn.x_axis.number_format = "mm-dd"
        drawn.x_axis.delete = drawn.y_axis.delete = False
        times = Reference(self._sheet, min_col=first, min_row=2, max_row=last)
        for place, colour in enumerate(_COLOURS, start=1):
            if all(point[place] is None for point in chart.points):
                continue
            values = Reference(self._sheet, min_col=first + place, min_row=1, max_row=last)
            series = Series(values, times, title_from_data=True)
            series.marker.symbol = "none"
            series.graphicalProperties.line.solidFill = colour
            series.graphicalProperties.line.width = 12_700
            drawn.series.append(series)
        self._sheet.add_chart(drawn, f"A{self._row}")
        self._row += 18


def _safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
