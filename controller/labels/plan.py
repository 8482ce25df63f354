"""Prints where everything stands: the room to scale, then a table of faces with their 起止号.

A4 landscape, made from the room file and the homes of the boxes, as the map on the page is.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

from fpdf import FPDF

from config.address_words import address_words
from config.addresses import Face
from controller.documents import FAMILY, new_document, write_document
from controller.fonts import Font
from controller.labels.model import A4_MM, FaceEnd
from controller.labels.pdf import MM_PER_POINT
from controller.labels.plan_rules import Area, PlacedBank, PlacedColumn, PlacedPlan, place_plan
from controller.labels.plan_sheet import PlanSheet
from controller.labels.plan_words import PLAN_WORDS
from controller.labels.rules import Measure, cut

_WIDTH_MM, _HEIGHT_MM = A4_MM[1], A4_MM[0]
_MARGIN_MM = 10.0
_HEAD_MM = 16.0
_FOOT_MM = 10.0
_PAPER = Area(
    x_mm=_MARGIN_MM,
    y_mm=_MARGIN_MM + _HEAD_MM,
    width_mm=_WIDTH_MM - 2 * _MARGIN_MM,
    height_mm=_HEIGHT_MM - 2 * _MARGIN_MM - _HEAD_MM - _FOOT_MM,
)
_ROW_MM = 5.4
_ROWS = int((_PAPER.height_mm + _FOOT_MM / 2) / _ROW_MM) - 1
_TABLE_MM = (58.0, 26.0, 38.0, 50.0, 15.0, 45.0, 45.0)
_GREY, _LINE, _INK = 228, 150, 20
_SMALLEST_EM_MM = 1.3
_CODE_EM_MM = 3.4


def draw_plan(sheet: PlanSheet, font: Font) -> Generator[bytes]:
    """Draw the plan of a room or a bank. Raises KeyError if the room has no such bank."""
    plan = place_plan(sheet.room, sheet.bank, _PAPER)
    with new_document(font, (_WIDTH_MM, _HEIGHT_MM), at=sheet.at) as pdf:
        pen = _Pen(pdf, font.measure, sheet)
        pdf.set_title(pen.words.title.format(place=pen.place))
        pen.begin_page(pen.words.title)
        pen.foot(f"{pen.words.scale.format(scale=plan.scale)}　{pen.words.note}")
        _draw_steel(pen, plan, {str(end.address): end for end in sheet.ends})
        for begin in range(0, len(sheet.ends), _ROWS):
            yield b""
            pen.begin_page(pen.words.table_title)
            pen.foot(pen.words.note)
            _draw_table(pen, sheet.ends[begin : begin + _ROWS])
        yield from write_document(pdf)


class _Pen:
    """Writes on one document in one language, and keeps count of its pages."""

    def __init__(self, pdf: FPDF, measure: Measure, sheet: PlanSheet) -> None:
        self.pdf = pdf
        self.measure = measure
        self.words = PLAN_WORDS[sheet.language]
        self.language = sheet.language
        name = getattr(sheet.room.name, sheet.language)
        bank = (
            None
            if sheet.bank is None
            else getattr(sheet.room.bank(sheet.bank).name, sheet.language)
        )
        self.place = f"{sheet.room.room} {name}" + (f" · {bank}" if bank else "")
        self._date = sheet.at.date().isoformat()
        self._pages = 1 + -(-len(sheet.ends) // _ROWS)

    def begin_page(self, title: str) -> None:
        """Begin a page with its heading and date."""
        self.pdf.add_page()
        self.pdf.set_text_color(_INK)
        self.text(_MARGIN_MM, _MARGIN_MM + 6, title.format(place=self.place), 5.6, 200)
        date = self.words.date.format(date=self._date)
        self.text(_WIDTH_MM - _MARGIN_MM - self.measure(date) * 3.4, _MARGIN_MM + 6, date, 3.4)
        self.pdf.set_draw_color(_INK)
        self.pdf.set_line_width(0.3)
        self.pdf.line(_MARGIN_MM, _MARGIN_MM + 10, _WIDTH_MM - _MARGIN_MM, _MARGIN_MM + 10)

    def foot(self, note: str) -> None:
        """Write the line at the bottom, with the number of the page."""
        y_mm = _HEIGHT_MM - _MARGIN_MM
        page = self.words.page.format(page=self.pdf.page_no(), pages=self._pages)
        width_mm = self.measure(page) * 3
        self.text(_MARGIN_MM, y_mm, note, 3, _PAPER.width_mm - width_mm - 5)
        self.text(_WIDTH_MM - _MARGIN_MM - width_mm, y_mm, page, 3)

    def text(
        self, x_mm: float, y_mm: float, text: str, em_mm: float, width_mm: float | None = None
    ) -> None:
        """Write from a point on the baseline; what is wider than `width_mm` ends in an ellipsis."""
        shown = text if width_mm is None else cut(text, width_mm / em_mm, self.measure)
        self.pdf.set_font(FAMILY, size=em_mm / MM_PER_POINT)
        self.pdf.text(x_mm, y_mm, shown)

    def centred(self, area: Area, y_mm: float, text: str, em_mm: float) -> None:
        """Write in the middle of an area, smaller if it is narrow."""
        em_mm = min(em_mm, area.width_mm * 0.9 / self.measure(text))
        x_mm = area.x_mm + (area.width_mm - self.measure(text) * em_mm) / 2
        self.text(x_mm, y_mm, text, em_mm)

    def upwards(self, area: Area, text: str, em_mm: float) -> None:
        """Write from the bottom of an area upwards, in its middle."""
        length_mm = area.height_mm * 0.94
        em_mm = max(
            min(em_mm, area.width_mm * 0.75, length_mm / self.measure(text)), _SMALLEST_EM_MM
        )
        shown = cut(text, length_mm / em_mm, self.measure)
        x_mm = area.x_mm + area.width_mm / 2 + em_mm * 0.36
        y_mm = area.y_mm + area.height_mm - (area.height_mm - self.measure(shown) * em_mm) / 2
        with self.pdf.rotation(90, x_mm, y_mm):
            self.text(x_mm, y_mm, shown, em_mm)


def _draw_steel(pen: _Pen, plan: PlacedPlan, ends: Mapping[str, FaceEnd]) -> None:
    pen.pdf.set_draw_color(_INK)
    if plan.walls is not None:
        pen.pdf.set_line_width(0.6)
        _rect(pen.pdf, plan.walls)
    for bank in plan.banks:
        pen.pdf.set_line_width(0.1)
        pen.pdf.set_draw_color(_LINE)
        _rect(pen.pdf, bank.area)
        pen.pdf.set_draw_color(_INK)
        if plan.walls is not None:
            _name_bank(pen, bank)
        for column in bank.columns:
            _draw_column(pen, column, ends)


def _name_bank(pen: _Pen, bank: PlacedBank) -> None:
    name = getattr(bank.bank.name, pen.language)
    em_mm = 3.2
    above_mm = bank.area.y_mm - (4.2 if bank.bank.mouth == "above" else 1.2)
    pen.text(bank.area.x_mm, above_mm, f"B{bank.bank.bank} {name}", em_mm, bank.area.width_mm)


def _draw_column(pen: _Pen, column: PlacedColumn, ends_by_address: Mapping[str, FaceEnd]) -> None:
    pen.pdf.set_fill_color(_GREY)
    pen.pdf.set_line_width(0.2)
    _rect(pen.pdf, column.area, style="DF" if column.fixed else "D")
    mine = [
        end
        for end in ends_by_address.values()
        if (end.address.bank, end.address.column) == (column.bank, column.column)
    ]
    for end in mine:
        if end.address.face is not None:
            _draw_face(pen, column.half(end.address.face), end)
    middle_mm = column.area.x_mm + column.area.width_mm / 2
    if len(mine) == len(Face):
        pen.pdf.set_draw_color(_LINE)
        pen.pdf.line(
            middle_mm, column.area.y_mm, middle_mm, column.area.y_mm + column.area.height_mm
        )
        pen.pdf.set_draw_color(_INK)
    below_mm = column.area.y_mm + column.area.height_mm + 3.2
    y_mm = below_mm if column.mouth == "below" else column.area.y_mm - 1
    pen.centred(column.area, y_mm, str(column.column), 3)


def _draw_face(pen: _Pen, area: Area, end: FaceEnd) -> None:
    if end.codes is None:
        pen.upwards(area, pen.words.empty, _CODE_EM_MM)
    else:
        pen.upwards(area, f"{end.codes.first} – {end.codes.last}", _CODE_EM_MM)


def _draw_table(pen: _Pen, ends: Sequence[FaceEnd]) -> None:
    y_mm = _PAPER.y_mm
    pen.pdf.set_fill_color(_GREY)
    pen.pdf.rect(_MARGIN_MM, y_mm, _PAPER.width_mm, _ROW_MM, style="F")
    _row(pen, y_mm, pen.words.heads)
    pen.pdf.set_draw_color(_LINE)
    pen.pdf.set_line_width(0.1)
    for end in ends:
        y_mm += _ROW_MM
        _row(pen, y_mm, _cells(pen, end))
        pen.pdf.line(_MARGIN_MM, y_mm + _ROW_MM, _WIDTH_MM - _MARGIN_MM, y_mm + _ROW_MM)


def _cells(pen: _Pen, end: FaceEnd) -> tuple[str, ...]:
    codes = end.codes
    return (
        address_words(end.address, pen.language),
        str(end.address),
        pen.words.shape.format(sections=end.sections, shelves=end.shelves),
        f"{end.address}-1-1 – {end.sections}-{end.shelves}",
        str(codes.boxes) if codes else "0",
        codes.first if codes else pen.words.empty,
        codes.last if codes else "",
    )


def _row(pen: _Pen, y_mm: float, cells: Sequence[str]) -> None:
    x_mm = _MARGIN_MM
    for text, width_mm in zip(cells, _TABLE_MM, strict=True):
        em_mm = min(3.2, (width_mm - 2) / max(pen.measure(text), 0.1))
        pen.text(x_mm + 1, y_mm + _ROW_MM * 0.7, text, max(em_mm, 1.8), width_mm - 1)
        x_mm += width_mm


def _rect(pdf: FPDF, area: Area, style: str = "D") -> None:
    pdf.rect(area.x_mm, area.y_mm, area.width_mm, area.height_mm, style=style)
