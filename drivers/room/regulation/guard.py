"""What protects a machine from its own controller: how long it runs, rests, how often it starts.

There is one guard for each unit, and every way that switches it asks: its regulator, a person, a
fail action, the end of the program, a device that came back. Only a danger (reasons.DANGERS) cuts
a run short; nothing shortens a rest or adds a start. Home Assistant's hygrostat let its keep-alive
go round this (core issues #123799, #160967, mended by pull request #180494).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from config.climate import Guard
from drivers.room.regulation import reasons

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Order:
    """What was written to a unit last and is not seen to be done yet."""

    on: bool
    at_s: float
    """When it was written last."""
    since_s: float
    """When it was written first: it has not been seen done since."""


@dataclass(frozen=True, slots=True)
class Held:
    """The guard says not yet."""

    code: str
    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What is known of a machine. Where nobody knows, the latest possible moment stands here."""

    on: bool | None = None
    """What it does, as far as anybody can say."""
    started_at_s: float
    stopped_at_s: float
    starts_at_s: tuple[float, ...] = ()
    """Every start of the last hour, and every attempt."""
    order: Order | None = None

    @property
    def may_run(self) -> bool:
        """Whether it was on when it was seen last, or has been told to be on since."""
        return self.on is True or (self.order is not None and self.order.on)

    def starts(self, now_s: float) -> int:
        """Count the starts of the last hour."""
        return sum(now_s - at_s < HOUR_S for at_s in self.starts_at_s)

    def ordered(self, on: bool, at_s: float) -> Life:
        """Note that a write goes out; from now on it may be carried out at any moment."""
        before = self.order
        since_s = before.since_s if before is not None and before.on is on else at_s
        noted = replace(self, order=Order(on, at_s, since_s))
        return _started(noted, at_s, is_new=True) if on else replace(noted, stopped_at_s=at_s)

    def written(self, at_s: float) -> Life:
        """Note that the write is over: what it caused began at this moment at the latest."""
        order = self.order
        if order is None:
            return self
        since_s = at_s if order.since_s == order.at_s else order.since_s
        noted = replace(self, order=Order(order.on, at_s, since_s))
        if order.on:
            return _started(noted, at_s, is_new=False)
        return replace(noted, stopped_at_s=at_s)

    def seen(self, on: bool | None, at_s: float) -> Life:
        """Note what the machine says of itself; a machine that says nothing does as it was told."""
        if on is None:
            on = self.on if self.order is None else self.order.on
        is_ours = self.order is not None and self.order.on == on
        noted = replace(self, on=on, order=None) if is_ours else replace(self, on=on)
        if on is None or on == self.on:
            return noted
        return (
            _started(noted, at_s, is_new=not is_ours) if on else replace(noted, stopped_at_s=at_s)
        )

    def is_silent(self, now_s: float, within_s: float) -> bool:
        """Say whether it has not done within its time what it was told, however often."""
        return self.order is not None and now_s - self.order.since_s >= within_s

    def is_overdue(self, now_s: float, within_s: float) -> bool:
        """Say whether its time to do what it was told last is over."""
        return self.order is not None and now_s - self.order.at_s >= within_s


def begin(now_s: float) -> Life:
    """Begin with a machine of which nobody knows anything: it may have stopped just now."""
    return Life(started_at_s=now_s, stopped_at_s=now_s)


def again(life: Life, now_s: float) -> Life:
    """Go on after nobody knows how long: the rest, the run and the hour begin anew."""
    return Life(
        on=life.on,
        started_at_s=now_s,
        stopped_at_s=now_s,
        starts_at_s=tuple(now_s for _ in life.starts_at_s),
    )


def judge(guard: Guard, life: Life, on: bool, now_s: float, *, danger: bool = False) -> Held | None:
    """Say what holds a switch back, and until when; None lets it through.

    What is there already needs no leave.
    """
    if life.order is None and life.on is on:
        return None
    return _judge_start(guard, life, now_s) if on else _judge_stop(guard, life, now_s, danger)


def must_rest(guard: Guard, life: Life, now_s: float) -> bool:
    """Say whether it has run as long as it may."""
    if guard.max_on_s is None or not life.may_run:
        return False
    return now_s - life.started_at_s >= guard.max_on_s


def _judge_start(guard: Guard, life: Life, now_s: float) -> Held | None:
    rests_since_s = life.stopped_at_s
    if life.order is not None and life.order.on:
        rests_since_s = max(rests_since_s, life.order.at_s)  # it was tried and came to nothing
    if now_s - rests_since_s < guard.min_off_s:
        return Held(reasons.GUARD_MIN_OFF, rests_since_s + guard.min_off_s)
    recent = [at_s for at_s in life.starts_at_s if now_s - at_s < HOUR_S]
    if len(recent) >= guard.max_starts_per_h:
        return Held(reasons.GUARD_STARTS, recent[-guard.max_starts_per_h] + HOUR_S)
    return None


def _judge_stop(guard: Guard, life: Life, now_s: float, danger: bool) -> Held | None:
    if danger or now_s - life.started_at_s >= guard.min_on_s:
        return None
    return Held(reasons.GUARD_MIN_ON, life.started_at_s + guard.min_on_s)


def _started(life: Life, at_s: float, *, is_new: bool) -> Life:
    before = life.starts_at_s if is_new else life.starts_at_s[:-1]
    recent = tuple(each for each in before if at_s - each < HOUR_S)
    return replace(life, started_at_s=at_s, starts_at_s=(*recent, at_s))
