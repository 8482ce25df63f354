"""Accounts, their sessions, failed sign-ins, and the token of the first start."""

from datetime import datetime

from sqlmodel import Field

from controller.store.rows import Record


class UserRow(Record, table=True):
    """An account. `name_key` is the name as it is compared: casefolded and normalised."""

    __tablename__ = "users"

    id: str = Field(primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    post: str
    password_hash: str
    language: str
    created_at: datetime
    disabled_at: datetime | None = None


class SessionRow(Record, table=True):
    """A sign-in. Only the hash of its token is kept; the limits are those of its start."""

    __tablename__ = "user_sessions"

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id", index=True)
    token_sha256: str = Field(unique=True)
    started_at: datetime
    used_at: datetime
    idle_s: int
    ends_at: datetime


class FailureRow(Record, table=True):
    """A sign-in that failed, by name and by sender; swept once it no longer counts."""

    __tablename__ = "sign_in_failures"

    id: str = Field(primary_key=True)
    name_key: str = Field(index=True)
    sender: str = Field(index=True)
    at: datetime = Field(index=True)


class SetupTokenRow(Record, table=True):
    """The one token that may create the first accounts; gone once used."""

    __tablename__ = "setup_tokens"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    token_sha256: str
    made_at: datetime
