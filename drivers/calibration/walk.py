"""Leads a person with a known tag along the shelves: ask, measure, tell, place by place.

What is asked and told stands here; what is counted, in survey.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from drivers.calibration.listening import Listener
from drivers.calibration.survey import FEWEST_CYCLES, FEWEST_READS, Aisle, Stand, Survey
from drivers.room.presence import Aisles, Field
from drivers.room.presence.ear import NEAR

Ask = Callable[[str], Awaitable[str]]
Say = Callable[[str], None]

CYCLES: Final = 2 * FEWEST_CYCLES
_TELL_EVERY: Final = 5
_SKIP, _END = "s", "e"
_KEYS: Final = "Enter when it is so, s to skip this place, e to end here"


class EndedEarly(Exception):
    """The person wants to keep what was measured so far and do no more."""


class Walk:
    """One session: a listener, a survey, and the person who carries the tag."""

    def __init__(self, field: Field, survey: Survey, ask: Ask, say: Say) -> None:
        self._field = field
        self._survey = survey
        self._ask = ask
        self._say = say
        self._around: dict[str, tuple[int, ...]] = {}

    def plan_of(self, reader_id: str) -> Sequence[int]:
        """Name the antennas of a reader that can matter to the place that is measured now."""
        return self._around.get(reader_id, ())

    async def go(self, listener: Listener) -> None:
        """Visit all places; what was measured before an early end is kept."""
        stands = list_stands(self._field)
        try:
            for number, stand in enumerate(stands, start=1):
                await self._visit(listener, stand, f"[{number} of {len(stands)}] ")
        except EndedEarly:
            self._say("Ended here; what was measured so far is kept.")

    async def _visit(self, listener: Listener, stand: Stand, count: str) -> None:
        question = count + _instruction(stand, self._field)
        while True:
            answer = (await self._ask(f"{question} ({_KEYS}): ")).strip().lower()
            if answer == _END:
                raise EndedEarly
            if answer == _SKIP:
                return
            if answer:
                continue
            await self._measure(listener, stand)
            reads, cycles = self._survey.reads(stand), self._survey.cycles(stand)
            if reads >= FEWEST_READS:
                self._say(f"  {stand.zone}: done, {reads} reads in {cycles} cycles of its antenna.")
                return
            self._survey.forget(stand)
            self._say(
                f"  {stand.zone}: its antenna heard the tag {reads} times in {cycles} cycles; "
                f"that is too little. Is the tag there, and the antenna's cable whole?"
            )

    async def _measure(self, listener: Listener, stand: Stand) -> None:
        self._around = antennas_around(self._field, stand.zone)
        listener.drop_old()
        await listener.next()  # this one began before the tag was in its place
        told = 0
        while (cycles := self._survey.cycles(stand)) < CYCLES:
            if cycles >= told + _TELL_EVERY:
                told = cycles
                reads = self._survey.reads(stand)
                self._say(f"  {cycles} of {CYCLES} cycles, {reads} reads")
            self._survey.take(stand, await listener.next())


def list_stands(field: Field) -> list[Stand]:
    """List where the tag is to be carried: each zone with its aisle open, then shut."""
    return [
        Stand(name, aisle)
        for name, zone in sorted(field.zones.items())
        for aisle in (_BOTH if zone.aisles else _OPEN)
    ]


_BOTH: Final[tuple[Aisle, ...]] = ("open", "shut")
_OPEN: Final[tuple[Aisle, ...]] = ("open",)


def antennas_around(field: Field, zone: str) -> dict[str, tuple[int, ...]]:
    """Name, by reader, the antennas that may hear a tag in a zone."""
    there = field.zones[zone]
    around: dict[str, tuple[int, ...]] = {}
    for (reader_id, antenna), spot in field.spots.items():
        may_hear = spot.zone is there or Aisles().usually(spot.zone, there).rate >= NEAR.rate
        if may_hear:
            around[reader_id] = (*around.get(reader_id, ()), antenna)
    return around


def _instruction(stand: Stand, field: Field) -> str:
    if stand.aisle == "shut":
        return f"{stand.zone}: leave the tag on a middle shelf, step out, and close the aisle."
    if not field.zones[stand.zone].aisles:
        return f"{stand.zone}: lay the tag where boxes lie, and move it about slowly."
    return (
        f"{stand.zone}: open the aisle that leads there and carry the tag slowly along all "
        "shelves of this place until I say that it is done."
    )
