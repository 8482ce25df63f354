"""The conversation with a reader, as bytes restated from the standard: not with our own encoder."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.room import Antenna, LlrpReader, TcpAddress
from drivers.errors import DriverError, Garbled, LinkLost, NoReply, Refused
from drivers.readings import AntennaCycle, InputChanged, TagRead
from drivers.rfid.llrp.courses import Phase
from drivers.rfid.llrp.decoder import Decoder
from drivers.rfid.llrp.frames import MAX_MESSAGE_BYTES, Malformed
from drivers.rfid.llrp.session import Session

OK = "011f000800000000"
UNSUPPORTED = "011f0008006d0000"
EPC_A, EPC_B = "E280117000000000000000A1", "E280117000000000000000B2"


def message(kind: int, message_id: int, body: str = "") -> bytes:
    raw = bytes.fromhex(body)
    return struct.pack(">HII", 0x0400 | kind, 10 + len(raw), message_id) + raw


def notification(event: str) -> bytes:
    timestamp = "0080000c0005a9e4bef862e0"
    length = 4 + len(bytes.fromhex(timestamp + event))
    return message(63, 0, f"00f6{length:04x}{timestamp}{event}")


GREETING = notification("010000060000")
BUSY = notification("010000060002")
ROUND_STARTED = notification("00f9000d00" + "00000001" + "00000000")
ROUND_ENDED = notification("00f9000d01" + "00000001" + "00000000")


def dwell_ended(spec_index: int) -> bytes:
    return notification(f"00fe000b00{1:08x}{spec_index:04x}")


def antenna_changed(antenna: int, *, connected: bool) -> bytes:
    return notification(f"00ff0007{int(connected):02x}{antenna:04x}")


def tag(epc: str, *more: str) -> str:
    value = f"8d{epc}" + "".join(more)
    return f"00f0{4 + len(value) // 2:04x}{value}"


def antenna(number: int) -> str:
    return f"81{number:04x}"


def rssi(dbm: int) -> str:
    return f"86{dbm & 0xFF:02x}"


def report(*tags: str) -> bytes:
    return message(61, 7, "".join(tags))


def reader_with(antennas: Iterable[int]) -> LlrpReader:
    return LlrpReader(
        driver="rfid.llrp",
        id="reader-1",
        at=TcpAddress(host="127.0.0.1", port=5084),
        antennas=tuple(Antenna(antenna=number, covers="desk") for number in antennas),
    )


class Talk:
    """A session and what it said, message by message."""

    def __init__(self, antennas: Iterable[int] = (1, 2), *, step: int = 100_000) -> None:
        self.session = Session(reader_with(antennas), at_s=0.0)
        self.step = step
        self.at_s = 0.0
        self.said: list[tuple[int, int, str]] = []
        self.heard: list[TagRead | AntennaCycle] = []
        self.inputs: list[InputChanged] = []

    def hear(self, *frames: bytes) -> list[TagRead | AntennaCycle]:
        """Feed frames in pieces; keep what the session says to them."""
        stream, told = b"".join(frames), len(self.heard)
        for at in range(0, len(stream), self.step):
            for heard in self.session.receive(stream[at : at + self.step], self.at_s):
                if isinstance(heard, InputChanged):
                    self.inputs.append(heard)
                else:
                    self.heard.append(heard)
        self.listen()
        return self.heard[told:]

    def listen(self) -> None:
        out = self.session.take_outgoing()
        while out:
            head, length, message_id = struct.unpack(">HII", out[:10])
            self.said.append((head & 0x3FF, message_id, out[10:length].hex()))
            out = out[length:]

    def answer(self, kind: int, body: str = OK) -> None:
        self.hear(message(kind, self.said[-1][1], body))

    def body(self, kind: int) -> str:
        """Return the body of the last message of a type."""
        return [body for said, _, body in self.said if said == kind][-1]

    def greet(self) -> Talk:
        """Greet as a reader of LLRP 1.0.1, which knows no question about versions."""
        self.hear(GREETING)
        self.answer(100, UNSUPPORTED)
        return self

    def get_ready(self, capabilities: str = "") -> Talk:
        self.greet()
        self.answer(11, OK + capabilities)
        self.answer(12)
        self.answer(13)
        assert self.session.phase is Phase.READY
        return self

    def run(self, *plan: Sequence[int]) -> Talk:
        """Switch the field on; with a plan, its last round is repeated for ever."""
        rounds = list(plan)
        self.session.start(
            self.at_s, (lambda: rounds.pop(0) if rounds[1:] else rounds[0]) if plan else None
        )
        self.listen()
        for kind in (31, 30, 34, 32):
            self.answer(kind)
        assert self.session.phase is Phase.RUNNING
        return self


def running(antennas: Iterable[int] = (1, 2), *, step: int = 100_000) -> Talk:
    return Talk(antennas, step=step).get_ready().run()


def cycles(readings: Iterable[TagRead | AntennaCycle]) -> list[int]:
    return [r.antenna for r in readings if isinstance(r, AntennaCycle)]


def test_nothing_is_said_before_the_reader_has_greeted() -> None:
    talk = Talk()
    talk.listen()
    assert talk.said == []
    talk.hear(GREETING)
    assert talk.said == [(46, 1, "")]


def test_the_start_sequence_is_what_the_standard_asks_for() -> None:
    talk = running((1, 2))
    assert [kind for kind, _, _ in talk.said] == [46, 1, 2, 3, 21, 20, 24, 22]
    assert [i for _, i, _ in talk.said] == [1, 2, 3, 4, 5, 6, 7, 8]
    events = "".join(f"00f50007{event:04x}80" for event in (1, 2, 3, 4, 6, 8))
    assert talk.body(2) == "00000000000000"
    assert talk.body(3) == f"0000f4002e{events}00dc000901000007d0"
    assert [talk.body(kind) for kind in (21, 24, 22)] == [
        "00000000",
        "00000001",
        "00000001",
    ]


def test_the_rospec_has_one_dwell_per_antenna_and_reports_after_each() -> None:
    talk = running((1, 7))

    def dwell(number: int) -> str:
        command = "014a001000" + "0150000b" + "00" + "0040" + "00000000"
        settings = f"00de0016{number:04x}{command}"
        inventory = f"00ba001d000101{settings}"
        return f"00b7002e0001{number:04x}" + "00b800090100000064" + inventory

    boundary = "00b2001200b300050000b60009" + "0000000000"
    reporting = "00ed0012010000" + "00ee000b5d80" + "015c000540"
    rospec = "00000001" + "00" + "00" + boundary + dwell(1) + dwell(7) + reporting
    length = 4 + len(rospec) // 2
    assert talk.body(20) == f"00b1{length:04x}{rospec}"


def test_a_reader_that_takes_one_dwell_only_gets_all_antennas_in_one() -> None:
    limits = "008e001c" + "00" + "01" + "0000" + "00000001" * 5
    talk = Talk((1, 2)).get_ready(limits).run()
    assert "00b700" in talk.body(20)
    assert "000200010002" + "00b80009010000" + "00c8" in talk.body(20)
    talk.hear(dwell_ended(1), ROUND_ENDED)
    talk.answer(32)
    assert cycles(talk.hear(dwell_ended(1))) == [1, 2]


def dwells(rospec: str) -> list[int]:
    """Name the antennas of the AISpecs of an ADD_ROSPEC, each of which has one."""
    return [int(part[4:8], 16) for part in rospec.split("00b7002e")[1:]]


def test_a_plan_may_name_an_antenna_several_times_and_each_dwell_is_a_cycle() -> None:
    talk = Talk((1, 2, 3)).get_ready().run((1, 2, 1, 3))
    assert dwells(talk.body(20)) == [1, 2, 1, 3]
    talk.hear(*map(dwell_ended, (1, 2, 3, 4)), ROUND_ENDED)
    assert talk.said[-1][0] == 22
    talk.answer(32)
    talk.hear(dwell_ended(1))
    assert cycles(talk.heard) == [1, 2, 1, 3]


def test_a_changed_plan_replaces_the_rospec_between_two_rounds_and_loses_no_cycle() -> None:
    talk = Talk((1, 2, 3)).get_ready().run((1, 2, 3), (3, 1), (3, 1))
    talk.hear(*map(dwell_ended, (1, 2, 3)), ROUND_ENDED)
    late = talk.hear(report(tag(EPC_A, antenna(3))))
    assert [r.antenna for r in late] == [3]
    for kind in (31, 30, 34, 32):
        talk.answer(kind)
    assert [kind for kind, _, _ in talk.said[8:]] == [21, 20, 24, 22]
    assert dwells(talk.body(20)) == [3, 1]
    talk.hear(dwell_ended(1), dwell_ended(2), ROUND_ENDED)
    assert talk.said[-1][0] == 22
    talk.answer(32)
    talk.hear(dwell_ended(1))
    assert cycles(talk.heard) == [1, 2, 3, 3, 1]


def test_a_reader_that_refuses_the_plans_rospec_runs_all_antennas_in_turn_from_then_on() -> None:
    talk = Talk((1, 2, 3)).get_ready().run((1, 2, 3), (3, 1, 3))
    talk.hear(*map(dwell_ended, (1, 2, 3)), ROUND_ENDED)
    talk.answer(31)
    assert dwells(talk.said[-1][2]) == [3, 1, 3]
    talk.answer(30, "011f000800c80000")
    assert dwells(talk.said[-1][2]) == [1, 2, 3]
    for kind in (30, 34, 32):
        talk.answer(kind)
    talk.hear(*map(dwell_ended, (1, 2, 3)), ROUND_ENDED)
    assert talk.said[-1][0] == 22
    assert cycles(talk.heard) == [1, 2, 3, 1, 2]


@pytest.mark.parametrize(
    ("most", "planned", "run"),
    [(4, (1, 2, 1, 3), [1, 2, 1, 3]), (3, (1, 2, 1, 3), [1, 2, 3]), (9, (7, 8), [1, 2, 3])],
    ids=["all fit", "too many dwells", "no antenna of this reader"],
)
def test_a_plan_is_cut_to_what_the_reader_can_do(
    most: int, planned: Sequence[int], run: list[int]
) -> None:
    limits = "008e001c" + "00" + "01" + "0000" + "00000000" + f"{most:08x}" + "00000000" * 3
    talk = Talk((1, 2, 3)).get_ready(limits).run(planned)
    assert dwells(talk.body(20)) == run


def test_without_dwell_events_an_antenna_of_several_dwells_has_one_cycle_per_round() -> None:
    talk = Talk((1, 2, 3)).get_ready().run((1, 2, 1, 3))
    for _ in range(2):
        talk.hear(ROUND_ENDED)
        talk.answer(32)
    assert cycles(talk.heard) == [1, 2, 3]


def test_reports_held_back_are_asked_for_where_the_reader_can_hold_any() -> None:
    limits = "008e001c" + "08" + "01" + "0000" + "00000000" * 5
    talk = Talk().get_ready(limits)
    assert talk.body(3).endswith("00e2000500")
    assert talk.said[-1][0] == 64


def test_too_few_antennas_are_refused_with_what_to_correct() -> None:
    talk = Talk((1, 2, 5)).greet()
    with pytest.raises(Refused, match="antenna 5; correct the room file"):
        talk.answer(11, OK + "00890012" + "0004" + "0000" + "00000000" * 2 + "0000")


def test_a_reader_that_serves_somebody_else_is_tried_again_later() -> None:
    with pytest.raises(LinkLost, match="another client"):
        Talk().hear(BUSY)


def test_a_second_client_that_was_sent_away_does_not_disturb() -> None:
    talk = running()
    talk.hear(notification("010000060004"))
    assert talk.session.phase is Phase.RUNNING


def test_a_refused_configuration_is_tried_once_more_without_dwell_events() -> None:
    talk = Talk().greet()
    talk.answer(11)
    talk.answer(12)
    assert "00f50007000680" in talk.body(3)
    talk.answer(13, "011f000800640000")
    assert "00f50007000680" not in talk.body(3)
    with pytest.raises(Refused, match=r"llrp\.100"):
        talk.answer(13, "011f000b00640003" + b"bad".hex())


def test_the_readers_own_words_stand_in_the_error() -> None:
    talk = Talk().get_ready()
    talk.session.start(0.0)
    talk.listen()
    talk.answer(31)
    talk.answer(30, "011f000800c80000")
    assert "015c000540" not in talk.body(20)
    with pytest.raises(Refused, match="no such antenna"):
        talk.answer(30, "011f001700c8000f" + b"no such antenna".hex())


def test_an_error_message_about_our_command_is_a_refusal_too() -> None:
    talk = Talk().get_ready()
    talk.session.start(0.0)
    talk.listen()
    with pytest.raises(Refused, match=r"llrp\.109"):
        talk.answer(100, "011f0008006d0000")


def test_an_answer_to_something_older_is_dropped() -> None:
    talk = Talk().get_ready()
    talk.session.start(0.0)
    talk.listen()
    talk.hear(message(31, talk.said[-1][1] - 1, OK))
    assert talk.session.doing == "clearing"
    assert talk.session.health().repeated == 1


@pytest.mark.parametrize("step", [1, 100_000])
def test_reads_carry_antenna_level_and_time_of_arrival(step: int) -> None:
    talk = running(step=step)
    talk.at_s = 12.5
    (read,) = talk.hear(report(tag(EPC_A, antenna(2), rssi(-57), "870003", "880009")))
    assert read == TagRead(
        reader_id="reader-1", antenna=2, epc=EPC_A, rssi_dbm=-57, count=9, at_s=12.5, channel=3
    )


def test_what_a_report_leaves_out_is_as_it_was_last() -> None:
    talk = running()
    _, second, third = talk.hear(
        report(tag(EPC_A, antenna(2), rssi(-57)), tag(EPC_B)), report(tag(EPC_A, rssi(-60)))
    )
    assert isinstance(second, TagRead)
    assert isinstance(third, TagRead)
    assert (second.epc, second.antenna, second.rssi_dbm) == (EPC_B, 2, -57)
    assert (third.antenna, third.rssi_dbm) == (2, -60)


def test_after_a_tag_that_could_not_be_read_nothing_is_taken_for_granted() -> None:
    talk = running()
    abandoned = tag(EPC_B, antenna(1), "fe0000")
    readings = talk.hear(
        report(tag(EPC_A, antenna(2)), abandoned, tag(EPC_B), tag(EPC_A, antenna(1)))
    )
    assert [(r.epc, r.antenna) for r in readings if isinstance(r, TagRead)] == [
        (EPC_A, 2),
        (EPC_A, 1),
    ]


def test_without_an_antenna_number_the_dwell_tells_which_it_was() -> None:
    talk = running((4, 9))
    (read,) = talk.hear(report(tag(EPC_A, "8e0002")))
    assert read.antenna == 9


def test_unknown_parameters_and_vendor_extensions_are_walked_over() -> None:
    talk = running()
    vendor = "03ff000e0000651a00000039ffff"
    unknown = "03e7000601ff"
    (read,) = talk.hear(report("03ff000c0000651a00000001", tag(EPC_A, vendor, unknown, antenna(1))))
    assert (read.antenna, read.reader_id) == (1, "reader-1")


@pytest.mark.parametrize(("bits", "reads"), [(0, 0), (8, 0), (16, 1), (496, 1), (504, 0)])
def test_an_epc_of_a_length_no_tag_can_have_is_none(bits: int, reads: int) -> None:
    value = f"{bits:04x}" + "ab" * (bits // 8)
    epc = f"00f1{4 + len(value) // 2:04x}{value}"
    body = epc + antenna(1)
    talk = running()
    assert len(talk.hear(message(61, 7, f"00f0{4 + len(body) // 2:04x}{body}"))) == reads


def test_an_empty_report_is_a_report() -> None:
    assert running().hear(report()) == []


def test_a_cycle_is_told_when_the_next_dwell_ends_so_late_reports_still_count() -> None:
    talk = running((1, 2))
    talk.at_s = 1.0
    assert cycles(talk.hear(dwell_ended(1), report(tag(EPC_A, antenna(1))))) == []
    talk.at_s = 2.0
    assert talk.hear(dwell_ended(2)) == [AntennaCycle(reader_id="reader-1", antenna=1, at_s=1.0)]
    talk.hear(ROUND_ENDED)
    assert talk.said[-1][0] == 22
    talk.answer(32)
    talk.at_s = 3.0
    assert talk.hear(ROUND_STARTED, dwell_ended(1)) == [
        AntennaCycle(reader_id="reader-1", antenna=2, at_s=2.0)
    ]


def test_antennas_that_heard_nothing_have_their_cycles_all_the_same() -> None:
    talk = running((1, 2, 3))
    for _ in range(3):
        talk.hear(dwell_ended(1), dwell_ended(2), dwell_ended(3), ROUND_ENDED)
        talk.answer(32)
    assert cycles(talk.heard) == [1, 2, 3, 1, 2, 3, 1, 2]


def test_dwells_counted_from_zero_are_understood() -> None:
    talk = running((5, 6))
    talk.hear(dwell_ended(0), dwell_ended(1), ROUND_ENDED)
    talk.answer(32)
    talk.hear(dwell_ended(0))
    assert cycles(talk.heard) == [5, 6]


def test_without_dwell_events_the_end_of_a_round_stands_for_all_antennas() -> None:
    talk = running((1, 2))
    for _ in range(2):
        talk.hear(ROUND_ENDED)
        talk.answer(32)
    assert cycles(talk.heard) == [1, 2]


def test_a_disconnected_antenna_has_no_cycles_until_it_is_back() -> None:
    talk = running((1, 2))

    def one_round() -> list[int]:
        found = cycles(talk.hear(dwell_ended(1), dwell_ended(2), ROUND_ENDED))
        talk.answer(32)
        return found

    one_round()
    talk.hear(antenna_changed(2, connected=False))
    one_round()
    assert 2 not in one_round() + one_round()
    talk.hear(antenna_changed(2, connected=True))
    one_round()
    assert 2 in one_round()


@pytest.mark.parametrize("trouble", ["00fc0007" + "0001" + "21", "00fb0004"])
def test_a_dwell_with_an_exception_or_lost_reports_does_not_count(trouble: str) -> None:
    talk = running((1, 2))
    talk.hear(dwell_ended(1), notification(trouble), dwell_ended(2), ROUND_ENDED)
    talk.answer(32)
    talk.hear(dwell_ended(1), dwell_ended(2))
    assert cycles(talk.heard) == [1]


def test_events_of_a_rospec_that_is_not_ours_are_ignored() -> None:
    talk = running((1, 2))
    said = len(talk.said)
    talk.hear(notification("00f9000d01" + "00000009" + "00000000"))
    talk.hear(notification("00fe000b00" + "00000009" + "0001"), dwell_ended(2))
    assert talk.heard == []
    assert len(talk.said) == said


def test_a_keepalive_is_acknowledged_with_its_own_number() -> None:
    talk = running()
    talk.hear(message(62, 0xBEEF))
    assert talk.said[-1] == (72, 0xBEEF, "")


def test_silence_of_two_and_a_half_periods_is_the_end() -> None:
    talk = running(range(1, 26))  # a round of 2.5 s
    for second in range(1, 4):
        talk.at_s = float(second)
        talk.hear(message(62, second))
    talk.session.tick(7.9)
    assert talk.session.deadline_s == 8.0
    with pytest.raises(NoReply):
        talk.session.tick(8.0)


def test_a_reader_that_only_keeps_alive_but_never_ends_a_round_is_given_up() -> None:
    talk = running((1, 2))
    for second in range(1, 3):
        talk.at_s = float(second)
        talk.hear(message(62, second))
        talk.session.tick(talk.at_s)
    with pytest.raises(NoReply, match="running"):
        talk.session.tick(2.6)


def test_a_missing_answer_is_noticed_within_three_seconds() -> None:
    talk = Talk()
    assert talk.session.deadline_s == 3.0
    with pytest.raises(NoReply, match="greeting"):
        talk.session.tick(3.0)


def test_stopping_leaves_no_rospec_behind_even_if_the_round_was_over() -> None:
    talk = running()
    talk.session.stop(1.0)
    talk.listen()
    assert talk.said[-1][0::2] == (23, "00000001")
    talk.answer(33, "011f000800660000")
    assert talk.said[-1][0::2] == (21, "00000000")
    talk.answer(31)
    assert talk.session.phase is Phase.READY
    talk.run()  # which says that it is running


def test_reads_after_the_field_is_off_are_not_passed_on() -> None:
    talk = running()
    talk.session.stop(1.0)
    assert talk.hear(report(tag(EPC_A, antenna(1))), dwell_ended(1), dwell_ended(2)) == []


def test_saying_goodbye_ends_with_the_readers_answer() -> None:
    talk = Talk().get_ready()
    talk.session.leave(1.0)
    talk.listen()
    assert talk.said[-1][0] == 14
    talk.answer(4)
    assert talk.session.phase is Phase.LEFT


def test_a_reader_that_announces_to_hang_up_is_lost() -> None:
    with pytest.raises(LinkLost, match="closes"):
        running().hear(notification("01010004"))


def test_a_round_that_cannot_be_started_again_is_a_lost_link_not_a_refusal() -> None:
    talk = running()
    talk.hear(ROUND_ENDED)
    with pytest.raises(LinkLost) as lost:
        talk.answer(32, "011f000801910000")
    assert not isinstance(lost.value, Refused)


def test_a_message_that_claims_gigabytes_is_not_waited_for() -> None:
    with pytest.raises(Garbled, match="claims 4294967295 bytes"):
        Talk().hear(bytes.fromhex("043dffffffff00000000"))


@pytest.mark.parametrize(
    "hex_message",
    ["0c3d0000000a00000000", "003d0000000a00000000", "043d0000000900000000"],
    ids=["unknown version", "version 0", "shorter than its own header"],
)
def test_what_is_no_llrp_header_ends_the_conversation(hex_message: str) -> None:
    with pytest.raises(Garbled):
        Talk().hear(bytes.fromhex(hex_message))


@pytest.mark.parametrize(
    "body",
    ["00f0002081ffff", "00f00003", "00f0", "00f0000600f1", "00f0000a00f100060100"],
    ids=["too long", "too short", "no length", "cut inside", "more bits than bytes"],
)
def test_what_cannot_be_read_of_a_report_is_skipped_and_counted(body: str) -> None:
    talk = running()
    told = talk.hear(message(61, 7, body), report(tag(EPC_A, antenna(1))))
    assert [read.epc for read in told if isinstance(read, TagRead)] == [EPC_A]
    health = talk.session.health()
    assert (health.garbled, health.skipped_bytes) == (1, len(body) // 2)
    assert health.last_error


FRAMES = st.one_of(
    st.binary(max_size=40),
    st.builds(
        lambda kind, i, body: message(kind, i, body.hex()),
        st.sampled_from(
            [4, 11, 12, 13, 30, 31, 32, 33, 34, 50, 51, 52, 56, 57, 61, 62, 63, 72, 100, 1023]
        ),
        st.integers(0, 8),
        st.binary(max_size=60),
    ),
    st.sampled_from([GREETING, ROUND_STARTED, ROUND_ENDED, dwell_ended(1), dwell_ended(2)]),
    st.builds(lambda raw: report(raw.hex()), st.binary(max_size=60)),
    st.builds(
        lambda raw, number: report(tag(EPC_A, antenna(number), raw.hex())),
        st.binary(max_size=12),
        st.integers(0, 4),
    ),
    st.builds(lambda raw: notification(raw.hex()), st.binary(max_size=30)),
    st.sampled_from([message(kind, i, OK) for kind in (11, 12, 13, 31) for i in range(1, 9)]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(FRAMES, max_size=15), st.integers(1, 50), st.booleans())
def test_any_bytes_in_any_split_end_in_nothing_but_our_own_errors(
    frames: list[bytes], step: int, ready: bool
) -> None:
    outcomes = []
    for pieces in (step, 1, 1_000_000):
        talk = running(step=pieces) if ready else Talk(step=pieces)
        told = len(talk.said)
        error = None
        try:
            talk.hear(*frames)
        except DriverError as caught:
            error = str(caught)
        talk.listen()
        outcomes.append((error, talk.said[told:], None if error else talk.heard))
    assert outcomes[0] == outcomes[1] == outcomes[2]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(1, 50))
def test_a_decoder_never_holds_more_than_it_was_given(raw: bytes, step: int) -> None:
    decoder, taken = Decoder(), 0
    try:
        for at in range(0, len(raw), step):
            decoder.feed(raw[at : at + step])
            while (found := decoder.next_message()) is not None:
                taken += len(found.to_bytes())
                assert taken <= len(raw)
                assert len(found.body) < MAX_MESSAGE_BYTES
    except Malformed:
        pass
