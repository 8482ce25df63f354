"""Reads the life of tags out of a ledger that only grows. Pure.

An item, or a shelf, bears what its last entry says. A tag that another replaced stays in history
with its end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from controller.holdings.model import Bearer


@dataclass(frozen=True, slots=True, kw_only=True)
class TagStep:
    """From `at` on an item bears `epc`; `None`: no tag."""

    item: Bearer
    epc: str | None
    at: datetime
    by: str
    cause: str
    reason: str | None
    scheme: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSpan:
    """The time that an item bore a tag; `until` is `None` while it does."""

    epc: str
    item: Bearer
    since: datetime
    by: str
    until: datetime | None
    replaced_by: str | None
    reason: str | None
    scheme: str | None


def spans_of(steps: Iterable[TagStep]) -> list[TagSpan]:
    """Read the spans of every item out of its steps in the order they were written; newest first.

    An entry that repeats the tag an item bears already is no news.
    """
    by_item: dict[Bearer, list[TagStep]] = defaultdict(list)
    for step in steps:
        mine = by_item[step.item]
        if not mine or mine[-1].epc != step.epc:
            mine.append(step)
    found = [span for mine in by_item.values() for span in _spans(mine)]
    return sorted(found, key=lambda span: (span.since, span.until is None), reverse=True)


def _spans(steps: Sequence[TagStep]) -> Iterable[TagSpan]:
    for step, following in zip_longest(steps, steps[1:]):
        if step.epc is not None:
            yield TagSpan(
                epc=step.epc,
                item=step.item,
                since=step.at,
                by=step.by,
                until=following.at if following else None,
                replaced_by=following.epc if following else None,
                reason=step.reason,
                scheme=step.scheme,
            )
