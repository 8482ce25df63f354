"""The one place where the archive side is put together, started and taken apart again."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import logging
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.limit_files import Library, check_named, shipped_limits
from config.listening import listen
from config.load import BadFile
from config.room import Room
from config.settings import BrokerSettings, ControllerSettings, SmtpSettings
from config.site import Site
from config.tls import ServerCertificate, address_to_show, find_server_certificate
from controller.assembly import Assembly, assemble
from controller.context import Context
from controller.data.opening import CannotStart, open_context
from controller.fonts import NoFont, find_font
from controller.holdings.imports import resume_imports
from controller.jobs.scheduler import running
from controller.jobs.standing import standing_jobs
from controller.people.passwords import Passwords
from controller.people.setup import ensure_demo_accounts, make_setup_token
from controller.web.server import WebServer

__all__ = ["CannotStart", "serve"]

_log = logging.getLogger(__name__)

Announce = Callable[[str], None]


async def serve(
    settings: ControllerSettings,
    broker: BrokerSettings,
    site: Site,
    rooms: Mapping[str, Room],
    *,
    static: Path | None,
    announce: Announce,
    passwords: Passwords | None = None,
    smtp: SmtpSettings | None = None,
    limits: Library | None = None,
) -> None:
    """Run the controller until cancelled; announce `ready ADDRESS` once it listens.

    Raises CannotStart. Without accounts it first announces the link that sets up the first ones.
    """
    library = limits or shipped_limits()
    try:
        check_named(Path(site.site), rooms.values(), library)
    except BadFile as error:
        raise CannotStart(str(error)) from error
    hasher = passwords or Passwords()
    certificate = find_server_certificate(settings.tls_certificate, settings.tls_key)
    with _opened(settings, site, rooms, library) as context:
        token = await asyncio.to_thread(_prepare, context, settings, hasher)
        with _listening(settings) as listener:
            address = _address(settings, listener, certificate)
            assembly = _assembled(context, settings, broker, hasher, static, smtp, address)
            if certificate is not None and (due := certificate.find_due(context.clock.now())):
                _log.warning("%s", due)
            await asyncio.to_thread(_tell_of_font, settings.font)
            if token is not None:
                announce(f"first start: set up the first accounts at {address}/setup#token={token}")
            gc.freeze()  # what stands from here on is never looked through again for garbage
            async with running(context, standing_jobs(site.zone())):
                await _run(assembly, settings, listener, lambda: announce(f"ready {address}"))


@contextmanager
def _opened(
    settings: ControllerSettings,
    site: Site,
    rooms: Mapping[str, Room],
    limits: Library,
) -> Iterator[Context]:
    """Open a data folder for the one controller that may serve it."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        serving = (settings.data_dir / "serving").open("w")
    except OSError as error:
        raise CannotStart(
            f"{error}; the data folder must be one that this program may write to, name another "
            "in STACKROOM_DATA_DIR"
        ) from error
    with serving as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(
                f"another controller serves {settings.data_dir}; end it, or name another folder "
                "in STACKROOM_DATA_DIR"
            ) from error
        with open_context(settings.data_dir, site, rooms, limits=limits) as context:
            yield context


def _prepare(context: Context, settings: ControllerSettings, passwords: Passwords) -> str | None:
    """Finish what the last run left half done; return a setup token if there are no accounts."""
    resume_imports(context)
    if settings.demo:
        ensure_demo_accounts(context.records, context.clock, passwords)
    with context.records.write() as session:
        return make_setup_token(session, now=context.clock.now())


def _tell_of_font(named: Path | None) -> None:
    """Say at the start that nothing can be printed, not only once somebody stands at a printer."""
    try:
        find_font(named)
    except NoFont as error:
        _log.warning("%s", error)


def _assembled(
    context: Context,
    settings: ControllerSettings,
    broker: BrokerSettings,
    passwords: Passwords,
    static: Path | None,
    smtp: SmtpSettings | None,
    address: str,
) -> Assembly:
    return assemble(
        context,
        settings,
        broker,
        passwords=passwords,
        static=static,
        smtp=smtp,
        address=address,
    )


async def _run(
    assembly: Assembly,
    settings: ControllerSettings,
    listener: socket.socket,
    started: Callable[[], None],
) -> None:
    """Run link and web server together; if one breaks, the other ends too."""
    web = WebServer(assembly.app, settings, closing=assembly.close)
    async with asyncio.TaskGroup() as group:
        group.create_task(assembly.link.run(), name="link")
        for name, follow in assembly.follow.items():
            group.create_task(follow(), name=name)
        group.create_task(web.run(listener, started), name="web")


@contextmanager
def _listening(settings: ControllerSettings) -> Iterator[socket.socket]:
    try:
        listener = listen(settings.host, settings.port)
    except OSError as error:
        raise CannotStart(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; "
            "choose another STACKROOM_HOST or STACKROOM_PORT (0 takes a free one)"
        ) from error
    with listener:
        yield listener


def _address(
    settings: ControllerSettings, listener: socket.socket, certificate: ServerCertificate | None
) -> str:
    scheme = "http" if certificate is None else "https"
    host = address_to_show(settings.host, certificate)
    return f"{scheme}://{host}:{listener.getsockname()[1]}"
