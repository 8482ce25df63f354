"""Sessions: opened at sign-in, found by the hash of their token, ended by time or by hand."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from sqlmodel import col, delete, select

from controller.people.model import POSTS, Post, SignedIn
from controller.people.tables import SessionRow, UserRow
from controller.store.engine import ReadSession, WriteSession

_TOUCH_AFTER = timedelta(seconds=30)
_CLOCK_SLIP = timedelta(minutes=1)
"""What setting the clock right moves it by in everyday use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long a session lasts without use, and at most."""

    idle_s: int = 60 * 60
    whole_s: int = 8 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A valid session; `stale` asks the caller to note that it was used."""

    who: SignedIn
    stale: bool


def hash_token(token: str) -> str:
    """Hash a token; it holds 256 random bits, so a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


def open_session(
    session: WriteSession, *, user_id: str, now: datetime, limits: SessionLimits
) -> str:
    """Start a session and return its token, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    row = SessionRow(
        id=uuid4().hex,
        user_id=user_id,
        token_sha256=hash_token(token),
        started_at=now,
        used_at=now,
        idle_s=limits.idle_s,
        ends_at=now + timedelta(seconds=limits.whole_s),
    )
    session.add(row)
    return token


def find_session(session: ReadSession, *, token: str, now: datetime) -> Found | None:
    """Find a valid session by its token: not over, not idle too long, not of a disabled user."""
    query = (
        select(SessionRow, UserRow)
        .join(UserRow, col(UserRow.id) == col(SessionRow.user_id))
        .where(SessionRow.token_sha256 == hash_token(token))
    )
    found = session.exec(query).first()
    if found is None:
        return None
    row, user = found
    if not _holds(row, user, now):
        return None
    return Found(who=_signed_in(user, row.id), stale=now - row.used_at >= _TOUCH_AFTER)


def is_session_open(session: ReadSession, *, session_id: str, now: datetime) -> bool:
    """Say whether a session found earlier still holds."""
    row = session.get(SessionRow, session_id)
    return row is not None and _holds(row, session.get_one(UserRow, row.user_id), now)


def touch_session(session: WriteSession, *, session_id: str, now: datetime) -> None:
    """Note that a session was used."""
    row = session.get(SessionRow, session_id)
    if row is not None and row.used_at < now:
        row.used_at = now
        session.add(row)


def end_session(session: WriteSession, *, session_id: str) -> None:
    """End one session."""
    session.exec(delete(SessionRow).where(col(SessionRow.id) == session_id))


def end_sessions_of(session: WriteSession, *, user_id: str, keep: str | None = None) -> None:
    """End all sessions of a user, but for the one to keep."""
    query = delete(SessionRow).where(col(SessionRow.user_id) == user_id)
    if keep is not None:
        query = query.where(col(SessionRow.id) != keep)
    session.exec(query)


def sweep_sessions(session: WriteSession, *, now: datetime) -> int:
    """Remove the sessions that are over and return how many they were."""
    over = [row.id for row in session.exec(select(SessionRow)) if _is_over(row, now)]
    session.exec(delete(SessionRow).where(col(SessionRow.id).in_(over)))
    return len(over)


def _holds(row: SessionRow, user: UserRow, now: datetime) -> bool:
    return user.disabled_at is None and not _is_over(row, now)


def _is_over(row: SessionRow, now: datetime) -> bool:
    """Say whether a session ended; one that began after now was opened by a clock that was wrong.

    A clock that is set back would else keep a session open for as long.
    """
    if now + _CLOCK_SLIP < row.started_at:
        return True
    return now >= row.ends_at or now >= row.used_at + timedelta(seconds=row.idle_s)


def _signed_in(user: UserRow, session_id: str) -> SignedIn:
    post = Post(user.post)
    return SignedIn(
        user_id=user.id,
        name=user.name,
        post=post.value,
        permissions=POSTS[post],
        language=user.language,
        session_id=session_id,
    )
