"""Which reports and events count as repeated, and which antennas a reader is believed to have."""

from __future__ import annotations

from drivers.rfid.llrp.events import OVER, AiSpecEnded, AntennaChanged, RoSpecChanged
from drivers.rfid.llrp.frames import Message, MessageType
from drivers.rfid.llrp.reads import Reads
from drivers.rfid.llrp.repeats import KEPT, Repeats
from drivers.rfid.llrp.rounds import Rounds
from drivers.rfid.llrp.tags import TagReport

REPORT, EVENT = MessageType.RO_ACCESS_REPORT, MessageType.READER_EVENT_NOTIFICATION


def message(number: int, body: bytes = b"a", kind: int = REPORT) -> Message:
    return Message(type=kind, message_id=number, body=body)


def test_the_same_number_with_the_same_words_is_a_repeat_though_others_stand_between() -> None:
    repeats = Repeats()
    said = [message(7), message(8, b"b", EVENT), message(7), message(8, b"b", EVENT), message(9)]
    assert [repeats.is_repeat(each) for each in said] == [False, False, True, True, False]


def test_a_reader_that_does_not_number_its_messages_is_believed_every_time() -> None:
    repeats = Repeats()
    assert not any(repeats.is_repeat(message(0)) for _ in range(5))
    assert not repeats.is_repeat(message(1, b"first", EVENT))
    assert not repeats.is_repeat(message(1, b"second", EVENT))
    assert not any(repeats.is_repeat(message(1)) for _ in range(5))


def test_a_keepalive_is_no_repeat_and_only_few_messages_are_remembered() -> None:
    repeats = Repeats()
    assert not any(repeats.is_repeat(message(5, b"", MessageType.KEEPALIVE)) for _ in range(3))
    for number in range(1, KEPT + 3):
        assert not repeats.is_repeat(message(number))
    assert not repeats.is_repeat(message(1)), "too long ago"
    assert repeats.is_repeat(message(KEPT + 2))


def ended(rounds: Rounds) -> list[int]:
    """Run two rounds of antennas 1 and 2; name the antennas of the cycles."""
    cycles = []
    for _ in range(2):
        rounds.begin(((1,), (2,)))
        for index in (1, 2):
            cycles += rounds.take(AiSpecEnded(1, index), 1.0)
        cycles += rounds.take(RoSpecChanged(min(OVER), 1), 1.0)
    return [cycle.antenna for cycle in cycles]


def test_an_antenna_that_was_missing_from_the_start_has_no_cycles() -> None:
    rounds = Rounds("reader-1", 1)
    rounds.learn({1: True, 2: False})
    assert set(ended(rounds)) == {1}


def test_a_read_proves_an_antenna_but_not_after_its_cable_came_off() -> None:
    rounds = Rounds("reader-1", 1)
    rounds.learn({1: True, 2: False})
    rounds.heard(2)
    assert set(ended(rounds)) == {1, 2}
    rounds.take(AntennaChanged(False, 2), 1.0)
    rounds.heard(2)
    ended(rounds)
    assert set(ended(rounds)) == {1}


def test_a_clock_that_jumps_is_counted_one_that_runs_badly_is_not() -> None:
    reads, rounds = Reads("reader-1"), Rounds("reader-1", 1)
    for at_s, reader_s in ((0.0, 1000.0), (10.0, 1012.0), (20.0, 1019.0), (21.0, 90_000.0)):
        report = TagReport("E280", antenna=1, last_seen_utc_us=round(reader_s * 1e6))
        reads.complete(report, rounds, at_s)
    assert reads.clock_jumps == 1
