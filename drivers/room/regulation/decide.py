"""One decision about one unit: dangers, then a person, then interlocks, then the air.

Pure: `decide` says what is wanted, `settle` lets the guard have the last word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from config.climate import Guard, Regulator
from drivers.room.regulation import guard as guards
from drivers.room.regulation import reasons
from drivers.room.regulation.guard import Life
from drivers.room.regulation.interlocks import find_danger, find_interlock, find_precedence
from drivers.room.regulation.rules import condensation, demand_of
from drivers.room.regulation.values import Air, Decision, Memory, Reason, Situation, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What to do about a unit, and what to say of it."""

    wanted: bool
    write: bool | None
    """Switch it so now; None: leave it."""
    reason: Reason
    until_s: float | None = None


def decide(regulator: Regulator, memory: Memory, now: Situation) -> tuple[Memory, Decision]:
    """Decide what is wanted of the unit, and remember what the next look needs."""
    blind_since_s = None
    if now.air is None:
        blind_since_s = now.now_s if memory.blind_since_s is None else memory.blind_since_s
    memory = replace(memory, blind_since_s=blind_since_s)
    memory, by_air = _by_air(regulator, memory, now)
    decision = _overruled(regulator, now, by_air)
    held = memory.held if decision.by is not None else decision.wanted
    return replace(memory, wanted=decision.wanted, held=held), decision


def settle(
    guard: Guard, life: Life, decision: Decision, now_s: float, *, obeys_within_s: float
) -> Outcome:
    """Let the guard have the last word; what it holds back is told with what is behind it.

    A unit that did not do in its time what it was told is told again only when the guard lets it,
    and counts as silent until it has done it.
    """
    wanted, reason, until_s = decision.wanted, decision.reason, decision.until_s
    if wanted and guards.must_rest(guard, life, now_s):
        wanted, until_s = False, None
        reason = Reason(reasons.GUARD_MAX_ON, {**_behind(reason), "max_on_s": guard.max_on_s})
    silent = life.is_silent(now_s, obeys_within_s)
    if silent:
        reason = Reason(reasons.UNIT_SILENT, {**_behind(reason), "waits_s": obeys_within_s})
    done = life.order is None and life.on is wanted
    told_so = life.order is not None and life.order.on is wanted
    waits = told_so and not life.is_overdue(now_s, obeys_within_s)
    if done or (waits and not decision.at_once):
        return Outcome(wanted=wanted, write=None, reason=reason, until_s=until_s)
    held = guards.judge(guard, life, wanted, now_s, danger=decision.at_once)
    if held is None:
        return Outcome(wanted=wanted, write=wanted, reason=reason, until_s=until_s)
    if not silent:
        reason = Reason(held.code, _behind(reason))
    return Outcome(wanted=wanted, write=None, reason=reason, until_s=held.until_s)


def _by_air(regulator: Regulator, memory: Memory, now: Situation) -> tuple[Memory, Decision]:
    """Go by the air; without any, by what the room file says for that."""
    air = now.air
    if air is None:
        return memory, _blind(regulator, memory, now)
    demand = demand_of(regulator, air, now, was_on=memory.demand)
    memory = replace(memory, demand=demand.on)
    decision = Decision(wanted=demand.on, reason=demand.reason)
    first = find_precedence(regulator, now) if demand.on else None
    if first is not None:
        decision = Decision(wanted=False, reason=_over(first, demand.reason))
    return memory, decision


def _blind(regulator: Regulator, memory: Memory, now: Situation) -> Decision:
    detail: dict[str, Value] = {
        "zone": regulator.zone,
        "stale_after_s": regulator.stale_after_s,
    }
    duty = regulator.duty
    if duty is not None and memory.blind_since_s is not None:
        whole_s = duty.on_s + duty.off_s
        into_s = (now.now_s - memory.blind_since_s) % whole_s
        on = into_s < duty.on_s
        until_s = now.now_s - into_s + (duty.on_s if on else whole_s)
        detail |= {"on_s": duty.on_s, "off_s": duty.off_s}
        return Decision(wanted=on, reason=Reason(reasons.BLIND_DUTY, detail), until_s=until_s)
    if regulator.fail == "hold":
        return Decision(wanted=memory.held, reason=Reason(reasons.BLIND_HOLD, detail))
    return Decision(wanted=False, reason=Reason(reasons.BLIND_OFF, detail))


def _overruled(regulator: Regulator, now: Situation, by_air: Decision) -> Decision:
    """Put dangers and people before the air, and interlocks before whatever wants it on."""
    danger = find_danger(regulator, now)
    if danger is not None:
        return Decision(wanted=False, reason=_over(danger.reason, by_air.reason), at_once=True)
    decision = by_air if now.override is None else _by_hand(now)
    if not decision.wanted:
        return decision
    stop = find_interlock(regulator, now)
    if stop is not None:
        return Decision(wanted=False, reason=_over(stop.reason, decision.reason), by=decision.by)
    wet = _wet(regulator, now.air, now.coldest_c) if decision.by is not None else None
    if wet is not None:
        return Decision(wanted=False, reason=_over(wet, decision.reason), by=decision.by)
    return decision


def _by_hand(now: Situation) -> Decision:
    override = now.override
    assert override is not None
    detail: dict[str, Value] = {"name": override.actor.name}
    if override.reason:
        detail["why"] = override.reason
    return Decision(
        wanted=override.on,
        reason=Reason(reasons.BY_HAND, detail),
        until_s=override.until_s,
        by=override.actor,
    )


def _wet(regulator: Regulator, air: Air | None, coldest_c: float | None) -> Reason | None:
    if regulator.does != "humidify" or air is None:
        return None
    return condensation(air, coldest_c)


def _over(reason: Reason, behind: Reason) -> Reason:
    return Reason(reason.code, {**_behind(behind), **reason.detail})


def _behind(reason: Reason) -> dict[str, Value]:
    return {**reason.detail, "behind": reason.detail.get("behind", reason.code)}
