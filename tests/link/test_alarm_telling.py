"""Who is told what, once each: severity, escalation, repetition, and many alarms in one letter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.alarms import store
from controller.alarms.kinds import DOOR_LEFT, FIRE, LIMIT, SMOKE
from controller.alarms.model import Raise
from controller.alarms.recipients import remove_recipient
from controller.alarms.reminders import EscalationStep, Reminders
from controller.alarms.rules import signals_of
from controller.alarms.telling import save_reminders
from controller.alarms.words import Place, write_text
from drivers.messages import AirContactChanged
from tests.link.alarm_site import AlarmSite, gone


@pytest.fixture
def site(tmp_path: Path) -> Iterator[AlarmSite]:
    site = AlarmSite(tmp_path / "site")
    yield site
    site.close()


@pytest.fixture
def gathering(tmp_path: Path) -> Iterator[AlarmSite]:
    site = AlarmSite(tmp_path / "site", together_s=15)
    site.recipient("duty")
    yield site
    site.close()


def remind(site: AlarmSite, *steps: EscalationStep, high: int = 0) -> None:
    reminders = Reminders(steps=steps, repeat_min={"high": high, "medium": 0, "low": 0})
    with site.context.records.write() as session:
        save_reminders(session, reminders, by="u1", at=site.clock.now())
        store.replan(session, now=site.clock.now())


def test_an_occurrence_gets_worse_and_better_each_told_once_and_ends_once(
    site: AlarmSite,
) -> None:
    site.recipient("duty")
    site.hear(site.damp(), site.damp())
    site.acknowledge()
    site.hear(site.damp(priority="high"), site.damp(priority="high"))
    alarm = site.only()
    assert (alarm.priority, alarm.state, alarm.acknowledged) == ("high", "UNACK", None)
    site.hear(site.damp(), site.damp())
    assert site.only().priority == "medium"
    site.hear(gone(LIMIT), gone(LIMIT))
    assert site.told() == ["raised", "worse", "better", "cleared"]
    assert len(site.alarms()) == 1, "one occurrence through all of it"


def test_it_gets_better_only_after_its_own_delay_also_over_a_restart(site: AlarmSite) -> None:
    """netdata #945, ThingsBoard #11803: without a delay on the way down, alarms flap."""
    site.recipient("duty")
    site.hear(site.damp(priority="high"))
    site.hear(site.damp(eases_after_s=3600))
    site.pass_min(30, every_s=60)
    site.hear(site.damp(priority="high"))
    site.hear(site.damp(eases_after_s=3600))
    site.restart()
    site.pass_min(59, every_s=60)
    assert site.only().priority == "high", "it was graver for a moment in between"
    site.pass_min(2)
    assert site.only().priority == "medium"
    assert [step for step in site.told() if step != "again"] == ["raised", "better"]


def test_smoke_where_the_contact_could_not_be_read_is_told_anew_and_stays_until_it_is_reset(
    site: AlarmSite,
) -> None:
    def contact(safe: bool | None) -> None:
        event = AirContactChanged(
            at=site.clock.now(), device="contacts-1", input=1, says="smoke", zone=None, safe=safe
        )
        site.hear(*signals_of("S1", event))

    site.recipient("duty")
    contact(None)
    site.acknowledge()
    contact(False)
    contact(False)
    alarm = site.only()
    assert (alarm.state, alarm.acknowledged, alarm.latched) == ("UNACK", None, True)
    assert alarm.params["readable"] is True
    contact(True)
    alarm = site.only()
    assert alarm.returned_at is not None
    assert alarm.cleared_at is None
    assert site.told() == ["raised", "worse"]


def test_who_stands_in_a_step_is_told_by_it_if_nobody_has_acknowledged(site: AlarmSite) -> None:
    """ThingsBoard #8520: what nobody acknowledged within some minutes goes further up."""
    site.recipient("duty")
    chief = site.recipient("chief")
    head = site.recipient("head")
    first = EscalationStep(after_min=15, recipients=(chief,))
    last = EscalationStep(after_min=60, recipients=(head,), priorities=("high",))
    remind(site, first, last)
    site.hear(site.damp(priority="high"))
    assert (site.told("duty"), site.told("chief")) == (["raised"], [])
    site.pass_min(14.9)
    assert site.told("chief") == []
    site.restart()
    site.pass_min(0.3)
    site.restart()
    site.pass_min(10)
    assert (site.told("chief"), site.told("head")) == (["escalated"], [])
    site.acknowledge()
    site.pass_min(120, every_s=60)
    assert site.told("head") == [], "somebody sees to it"
    site.hear(gone(LIMIT))
    assert site.told("chief") == ["escalated", "cleared"]
    assert site.told("duty") == ["raised", "cleared"]
    site.hear(site.damp("other", priority="medium"))
    assert site.told("head") == ["raised"], "no step names the head for this priority"


def test_steps_that_fell_due_while_the_program_was_away_are_taken_once_each(
    site: AlarmSite,
) -> None:
    ids = [site.recipient(name) for name in ("a", "b", "c")]
    steps = [EscalationStep(after_min=10 * n, recipients=(each,)) for n, each in enumerate(ids, 1)]
    remind(site, *steps)
    site.hear(site.damp())
    site.clock.at_s += 25 * 60
    site.restart()
    site.restart()
    assert [site.told(name) for name in "abc"] == [["escalated"], ["escalated"], []]


def test_changed_steps_count_for_alarms_that_wait_already(site: AlarmSite) -> None:
    chief = site.recipient("chief")
    remind(site)
    site.recipient("duty")
    site.hear(site.damp())
    remind(site, EscalationStep(after_min=30, recipients=(chief,)))
    site.pass_min(31, every_s=60)
    assert site.told("chief") == ["raised", "escalated"]


def test_a_step_whose_people_are_told_no_more_is_not_taken(site: AlarmSite) -> None:
    site.recipient("duty")
    chief = site.recipient("chief")
    remind(site, EscalationStep(after_min=15, recipients=(chief,)))
    with site.context.records.write() as session:
        remove_recipient(session, chief, by="u1", at=site.clock.now())
    site.hear(site.damp(priority="high"))
    site.pass_min(20, every_s=60)
    assert "escalated" not in [step.step for step in site.only().history]


def test_a_grave_alarm_is_said_again_until_somebody_notes_it_and_never_after(
    site: AlarmSite,
) -> None:
    """Grafana #6630: how often a standing alarm is said again is a setting of its own."""
    site.recipient("duty")
    remind(site, high=30)
    site.hear(site.damp(priority="high"), site.damp("low", priority="low"))
    for _ in range(9):
        site.letters()
        site.pass_min(10.2, every_s=60)
    assert site.told() == ["raised", "raised", "again", "again", "again"]
    site.acknowledge(0 if site.alarms()[0].priority == "high" else 1)
    site.letters()
    site.pass_min(120, every_s=60)
    assert site.told().count("again") == 3


def test_what_cannot_be_sent_piles_up_no_repetitions(site: AlarmSite) -> None:
    site.recipient("duty")
    remind(site, high=30)
    site.hear(site.damp(priority="high"))
    site.pass_min(24 * 60, every_s=600)
    assert site.told() == ["raised"], "the first message still waits for the mail server"


def test_a_repetition_survives_a_clock_that_is_set_back(site: AlarmSite) -> None:
    site.recipient("duty")
    remind(site, high=30)
    site.hear(site.damp(priority="high"))
    site.letters()
    site.clock.at_s -= 365 * 86_400
    site.pass_min(31, every_s=60)
    assert site.told() == ["raised", "again"]


def left(site: AlarmSite, epc: str, door: str = "door") -> Raise:
    return Raise(
        kind=DOOR_LEFT,
        room="S1",
        key=epc,
        subject=f"S1/{door}",
        since=site.clock.now(),
        params={"door": door, "epc": epc, "item_code": f"box {epc}"},
    )


def test_a_trolley_at_the_door_is_one_letter_with_every_box_in_it(gathering: AlarmSite) -> None:
    """hyperdx #2599: told as a group, each acknowledged by itself."""
    site = gathering
    for number in range(40):
        site.hear(left(site, f"{number:04X}"))
        site.clock.at_s += 0.2
    site.hear(left(site, "FFFF", door="other"))
    assert site.letters() == [], "more may come"
    site.clock.at_s += 15
    trolley, other = site.letters()
    assert (len(trolley.more), len(other.more)) == (39, 0)
    text = write_text(trolley, Place(site.context.site, site.context.rooms, "https://a"))
    assert all(f"box {number:04X}" in text.body for number in range(40))
    assert "等 40 条" in text.subject
    site.acknowledge(3)
    assert len([alarm for alarm in site.alarms() if alarm.acknowledged]) == 1


def test_a_letter_that_was_closed_never_grows_and_order_is_kept(gathering: AlarmSite) -> None:
    site = gathering
    site.hear(site.damp("a"))
    site.clock.at_s += 5
    site.hear(gone(LIMIT, "a"), site.damp("b"))
    site.clock.at_s += 10
    (first,) = site.letters()
    assert [first.event, *(each.event for each in first.more)] == ["raised", "cleared", "raised"]
    site.hear(gone(LIMIT, "b"))
    site.clock.at_s += 15
    (second,) = site.letters()
    assert (second.event, second.more) == ("cleared", ())
    assert first.id != second.id


def test_fire_waits_for_no_other(gathering: AlarmSite) -> None:
    site = gathering
    site.hear(site.damp("a"))
    site.hear(Raise(kind=FIRE, room="S1", key="", subject="S1", since=site.clock.now()))
    (fire,) = site.letters()
    assert fire.alarm is not None
    assert fire.alarm.kind == FIRE
    site.clock.at_s += 15
    assert len(site.letters()) == 1


def test_smoke_whose_contact_is_lost_is_over_only_when_it_is_read_and_reset(
    site: AlarmSite,
) -> None:
    def contact(safe: bool | None) -> None:
        at = site.clock.now()
        event = AirContactChanged(at=at, device="contacts-1", input=0, says="smoke", safe=safe)
        site.hear(*signals_of("S1", event))

    contact(False)
    site.acknowledge()
    contact(None)
    assert (site.only().state, site.only().latched) == ("ACKED", True), "nobody knows better"
    contact(True)
    there = site.only()
    assert (there.returned_at is not None, there.cleared_at) == (True, None), "it wants a reset"
    assert (there.rule, there.rule_version) == (SMOKE, 1)


def test_alarms_of_two_zones_are_two_letters(gathering: AlarmSite) -> None:
    site = gathering
    site.hear(
        site.damp("a", zone="north"), site.damp("b", zone="south"), site.damp("c", zone="north")
    )
    site.clock.at_s += 15
    assert sorted(len(letter.more) for letter in site.letters()) == [0, 1]


def test_each_letter_gathers_for_its_own_time(gathering: AlarmSite) -> None:
    site = gathering
    site.hear(site.damp("a", zone="north"))
    site.clock.at_s += 10
    site.hear(site.damp("b", zone="south"))
    site.clock.at_s += 5
    (north,) = site.letters()
    site.hear(site.damp("c", zone="south"))
    site.clock.at_s += 10
    (south,) = site.letters()
    assert (len(north.more), len(south.more)) == (0, 1)
