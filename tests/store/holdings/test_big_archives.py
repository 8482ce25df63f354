"""What people look up often is found without reading a million rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from controller.context import Context
from controller.holdings.history import list_box_movements
from controller.readers.retention import list_old
from controller.store.engine import ReadSession
from controller.tags.lists import Astray, list_astray


def plans_of(filled: Context, part: str, read: Callable[[ReadSession], object]) -> list[str]:
    """Say how SQLite goes about the statements with a part in them that a reading makes."""
    said: list[tuple[str, Any]] = []
    engine = filled.records.engine

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", listen)
    with filled.records.read() as session:
        read(session)
    event.remove(engine, "before_cursor_execute", listen)
    with engine.connect() as connection:
        return [
            " ".join(
                str(row[3])
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            )
            for statement, parameters in said
            if part in statement
        ]


@pytest.mark.parametrize("kind", ["shelf", "unknown"])
def test_the_lists_of_what_is_astray_walk_their_own_index(filled: Context, kind: Astray) -> None:
    boxes, files = plans_of(
        filled,
        "place_kind IN",
        lambda session: list_astray(session, filled.rooms, kind, room=None, limit=10),
    )
    assert "ix_boxes_astray" in boxes
    assert "ix_files_astray" in files


def test_the_life_of_a_box_is_found_by_both_its_names_in_a_movement(filled: Context) -> None:
    (plan,) = plans_of(
        filled, "FROM movements", lambda session: list_box_movements(session, "A-1", limit=10)
    )
    assert "ix_movements_box_code_id" in plan
    assert "ix_movements_from_box" in plan
    assert "SCAN" not in plan


def test_the_nightly_retention_walks_only_passages_that_still_hold_reads(filled: Context) -> None:
    (plan,) = plans_of(
        filled, "FROM passages", lambda session: list_old(session, before=filled.clock.now())
    )
    assert "ix_passages_with_reads" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan
