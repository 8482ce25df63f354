"""Labels and plans on paper: text read back from the PDF, QRs from their squares, ZPL unpacked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from config.address_words import Language
from config.addresses import Face, SlotAddress
from config.load import load_room, shipped_room
from controller.fonts import Font, NoFont, find_font
from controller.labels.model import SIZES, CodeRange, FaceEnd, Label, SizeName
from controller.labels.pdf import draw_labels
from controller.labels.plan import draw_plan
from controller.labels.plan_sheet import PlanSheet
from controller.labels.printing import Dpi
from controller.labels.qr import make_qr
from controller.labels.rules import lay_out
from controller.labels.zpl import compress_rows, write_labels

from .label_papers import page_size_mm, read_pages, read_qr, read_squares, read_zpl

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BOX = Label(
    kind="box",
    code="H-00421",
    qr="SR:B:H-00421",
    title="柳树屯村低保档案",
    words="2区 7列 左面 3节 5层",
    address="R1-B2-C7-L-3-5",
)
ODD = Label(kind="file", code="X·^~_é档", qr="SR:F:X·^~_é档")


@pytest.fixture(scope="module")
def font() -> Font:
    return find_font()


def test_a_label_says_code_title_and_address_as_text(font: Font) -> None:
    pdf = b"".join(draw_labels([BOX], SIZES["100x50"], font, at=AT))
    (page,) = read_pages(pdf)
    assert page_size_mm(pdf) == (100, 50)
    for said in (BOX.code, BOX.title, BOX.words, BOX.address):
        assert said is not None
        assert said in page


CODES = ["SR:B:H-00421", "SR:S:R1-B2-C7-L-3-5", "SR:F:X·^~_é档", "SR:F:" + "永久-2026·" * 12]


@pytest.mark.parametrize("content", CODES)
def test_a_qr_has_the_mask_that_the_standard_prefers(content: str) -> None:
    """segno looks for it another way, module by module; it is 7.8.3 of ISO/IEC 18004 for both."""
    expected = segno.make_qr(content, error="m", boost_error=False).matrix
    assert make_qr(content) == tuple("".join(map(str, row)) for row in expected)


@given(content=st.text(min_size=1, max_size=120))
@settings(max_examples=20, deadline=None)
def test_a_qr_of_any_text_is_one_of_its_eight_symbols(content: str) -> None:
    symbols = (
        segno.make_qr(content, error="m", boost_error=False, mask=mask).matrix for mask in range(8)
    )
    assert make_qr(content) in [
        tuple("".join(map(str, row)) for row in symbol) for symbol in symbols
    ]


@pytest.mark.parametrize("label", [BOX, ODD])
def test_the_squares_on_a_label_are_the_qr_of_its_text(font: Font, label: Label) -> None:
    expected = segno.make_qr(label.qr, error="m", boost_error=False).matrix
    pdf = b"".join(draw_labels([label], SIZES["60x40"], font, at=AT))
    assert read_qr(pdf, len(expected)) == [list(row) for row in expected]


def test_a_sheet_takes_24_labels_and_begins_after_those_that_are_used(font: Font) -> None:
    labels = [
        Label(kind="box", code=f"H-{number:05}", qr=f"SR:B:H-{number:05}") for number in range(25)
    ]
    pdf = b"".join(draw_labels(labels, SIZES["a4-sheet"], font, at=AT))
    assert page_size_mm(pdf) == (210, 297)
    first, second = read_pages(pdf)
    assert first.count("H-") == 24
    assert second.count("H-") == 1
    assert all(0 < y < 297 / 8 for _, y, _, _ in read_squares(pdf, page=1)), "in the first place"
    first, second = read_pages(
        b"".join(draw_labels(labels, SIZES["a4-sheet"], font, at=AT, skip=22))
    )
    assert (first.count("H-"), second.count("H-")) == (2, 23)


def test_no_labels_are_an_empty_page_and_no_error(font: Font) -> None:
    pdf = b"".join(draw_labels([], SIZES["60x40"], font, at=AT))
    assert len(read_pages(pdf)) == 1


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("size", ["60x40", "100x50"])
def test_zpl_says_its_size_and_leaves_the_qr_to_the_printer(
    font: Font, dpi: Dpi, size: SizeName
) -> None:
    (read, odd) = read_zpl(b"".join(write_labels([BOX, ODD], SIZES[size], font, dpi=dpi)))
    dots = {203: 8, 300: 12}[dpi]
    width_mm, height_mm = SIZES[size].width_mm, SIZES[size].height_mm
    assert (read.width, read.height) == (width_mm * dots, height_mm * dots)
    assert (read.qr, odd.qr) == (BOX.qr, ODD.qr)
    modules = segno.make_qr(BOX.qr, error="m", boost_error=False).symbol_size(border=0)[0]
    right, bottom = (
        at + 10 * (not x) + modules * read.magnified for x, at in enumerate(read.qr_at[::-1])
    )
    assert right <= read.height
    assert bottom <= read.width + 10


def test_the_picture_of_a_zpl_label_has_its_letters_where_the_layout_puts_them(font: Font) -> None:
    (read,) = read_zpl(b"".join(write_labels([BOX], SIZES["60x40"], font)))
    layout = lay_out(BOX, SIZES["60x40"], font.measure)
    for text in layout.texts:
        rows = read.rows[round(text.y_mm * 8) : round((text.y_mm + text.em_mm * 1.25) * 8)]
        assert any(int(row, 16) for row in rows), text.text
    assert not any(int(row, 16) for row in read.rows[: round(2.5 * 8)])


def test_runs_are_packed_as_the_printer_s_guide_packs_them() -> None:
    white, black, mixed = bytes(60), b"\xff" * 60, b"\x12" + b"\xff" * 58 + b"\x00"
    assert compress_rows(white + white, 60) == ",:"
    assert compress_rows(black, 60) == "!"
    assert compress_rows(mixed, 60) == "12kVF,"
    assert compress_rows(bytes([0xAA, 0xA1]), 2) == "IA1"


def test_a_sheet_is_nothing_for_a_label_printer(font: Font) -> None:
    with pytest.raises(ValueError, match="no sheets"):
        next(write_labels([BOX], SIZES["a4-sheet"], font))


def test_without_a_font_the_error_names_the_package(tmp_path: Path) -> None:
    with pytest.raises(NoFont, match="fonts-noto-cjk"):
        find_font(usual=[tmp_path / "none.ttc"])
    other = tmp_path / "other.ttf"
    other.write_bytes(b"no font")
    with pytest.raises(NoFont, match="STACKROOM_FONT"):
        find_font(other)


@pytest.mark.parametrize(
    ("language", "title", "place", "empty"),
    [
        ("zh", "R1 一号库房 · 二区 排架位置图", "2区 8列 右面", "空"),
        ("en", "R1 Store room 1 · Bank 2: location plan", "Bank 2, column 8, right face", "empty"),
    ],
)
def test_a_plan_names_every_column_and_lists_every_face(
    font: Font, language: Language, title: str, place: str, empty: str
) -> None:
    room = load_room(shipped_room("reference"))
    ends = [
        FaceEnd(
            address=SlotAddress(room="R1", bank=2, column=column, face=face),
            sections=5,
            shelves=6,
            codes=None
            if column == 8
            else CodeRange(first=f"A-{column:02}-1", last=f"A-{column:02}-9", boxes=7),
        )
        for column in range(1, 16)
        for face in Face
    ]
    sheet = PlanSheet(room=room, bank=2, ends=ends, language=language, at=AT)
    pdf = b"".join(draw_plan(sheet, font))
    plan, table, *more = read_pages(pdf)
    assert page_size_mm(pdf) == (297, 210)
    assert title in plan
    assert "2026-03-02" in plan
    assert "1:40" in plan or "1:35" in plan
    assert plan.count("A-07-1 – A-07-9") == 2
    assert plan.count(empty) == 2
    assert place in "".join([table, *more])
    assert "R1-B2-C15-R-1-1 – 5-6" in "".join([table, *more])
