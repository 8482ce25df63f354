"""Sessions: one commit at the end of a write, nothing from a read, writers wait for each other."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from controller.people.tables import SetupTokenRow
from controller.store.engine import ReadSession, Store

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def token(number: int) -> SetupTokenRow:
    return SetupTokenRow(id=number, token_sha256="x", made_at=AT)


def ids(store: Store) -> list[int]:
    with store.read() as session:
        return sorted(session.exec(select(SetupTokenRow.id)))


def test_a_write_is_committed_once_at_its_end(records: Store) -> None:
    with records.write() as session:
        session.add(token(1))
        session.flush()
        assert ids(records) == []
    assert ids(records) == [1]


def test_a_write_that_fails_leaves_nothing(records: Store) -> None:
    def fail() -> None:
        with records.write() as session:
            session.add(token(1))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert ids(records) == []


def test_what_a_read_changes_is_thrown_away(records: Store) -> None:
    with records.read() as session:
        session.add(token(1))
        session.flush()
    assert ids(records) == []


def test_a_read_does_not_wait_for_a_write(records: Store) -> None:
    with records.write() as session:
        session.add(token(1))
        session.flush()
        assert ids(records) == []


def test_writers_read_what_the_one_before_them_wrote(records: Store) -> None:
    def count_up() -> None:
        for _ in range(25):
            with records.write() as session:
                session.add(token(1 + max(_ids_in(session), default=0)))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids(records) == list(range(1, 101))


def test_records_survive_a_power_cut_and_telemetry_is_fast(
    records: Store, telemetry: Store
) -> None:
    def pragma(store: Store, name: str) -> object:
        with store.engine.connect() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    assert (pragma(records, "synchronous"), pragma(telemetry, "synchronous")) == (2, 1)
    assert pragma(records, "journal_mode") == pragma(telemetry, "journal_mode") == "wal"
    assert pragma(records, "foreign_keys") == 1


def test_a_time_comes_back_aware(records: Store) -> None:
    with records.write() as session:
        session.add(token(1))
    with records.read() as session:
        assert session.get_one(SetupTokenRow, 1).made_at == AT


def _ids_in(session: ReadSession) -> list[int]:
    return list(session.exec(select(SetupTokenRow.id)))
