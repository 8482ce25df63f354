"""What lies wrong is found without reading a million boxes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from controller.context import Context
from controller.tags.lists import Astray, list_astray


@pytest.mark.parametrize("kind", ["shelf", "unknown"])
def test_the_lists_of_what_is_astray_walk_their_own_index(filled: Context, kind: Astray) -> None:
    said: list[tuple[str, Any]] = []
    engine = filled.records.engine

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", listen)
    with filled.records.read() as session:
        list_astray(session, filled.rooms, kind, room=None, limit=10)
    event.remove(engine, "before_cursor_execute", listen)
    asked = [one for one in said if "place_kind IN" in one[0]]
    assert len(asked) == 2
    with engine.connect() as connection:
        plans = [
            " ".join(
                str(row[3])
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            )
            for statement, parameters in asked
        ]
    assert "ix_boxes_astray" in plans[0]
    assert "ix_files_astray" in plans[1]
