"""Decides who may work on a shelf of a pairing list, and how its boxes stand afterwards. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import Final, Literal

ShelfState = Literal["open", "started", "done"]
IDLE: Final = timedelta(minutes=30)
"""A shelf that nobody went on with for so long is free for somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBox:
    """A box on a shelf as the record has it."""

    code: str
    thickness_mm: int
    order_mm: int


def refuse_shelf(
    state: ShelfState, *, holder: str | None, since: datetime | None, who: str, now: datetime
) -> str | None:
    """Say why somebody may not work on a shelf; `None` if they may. A done one may be reopened."""
    if state != "started" or holder in (None, who) or since is None:
        return None
    return "tags.shelf_taken" if now - since < IDLE else None


def refuse_box(*, home: str | None, shelf: str, here: bool) -> str | None:
    """Say why a box may not be paired on a shelf; `here`: the person says it belongs there now."""
    return None if home == shelf or here else "tags.wrong_shelf"


def next_order_mm(standing: Sequence[StandingBox]) -> int:
    """Say where the next box of a shelf begins, left to right."""
    return sum(box.thickness_mm for box in standing)


def orders_of(
    scanned: Sequence[StandingBox], others: Sequence[StandingBox], *, length_mm: int
) -> dict[str, int]:
    """Say where boxes of a shelf begin that stand in another order than the record has them.

    Empty if the record is right about the order of what was scanned. `others` belong there and
    were not scanned: they come behind, in the order they had.
    """
    recorded = [box.order_mm for box in scanned]
    if all(one < other for one, other in pairwise(recorded)):
        return {}
    row = [*scanned, *sorted(others, key=lambda box: (box.order_mm, box.code))]
    begins = [0, *accumulate(box.thickness_mm for box in row)]
    wanted = {
        box.code: max(0, min(begin, length_mm - box.thickness_mm))
        for box, begin in zip(row, begins, strict=False)
    }
    return {box.code: wanted[box.code] for box in row if wanted[box.code] != box.order_mm}
