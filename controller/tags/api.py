"""Routes of tag work: what a tag or a scanned text is, pairing, writing, and what lies wrong."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from controller.context import Context
from controller.holdings import views
from controller.holdings.looks import span_view
from controller.holdings.model import NotHeld, Shelf
from controller.holdings.tagging import TagInUse, list_spans_of_items
from controller.people.access import SignedIn, permit
from controller.people.store import names_of
from controller.problems import Problem, get_room
from controller.store.engine import ReadSession
from controller.tags import heard, lists, pairing_routes, scanning, store
from controller.tags.answers import parse_epc, problem_of
from controller.tags.model import Refused
from controller.tags.pairing import EndLoan
from controller.tags.shapes import (
    AstrayListView,
    HeardTagListView,
    HideAsked,
    PairAsked,
    PairedView,
    ScanView,
    ShelfTagsView,
    SpanView,
    TaggingView,
    TagView,
    scheme_view,
)
from controller.tags.writing import TagWriter, WriteAsked, WrittenView

_Tagger = Annotated[SignedIn, Depends(permit("tag.write"))]
_Limit = Annotated[int, Query(ge=1, le=1000)]


def routes(context: Context, writer: TagWriter, *, end_loan: EndLoan) -> APIRouter:
    """Offer tag work; `end_loan` is circulation's to do."""
    router = APIRouter()
    router.include_router(_tag_routes(context))
    router.include_router(_write_routes(context, writer))
    router.include_router(_list_routes(context))
    router.include_router(pairing_routes.routes(context, end_loan))
    return router


def _tag_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/tags/{epc}", dependencies=[Depends(permit("box.read"))])
    def read_tag(epc: str) -> TagView:
        number = parse_epc(epc)
        with context.records.read() as session:
            return _tag_view(context, session, number)

    @router.post("/tags")
    def post_tag(asked: PairAsked, who: _Tagger) -> PairedView:
        number, item = parse_epc(asked.epc), asked.item.item()
        try:
            with context.records.write() as session:
                replaced, changes = store.pair_tag(
                    session,
                    context.site.tagging,
                    item,
                    number,
                    by=who.user_id,
                    at=context.clock.now(),
                    reason=asked.reason or None,
                )
        except (NotHeld, TagInUse) as error:
            raise problem_of(error, item) from error
        context.hub.publish(*changes)
        with context.records.read() as session:
            tag = _tag_view(context, session, number)
        return PairedView(**tag.model_dump(), replaced=replaced)

    @router.get("/shelves/{address}/tags", dependencies=[Depends(permit("box.read"))])
    def read_shelf_tags(address: str) -> ShelfTagsView:
        shelf = Shelf(code=address)
        with context.records.read() as session:
            if shelf not in views.show_bearers(session, [shelf]):
                raise problem_of(NotHeld(address), shelf)
            spans = list_spans_of_items(session, [shelf])
            names = names_of(session, {span.by for span in spans})
        return ShelfTagsView(address=address, tags=[span_view(span, names) for span in spans])

    @router.get("/scan", dependencies=[Depends(permit("box.read"))])
    def scan(text: Annotated[str, Query(min_length=1, max_length=300)]) -> ScanView:
        with context.records.read() as session:
            return scanning.scan(session, context.rooms, context.site.tagging, text)

    return router


def _write_routes(context: Context, writer: TagWriter) -> APIRouter:
    router = APIRouter()

    @router.get("/tagging")
    def read_tagging(_who: _Tagger) -> TaggingView:
        return TaggingView(can_lock=writer.can_lock)

    @router.post("/rooms/{room}/tags/write")
    async def write_tag(room: str, asked: WriteAsked, who: _Tagger) -> WrittenView:
        parse_epc(asked.epc)
        try:
            return await writer.write(get_room(context.rooms, room), asked, who)
        except (NotHeld, TagInUse, Refused) as error:
            raise problem_of(error, asked.item.item()) from error

    return router


def _list_routes(context: Context) -> APIRouter:
    router = APIRouter(dependencies=[Depends(permit("box.read"))])

    def astray(kind: lists.Astray, room: str | None, limit: int) -> AstrayListView:
        _require_room(context, room)
        with context.records.read() as session:
            return lists.list_astray(session, context.rooms, kind, room=room, limit=limit)

    @router.get("/lists/misplaced")
    def list_misplaced(room: str | None = None, limit: _Limit = 200) -> AstrayListView:
        return astray("shelf", room, limit)

    @router.get("/lists/unplaced")
    def list_unplaced(room: str | None = None, limit: _Limit = 200) -> AstrayListView:
        return astray("unknown", room, limit)

    @router.get("/lists/unknown-tags")
    def list_unknown_tags(room: str | None = None, limit: _Limit = 200) -> HeardTagListView:
        _require_room(context, room)
        with context.records.read() as session:
            return lists.list_unknown_tags(
                session, context.rooms, context.site.tagging, room=room, limit=limit
            )

    @router.delete("/lists/unknown-tags/{epc}", status_code=204)
    def hide_unknown_tag(epc: str, asked: HideAsked, who: _Tagger) -> None:
        number = parse_epc(epc)
        _require_room(context, asked.room)
        with context.records.write() as session:
            changes = heard.hide(
                session,
                number,
                room=asked.room,
                reason=asked.reason,
                by=who.user_id,
                at=context.clock.now(),
            )
        if not changes:
            raise Problem(404, "tags.not_heard", {"epc": number})
        context.hub.publish(*changes)

    return router


def _require_room(context: Context, room: str | None) -> None:
    if room is not None:
        get_room(context.rooms, room)


def _tag_view(context: Context, session: ReadSession, epc: str) -> TagView:
    look = store.look_up(session, context.site.tagging, [epc])[epc]
    newest = next(iter(look.spans), None)
    names = names_of(session, {span.by for span in look.spans})
    shown = views.show_bearers(session, {span.item for span in look.spans})
    by = None if newest is None else names.get(newest.by, newest.by)
    return TagView(
        epc=epc,
        tag=look.tag,
        scheme=scheme_view(look.scheme),
        item=look.item if look.tag == "current" else None,
        since=None if newest is None else newest.since,
        by=by,
        until=None if newest is None else newest.until,
        replaced_by=None if newest is None else newest.replaced_by,
        history=[
            SpanView(
                item=shown.get(span.item),
                kind=span.item.kind,
                code=span.item.code,
                since=span.since,
                by=names.get(span.by, span.by),
                until=span.until,
                replaced_by=span.replaced_by,
                reason=span.reason,
            )
            for span in look.spans
        ],
    )
