"""The one kind of error that ends a command with a sentence instead of a stack trace."""

from __future__ import annotations


class Mendable(Exception):
    """Something the person at the command line can mend; the text says what and how."""


def find_mendable(failures: ExceptionGroup) -> Mendable | None:
    """Take out of a task group's failures what a person can mend; `None` if a bug is among them."""
    mendable, bugs = failures.split(Mendable)
    return None if mendable is None or bugs is not None else _first(mendable)


def _first(group: ExceptionGroup[Mendable]) -> Mendable:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first
