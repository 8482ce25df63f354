"""Random days over the real driver of every maker break no rule of motion."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.wire_days import MAKERS, Told, live, tell

SEED = "7"
ACTS = 20


def days(maker: str) -> Iterator[Told]:
    """Two short days of one maker."""
    for number in range(2):
        yield live(f"{SEED}-{number}", next(m for m in MAKERS if m == maker), ACTS)


@pytest.mark.parametrize("maker", MAKERS)
def test_no_command_of_a_random_day_is_against_the_rules(maker: str) -> None:
    lived = list(days(maker))
    assert sum(day.commands for day in lived) > 0
    assert not [tell(day) for day in lived if day.unsafe]
