"""When a thing was last seen goes on while it is heard where it is, and moves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from controller.assembly import take_heard
from controller.audit.tables import AuditEntryRow
from controller.context import Context
from controller.holdings import views
from controller.holdings.model import Item
from controller.holdings.shapes import BoxView
from controller.holdings.tagging import pair
from controller.tags import heard
from drivers.messages import TagsHeard

from .test_holdings_events import Rows, Story

STRANGE = "53520001BBBB000000000001"
FILE_TAG = "53520001AAAA000000000001"


@pytest.fixture
def story(filled: Context, box_rows: Rows) -> Story:
    return Story(filled, box_rows)


def tags_heard(story: Story, zone: str, **ages_s: int) -> TagsHeard:
    return TagsHeard(
        at=story.now(), zone=zone, reader="reader-1", confidence=0.995, ages_s=dict(ages_s)
    )


def take(story: Story, told: TagsHeard) -> None:
    take_heard(story.context, "S1", told)


def box_now(story: Story) -> BoxView:
    with story.context.records.read() as session:
        box = views.find_box(session, story.context.keys, story.code, now=story.context.clock.now())
    assert box is not None
    return box


def entries(story: Story) -> int:
    with story.context.records.read() as session:
        return len(session.exec(select(AuditEntryRow)).all())


def test_a_box_that_stood_on_its_shelf_for_a_month_was_seen_lately(story: Story) -> None:
    story.tell(story.seen())
    story.context.clock.advance(days=30)  # type: ignore[attr-defined]  # a clock by hand
    before, written = story.history(), entries(story)
    take(story, told := tags_heard(story, story.zone, **{story.epc: 40, STRANGE: 3}))
    box = box_now(story)
    assert box.last_seen is not None
    assert (box.last_seen.at, box.last_seen.by) == (told.at - timedelta(seconds=40), "reader-1")
    assert box.place.age_s == 40
    assert (story.history(), entries(story)) == (before, written)


def test_what_was_heard_before_a_newer_sighting_changes_nothing(story: Story) -> None:
    story.tell(story.seen("desk"))
    seen = box_now(story).last_seen
    take(story, tags_heard(story, story.zone, **{story.epc: 100}))
    assert box_now(story).last_seen == seen


def test_a_tagged_file_is_refreshed_too(story: Story) -> None:
    file = story.box().files[0].code
    with story.context.records.write() as session:
        pair(session, Item(kind="file", code=file), FILE_TAG, by="u1", at=story.now(), cause="x")
    take(story, told := tags_heard(story, story.zone, **{FILE_TAG: 0}))
    with story.context.records.read() as session:
        found = views.find_file(session, story.context.keys, file)
    assert found is not None
    assert found.last_seen is not None
    assert found.last_seen.at == told.at


def test_a_box_that_is_gone_was_seen_last_when_it_was_last_heard(story: Story) -> None:
    story.tell(story.seen())
    heard_at = story.now()
    story.context.clock.advance(seconds=90)  # type: ignore[attr-defined]
    story.tell(story.gone().model_copy(update={"last_at": heard_at}))
    box = box_now(story)
    assert box.state == "unknown"
    assert box.last_seen is not None
    assert (box.last_seen.at, box.last_seen.zone) == (heard_at, story.zone)


def test_a_strange_tag_was_heard_last_when_it_was_last_heard(story: Story) -> None:
    seen = story.seen(epc=STRANGE)
    with story.context.records.write() as session:
        heard.apply_many(session, story.context, "S1", [seen])
    take(story, told := tags_heard(story, story.zone, **{STRANGE: 0}))
    with story.context.records.read() as session:
        (row,) = heard.list_heard(session, "S1", limit=5)
    assert (row.first_at, row.last_at) == (seen.at, told.at)
    gone = story.gone().model_copy(update={"epc": STRANGE, "last_at": told.at})
    with story.context.records.write() as session:
        heard.apply_many(session, story.context, "S1", [gone])
    take(story, tags_heard(story, story.zone, **{STRANGE: 0}))
    with story.context.records.read() as session:
        (row,) = heard.list_heard(session, "S1", limit=5)
    assert (row.gone, row.last_at) == (True, told.at), "only what it is told of anew comes back"
