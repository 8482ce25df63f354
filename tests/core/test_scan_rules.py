"""What a scanner types is read the way it was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.tags.scan_rules import is_likely_tag, read_scan

SHELF = "R1-B2-C7-L-3-5"


@pytest.mark.parametrize(
    "text",
    [
        "R1-B2-C7-L-3-5",
        " r1-b2-c7-l-3-5\n",
        "Ｒ１－Ｂ２－Ｃ７－Ｌ－３－５",
        "R1–B2–C7–L–3–5",
        "R1 B2 C7 L 3 5",
        "R1-B2-C7-L-3-5-12",
        "SR:S:R1-B2-C7-L-3-5",
        "sr:s:r1-b2-c7-l-3-5",
        "ＳＲ：Ｓ：Ｒ１-Ｂ２-Ｃ７-Ｌ-３-５",
        "2区 1列 左面 3节 5层".replace("1列", "7列"),
        "２区７列左３节５层",
        "R1库房2区7列左面3节5层",
    ],
)
def test_a_shelf_is_read_however_it_is_typed(text: str) -> None:
    assert read_scan(text, {"R1"}).shelf == SHELF


@pytest.mark.parametrize("text", ["R1-B2-C7-L-3", "R1-B2-C7-L-0-5", "7列左面3节5层", "X043-1"])
def test_what_names_no_whole_shelf_is_none(text: str) -> None:
    assert read_scan(text, {"R1"}).shelf is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SR:S:R1-B1-C14-R", "R1-B1-C14-R"),
        ("r1 b1 c14 r", "R1-B1-C14-R"),
        ("R1-B2-C7-L-3", "R1-B2-C7-L-3"),
        ("R1-B2-C7", "R1-B2-C7"),
        ("２区７列左", "R1-B2-C7-L"),
        ("2区7列左面3节", "R1-B2-C7-L-3"),
        ("2区7列", "R1-B2-C7"),
        ("R1", None),
        ("R1-B2", None),
        ("2区7列3节", None),
        ("2区7列左面5层", None),
        (SHELF, None),
    ],
)
def test_a_part_of_a_column_is_read_as_a_place(text: str, place: str | None) -> None:
    scanned = read_scan(text, {"R1"})
    assert (scanned.place, scanned.shelf) == (place, SHELF if text == SHELF else None)


def test_an_address_in_words_needs_its_room_where_there_are_several() -> None:
    words = "2区7列右面3节5层"
    assert read_scan(words, {"R1"}).shelf == "R1-B2-C7-R-3-5"
    assert read_scan(words, {"R1", "R2"}).shelf is None
    assert read_scan(f"R2{words}", {"R1", "R2"}).shelf == "R2-B2-C7-R-3-5"


def test_our_labels_say_what_they_are() -> None:
    box = read_scan("SR:B:X043-FY-1987-D30-0001", {"R1"})
    assert (box.only, box.text) == ("box", "X043-FY-1987-D30-0001")
    file = read_scan("ｓｒ：ｆ：X043·2", {"R1"})
    assert (file.only, file.key) == ("file", "X043·2")
    assert read_scan("SR:B:53520001AAAA", {"R1"}).epc is None, "a label names a box, not its tag"


def test_a_tag_number_may_have_spaces_and_small_letters() -> None:
    assert read_scan("5352 0001 aaaa 0000 0000 0001", set()).epc == "53520001AAAA000000000001"
    assert read_scan("５３５２ ａａＡ０", set()).epc == "5352AAA0"
    assert read_scan("X043-1", set()).epc is None
    for looks_so in ("\ufb0000", "①000", "²000", "٠٠٠٠", "𝟎𝟎𝟎𝟎"):
        assert read_scan(looks_so, set()).epc is None, "only full-width forms are folded"
    assert is_likely_tag("53520001")
    assert not is_likely_tag("1234")


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    scanned = read_scan(text, {"R1"})
    assert len(scanned.text) <= 6000
