"""Answers what a person types: the shape of the query says where to look, and in which order.

Every route walks its matches in batches and stops as soon as enough are found. No query is logged:
it may be a name or an ID number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Select, bindparam, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from controller.context import Context
from controller.holdings import id_numbers
from controller.holdings.store import HIDDEN_IMPORTS
from controller.holdings.tables import BoxRow, FileRow, HouseholdRow
from controller.store.engine import ReadSession
from controller.store.secrets import Keys
from controller.words import index
from controller.words.normal import fold, fold_code, fold_id, fold_terms, is_last_four
from controller.words.tables import SearchSoundRow

Matched = Literal["code", "name", "id_number", "address", "household", "pinyin", "title"]
_END = "\U0010ffff"
_SHORTEST_CODE_END = 3
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Match:
    """A box or file that answers a query, and by what."""

    kind: Literal["box", "file"]
    code: str
    matched: Matched


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query in the forms the routes need."""

    code: str
    folded: str
    terms: tuple[str, ...]
    limit: int


_Route = Callable[[ReadSession, Keys, _Asked], Iterator[Match]]


def find(session: ReadSession, keys: Keys, query: str, *, limit: int) -> tuple[list[Match], bool]:
    """List the best matches of a query, and say whether there are more."""
    asked = _Asked(fold_code(query), fold(query), fold_terms(query), limit + 1)
    found: dict[tuple[str, str], Match] = {}
    if asked.folded:
        for route in _routes(asked):
            for match in route(session, keys, asked):
                found.setdefault((match.kind, match.code), match)
                if len(found) > limit:
                    return list(found.values())[:limit], True
    return list(found.values()), False


def find_fault(context: Context) -> str | None:
    """Say by a code why nothing can be found now; `None` when all is well."""
    try:
        with context.records.read() as session:
            for _ in islice(index.matching(session, ["查"]), 1):
                pass
            boxes = session.execute(select(col(BoxRow.code)).limit(1)).first()
            words = session.execute(text("SELECT id FROM search_texts LIMIT 1")).first()
    except SQLAlchemyError:
        return "finding.not_searchable"
    return "finding.index_empty" if boxes and not words else None


def _routes(asked: _Asked) -> Sequence[_Route]:
    """Choose where to look, likeliest first. One letter or digit stands in nearly every text."""
    if fold_id(asked.folded):
        return (_by_id_number,)
    if not asked.folded.isascii():
        return (_by_exact_name, _by_name, _by_code, _by_household_code, _by_words)
    if asked.folded.isalpha():
        words = (_by_words,) if len(asked.folded) > 1 else ()
        return (_by_sound, _by_code, _by_household_code, *words)
    if len(asked.folded) == 1:
        return (_by_code, _by_household_code)
    last_four = (_by_last_four,) if is_last_four(asked.folded) else ()
    return (*last_four, _by_code, _by_code_end, _by_household_code, _by_words)


def _by_id_number(session: ReadSession, keys: Keys, asked: _Asked) -> Iterator[Match]:
    blind = id_numbers.blind_whole(keys, asked.folded)
    yield from _files_of(
        session, _households(session, col(HouseholdRow.id_blind) == blind, asked.limit), "id_number"
    )


def _by_last_four(session: ReadSession, keys: Keys, asked: _Asked) -> Iterator[Match]:
    blind = id_numbers.blind_last_four(keys, asked.folded)
    yield from _files_of(
        session,
        _households(session, col(HouseholdRow.last_four_blind) == blind, None),
        "id_number",
    )


def _by_exact_name(session: ReadSession, _keys: Keys, asked: _Asked) -> Iterator[Match]:
    yield from _files_of(
        session, _households(session, col(HouseholdRow.name_key) == asked.folded, None), "name"
    )


def _by_name(session: ReadSession, _keys: Keys, asked: _Asked) -> Iterator[Match]:
    for batch in index.matching(session, asked.terms, names_only=True):
        yield from _files_of(session, [words.key for words in batch], "name")


def _by_words(session: ReadSession, _keys: Keys, asked: _Asked) -> Iterator[Match]:
    for batch in index.matching(session, asked.terms):
        items = {
            kind: _items(session, kind, [words.key for words in batch if words.kind == kind])
            for kind in {words.kind for words in batch}
        }
        for words in batch:
            for code in items[words.kind].get(words.key, ()):
                kind: Literal["box", "file"] = "box" if words.kind == "box" else "file"
                yield Match(kind, code, _matched(words, asked))


def _by_sound(session: ReadSession, _keys: Keys, asked: _Asked) -> Iterator[Match]:
    sound = asked.folded.lower()
    query = (
        select(col(SearchSoundRow.household_code))
        .where(col(SearchSoundRow.sound) >= sound, col(SearchSoundRow.sound) < sound + _END)
        .order_by(col(SearchSoundRow.sound))
    )
    yield from _files_of(session, _walk(session, query), "pinyin")


def _by_code(session: ReadSession, _keys: Keys, asked: _Asked) -> Iterator[Match]:
    yield from _in_range(session, "code_key", asked.code, asked.limit)


def _by_code_end(session: ReadSession, _keys: Keys, asked: _Asked) -> Iterator[Match]:
    if len(asked.code) >= _SHORTEST_CODE_END:
        yield from _in_range(session, "code_back", asked.code[::-1], asked.limit)


def _by_household_code(session: ReadSession, _keys: Keys, asked: _Asked) -> Iterator[Match]:
    for column in (col(FileRow.household_code), col(FileRow.dwelling_code)):
        query = (
            select(col(FileRow.code))
            .where(column >= asked.code, column < asked.code + _END)
            .where(col(FileRow.import_id).not_in(HIDDEN_IMPORTS))
            .order_by(column, col(FileRow.code))
            .limit(asked.limit)
        )
        for code in session.execute(query).scalars():
            yield Match("file", code, "household")


def _in_range(session: ReadSession, column: str, prefix: str, limit: int) -> Iterator[Match]:
    """Walk boxes and files whose code begins so, in the order of their codes."""

    def hits(table: type[BoxRow | FileRow], kind: Literal["box", "file"]) -> list[Any]:
        key = col(getattr(table, column))
        query = (
            select(key, col(table.code))
            .where(key >= prefix, key < prefix + _END)
            .where(col(table.import_id).not_in(HIDDEN_IMPORTS))
            .order_by(key)
            .limit(limit)
        )
        return [(found, kind, code) for found, code in session.execute(query)]

    for _, kind, code in merge(hits(BoxRow, "box"), hits(FileRow, "file")):
        yield Match(kind, code, "code")


def _households(session: ReadSession, condition: Any, limit: int | None) -> Iterator[str]:
    query = select(col(HouseholdRow.code)).where(condition).order_by(col(HouseholdRow.code))
    yield from _walk(session, query.limit(limit))


def _walk(session: ReadSession, query: Select[str]) -> Iterator[str]:
    yield from session.execute(query, execution_options={"yield_per": _BATCH}).scalars()


def _files_of(session: ReadSession, households: Iterable[str], matched: Matched) -> Iterator[Match]:
    """Walk the files of some households, in their order."""
    waiting = iter(households)
    while some := list(islice(waiting, _BATCH)):
        files = _items(session, "household", some)
        for household in some:
            for code in files.get(household, ()):
                yield Match("file", code, matched)


def _items(session: ReadSession, kind: str, keys: list[str]) -> dict[str, list[str]]:
    """List the visible boxes or files behind things in the index, by the key of the thing."""
    found: dict[str, list[str]] = {}
    for key, item in session.execute(_BEHIND[kind], {"keys": keys}):
        found.setdefault(key, []).append(item)
    return found


def _behind(table: type[BoxRow | FileRow], key: str) -> Select[str, str]:
    """Prepare the query for `_items`; building it anew would cost more than running it."""
    column = col(getattr(table, key))
    return (
        select(column, col(table.code))
        .where(column.in_(bindparam("keys", expanding=True)))
        .where(col(table.import_id).not_in(HIDDEN_IMPORTS))
        .order_by(col(table.code))
    )


_BEHIND = {
    "household": _behind(FileRow, "household_code"),
    "dwelling": _behind(FileRow, "dwelling_code"),
    "file": _behind(FileRow, "code"),
    "box": _behind(BoxRow, "code"),
}


def _matched(words: index.Words, asked: _Asked) -> Matched:
    if words.kind in ("box", "file"):
        return "title"
    if any(term in words.name for term in asked.terms):
        return "name"
    return "address"
