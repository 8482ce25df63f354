"""Routes of people: sign in and out, first set-up, accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from controller.audit import store as audit
from controller.context import Context
from controller.people import setup, store
from controller.people.access import SignedIn, cookie_name, permit, permit_anyone
from controller.people.model import Post
from controller.people.passwords import Passwords
from controller.people.rules import name_key, name_problem, password_problem, setup_problem
from controller.people.sessions import SessionLimits, end_session, find_session
from controller.people.setup import DemoAccount
from controller.people.shapes import (
    AccountBody,
    AccountsView,
    AccountView,
    DemoAccountView,
    DemoView,
    LanguageBody,
    PasswordBody,
    SessionView,
    SetupBody,
    SignInBody,
    SiteView,
    UserView,
    account_view,
    accounts_view,
)
from controller.people.signing_in import change_password as change_own_password
from controller.people.signing_in import sign_in
from controller.problems import Problem

_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInOptions:
    """How people sign in here; `demo_accounts` are shown to everybody who opens the page."""

    passwords: Passwords
    limits: SessionLimits = field(default_factory=SessionLimits)
    demo_accounts: Sequence[DemoAccount] = ()


def routes(context: Context, options: SignInOptions) -> APIRouter:
    """Offer the routes of people."""
    router = APIRouter(max_body_size=_MOST_BYTES)
    _add_session_routes(router, context, options)
    _add_own_account_routes(router, context, options)
    _add_setup_route(router, context, options)
    _add_user_routes(router, context, options)
    return router


def _add_session_routes(router: APIRouter, context: Context, options: SignInOptions) -> None:
    @router.get("/session")
    def read_session(who: Annotated[SignedIn | None, Depends(permit_anyone())]) -> SessionView:
        return _session_view(context, options, who)

    @router.post("/session")
    def open_session(
        body: SignInBody,
        request: Request,
        response: Response,
        before: Annotated[SignedIn | None, Depends(permit_anyone())],
    ) -> SessionView:
        token = sign_in(
            context,
            options.passwords,
            options.limits,
            name=body.name,
            password=body.password,
            sender=request.client.host if request.client else "-",
            replaces=before.session_id if before else None,
        )
        _set_cookie(request, response, token)
        with context.records.read() as session:
            found = find_session(session, token=token, now=context.clock.now())
        return _session_view(context, options, found.who if found else None)

    @router.delete("/session", status_code=204)
    def close_session(
        request: Request,
        response: Response,
        who: Annotated[SignedIn | None, Depends(permit_anyone())],
    ) -> None:
        _clear_cookie(request, response)
        if who is not None:
            _sign_out(context, who)


def _add_own_account_routes(router: APIRouter, context: Context, options: SignInOptions) -> None:
    @router.post("/session/password", status_code=204)
    def change_password(
        body: PasswordBody,
        request: Request,
        who: Annotated[SignedIn, Depends(permit("self.manage"))],
    ) -> None:
        _refuse_bad_password(body.new, who.name, {})
        change_own_password(
            context,
            options.passwords,
            who,
            old=body.old,
            new=body.new,
            sender=request.client.host if request.client else "-",
        )

    @router.post("/session/language", status_code=204)
    def change_language(
        body: LanguageBody, who: Annotated[SignedIn, Depends(permit("self.manage"))]
    ) -> None:
        with context.records.write() as session:
            store.set_language(session, who.user_id, body.language)


def _add_setup_route(router: APIRouter, context: Context, options: SignInOptions) -> None:
    @router.post("/setup", status_code=201, dependencies=[Depends(permit_anyone())])
    def set_up(body: SetupBody) -> AccountsView:
        with context.records.read() as session:
            if not setup.is_setup_token(session, body.token):
                raise Problem(403, "people.setup_over")
        for account in body.accounts:
            _refuse_bad_account(account)
        problem = setup_problem(
            [account.post for account in body.accounts],
            [name_key(account.name) for account in body.accounts],
        )
        if problem is not None:
            raise Problem(422, f"people.setup_{problem}")
        new = [_new_user(account, options.passwords) for account in body.accounts]
        with context.records.write() as session:
            if not setup.set_up(session, token=body.token, accounts=new, now=context.clock.now()):
                raise Problem(403, "people.setup_over")
            return accounts_view(store.list_users(session))


def _add_user_routes(router: APIRouter, context: Context, options: SignInOptions) -> None:
    @router.get("/users", dependencies=[Depends(permit("people.read"))])
    def list_users() -> AccountsView:
        with context.records.read() as session:
            return accounts_view(store.list_users(session))

    @router.post("/users", status_code=201)
    def add_user(
        body: AccountBody, who: Annotated[SignedIn, Depends(permit("people.manage"))]
    ) -> AccountView:
        _refuse_bad_account(body)
        new = _new_user(body, options.passwords)
        try:
            with context.records.write() as session:
                user = store.add_user(session, new, now=context.clock.now(), actor=who.user_id)
        except store.NameTaken as error:
            raise Problem(409, "people.name_taken") from error
        return account_view(user)

    @router.post("/users/{user_id}/disable", status_code=204)
    def disable_user(
        user_id: str, who: Annotated[SignedIn, Depends(permit("people.manage"))]
    ) -> None:
        if user_id == who.user_id:
            raise Problem(409, "people.not_yourself")
        with context.records.write() as session:
            user = store.find_user(session, user_id)
            if user is None:
                raise Problem(404, "people.no_such_user")
            if list(store.list_active_ids(session, user.post)) == [user_id] and (
                user.post in (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN, Post.AUDITOR)
            ):
                raise Problem(409, "people.last_of_post", {"post": user.post.value})
            store.disable_user(session, user_id, now=context.clock.now(), actor=who.user_id)


def _refuse_bad_account(account: AccountBody) -> None:
    problem = name_problem(account.name)
    if problem is not None:
        raise Problem(422, f"people.name_{problem}", _whose(account))
    _refuse_bad_password(account.password, account.name, _whose(account))


def _whose(account: AccountBody) -> dict[str, str]:
    """Tell which of several accounts a fault is of."""
    return {"name": account.name.strip(), "post": account.post.value}


def _refuse_bad_password(password: str, name: str, whose: Mapping[str, str]) -> None:
    problem = password_problem(password, name=name)
    if problem is not None:
        raise Problem(422, f"people.password_{problem}", dict(whose))


def _new_user(account: AccountBody, passwords: Passwords) -> store.NewUser:
    return store.NewUser(
        name=account.name, post=account.post, password_hash=passwords.hash(account.password)
    )


def _set_cookie(request: Request, response: Response, token: str) -> None:
    response.set_cookie(
        cookie_name(request),
        token,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _clear_cookie(request: Request, response: Response) -> None:
    response.delete_cookie(
        cookie_name(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _sign_out(context: Context, who: SignedIn) -> None:
    with context.records.write() as session:
        end_session(session, session_id=who.session_id)
        audit.append(
            session,
            at=context.clock.now(),
            actor=who.user_id,
            action="people.signed_out",
            subject=who.user_id,
        )


def _session_view(context: Context, options: SignInOptions, who: SignedIn | None) -> SessionView:
    with context.records.read() as session:
        setup_needed = store.count_users(session) == 0
    demo = [
        DemoAccountView(name=account.name, password=account.password, post=account.post.value)
        for account in options.demo_accounts
    ]
    user = who and UserView(
        id=who.user_id,
        name=who.name,
        post=who.post,
        permissions=sorted(who.permissions),
        language=who.language,
    )
    return SessionView(
        user=user,
        setup_needed=setup_needed,
        site=SiteView(name=context.site.name, time_zone=context.site.time_zone),
        demo=DemoView(accounts=demo) if demo else None,
    )
