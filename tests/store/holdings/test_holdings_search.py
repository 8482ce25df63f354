"""Search finds exactly what a plain look through the lists finds, and nothing is missed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from controller.context import Context
from controller.finding.hits import dress
from controller.finding.search import find, find_fault
from controller.finding.shapes import HitView
from controller.words.normal import fold, fold_code, fold_id, fold_terms, is_last_four
from controller.words.sounds import sounds_of

Rows = list[dict[str, str]]


class Lists:
    """The lists as they were imported, looked through word by word."""

    def __init__(self, boxes: Rows, files: Rows) -> None:
        self.codes = [row["box_code"] for row in boxes] + [row["file_code"] for row in files]
        self.files = files
        self.words: list[tuple[str, tuple[str, ...]]] = [
            (row["box_code"], (fold(row["title"]),)) for row in boxes
        ]
        for row in files:
            name, address = fold(row["head_name"]), fold(row["address"])
            for words in ((fold(row["title"]),), (address,), (name, address)):
                self.words.append((row["file_code"], words))
        self.sounds = [(row["file_code"], sounds_of(fold(row["head_name"]))) for row in files]

    def answer(self, query: str) -> set[str]:
        """Look through everything with plain `in` and `startswith`."""
        folded, code, terms = fold(query), fold_code(query), fold_terms(query)
        if not folded:
            return set()
        if fold_id(folded):
            return {row["file_code"] for row in self.files if row["id_number"] == folded}
        found: set[str] = set()
        if len(folded) > 1 or not folded.isascii():
            found |= {one for one, words in self.words if _has(terms, words)}
        found |= {one for one in self.codes if one.startswith(code)}
        for row in self.files:
            if row["household_code"].startswith(code) or row["dwelling_code"].startswith(code):
                found.add(row["file_code"])
            if is_last_four(folded) and row["id_number"][-4:] == folded:
                found.add(row["file_code"])
        if folded.isascii() and folded.isalpha():
            sound = folded.lower()
            found |= {one for one, ways in self.sounds if any(w.startswith(sound) for w in ways)}
        elif folded.isascii() and len(code) >= 3:
            found |= {one for one in self.codes if one.endswith(code)}
        return found


def _has(terms: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return all(any(term in word for word in words) for term in terms)


def queries(boxes: Rows, files: Rows, chance: Random, rounds: int) -> Iterator[str]:
    """Pieces of what is there, and things that are not."""

    def piece(text: str, shortest: int = 1) -> str:
        begin = chance.randrange(max(1, len(text) - shortest))
        return text[begin : begin + chance.randrange(shortest, 9)]

    for _ in range(rounds):
        file, box = chance.choice(files), chance.choice(boxes)
        named = chance.choice([row for row in files if row["head_name"]])
        yield named["head_name"]
        yield named["head_name"][:2]
        yield named["head_name"][-2:]
        yield chance.choice(named["head_name"])
        yield piece(file["address"])
        yield piece(file["title"])
        yield piece(box["title"])
        yield file["file_code"][: chance.randrange(1, 28)]
        yield file["file_code"][chance.randrange(1, 27) :]
        yield chance.choice(sounds_of(fold(named["head_name"])))[: chance.randrange(1, 8)]
        yield named["id_number"]
        yield named["id_number"][-4:]
        yield named["household_code"][: chance.randrange(1, 8)]
        yield file["dwelling_code"]
        yield f"{named['head_name'][:2]} {piece(named['address'], 2)}"
        yield f"{piece(named['address'], 2)}　{piece(named['address'], 2)}"
        yield "".join(chance.choice("王李伟路号幢1205室A") for _ in range(chance.randrange(1, 5)))
        yield str(chance.randrange(10 ** chance.randrange(1, 6)))


def test_search_finds_what_a_plain_look_through_the_lists_finds(
    filled: Context, box_rows: Rows, file_rows: Rows
) -> None:
    lists = Lists(box_rows, file_rows)
    asked = hits = 0
    with filled.records.read() as session:
        for query in queries(box_rows, file_rows, Random(5), rounds=25):
            found, more = find(session, filled.keys, query, limit=10_000)
            assert not more
            codes = [match.code for match in found]
            assert len(set(codes)) == len(codes), query
            assert set(codes) == lists.answer(query), query
            asked, hits = asked + 1, hits + len(codes)
    assert asked > 400
    assert hits > 10 * asked


def ask(context: Context, query: str, limit: int = 20) -> list[HitView]:
    with context.records.read() as session:
        matches, _ = find(session, context.keys, query, limit=limit)
        return dress(session, context.keys, matches)


def test_the_first_hits_of_a_long_answer_are_right_and_more_is_said(
    filled: Context, box_rows: Rows, file_rows: Rows
) -> None:
    lists = Lists(box_rows, file_rows)
    with filled.records.read() as session:
        for query in queries(box_rows, file_rows, Random(6), rounds=15):
            wanted = lists.answer(query)
            found, more = find(session, filled.keys, query, limit=5)
            assert {match.code for match in found} <= wanted
            assert (len(found), more) == (min(5, len(wanted)), len(wanted) > 5), query


def test_people_of_just_that_name_come_first(
    filled: Context, take: object, file_rows: Rows
) -> None:
    longer = next(row for row in file_rows if len(row["head_name"]) == 3)
    short = longer["head_name"][:2]
    code = "X043-HJ-2026-Y-0001-00001"
    row = {
        "file_code": code,
        "box_code": file_rows[0]["box_code"],
        "title": "t",
        "household_code": "ZZ1",
        "head_name": short,
    }
    assert callable(take)
    take("files", [row])
    first = ask(filled, short)[0]
    assert (first.code, first.matched) == (code, "name")


@pytest.mark.parametrize(
    ("field", "shape", "matched"),
    [
        ("head_name", "{}", "name"),
        ("id_number", "{}", "id_number"),
        ("id_number", "{} ", "id_number"),
        ("household_code", "{}", "household"),
        ("file_code", "{}", "code"),
    ],
)
def test_a_hit_says_what_it_matched_and_where_the_thing_is(
    filled: Context, file_rows: Rows, field: str, shape: str, matched: str
) -> None:
    row = next(row for row in file_rows if row["head_name"])
    hits = ask(filled, shape.format(row[field]), limit=100)
    hit = next(hit for hit in hits if hit.code == row["file_code"])
    assert (hit.matched, hit.kind, hit.box_code) == (matched, "file", row["box_code"])
    assert hit.household is not None
    assert (hit.household.head, hit.household.address) == (row["head_name"], row["address"])
    assert hit.masked_id == f"990001********{row['id_number'][-4:]}"
    assert (hit.place.kind, hit.place.address, hit.state) == ("home", hit.home, "in_place")


def test_codes_are_found_however_their_dashes_are_typed(filled: Context, file_rows: Rows) -> None:
    code = file_rows[0]["file_code"]
    for typed in (code.lower(), code.replace("-", "－"), code.replace("-", " - "), f" {code} "):
        assert ask(filled, typed)[0].code == code


def test_health_says_when_nothing_can_be_found(filled: Context) -> None:
    assert find_fault(filled) is None
    with filled.records.write() as session:
        session.connection().exec_driver_sql("DELETE FROM search_texts")
    assert find_fault(filled) == "finding.index_empty"
    with filled.records.write() as session:
        session.connection().exec_driver_sql("DROP TABLE search_grams")
    assert find_fault(filled) == "finding.not_searchable"


def test_the_words_of_every_file_and_box_are_indexed_once(filled: Context) -> None:
    with filled.records.read() as session:
        texts = session.connection().exec_driver_sql(
            "SELECT kind, count(*) FROM search_texts WHERE kind IN ('box', 'file') GROUP BY kind"
        )
        assert sorted(tuple(row) for row in texts) == [("box", 120), ("file", 800)]
