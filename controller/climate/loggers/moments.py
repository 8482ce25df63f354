"""Dates and times as loggers write them, taken apart and put together. Pure.

A moment is written as a date (three numbers in one of three orders), a clock and perhaps a distance
from UTC. Which order is meant is decided over a whole file, so the date stays text until then.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from controller.climate.loggers.headings import plain, words
from controller.climate.loggers.model import DateOrder

DAY_S: Final = 86_400
_LONGEST = 64

_USUAL = re.compile(
    r"(\d{1,4}[-./]\d{1,2}[-./]\d{1,4})"
    r"(?:[T ,]\s*(\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?))?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)
_DATE = re.compile(r"(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})\.?[\s/-]*([^\W\d_]+)\.?[\s,/-]*(\d{4}|\d{2})(?!\d)")
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_SINCE_1970 = re.compile(r"\d{10}|\d{13}")
_SIGNS = str.maketrans({"年": "-", "月": "-", "日": " ", "时": ":", "点": ":", "分": ":"})


class Written(NamedTuple):
    """A moment as text: date of three numbers, clock of 24 hours, distance from UTC."""

    date: str
    clock: str = ""
    offset: str = ""


def take_apart(text: str) -> Written | None:
    """Take a written moment apart; `None` if it is none."""
    usual = _USUAL.fullmatch(text)
    if usual is not None:
        return Written(usual[1], usual[2] or "", usual[3] or "")
    if len(text) > _LONGEST:
        return None
    tidy = text.strip()
    if _SINCE_1970.fullmatch(tidy):
        seconds = int(tidy) // (1000 if len(tidy) == 13 else 1)
        days, rest = divmod(seconds, DAY_S)
        day = date.fromordinal(days + _EPOCH)
        return Written(day.isoformat(), f"{rest // 3600}:{rest // 60 % 60:02}:{rest % 60:02}", "Z")
    return _take_apart_words(tidy)


def clock_of(text: str) -> str | None:
    """Read a clock that stands in a column of its own, as text of 24 hours."""
    if _CLOCK.fullmatch(text):
        return text
    tidy, half = _without_half(_numbered(text))
    return _of_24(tidy, half)


@lru_cache(maxsize=4096)
def seconds_of(clock: str) -> float | None:
    """Say how many seconds after midnight a clock means; 24:00 is the end of the day."""
    if not clock:
        return 0.0
    found = _CLOCK.fullmatch(clock)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    whole = hour * 3600 + minute * 60 + second
    if minute > 59 or second > 59 or whole > DAY_S:
        return None
    return whole + (float(f"0.{found[4]}") if found[4] else 0.0)


@lru_cache(maxsize=256)
def offset_s(offset: str) -> int:
    """Say how many seconds a place is ahead of UTC."""
    found = _OFFSET.fullmatch(offset)
    if found is None:
        return 0
    seconds = int(found[2]) * 3600 + int(found[3]) * 60
    return -seconds if found[1] == "-" else seconds


@lru_cache(maxsize=4096)
def day_of(written: str, order: DateOrder) -> int | None:
    """Read a date in an order of its numbers; return its proleptic ordinal, or `None`."""
    found = _DATE.fullmatch(written)
    if found is None:
        return None
    if len(found[1]) == 4:
        order = "ymd"
    elif len(found[3]) != 2 and order == "ymd":
        return None
    numbers = dict(zip(order, (found[1], found[2], found[3]), strict=True))
    if len(numbers["y"]) not in (2, 4) or max(len(numbers["m"]), len(numbers["d"])) > 2:
        return None
    year = int(numbers["y"]) + (2000 if len(numbers["y"]) == 2 else 0)
    try:
        return date(year, int(numbers["m"]), int(numbers["d"])).toordinal()
    except ValueError:
        return None


Why = Literal["form", "values", "separator", "sequence", "choice"]
_STRANGE_STEP = 20
"""Days from one date of a file to the next that a logger in use hardly ever leaves out."""
_ROWS_PER_DAY = 2


class Ordering(NamedTuple):
    """The order of the numbers in dates and by what it was found, or what is left to choose."""

    order: DateOrder | None
    by: Why | None
    left: tuple[DateOrder, ...] = ()


def order_of(dates: Sequence[tuple[str, int]]) -> Ordering:
    """Find the order of the numbers of all dates of a file.

    `dates` are the dates as they follow one another, each with its number of rows.
    """
    numeric = [(text, rows) for text, rows in dates if _DATE.fullmatch(text)]
    if not numeric or all(len(text.split(_sign(text))[0]) == 4 for text, _ in numeric):
        return Ordering("ymd", "form")
    orders: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
    unreadable = {
        order: sum(rows for text, rows in numeric if day_of(text, order) is None)
        for order in orders
    }
    least = min(unreadable.values())
    left = tuple(order for order in orders if unreadable[order] == least)
    if len(left) == 1:
        return Ordering(left[0], "values")
    if "dmy" in left and all(_sign(text) == "." for text, _ in numeric):
        return Ordering("dmy", "separator")
    likely = _by_sequence(numeric, left)
    return Ordering(None, None, left) if likely is None else Ordering(likely, "sequence")


def _by_sequence(
    numeric: Sequence[tuple[str, int]], orders: Sequence[DateOrder]
) -> DateOrder | None:
    """A logger writes day after day: the order in which dates never jump is meant.

    With a row a day or fewer nothing can be told: the first of each month looks like twelve days.
    """
    if len(numeric) < 2 or sum(rows for _, rows in numeric) < _ROWS_PER_DAY * len(numeric):
        return None
    jumps = {}
    for order in orders:
        days = [day for text, _ in numeric if (day := day_of(text, order)) is not None]
        jumps[order] = sum(abs(after - before) > _STRANGE_STEP for before, after in pairwise(days))
    ranked = sorted(orders, key=lambda order: jumps[order])
    return ranked[0] if jumps[ranked[0]] * 4 < jumps[ranked[1]] else None


_EPOCH = date(1970, 1, 1).toordinal()


def _sign(written: str) -> str:
    return next(sign for sign in "-./" if sign in written)


def _numbered(text: str) -> str:
    """Write Chinese dates and full-width digits with the usual signs."""
    return unicodedata.normalize("NFKC", text).translate(_SIGNS).replace("秒", "").strip()


def _without_half(text: str) -> tuple[str, str]:
    """Cut out the word that tells morning from afternoon."""
    lowered = text.casefold()
    for word, half in words().halves:
        place = lowered.find(word)
        before = lowered[place - 1 : place]
        if place >= 0 and not (before.isalpha() and word[0] < "一"):
            left = f"{lowered[:place]} {lowered[place + len(word) :]}"
            return " ".join(left.split()), half
    return text, ""


def _of_24(clock: str, half: str) -> str | None:
    tidy = clock.strip().rstrip(":").replace(" ", "")
    found = _CLOCK.fullmatch(tidy) or _CLOCK.fullmatch(f"{tidy}:00")
    if found is None:
        return None
    hour = int(found[1])
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    behind = tidy[len(found[1]) + 1 :]
    return f"{hour}:{behind or '00'}"


def _take_apart_words(text: str) -> Written | None:
    """Read what has months or halves of the day in words, or signs of its own."""
    tidy, half = _without_half(_numbered(text))
    offset = ""
    found = re.search(r"(?<=[\d: ])(Z|[+-]\d{2}:?\d{2})$", tidy, re.IGNORECASE)
    if found is not None and ":" in tidy[: found.start()]:
        offset, tidy = found[0].upper(), tidy[: found.start()].strip()
    day, clock = _split(tidy)
    if day is None:
        return None
    if not clock.strip():
        return Written(day, "", offset) if not half else None
    of_24 = _of_24(clock, half)
    return None if of_24 is None else Written(day, of_24, offset)


def _split(text: str) -> tuple[str | None, str]:
    numbers = re.match(r"(\d{1,4})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,4})[T, ]*", text, re.I)
    if numbers:
        signs = "." if "." in numbers[0] else "/" if "/" in numbers[0] else "-"
        return signs.join((numbers[1], numbers[2], numbers[3])), text[numbers.end() :]
    for form, places in ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2))):
        found = form.match(text)
        if found is None:
            continue
        year, word, day = (found[place] for place in places)
        month = words().months.get(plain(word))
        if month is not None:
            long_year = year if len(year) == 4 else f"20{year}"
            return f"{long_year}-{month}-{day}", text[found.end() :].strip(", t")
    return None, ""
