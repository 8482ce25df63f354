"""Equal things look equal, however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.words.normal import (
    bigrams,
    fold,
    fold_code,
    fold_id,
    fold_terms,
    is_last_four,
    is_valid_id,
    mask_id,
)
from controller.words.sounds import sounds_of
from simulators.names import check_digit


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("买买提·艾力", "买买提艾力"),
        ("买买提 • 艾力", "买买提艾力"),
        ("１２０号", "120号"),
        ("x043", "X043"),
        ("3—2－502", "32502"),
        (" 王　伟 ", "王伟"),
    ],
)
def test_width_case_spaces_dots_and_dashes_do_not_count_in_words(typed: str, stored: str) -> None:
    assert fold(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["X043-HJ·1998-D30", "x043－hj•1998—d30", "Ｘ０４３ - HJ・1998 ‑ D30", "X043–HJ·1998−d30"],
)
def test_codes_keep_their_dashes_and_dots_in_one_form(typed: str) -> None:
    assert fold_code(typed) == "X043-HJ·1998-D30"


def test_a_query_is_split_at_spaces_only() -> None:
    assert fold_terms(" 王伟　建设路12号, ") == ("王伟", "建设路12号")
    assert fold_terms(" · ") == ()


def test_id_numbers_are_recognised_checked_and_masked() -> None:
    assert fold_id("11010519491231002x") == "11010519491231002X"
    assert fold_id("1101 0519 4912 31002x") == "11010519491231002X"
    assert fold_id("110105194912310021X") is None
    assert is_valid_id("11010519491231002X")
    assert not is_valid_id("110105194912310021")
    assert mask_id("11010519491231002X") == "110105********002X"
    assert is_last_four("002X")
    assert not is_last_four("02X")


@given(st.integers(0, 10**17 - 1), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes_the_check(body: int, position: int, shift: int) -> None:
    digits = f"{body:017d}"
    number = digits + check_digit(digits)
    assert is_valid_id(number)
    wrong = (int(number[position]) + shift) % 10
    assert not is_valid_id(f"{number[:position]}{wrong}{number[position + 1 :]}")


@given(st.text(alphabet="王伟明建设路120号AB", max_size=12))
def test_every_piece_of_a_text_has_all_its_pairs_in_it(text: str) -> None:
    tokens = set(bigrams(text))
    for begin in range(len(text)):
        for end in range(begin + 2, len(text) + 1):
            piece = text[begin:end]
            assert set(bigrams(piece)[:-1]) <= tokens
        assert any(token.startswith(text[begin]) for token in tokens)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("王伟明", "wangweiming"),
        ("王伟明", "wwm"),
        ("王伟明", "wangwm"),
        ("曾志伟", "zengzhiwei"),
        ("曾志伟", "cengzhiwei"),
        ("单芳", "shanfang"),
        ("仇英", "qiuying"),
        ("解晓东", "xxd"),
        ("尉迟明", "yuchiming"),
        ("万俟红", "mqh"),
        ("吕艳", "lvyan"),
        ("吕艳", "luyan"),
        ("买买提艾力", "mmtal"),
    ],
)
def test_names_are_found_by_the_ways_people_type_them(name: str, typed: str) -> None:
    assert typed in sounds_of(name)
