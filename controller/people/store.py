"""Accounts in the database: find, add, disable, change; each change with its audit entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlmodel import col, func, select

from controller.audit import store as audit
from controller.people.model import POSTS, Post, User
from controller.people.rules import name_key
from controller.people.sessions import end_sessions_of
from controller.people.tables import UserRow
from controller.store.engine import ReadSession, WriteSession

DEFAULT_LANGUAGE = "zh"


class NameTaken(Exception):
    """An account of that name exists, perhaps a disabled one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """An account to be added; its password is already a hash."""

    name: str
    post: Post
    password_hash: str
    language: str = DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What sign-in compares with."""

    user: User
    password_hash: str


def count_users(session: ReadSession) -> int:
    """Count all accounts, disabled ones too."""
    return session.exec(select(func.count()).select_from(UserRow)).one()


def list_users(session: ReadSession) -> list[User]:
    """List all accounts by name."""
    return [_user(row) for row in session.exec(select(UserRow).order_by(col(UserRow.name_key)))]


def find_user(session: ReadSession, user_id: str) -> User | None:
    """Find an account by its id."""
    row = session.get(UserRow, user_id)
    return None if row is None else _user(row)


def names_of(session: ReadSession, actors: Collection[str]) -> Mapping[str, str]:
    """Name those of some actors that are accounts; readers, agents and `system` are not in it."""
    query = select(UserRow.id, UserRow.name).where(col(UserRow.id).in_(set(actors)))
    return dict(session.exec(query).all())


def find_credentials(session: ReadSession, name: str) -> Credentials | None:
    """Find what is needed to check a sign-in, also of a disabled account."""
    row = session.exec(select(UserRow).where(UserRow.name_key == name_key(name))).first()
    return None if row is None else Credentials(user=_user(row), password_hash=row.password_hash)


def get_password_hash(session: ReadSession, user_id: str) -> str:
    """Return the stored hash of an account that exists."""
    return session.get_one(UserRow, user_id).password_hash


def list_active_ids(session: ReadSession, post: Post) -> Sequence[str]:
    """List the accounts of a post that may sign in."""
    query = select(UserRow.id).where(UserRow.post == post.value, col(UserRow.disabled_at).is_(None))
    return session.exec(query).all()


def list_colleagues(session: ReadSession, *, permission: str) -> list[User]:
    """List the accounts that may sign in and hold a permission, by name."""
    posts = [post.value for post, held in POSTS.items() if permission in held]
    query = (
        select(UserRow)
        .where(col(UserRow.post).in_(posts), col(UserRow.disabled_at).is_(None))
        .order_by(col(UserRow.name_key))
    )
    return [_user(row) for row in session.exec(query)]


def find_colleague(session: ReadSession, user_id: str, *, permission: str) -> User | None:
    """Find an account that may sign in and holds a permission."""
    user = find_user(session, user_id)
    if user is None or user.disabled_at is not None or permission not in POSTS[user.post]:
        return None
    return user


def add_user(session: WriteSession, new: NewUser, *, now: datetime, actor: str) -> User:
    """Add an account; raise NameTaken if the name is in use."""
    if find_credentials(session, new.name) is not None:
        raise NameTaken(new.name)
    row = UserRow(
        id=uuid4().hex,
        name=new.name.strip(),
        name_key=name_key(new.name),
        post=new.post.value,
        password_hash=new.password_hash,
        language=new.language,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _tell(session, now, actor, "people.user_added", row.id, post=new.post.value)
    return _user(row)


def disable_user(session: WriteSession, user_id: str, *, now: datetime, actor: str) -> None:
    """Close an account and end its sessions; doing it twice changes nothing."""
    row = session.get_one(UserRow, user_id)
    if row.disabled_at is not None:
        return
    row.disabled_at = now
    end_sessions_of(session, user_id=user_id)
    _tell(session, now, actor, "people.user_disabled", user_id)


def set_password(
    session: WriteSession, user_id: str, password_hash: str, *, now: datetime, keep: str
) -> None:
    """Store a new password and end all other sessions of the account."""
    session.get_one(UserRow, user_id).password_hash = password_hash
    end_sessions_of(session, user_id=user_id, keep=keep)
    _tell(session, now, user_id, "people.password_changed", user_id)


def set_language(session: WriteSession, user_id: str, language: str) -> None:
    """Remember in which language somebody reads the page."""
    session.get_one(UserRow, user_id).language = language


def _tell(
    session: WriteSession, now: datetime, actor: str, action: str, subject: str, **detail: str
) -> None:
    audit.append(session, at=now, actor=actor, action=action, subject=subject, detail=detail)


def _user(row: UserRow) -> User:
    return User(
        id=row.id,
        name=row.name,
        post=Post(row.post),
        language=row.language,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )
