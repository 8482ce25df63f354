"""How a conversation begins, what a reader tells of itself, and how a tag is written, as bytes.

Bytes are restated from LLRP 1.0.1 (chapter 16), LLRP 1.1 (17.1), the definitions of the LLRP
Toolkit (llrp-1x0-def.xml, Apache-2.0) and, for Impinj's own, from captures of its readers.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.room import Antenna, LlrpReader, TcpAddress
from drivers.errors import DriverError, Garbled, LinkLost, NoReply, Refused
from drivers.ports import TagWritten, WriteTag
from drivers.readings import AntennaHealth, InputChanged
from drivers.rfid.llrp.access import Stage
from drivers.rfid.llrp.courses import MOST_TOUCHED, Courses, Phase
from drivers.rfid.llrp.session import Session
from drivers.rfid.llrp.tags import TagReport
from tests.golden.test_llrp_session import (
    EPC_A,
    FRAMES,
    GREETING,
    OK,
    UNSUPPORTED,
    Talk,
    antenna_changed,
    dwell_ended,
    message,
    notification,
    report,
    running,
    tag,
)

NEW = "A1B2C3D40000000000000007"
IMPINJ = "0000651a"
GENERAL = "0089001a" + "0004" + "4000" + IMPINJ + "001e89ca" + "0000" + "008d0008" + "00040004"
EVERY_POWER = "".join(f"00910008{n:04x}{1000 + 250 * (n - 1):04x}" for n in range(1, 9))
FCC = "008f" + f"{8 + 4 + len(EVERY_POWER) // 2:04x}" + "0348" + "0001"
FCC += "0090" + f"{4 + len(EVERY_POWER) // 2:04x}" + EVERY_POWER
TWO_ANTENNAS = "".join(
    f"00de0016{n:04x}" + "00df00060001" + "00e0000a0002" + "0000" + "0008" for n in (1, 2)
)


def settings_with(**more: object) -> LlrpReader:
    return LlrpReader(
        **{
            "driver": "rfid.llrp",
            "id": "reader-1",
            "at": TcpAddress(host="127.0.0.1", port=5084),
            "antennas": tuple(Antenna(antenna=n, covers="desk") for n in (1, 2)),
            **more,
        }
    )


def talk_with(**more: object) -> Talk:
    talk = Talk()
    talk.session = Session(settings_with(**more), at_s=0.0)
    return talk


def versions(current: int, highest: int) -> str:
    return f"{current:02x}{highest:02x}" + OK


def version_said(talk: Talk) -> int:
    """Return the version in the header of what is said next."""
    return talk.session.take_outgoing()[0] >> 2


def test_a_reader_that_speaks_1_1_is_spoken_to_in_1_1() -> None:
    talk = Talk()
    talk.session.receive(GREETING, 0.0)
    assert talk.session.take_outgoing() == bytes.fromhex("082e0000000a00000001")
    talk.session.receive(message(56, 1, versions(1, 2)), 0.0)
    assert talk.session.take_outgoing() == bytes.fromhex("082f0000000b0000000202")
    talk.session.receive(message(57, 2, OK), 0.0)
    assert talk.session.take_outgoing() == bytes.fromhex("08010000000b0000000300")


@pytest.mark.parametrize(
    "answer",
    [
        message(56, 1, versions(1, 1)),
        message(56, 1, "0101" + UNSUPPORTED),
        message(100, 1, UNSUPPORTED),
        message(100, 0, "011f0008006e0000"),
    ],
    ids=["knows no other", "refuses", "does not know", "does not even tell which"],
)
def test_every_other_reader_is_spoken_to_in_1_0_1(answer: bytes) -> None:
    talk = Talk()
    talk.session.receive(GREETING, 0.0)
    talk.session.take_outgoing()
    talk.session.receive(answer, 0.0)
    assert talk.session.take_outgoing() == bytes.fromhex("04010000000b0000000200")


def test_a_reader_that_keeps_silent_about_versions_is_asked_no_more() -> None:
    talk = Talk()
    talk.hear(GREETING)
    assert talk.session.deadline_s == 3.0
    talk.session.tick(3.0)
    talk.listen()
    assert talk.said[-1] == (1, 2, "00")
    talk.hear(message(56, 1, versions(1, 2)))
    assert talk.session.health().repeated == 1


def test_a_reader_that_greets_in_1_1_is_answered_in_1_1() -> None:
    talk = Talk()
    talk.session.receive(b"\x08" + GREETING[1:], 0.0)
    talk.session.take_outgoing()
    talk.session.receive(message(100, 1, UNSUPPORTED), 0.0)
    assert version_said(talk) == 2


@pytest.mark.parametrize(
    ("status", "says"),
    [(1, "a connection that it opened itself"), (2, "another client"), (3, "nobody")],
)
def test_who_a_busy_reader_serves_is_told_in_words(status: int, says: str) -> None:
    with pytest.raises(LinkLost, match=says):
        Talk().hear(notification(f"01000006{status:04x}"))


def extended(talk: Talk) -> Talk:
    """Go on as an Impinj reader, up to READY."""
    talk.greet()
    talk.answer(11, OK + GENERAL)
    assert talk.said[-1] == (1023, 3, IMPINJ + "15" + "00000000")
    talk.answer(1023, IMPINJ + "16" + OK)
    talk.answer(12)
    talk.answer(13)
    assert talk.session.phase is Phase.READY
    return talk


def test_an_impinj_reader_is_asked_for_phase_and_fine_level_and_both_flags() -> None:
    talk = extended(Talk()).run()
    wanted = "03ff000e" + IMPINJ + "00000034" + "0001" + "03ff000e" + IMPINJ + "00000035" + "0001"
    assert "03ff0028" + IMPINJ + "00000032" + wanted in talk.body(20)
    assert "03ff000e" + IMPINJ + "00000017" + "0002" in talk.body(20)
    talk.session.stop(1.0)


def test_an_impinj_reader_that_keeps_its_extensions_is_read_without_them() -> None:
    talk = Talk().greet()
    talk.answer(11, OK + GENERAL)
    talk.answer(100, UNSUPPORTED)
    talk.answer(12)
    talk.answer(13)
    talk.run()
    assert "03ff" not in talk.body(20)


def test_each_antenna_has_the_dwell_that_the_room_file_gives_it() -> None:
    antennas = (
        Antenna(antenna=1, covers="desk", dwell_ms=500),
        Antenna(antenna=2, covers="desk"),
    )
    talk = talk_with(antennas=antennas, dwell_ms=200).get_ready().run()
    dwells = talk.body(20).split("00b8000901")[1:]
    assert [int(dwell[:8], 16) for dwell in dwells] == [500, 200]


def test_the_power_is_set_by_the_nearest_step_below_and_read_back() -> None:
    talk = talk_with(power_dbm=18.0, region="us").greet()
    talk.answer(11, OK + FCC)
    talk.answer(12, OK + TWO_ANTENNAS)
    # 17.5 dBm is step 4; hop table 2 stays as it is set.
    for antenna in (1, 2):
        assert f"00de0010{antenna:04x}" + "00e0000a" + "0002" + "0000" + "0004" in talk.body(3)
    talk.answer(13)
    assert talk.said[-1][::2] == (2, "0000" + "03" + "00000000")
    with pytest.raises(Refused, match=r"17\.5 dBm on antenna 1, but reads back 27\.5 dBm"):
        talk.answer(12, OK + TWO_ANTENNAS)


def test_a_power_that_was_taken_opens_the_reader() -> None:
    talk = talk_with(power_dbm=27.5).greet()
    talk.answer(11, OK + FCC)
    talk.answer(12)
    assert "00e0000a" + "0000" + "0001" + "0008" in talk.body(3)
    talk.answer(13)
    talk.answer(12, OK + TWO_ANTENNAS)
    assert talk.session.phase is Phase.READY


@pytest.mark.parametrize("power_dbm", [9.9, 28.0])
def test_a_power_outside_of_the_table_is_refused_with_both_values(power_dbm: float) -> None:
    talk = talk_with(power_dbm=power_dbm).greet()
    with pytest.raises(Refused, match=rf"10 to 27\.5 dBm, .* {power_dbm:g} dBm for antenna 1"):
        talk.answer(11, OK + FCC)


def test_a_reader_that_tells_no_region_is_not_used_where_the_file_names_one() -> None:
    talk = talk_with(region="eu").greet()
    with pytest.raises(Refused, match=r"none that is known here .*says eu"):
        talk.answer(11)


@pytest.mark.parametrize("keepalive_s", [1.0, 4.0])
def test_a_half_open_link_is_noticed_within_three_keepalive_periods(keepalive_s: float) -> None:
    talk = talk_with(keepalive_s=keepalive_s).get_ready()
    assert f"00dc000901{round(keepalive_s * 1000):08x}" in talk.body(3)
    talk.session.tick(2.4 * keepalive_s)
    with pytest.raises(NoReply):
        talk.session.tick(3 * keepalive_s)


def test_a_contact_at_an_input_is_a_reading() -> None:
    talk = running()
    talk.hear(notification("00f80007000380"), notification("00f80007000300"))
    assert talk.inputs == [
        InputChanged(reader_id="reader-1", number=3, on=on, at_s=0.0) for on in (True, False)
    ]


def test_inputs_are_switched_on_as_many_as_there_are() -> None:
    talk = extended(Talk())
    assert "".join(f"00e10008{n:04x}8002" for n in range(1, 5)) in talk.body(3)


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("00fa000555", "85 % full"),
        ("00fb0004", "ran over"),
        ("00fc000b0005" + b"fever".hex(), "fever"),
    ],
)
def test_what_troubles_a_reader_stands_in_its_health(event: str, says: str) -> None:
    talk = running()
    talk.hear(notification(event))
    assert says in (talk.session.health().last_error or "")


def test_a_lost_antenna_stands_in_the_health_whatever_goes_on() -> None:
    talk = Talk().get_ready()
    talk.hear(antenna_changed(2, connected=False))
    assert talk.session.health().antennas == {
        1: AntennaHealth(),
        2: AntennaHealth(connected=False),
    }


def test_an_event_that_cannot_be_read_is_counted_and_the_one_before_it_stands() -> None:
    talk = running()
    talk.hear(dwell_ended(1), notification("00fe000b00000000010002" + "00ff0099"))
    assert [cycle.antenna for cycle in talk.heard] == [1]
    assert talk.session.health().garbled == 1


def test_an_answer_without_a_status_is_counted_and_the_right_one_still_taken() -> None:
    talk = Talk().greet()
    talk.answer(11, "0089")
    assert talk.session.health().garbled == 1
    talk.answer(11)
    assert talk.said[-1][0] == 2


def test_capabilities_that_cannot_be_read_end_the_link_with_a_reason() -> None:
    with pytest.raises(Garbled, match="what it says of itself"):
        Talk().greet().answer(11, OK + "008900060004")


def test_an_output_is_switched_by_a_setting_of_its_own() -> None:
    talk = extended(Talk()).run()
    aside = talk.session.set_output(2, True, 0.0)
    talk.listen()
    assert talk.said[-1] == (3, aside, "00" + "00db0007" + "0002" + "80")
    talk.hear(message(13, aside, OK))
    assert talk.session.asides.is_answered(aside)
    assert talk.session.asides.take(aside).code == 0


def test_an_output_that_is_not_answered_for_is_a_lost_link() -> None:
    talk = extended(Talk())
    talk.session.set_output(1, True, 1.0)
    assert talk.session.deadline_s == 4.0
    with pytest.raises(NoReply):
        talk.session.tick(4.0)


# ltk-ADD_ACCESSSPEC of the LLRP Toolkit, with our pattern, operation count, and words.
TARGET = "01520027" + "01530023" + "60" + "0020" + "0060" + "ff" * 12 + "0060" + EPC_A.lower()
ACCESS_HEAD = "00000001" + "0001" + "01" + "00" + "00000000" + "00d00007" + "01" + "0001"


def accessspec(op: str) -> str:
    command = TARGET + op
    command = f"00d1{4 + len(command) // 2:04x}{command}"
    body = ACCESS_HEAD + command
    return f"00cf{4 + len(body) // 2:04x}{body}"


def test_an_accessspec_is_written_as_the_standard_lays_it_out() -> None:
    spec = Stage(EPC_A, bytes.fromhex("0155000f0001"), 1).add_accessspec(1)
    assert (spec.type, spec.body.hex()) == (40, accessspec("0155000f0001"))


def result(parameter: str, epc: str = EPC_A) -> bytes:
    return report(tag(epc, "810001", parameter))


ACCESS_OVER = notification("00f9000d01" + "00000002" + "00000000")


class Writing(Talk):
    """A session that writes a tag, and answers to every step of it."""

    def begin(self, order: WriteTag) -> Writing:
        self.get_ready()
        self.session.write(order, 0.0)
        self.listen()
        for kind in (31, 30, 34):
            self.answer(kind)
        return self

    def stage(self, *reports: bytes, late: bool = False) -> str:
        """Run one operation; return the AccessSpec that was added for it."""
        for kind in (51, 50, 52):
            self.answer(kind)
        self.answer(32)
        self.hear(*((ACCESS_OVER, *reports) if late else (*reports, ACCESS_OVER)))
        self.answer(51)
        return self.body(40)

    def end(self) -> TagWritten | Refused | None:
        for kind in (51, 31):
            self.answer(kind)
        assert self.session.phase is Phase.READY
        return self.session.take_outcome()


ORDER = WriteTag(antenna=1, epc=EPC_A, new_epc=NEW)
LOOKED = result("015d000b00" + "0001" + "0001" + "3000")
WRITTEN = result("015e000900" + "0002" + "0006")
READ_BACK = result("015d001700" + "0003" + "0007" + "3000" + NEW, NEW)


@pytest.mark.parametrize("late", [False, True])
def test_a_tag_is_looked_at_written_and_read_back(late: bool) -> None:
    talk = Writing().begin(ORDER)
    looked = talk.stage(LOOKED, late=late)
    assert looked == accessspec("0155000f" + "0001" + "00000000" + "40" + "0001" + "0001")
    wrote = talk.stage(WRITTEN, late=late)
    assert wrote == accessspec(
        "0156001b" + "0002" + "00000000" + "40" + "0002" + "0006" + NEW.lower()
    )
    talk.stage(READ_BACK, late=late)
    assert talk.end() == TagWritten(epc=NEW, locked=False)


def test_a_number_of_another_length_is_written_with_its_control_word() -> None:
    longer = NEW + "0001F00D"
    talk = Writing().begin(WriteTag(antenna=1, epc=EPC_A, new_epc=longer, password=0xCAFE))
    talk.stage(result("015d000b00" + "0001" + "0001" + "31a2"))
    # 0x31A2 is 6 words and the bits of an AFI; 8 words make 0x41A2 of it.
    written = (
        "0156" + "0021" + "0002" + "0000cafe" + "40" + "0001" + "0009" + "41a2" + longer.lower()
    )
    assert written in talk.stage(WRITTEN)


@pytest.mark.parametrize(
    ("look", "write", "verify", "code"),
    [
        ("", "", "", "tag_away"),
        ("02", "", "", "tag_away"),
        ("00", "01", "", "write_failed"),
        ("00", "02", "", "tag_locked"),
        ("00", "03", "", "low_power"),
        ("00", "07", "", "wrong_password"),
        ("00", "63", "", "write_failed"),
        ("00", "00", "", "not_verified"),
        ("00", "00", EPC_A, "not_verified"),
    ],
)
def test_what_goes_wrong_has_a_code_and_leaves_nothing_behind(
    look: str, write: str, verify: str, code: str
) -> None:
    talk = Writing().begin(ORDER)
    talk.stage(*([result(f"015d000b{look}" + "0001" + "0001" + "3000")] if look else []))
    if look == "00":
        talk.stage(*([result(f"015e0009{write}" + "0002" + "0000")] if write else []))
    if write == "00":
        held = "015d001700" + "0003" + "0007" + "3000" + verify
        talk.stage(*([result(held)] if verify else []))
    outcome = talk.end()
    assert isinstance(outcome, Refused)
    assert outcome.code == code
    assert talk.said[-2][::2] == (41, "00000000")
    assert talk.said[-1][::2] == (21, "00000000")


SILENT = result("015e000905" + "0002" + "0000")
AS_IT_WAS = result("015d000b00" + "0005" + "0001" + "3000")


@pytest.mark.parametrize("written", [(), (SILENT,)], ids=["no report", "no answer"])
@pytest.mark.parametrize(
    ("verify", "again", "outcome"),
    [
        ((READ_BACK,), None, "written"),
        ((), (AS_IT_WAS,), "tag_away"),
        ((), (), "not_verified"),
    ],
)
def test_a_write_of_which_nothing_is_heard_is_settled_by_looking(
    written: tuple[bytes, ...],
    verify: tuple[bytes, ...],
    again: tuple[bytes, ...] | None,
    outcome: str,
) -> None:
    talk = Writing().begin(ORDER)
    talk.stage(LOOKED)
    talk.stage(*written)
    talk.stage(*verify)
    if again is not None:
        talk.stage(*again)
    came = talk.end()
    assert (came.code if isinstance(came, Refused) else "written") == outcome


def test_another_tag_that_still_answers_to_the_old_number_is_told() -> None:
    talk = Writing().begin(ORDER)
    talk.stage(LOOKED)
    talk.stage(WRITTEN)
    talk.stage(READ_BACK, report(tag(EPC_A, "810001")))
    outcome = talk.end()
    assert isinstance(outcome, Refused)
    assert outcome.code == "not_verified"


def test_a_tag_is_locked_with_its_password_when_that_is_asked() -> None:
    order = WriteTag(antenna=1, epc=EPC_A, new_epc=NEW, password=0xCAFE, lock=True)
    talk = Writing().begin(order)
    talk.stage(LOOKED)
    talk.stage(WRITTEN)
    talk.stage(READ_BACK)
    lock = "01580010" + "0004" + "0000cafe" + "01590006" + "00" + "02"
    assert lock in talk.stage(result("0160000700" + "0004", NEW))
    assert talk.end() == TagWritten(epc=NEW, locked=True)


def test_a_reader_that_takes_no_accessspec_does_not_offer_it() -> None:
    talk = Writing().begin(ORDER)
    talk.answer(51)
    talk.answer(50, "011f0008006f0000")
    outcome = talk.end()
    assert isinstance(outcome, Refused)
    assert outcome.code == "not_offered"


def test_rounds_wait_for_the_write_and_what_it_hears_is_no_read() -> None:
    talk = Writing().get_ready()
    talk.run()
    talk.session.write(ORDER, 0.0)
    talk.hear(dwell_ended(1), dwell_ended(2))
    assert talk.said[-1][0] == 22
    talk.hear(notification("00f9000d010000000100000000"))
    for kind in (31, 30, 34):
        talk.answer(kind)
    assert isinstance(talk, Writing)
    told = len(talk.heard)
    talk.stage(LOOKED)
    talk.stage(WRITTEN)
    talk.stage(READ_BACK)
    assert talk.heard[told:] == []
    for kind in (51, 31, 31, 30, 34, 32):
        talk.answer(kind)
    assert talk.session.take_outcome() == TagWritten(epc=NEW, locked=False)
    assert [read.epc for read in talk.hear(report(tag(NEW, "810001"))) if hasattr(read, "epc")] == [
        NEW
    ]


def test_what_the_last_dwell_heard_may_come_when_the_write_has_begun() -> None:
    talk = Writing().get_ready()
    talk.run()
    talk.session.write(ORDER, 0.0)
    talk.hear(dwell_ended(1), dwell_ended(2), notification("00f9000d010000000100000000"))
    (late,) = talk.hear(report(tag(EPC_A, "810002")))
    assert late.antenna == 2
    talk.answer(31)
    assert talk.hear(report(tag(EPC_A, "810002"))) == []


def test_a_reader_that_enables_no_operation_is_left_without_one() -> None:
    talk = Writing().begin(ORDER)
    talk.answer(51)
    talk.answer(50)
    talk.answer(52, "011f000801910000")
    assert talk.said[-1][::2] == (41, "00000000")
    assert isinstance(talk.end(), Refused)


def test_answers_that_nobody_fetched_take_no_memory() -> None:
    talk = extended(Talk())
    asides = []
    for _ in range(100):
        asides.append(talk.session.set_output(1, True, 0.0))
        talk.hear(message(13, asides[-1], OK))
    with pytest.raises(KeyError):
        talk.session.asides.is_answered(asides[-2])
    assert talk.session.asides.is_answered(asides[-1])


def test_a_crowd_before_the_antenna_takes_no_memory() -> None:
    courses = Courses(settings_with())
    courses.touched = []
    for number in range(3 * MOST_TOUCHED):
        courses.touch(TagReport(f"{number:024X}"))
    assert len(courses.touched) == MOST_TOUCHED


STAGES = (LOOKED, WRITTEN, READ_BACK)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2), st.lists(st.one_of(FRAMES, st.sampled_from(STAGES)), max_size=8))
def test_any_bytes_while_a_tag_is_written_end_in_an_outcome_or_our_own_errors(
    whole: int, frames: list[bytes]
) -> None:
    talk = Writing().begin(ORDER)
    for reported in STAGES[:whole]:
        talk.stage(reported)
    try:
        talk.hear(*frames)
        for second in range(1, 40):
            talk.session.tick(talk.at_s + second)
    except DriverError:
        return
    assert talk.session.phase is Phase.READY
    assert talk.session.take_outcome() is not None
