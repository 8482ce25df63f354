"""The moving test as data: which aisles are tried, what is foretold, what the answers mean. Pure.

The person at the steel says what stands there without being told what the program expects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.geometry import Segment, park_aisle, segments_of
from config.room import Bank
from config.shelving import Observation, ShelvingProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One aisle to be opened; `low` and `high` are the columns beside it, `None` at an end."""

    segment: int
    aisle: int
    low: int | None
    high: int | None

    @property
    def place(self) -> str:
        """Say where the aisle is, by what is painted on the steel."""
        if self.low is None:
            return f"before column {self.high}"
        if self.high is None:
            return f"after column {self.low}"
        return f"between columns {self.low} and {self.high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a trial: where the controller says the gap is, and where a person saw it."""

    trial: Trial
    said: tuple[int, ...]
    seen: int | None

    @property
    def agrees(self) -> bool:
        return self.seen == self.trial.aisle and self.trial.aisle in self.said

    def observe(self) -> Observation:
        """Write the outcome down for the record."""
        seen = "nowhere" if self.seen is None else f"aisle {self.seen}"
        said = ", ".join(map(str, self.said)) or "none"
        return Observation(
            asked=f"segment {self.trial.segment}: open aisle {self.trial.aisle}",
            foretold=f"the gap {self.trial.place}",
            seen=f"a person saw the gap in {seen}; the controller said aisle {said}",
            agrees=self.agrees,
        )


def plan_trials(bank: Bank, standing: dict[int, tuple[int, ...]]) -> tuple[Trial, ...]:
    """Choose the aisles of every segment: one end, the middle, the other end, the parking place.

    `standing` says which aisles are open now; an aisle that is open is no trial at first.
    """
    trials: list[Trial] = []
    for segment in segments_of(bank):
        park = park_aisle(bank, segment)
        last = segment.aisles[-1]
        wanted = [last // 2, last - park, last // 3, park]
        before = standing.get(segment.segment, ())
        for aisle in wanted:
            if aisle not in before:
                trials.append(trial_of(bank, segment, aisle))
                before = (aisle,)
    return tuple(trials)


def trial_of(bank: Bank, segment: Segment, aisle: int) -> Trial:
    """Describe an aisle by the columns beside it; fixed ones count, for they are painted too."""
    low, high = segment.first - 1 + aisle, segment.first + aisle
    return Trial(
        segment=segment.segment,
        aisle=aisle,
        low=low if low >= 1 else None,
        high=high if high <= bank.columns else None,
    )


def correct(profile: ShelvingProfile, outcomes: Sequence[Outcome]) -> ShelvingProfile | None:
    """Turn round what was read the wrong way; `None` if no turning explains what was seen.

    A command that means the other side opens the aisle next to the one asked for. A status digit
    that means the other side names an aisle next to the one a person sees.
    """
    places = [(o.trial.aisle, o.seen, o.said) for o in outcomes if o.seen is not None]
    if len(places) < len(outcomes) or not places:
        return None
    commands_turned = all(abs(seen - asked) == 1 for asked, seen, _ in places)
    commands_right = all(seen == asked for asked, seen, _ in places)
    status_right = all(seen in said for _, seen, said in places)
    if not (commands_turned or commands_right):
        return None
    turned = profile
    if commands_turned:
        turned = replace_left(turned)
    if not status_right:
        turned = turned.model_copy(
            update={"digit_1": "gap_low" if turned.digit_1 == "gap_high" else "gap_high"}
        )
    return turned if turned != profile else None


def turn_unread(
    profile: ShelvingProfile, outcomes: Sequence[Outcome], tried: Sequence[ShelvingProfile]
) -> ShelvingProfile | None:
    """Choose the next turning where the words gave no clear picture, so that nothing moved.

    Digits that are read from the wrong end, or for the wrong side, seldom fit together to a gap.
    """
    if any(o.said for o in outcomes) or any(o.seen is None for o in outcomes):
        return None
    other_digit = "gap_low" if profile.digit_1 == "gap_high" else "gap_high"
    turned = profile.model_copy(update={"digit_1": other_digit})
    ways = (replace_left(profile), turned, replace_left(turned))
    return next((way for way in ways if way not in tried), None)


def replace_left(profile: ShelvingProfile) -> ShelvingProfile:
    """Let the maker's left mean the other side."""
    return profile.model_copy(
        update={"maker_left": "high" if profile.maker_left == "low" else "low"}
    )


def verified(profile: ShelvingProfile | None) -> ShelvingProfile | None:
    """Mark a profile as tried on steel."""
    return None if profile is None else profile.model_copy(update={"verified": True})
