"""The ledger of requests, the views people asked on, and who may type a PIN how often."""

from __future__ import annotations

from drivers.messages import Actor, Request
from drivers.room.motion import Answer, Different, Ledger, New, Same, Views
from drivers.room.page.pins import Known, Tries, Wait, Wrong


def request(request_id: str = "r1", aisle: int = 2) -> Request:
    return Request(
        id=request_id,
        verb="open_aisle",
        bank=1,
        segment=1,
        aisle=aisle,
        actor=Actor(id="li", name="Li"),
        ttl_s=10,
    )


def test_the_same_id_twice_gets_the_same_answer() -> None:
    ledger, found = Ledger().receive(request(), "controller", 0.0)
    assert found == New()
    ledger, found = ledger.receive(request(), "controller", 0.1)
    assert found == Same(None)
    answer = Answer(request_id="r1", status="refused", code="fire")
    ledger, found = ledger.record(answer).receive(request(), "controller", 0.2)
    assert found == Same(answer)


def test_the_same_id_with_another_wish_is_refused() -> None:
    ledger, _ = Ledger().receive(request(), "controller", 0.0)
    assert ledger.receive(request(aisle=3), "controller", 0.1)[1] == Different("id_used_twice")
    assert ledger.receive(request(), "bank_page", 0.1)[1] == Different("id_used_twice")


def test_old_entries_are_forgotten_only_when_they_cannot_be_replayed() -> None:
    ledger, _ = Ledger().receive(request("over"), "controller", 0.0)
    ledger = ledger.record(Answer(request_id="over", status="done"))
    ledger, _ = ledger.receive(request("under-way"), "controller", 0.0)
    ledger = ledger.record(Answer(request_id="under-way", status="started"))
    ledger, _ = ledger.receive(request("new"), "controller", 61.0)
    assert sorted(ledger.entries) == ["new", "under-way"]


def test_a_flood_is_refused_instead_of_remembered() -> None:
    ledger = Ledger()
    for number in range(512):
        ledger, _ = ledger.receive(request(f"r{number}"), "controller", 0.0)
    assert ledger.receive(request("one-more"), "controller", 0.0)[1] == Different(
        "too_many_requests"
    )
    stop = request("halt").model_copy(update={"verb": "stop"})
    assert ledger.receive(stop, "controller", 0.0)[1] == New()
    assert ledger.receive(request("one-more"), "bank_page", 0.0)[1] == New()


def test_a_flood_of_stops_is_obeyed_without_being_remembered_and_shuts_out_nobody() -> None:
    ledger = Ledger()
    for number in range(2000):
        stop = request(f"r{number}").model_copy(update={"verb": "stop"})
        ledger, found = ledger.receive(stop, "controller", 0.0)
        assert found == New()
    assert len(ledger.entries) == 512
    assert ledger.receive(request("one-more"), "controller", 0.0)[1] == New()


def test_a_view_is_known_by_life_and_version_and_forgotten_when_old() -> None:
    views = Views("life-1").take(1, 100.0).take(2, 130.0)
    assert views.find("life-1", 1) == 100.0
    assert views.find("life-0", 1) is None
    assert views.find("life-1", 3) is None
    assert views.take(3, 161.0).find("life-1", 1) is None


PINS = {"Li": "2468", "Wang": "1357"}


def test_a_right_pin_names_its_person() -> None:
    _, found = Tries().check(PINS, "Li", "2468", 0.0)
    assert isinstance(found, Known)
    assert found.actor.name == "Li"


def test_neither_an_unknown_name_nor_an_empty_pin_gets_in() -> None:
    assert Tries().check(PINS, "Nobody", "", 0.0)[1] == Wrong()
    assert Tries().check({"Li": ""}, "Li", "", 0.0)[1] == Wrong()
    assert Tries().check(PINS, "Li", "1357", 0.0)[1] == Wrong()


def test_five_wrong_tries_a_minute_make_that_name_wait_and_no_other() -> None:
    tries = Tries()
    for second in range(5):
        tries, found = tries.check(PINS, "Li", "0000", float(second))
        assert found == Wrong()
    assert tries.check(PINS, "Li", "2468", 10.0)[1] == Wait(50.0)
    assert isinstance(tries.check(PINS, "Wang", "1357", 10.0)[1], Known)
    assert isinstance(tries.check(PINS, "Li", "2468", 60.5)[1], Known)


def test_strangers_share_one_count() -> None:
    tries = Tries()
    for number in range(5):
        tries, _ = tries.check(PINS, f"stranger-{number}", "0000", 0.0)
    assert isinstance(tries.check(PINS, "stranger-9", "0000", 1.0)[1], Wait)


def test_what_waits_for_its_start_at_the_bank_is_not_forgotten_meanwhile() -> None:
    ledger, _ = Ledger().receive(request("armed"), "controller", 0.0)
    ledger = ledger.record(Answer(request_id="armed", status="armed"))
    ledger, _ = ledger.receive(request("later"), "controller", 299.0)
    assert ledger.receive(request("armed"), "controller", 300.0)[1] == Same(
        Answer(request_id="armed", status="armed")
    )
