"""Walks two people through the moving test of a bank: ask, look, confirm, sign.

One sits at the keyboard, one stands at the steel. The steel moves through the room agent and its
rules alone; here is only the conversation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from config.clock import Clock
from config.room import Room, Shelving
from config.shelving import Commission, Observation, ShelvingProfile, fingerprint
from drivers.commissioning.moving_test import MovingTest
from drivers.commissioning.talk import NotSigned, Talk
from drivers.commissioning.trials import Look, Outcome, correct, verified
from drivers.room.agent import RoomAgent

OpenAgent = Callable[[ShelvingProfile | None], AbstractAsyncContextManager[RoomAgent]]
"""Opens a running agent that reads the bank's words as the profile says."""

_ROUNDS = 4
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
    tried: list[ShelvingProfile] = []
    turns: list[Observation] = []
    for _ in range(_ROUNDS):
        async with open_agent(profile) as agent:
            test = MovingTest(room, device, agent, talk, clock)
            await test.wait_ready()
            looks = [] if profile is None else await test.look_first()
            outcomes = await test.try_aisles() if all(look.agrees for look in looks) else []
            if outcomes and all(outcome.agrees for outcome in outcomes):
                simulated = test.is_simulated
                rest = [
                    *test.tell_out_of_reach(),
                    await test.try_stop(),
                    *await test.try_interlocks(),
                ]
                break
        if profile is None:
            raise NotSigned(_tell_disagreement(looks, outcomes))
        tried.append(profile)
        turned = correct(profile, looks, outcomes, tried)
        if turned is None:
            raise NotSigned(_tell_disagreement(looks, outcomes))
        turns.append(_observe_turn(profile, turned, looks, outcomes))
        profile = turned
        talk.say("The maker's left and right are the other way round; once more from the start.")
    else:
        raise NotSigned("what was seen did not settle; have the installer look at it")
    seen = [*turns, *(look.observe() for look in looks), *(o.observe() for o in outcomes), *rest]
    await _sign(talk, seen)
    return Commission(
        device=device.id,
        fingerprint=fingerprint(room, device),
        profile=verified(profile),
        people=(talk.keyboard, talk.steel),
        at=clock.now(),
        simulated=simulated,
        observations=tuple(seen),
    )


async def _sign(talk: Talk, observations: list[Observation]) -> None:
    for observation in observations:
        mark = "as foretold" if observation.agrees else "NOT as foretold"
        talk.say(f"{observation.asked}: {observation.seen} ({mark})")
    for name in (talk.keyboard, talk.steel):
        await talk.sign(name)


def _observe_turn(
    before: ShelvingProfile,
    after: ShelvingProfile,
    looks: Sequence[Look],
    outcomes: Sequence[Outcome],
) -> Observation:
    """Write down that the words were read the wrong way at first, and how they are read now."""
    return Observation(
        asked=f"the words read as {_tell_sides(before)}",
        foretold="the gap stands where it was said to be and where it was asked for",
        seen=f"it did not ({_list_wrong(looks, outcomes)[0]}); read as {_tell_sides(after)} then",
        agrees=False,
    )


def _tell_sides(profile: ShelvingProfile) -> str:
    return f"maker's left {profile.maker_left}, digit 1 {profile.digit_1}"


def _tell_disagreement(looks: Sequence[Look], outcomes: Sequence[Outcome]) -> str:
    wrong = "; ".join(_list_wrong(looks, outcomes)) or "nothing could be tried"
    return f"what was seen does not fit the room file: {wrong}"


def _list_wrong(looks: Sequence[Look], outcomes: Sequence[Outcome]) -> list[str]:
    return [
        *(f"segment {look.segment}: {_tell(look)}" for look in looks if not look.agrees),
        *(
            f"segment {o.trial.segment}, asked for aisle {o.trial.aisle}: {_tell(o)}"
            for o in outcomes
            if not o.agrees
        ),
    ]


def _tell(found: Look | Outcome) -> str:
    seen = ", ".join(map(str, found.seen)) or "nowhere"
    return f"seen {seen}, the controller said {list(found.said)}"
