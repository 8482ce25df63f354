"""Walks two people through the moving test of a bank: ask, look, confirm, sign.

One sits at the keyboard, one stands at the steel. The steel moves through the room agent and its
rules alone; here is only the conversation.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from config.clock import Clock
from config.room import Room, Shelving
from config.shelving import Commission, Observation, ShelvingProfile, fingerprint
from drivers.commissioning.moving_test import MovingTest
from drivers.commissioning.talk import NotSigned, Talk
from drivers.commissioning.trials import Outcome, correct, verified
from drivers.room.agent import RoomAgent

OpenAgent = Callable[[ShelvingProfile | None], AbstractAsyncContextManager[RoomAgent]]
"""Opens a running agent that reads the bank's words as the profile says."""

_ROUNDS = 3
_BEFORE = (
    "The network of the shelving is closed to every other program.",
    "Nobody is in any aisle, and the person at the steel keeps everybody out.",
    "The person at the steel can reach the emergency stop.",
)


async def commission(
    room: Room,
    device: Shelving,
    profile: ShelvingProfile | None,
    open_agent: OpenAgent,
    talk: Talk,
    clock: Clock,
) -> Commission:
    """Run the whole test; raise NotSigned where it cannot be signed."""
    for sentence in _BEFORE:
        if not await talk.confirm(sentence):
            raise NotSigned(f"not so: {sentence} Nothing was moved.")
    for _ in range(_ROUNDS):
        async with open_agent(profile) as agent:
            test = MovingTest(room, device, agent, talk, clock)
            await test.wait_ready()
            outcomes = await test.try_aisles()
            if all(outcome.agrees for outcome in outcomes):
                simulated = test.is_simulated
                rest = [await test.try_stop(), *await test.try_interlocks()]
                break
        turned = None if profile is None else correct(profile, outcomes)
        if turned is None:
            raise NotSigned(_tell_disagreement(outcomes))
        profile = turned
        talk.say("The maker's left and right are the other way round; once more from the start.")
    else:
        raise NotSigned("what was seen did not settle; have the installer look at it")
    await _sign(talk, [o.observe() for o in outcomes] + rest)
    return Commission(
        device=device.id,
        fingerprint=fingerprint(room, device),
        profile=verified(profile),
        people=(talk.keyboard, talk.steel),
        at=clock.now(),
        simulated=simulated,
        observations=(*(o.observe() for o in outcomes), *rest),
    )


async def _sign(talk: Talk, observations: list[Observation]) -> None:
    for observation in observations:
        mark = "as foretold" if observation.agrees else "NOT as foretold"
        talk.say(f"{observation.asked}: {observation.seen} ({mark})")
    for name in (talk.keyboard, talk.steel):
        typed = (await talk.ask(f"{name}, type your name to sign, or nothing not to: ")).strip()
        if typed.casefold() != name.casefold():
            raise NotSigned(f"{name} did not sign; nothing was written")


def _tell_disagreement(outcomes: list[Outcome]) -> str:
    lines = (
        f"segment {o.trial.segment}, asked for aisle {o.trial.aisle}: seen "
        f"{'nowhere' if o.seen is None else o.seen}, the controller said {list(o.said)}"
        for o in outcomes
        if not o.agrees
    )
    return "what was seen does not fit the room file: " + "; ".join(lines)
