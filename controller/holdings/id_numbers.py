"""How ID numbers are kept: sealed for one household, found by keyed hashes, shown masked."""

from __future__ import annotations

from controller.store.secrets import Keys
from controller.words.normal import mask_id

_WHOLE = "households.id_number"
_LAST_FOUR = "households.last_four"


def seal(keys: Keys, number: str, *, household: str) -> bytes:
    """Encrypt a number so that it opens for this household alone."""
    return keys.encrypt(number, where=_place(household))


def show_masked(keys: Keys, sealed: bytes, *, household: str) -> str:
    """Open a number and show its ends."""
    return mask_id(keys.decrypt(sealed, where=_place(household)))


def blind_whole(keys: Keys, number: str) -> str:
    """Hash a folded number the way the households' numbers are hashed."""
    return keys.blind(number, purpose=_WHOLE)


def blind_last_four(keys: Keys, end: str) -> str:
    """Hash the last four characters of a number."""
    return keys.blind(end, purpose=_LAST_FOUR)


def _place(household: str) -> str:
    return f"households|id_number|{household}"
