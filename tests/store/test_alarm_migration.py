"""Alarms of a database of before: each gets its state and its steps, and what waited still goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlmodel import select

from controller.alarms import outbox, reading, store
from controller.alarms.model import Clear
from controller.alarms.tables import MessageRow
from controller.data.databases import RECORDS
from controller.store.alembic_run import config_for
from controller.store.engine import Store, sqlite_url
from controller.store.migrate import upgrade
from controller.store.secrets import Keys

AT = "'2026-01-01 08:00:00.000000'"
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Store]:
    """A database as the release before had it, with an alarm in every state it knew."""
    found = Store(sqlite_url(tmp_path / "before.db"), synchronous="FULL")
    with found.engine.begin() as connection:
        command.upgrade(config_for(RECORDS, connection), "0009")
        connection.exec_driver_sql(
            'INSERT INTO alarm_recipients (id, name, channel, "to", kinds, language, added_at)'
            f" VALUES ('r', 'duty', 'email', 'a@b.example', '[]', 'zh', {AT})"
        )
        for name, raised, noted, cleared in (
            ("waits", "NULL", "NULL", "NULL"),
            ("new", AT, "NULL", "NULL"),
            ("noted", AT, AT, "NULL"),
            ("gone", AT, "NULL", AT),
            ("over", AT, AT, AT),
        ):
            connection.exec_driver_sql(
                "INSERT INTO alarms (id, kind, room, key, subject, params, priority, since, due_at,"
                " raised_at, acknowledged_at, acknowledged_name, cleared_at) VALUES"
                f" ('{name}', 'shelving.trip', 'S1', '{name}', 'S1-B1', '{{}}', 'high', {AT}, {AT},"
                f" {raised}, {noted}, 'Li', {cleared})"
            )
        for alarm, step, next_at in (("new", "raised", AT), ("gone", "cleared", "NULL")):
            connection.exec_driver_sql(
                "INSERT INTO alarm_messages (alarm_id, recipient_id, step, written_at, next_at,"
                f" attempts) VALUES ('{alarm}', 'r', '{step}', {AT}, {next_at}, 0)"
            )
    upgrade(found, RECORDS)
    yield found
    found.close()


def test_alarms_of_before_have_their_state_their_steps_and_their_letters(
    before: Store, tmp_path: Path
) -> None:
    with before.read() as session:
        alarms = {a.id: a for a in reading.list_alarms(session, open_only=False, limit=9)}
        still_open = {a.id for a in reading.list_alarms(session, open_only=True, limit=9)}
        keys = Keys.from_dir(tmp_path / "keys")
        ((numbers, letter),) = outbox.list_due(session, keys, now=NOW)
    assert {name: alarm.state for name, alarm in alarms.items()} == {
        "new": "UNACK",
        "noted": "ACKED",
        "gone": "RTNUN",
        "over": "NORM",
    }
    assert still_open == {"new", "noted", "gone"}
    assert [(s.step, s.by) for s in alarms["over"].history] == [
        ("raised", None),
        ("acknowledged", "Li"),
        ("cleared", None),
    ]
    assert (letter.event, letter.alarm and letter.alarm.id, len(numbers)) == ("raised", "new", 1)


def test_they_go_on_as_alarms_of_now(before: Store) -> None:
    with before.write() as session:
        store.wait_anew(session, now=NOW)
        over = [Clear(kind="shelving.trip", room="S1", key=key) for key in ("new", "noted")]
        store.apply_signals(session, over, now=NOW)
        told = session.exec(select(MessageRow.step).where(MessageRow.alarm_id == "new")).all()
        states = {a.id: a.state for a in reading.list_alarms(session, open_only=False, limit=9)}
    assert list(told) == ["raised", "cleared"]
    assert (states["new"], states["noted"]) == ("RTNUN", "NORM")


def test_only_open_alarms_are_in_the_index_of_open_ones(before: Store) -> None:
    with before.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'alarms' AND type = 'index'"
        )
        made = {str(name): str(sql) for name, sql in found}
    assert "state <> 'NORM'" in made["ix_alarms_open"]
    assert "cleared_at IS NULL" in made["uq_alarms_active"]
    assert "next_at IS NOT NULL" in made["ix_alarms_next"]
