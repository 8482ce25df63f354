"""A database that went through all migrations equals the tables of the code."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import controller
from controller.data.databases import DATABASES, RECORDS, TELEMETRY
from controller.data.revise import special_objects
from controller.holdings.model import Item
from controller.holdings.tables import BoxRow
from controller.holdings.tagging import list_spans_of_items
from controller.shelving.store import apply_request, find_request
from controller.store.alembic_run import config_for, refuse_broken_references
from controller.store.database import Database, MigrationProblem
from controller.store.engine import Store, sqlite_url
from controller.store.migrate import is_current, upgrade
from drivers.messages import Actor, RequestChanged


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    store = Store(sqlite_url(tmp_path / "empty.db"), synchronous="FULL")
    yield store
    store.close()


@pytest.fixture
def created(tmp_path: Path) -> Iterator[Store]:
    store = Store(sqlite_url(tmp_path / "created.db"), synchronous="FULL")
    yield store
    store.close()


@pytest.mark.parametrize("name", sorted(DATABASES))
def test_an_empty_database_migrated_to_head_equals_the_tables(
    name: str, empty: Store, created: Store
) -> None:
    database = DATABASES[name]
    upgrade(empty, database)
    database.tables.create_all(created.engine)
    with empty.engine.connect() as migrated, created.engine.connect() as wanted:
        context = MigrationContext.configure(
            migrated,
            opts={"compare_server_default": True, "include_name": _no_shadow_tables},
        )
        assert compare_metadata(context, database.tables) == []
        assert special_objects(migrated) == special_objects(wanted)


@pytest.mark.parametrize("name", sorted(DATABASES))
def test_the_newest_migration_by_number_is_the_last_by_descent(name: str, empty: Store) -> None:
    database = DATABASES[name]
    with empty.engine.connect() as connection:
        script = ScriptDirectory.from_config(config_for(database, connection))
    assert script.get_heads() == [database.newest()]


@pytest.mark.parametrize("name", sorted(DATABASES))
def test_migrating_twice_changes_nothing(name: str, empty: Store) -> None:
    database = DATABASES[name]
    assert not is_current(empty, database)
    upgrade(empty, database)
    upgrade(empty, database)
    assert is_current(empty, database)


def test_a_database_of_the_first_release_keeps_its_requests_and_gets_what_is_new(
    empty: Store,
) -> None:
    with empty.engine.begin() as connection:
        command.upgrade(config_for(RECORDS, connection), "0001")
        connection.exec_driver_sql(
            "INSERT INTO motion_requests (id, room, verb, bank, segment, aisle, actor_id,"
            " actor_name, origin, status, asked_at, changed_at) VALUES ('r1', 'S1', 'open_aisle',"
            " 1, 1, 2, 'u1', 'Li', 'controller', 'accepted', '2026-01-01 08:00:00.000000',"
            " '2026-01-01 08:00:02.000000')"
        )
        connection.exec_driver_sql(
            "INSERT INTO motion_steps (request_id, status, at) VALUES"
            " ('r1', 'accepted', '2026-01-01 08:00:02.000000')"
        )
        connection.exec_driver_sql(
            "INSERT INTO boxes (code, code_key, code_back, title, epc, thickness_mm, place_kind,"
            " place_since, import_id, seen_by) VALUES ('A-1', 'A-1', '1-A', 't', 'AAAA', 50,"
            " 'unknown', '2026-01-01 08:00:00.000000', '', 'reader-1')"
        )
    upgrade(empty, RECORDS)
    with empty.read() as session:
        request = find_request(session, "S1", "r1")
        (span,) = list_spans_of_items(session, [Item(kind="box", code="A-1")])
        box = session.get_one(BoxRow, "A-1")
    assert (span.epc, span.until, box.seen_kind) == ("AAAA", None, "reader")
    assert request is not None
    assert (request.vouched, request.to, request.column) == ((), None, None)
    assert [(step.status, step.detail) for step in request.steps] == [("accepted", None)]
    told = RequestChanged(
        request_id="r1",
        status="done",
        verb="open_aisle",
        bank=1,
        segment=1,
        aisle=2,
        vouched=("entrance",),
        actor=Actor(id="u1", name="Li"),
        origin="controller",
        at=datetime(2026, 1, 1, 8, 1, tzinfo=UTC),
    )
    with empty.write() as session:
        apply_request(session, "S1", told)
    with empty.read() as session:
        request = find_request(session, "S1", "r1")
    assert request is not None
    assert (request.status, request.vouched) == ("done", ("entrance",))


def test_samples_of_the_first_release_are_kept_and_will_be_rolled_up(empty: Store) -> None:
    with empty.engine.begin() as connection:
        command.upgrade(config_for(TELEMETRY, connection), "0001")
        connection.exec_driver_sql("INSERT INTO probes (id, agent, device) VALUES (7, 'S1', 'p')")
        connection.exec_driver_sql(
            "INSERT INTO samples VALUES (7, 3600000, 2050, 4990, 0), (7, 7199000, 2060, 5010, 0),"
            " (7, 36000000, 8600, 5000, 1)"
        )
    upgrade(empty, TELEMETRY)
    with empty.read() as session:
        samples = [tuple(row) for row in session.execute(text("SELECT * FROM samples"))]
        hours = list(session.execute(text("SELECT hour FROM dirty_hours")).scalars())
        (probe,) = session.execute(text("SELECT * FROM probes"))
    assert samples == [
        (7, 3600000, 2050, 4990, 0),
        (7, 7199000, 2060, 5010, 0),
        (7, 36000000, 8600, 5000, 1 + 16),
    ]
    assert hours == [1, 2], (
        "the last sample still held in the next hour; the suspect one counts not"
    )
    assert tuple(probe) == (7, "S1", "p", "[]", None, None)


def test_a_database_of_a_newer_program_is_left_alone(empty: Store) -> None:
    upgrade(empty, RECORDS)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MigrationProblem, match="another version of this program"):
        upgrade(empty, RECORDS)


def test_a_migration_that_leaves_rows_without_their_parent_is_refused(empty: Store) -> None:
    upgrade(empty, RECORDS)
    with empty.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute(
            "INSERT INTO user_sessions (id, user_id, token_sha256, started_at, used_at, idle_s,"
            " ends_at) VALUES ('s', 'nobody', 't', '2026-01-01', '2026-01-01', 1, '2026-01-01')"
        )
        driver.execute("PRAGMA foreign_keys=ON")
    with empty.engine.connect() as connection:
        with pytest.raises(MigrationProblem, match="user_sessions"):
            refuse_broken_references(connection, RECORDS)


def test_references_are_followed_again_after_a_migration(empty: Store) -> None:
    upgrade(empty, RECORDS)
    with pytest.raises(IntegrityError), empty.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO user_sessions (id, user_id, token_sha256, started_at, used_at, idle_s,"
            " ends_at) VALUES ('s', 'nobody', 't', '2026-01-01', '2026-01-01', 1, '2026-01-01')"
        )


def test_every_table_of_every_subject_is_among_those_that_are_migrated() -> None:
    before = {name: set(database.tables.tables) for name, database in DATABASES.items()}
    for module in pkgutil.walk_packages(controller.__path__, "controller."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)
    assert {name: set(db.tables.tables) for name, db in DATABASES.items()} == before
    assert not SQLModel.metadata.tables, "derive tables from Record or TelemetryRow"


def test_no_table_stands_in_both_databases() -> None:
    records, telemetry = (set(database.tables.tables) for database in _both())
    assert not records & telemetry


def _both() -> tuple[Database, Database]:
    return DATABASES["records"], DATABASES["telemetry"]


def _no_shadow_tables(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not str(name).startswith("search_grams")
