"""The chain of the audit ledger: one chain whoever writes, and any tampering is named."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from controller.audit.store import append, find_head, list_entries, verify_chain
from controller.store.engine import Store, WriteSession

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def write_one(session: WriteSession, number: int) -> None:
    append(
        session,
        at=AT,
        actor="u1",
        action="box.moved",
        subject=f"B-{number}",
        detail={"person": "李强", "n": number},
    )


@pytest.fixture
def ledger(records: Store) -> Store:
    for number in range(6):
        with records.write() as session:
            write_one(session, number)
    return records


def test_an_empty_ledger_is_whole(records: Store) -> None:
    with records.read() as session:
        assert verify_chain(session).whole
        assert find_head(session) is None


def test_entries_of_one_transaction_follow_each_other(records: Store) -> None:
    with records.write() as session:
        for number in range(4):
            write_one(session, number)
    with records.read() as session:
        assert verify_chain(session).entries == 4
        entries = list_entries(session)
    assert [entry.seq for entry in entries] == [4, 3, 2, 1]
    assert entries[0].previous == entries[1].hash


def test_an_entry_falls_with_the_deed_it_tells_of(records: Store) -> None:
    def deed_that_fails() -> None:
        with records.write() as session:
            write_one(session, 1)
            raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError):
        deed_that_fails()
    with records.write() as session:
        write_one(session, 2)
    with records.read() as reading:
        assert [entry.subject for entry in list_entries(reading)] == ["B-2"]
        assert verify_chain(reading).whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'somebody else' WHERE seq = 3",
        "DELETE FROM audit_entries WHERE seq = 3",
        "DELETE FROM audit_entries",
    ],
)
def test_the_database_itself_refuses_changes(ledger: Store, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), ledger.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def tampered(ledger: Store, *statements: str) -> None:
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entries_no_update")
        connection.exec_driver_sql("DROP TRIGGER audit_entries_no_delete")
        for statement in statements:
            connection.exec_driver_sql(statement)


COLUMNS = ["at", "actor", "action", "subject", "outcome", "detail", "previous", "hash"]


@pytest.mark.parametrize("column", COLUMNS)
def test_whatever_is_changed_the_entry_is_named(ledger: Store, column: str) -> None:
    value = "2026-03-02 08:00:00.000001" if column == "at" else "x"
    tampered(ledger, f"UPDATE audit_entries SET {column} = '{value}' WHERE seq = 3")
    with ledger.read() as session:
        assert verify_chain(session).broken_seq == 3


@pytest.mark.parametrize(
    ("statements", "broken_seq", "why"),
    [
        (["DELETE FROM audit_entries WHERE seq = 1"], 1, "missing"),
        (["DELETE FROM audit_entries WHERE seq = 4"], 4, "missing"),
        (["DELETE FROM audit_entries WHERE seq = 6"], 6, "missing"),
        (["DELETE FROM audit_entries"], 1, "missing"),
        (["DELETE FROM audit_heads"], 7, "missing"),
        (["UPDATE audit_heads SET hash = 'x'"], 6, "not_the_head"),
        (
            [
                "DELETE FROM audit_entries WHERE seq = 3",
                "UPDATE audit_entries SET seq = seq - 1 WHERE seq = 4",
            ],
            3,
            "not_linked",
        ),
    ],
)
def test_what_is_missing_or_slipped_in_is_named(
    ledger: Store, statements: list[str], broken_seq: int, why: str
) -> None:
    tampered(ledger, *statements)
    with ledger.read() as session:
        verdict = verify_chain(session)
    assert (verdict.broken_seq, verdict.why) == (broken_seq, why)


def in_threads(count: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_who_write_at_once_keep_one_chain(records: Store) -> None:
    def write(number: int) -> None:
        for _ in range(20):
            with records.write() as session:
                write_one(session, number)

    in_threads(8, write)
    with records.read() as session:
        verdict = verify_chain(session)
    assert (verdict.whole, verdict.entries) == (True, 160)


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from controller.audit.store import append
from controller.store.engine import Store, sqlite_url
store = Store(sqlite_url(Path(sys.argv[1])), synchronous="NORMAL")
for number in range(40):
    with store.write() as session:
        append(session, at=datetime.now(UTC), actor="p", action="a", subject=str(number))
store.close()
"""


def test_two_processes_keep_one_chain(records: Store, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "records.db")]
    writers = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    with records.read() as session:
        verdict = verify_chain(session)
    assert (verdict.whole, verdict.entries) == (True, 120)


def test_a_long_chain_is_walked_in_batches(records: Store) -> None:
    with records.write() as session:
        for number in range(2001):
            write_one(session, number)
    with records.read() as session:
        assert verify_chain(session).entries == 2001
