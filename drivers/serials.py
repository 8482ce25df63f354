"""Serial numbers that wrap around, compared as RFC 1982 does. Pure."""

from __future__ import annotations

_SPAN = 1 << 16


def next_serial(last: int) -> int:
    """Return the number after `last`; 65535 is followed by 0."""
    return (last + 1) % _SPAN


def is_newer(serial: int, than: int) -> bool:
    """Say whether a 16-bit number is newer: half the circle lies ahead."""
    return 0 < (serial - than) % _SPAN < _SPAN // 2
