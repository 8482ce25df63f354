"""Routes for hands full of boxes: many handed over or taken back, put away, a shelf looked through.

Every item stands or falls by itself, in a transaction of its own, and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from controller.circulation import at_shelf, store
from controller.circulation.model import Item, Refused
from controller.context import Context
from controller.holdings import views
from controller.holdings.by_hand import SCANNED, TYPED
from controller.holdings.model import NotHeld, PlaceKind
from controller.holdings.shapes import ItemView, PlaceView, Shape, State
from controller.holdings.tagging import find_items
from controller.live import LiveChange
from controller.people.access import SignedIn, permit
from controller.problems import Problem
from controller.store.engine import ReadSession, WriteSession
from controller.tags import scanning, schemes
from controller.tags.shapes import AnyItem, Asked

_Mover = Annotated[SignedIn, Depends(permit("box.move"))]
_Items = Annotated[list[AnyItem], Field(min_length=1, max_length=200)]
_Scan = Annotated[str, Field(min_length=1, max_length=300)]


class CheckoutManyAsked(Asked):
    """Who gets what, and what for."""

    items: _Items
    person: Annotated[str, Field(min_length=1, max_length=60)]
    purpose: Annotated[str, Field(max_length=200)] = ""


class ReturnManyAsked(Asked):
    """What comes back, and where to."""

    items: _Items
    to: Literal["desk", "home"]


class PutItem(AnyItem):
    """An item that is put on a shelf. `entered`: its code was typed in, not scanned."""

    entered: bool = False


class PutAwayAsked(Asked):
    """What is put on a shelf. `entered` holds for all items."""

    shelf: _Scan
    items: Annotated[list[PutItem], Field(min_length=1, max_length=200)]
    entered: bool = False


class ShelfCheckAsked(Asked):
    """Everything that was scanned along a shelf."""

    shelf: _Scan
    found: Annotated[list[_Scan], Field(max_length=500)]


class ResultView(Shape):
    """What became of one item, as it was asked for; `code` says why it was refused."""

    item: dict[str, str]
    """Its `box_code`, `file_code` or `epc`; with `kind` and `code` once it is known."""
    ok: bool
    code: str | None = None
    place: PlaceView | None = None
    state: State | None = None
    home: str | None = None
    lent_to: str | None = None
    """Whose loan ended by it."""


class ResultsView(Shape):
    """One result per item, in the order they were asked."""

    results: list[ResultView]


class ShelfCheckView(Shape):
    """What was found on a shelf against what belongs there. `away` is known to be elsewhere."""

    shelf: str
    right: list[ItemView]
    misplaced_here: list[ItemView]
    missing: list[ItemView]
    away: list[ItemView]
    unknown: list[str]


class NotFound(Exception):
    """Nothing of that name is held here; `code` says what was looked for."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_Deed = Callable[[WriteSession, Item, datetime], tuple[LiveChange | None, str | None]]
"""Does one item; returns what pages should hear, and whose loan ended by it."""


def routes(context: Context) -> APIRouter:
    """Offer circulation in batches."""
    router = APIRouter()
    router.include_router(_loan_routes(context))
    router.include_router(_shelf_routes(context))
    return router


def _loan_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/checkouts/many")
    def post_checkouts(asked: CheckoutManyAsked, who: _Mover) -> ResultsView:
        def hand_over(session: WriteSession, item: Item, at: datetime) -> tuple[LiveChange, None]:
            change = store.hand_over(
                session, item, person=asked.person, purpose=asked.purpose, by=who.user_id, at=at
            )
            return change, None

        return _each(context, asked.items, hand_over)

    @router.post("/returns/many")
    def post_returns(asked: ReturnManyAsked, who: _Mover) -> ResultsView:
        def take_back(session: WriteSession, item: Item, at: datetime) -> tuple[LiveChange, None]:
            to = PlaceKind(asked.to)
            return store.take_back(session, item, to=to, by=who.user_id, at=at), None

        return _each(context, asked.items, take_back)

    return router


def _shelf_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/put-aways")
    def post_put_aways(asked: PutAwayAsked, who: _Mover) -> ResultsView:
        shelf = _shelf(context, asked.shelf)

        def put(typed: bool) -> _Deed:
            confidence = TYPED if typed else SCANNED

            def put_one(
                session: WriteSession, item: Item, at: datetime
            ) -> tuple[LiveChange | None, str | None]:
                done = at_shelf.put_away(
                    session, item, shelf, by=who.user_id, at=at, confidence=confidence
                )
                return done.change, done.lent_to

            return put_one

        results = [do_one(context, one, put(asked.entered or one.entered)) for one in asked.items]
        return ResultsView(results=results)

    @router.post("/shelf-checks")
    def post_shelf_check(asked: ShelfCheckAsked, who: _Mover) -> ShelfCheckView:
        return _check(context, _shelf(context, asked.shelf), asked.found, who)

    return router


def _each(context: Context, asked: Sequence[AnyItem], deed: _Deed) -> ResultsView:
    return ResultsView(results=[do_one(context, one, deed) for one in asked])


def do_one(context: Context, asked: AnyItem, deed: _Deed) -> ResultView:
    """Do one item in a transaction of its own, and say what became of it; never raises for it."""
    item: Item | None = None
    try:
        with context.records.write() as session:
            item = _item(session, asked)
            change, lent_to = deed(session, item, context.clock.now())
            shown = views.show_items(session, [item])[item]
    except (Refused, NotFound) as refused:
        return _refused(asked, item, refused.code)
    except NotHeld:
        return _refused(asked, item, f"holdings.no_such_{'box' if item is None else item.kind}")
    if change is not None:
        context.hub.publish(change)
    return ResultView(
        item=_asked_view(asked, item),
        ok=True,
        place=shown.place,
        state=shown.state,
        home=shown.home,
        lent_to=lent_to,
    )


def _item(session: ReadSession, asked: AnyItem) -> Item:
    """Find which item is meant; raise NotFound with the code of the refusal."""
    item: Item | None
    if asked.epc is not None:
        try:
            epc = schemes.parse_epc(asked.epc)
        except ValueError as error:
            raise NotFound("tags.no_number") from error
        item, why = find_items(session, [epc]).get(epc), "tags.unknown"
    elif asked.box_code is not None:
        item, why = Item(kind="box", code=asked.box_code), "holdings.no_such_box"
    else:
        item, why = Item(kind="file", code=asked.file_code or ""), "holdings.no_such_file"
    if item is None or item not in views.show_items(session, [item]):
        raise NotFound(why)
    return item


def _refused(asked: AnyItem, item: Item | None, code: str) -> ResultView:
    return ResultView(item=_asked_view(asked, item), ok=False, code=code)


def _asked_view(asked: AnyItem, item: Item | None) -> dict[str, str]:
    named = {"box_code": asked.box_code, "file_code": asked.file_code, "epc": asked.epc}
    known = {} if item is None else {"kind": str(item.kind), "code": item.code}
    return {name: value for name, value in named.items() if value is not None} | known


def _shelf(context: Context, text: str) -> str:
    with context.records.read() as session:
        found = scanning.scan(session, context.rooms, context.site.tagging, text)
    if found.kind != "shelf" or found.address is None:
        raise Problem(404, "holdings.no_such_shelf", {"shelf": text[:80]})
    return found.address


def _check(context: Context, shelf: str, texts: Sequence[str], who: SignedIn) -> ShelfCheckView:
    tagging = context.site.tagging
    with context.records.write() as session:
        read = {
            text: scanning.find_item(session, context.rooms, tagging, text)
            for text in dict.fromkeys(texts)
        }
        unknown = [text for text, item in read.items() if item is None]
        found = [item for item in read.values() if item is not None]
        done = at_shelf.check_shelf(
            session, shelf, found, unknown=len(unknown), by=who.user_id, at=context.clock.now()
        )
        groups = (done.right, done.misplaced_here, done.missing, done.away)
        shown = views.show_items(session, {item for group in groups for item in group})
    context.hub.publish(*done.changes)
    right, misplaced, missing, away = ([shown[item] for item in group] for group in groups)
    return ShelfCheckView(
        shelf=shelf,
        right=right,
        misplaced_here=misplaced,
        missing=missing,
        away=away,
        unknown=unknown,
    )
