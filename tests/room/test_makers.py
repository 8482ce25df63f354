"""The room of three makers, whole: one serial line for several units, a bridge, a web interface."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from config.load import load_room, shipped_room
from config.room import READERS, Room
from simulators.commissioned import commission_simulated
from tests.room.conftest import LI

SIGNED_AT = datetime(2026, 3, 1, tzinfo=UTC)
EVERYTHING = frozenset(
    {
        "remote_control",
        "e_stop_chain",
        "maintenance_key",
        "crank",
        "fire",
        "power",
        "entrance",
        "obstruction",
        "occupancy",
        "heartbeat",
    }
)


@pytest.fixture
def vendors_room() -> Room:
    return load_room(shipped_room("vendors"))


@pytest.fixture
def vendors_steel(vendors_room: Room) -> Room:
    """The room without its tag readers, which talk much and say nothing about steel."""
    devices = tuple(d for d in vendors_room.devices if not isinstance(d, READERS))
    return vendors_room.model_copy(update={"devices": devices, "doors": ()})


def test_every_bank_says_what_its_maker_offers_and_sees(
    in_a_room: Callable[..., None], vendors_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        banks = {bank: room.state(bank) for bank in (1, 2, 3)}
        assert [banks[b].guarantee for b in banks] == ["fenced", "acknowledged", "polled"]
        assert ["stop" in banks[b].orders for b in banks] == [True, False, True]
        assert all(bank.commissioned and bank.start == "at_bank" for bank in banks.values())
        assert len(banks[1].segments[0].aisles) == 2
        seen = {i.name: i.seen_by for i in banks[2].segments[1].interlocks}
        assert (seen["occupancy"], seen["fire"], seen["crank"]) == ("sensor", "sensor", "nobody")
        assert all(column.position_mm is not None for column in banks[1].columns)
        await room.until(lambda: room.state(1).cycle_s is not None)
        assert room.state(1).cycle_s == pytest.approx(room.state(1).cycle_budget_s, rel=0.5)
        assert (banks[2].cycle_s, banks[2].cycle_budget_s) == (None, None)

    in_a_room(
        scenario,
        room=vendors_room,
        commissions=commission_simulated(vendors_room, SIGNED_AT),
    )


def test_the_readers_of_all_makers_are_online_at_once(
    in_a_room: Callable[..., None], vendors_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        readers = [d.id for d in vendors_room.devices if isinstance(d, READERS)]
        assert len(readers) == len(
            {type(d) for d in vendors_room.devices if isinstance(d, READERS)}
        )
        for reader in readers:
            await room.until(lambda reader=reader: room.agent.roster.find(reader).online is True)

    in_a_room(scenario, room=vendors_room)


@pytest.mark.parametrize("bank", [2, 3])
def test_steel_of_other_makers_is_started_at_its_bank_by_somebody_who_vouches_and_watches(
    in_a_room: Callable[..., None], vendors_steel: Room, bank: int
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        armed = await room.is_armed(aisle=1, bank=bank)
        unvouched = await room.agent.desk.start(bank, 1, "page", LI)
        assert unvouched.code in ("interlock_unknown", "occupancy_unknown")
        assert (await room.ends(armed)).status == "refused"
        answer = await room.asks_here("open_aisle", aisle=1, bank=bank, vouched=EVERYTHING)
        assert answer.status == "accepted"
        assert (await room.ends(answer.request_id, within_s=90)).status == "done"
        assert room.state(bank).segments[0].aisles == (1,)
        assert room.simulated.world.steel_of(bank).segment(1).open_aisles == (1,)
        await asyncio.sleep(2)

    in_a_room(
        scenario,
        room=vendors_steel,
        commissions=commission_simulated(vendors_steel, SIGNED_AT),
    )


def test_a_start_button_on_the_line_of_the_steel_starts_what_is_armed(
    in_a_room: Callable[..., None], vendors_steel: Room
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        await room.until(lambda: room.agent.roster.find("inputs-1").online)
        await asyncio.sleep(2)
        while True:
            request = await room.is_armed(aisle=3)
            room.simulated.press_start_button(bank=1, segment=1)
            await room.until(lambda: room.segment.armed is None)
            room.simulated.release_start_button(bank=1, segment=1)
            end = await room.ends(request, within_s=90)
            if end.code not in ("interlocks_stale", "heartbeat_lost"):
                break
            await asyncio.sleep(1)
        assert (end.status, end.origin) == ("done", "start_button")
        assert 3 in room.shows().aisles

    in_a_room(
        scenario,
        room=vendors_steel,
        commissions=commission_simulated(vendors_steel, SIGNED_AT),
    )
