"""The first accounts: by a one-time link that the first start prints, or ready ones for a demo."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import delete

from config.clock import Clock
from controller.audit import store as audit
from controller.people.model import Post
from controller.people.passwords import Passwords
from controller.people.sessions import hash_token
from controller.people.store import NewUser, add_user, count_users, find_credentials
from controller.people.tables import SetupTokenRow
from controller.store.engine import ReadSession, Store, WriteSession

_ONLY = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account of the demo; its password is no secret and stands on the sign-in page."""

    name: str
    password: str
    post: Post


DEMO_ACCOUNTS = (
    DemoAccount(name="archivist", password="show-me-the-boxes", post=Post.ARCHIVIST),
    DemoAccount(name="facility", password="show-me-the-weather", post=Post.FACILITY_MANAGER),
    DemoAccount(name="cart", password="show-me-the-shelves", post=Post.CART_OPERATOR),
    DemoAccount(name="admin", password="show-me-the-people", post=Post.SYSTEM_ADMIN),
    DemoAccount(name="security", password="show-me-the-rights", post=Post.SECURITY_ADMIN),
    DemoAccount(name="auditor", password="show-me-the-ledger", post=Post.AUDITOR),
    DemoAccount(name="李敏", password="show-me-the-aisles", post=Post.ARCHIVIST),
    DemoAccount(name="Wang Lei", password="show-me-the-doors", post=Post.FACILITY_MANAGER),
)
"""The last two have a PIN at the bank as well: one name is one person at desk and bank."""


def make_setup_token(session: WriteSession, *, now: datetime) -> str | None:
    """Make a new setup token in place of an older one; `None` if there are accounts already."""
    if count_users(session) > 0:
        return None
    token = secrets.token_urlsafe(32)
    session.exec(delete(SetupTokenRow))
    session.add(SetupTokenRow(id=_ONLY, token_sha256=hash_token(token), made_at=now))
    return token


def is_setup_token(session: ReadSession, token: str) -> bool:
    """Say whether a token is the living setup token."""
    row = session.get(SetupTokenRow, _ONLY)
    return row is not None and hmac.compare_digest(row.token_sha256, hash_token(token))


def set_up(
    session: WriteSession, *, token: str, accounts: Sequence[NewUser], now: datetime
) -> bool:
    """Create the first accounts and kill the token; False if the token is not valid (any more)."""
    if not is_setup_token(session, token) or count_users(session) > 0:
        return False
    session.exec(delete(SetupTokenRow))
    for account in accounts:
        add_user(session, account, now=now, actor="setup")
    audit.append(
        session,
        at=now,
        actor="setup",
        action="people.set_up",
        subject="site",
        detail={"accounts": len(accounts)},
    )
    return True


def ensure_demo_accounts(records: Store, clock: Clock, passwords: Passwords) -> None:
    """Add the demo's accounts that are missing; for the demo command alone."""
    with records.read() as session:
        missing = [
            account for account in DEMO_ACCOUNTS if find_credentials(session, account.name) is None
        ]
    hashed = [(account, passwords.hash(account.password)) for account in missing]
    if not hashed:
        return
    with records.write() as session:
        session.exec(delete(SetupTokenRow))
        for account, password_hash in hashed:
            new = NewUser(name=account.name, post=account.post, password_hash=password_hash)
            add_user(session, new, now=clock.now(), actor="demo")
