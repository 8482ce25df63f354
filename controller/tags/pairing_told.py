"""Tells open pages which shelf of a work list went on: none has to ask for all of them again."""

from __future__ import annotations

from controller.live import LiveChange
from controller.people.store import names_of
from controller.store.engine import ReadSession
from controller.tags.pairing_counts import find_shelf_work
from controller.tags.pairing_views import shelf_view
from controller.tags.tables import PairingRow


def list_changed(pairing: PairingRow) -> LiveChange:
    """Tell that a work list began or was closed: all of it is to be asked for."""
    return LiveChange(kind="pairing", key=pairing.id, body=_body(pairing))


def shelves_changed(
    session: ReadSession, pairing: PairingRow, *addresses: str | None
) -> list[LiveChange]:
    """Tell how far shelves are now; those that stand on another list or none say nothing."""
    works = [
        work
        for address in dict.fromkeys(addresses)
        if address and (work := find_shelf_work(session, pairing.id, address)) is not None
    ]
    names = names_of(session, {work.by for work in works if work.by})
    return [
        LiveChange(
            kind="pairing",
            key=f"{pairing.id}/{work.address}",
            body=_body(pairing) | {"shelf": shelf_view(work, names).model_dump(mode="json")},
        )
        for work in works
    ]


def _body(pairing: PairingRow) -> dict[str, object]:
    return {"id": pairing.id, "room": pairing.room}
