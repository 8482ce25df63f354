"""Serial numbers of 16 bits that wrap around (RFC 1982). Pure."""

from __future__ import annotations

_SIZE = 1 << 16


def next_number(number: int) -> int:
    """Return the number after `number`."""
    return (number + 1) % _SIZE


def is_newer(number: int, other: int) -> bool:
    """Say whether `number` comes after `other`, being less than half the circle ahead."""
    return 0 < (number - other) % _SIZE < _SIZE // 2
