"""The reference map: the words of its table, and that an unknown word is never safe."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import trips
from drivers.ports import CloseAll, OpenAisle, Order, SetLock, SetSleep, Ventilate
from drivers.readings import (
    Check,
    CommandResult,
    LockState,
    SegmentReading,
    SleepState,
    SteelState,
    Travel,
    Trip,
)
from drivers.serials import is_newer, next_serial
from drivers.shelving.modbus import codes, frames, registers
from drivers.shelving.modbus.describe import describe
from drivers.shelving.modbus.registers import Register

PAGE = Path(__file__).resolve().parents[2] / "docs" / "register-map.md"
words = st.integers(0, 0xFFFF)
BLOCKS = [
    (registers.BANK, registers.BANK_WORDS),
    (registers.SEGMENT, registers.SEGMENT_WORDS),
    (registers.COLUMN, registers.COLUMN_WORDS),
]


def bank_words(**changed: int) -> list[int]:
    """A bank block in which all is well."""
    given = [1, 2, 1, 1, 1, 1, 1, 1, 4, 77, 0, 20, 15, 2, 1000, 1, *[0] * 16]
    for register in registers.BANK:
        given[register.offset] = changed.get(register.name, given[register.offset])
    return given


def segment_words(**changed: int) -> list[int]:
    """A segment of four aisles that stands at aisle 2."""
    given = [1, 2, 9, 3, 50, 9, 3, 3, 0, 1, 2, 0xFFFF, 0, 0, 1, 1, 1, 2, 0, 1, *[0] * 44]
    for register in registers.SEGMENT:
        given[register.offset] = changed.get(register.name, given[register.offset])
    return given


def test_the_page_for_plc_integrators_is_in_step_with_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe().rstrip("\n") + "\n", (
        "run: python -m drivers.shelving.modbus.describe > docs/register-map.md"
    )


@pytest.mark.parametrize(("block", "size"), BLOCKS)
def test_every_word_of_a_block_is_named_once(block: tuple[Register, ...], size: int) -> None:
    covered = [register.offset + n for register in block for n in range(register.words)]
    assert covered == list(range(size))


def test_a_bank_block_reads_as_the_table_says() -> None:
    bank = frames.decode_bank(bank_words(), 5.0)
    assert bank.at_s == 5.0
    assert bank.simulated
    assert set(bank.interlocks.values()) == {Check.SAFE}
    assert list(bank.interlocks) == [
        "remote_control",
        "e_stop_chain",
        "maintenance_key",
        "crank",
        "fire",
        "power",
    ]
    assert bank.unattended_permission is Check.SAFE
    assert (bank.reset_count, bank.heartbeat) == (4, 77)
    assert frames.decode_shape(bank_words()) == frames.BankShape(15, 2)


@pytest.mark.parametrize(
    ("offset", "name"),
    [
        (2, "remote_control"),
        (3, "e_stop_chain"),
        (4, "maintenance_key"),
        (5, "crank"),
        (6, "fire"),
        (15, "power"),
    ],
)
@given(word=words)
def test_only_the_word_1_makes_an_interlock_safe(offset: int, name: str, word: int) -> None:
    block = bank_words()
    block[offset] = word
    said = frames.decode_bank(block, 0.0).interlocks[name]
    assert said is {1: Check.SAFE, 2: Check.UNSAFE}.get(word, Check.UNKNOWN)


def test_a_segment_block_reads_as_the_table_says() -> None:
    part = frames.decode_segment(segment_words(), segment=2, aisles=4, at_s=7.0)
    assert (part.segment, part.at_s, part.state) == (2, 7.0, SteelState.STANDING)
    assert (part.open_aisles, part.target_aisle, part.remaining_s) == ((2,), None, 0.0)
    assert (part.last_seq, part.last_epoch, part.last_reason) == (9, 3, "")
    assert part.last_result is CommandResult.DONE
    assert part.entrance is part.obstruction is Check.SAFE
    assert part.occupancy == (Check.SAFE, Check.UNSAFE, Check.UNKNOWN, Check.SAFE)
    moving = segment_words(state=2, open_aisle=0xFFFF, target_aisle=3, remaining=123)
    part = frames.decode_segment(moving, segment=2, aisles=4, at_s=7.0)
    assert (part.state, part.open_aisles, part.target_aisle) == (SteelState.MOVING, (), 3)
    assert part.remaining_s == 12.3


@given(block=st.lists(words, min_size=64, max_size=64))
def test_whatever_a_segment_says_is_bounded_and_never_safe_by_accident(block: list[int]) -> None:
    part = frames.decode_segment(block, segment=1, aisles=6, at_s=0.0)
    assert len(part.occupancy) == 6
    assert set(part.open_aisles) <= set(range(6))
    assert len(part.open_aisles) == 1 or not block[10] < 6
    assert (part.state is SteelState.UNKNOWN) == (block[9] not in (1, 2, 3, 4, 5))
    assert (part.last_result is CommandResult.UNKNOWN) == (block[7] > 7)
    for check, word in zip(part.occupancy, block[16:], strict=False):
        assert (check is Check.SAFE) == (word == 1)
    assert (part.entrance is Check.SAFE) == (block[14] == 1)
    assert (part.obstruction is Check.SAFE) == (block[15] == 1)


@pytest.mark.parametrize(
    ("state", "travel"),
    [
        (0, Travel.UNKNOWN),
        (1, Travel.NONE),
        (2, Travel.LEFT),
        (3, Travel.RIGHT),
        (4, Travel.NONE),
        (5, Travel.NONE),
        (6, Travel.UNKNOWN),
        (65535, Travel.UNKNOWN),
    ],
)
def test_a_column_block_reads_as_the_table_says(state: int, travel: Travel) -> None:
    column = frames.decode_column([state, 0, 0, 3, 12345, *[0] * 11], column=7)
    assert (column.column, column.position_mm, column.trip) == (7, 12345, Trip("motor", "3"))
    assert column.travel is travel


def test_another_version_of_the_map_is_not_guessed_at() -> None:
    with pytest.raises(frames.UnknownMap, match="version 0, expected 1"):
        frames.decode_bank([0] * 32, 0.0)


REST = (Ventilate(), SetLock(True), SetLock(False), SetSleep(True), SetSleep(False))


def encode(order: Order, ttl_s: float = 5.0) -> tuple[int, ...]:
    return frames.encode(order, parked=(5,), seq=9, epoch=2, ttl_s=ttl_s)


def test_a_command_is_five_words_and_its_ttl_is_never_rounded_up() -> None:
    assert encode(OpenAisle(aisle=3)) == (1, 3, 9, 2, 50)
    assert encode(OpenAisle(aisle=3, giving=0)) == (1, 0x0103, 9, 2, 50)
    assert encode(CloseAll()) == (1, 5, 9, 2, 50)
    assert [encode(order)[0] for order in REST] == [3, 4, 5, 6, 7]
    assert encode(OpenAisle(aisle=3), 0.39)[4] == 3
    assert encode(OpenAisle(aisle=3), 0.3)[4] == 3
    with pytest.raises(ValueError, match="cannot be sent"):
        encode(OpenAisle(aisle=3), 0.05)


def test_a_segment_with_two_gaps_is_closed_by_naming_both_aisles() -> None:
    block = frames.encode(CloseAll(), parked=(13, 14), seq=9, epoch=2, ttl_s=5)
    assert block == (8, 0x0F0D, 9, 2, 50)
    part = frames.decode_segment(segment_words(open_aisle=0x0F0D), segment=1, aisles=15, at_s=0.0)
    assert part.open_aisles == (13, 14)


def test_locks_sleep_and_protections_read_as_the_table_says() -> None:
    def read(**changed: int) -> SegmentReading:
        return frames.decode_segment(segment_words(**changed), segment=1, aisles=4, at_s=0.0)

    locks = [read(lock=word).lock for word in (0, 1, 2, 3)]
    assert locks == [LockState.UNKNOWN, LockState.UNLOCKED, LockState.LOCKED, LockState.UNKNOWN]
    sleeps = [read(drives=word).sleep for word in (0, 1, 2, 3)]
    assert sleeps == [SleepState.UNKNOWN, SleepState.AWAKE, SleepState.ASLEEP, SleepState.UNKNOWN]
    assert read(protection=18).hindrance == Trip("side_panel", "18")
    assert read(protection=0).hindrance is None
    assert read(fault_code=99).trip == Trip("unknown", "99")
    assert (read(last_reason=20).last_reason, read(last_reason=99).last_reason) == (
        "no_such_gap",
        "reason_99",
    )


def test_a_state_that_the_table_does_not_know_is_kept_as_it_came() -> None:
    part = frames.decode_segment(segment_words(state=9), segment=1, aisles=4, at_s=0.0)
    assert (part.state, part.trip) == (SteelState.UNKNOWN, Trip("unknown", "state 9"))
    known = frames.decode_segment(segment_words(state=0), segment=1, aisles=4, at_s=0.0)
    assert (known.state, known.trip) == (SteelState.UNKNOWN, None)


def test_every_fault_has_a_name_that_the_pages_have_words_for() -> None:
    names = {name for code, name in codes.FAULTS.items() if code}
    assert names <= set(trips.TRIPS)


@given(words)
def test_serial_numbers_go_round(last: int) -> None:
    following = next_serial(last)
    assert is_newer(following, last)
    assert not is_newer(last, following)
    assert not is_newer(last, last)
    assert is_newer((last + 32767) % 65536, last)
    assert not is_newer((last + 32768) % 65536, last)


def test_blocks_lie_where_the_page_says() -> None:
    assert [registers.segment_address(segment) for segment in (1, 2, 3)] == [32, 96, 160]
    assert [registers.column_address(column) for column in (1, 2, 15)] == [1000, 1016, 1224]
