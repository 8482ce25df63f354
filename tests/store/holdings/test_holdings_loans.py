"""Which tags may leave a room is what is lent, and the room's list changes with it."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from controller.circulation.loans import REREAD_S, Loans
from controller.circulation.model import Item
from controller.circulation.store import hand_over, take_back
from controller.context import Context
from controller.holdings.model import PlaceKind
from controller.holdings.tables import BoxRow
from drivers.messages import Loan
from tests.store.holdings.conftest import StandingClock


def tagged_boxes(context: Context) -> list[tuple[str, str]]:
    query = select(col(BoxRow.code), col(BoxRow.epc)).where(col(BoxRow.epc).is_not(None))
    with context.records.read() as session:
        return [(code, epc) for code, epc in session.execute(query.order_by(col(BoxRow.code)))]


def lend(context: Context, *codes: str) -> None:
    with context.records.write() as session:
        for code in codes:
            item = Item(kind="box", code=code)
            at = context.clock.now()
            hand_over(session, item, person="张伟", purpose="查阅", by="u1", at=at)


def test_a_lent_box_may_leave_until_it_is_back(filled: Context, clock: StandingClock) -> None:
    (first, first_epc), (second, second_epc), *_ = tagged_boxes(filled)
    loans = Loans(filled.records, clock)
    assert loans.rows("S1") == ()
    versions = [loans.version("S1")]
    lend(filled, second, first)
    clock.advance(seconds=REREAD_S)
    assert loans.rows("S1") == [Loan(epc=epc) for epc in sorted((first_epc, second_epc))]
    versions.append(loans.version("S1"))
    with filled.records.write() as session:
        item = Item(kind="box", code=first)
        take_back(session, item, to=PlaceKind.DESK, by="u1", at=clock.now())
    clock.advance(seconds=REREAD_S)
    assert loans.rows("S1") == [Loan(epc=second_epc)]
    versions.append(loans.version("S1"))
    assert len(set(versions)) == 3
    assert loans.rows("S2") == (), "another room's doors know nothing of it"


def test_all_rooms_are_served_by_one_reading_a_second(
    filled: Context, clock: StandingClock
) -> None:
    (code, _), *_ = tagged_boxes(filled)
    loans = Loans(filled.records, clock)
    loans.rows("S1")
    lend(filled, code)
    assert loans.rows("S1") == ()
    clock.advance(seconds=REREAD_S)
    assert len(loans.rows("S1")) == 1
