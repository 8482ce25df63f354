"""When somebody else is told, and when it is said again, while nobody acknowledges. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from controller.alarms.model import PRIORITIES, Priority

MOST_STEPS = 10
LONGEST_MIN = 14 * 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """So long after an alarm was told, these are told too, if nobody has acknowledged it."""

    after_min: int
    recipients: tuple[str, ...]
    priorities: tuple[Priority, ...] = PRIORITIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """The steps, by ascending minutes, and after how many minutes it is said again; 0: never."""

    steps: tuple[EscalationStep, ...] = ()
    repeat_min: Mapping[Priority, int] = field(
        default_factory=lambda: {"high": 30, "medium": 240, "low": 0}
    )

    def only(self, recipients: Collection[str]) -> Reminders:
        """Leave out who is no recipient any more, and steps that then tell nobody."""
        steps = (
            replace(step, recipients=tuple(each for each in step.recipients if each in recipients))
            for step in self.steps
        )
        return replace(self, steps=tuple(step for step in steps if step.recipients))

    def stand_by(self, priority: Priority) -> frozenset[str]:
        """Name those who are told by a step only, not at once."""
        return frozenset(
            each for step in self.steps if priority in step.priorities for each in step.recipients
        )

    def step_due(
        self, priority: Priority, announced_at: datetime, taken_min: int
    ) -> tuple[EscalationStep, datetime] | None:
        """Say which step is next after the one at `taken_min`, and when; `None` if none is."""
        for step in self.steps:
            if step.after_min > taken_min and priority in step.priorities:
                return step, announced_at + timedelta(minutes=step.after_min)
        return None

    def repeat_due(self, priority: Priority, told_at: datetime) -> datetime | None:
        """Say when it is said again; `None` if it is not."""
        minutes = self.repeat_min.get(priority, 0)
        return told_at + timedelta(minutes=minutes) if minutes else None


def problem_with(steps: Sequence[EscalationStep]) -> str | None:
    """Say what is wrong with steps: `too_many`, `not_ascending`, `nobody`; `None` if nothing."""
    if len(steps) > MOST_STEPS:
        return "too_many"
    minutes = [step.after_min for step in steps]
    if minutes != sorted(set(minutes)):
        return "not_ascending"
    if any(not step.recipients or not step.priorities for step in steps):
        return "nobody"
    return None
