"""Makes the QR of a label: segno encodes it, the mask is chosen here, five times as fast. Pure.

A symbol is one whole number, a bit for each module row by row with four light ones after each row,
so that the penalties of ISO/IEC 18004:2015, 7.8.3 are a few shifts. segno looks at each module of
eight symbols in turn, which was most of what a label took.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno

ERROR = "m"
_LIGHT = 4
"""Light modules after each row: as many as rule 3 wants to see across its pattern."""
_MASKS = range(8)
_DIGITS = bytes.maketrans(b"\0\1", b"01")


def make_qr(content: str) -> tuple[str, ...]:
    """Make a symbol, one text of `0` (light) and `1` (dark) per row, without a quiet zone."""
    first = segno.make_qr(content, error=ERROR, boost_error=False, mask=0)
    version = int(first.version)
    sheet = _sheet(version)
    symbol = _pack(first.matrix)
    best = min((symbol ^ mask for mask in sheet.masks), key=sheet.penalty)
    step = sheet.side + _LIGHT
    digits = format(best, f"0{sheet.side * step}b")
    return tuple(digits[at : at + sheet.side] for at in range(0, len(digits), step))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What symbols of one version have in common."""

    side: int
    masks: tuple[int, ...]
    """What turns a symbol of mask 0 into one of each mask, with the format bits that name it."""
    judged: int
    """All but the format bits: masks are judged before those are written."""
    has_left: int
    """Modules with another one before them in their row."""
    has_above: int

    def penalty(self, symbol: int) -> int:
        """Say how hard a symbol is to read: 7.8.3.1, rules 1 to 4."""
        dark = symbol & self.judged
        step = self.side + _LIGHT
        across = ~(dark ^ dark >> 1) & self.has_left
        down = ~(dark ^ dark >> step) & self.has_above
        blocks = across & across >> step & down
        share_pct = dark.bit_count() / self.side**2 * 100
        return (
            _long_runs(across, 1)
            + _long_runs(down, step)
            + 3 * blocks.bit_count()
            + 40 * (_like_a_corner(dark, 1) + _like_a_corner(dark, step))
            + 10 * int(abs(share_pct - 50) / 5)
        )


def _long_runs(alike: int, step: int) -> int:
    """Rule 1: a run of n modules of one colour costs n - 2, from five on."""
    fives = alike & alike >> step & alike >> 2 * step & alike >> 3 * step
    return fives.bit_count() + 2 * (fives & ~(fives << step)).bit_count()


def _like_a_corner(dark: int, step: int) -> int:
    """Rule 3: count 1:1:3:1:1, as corners have it, with four light modules on one side."""
    one, two, three, four, five, six = (dark >> n * step for n in range(1, 7))
    found = dark & ~one & two & three & four & ~five & six
    after = dark >> 7 * step | dark >> 8 * step | dark >> 9 * step | dark >> 10 * step
    before = dark << step | dark << 2 * step | dark << 3 * step | dark << 4 * step
    return (found & ~(after & before)).bit_count() if found else 0


@lru_cache(maxsize=40)
def _sheet(version: int) -> _Sheet:
    """Learn from any text what the masks of a version change: it is the same for all texts."""
    masked = [
        _pack(segno.make_qr("0", version=version, error=ERROR, boost_error=False, mask=mask).matrix)
        for mask in _MASKS
    ]
    side = 17 + 4 * version
    ends = {*range(9), *range(side - 8, side)} - {6}
    return _Sheet(
        side=side,
        masks=tuple(masked[0] ^ one for one in masked),
        judged=_pack([[not (_is_format(r, c, ends)) for c in range(side)] for r in range(side)]),
        has_left=_pack([[c > 0 for c in range(side)] for _ in range(side)]),
        has_above=_pack([[r > 0] * side for r in range(side)]),
    )


def _is_format(row: int, column: int, ends: set[int]) -> bool:
    return (row == 8 and column in ends) or (column == 8 and row in ends)


def _pack(rows: Sequence[Sequence[int]]) -> int:
    """Write a symbol as a number, its first module as the highest bit."""
    return int(b"".join(bytes(row) + bytes(_LIGHT) for row in rows).translate(_DIGITS), 2)
