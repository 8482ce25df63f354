"""Files with tags of their own: the ledger, the list for the room, and where they are heard."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from controller.circulation.loans import list_loans
from controller.context import Context
from controller.holdings import views
from controller.holdings.homes import homes_version, list_homes
from controller.holdings.model import Item, NotHeld
from controller.holdings.tagging import TagInUse, find_bearers, list_spans_of_items, pair
from controller.tags import heard
from drivers.messages import Actor, BoxGone, BoxSeen

from .test_holdings_events import CLERK, Rows, Story

FILE_TAG = "53520001AAAA000000000001"


@pytest.fixture
def story(filled: Context, box_rows: Rows) -> Story:
    return Story(filled, box_rows)


def give(story: Story, item: Item, epc: str | None, **more: Any) -> str | None:
    with story.context.records.write() as session:
        return pair(session, item, epc, by="u1", at=story.now(), cause="paired", **more)


def file_seen(story: Story, zone: str, epc: str = FILE_TAG) -> BoxSeen:
    return story.seen(zone, epc)


def file_gone(story: Story, zone: str, holder: Actor | None = None) -> BoxGone:
    return story.gone(zone, holder).model_copy(update={"epc": FILE_TAG})


def state_of(story: Story, code: str) -> str:
    return next(file.state for file in story.box().files if file.code == code)


def test_imported_boxes_begin_the_ledger_of_their_tags(story: Story) -> None:
    with story.context.records.read() as session:
        (span,) = list_spans_of_items(session, [Item(kind="box", code=story.code)])
    assert (span.epc, span.by, span.until) == (story.epc, "u1", None)


def test_a_new_tag_replaces_the_old_and_both_stay(story: Story) -> None:
    box = Item(kind="box", code=story.code)
    assert give(story, box, FILE_TAG, reason="damaged") == story.epc
    with story.context.records.read() as session:
        spans = list_spans_of_items(session, [box])
        assert find_bearers(session, [FILE_TAG, story.epc]) == {FILE_TAG: box}
    assert [(s.epc, s.replaced_by, s.reason) for s in spans] == [
        (FILE_TAG, None, "damaged"),
        (story.epc, FILE_TAG, None),
    ]
    for statement in ("UPDATE tags SET epc = NULL", "DELETE FROM tags"):
        with story.context.records.write() as session:
            with pytest.raises(IntegrityError, match="append-only"):
                session.execute(text(statement))


def test_a_tag_belongs_to_one_item_only(story: Story) -> None:
    file = Item(kind="file", code=story.box().files[0].code)
    with pytest.raises(TagInUse) as refused:
        give(story, file, story.epc)
    assert refused.value.item == Item(kind="box", code=story.code)
    with pytest.raises(NotHeld):
        give(story, Item(kind="file", code="N-0"), FILE_TAG)


def test_the_room_is_told_where_tagged_files_belong(story: Story) -> None:
    file = Item(kind="file", code=story.box().files[0].code)
    with story.context.records.read() as session:
        before = homes_version(session, "S1")
    give(story, file, FILE_TAG)
    with story.context.records.read() as session:
        homes = list_homes(session, "S1")
        assert homes_version(session, "S1") == before + 1
    home = next(home for home in homes if home.epc == FILE_TAG)
    assert (home.file_code, home.box_code, home.shelf) == (file.code, story.code, story.home)


def test_a_tagged_file_is_heard_on_the_desk_while_its_box_stays(story: Story) -> None:
    file = story.box().files[0].code
    give(story, Item(kind="file", code=file), FILE_TAG)
    story.tell(story.seen(), file_seen(story, story.zone))
    assert state_of(story, file) == "in_place"
    changes = story.tell(file_gone(story, story.zone, CLERK))
    assert [(c.key, c.body["state"]) for c in changes] == [(file, "transit")]
    story.tell(file_seen(story, "desk"))
    assert (story.box().state, state_of(story, file)) == ("in_place", "desk")
    story.lend("file", file)
    story.tell(file_gone(story, "desk"))
    assert state_of(story, file) == "lent"
    story.back("desk", "file", file)
    story.tell(file_gone(story, "desk"), file_seen(story, story.zone))
    assert state_of(story, file) == "in_place"
    assert story.history(file)[0] == ("file", "home>transit", "reader")
    assert story.history(file)[-1] == ("file", "unknown>home", "reader")


def test_box_and_file_taken_together_stay_together(story: Story) -> None:
    file = story.box().files[0].code
    give(story, Item(kind="file", code=file), FILE_TAG)
    story.tell(story.seen(), file_seen(story, story.zone))
    story.tell(file_gone(story, story.zone, CLERK), story.gone(holder=CLERK))
    story.tell(story.seen("desk"))
    assert (story.box().state, state_of(story, file)) == ("desk", "desk")
    story.lend()
    story.tell(story.gone("desk"))
    assert state_of(story, file) == "lent"


def test_a_file_that_came_first_waits_on_the_desk_for_its_box(story: Story) -> None:
    file = story.box().files[0].code
    give(story, Item(kind="file", code=file), FILE_TAG)
    story.tell(file_seen(story, "desk"), story.gone(holder=CLERK))
    assert (story.box().state, state_of(story, file)) == ("transit", "desk")
    story.tell(story.seen("desk"))
    story.tell(story.gone("desk"))
    assert (story.box().state, state_of(story, file)) == ("unknown", "unknown")


def test_a_list_of_boxes_may_not_claim_the_tag_of_a_file(story: Story, take: Any) -> None:
    file = story.box().files[0].code
    give(story, Item(kind="file", code=file), FILE_TAG)
    report = take("boxes", [story.row | {"epc": FILE_TAG}])
    assert [(cell.field, cell.code) for cell in report.bad] == [("epc", "tag_of_another_file")]
    assert not report.applied


def test_a_list_that_gives_a_box_another_tag_keeps_the_old_in_history(
    story: Story, take: Any
) -> None:
    assert take("boxes", [story.row | {"epc": FILE_TAG}]).applied
    with story.context.records.read() as session:
        spans = list_spans_of_items(session, [Item(kind="box", code=story.code)])
    assert [span.epc for span in spans] == [FILE_TAG, story.epc]


def test_tags_of_what_is_lent_may_leave_and_nothing_else(story: Story) -> None:
    first, second = (file.code for file in story.box().files[:2])
    other = FILE_TAG.replace("0001", "0002")
    give(story, Item(kind="file", code=first), FILE_TAG)
    give(story, Item(kind="file", code=second), other)
    story.lend("file", first)
    assert leaving(story) == [FILE_TAG]
    story.lend()
    assert leaving(story) == sorted([FILE_TAG, other, story.epc])
    story.back("desk")
    story.back("desk", "file", first)
    assert leaving(story) == []


def leaving(story: Story) -> list[str]:
    with story.context.records.read() as session:
        return [loan.epc for loan in list_loans(session).get("S1", [])]


def test_a_page_tells_tags_who_saw_last_and_how_old_a_place_is(story: Story) -> None:
    file = story.box().files[0].code
    give(story, Item(kind="file", code=file), FILE_TAG)
    story.tell(story.seen(), file_seen(story, "desk"))
    story.context.clock.advance(seconds=90)  # type: ignore[attr-defined]  # the test's own clock
    now = story.context.clock.now()
    with story.context.records.read() as session:
        box = views.find_box(session, story.context.keys, story.code, now=now)
        page = views.find_file(session, story.context.keys, file, now=now)
    assert box is not None
    assert page is not None
    assert [tag.epc for tag in box.tags] == [story.epc]
    assert (box.place.by, box.place.age_s) == (None, 91), "the list said so, a reader confirmed it"
    assert (page.place.by, page.place.confidence, page.place.age_s) == ("reader-1", 0.99, 90)
    assert page.last_seen is not None
    assert (page.last_seen.by_kind, page.last_seen.zone) == ("reader", "desk")
    assert [(tag.epc, tag.until) for tag in page.tags] == [(FILE_TAG, None)]
    assert (page.box_code, page.home and page.home.address) == (story.code, story.home)
    assert next(one for one in box.files if one.code == file).place == page.place
    other = next(one for one in box.files if one.code != file)
    assert other.last_seen == box.last_seen, "what has no place of its own was seen in its box"


def test_a_list_of_files_brings_their_tags_and_the_room_is_told(
    story: Story, file_rows: Rows
) -> None:
    told = [(row["file_code"], row["epc"]) for row in file_rows if row["epc"]]
    assert len(told) == 3
    with story.context.records.read() as session:
        homes = [home for home in list_homes(session, "S1") if home.file_code is not None]
        assert [(home.file_code, home.epc) for home in homes] == told
        assert homes_version(session, "S1") == 2, "once for the boxes, once for the files"
        for code, epc in told:
            (span,) = list_spans_of_items(session, [Item(kind="file", code=code)])
            assert (span.epc, span.by, span.until) == (epc, "u1", None)


def test_a_file_gets_its_tag_or_another_by_a_later_list(
    story: Story, take: Any, file_rows: Rows
) -> None:
    row = next(row for row in file_rows if row["box_code"] == story.code and not row["epc"])
    item = Item(kind="file", code=row["file_code"])
    other = FILE_TAG.replace("0001", "0002")
    for epc, versions in ((FILE_TAG.lower(), 1), (other, 1), (other, 0), ("", 0)):
        with story.context.records.read() as session:
            before = homes_version(session, "S1")
        report = take("files", [row | {"epc": epc}])
        assert (report.applied, report.changed) == (True, versions)
        with story.context.records.read() as session:
            assert homes_version(session, "S1") == before + versions
    with story.context.records.read() as session:
        assert [span.epc for span in list_spans_of_items(session, [item])] == [other, FILE_TAG]
        assert find_bearers(session, [FILE_TAG, other]) == {other: item}
        assert other in {home.epc for home in list_homes(session, "S1")}


def test_every_bad_tag_in_a_list_of_files_is_named_by_row(
    story: Story, take: Any, file_rows: Rows
) -> None:
    first, second, third, fourth, fifth = file_rows[:5]
    tagged = next(row for row in file_rows if row["epc"])
    report = take(
        "files",
        [
            first | {"epc": FILE_TAG},
            second | {"epc": FILE_TAG.lower()},
            third | {"epc": "53520"},
            fourth | {"epc": story.epc},
            fifth | {"epc": tagged["epc"]},
            tagged,
        ],
        dry_run=True,
    )
    assert [(cell.row, cell.field, cell.code, cell.value) for cell in report.bad] == [
        (3, "epc", "twice_in_file", FILE_TAG),
        (4, "epc", "bad_epc", "53520"),
        (5, "epc", "tag_of_another_box", story.epc),
        (6, "epc", "tag_of_another_file", tagged["epc"]),
    ]
    assert (report.rows, report.good) == (6, 2)


def test_a_tag_given_away_while_a_list_of_files_is_taken_in_stops_the_list(
    story: Story, take: Any, file_rows: Rows
) -> None:
    def give_away(doing: str, _rows: int) -> None:
        if doing == "reading":
            give(story, Item(kind="box", code=story.code), FILE_TAG)

    row = file_rows[0] | {"file_code": "X043-HJ-2099-D30-0001-00001", "epc": FILE_TAG}
    with pytest.raises(TagInUse) as refused:
        take("files", [row], progress=give_away)
    assert refused.value.item == Item(kind="box", code=story.code)
    with story.context.records.read() as session:
        assert views.find_file(session, story.context.keys, row["file_code"]) is None


def test_a_tag_heard_before_its_list_came_in_is_no_longer_unknown(
    story: Story, take: Any, file_rows: Rows
) -> None:
    with story.context.records.write() as session:
        heard.apply_many(session, story.context, "S1", [file_seen(story, story.zone)])
        assert [row.epc for row in heard.list_heard(session, "S1", limit=5)] == [FILE_TAG]
    assert take("files", [file_rows[0] | {"epc": FILE_TAG}]).applied
    with story.context.records.read() as session:
        assert heard.list_heard(session, "S1", limit=5) == []


def test_a_lent_file_laid_on_the_desk_where_its_box_lies_is_there_since_then(story: Story) -> None:
    file = story.box().files[0].code
    give(story, Item(kind="file", code=file), FILE_TAG)
    story.tell(story.seen("desk"))
    story.lend("file", file)
    late = file_gone(story, "desk")
    back = file_seen(story, "desk")
    story.tell(back)
    with story.context.records.read() as session:
        place = views.find_file(session, story.context.keys, file).place
    assert (place.kind, place.since, place.by) == ("desk", back.at, "reader-1")
    story.tell(late)
    assert state_of(story, file) == "desk", "what was told late was true before it came back"
    story.tell(home := story.seen())
    with story.context.records.read() as session:
        place = views.find_file(session, story.context.keys, file).place
    assert (place.kind, place.since) == ("home", home.at), "from then on its box takes it along"
