"""Motion that is started at the bank: armed from afar, by button or page, by somebody who looks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from config.room import Room
from drivers.messages import RequestChanged
from simulators.commissioned import commission_simulated
from tests.room.conftest import LI, WANG, changed

INPUTS = {"driver": "input.modbus", "id": "inputs-1", "at": {"host": "127.0.0.1", "port": 5099}}
BUTTON = {"input": 0, "says": "start_button", "bank": 1, "segment": 1, "safe_when": 0}
SENSORS = [
    {"input": at, "says": says, "bank": 1}
    for at, says in enumerate(("occupancy", "entrance", "e_stop_chain", "fire", "power"), start=1)
]
BRIDGE = {
    "driver": "shelving.udp55",
    "id": "shelving-1",
    "bank": 1,
    "at": {"host": "127.0.0.1", "port": 5055},
    "profile": "mjj-udp55",
}
AT_BANK: dict[str, Any] = {"start": "at_bank", "remote_start_statement": None}
UNSEEN = frozenset({"remote_control", "maintenance_key", "crank", "obstruction", "heartbeat"})
SIGNED_AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def armed_room(small_room: Room) -> Room:
    """Motion starts at the bank, where a start button hangs."""
    buttons = {**INPUTS, "inputs": [BUTTON]}
    return changed(small_room, **AT_BANK, devices=(buttons,))


@pytest.fixture
def blind_room(small_room: Room) -> Room:
    """A bank whose bridge sees no interlock at all; contacts of our own see five of them."""
    inputs = {**INPUTS, "inputs": [BUTTON, *SENSORS]}
    return changed(small_room, **AT_BANK, devices=(BRIDGE, inputs), without=("shelving-1",))


async def presses_start(room: Any) -> None:
    """Hold the button down for half a second."""
    room.simulated.press_start_button(bank=1, segment=1)
    await asyncio.sleep(0.5)
    room.simulated.release_start_button(bank=1, segment=1)


async def watches_buttons(room: Any) -> None:
    """Wait until the agent has seen the button released."""
    buttons = room.agent.steel.sensors._buttons
    await room.until(lambda: any(button.pressed is False for button in buttons.values()))


def test_what_is_asked_from_afar_waits_until_the_start_button_is_pressed(
    in_a_room: Callable[..., None], armed_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        await watches_buttons(room)
        while True:
            request = await room.is_armed(aisle=2)
            assert room.simulated.commands == 0
            assert room.shows().armed.actor == LI
            await presses_start(room)
            end = await room.ends(request)
            if end.code not in ("interlocks_stale", "heartbeat_lost"):
                break
        steps = await room.steps(request)
        assert [step.status for step in steps] == ["armed", "accepted", "started", "done"]
        assert [step.origin for step in steps] == ["controller", *["start_button"] * 3]
        assert room.gap() == 2
        assert [hold.actor for hold in room.segment.holds] == [LI]

    in_a_room(scenario, room=armed_room)


def test_a_start_button_starts_nothing_when_nothing_is_armed(
    in_a_room: Callable[..., None], armed_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        await watches_buttons(room)
        await presses_start(room)
        await presses_start(room)
        assert room.simulated.commands == 0
        assert not [e for e in await room.events() if isinstance(e, RequestChanged)]
        assert room.agent.roster.find("inputs-1").online

    in_a_room(scenario, room=armed_room)


def test_a_button_of_a_whole_bank_does_not_choose_between_two_that_wait(
    in_a_room: Callable[..., None], small_room: Room
) -> None:
    (bank,) = small_room.model_dump(mode="json")["banks"]
    button = {**INPUTS, "inputs": [{**BUTTON, "segment": None}]}
    two_segments = [bank | {"fixed": [4]}]
    room_of_two = changed(small_room, **AT_BANK, banks=two_segments, devices=(button,))

    async def scenario(room: Any) -> None:
        await room.is_ready()
        await watches_buttons(room)
        await room.is_armed(aisle=1)
        request = room.asks(aisle=1, segment=2)
        await room.until(lambda: room.agent.banks[1].segments[2].armed is not None)
        await presses_start(room)
        assert room.simulated.commands == 0
        assert [step.status for step in await room.steps(request)] == ["armed"]

    in_a_room(scenario, room=room_of_two)


def test_a_stuck_start_button_starts_nothing_at_start_up_and_after_a_reconnect(
    in_a_room: Callable[..., None], armed_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        room.simulated.press_start_button(bank=1, segment=1)
        await room.is_ready()
        await room.until(lambda: room.agent.roster.find("inputs-1").online)
        await room.is_armed(aisle=2)
        await asyncio.sleep(3)
        assert room.segment.armed is not None
        room.cuts_cable("inputs-1")
        await room.until(lambda: room.agent.roster.find("inputs-1").online is False)
        room.mends_cable("inputs-1")
        await room.until(lambda: room.agent.roster.find("inputs-1").online, within_s=120)
        await asyncio.sleep(3)
        assert room.segment.armed is not None
        assert room.simulated.commands == 0

    in_a_room(scenario, room=armed_room)


def test_a_broken_wire_to_a_start_button_starts_nothing(
    in_a_room: Callable[..., None], armed_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        await watches_buttons(room)
        await room.is_armed(aisle=2)
        room.simulated.cut_sensor_wire("inputs-1", input=0)
        await presses_start(room)
        assert room.segment.armed is not None
        assert room.simulated.commands == 0

    in_a_room(scenario, room=armed_room)


def test_somebody_else_at_the_page_starts_it_in_their_own_name(
    in_a_room: Callable[..., None], armed_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert (await room.starts_here(by=WANG)).code == "nothing_armed"
        while True:
            request = await room.is_armed(aisle=2)
            if (await room.starts_here(by=WANG)).status == "accepted":
                break
        end = await room.ends(request)
        assert (end.status, end.origin, end.actor) == ("done", "bank_page", WANG)
        assert [hold.actor for hold in room.segment.holds] == [WANG]

    in_a_room(scenario, room=armed_room)


def test_what_is_armed_is_given_up_by_a_stop_and_kept_from_others(
    in_a_room: Callable[..., None], armed_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        request = await room.is_armed(aisle=2)
        other = await room.ends(room.asks(aisle=4, by=WANG))
        assert (other.status, other.code) == ("refused", "armed_by_other")
        await room.ends(room.asks("stop"))
        assert (await room.ends(request)).status == "expired"
        assert (await room.starts_here()).code == "nothing_armed"

    in_a_room(scenario, room=armed_room)


def test_a_blind_interlock_is_vouched_for_at_the_bank_for_one_request_only(
    in_a_room: Callable[..., None], blind_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        await room.until(lambda: room.agent.roster.find("inputs-1").online)
        says = {i.name: (i.check, i.seen_by) for i in room.shows().interlocks}
        assert says["occupancy"] == ("safe", "sensor")
        assert says["crank"] == ("unknown", "nobody")
        refused = await room.asks_here("open_aisle", aisle=2)
        assert (refused.status, refused.code) == ("refused", "interlock_unknown")
        answer = await room.asks_here("open_aisle", aisle=2, vouched=UNSEEN)
        assert answer.status == "accepted"
        end = await room.ends(answer.request_id)
        assert (end.status, frozenset(end.vouched)) == ("done", UNSEEN)
        assert room.gap() == 2
        again = await room.asks_here("open_aisle", aisle=4)
        assert again.code == "interlock_unknown"

    in_a_room(scenario, room=blind_room, commissions=commission_simulated(blind_room, SIGNED_AT))


def test_nobody_vouches_from_afar(in_a_room: Callable[..., None], small_room: Room) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        end = await room.ends(room.asks(aisle=2, vouched=["crank"]))
        assert (end.status, end.code) == ("refused", "vouch_at_bank")

    in_a_room(scenario, room=small_room)


def test_a_sensor_of_our_own_keeps_the_steel_from_moving_and_nobody_can_talk_it_away(
    in_a_room: Callable[..., None], blind_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        await room.until(lambda: room.agent.roster.find("inputs-1").online)
        gap = room.gap()
        room.walks_in(aisle=gap)
        everything = UNSEEN | {"occupancy", "entrance"}
        answer = await room.asks_here("open_aisle", aisle=2, vouched=everything)
        assert answer.code == "aisle_occupied"
        room.walks_out(aisle=gap)
        room.cuts_cable("inputs-1")
        await room.until(lambda: room.agent.roster.find("inputs-1").online is False)
        answer = await room.asks_here("open_aisle", aisle=2, vouched=everything)
        assert answer.code in ("occupancy_unknown", "interlock_unknown")
        assert room.simulated.commands == 0

    in_a_room(scenario, room=blind_room, commissions=commission_simulated(blind_room, SIGNED_AT))


def test_a_person_who_enters_between_the_poll_and_the_request_is_seen_afresh(
    in_a_room: Callable[..., None], blind_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        await room.until(lambda: room.agent.roster.find("inputs-1").online)
        module = room.agent.steel.sensors._modules["inputs-1"]
        reads = module.read_inputs

        async def only_afresh(*, urgent: bool = False) -> Any:
            """Let the polling stand still in the moment before the person entered."""
            return await reads(urgent=True) if urgent else before

        before = await reads()
        module.read_inputs = only_afresh
        gap = room.gap()
        room.walks_in(aisle=gap)
        answer = await room.asks_here("open_aisle", aisle=2, vouched=UNSEEN)
        assert answer.code == "aisle_occupied"
        assert room.simulated.commands == 0

    in_a_room(scenario, room=blind_room, commissions=commission_simulated(blind_room, SIGNED_AT))


def test_a_bridge_that_nobody_signed_for_is_sent_nothing_whoever_asks(
    in_a_room: Callable[..., None], blind_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.until(lambda: "not_commissioned" in (room.state().why_offline or ""))
        assert not room.state().commissioned
        answer = await room.asks_here("open_aisle", aisle=2, vouched=UNSEEN)
        assert answer.status == "refused"
        assert room.simulated.commands == 0

    in_a_room(scenario, room=blind_room)


def test_a_controller_that_knows_no_stop_is_never_said_to_have_stopped(
    in_a_room: Callable[..., None], blind_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        assert "stop" not in room.state().orders
        told = await room.types("/api/stop")
        assert (told["status"], told["code"]) == ("failed", "cannot_stop")
        end = await room.ends(room.asks("stop"))
        assert (end.status, end.code) == ("failed", "cannot_stop")

    in_a_room(scenario, room=blind_room, commissions=commission_simulated(blind_room, SIGNED_AT))
