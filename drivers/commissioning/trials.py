"""The moving test as data: which aisles are tried, what is foretold, what the answers mean. Pure.

The person at the steel says what stands there without being told what the program expects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
class Look:
    """Where the controller says the gaps of a segment are, and where a person sees them."""

    segment: int
    said: tuple[int, ...]
    seen: tuple[int, ...]

    @property
    def agrees(self) -> bool:
        return set(self.seen) == set(self.said)

    def observe(self) -> Observation:
        """Write down what stood there before anything moved."""
        return Observation(
            asked=f"segment {self.segment}: look, before anything moves",
            foretold=f"the controller said {_aisles(self.said)}",
            seen=f"a person saw the gap in {_aisles(self.seen)}",
            agrees=self.agrees,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a trial: where the gaps stood, where they are said to be, and are seen."""

    trial: Trial
    stood: tuple[int, ...]
    said: tuple[int, ...]
    seen: tuple[int, ...]

    @property
    def agrees(self) -> bool:
        return self.trial.aisle in self.seen and set(self.seen) == set(self.said)

    def observe(self) -> Observation:
        """Write the outcome down for the record."""
        return Observation(
            asked=f"segment {self.trial.segment}: open aisle {self.trial.aisle}",
            foretold=f"the gap {self.trial.place}",
            seen=f"a person saw the gap in {_aisles(self.seen)}; "
            f"the controller said {_aisles(self.said)}",
            agrees=self.agrees,
        )


def plan_trials(
    bank: Bank, standing: Mapping[int, Sequence[int]], out_of_reach: Mapping[int, int]
) -> tuple[Trial, ...]:
    """Choose the aisles of every segment: one end, the middle, the other end, the parking place.

    `standing` says which aisles are open now; an aisle that is open is no trial at first.
    `out_of_reach` names the aisle of a segment that the driver cannot open.
    """
    trials: list[Trial] = []
    for segment in segments_of(bank):
        park = park_aisle(bank, segment)
        last = segment.aisles[-1]
        wanted = [last // 2, last - park, last // 3, park]
        before = standing.get(segment.segment, ())
        for aisle in wanted:
            if aisle not in before and aisle != out_of_reach.get(segment.segment):
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


def correct(
    profile: ShelvingProfile,
    looks: Sequence[Look],
    outcomes: Sequence[Outcome],
    tried: Sequence[ShelvingProfile],
) -> ShelvingProfile | None:
    """Turn round what was read the wrong way; `None` if no turning explains what was seen.

    Digits that are read from the wrong end, or for the wrong side, tell another gap than a person
    sees, or none; which of the two it is shows the next look. A command that means the other side
    opens the aisle next to the one asked for, or nothing at all.
    """
    wrong = [outcome for outcome in outcomes if not outcome.agrees]
    turned, digit = replace_left(profile), _replace_digit(profile)
    ways: tuple[ShelvingProfile, ...] = ()
    if not all(look.agrees for look in looks):
        ways = (turned, digit, replace_left(digit)) if all(look.seen for look in looks) else ()
    elif wrong and all(_is_turned(outcome) for outcome in wrong):
        ways = (turned,)
    return next((way for way in ways if way not in tried), None)


def _is_turned(outcome: Outcome) -> bool:
    if len(outcome.seen) != 1 or set(outcome.seen) != set(outcome.said):
        return False
    return abs(outcome.seen[0] - outcome.trial.aisle) == 1 or outcome.seen == outcome.stood


def _replace_digit(profile: ShelvingProfile) -> ShelvingProfile:
    """Let a status digit of 1 mean the other side."""
    return profile.model_copy(
        update={"digit_1": "gap_low" if profile.digit_1 == "gap_high" else "gap_high"}
    )


def replace_left(profile: ShelvingProfile) -> ShelvingProfile:
    """Let the maker's left mean the other side."""
    return profile.model_copy(
        update={"maker_left": "high" if profile.maker_left == "low" else "low"}
    )


def verified(profile: ShelvingProfile | None) -> ShelvingProfile | None:
    """Mark a profile as tried on steel."""
    return None if profile is None else profile.model_copy(update={"verified": True})


def _aisles(aisles: Sequence[int]) -> str:
    return "aisle " + ", ".join(map(str, aisles)) if aisles else "no aisle"
