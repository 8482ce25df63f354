"""Brings what is stored and what is typed into one form, so that equal things look equal. Pure."""

from __future__ import annotations

import re
import unicodedata

_DASHES = re.compile(r"[‐‑‒–—―−﹣⁃]")
_DOTS = re.compile(r"[•‧∙⋅・･]")
_ID = re.compile(r"\d{17}[\dX]")
_LAST_FOUR = re.compile(r"\d{3}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def fold(text: str) -> str:
    """Keep letters, digits and characters only: full width, case, spaces and dots do not count."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(filter(str.isalnum, wide))


def fold_terms(text: str) -> tuple[str, ...]:
    """Split at spaces, fold each part, drop what is empty."""
    parts = unicodedata.normalize("NFKC", text).split()
    return tuple(folded for part in parts if (folded := fold(part)))


def fold_code(text: str) -> str:
    """Bring a code into one form: no spaces, one kind of dash and dot, upper case."""
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    return _DOTS.sub("·", _DASHES.sub("-", plain))


def fold_id(text: str) -> str | None:
    """Read an ID number of 18 characters; `None` if it has not that shape."""
    plain = fold(text)
    return plain if _ID.fullmatch(plain) else None


def is_valid_id(number: str) -> bool:
    """Check the 18th character of an ID number (GB 11643, ISO 7064 MOD 11-2)."""
    if not _ID.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]


def is_last_four(text: str) -> bool:
    """Say whether this may be the end of an ID number."""
    return _LAST_FOUR.fullmatch(text) is not None


def mask_id(number: str) -> str:
    """Hide the middle of an ID number: region and last four stay."""
    return f"{number[:6]}********{number[-4:]}"


def bigrams(key: str) -> list[str]:
    """Cut folded text into overlapping pairs, and its last character on its own."""
    pairs = [key[i : i + 2] for i in range(len(key) - 1)]
    return [*dict.fromkeys(pairs), key[-1]] if key else []
