"""Keeps the words of the holdings findable by any two characters. Knows nothing of holdings.

Text is cut into overlapping pairs of characters, the pairs are matched by FTS5, and every match is
verified against the text itself, so that nothing is missed and nothing wrong is found. The index
changes in the transaction that changes the holdings. PostgreSQL can take this module's place with
arrays of pairs: its surface is `add`, `replace`, `remove` and `matching`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, delete, func, insert, inspect, select, text
from sqlmodel import col

from controller.store.engine import ReadSession, WriteSession
from controller.words.normal import bigrams, fold
from controller.words.tables import SearchTextRow

_BATCH = 64
_TEXTS = cast(Table, inspect(SearchTextRow).local_table)
_PUT = text("INSERT INTO search_grams(rowid, name, rest) VALUES (:id, :name, :rest)")
_TAKE = text(
    "INSERT INTO search_grams(search_grams, rowid, name, rest) VALUES ('delete', :id, :name, :rest)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What can be found of a thing: `name` of a person, and the `rest`: address or title."""

    kind: str
    key: str
    name: str = ""
    rest: str = ""


def add(session: WriteSession, entries: Sequence[Words]) -> None:
    """Index things that are not in the index yet."""
    if not entries:
        return
    last = session.execute(select(func.max(col(SearchTextRow.id)))).scalar_one() or 0
    rows = [
        (number, entry, fold(entry.name), fold(entry.rest))
        for number, entry in enumerate(entries, start=last + 1)
    ]
    session.execute(
        insert(_TEXTS),
        [
            {"id": number, "kind": entry.kind, "key": entry.key, "name": name, "rest": rest}
            for number, entry, name, rest in rows
        ],
    )
    session.execute(_PUT, [_tokens(number, name, rest) for number, _, name, rest in rows])


def replace(session: WriteSession, entries: Sequence[Words]) -> None:
    """Index things anew whose words may have changed."""
    for kind in {entry.kind for entry in entries}:
        remove(session, kind, [entry.key for entry in entries if entry.kind == kind])
    add(session, entries)


def remove(session: WriteSession, kind: str, keys: Sequence[str]) -> None:
    """Forget things; a contentless index needs their old words for that."""
    where = (col(SearchTextRow.kind) == kind) & col(SearchTextRow.key).in_(keys)
    rows = session.execute(
        select(col(SearchTextRow.id), col(SearchTextRow.name), col(SearchTextRow.rest)).where(where)
    ).all()
    if rows:
        session.execute(_TAKE, [_tokens(row.id, row.name, row.rest) for row in rows])
        session.execute(delete(SearchTextRow).where(where))


def matching(
    session: ReadSession, terms: Sequence[str], *, names_only: bool = False
) -> Iterator[list[Words]]:
    """Walk all things whose words contain every folded term, in batches."""
    pairs = [pair for term in terms for pair in _needed_pairs(term)]
    check = " AND ".join(
        f"instr(t.name, :t{i})" + ("" if names_only else f" + instr(t.rest, :t{i})")
        for i in range(len(terms))
    )
    values = {f"t{i}": term for i, term in enumerate(terms)}
    source = "search_texts t"
    if pairs:
        source = "search_grams CROSS JOIN search_texts t ON t.id = search_grams.rowid"
        check = f"search_grams MATCH :pairs AND {check}"
        column = "name : " if names_only else ""
        values["pairs"] = column + "(" + " AND ".join(pairs) + ")"
    found = session.execute(
        text(f"SELECT t.kind, t.key, t.name, t.rest FROM {source} WHERE {check}"),
        values,
        execution_options={"yield_per": _BATCH},
    )
    for batch in found.partitions(_BATCH):
        yield [Words(kind=r[0], key=r[1], name=r[2], rest=r[3]) for r in batch]


def _tokens(number: int, name: str, rest: str) -> dict[str, int | str]:
    return {"id": number, "name": " ".join(bigrams(name)), "rest": " ".join(bigrams(rest))}


def _needed_pairs(term: str) -> list[str]:
    """Choose the pairs that FTS5 is asked for; what it cannot tell apart is left to the check.

    Pairs of digits are common, so they are asked for only where nothing else is there.
    """
    if len(term) == 1:
        return [f'"{term}"*'] if _is_plain(term) else []
    pairs = [pair for pair in bigrams(term)[:-1] if all(map(_is_plain, pair))]
    telling = [pair for pair in pairs if not pair.isdecimal()]
    return [f'"{pair}"' for pair in telling or pairs]


def _is_plain(character: str) -> bool:
    """Say whether every version of SQLite takes this character for a letter."""
    return (
        (character.isascii() and character.isalnum())
        or "㐀" <= character <= "䶵"
        or ("一" <= character <= "龥")
    )
