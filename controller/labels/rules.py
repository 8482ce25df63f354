"""Decides what a label says and where on it: QR texts, lines that wrap and are cut. Pure.

Lengths are in mm from the label's upper left corner. Widths of text come from the font, as a
function that measures a text in em.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from controller.labels.model import Label, LabelKind, LabelSize

Measure = Callable[[str], float]
"""The width of a text in em."""
_Lines = tuple[list[str], float]

ELLIPSIS = "…"
MARGIN_MM = 2.5
LINE_HEIGHT = 1.25
_GAP_MM = 2.0
_POINT_MM = 25.4 / 72
_QR_SHARE = 0.36
"""How much of the width a QR may take, where the label is high enough."""
_SMALLEST_MM = 7 * _POINT_MM
_LEAST_OF_SIZE = 0.6
_STEPS = 16
_RATHER_ONE_LINE = 0.7
"""Fewer lines are better than more, down to this share of their size."""
_CROWDED = 1.12
"""All lines shrink by so much before a title loses one."""
_SHARES: Mapping[LabelKind, tuple[float, float, float, float]] = MappingProxyType(
    {
        "box": (0.15, 0.11, 0.12, 0.09),
        "file": (0.15, 0.11, 0.12, 0.09),
        "shelf": (0.26, 0.0, 0.2, 0.0),
        "column_end": (0.22, 0.0, 0.14, 0.1),
    }
)
"""The em of code, title, words and address, as shares of the label's height."""
_ID_NUMBER = re.compile(r"(?<!\d)(\d{6})(?:\d{11}[\dXx]|\d{9})(?!\d)")
_BREAK_AFTER = " -·/,，、。；;)）】"
_NO_LINE_BEGINS_WITH = ",，、。；;：:)）】》」』!！?？…·"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedText:
    """A line of text: left edge, top of its line box, and size of an em."""

    text: str
    x_mm: float
    y_mm: float
    em_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where everything on a label goes; the QR is a square, without its quiet zone."""

    texts: tuple[PlacedText, ...]
    qr_x_mm: float
    qr_y_mm: float
    qr_mm: float


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    em_mm: float
    most_lines: int
    whole: bool
    """It shrinks rather than lose a character."""


def box_qr(code: str) -> str:
    """Write what the QR of a box's label says."""
    return f"SR:B:{code}"


def file_qr(code: str) -> str:
    """Write what the QR of a file's label says."""
    return f"SR:F:{code}"


def shelf_qr(address: str) -> str:
    """Write what the QR of a shelf's label says; a column end names the face it stands at."""
    return f"SR:S:{address}"


def without_id_numbers(text: str) -> str:
    """Take ID numbers out of a title: a label hangs where everybody can read it."""
    return _ID_NUMBER.sub(lambda match: match[1] + "*" * (len(match[0]) - 6), text)


def lay_out(label: Label, size: LabelSize, measure: Measure) -> Layout:
    """Place the QR at the right and the lines left of it, the code first and largest.

    The code and the address are never cut: they shrink. A title is cut with an ellipsis.
    """
    room_mm = size.height_mm - 2 * MARGIN_MM
    qr_mm = min(room_mm, size.width_mm * _QR_SHARE - MARGIN_MM)
    width_mm = size.width_mm - 2 * MARGIN_MM - _GAP_MM - qr_mm
    return Layout(
        texts=tuple(_stack(_paragraphs(label, room_mm), width_mm, room_mm, measure)),
        qr_x_mm=size.width_mm - MARGIN_MM - qr_mm,
        qr_y_mm=MARGIN_MM,
        qr_mm=qr_mm,
    )


def wrap(text: str, width: float, most_lines: int, measure: Measure) -> list[str]:
    """Break a text into lines of at most `width` em; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest:
        if len(lines) == most_lines - 1:
            return [*lines, cut(rest, width, measure)]
        at = _break(rest, width, measure)
        lines.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return lines


def cut(text: str, width: float, measure: Measure) -> str:
    """Shorten a text to `width` em; what was cut shows as an ellipsis."""
    if measure(text) <= width:
        return text
    fits = _count_fitting(text, width - measure(ELLIPSIS), measure)
    return text[:fits].rstrip() + ELLIPSIS


def _paragraphs(label: Label, room_mm: float) -> list[_Paragraph]:
    """Take what a label says apart; `words` may be several paragraphs of their own."""
    code, title, words, address = _SHARES[label.kind]
    wanted = [(label.code, code, 2, True), (label.title, title, 3, False)]
    wanted += [(part, words, 2, True) for part in (label.words or "").splitlines()]
    wanted += [(label.address, address, 1, True)]
    return [
        _Paragraph(text, max(share * room_mm, _SMALLEST_MM), lines, whole)
        for text, share, lines, whole in wanted
        if text
    ]


def _stack(
    paragraphs: Sequence[_Paragraph], width_mm: float, room_mm: float, measure: Measure
) -> list[PlacedText]:
    """Put paragraphs under each other, all a little smaller where room is short."""
    gap_mm = room_mm * 0.03
    set_lines = _shortened(paragraphs, width_mm, room_mm * _CROWDED, gap_mm, measure)
    scale = min(1.0, room_mm / _height_mm(set_lines, gap_mm))
    placed: list[PlacedText] = []
    y_mm = MARGIN_MM
    for lines, em_mm in set_lines:
        for line in lines:
            placed.append(PlacedText(text=line, x_mm=MARGIN_MM, y_mm=y_mm, em_mm=em_mm * scale))
            y_mm += em_mm * scale * LINE_HEIGHT
        y_mm += gap_mm * scale
    return placed


def _shortened(
    paragraphs: Sequence[_Paragraph],
    width_mm: float,
    room_mm: float,
    gap_mm: float,
    measure: Measure,
) -> list[_Lines]:
    """Break paragraphs into lines; titles lose lines, with an ellipsis, until all fits."""
    set_lines = [_set(paragraph, width_mm, measure) for paragraph in paragraphs]
    for index, paragraph in enumerate(paragraphs):
        lines, em_mm = set_lines[index]
        if paragraph.whole:
            continue
        for fewer in range(len(lines) - 1, 0, -1):
            if _height_mm(set_lines, gap_mm) <= room_mm:
                break
            set_lines[index] = (wrap(paragraph.text, width_mm / em_mm, fewer, measure), em_mm)
    return set_lines


def _set(paragraph: _Paragraph, width_mm: float, measure: Measure) -> _Lines:
    """Break a paragraph into lines, smaller where that keeps it whole; return lines and em."""
    text, em_mm = paragraph.text, paragraph.em_mm
    if not paragraph.whole:
        return wrap(text, width_mm / em_mm, paragraph.most_lines, measure), em_mm
    tries = [
        _largest(text, em_mm, width_mm, lines, measure)
        for lines in range(1, paragraph.most_lines + 1)
    ]
    largest = max(em for _, em in tries)
    if largest == 0:
        smallest_mm = em_mm * _LEAST_OF_SIZE
        return wrap(text, width_mm / smallest_mm, len(text), measure), smallest_mm
    return next(found for found in tries if found[1] >= largest * _RATHER_ONE_LINE)


def _largest(text: str, em_mm: float, width_mm: float, most_lines: int, measure: Measure) -> _Lines:
    """Find the largest size in which a text stays whole on so many lines; size 0 if none does."""
    for step in range(_STEPS + 1):
        size_mm = em_mm * (1 - (1 - _LEAST_OF_SIZE) * step / _STEPS)
        lines = wrap(text, width_mm / size_mm, most_lines, measure)
        if not lines[-1].endswith(ELLIPSIS):
            return lines, size_mm
    return [], 0.0


def _height_mm(set_lines: Sequence[_Lines], gap_mm: float) -> float:
    lines_mm = sum(len(lines) * em_mm * LINE_HEIGHT for lines, em_mm in set_lines)
    return lines_mm + gap_mm * (len(set_lines) - 1)


def _break(text: str, width: float, measure: Measure) -> int:
    """Say how many characters go on this line: at a good place if there is one, one at least."""
    fits = max(_count_fitting(text, width, measure), 1)
    if fits == len(text):
        return fits
    for may_break in (_is_good_break, _may_break):
        for at in range(fits, fits // 2, -1):
            if may_break(text[at - 1], text[at]):
                return at
    return fits


def _is_good_break(before: str, after: str) -> bool:
    return after not in _NO_LINE_BEGINS_WITH and (before in _BREAK_AFTER or after == " ")


def _may_break(before: str, after: str) -> bool:
    """Ideographs part anywhere, but for the marks that no line begins with."""
    return after not in _NO_LINE_BEGINS_WITH and max(ord(before), ord(after)) > 0x2E7F


def _count_fitting(text: str, width: float, measure: Measure) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low
