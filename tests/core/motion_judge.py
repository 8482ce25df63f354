"""The judge: states the rules once more, from the steel's side, in books of its own.

It knows what people asked, what was read when, what tripped and who holds what, and nothing of
how the room decides. What breaks a rule becomes an offence.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.ports import CloseAll, OpenAisle, SetLock, Ventilate
from drivers.readings import Check, LockState, SleepState, SteelState
from drivers.room.motion import (
    INTERLOCKS,
    Answer,
    Asked,
    Command,
    DriveTo,
    Hold,
    HoldAsked,
    Limits,
    LockOutAsked,
    ReportConfirmed,
    ReportFault,
    ReportReset,
    SetSteel,
    SettingAsked,
    StopMotion,
)
from tests.core.motion_steel import AISLES, AT_REST, FIRST_COLUMN, SIGHTS, Kind, Reading

OVER = ("refused", "done", "failed", "expired")
_NAMES: dict[type, str] = {OpenAisle: "open_aisle", CloseAll: "close_all", Ventilate: "ventilate"}


@dataclass
class Wanted:
    """What a person wants, and what they did for it at the bank."""

    asked: Asked
    armed: bool = False
    pressed_at_s: float | None = None
    pressed_by: str | None = None
    pressed_vouched: frozenset[str] = frozenset()

    @property
    def actor(self) -> str:
        return self.pressed_by or self.asked.actor.id

    @property
    def human_at_s(self) -> float:
        seen_at_s = self.asked.seen_at_s
        if self.pressed_at_s is not None:
            return self.pressed_at_s
        return float("-inf") if seen_at_s is None else seen_at_s

    @property
    def begun_at_s(self) -> float:
        return self.asked.at_s if self.pressed_at_s is None else self.pressed_at_s

    @property
    def at_bank(self) -> bool:
        return self.asked.origin == "bank_page" or self.pressed_at_s is not None

    @property
    def vouched(self) -> frozenset[str]:
        if self.pressed_at_s is not None:
            return self.pressed_vouched
        return self.asked.vouched if self.asked.origin == "bank_page" else frozenset()


@dataclass
class Program:
    """The walk of the program that runs, as the people in the room know it."""

    walked_at_s: float | None = None


@dataclass
class Judge:
    """Watches one segment."""

    kind: Kind
    limits: Limits
    program: Program
    offences: list[str] = field(default_factory=list)
    wanted: dict[str, Wanted] = field(default_factory=dict)
    """What may still cause motion in this life of the agent."""
    settings: dict[str, SettingAsked] = field(default_factory=dict)
    locking: dict[int, str] = field(default_factory=dict)
    """Who wanted the locks that are on their way, by the number of the command."""
    driven: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    statuses: dict[str, list[str]] = field(default_factory=dict)
    told: list[Reading] = field(default_factory=list)
    beat_told_at_s: float | None = None
    tripped: bool = False
    """A trip was told that nobody confirmed."""
    reset_seen: bool = True
    count_at_trip: int | None = None
    dark: bool = False
    """The power was cut and nobody walked round."""
    holds: dict[int, str] = field(default_factory=dict)
    offered: dict[int, str] = field(default_factory=dict)
    lock_outs: dict[int, str] = field(default_factory=dict)
    lock_owner: str | None = None
    lock_watched: bool = True
    trip_id: str | None = None
    trip_ids: set[str] = field(default_factory=set)
    drives: int = 0

    def restart(self) -> None:
        """A new life of the agent: what was asked before is void; what was kept is kept."""
        self.wanted.clear()
        self.settings.clear()
        self.lose_link()
        self.told.clear()

    def lose_link(self) -> None:
        self.beat_told_at_s = None
        self.lock_watched = False

    def hear(self, truth: Reading) -> None:
        """A reading reaches the room; the judge hears the truth, whatever the room hears."""
        bank, steel = truth
        if self.told and self.told[-1][0].heartbeat != bank.heartbeat:
            self.beat_told_at_s = bank.at_s
        self.told = [*self.told[-5:], truth]
        self._hear_trip(truth)
        if self._sees("power") and bank.interlocks["power"] is Check.UNSAFE:
            self.tripped = self.dark = True
        if steel.state in AT_REST:
            self.holds = {a: who for a, who in self.holds.items() if a in steel.open_aisles}
        if steel.lock is LockState.UNLOCKED:
            self.lock_owner = None
        elif steel.last_seq in self.locking:
            self.lock_owner, self.lock_watched = self.locking.pop(steel.last_seq), True

    def drives_to(self, command: DriveTo, at_s: float) -> None:
        """The room decided to move."""
        wanted = self.wanted.get(command.request_id)
        if wanted is None:
            self.offend("nobody asked, or it was long over", command)
            return
        for name, broken in self._drive_rules(wanted, command, at_s).items():
            if broken:
                self.offend(name, command)
        self.driven.add(command.request_id)
        self.drives += 1

    def writes(self, command: DriveTo, at_s: float) -> None:
        """It goes out on the wire: nothing that was seen since may speak against it."""
        wanted = self.wanted.get(command.request_id)
        if wanted is None:
            self.offend("written although it was over", command)
            return
        for name, broken in self._interlock_rules(wanted, at_s).items():
            if broken:
                self.offend(f"written although seen: {name}", command)
        if at_s > command.not_after_s:
            self.offend("written too late", command)
        self.written.add(command.request_id)

    def sets(self, command: SetSteel, at_s: float) -> None:
        """The room decided to lock, unlock, send to sleep or wake."""
        asked = self.settings.get(command.request_id)
        wanted = self.wanted.get(command.request_id)
        parks = wanted is not None and wanted.asked.verb == "park"
        if asked is None and not parks:
            self.offend("nobody asked for a setting", command)
        if command.order == SetLock(locked=True):
            who = asked.actor.id if asked is not None else wanted.actor if wanted else ""
            self.locking[command.fence.seq] = who
        bank, steel = self.told[-1]
        if steel.state not in AT_REST and steel.state is not SteelState.FAULTED:
            self.offend("set while it may move", command)
        if self._sees("fire") and bank.interlocks["fire"] is Check.UNSAFE:
            self.offend("set in a fire", command)
        if not (bank.simulated or self.limits.commissioned):
            self.offend("set without a moving test", command)
        if command.order == SetLock(locked=False) and not self._may_unlock(asked):
            self.offend("lifted a lock that is not ours to lift", command)

    def answers(self, answer: Answer, at_s: float) -> None:
        """Somebody is told how far it came."""
        if answer.code == "not_armed":
            return
        before = self.statuses.setdefault(answer.request_id, [])
        if any(status in OVER for status in before):
            self.offend("answered after the end", answer)
        before.append(answer.status)
        wanted = self.wanted.get(answer.request_id)
        if answer.status == "armed" and wanted is not None:
            wanted.armed = True
        if answer.status not in OVER:
            return
        self.wanted.pop(answer.request_id, None)
        self.settings.pop(answer.request_id, None)
        if answer.status == "done" and wanted is not None:
            self._is_done(wanted)

    def wants(self, asked: Asked) -> None:
        """A person's wish reaches the room."""
        self.wanted[asked.request_id] = Wanted(asked)

    def forget(self, request_ids: list[str]) -> None:
        """Nothing that was asked with these may move steel any more."""
        for request_id in request_ids:
            self.wanted.pop(request_id, None)

    def hears_stop(self, request_ids: list[str]) -> None:
        """What is stopped is over, and so is what is not on the wire yet.

        A controller without a stop carries out what was written: that is no motion unasked.
        """
        goes_on = set() if self.limits.stops else self.written
        self.forget([name for name in request_ids if name not in goes_on])

    def changes_holds(
        self,
        event: HoldAsked,
        commands: tuple[Command, ...],
        before: tuple[Hold, ...],
        after: tuple[Hold, ...],
    ) -> None:
        """Only its holder gives up an aisle from afar, and only who was named takes it over."""
        changed = {hold.aisle: hold for hold in before if hold not in after}
        for aisle, hold in changed.items():
            holds = self.holds.get(aisle) == event.actor.id
            offered = self.offered.get(aisle) == event.actor.id
            at_page = event.origin == "bank_page"
            allowed = {
                "release": holds or at_page,
                "hand_over": holds,
                "take_over": offered,
            }[event.verb]
            if not allowed or hold.actor.id != self.holds.get(aisle):
                self.offend("changed a hold that is not theirs to change", event)
            self.offered.pop(aisle, None)
            if event.verb == "release":
                self.holds.pop(aisle, None)
            elif event.verb == "take_over":
                self.holds[aisle] = event.actor.id
            elif event.to is not None:
                self.offered[aisle] = event.to.id

    def changes_lock_outs(self, event: LockOutAsked, commands: tuple[Command, ...]) -> None:
        """Only who set it lifts it from afar."""
        if not any(isinstance(c, Answer) and c.status == "done" for c in commands):
            return
        owner = self.lock_outs.get(event.column)
        if event.verb == "lock_out":
            self.lock_outs.setdefault(event.column, event.actor.id)
        elif owner != event.actor.id and event.origin != "bank_page":
            self.offend("lifted somebody else's lock-out from afar", event)
        if event.verb == "lift_lock_out":
            self.lock_outs.pop(event.column, None)

    def presses(
        self, request_id: str, at_s: float, actor: str | None, vouched: frozenset[str]
    ) -> None:
        """Somebody presses start for this request; a button has no name and vouches nothing."""
        wanted = self.wanted.get(request_id)
        if wanted is None or not wanted.armed or at_s > wanted.asked.at_s + 300.0:
            return
        wanted.pressed_at_s, wanted.pressed_by, wanted.pressed_vouched = at_s, actor, vouched

    def confirms(self, command: ReportConfirmed, walked: bool) -> None:
        """Somebody confirmed, and the room believed it."""
        bank, steel = self.told[-1]
        if not self.reset_seen:
            self.offend("confirmed before the controller's own reset", command)
        if steel.state is SteelState.FAULTED:
            self.offend("confirmed while the controller is tripped", command)
        if self.dark and not walked:
            self.offend("confirmed without a walk after a power cut", command)
        if self.dark and self._sees("power") and bank.interlocks["power"] is Check.UNSAFE:
            self.offend("confirmed while the power is away", command)
        if command.trip_id != self.trip_id:
            self.offend("confirmed another trip than was told", command)
        self.tripped = self.dark = False
        self.reset_seen, self.trip_id = True, None

    def reports(self, command: Command) -> None:
        """The chain of evidence: every fault of one story has one id, never used before."""
        match command:
            case ReportFault(trip_id=trip_id, said=said):
                if self.trip_id is None and trip_id in self.trip_ids:
                    self.offend("the id of an old trip", command)
                if self.trip_id is not None and trip_id != self.trip_id:
                    self.offend("two ids in one story", command)
                if set(said) != set(INTERLOCKS):
                    self.offend("not all that was said", command)
                self.trip_id = trip_id
                self.trip_ids.add(trip_id)
            case ReportReset(trip_id=trip_id) if trip_id != self.trip_id:
                self.offend("reset of no trip", command)

    def commands(self, commands: tuple[Command, ...], *, by_person: bool) -> None:
        """What comes out of one step: stop is first, and in a fire nothing is commanded."""
        stops = [index for index, command in enumerate(commands) if command == StopMotion()]
        if stops not in ([], [0]):
            self.offend("stop is not the first thing done", commands)
        in_fire = bool(self.told) and self._in_fire()
        if in_fire and stops and not by_person:
            self.offend("commanded in a fire", commands)

    def offend(self, rule: str, what: object) -> None:
        self.offences.append(f"{rule}: {what}")

    def _drive_rules(self, wanted: Wanted, command: DriveTo, at_s: float) -> dict[str, bool]:
        bank, steel = self.told[-1]
        asked, fence, limits = wanted.asked, command.fence, self.limits
        read_at_s = min(bank.at_s, steel.at_s)
        latest_s = wanted.human_at_s + min(asked.ttl_s if not wanted.pressed_at_s else 10.0, 10.0)
        others = {aisle for aisle, who in self.holds.items() if who != wanted.actor}
        moved = self._moved(command)
        walked_at_s = self.program.walked_at_s
        trusted = self.kind == "fenced" and limits.stops
        return {
            **self._interlock_rules(wanted, at_s),
            "written twice": command.request_id in self.driven,
            "later than ten seconds after the person acted": at_s > latest_s,
            "may begin too late": at_s + fence.ttl_s > latest_s + 1e-6,
            "interlocks read before the request": read_at_s < wanted.begun_at_s,
            "interlocks too old": at_s - read_at_s > 0.5,
            "may be written on old interlocks": command.not_after_s - read_at_s > 0.5 + 1e-6,
            "not standing": steel.state not in AT_REST,
            "unconfirmed trip": self.tripped,
            "power cut without a walk": self.dark,
            "closes what another holds": bool(others - self._stays_open(command)),
            "opens what another holds": isinstance(command.order, OpenAisle)
            and command.order.aisle in others,
            "old number": not 0 < (fence.seq - steel.last_seq) % 65536 < 32768,
            "old epoch": (fence.epoch - steel.last_epoch) % 65536 >= 32768,
            "ttl": not 0 < fence.ttl_s <= 10.0,
            "no such aisle": isinstance(command.order, OpenAisle)
            and not 0 <= command.order.aisle < AISLES,
            "remote start": asked.origin == "controller"
            and not wanted.at_bank
            and not limits.remote_start,
            "unnumbered or unstoppable from afar": not trusted and not wanted.at_bank,
            "program without a walk": asked.origin == "program"
            and (walked_at_s is None or not 30.0 <= at_s - walked_at_s <= 610.0),
            "moves a locked-out column": bool(moved & set(self.lock_outs)),
            "locked": steel.lock is not LockState.UNLOCKED,
            "asleep": steel.sleep is not SleepState.AWAKE,
            "no moving test": not (bank.simulated or limits.commissioned),
            "not offered": _NAMES.get(type(command.order)) not in limits.orders,
            "a setting is under way": any(
                self.statuses.get(request_id, [])[-1:] == ["accepted"]
                for request_id in self.settings
            ),
        }

    def _interlock_rules(self, wanted: Wanted, at_s: float) -> dict[str, bool]:
        """What is seen must be safe; what nobody sees, somebody at the page has to vouch for."""
        bank, steel = self.told[-1]
        beat_at_s = self.beat_told_at_s
        safe = {
            **{name: check is Check.SAFE for name, check in bank.interlocks.items()},
            "entrance": steel.entrance is Check.SAFE,
            "obstruction": steel.obstruction is Check.SAFE,
            "occupancy": all(check is Check.SAFE for check in steel.occupancy),
            "heartbeat": beat_at_s is not None and at_s - beat_at_s <= 2.0,
        }
        broken = {
            name: not (safe[name] if self._sees(name) else name in wanted.vouched) for name in safe
        }
        return {**broken, "hindered": steel.hindrance is not None}

    def _sees(self, name: str) -> bool:
        return name not in SIGHTS[self.kind].unseen

    def _in_fire(self) -> bool:
        bank, _ = self.told[-1]
        return self._sees("fire") and bank.interlocks["fire"] is Check.UNSAFE

    def _hear_trip(self, truth: Reading) -> None:
        """Where resets are counted one has to be counted; elsewhere the trip has to be gone."""
        bank, steel = truth
        if steel.state is SteelState.FAULTED:
            is_new = self.reset_seen or bank.reset_count != self.count_at_trip
            self.count_at_trip = bank.reset_count if is_new else self.count_at_trip
            self.tripped, self.reset_seen = True, False
            self.dark = self.dark or (steel.trip is not None and steel.trip.code == "power_fail")
        elif self.kind == "fenced":
            self.reset_seen = self.reset_seen or bank.reset_count != self.count_at_trip
        else:
            self.reset_seen = self.reset_seen or steel.state in AT_REST

    def _stays_open(self, command: DriveTo) -> set[int]:
        _, steel = self.told[-1]
        known = set(steel.open_aisles) if steel.state is SteelState.STANDING else set()
        match command.order:
            case OpenAisle(giving=giving) if self.limits.gaps > 1 and giving is not None:
                return known - {giving}
        return set()

    def _moved(self, command: DriveTo) -> set[int]:
        """Which columns change their place, all of them where nobody knows from where."""
        _, steel = self.told[-1]
        everything = set(range(FIRST_COLUMN, FIRST_COLUMN + AISLES - 1))
        if steel.state is not SteelState.STANDING or len(steel.open_aisles) < self.limits.gaps:
            return everything
        before = set(steel.open_aisles)
        match command.order:
            case OpenAisle(aisle=aisle, giving=giving):
                gone = giving if self.limits.gaps > 1 else min(before)
                after = before - {gone} | {aisle}
            case CloseAll():
                after = set(range(AISLES - self.limits.gaps, AISLES))
            case _:
                return everything
        return {c for c in everything if _place(c, before) != _place(c, after)}

    def _may_unlock(self, asked: SettingAsked | None) -> bool:
        if asked is None or self.lock_owner is None:
            return False
        return asked.origin == "bank_page" or (
            self.lock_watched and asked.actor.id == self.lock_owner
        )

    def _is_done(self, wanted: Wanted) -> None:
        asked = wanted.asked
        if asked.verb == "open_aisle" and asked.aisle is not None:
            self.holds[asked.aisle] = wanted.actor
        else:
            self.holds.clear()


def _place(column: int, gaps: set[int]) -> int:
    return sum(1 for gap in gaps if FIRST_COLUMN + gap <= column)
