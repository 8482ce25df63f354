"""What can happen in a room, as a table of acts; chance, or a test tool, chooses among them.

Every act takes its choices from a `Dice`, so that what chance did can be written down and played
again, shorter.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from drivers.messages import Actor
from drivers.readings import Check, LockState, SteelState, Trip
from drivers.room.motion import INTERLOCKS, InterlocksNotRead, program
from drivers.room.motion.cover import OF_BANK
from tests.core.motion_model import PEOPLE, Side, Site
from tests.core.motion_steel import AISLES, FIRST_COLUMN, SIGHTS, Kind

T = TypeVar("T")
ORIGINS = ("bank_page", "controller")
CHECKS = (Check.SAFE, Check.SAFE, Check.UNSAFE, Check.UNKNOWN)
ALL_VOUCHED = frozenset(INTERLOCKS)


class Dice(Protocol):
    """Chooses one of several."""

    def choose(self, options: Sequence[T]) -> T: ...


@dataclass
class RandomDice:
    """Chance, written down."""

    chance: random.Random
    thrown: list[int] = field(default_factory=list)

    def choose(self, options: Sequence[T]) -> T:
        index = int(self.chance.random() * len(options))
        self.thrown.append(index)
        return options[index]


@dataclass
class WrittenDice:
    """Throws what was written down; where nothing is, the first."""

    thrown: list[int]
    at: int = 0

    def choose(self, options: Sequence[T]) -> T:
        index = self.thrown[self.at] if self.at < len(self.thrown) else 0
        self.at += 1
        return options[index % len(options)]


def build(kind: Kind, dice: Dice) -> Site:
    """A bank of this class of controller, as chance builds it, seen for the first time."""
    real = dice.choose((False, False, False, True))
    site = Site(
        kind,
        remote_start=dice.choose((True, True, False)),
        gaps=dice.choose((1, 1, 2)),
        stops=kind == "fenced" or dice.choose((True, True, False)),
        commissioned=real and dice.choose((True, True, False)),
    )
    site.bank.simulated = not real
    site.poll()
    return site


def some_side(site: Site, dice: Dice) -> tuple[int, Side]:
    number = dice.choose((1, 2))
    return number, site.sides[number]


def the_steel_is_read(site: Site, dice: Dice) -> None:
    site.observe(dice.choose((1, 2)))


def the_polling_goes_on(site: Site, dice: Dice) -> None:
    site.poll(dice.choose((1, 2, 3)))


def time_passes(site: Site, dice: Dice) -> None:
    site.pass_time(dice.choose((0.01, 0.2, 0.45, 0.6, 1.0, 3.1, 4.0, 5.0, 9.0, 11.0, 21.0, 310.0)))


def a_view_is_taken(site: Site, dice: Dice) -> None:
    site.take_view()


def somebody_asks(site: Site, dice: Dice) -> None:
    number, _ = some_side(site, dice)
    verb = dice.choose(("open_aisle", "open_aisle", "close_all", "ventilate", "park"))
    aisle = dice.choose(range(-1, AISLES + 1)) if verb == "open_aisle" else None
    vouched = dice.choose((frozenset[str](), ALL_VOUCHED, frozenset({"occupancy", "heartbeat"})))
    request = site.request(number, verb, aisle, dice.choose(PEOPLE), vouched=vouched)
    known = sorted(site.views.taken_at_s)
    old_view = dice.choose((0, 0, 1, 3))
    if 0 < old_view < len(known) and request.saw is not None:
        saw = request.saw.model_copy(update={"version": known[-1 - old_view]})
        request = request.model_copy(update={"saw": saw})
    origin = dice.choose(ORIGINS)
    site.requests = [*site.requests[-10:], (request, origin, number)]
    site.ask(number, request, origin)


def somebody_asks_and_it_goes_nearly_well(site: Site, dice: Dice) -> None:
    """One request to its write, each step as late as chance wills."""
    number, side = some_side(site, dice)
    if dice.choose((True, False)):
        all_is_put_right(site, dice)
    site.poll(2)
    site.pass_time(dice.choose((0.0, 0.0, 0.0, 0.3)))
    early = side.steel.read(site.at_s)
    verb = dice.choose(("open_aisle",) * 6 + ("close_all", "ventilate", "park"))
    aisle = dice.choose(range(AISLES)) if verb == "open_aisle" else None
    unseen = SIGHTS[site.kind].unseen
    vouched = dice.choose((unseen,) * 6 + (unseen - {"heartbeat"}, frozenset[str]()))
    request = site.request(number, verb, aisle, dice.choose(PEOPLE), vouched=vouched)
    origin = dice.choose(("bank_page", "bank_page", "bank_page", "controller"))
    site.requests = [*site.requests[-10:], (request, origin, number)]
    site.pass_time(0.01)
    site.ask(number, request, origin)
    _goes_nearly_well(site, number, side, dice, early)


def somebody_starts_what_is_armed(site: Site, dice: Dice) -> None:
    number, side = some_side(site, dice)
    armed = side.segment.armed
    request_id = armed.asked.request_id if armed is not None else "r1"
    if armed is None and not dice.choose((False, False, False, True)):
        return
    site.poll(2)
    early = side.steel.read(site.at_s)
    site.pass_time(0.01)
    via = dice.choose(("button", "badge", "page", "page"))
    who = None if via == "button" else dice.choose(PEOPLE)
    vouched = dice.choose((SIGHTS[site.kind].unseen, frozenset[str]()))
    site.press(number, request_id, via, who, vouched)
    _goes_nearly_well(site, number, side, dice, early)


def somebody_sets(site: Site, dice: Dice) -> None:
    number, side = some_side(site, dice)
    site.poll(2)
    verb = dice.choose(("lock", "unlock", "unlock", "sleep", "wake", "wake"))
    seen_at_s = dice.choose((site.at_s, site.at_s, site.at_s - 11.0, None))
    site.set(number, verb, dice.choose(PEOPLE), dice.choose(ORIGINS), seen_at_s)
    if dice.choose((True, True, False)):
        _goes_nearly_well(site, number, side, dice, side.steel.read(site.at_s))


def _goes_nearly_well(
    site: Site, number: int, side: Side, dice: Dice, early: tuple[Any, Any]
) -> None:
    if not side.reading:
        return
    site.pass_time(dice.choose((0.02,) * 6 + (0.3, 1.5)))
    if not side.reading:
        return
    truth = dice.choose((None,) * 7 + (early,))
    site.read_interlocks(number, truth=truth)
    if dice.choose((False, False, True)):
        site.pass_time(dice.choose((0.02, 0.3, 0.45, 0.6)))
    if dice.choose((False,) * 6 + (True,)):
        _meanwhile(site, number, dice)
    if side.taken:
        site.deliver(number)
    if dice.choose((False,) * 6 + (True,)):
        _meanwhile(site, number, dice)
        site.observe(number)
    if side.unwritten:
        the_write_ends_on(site, number, dice)


def _meanwhile(site: Site, number: int, dice: Dice) -> None:
    match dice.choose(("stop", "link", "trip", "walks in", "locks out", "locks", "fire")):
        case "stop":
            site.stop(number, arrives=True)
        case "link":
            site.lose_link()
        case "trip":
            site.sides[number].steel.fail(Trip("motor", "3"))
        case "walks in":
            site.sides[number].steel.occupancy[dice.choose(range(AISLES))] = Check.UNSAFE
        case "locks out":
            somebody_locks_a_column_out(site, dice)
        case "locks":
            site.sides[number].steel.lock = LockState.LOCKED
            site.observe(number)
        case "fire":
            site.bank.checks["fire"] = Check.UNSAFE


def the_write_ends(site: Site, dice: Dice) -> None:
    for number, side in site.sides.items():
        if side.unwritten:
            the_write_ends_on(site, number, dice)
            return


def the_write_ends_on(site: Site, number: int, dice: Dice) -> None:
    on_the_way = ((0.0,), (0.0,), (0.0,), (), (0.7,), (2.0,), (4.0,), (0.0, 3.0), (0.0, 12.0))
    site.write(number, after_s=dice.choose(on_the_way), replies=dice.choose((True, True, False)))


def an_old_message_comes_again(site: Site, dice: Dice) -> None:
    if not site.requests:
        return
    request, origin, number = dice.choose(site.requests)
    if dice.choose((False, False, True)):
        request = request.model_copy(update={"aisle": dice.choose(range(AISLES))})
    site.ask(number, request, origin)


def interlocks_are_read(site: Site, dice: Dice) -> None:
    number, side = some_side(site, dice)
    if side.reading:
        site.read_interlocks(number, dice.choose(range(len(side.reading))))


def interlocks_cannot_be_read(site: Site, dice: Dice) -> None:
    number, side = some_side(site, dice)
    if side.reading:
        event = InterlocksNotRead(at_s=site.at_s, request_id=side.reading.pop(0))
        site.feed(number, event)


def an_interlock_reading_arrives(site: Site, dice: Dice) -> None:
    number, side = some_side(site, dice)
    if side.taken:
        index = dice.choose(range(len(side.taken)))
        site.deliver(number, index, keep=dice.choose((False, True)))


def somebody_stops(site: Site, dice: Dice) -> None:
    site.stop(dice.choose((1, 2)), arrives=dice.choose((True, False)))


def an_interlock_changes(site: Site, dice: Dice) -> None:
    _, side = some_side(site, dice)
    name = dice.choose((*OF_BANK, "entrance", "obstruction"))
    checks = site.bank.checks if name in OF_BANK else side.steel.checks
    checks[name] = dice.choose(CHECKS)


def somebody_walks_in_or_out(site: Site, dice: Dice) -> None:
    _, side = some_side(site, dice)
    check = dice.choose(CHECKS)
    side.steel.occupancy[dice.choose(range(AISLES))] = check
    if check is Check.UNSAFE and side.steel.state is SteelState.MOVING:
        side.steel.fail(Trip("person_entered", "6"))


def all_becomes_safe(site: Site, dice: Dice) -> None:
    site.bank.checks = dict.fromkeys(OF_BANK, Check.SAFE)
    site.bank.beats = True
    for side in site.sides.values():
        side.steel.checks = dict.fromkeys(side.steel.checks, Check.SAFE)
        side.steel.occupancy = [Check.SAFE] * AISLES
        side.steel.sluggish = side.steel.strange = False
        side.steel.hindrance = None


def all_is_put_right(site: Site, dice: Dice) -> None:
    """People clear up: reset, walk, confirm, unlock at the steel, lift and release everything."""
    all_becomes_safe(site, dice)
    site.bank.reset_count += 1
    for number, side in site.sides.items():
        side.steel.recover()
        site.observe(number)
        site.confirm(number, PEOPLE[0], "walked")
        for hold in side.segment.holds:
            site.hold(number, "release", PEOPLE[0], "bank_page", hold.aisle, None)
        for lock_out in side.segment.lock_outs:
            site.lock_out(number, "lift_lock_out", PEOPLE[0], "bank_page", lock_out.column)
        if dice.choose((True, True, False)):
            side.steel.lock = LockState.UNLOCKED
            side.steel.sleep = type(side.steel.sleep).AWAKE
    site.poll()


def the_controller_trips(site: Site, dice: Dice) -> None:
    _, side = some_side(site, dice)
    side.steel.fail(
        dice.choose((Trip("motor", "3"), Trip("unknown", "99"), Trip("power_fail", "5")))
    )


def a_trip_vanishes_without_a_reset(site: Site, dice: Dice) -> None:
    number, side = some_side(site, dice)
    if side.steel.state is SteelState.FAULTED:
        site.observe(number)
        side.steel.recover()
        site.observe(number)


def the_controller_hangs(site: Site, dice: Dice) -> None:
    _, side = some_side(site, dice)
    site.bank.beats = dice.choose((True, False))
    side.steel.sluggish = dice.choose((True, False))
    side.steel.strange = dice.choose((False, False, True))
    side.steel.hindrance = dice.choose((None, None, Trip("smoke", "2E")))


def somebody_resets(site: Site, dice: Dice) -> None:
    site.bank.reset_count += 1
    for side in site.sides.values():
        side.steel.recover()


def somebody_confirms(site: Site, dice: Dice) -> None:
    site.confirm(dice.choose((1, 2)), dice.choose(PEOPLE), dice.choose(("fit", "walked")))


def the_power_is_cut(site: Site, dice: Dice) -> None:
    site.bank.checks["power"] = Check.UNSAFE
    if dice.choose((True, False)):
        for side in site.sides.values():
            side.steel.fail(Trip("power_fail", "5"))


def somebody_changes_a_hold(site: Site, dice: Dice) -> None:
    number, _ = some_side(site, dice)
    verb = dice.choose(("release", "release", "hand_over", "take_over"))
    aisle = dice.choose((None, *range(AISLES)))
    to: Actor | None = dice.choose(PEOPLE)
    site.hold(number, verb, dice.choose(PEOPLE), dice.choose(ORIGINS), aisle, to)


def somebody_locks_a_column_out(site: Site, dice: Dice) -> None:
    number, _ = some_side(site, dice)
    verb = dice.choose(("lock_out", "lift_lock_out", "lift_lock_out"))
    column = dice.choose(range(FIRST_COLUMN, FIRST_COLUMN + AISLES))
    site.lock_out(number, verb, dice.choose(PEOPLE), dice.choose(ORIGINS), column)


def somebody_turns_the_lock_at_the_steel(site: Site, dice: Dice) -> None:
    number, side = some_side(site, dice)
    locked = side.steel.lock is LockState.LOCKED
    side.steel.lock = LockState.UNLOCKED if locked else LockState.LOCKED
    if side.segment.linked:
        site.observe(number)


def the_link_is_lost(site: Site, dice: Dice) -> None:
    site.lose_link()


def what_serves_the_bank_breaks(site: Site, dice: Dice) -> None:
    site.break_agent()


def the_agent_restarts(site: Site, dice: Dice) -> None:
    site.start()


def a_program_is_proposed(site: Site, dice: Dice) -> None:
    site.propose(dice.choose(("night_closing", "ventilation")), dice.choose((None, *PEOPLE)))


def a_program_is_cancelled(site: Site, dice: Dice) -> None:
    site.cancel_program(dice.choose((None, *PEOPLE)))


def a_program_goes_nearly_well(site: Site, dice: Dice) -> None:
    """Somebody walks and starts it; the steel is read all the while."""
    site.start_program(PEOPLE[0])
    for _ in range(dice.choose((1, 14, 40))):
        site.poll(1, 2.4)
        for number, side in site.sides.items():
            running = site.programs.program
            if running is not None and running.request_id in side.reading:
                site.read_interlocks(number)
                site.deliver(number)
            if side.unwritten:
                the_write_ends_on(site, number, dice)


Act = Callable[[Site, Dice], None]
ACTS: tuple[Act, ...] = (
    the_steel_is_read,
    the_polling_goes_on,
    the_polling_goes_on,
    time_passes,
    a_view_is_taken,
    somebody_asks,
    *(somebody_asks_and_it_goes_nearly_well,) * 8,
    *(somebody_starts_what_is_armed,) * 2,
    *(somebody_sets,) * 2,
    the_write_ends,
    an_old_message_comes_again,
    interlocks_are_read,
    interlocks_cannot_be_read,
    an_interlock_reading_arrives,
    somebody_stops,
    an_interlock_changes,
    somebody_walks_in_or_out,
    all_becomes_safe,
    *(all_is_put_right,) * 5,
    the_controller_trips,
    a_trip_vanishes_without_a_reset,
    the_controller_hangs,
    somebody_resets,
    somebody_confirms,
    the_power_is_cut,
    somebody_changes_a_hold,
    somebody_changes_a_hold,
    somebody_locks_a_column_out,
    somebody_turns_the_lock_at_the_steel,
    the_link_is_lost,
    what_serves_the_bank_breaks,
    the_agent_restarts,
    a_program_is_proposed,
    a_program_is_cancelled,
    a_program_goes_nearly_well,
)


def find_waits_without_end(site: Site) -> str | None:
    """Say what is waited for longer than any rule allows."""
    for side in site.sides.values():
        waits = _list_waits(side)
        overdue = next((what for what, until_s in waits if site.at_s > until_s), None)
        if overdue is not None:
            return f"waited for too long: {overdue}"
    running = site.programs.program
    if running is None or running.status != "running" or running.asked_at_s is None:
        return None
    late = site.at_s - running.asked_at_s > program.ANSWER_S
    return f"waited for too long: {running}" if late else None


def _list_waits(side: Side) -> list[tuple[object, float]]:
    segment, limits = side.segment, side.segment.limits
    pending, drive, setting, armed = segment.pending, segment.drive, segment.setting, segment.armed
    waits: list[tuple[object, float]] = []
    if pending is not None:
        waits.append((pending, pending.at_s + limits.human_s))
    if drive is not None and drive.started_at_s is None:
        waits.append((drive, drive.written_at_s + limits.start_seen_s))
    elif drive is not None and drive.started_at_s is not None:
        waits.append((drive, drive.started_at_s + limits.end_s))
    if setting is not None:
        waits.append((setting, setting.asked_at_s + limits.human_s + limits.setting_s))
    if armed is not None:
        waits.append((armed, armed.until_s))
    return waits


def list_offences(site: Site) -> list[str]:
    """All that went wrong so far."""
    waits = find_waits_without_end(site)
    return [*site.offences, *([] if waits is None else [waits])]
