"""Routes of circulation: hand over, take back, who has what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from controller.circulation import batch_routes, store
from controller.circulation.model import Checkout, Item, Refused
from controller.context import Context
from controller.holdings.model import NotHeld, PlaceKind
from controller.holdings.shapes import LockedOutView, PlaceView, Shape, State
from controller.live import LiveChange
from controller.people.access import SignedIn, permit
from controller.people.store import names_of
from controller.problems import Problem
from controller.store.engine import WriteSession

_Mover = Annotated[SignedIn, Depends(permit("box.move"))]
_Code = Annotated[str, Field(min_length=1, max_length=64)]


class _ItemAsked(BaseModel):
    """Either a box or a file."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    box_code: _Code | None = None
    file_code: _Code | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.box_code is None) == (self.file_code is None):
            raise ValueError("name a box or a file, one of both")
        return self

    def item(self) -> Item:
        """Say which."""
        if self.box_code is not None:
            return Item(kind="box", code=self.box_code)
        return Item(kind="file", code=self.file_code or "")


class CheckoutAsked(_ItemAsked):
    """Who gets what, and what for."""

    person: Annotated[str, Field(min_length=1, max_length=60)]
    purpose: Annotated[str, Field(max_length=200)] = ""


class ReturnAsked(_ItemAsked):
    """What comes back, and where to."""

    to: Literal["desk", "home"]


class MovedView(Shape):
    """Where the item is now, and whether the column where its box belongs is locked out."""

    place: PlaceView
    state: State
    locked_out: LockedOutView | None


class CheckoutView(Shape):
    """One checkout."""

    id: str
    kind: Literal["box", "file"]
    code: str
    box_code: str
    person: str
    purpose: str
    handed_by: str
    handed_at: datetime
    returned_at: datetime | None
    returned_by: str | None
    returned_to: str | None


class CheckoutListView(Shape):
    """Checkouts, newest first."""

    checkouts: list[CheckoutView]


FindLockOut = Callable[[Sequence[str | None]], LockedOutView | None]
"""Finds the lock-out of the first of some addresses that stands in a locked-out column."""


def routes(context: Context, *, find_lock_out: FindLockOut = lambda addresses: None) -> APIRouter:
    """Offer circulation."""
    router = APIRouter()

    @router.post("/checkouts", status_code=201)
    def post_checkout(asked: CheckoutAsked, who: _Mover) -> MovedView:
        item, now = asked.item(), context.clock.now()
        with _moving(context, item) as session:
            change = store.hand_over(
                session, item, person=asked.person, purpose=asked.purpose, by=who.user_id, at=now
            )
            home = store.home_of(session, item)
        return _tell(context, change, find_lock_out([home]))

    @router.post("/returns")
    def post_return(asked: ReturnAsked, who: _Mover) -> MovedView:
        item, now = asked.item(), context.clock.now()
        with _moving(context, item) as session:
            change = store.take_back(session, item, to=PlaceKind(asked.to), by=who.user_id, at=now)
            home = store.home_of(session, item)
        return _tell(context, change, find_lock_out([home]))

    @router.get("/checkouts", dependencies=[Depends(permit("box.read"))])
    def list_checkouts(
        open_only: Annotated[bool, Query(alias="open")] = False,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> CheckoutListView:
        with context.records.read() as session:
            found = store.list_checkouts(session, open_only=open_only, limit=limit)
            clerks = {who for one in found for who in (one.handed_by, one.returned_by) if who}
            names = names_of(session, clerks)
        return CheckoutListView(checkouts=[_view(checkout, names) for checkout in found])

    router.include_router(batch_routes.routes(context))
    return router


@contextmanager
def _moving(context: Context, item: Item) -> Iterator[WriteSession]:
    """Open the records to move an item; what is refused is told to whoever asked."""
    try:
        with context.records.write() as session:
            yield session
    except (NotHeld, Refused) as error:
        raise _problem(error, item) from error


def _problem(error: NotHeld | Refused, item: Item) -> Problem:
    if isinstance(error, Refused):
        return Problem(409, error.code, {"kind": item.kind, "code": item.code})
    return Problem(404, f"holdings.no_such_{item.kind}", {"code": item.code})


def _tell(context: Context, change: LiveChange, locked_out: LockedOutView | None) -> MovedView:
    context.hub.publish(change)
    place, state = change.body["place"], change.body["state"]
    return MovedView.model_validate({"place": place, "state": state, "locked_out": locked_out})


def _view(checkout: Checkout, names: Mapping[str, str]) -> CheckoutView:
    back = checkout.returned_by
    return CheckoutView(
        id=checkout.id,
        kind=checkout.item.kind,
        code=checkout.item.code,
        box_code=checkout.box_code,
        person=checkout.person,
        purpose=checkout.purpose,
        handed_by=names.get(checkout.handed_by, checkout.handed_by),
        handed_at=checkout.handed_at,
        returned_at=checkout.returned_at,
        returned_by=None if back is None else names.get(back, back),
        returned_to=checkout.returned_to,
    )
