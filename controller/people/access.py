"""The one gate: who sends a request, and whether they may. Every route depends on it.

A route says `who: Annotated[SignedIn, Depends(permit("box.read"))]`; a route for everybody depends
on `permit_anyone()` and is told who asks, if anybody is signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from fastapi import Request

from controller.context import Context
from controller.people.model import PERMISSIONS, SignedIn
from controller.people.sessions import find_session, is_session_open, touch_session
from controller.problems import Problem

__all__ = [
    "SignedIn",
    "cookie_name",
    "is_still_signed_in",
    "permission_of",
    "permit",
    "permit_anyone",
]

_ANYONE = "anyone"
_gates: dict[Callable[..., object], str] = {}


@cache
def permit(permission: str) -> Callable[[Request], SignedIn]:
    """Make the dependency that lets in who holds a permission: 401 if nobody, 403 if not."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is no permission; controller/people/model.py lists them")

    def gate(request: Request) -> SignedIn:
        who = _find_signed_in(request)
        if who is None:
            raise Problem(401, "people.sign_in_first")
        if permission not in who.permissions:
            raise Problem(403, "people.not_permitted", {"permission": permission})
        return who

    _gates[gate] = permission
    return gate


@cache
def permit_anyone() -> Callable[[Request], SignedIn | None]:
    """Make the dependency of a route that is open on purpose."""

    def gate(request: Request) -> SignedIn | None:
        return _find_signed_in(request)

    _gates[gate] = _ANYONE
    return gate


def permission_of(dependency: Callable[..., object]) -> str | None:
    """Name the permission a dependency asks for; `None` if it is no gate."""
    return _gates.get(dependency)


def cookie_name(request: Request) -> str:
    """Name the session cookie; browsers take the `__Host-` prefix only over TLS."""
    return "__Host-sr" if request.url.scheme == "https" else "sr"


def is_still_signed_in(context: Context, session_id: str) -> bool:
    """Say whether a session that was let in once still holds, for responses that last long."""
    with context.records.read() as session:
        return is_session_open(session, session_id=session_id, now=context.clock.now())


def _find_signed_in(request: Request) -> SignedIn | None:
    token = request.cookies.get(cookie_name(request))
    if not token:
        return None
    context: Context = request.app.state.context
    now = context.clock.now()
    with context.records.read() as session:
        found = find_session(session, token=token, now=now)
    if found is None:
        return None
    if found.stale:
        with context.records.write() as session:
            touch_session(session, session_id=found.who.session_id, now=now)
    return found.who
