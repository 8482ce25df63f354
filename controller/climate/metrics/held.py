"""How long a reading counts: until the next one, but not for ever."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_INTERVALS = 3
"""A reading holds at most this many usual intervals; what is longer is a gap. Our choice."""
LEAST_COVERED = 0.75
"""A day, a window or a mean with less than this share of its time measured is not judged. Our
choice."""


def hold_times(
    at_s: Sequence[float], *, interval_s: float, end_s: float | None = None
) -> list[float]:
    """Say for how many seconds each reading counts; what the sum lacks of the period is gap.

    The last reading holds until `end_s`, or one interval where no end is given.

    Raises:
        ValueError: the interval is not positive, or the times do not rise.
    """
    if interval_s <= 0:
        raise ValueError(f"the usual interval of readings must be positive, not {interval_s:g} s")
    if not at_s:
        return []
    longest = LONGEST_INTERVALS * interval_s
    last = at_s[-1] + interval_s if end_s is None else max(at_s[-1], end_s)
    held: list[float] = []
    for this, following in zip(at_s, [*at_s[1:], last], strict=True):
        lasting = following - this
        if lasting < 0:
            raise ValueError(
                f"readings must be in rising order; {following:.0f} follows {this:.0f}"
            )
        held.append(lasting if lasting < longest else longest)
    return held


def coverage_pct(held_s: float, *, start_s: float, end_s: float) -> float:
    """Say how much of a period readings cover, 0 to 100; an empty period is not covered."""
    if end_s <= start_s:
        return 0.0
    return min(100.0, 100.0 * held_s / (end_s - start_s))
