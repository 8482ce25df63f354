"""The one kind of error that ends a command with a sentence instead of a stack trace."""

from __future__ import annotations


class Mendable(Exception):
    """Something the person at the command line can mend; the text says what and how."""
