"""What readers and people say moves boxes and files, and history keeps every step."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from controller.audit.store import list_entries, verify_chain
from controller.circulation.model import Item, Refused
from controller.circulation.store import (
    hand_over,
    list_borrowers,
    list_checkouts,
    list_file_borrowers,
    take_back,
)
from controller.circulation.tables import CheckoutRow
from controller.context import Context
from controller.holdings import views
from controller.holdings.history import list_box_movements, list_file_movements
from controller.holdings.home_history import list_home_changes
from controller.holdings.model import Movement, NotHeld, PlaceKind
from controller.holdings.shapes import BoxView
from controller.holdings.sightings import apply_many
from controller.holdings.tables import MovementRow
from controller.live import LiveChange
from drivers.messages import Actor, BoxGone, BoxMoved, BoxSeen

Rows = list[dict[str, str]]
CLERK = Actor(id="u1", name="小王")


class Story:
    """Tells one box's life, a second per step."""

    def __init__(self, context: Context, rows: Rows) -> None:
        self.context = context
        self.row = rows[0]
        self.code, self.epc, self.home = (
            self.row["box_code"],
            self.row["epc"],
            self.row["home_shelf"],
        )
        self.zone = self.home.rpartition("-")[0]

    def now(self) -> datetime:
        self.context.clock.advance(seconds=1)  # type: ignore[attr-defined]
        return self.context.clock.now()

    def tell(self, *events: Any) -> list[LiveChange]:
        with self.context.records.write() as session:
            return apply_many(
                session,
                self.context,
                "S1",
                events,
                borrowers=list_borrowers,
                file_borrowers=list_file_borrowers,
            )

    def seen(self, zone: str | None = None, epc: str | None = None) -> BoxSeen:
        return BoxSeen(
            at=self.now(),
            epc=epc or self.epc,
            zone=zone or self.zone,
            confidence=0.99,
            reader="reader-1",
        )

    def gone(self, zone: str | None = None, holder: Actor | None = None) -> BoxGone:
        return BoxGone(
            at=self.now(),
            epc=self.epc,
            zone=zone or self.zone,
            confidence=0.98,
            reader="reader-1",
            holder=holder,
        )

    def lend(self, kind: Any = "box", code: str | None = None, person: str = "李工") -> LiveChange:
        with self.context.records.write() as session:
            item = Item(kind=kind, code=code or self.code)
            return hand_over(session, item, person=person, purpose="查阅", by="u1", at=self.now())

    def back(self, to: str, kind: Any = "box", code: str | None = None) -> LiveChange:
        with self.context.records.write() as session:
            item = Item(kind=kind, code=code or self.code)
            return take_back(session, item, to=PlaceKind(to), by="u1", at=self.now())

    def box(self) -> BoxView:
        with self.context.records.read() as session:
            box = views.find_box(session, self.context.keys, self.code)
        assert box is not None
        return box

    def history(self, file: str | None = None) -> list[tuple[str, str, str]]:
        with self.context.records.read() as session:
            if file:
                steps = list_file_movements(session, file, limit=100)
            else:
                steps = list_box_movements(session, self.code, limit=100)
        return [_step(step, self.code) for step in reversed(steps)]


def _step(step: Movement, box: str) -> tuple[str, str, str]:
    who = "box" if step.item == box else "file"
    return who, f"{step.from_place.kind}>{step.to_place.kind}", step.cause


@pytest.fixture
def story(filled: Context, box_rows: Rows) -> Story:
    return Story(filled, box_rows)


def test_the_whole_errand_of_a_box_is_told_in_its_movements(story: Story) -> None:
    story.tell(story.seen())
    assert story.box().state == "in_place"
    changes = story.tell(story.gone(holder=CLERK))
    assert [change.body["state"] for change in changes] == ["transit"]
    assert story.box().place.person == "小王"
    story.tell(story.seen("desk"))
    story.lend()
    assert story.tell(story.gone("desk")) == []
    assert (story.box().state, story.box().place.person) == ("lent", "李工")
    story.tell(story.seen("desk"))
    story.back("desk")
    story.tell(story.gone("desk"))
    story.tell(story.seen())
    assert story.history() == [
        ("box", "unknown>home", "import"),
        ("box", "home>transit", "reader"),
        ("box", "transit>desk", "reader"),
        ("box", "desk>person", "person"),
        ("box", "person>desk", "reader"),
        ("box", "desk>unknown", "reader"),
        ("box", "unknown>home", "reader"),
    ]


def test_brought_to_the_desk_but_not_taken_back_it_leaves_with_its_person_again(
    story: Story,
) -> None:
    story.lend()
    story.tell(story.seen("desk"))
    assert (story.box().state, story.box().place.person) == ("desk", None)
    story.tell(story.gone("desk"))
    assert (story.box().state, story.box().place.person) == ("lent", "李工")


def test_who_heard_the_box_last_is_known_even_if_it_did_not_move(story: Story) -> None:
    event = story.seen()
    assert story.tell(event) == []
    seen = story.box().last_seen
    assert seen is not None
    assert (seen.by, seen.zone, seen.at) == ("reader-1", story.zone, event.at)
    assert len(story.history()) == 1


def test_a_batch_is_taken_in_order(story: Story) -> None:
    far = story.zone.replace("-C1-", "-C3-")
    changes = story.tell(
        story.gone(),
        story.seen("desk"),
        BoxMoved(
            at=story.now(),
            epc=story.epc,
            from_zone="desk",
            zone=far,
            confidence=0.9,
            reader="reader-1",
        ),
    )
    assert [(change.key, change.body["state"]) for change in changes] == [(story.code, "misplaced")]
    assert [step for _, step, _ in story.history()][1:] == [
        "home>unknown",
        "unknown>desk",
        "desk>shelf",
    ]
    assert story.box().place.address == far


def test_tags_of_no_box_change_nothing(story: Story) -> None:
    assert story.tell(story.seen("desk", epc="53520001BEEF")) == []
    assert len(story.history()) == 1


def test_late_news_does_not_undo_what_a_person_did_since(story: Story) -> None:
    late = story.gone()
    story.lend()
    assert story.tell(late) == []
    assert story.box().state == "lent"


def test_files_go_where_their_box_goes_and_their_history_says_so(story: Story) -> None:
    file = story.box().files[0].code
    story.tell(story.gone(holder=CLERK))
    assert {f.state for f in story.box().files} == {"transit"}
    assert story.history(file) == [("box", "home>transit", "reader")]


def test_a_file_may_leave_while_its_box_stays(story: Story) -> None:
    file, other = (f.code for f in story.box().files[:2])
    change = story.lend("file", file)
    assert (change.body["kind"], change.body["box_code"]) == ("file", story.code)
    story.tell(story.gone(holder=CLERK), story.seen())
    states = {f.code: f.state for f in story.box().files}
    assert (story.box().state, states[file], states[other]) == ("in_place", "lent", "in_place")
    story.back("desk", "file", file)
    story.back("home", "file", file)
    story.tell(story.gone(holder=CLERK))
    assert story.history(file) == [
        ("file", "home>person", "person"),
        ("file", "person>desk", "person"),
        ("file", "desk>home", "person"),
        ("box", "home>transit", "reader"),
    ]
    assert story.history(other) == [
        ("box", "home>transit", "reader"),
        ("box", "transit>home", "reader"),
        ("box", "home>transit", "reader"),
    ]
    assert [who for who, _, _ in story.history()].count("file") == 3


def test_a_file_that_changes_boxes_takes_its_history_along(
    story: Story, take: Any, box_rows: Rows, file_rows: Rows
) -> None:
    row = next(row for row in file_rows if row["box_code"] == story.code)
    story.tell(story.gone(holder=CLERK))
    take("files", [row | {"box_code": box_rows[1]["box_code"]}])
    story.tell(story.seen())
    assert story.history(row["file_code"]) == [
        ("box", "home>transit", "reader"),
        ("file", "transit>home", "import"),
    ]
    with story.context.records.read() as session:
        assert row["file_code"] in {
            step.item for step in list_box_movements(session, box_rows[1]["box_code"], limit=9)
        }


def test_movements_cannot_be_changed_or_removed(story: Story) -> None:
    for statement in ("UPDATE movements SET cause = 'person'", "DELETE FROM movements"):
        with story.context.records.write() as session:
            with pytest.raises(IntegrityError, match="append-only"):
                session.execute(text(statement))
    assert len(story.history()) == 1


def test_an_item_is_handed_over_once(story: Story) -> None:
    file = story.box().files[0].code
    story.lend("file", file)
    with pytest.raises(Refused, match="already_lent"):
        story.lend("file", file)
    story.lend()
    with pytest.raises(Refused, match="already_lent"):
        story.lend(person="赵工")
    with pytest.raises(Refused, match="box_is_lent"):
        story.lend("file", story.box().files[1].code)
    with story.context.records.read() as session:
        found = list_checkouts(session, open_only=True, limit=10)
    assert [(c.item.code, c.person) for c in found] == [(story.code, "李工"), (file, "李工")]
    assert story.box().place.person == "李工"


def test_the_database_itself_keeps_a_second_open_checkout_out(story: Story) -> None:
    story.lend()
    with story.context.records.write() as session:
        open_row = session.exec(select(CheckoutRow)).one()
        copy = CheckoutRow(**open_row.model_dump() | {"id": "other"})
        session.add(copy)
        with pytest.raises(IntegrityError, match="UNIQUE"):
            session.flush()
        session.rollback()


def test_taking_back_closes_the_checkout_and_says_where_to(story: Story) -> None:
    story.lend()
    assert story.back("home").body["place"]["address"] == story.home
    with story.context.records.read() as session:
        assert list_checkouts(session, open_only=True, limit=10) == []
        closed = list_checkouts(session, open_only=False, limit=10)[0]
    assert (closed.returned_by, closed.returned_to) == ("u1", "home")
    with pytest.raises(Refused, match="already_there"):
        story.back("home")


def test_what_was_never_lent_can_still_be_put_back_by_hand(story: Story) -> None:
    story.tell(story.gone())
    assert story.box().state == "unknown"
    assert story.back("home").body["state"] == "in_place"


def test_unknown_codes_are_refused(story: Story) -> None:
    for kind in ("box", "file"):
        with pytest.raises(NotHeld):
            story.lend(kind, "N-0")
        with pytest.raises(NotHeld):
            story.back("desk", kind, "N-0")


def test_hand_overs_and_returns_stand_in_the_audit_ledger(story: Story) -> None:
    story.lend()
    story.back("desk")
    with story.context.records.read() as session:
        entries = [e for e in list_entries(session) if e.action.startswith("circulation")]
        assert verify_chain(session).whole
    assert [(e.action, e.subject) for e in entries] == [
        ("circulation.taken_back", story.code),
        ("circulation.handed_over", story.code),
    ]
    assert all("李工" not in e.detail for e in entries)


def test_five_thousand_events_are_taken_in_one_go(story: Story, box_rows: Rows) -> None:
    events = [
        BoxSeen(
            at=story.context.clock.now() + timedelta(milliseconds=step),
            epc=box_rows[step % 120]["epc"],
            zone=("desk", box_rows[step % 120]["home_shelf"])[step // 120 % 2],
            confidence=1,
            reader="reader-1",
        )
        for step in range(5000)
    ]
    changes = story.tell(*events)
    assert len(changes) == 120
    with story.context.records.read() as session:
        moved = session.exec(select(col(MovementRow.id))).all()
    assert len(moved) == 120 + 5000


def test_a_new_home_stays_in_history_though_the_box_was_not_there(
    story: Story, take: Any, box_rows: Rows
) -> None:
    other = next(row["home_shelf"] for row in box_rows if row["home_shelf"] != story.home)
    story.lend()
    moves = story.history()
    for shelf in (other, other, story.home):
        take("boxes", [story.row | {"home_shelf": shelf}])
        story.now()
    take("boxes", [story.row | {"title": "another title"}])
    assert story.history() == moves, "it is with its borrower all the time"
    with story.context.records.read() as session:
        homes = list_home_changes(session, story.code, limit=9)
        assert list_home_changes(session, box_rows[1]["box_code"], limit=9) == []
    assert [(each.before, each.after, each.by) for each in homes] == [
        (other, story.home, "u1"),
        (story.home, other, "u1"),
    ]
    assert homes[0].at > homes[1].at
    assert all(each.import_id and each.import_name for each in homes)
    for statement in ("UPDATE home_changes SET to_shelf = NULL", "DELETE FROM home_changes"):
        with story.context.records.write() as session:
            with pytest.raises(IntegrityError, match="append-only"):
                session.execute(text(statement))
