"""What labels say and where: wrapping, cutting, sizes, scales of plans, addresses in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.address_words import address_words
from config.addresses import Face, parse_address
from config.load import load_room, shipped_room
from controller.labels.model import SIZES, Label
from controller.labels.plan_rules import Area, place_plan
from controller.labels.rules import (
    ELLIPSIS,
    MARGIN_MM,
    cut,
    lay_out,
    shelf_qr,
    without_id_numbers,
    wrap,
)

LONG = "关于柳树屯村第三居民小组廉租住房保障申请、审核、公示及配租全过程材料（含补正通知）"


def measure(text: str) -> float:
    """Ideographs are as wide as high, everything else half."""
    return sum(1.0 if ord(letter) > 0x2E7F else 0.5 for letter in text)


@pytest.mark.parametrize(
    ("address", "zh", "en"),
    [
        ("R1", "R1 库房", "Room R1"),
        ("R1-B2", "2区", "Bank 2"),
        ("R1-B2-C7-L", "2区 7列 左面", "Bank 2, column 7, left face"),
        (
            "R1-B2-C7-R-3-5-12",
            "2区 7列 右面 3节 5层 12位",
            "Bank 2, column 7, right face, section 3, shelf 5, position 12",
        ),
    ],
)
def test_an_address_is_said_in_words_as_far_as_it_goes(address: str, zh: str, en: str) -> None:
    assert address_words(parse_address(address), "zh") == zh
    assert address_words(parse_address(address), "en") == en


def test_a_text_breaks_at_spaces_and_hyphens_before_it_breaks_words() -> None:
    assert wrap("2区 7列 左面 3节 5层", 5.5, 3, measure) == ["2区 7列", "左面 3节", "5层"]
    assert wrap("X043-ZF-2019-Y-0421", 7, 3, measure) == ["X043-ZF-2019-", "Y-0421"]


def test_no_line_begins_with_a_comma() -> None:
    assert wrap("一二三四，五六", 4, 3, measure) == ["一二三", "四，五六"]


def test_what_is_cut_shows_an_ellipsis_and_what_fits_does_not() -> None:
    assert wrap(LONG, 10, 2, measure)[-1].endswith(ELLIPSIS)
    assert cut("一二三", 3, measure) == "一二三"
    assert cut("一二三四", 3, measure) == "一二" + ELLIPSIS


@given(st.text(max_size=80), st.floats(2, 30), st.integers(1, 5))
def test_lines_lose_nothing_unless_the_last_one_says_so(
    text: str, width: float, most_lines: int
) -> None:
    lines = wrap(text, width, most_lines, measure)
    assert len(lines) <= most_lines
    assert all(measure(line) <= width for line in lines)
    said, plain = "".join(lines), "".join(text.split())
    if not (lines and lines[-1].endswith(ELLIPSIS)):
        assert "".join(said.split()) == plain


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_stays_on_the_label_and_off_the_qr(size: str, language: str) -> None:
    place = parse_address("R1-B2-C7-L-3-5")
    label = Label(
        kind="file",
        code="X043-ZF·2019-Y-0421-0007",
        qr="SR:F:X043-ZF·2019-Y-0421-0007",
        title=LONG,
        words=address_words(place, language),  # type: ignore[arg-type]  # a language by name
        address=str(place),
    )
    layout = lay_out(label, SIZES[size], measure)  # type: ignore[index]  # a size by name
    height_mm = SIZES[size].height_mm  # type: ignore[index]  # a size by name
    assert layout.qr_mm >= 14
    for text in layout.texts:
        assert text.y_mm >= MARGIN_MM - 0.01
        assert text.y_mm + text.em_mm <= height_mm - MARGIN_MM + 0.01
        assert text.x_mm + measure(text.text) * text.em_mm < layout.qr_x_mm
        assert text.em_mm >= 1.7, text
    said = "".join(text.text for text in layout.texts)
    assert label.code in said
    assert str(place) in said
    assert ELLIPSIS in said


def test_a_long_code_shrinks_rather_than_lose_a_character() -> None:
    code = "X043-ZF·2019·0421-D30-BGS-0001-0123-0456-0789"
    label = Label(kind="box", code=code, qr=f"SR:B:{code}", title=LONG)
    lines = lay_out(label, SIZES["60x40"], measure).texts
    assert code in "".join(line.text for line in lines)


@pytest.mark.parametrize("number", ["110101199003077758", "11010119900307775X", "110101900307775"])
def test_an_id_number_in_a_title_is_not_printed(number: str) -> None:
    shown = without_id_numbers(f"王某（{number}）低保档案")
    assert number[6:] not in shown
    assert shown.startswith("王某（110101**")
    assert shown.endswith("低保档案")


def test_other_numbers_in_a_title_stay() -> None:
    assert without_id_numbers("2019-0421-0007 卷") == "2019-0421-0007 卷"


def test_the_qr_of_a_shelf_says_its_address() -> None:
    assert shelf_qr("R1-B2-C7-L-3-5") == "SR:S:R1-B2-C7-L-3-5"


def test_a_plan_keeps_the_proportions_of_the_room() -> None:
    room = load_room(shipped_room("reference"))
    on = Area(x_mm=10, y_mm=26, width_mm=277, height_mm=164)
    plan = place_plan(room, None, on)
    assert plan.walls is not None
    assert plan.walls.width_mm == pytest.approx(room.size_mm.x / plan.scale)
    assert plan.walls.height_mm == pytest.approx(room.size_mm.y / plan.scale)
    assert plan.walls.y_mm >= on.y_mm
    assert plan.walls.y_mm + plan.walls.height_mm <= on.y_mm + on.height_mm
    second = plan.banks[1]
    gap_mm = second.columns[7].area.x_mm - second.columns[6].area.x_mm
    assert gap_mm == pytest.approx((550 + 900) / plan.scale), "the gap stands beside column 8"
    assert [column.column for column in second.columns if column.fixed] == [8]


def test_a_bank_alone_is_shown_larger_and_its_left_face_lies_where_the_room_says() -> None:
    room = load_room(shipped_room("reference"))
    on = Area(x_mm=10, y_mm=26, width_mm=277, height_mm=164)
    alone = place_plan(room, 2, on)
    assert alone.walls is None
    assert alone.scale < place_plan(room, None, on).scale
    column = alone.banks[0].columns[0]
    assert column.half(Face.LEFT).x_mm == column.area.x_mm
    assert column.half(Face.RIGHT).x_mm == pytest.approx(
        column.area.x_mm + column.area.width_mm / 2
    )
    with pytest.raises(KeyError):
        place_plan(room, 9, on)
