"""Proving who one is: slow for guessers, the same for names that exist and names that do not.

An attempt is written down as failed before the password is looked at and struck out when it was
right, so that many attempts at the same moment gain nothing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlmodel import col, delete, select

from controller.audit import store as audit
from controller.context import Context
from controller.people.model import SignedIn
from controller.people.passwords import Passwords
from controller.people.rules import FAILURES_COUNT_FOR, locked_until, name_key
from controller.people.sessions import SessionLimits, end_session, open_session
from controller.people.store import find_credentials, get_password_hash, set_password
from controller.people.tables import FailureRow
from controller.problems import Problem
from controller.store.engine import ReadSession, WriteSession


def sign_in(
    context: Context,
    passwords: Passwords,
    limits: SessionLimits,
    *,
    name: str,
    password: str,
    sender: str,
    replaces: str | None = None,
) -> str:
    """Check a name and password and return the token of a new session, else raise Problem.

    `replaces` is a session of the same browser, which ends.
    """
    with context.records.write() as session:
        reserve_attempt(session, name=name, sender=sender, now=context.clock.now())
    with context.records.read() as session:
        found = find_credentials(session, name)
    active = found is not None and found.user.disabled_at is None
    right = passwords.verify(password, found.password_hash if found else None)
    now = context.clock.now()
    if found is None or not active or not right:
        with context.records.write() as session:
            user_id = found.user.id if found else "-"
            _tell_failure(session, "people.sign_in_failed", "anonymous", user_id, sender, now)
        raise Problem(401, "people.wrong_name_or_password")
    with context.records.write() as session:
        forget_failures(session, name=name)
        if replaces is not None:
            end_session(session, session_id=replaces)
        token = open_session(session, user_id=found.user.id, now=now, limits=limits)
        audit.append(
            session, at=now, actor=found.user.id, action="people.signed_in", subject=found.user.id
        )
    return token


def change_password(
    context: Context, passwords: Passwords, who: SignedIn, *, old: str, new: str, sender: str
) -> None:
    """Store a new password and end the account's other sessions; raise Problem if `old` is wrong.

    `new` is good already. The old one proves that it is still the same person.
    """
    with context.records.write() as session:
        reserve_attempt(session, name=who.name, sender=sender, now=context.clock.now())
    with context.records.read() as session:
        stored = get_password_hash(session, who.user_id)
    if not passwords.verify(old, stored):
        now = context.clock.now()
        with context.records.write() as session:
            _tell_failure(
                session, "people.password_change_failed", who.user_id, who.user_id, sender, now
            )
        raise Problem(403, "people.wrong_password")
    hashed = passwords.hash(new)
    with context.records.write() as session:
        forget_failures(session, name=who.name)
        set_password(session, who.user_id, hashed, now=context.clock.now(), keep=who.session_id)


def reserve_attempt(session: WriteSession, *, name: str, sender: str, now: datetime) -> None:
    """Count an attempt against name and sender; raise Problem when there were too many."""
    key = name_key(name)
    until = locked_until(
        by_name=_failures(session, now, name=key),
        by_sender=_failures(session, now, sender=sender),
        now=now,
    )
    if until is not None:
        wait_s = max(1, round((until - now).total_seconds()))
        raise Problem(429, "people.too_many_failures", {"retry_after_s": wait_s})
    session.add(FailureRow(id=uuid4().hex, name_key=key, sender=sender, at=now))


def forget_failures(session: WriteSession, *, name: str) -> None:
    """Strike out the failures of a name after a right password."""
    session.exec(delete(FailureRow).where(col(FailureRow.name_key) == name_key(name)))


def sweep_failures(session: WriteSession, *, now: datetime) -> None:
    """Remove failures that no longer count, and those that a wrong clock dated far ahead."""
    lately = col(FailureRow.at).between(now - FAILURES_COUNT_FOR, now + FAILURES_COUNT_FOR)
    session.exec(delete(FailureRow).where(~lately))


def _failures(
    session: ReadSession, now: datetime, *, name: str | None = None, sender: str | None = None
) -> list[datetime]:
    query = select(FailureRow.at).where(FailureRow.at > now - FAILURES_COUNT_FOR)
    if name is not None:
        query = query.where(FailureRow.name_key == name)
    if sender is not None:
        query = query.where(FailureRow.sender == sender)
    return list(session.exec(query))


def _tell_failure(
    session: WriteSession, action: str, actor: str, user_id: str, sender: str, now: datetime
) -> None:
    """Audit a failure; the name as typed may be a password in the wrong field, so it stays out."""
    audit.append(
        session,
        at=now,
        actor=actor,
        action=action,
        subject=user_id,
        outcome="refused",
        detail={"sender": sender},
    )
