"""A whole room shows how its reader is, from the wire on, and forgets it with the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from config.room import LlrpReader, Room


def test_a_reader_on_the_wire_is_shown_with_its_model_and_its_antennas(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        await room.is_ready()
        agent = room.agent
        await room.until(lambda: agent.tags.facts("reader-1") is not None)
        await room.until(
            lambda: (
                (facts := agent.tags.facts("reader-1")) is not None
                and facts.antennas[0].cycle_age_ms is not None
            )
        )
        facts = agent.tags.facts("reader-1")
        assert facts.model
        assert facts.antennas[0].covers == "desk"
        assert facts.garbled == 0
        room.cuts_cable("reader-1")
        await room.until(lambda: agent.tags.facts("reader-1") is None)
        await room.until(lambda: agent.roster.find("reader-1").online is False)
        gone = agent.roster.find("reader-1")
        assert gone.heard_at is not None
        await room.until(lambda: agent.roster.find("reader-1").code == "not_reached")
        again = agent.roster.find("reader-1")
        assert again.heard_at == gone.heard_at, "a failed attempt is no news of the reader"

    in_a_room(scenario)


def test_a_reader_that_was_put_in_the_place_of_another_is_away_with_both_names(
    in_a_room: Callable[..., None], small_room: Room
) -> None:
    async def scenario(room: Any) -> None:
        roster = room.agent.roster
        await room.until(lambda: roster.find("reader-1").online is True)
        room.simulated.simulation.llrp_readers["reader-1"].identity = bytes.fromhex("BBBB")
        room.cuts_cable("reader-1")
        await room.until(lambda: roster.find("reader-1").online is False)
        room.mends_cable("reader-1")
        await room.until(lambda: "says that it is BBBB" in (roster.find("reader-1").why or ""))
        assert "the room file names AAAA" in roster.find("reader-1").why
        assert room.agent.tags.facts("reader-1") is None

    devices = tuple(
        each.model_copy(update={"identity": "AAAA"}) if isinstance(each, LlrpReader) else each
        for each in small_room.devices
    )
    in_a_room(scenario, room=small_room.model_copy(update={"devices": devices}))


def test_a_reader_that_says_noise_now_and_then_stays_and_its_counters_outlive_the_line(
    in_a_room: Callable[..., None],
) -> None:
    async def scenario(room: Any) -> None:
        agent = room.agent
        await room.until(lambda: agent.tags.facts("reader-1") is not None)
        room.simulated.babble("reader-1", probability=0.05)
        await room.until(lambda: agent.tags.facts("reader-1").garbled >= 20, within_s=600)
        room.simulated.heal("reader-1")
        assert agent.roster.find("reader-1").online is True
        before = agent.tags.facts("reader-1")
        assert before.skipped_bytes >= before.garbled
        assert [event.device for event in await room.events() if event.kind == "device_down"] == []
        room.cuts_cable("reader-1")
        await room.until(lambda: agent.roster.find("reader-1").online is False)
        room.mends_cable("reader-1")
        await room.until(lambda: agent.tags.facts("reader-1") is not None)
        after = agent.tags.facts("reader-1")
        assert (after.garbled, after.skipped_bytes) >= (before.garbled, before.skipped_bytes)
        assert after.last_error == before.last_error

    in_a_room(scenario)
