"""The route of locked-out columns."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from controller.context import Context
from controller.people.access import SignedIn, permit
from controller.problems import get_room
from controller.shelving.lock_outs import Borrowers, list_lock_outs
from controller.shelving.mirror import RoomMirror
from controller.shelving.shapes import LockOutsView


def routes(context: Context, mirror: RoomMirror, borrowers: Borrowers) -> APIRouter:
    """Offer the lock-outs of a room; what stands behind them is for those who may read boxes."""
    router = APIRouter()

    @router.get("/rooms/{room}/lock-outs")
    def read_lock_outs(
        room: str, who: Annotated[SignedIn, Depends(permit("live.read"))]
    ) -> LockOutsView:
        code = get_room(context.rooms, room).room
        with context.records.read() as session:
            found = list_lock_outs(
                session,
                mirror,
                code,
                borrowers=borrowers,
                may_read_boxes="box.read" in who.permissions,
            )
        return LockOutsView(lock_outs=found)

    return router
