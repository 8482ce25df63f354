"""Writes down who looks a person up by ID number; the ledger gets its keyed hash, never itself."""

from __future__ import annotations

from controller.audit.store import append
from controller.context import Context
from controller.words.normal import fold_id

_PURPOSE = "audit.id_number"


def note_look(context: Context, query: str, *, by: str) -> None:
    """Write down a search for a whole ID number, before it is answered; others pass.

    The hash has a purpose of its own, so the ledger alone leads to no household; whoever holds
    the keys can ask it who looked for a number.
    """
    number = fold_id(query)
    if number is None:
        return
    with context.records.write() as session:
        append(
            session,
            at=context.clock.now(),
            actor=by,
            action="search.id_number",
            subject="households",
            detail={"number_hash": context.keys.blind(number, purpose=_PURPOSE)},
        )
