"""What a name, a password and a first set of accounts must be; when sign-in is locked. Pure.

The password rules follow OWASP ASVS 5 (length, no common ones, no composition rules, no rotation).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from controller.people.model import Post

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
FAILURES_PER_NAME = 5
FAILURES_PER_SENDER = 50
FAILURES_COUNT_FOR = timedelta(minutes=15)

_FEWEST_DIFFERENT = 5
_SHORTEST_CONTEXT_WORD = 4
# fmt: off
_COMMON = (
    "password", "passwort", "passw0rd", "p@ssword", "qwerty", "qwertz", "azerty", "asdfgh",
    "zxcvbn", "1qaz2wsx", "letmein", "welcome", "iloveyou", "admin", "administrator", "changeme",
    "default", "master", "monkey", "dragon", "football", "baseball", "sunshine", "princess",
    "superman", "trustno1", "secret", "woaini", "stackroom", "archive", "archivist", "dangan",
    "beijing", "shanghai", "china",
)
# fmt: on


def name_key(name: str) -> str:
    """Bring a name into the form in which two names are compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def name_problem(name: str) -> str | None:
    """Say what is wrong with a name: `empty`, `too_long` or `strange_characters`; else `None`."""
    stripped = name.strip()
    if not stripped:
        return "empty"
    if len(stripped) > 60:
        return "too_long"
    if any(unicodedata.category(character).startswith("C") for character in stripped):
        return "strange_characters"
    return None


def password_problem(password: str, *, name: str) -> str | None:
    """Say why a password will not do: `too_short`, `too_long`, `too_simple`, `too_common`."""
    if len(password) < SHORTEST_PASSWORD:
        return "too_short"
    if len(password) > LONGEST_PASSWORD:
        return "too_long"
    if len(set(password)) < _FEWEST_DIFFERENT or _steps_in_row(password) > len(password) // 2:
        return "too_simple"
    own = name_key(name)
    context = [own] if len(own) >= _SHORTEST_CONTEXT_WORD else []
    if len(_without(password, [*_COMMON, *context])) < SHORTEST_PASSWORD // 2:
        return "too_common"
    return None


def setup_problem(posts: Sequence[Post], keys: Sequence[str]) -> str | None:
    """Say why these cannot be the first accounts: `needs_system_admin`, `name_twice`."""
    if Post.SYSTEM_ADMIN not in posts:
        return "needs_system_admin"
    if len(set(keys)) != len(keys):
        return "name_twice"
    return None


def locked_until(
    *, by_name: Sequence[datetime], by_sender: Sequence[datetime], now: datetime
) -> datetime | None:
    """Say until when sign-in is refused, given the failures on record; `None` if it is not."""
    until = [
        _free_again(by_name, FAILURES_PER_NAME, now),
        _free_again(by_sender, FAILURES_PER_SENDER, now),
    ]
    return max((moment for moment in until if moment is not None), default=None)


def _free_again(failures: Sequence[datetime], allowed: int, now: datetime) -> datetime | None:
    """Failures far ahead of now were dated by a clock that was wrong: nobody waits for them."""
    counting = sorted(at for at in failures if abs(at - now) < FAILURES_COUNT_FOR)
    if len(counting) < allowed:
        return None
    return counting[-allowed] + FAILURES_COUNT_FOR


def _steps_in_row(text: str) -> int:
    """Count how many characters merely follow or repeat the one before them."""
    return sum(abs(ord(after) - ord(before)) <= 1 for before, after in pairwise(text))


def _without(password: str, words: Sequence[str]) -> str:
    """Return what is left of a password once common words are taken out."""
    rest = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest
