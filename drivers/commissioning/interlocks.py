"""The last steps of a moving test: every interlock that is seen is tripped and released by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from config.clock import Clock
from config.shelving import Observation
from drivers.commissioning.talk import NotSigned, Talk
from drivers.readings import Check
from drivers.room.motion import list_checks
from drivers.room.steel import BankSteel

NOT_TRIED = "not tried"
_NOTICED_S = 3.0
_LOOK_S = 0.2
_TRIGGERS: Mapping[str, str] = {
    "remote_control": "turn the switch to local",
    "e_stop_chain": "press the emergency stop",
    "maintenance_key": "put in the maintenance key",
    "crank": "engage the crank",
    "fire": "set the fire input to alarm, if that can be done without calling the brigade",
    "power": "take away the mains of the drives",
    "entrance": "stand in an entrance",
    "obstruction": "press a stop bar or strip",
    "occupancy": "step into the open aisle",
}


async def try_interlocks(steel: BankSteel, talk: Talk, clock: Clock) -> list[Observation]:
    """Have every interlock tripped and released that the controller or a sensor of ours sees."""
    limits = next(iter(steel.segments.values())).limits
    seen = limits.interlocks_seen | limits.covered
    tried = [await _try_interlock(steel, talk, clock, name) for name in _TRIGGERS if name in seen]
    failed = [o.asked for o in tried if not o.agrees and o.seen != NOT_TRIED]
    if failed:
        raise NotSigned(f"not noticed: {', '.join(failed)}; have the installer look at it")
    return tried


async def until(condition: Callable[[], bool], longest_s: float) -> bool:
    """Look again and again until something is so, or it took too long."""
    for _ in range(round(longest_s / _LOOK_S)):
        if condition():
            return True
        await asyncio.sleep(_LOOK_S)
    return condition()


async def _try_interlock(steel: BankSteel, talk: Talk, clock: Clock, name: str) -> Observation:
    act, foretold = _TRIGGERS[name], f"{name} unsafe, then safe again"
    answer = await talk.ask(f"Please {act}, then press Enter (or type skip) ")
    if answer.strip().lower() in ("skip", "跳过"):
        return Observation(asked=act, foretold=foretold, seen=NOT_TRIED, agrees=False)
    during = await _settled(steel, clock, name, Check.UNSAFE)
    await talk.ask("Now undo that, then press Enter ")
    after = await _settled(steel, clock, name, Check.SAFE)
    return Observation(
        asked=act,
        foretold=foretold,
        seen=f"{name} {during.value}, then {after.value}",
        agrees=during is Check.UNSAFE and after is Check.SAFE,
    )


async def _settled(steel: BankSteel, clock: Clock, name: str, wanted: Check) -> Check:
    """Give the wire a moment to show a change; return what it shows at the end of it."""
    await until(lambda: _read(steel, clock, name) is wanted, _NOTICED_S)
    return _read(steel, clock, name)


def _read(steel: BankSteel, clock: Clock, name: str) -> Check:
    """The worst of what all segments show."""
    now_s = clock.monotonic()
    shown = {
        finding.check
        for segment in steel.segments.values()
        for finding in list_checks(segment, now_s)
        if finding.name == name
    }
    return next((c for c in (Check.UNSAFE, Check.UNKNOWN) if c in shown), Check.SAFE)
