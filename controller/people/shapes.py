"""JSON shapes of people: what pages send, and what they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.room import Words
from controller.people.model import Post, User

Name = Annotated[str, Field(max_length=200)]
Password = Annotated[str, Field(max_length=1000)]
Language = Literal["zh", "en"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignInBody(_Body):
    """What the sign-in page sends."""

    name: Name
    password: Password


class PasswordBody(_Body):
    """The old password proves that it is still the same person."""

    old: Password
    new: Password


class LanguageBody(_Body):
    """The language of the page."""

    language: Language


class AccountBody(_Body):
    """An account to be added."""

    name: Name
    password: Password
    post: Post


class SetupBody(_Body):
    """The one-time token and the first accounts."""

    token: Annotated[str, Field(max_length=200)]
    accounts: Annotated[list[AccountBody], Field(min_length=1, max_length=20)]


class UserView(BaseModel):
    """Who is signed in, and what they may do."""

    id: str
    name: str
    post: str
    permissions: list[str]
    language: str


class DemoAccountView(BaseModel):
    """A demo account, password and all."""

    name: str
    password: str
    post: str


class DemoView(BaseModel):
    """Present in a demo alone."""

    accounts: list[DemoAccountView]


class SiteView(BaseModel):
    """The site, and the time zone in which a page shows its times."""

    name: Words
    time_zone: str


class SessionView(BaseModel):
    """Everything a page needs to know before it shows anything."""

    user: UserView | None
    setup_needed: bool
    site: SiteView
    demo: DemoView | None


class AccountView(BaseModel):
    """An account as the administrator sees it."""

    id: str
    name: str
    post: str
    created_at: datetime
    disabled_at: datetime | None


class AccountsView(BaseModel):
    """All accounts."""

    users: list[AccountView]


def accounts_view(users: Sequence[User]) -> AccountsView:
    return AccountsView(users=[account_view(user) for user in users])


def account_view(user: User) -> AccountView:
    return AccountView(
        id=user.id,
        name=user.name,
        post=user.post.value,
        created_at=user.created_at,
        disabled_at=user.disabled_at,
    )
