"""The command line: one sub-command per process, nothing else."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import runpy
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE / "dashboard" / "static"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sub-command named on the command line; return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] in (["test"], ["bench"]):
        return _in_checkout(given[0], given[1:])
    options = _parser().parse_args(given)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    from pydantic import ValidationError

    from config.errors import Mendable

    try:
        return int(options.run(options))
    except Mendable as error:
        print(f"stackroom: {error}", file=sys.stderr)
    except ValidationError as error:
        for problem in error.errors():
            print(f"stackroom: {problem['msg']}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stackroom", description="Smart archive-room controller.", epilog=_EPILOG
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="a first look: everything, with a simulated room")
    demo.add_argument("--port", type=int, default=8080, help="of the web page; 0 takes a free one")
    demo.add_argument("--reset", action="store_true", help="start over with fresh data")
    demo.add_argument("--data", type=Path, default=Path(".stackroom/demo"), help="its folder")
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="the controller: archive, web page, API")
    serve.add_argument("site", type=Path, help="site file")
    serve.set_defaults(run=_serve)

    room = commands.add_parser("room", help="the room agent: talks to the hardware of one room")
    room.add_argument("room", type=Path, help="room file")
    room.add_argument("--site", required=True, help="the site's id, as in its site file")
    room.set_defaults(run=_room)

    simulate = commands.add_parser("simulate", help="a simulated room behind real protocols")
    simulate.add_argument("room", type=Path, help="room file")
    simulate.add_argument("--write-room", type=Path, required=True, metavar="OUT")
    simulate.add_argument("--tags", type=Path, help="CSV that says which tagged boxes stand where")
    simulate.add_argument("--port", type=int, default=0, help="of the page; 0 takes a free one")
    simulate.add_argument("--seed", type=int, default=1)
    simulate.set_defaults(run=_simulate)

    holdings = commands.add_parser("holdings", help="write a made-up archive to import")
    holdings.add_argument("room", type=Path, help="room file whose shelves it fills")
    holdings.add_argument("folder", type=Path, help="where the import files go")
    holdings.add_argument("--seed", type=int, default=1)
    holdings.add_argument("--boxes", type=int, default=9231)
    holdings.add_argument("--files", type=int, default=65772)
    holdings.set_defaults(run=_holdings)

    broker = commands.add_parser("broker", help="the embedded MQTT broker (demo, first tries)")
    broker.add_argument("--site", required=True, help="the site's id, as in its site file")
    broker.add_argument("--port", type=int, default=1883, help="0 takes a free one")
    broker.set_defaults(run=_broker)

    _add_trust(commands)

    bring = commands.add_parser("import", help="import boxes or files from CSV or XLSX")
    bring.add_argument("site", type=Path, help="site file")
    bring.add_argument("file", type=Path)
    bring.add_argument("--kind", choices=("boxes", "files"), required=True)
    bring.add_argument("--dry-run", action="store_true", help="only report what is wrong")
    bring.add_argument("--accept-partial", action="store_true", help="import the good rows anyway")
    bring.set_defaults(run=_import)

    check = commands.add_parser("check", help="check room and site files")
    check.add_argument("files", type=Path, nargs="+")
    check.add_argument("--probe", action="store_true", help="also ask every device; only reads")
    check.set_defaults(run=_check)

    commission = commands.add_parser("commission", help="walk two people through a moving test")
    commission.add_argument("room", type=Path, help="room file")
    commission.add_argument("--device", required=True, help="the bank's controller, by its id")
    commission.add_argument("--site", required=True, help="the site's id, as in its site file")
    commission.set_defaults(run=_commission)

    audit = commands.add_parser("audit", help="check the audit trail of a stopped or running site")
    audit.add_argument("what", choices=("verify",))
    audit.set_defaults(run=_audit)
    return parser


def _add_trust(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add what a site needs before machines talk to each other over its network."""
    certs = commands.add_parser("certs", help="make or renew certificates for the site's network")
    certs.add_argument("folder", type=Path, help="where they go; it holds the authority's key")
    certs.add_argument("--name", action="append", default=[], help="a host name that is called")
    certs.add_argument("--address", action="append", default=[], help="an IP address, likewise")
    certs.add_argument(
        "--for",
        dest="servers",
        action="append",
        default=[],
        metavar="SERVER",
        help="controller, broker (these two if unsaid), or room-CODE for a room's own page",
    )
    certs.add_argument("--check", action="store_true", help="only say what is due; exit 1 if any")
    certs.set_defaults(run=_certs)

    mosquitto = commands.add_parser("mosquitto", help="write what mosquitto needs to serve a site")
    mosquitto.add_argument("site", type=Path, help="site file")
    mosquitto.add_argument("folder", type=Path, help="where mosquitto.conf and the passwords go")
    mosquitto.add_argument("--port", type=int, default=1883)
    mosquitto.add_argument("--host", default="127.0.0.1", help="the address it listens on")
    mosquitto.add_argument("--certs", type=Path, help="folder of `stackroom certs`; or else:")
    mosquitto.add_argument("--certificate", type=Path, help="needed beyond this machine")
    mosquitto.add_argument("--key", type=Path, help="of the certificate")
    mosquitto.add_argument("--authority", type=Path, help="certificate of who signed it")
    mosquitto.add_argument("--user", help="whom mosquitto becomes when root starts it")
    mosquitto.add_argument(
        "--enroll-later", action="store_true", help="let nobody in who is not in already"
    )
    mosquitto.set_defaults(run=_mosquitto)

    enroll = commands.add_parser("enroll", help="let one client into the broker, or shut it out")
    enroll.add_argument("site", type=Path, help="site file")
    enroll.add_argument("folder", type=Path, help="the one of `stackroom mosquitto`")
    enroll.add_argument("agent", help="a room's code, or controller")
    enroll.add_argument("--broker", metavar="HOST", help="what this client calls the broker")
    enroll.add_argument("--ca-file", type=Path, help="where it keeps the authority's certificate")
    how = enroll.add_mutually_exclusive_group()
    how.add_argument("--renew", action="store_true", help="give it a new password")
    how.add_argument("--revoke", action="store_true", help="shut it out")
    enroll.set_defaults(run=_enroll)


_EPILOG = "In a checkout also: test, bench NAME. Settings come from STACKROOM_… in the environment."


def _demo(options: argparse.Namespace) -> int:
    from simulators.demo import run_demo

    return _until_told(run_demo(options.data, port=options.port, reset=options.reset, say=_say))


def _serve(options: argparse.Namespace) -> int:
    from config.load import load_site
    from config.settings import BrokerSettings, ControllerSettings, SmtpSettings
    from controller.compose import serve

    site, rooms = load_site(options.site)
    settings, broker, smtp = ControllerSettings(), BrokerSettings(), SmtpSettings()
    running = serve(settings, broker, site, rooms, static=STATIC, announce=_say, smtp=smtp)
    return _until_told(running)


def _room(options: argparse.Namespace) -> int:
    from config.clock import SystemClock
    from config.commissions import load_commissions
    from config.load import load_room
    from config.settings import BrokerSettings, RoomSettings
    from drivers.room.agent import run_room

    room = load_room(options.room)
    running = run_room(
        room,
        RoomSettings(),
        BrokerSettings(),
        site=options.site,
        clock=SystemClock(),
        announce=_say,
        commissions=load_commissions(options.room),
    )
    return _until_told(running)


def _simulate(options: argparse.Namespace) -> int:
    from config.load import load_room
    from simulators.app import simulate

    running = simulate(
        load_room(options.room),
        options.write_room,
        boxes=options.tags,
        seed=options.seed,
        page_port=options.port,
        announce=_say,
    )
    return _until_told(running)


def _holdings(options: argparse.Namespace) -> int:
    from config.errors import Mendable
    from config.load import load_room
    from simulators.holdings import write_archive

    room = load_room(options.room)
    try:
        paths = write_archive(
            room, options.folder, seed=options.seed, boxes=options.boxes, files=options.files
        )
    except OSError as error:
        raise Mendable(f"cannot write to {options.folder}: {error.strerror}") from error
    except ValueError as error:
        raise Mendable(f"{error} (--boxes, --files)") from error
    _say(f"wrote {paths.boxes_csv}, {paths.files_csv} and {paths.tags_csv}")
    return 0


def _broker(options: argparse.Namespace) -> int:
    from controller.link.broker import run_broker

    return _until_told(run_broker(options.site, port=options.port, announce=_say))


def _certs(options: argparse.Namespace) -> int:
    from config.clock import SystemClock
    from controller.link.certificates import certify, look_at, tell

    now = SystemClock().now()
    if options.check:
        found = look_at(options.folder)
    else:
        hosts = (*options.name, *options.address)
        found = certify(options.folder, now=now, servers=options.servers, hosts=hosts)
    for line in tell(found, made=not options.check):
        _say(line)
    due = found.list_due(now)
    for sentence in due:
        print(f"stackroom: {sentence}", file=sys.stderr)
    return 1 if options.check and due else 0


def _mosquitto(options: argparse.Namespace) -> int:
    from config.clock import SystemClock
    from config.load import load_site
    from controller.link.provision import BrokerTls, provision

    site, rooms = load_site(options.site)
    done = provision(
        options.folder,
        site.site,
        () if options.enroll_later else ("controller", *rooms),
        host=options.host,
        port=options.port,
        now=SystemClock().now(),
        run_as=options.user,
        tls=BrokerTls.named(options.certs, options.certificate, options.key, options.authority),
    )
    _say(f"wrote {done.configuration}; start it with: /usr/sbin/mosquitto -c {done.configuration}")
    for path in done.written:
        _say(f"wrote {path}, with which {path.stem} gets in")
    for client in done.elsewhere:
        _say(f"{client} gets in with the password it has; its file is not here any more")
    for client in done.revoked:
        _say(f"{client} stays shut out; `stackroom enroll` lets it in again")
    return 0


def _enroll(options: argparse.Namespace) -> int:
    from config.clock import SystemClock
    from config.load import load_site
    from controller.link.enrolment import enroll, revoke

    site, rooms = load_site(options.site)
    if options.revoke:
        revoke(options.folder, site.site, options.agent)
        _say(f"{options.agent} is shut out as soon as mosquitto reads its lists again")
    else:
        path = enroll(
            options.folder,
            site.site,
            options.agent,
            known=tuple(rooms),
            now=SystemClock().now(),
            reach_by=options.broker,
            ca_file=options.ca_file,
            renew=options.renew,
        )
        _say(f"wrote {path}, with which {options.agent} gets in; it holds a password: take it to")
        _say("that machine over a safe way, keep it readable by its agent alone, remove it here")
    _say(
        "tell a running mosquitto to read its lists again: kill -HUP PID, or where systemd runs it"
    )
    _say("`systemctl reload` with the name of its unit; nothing else is interrupted")
    return 0


def _import(options: argparse.Namespace) -> int:
    from config.load import load_site
    from config.settings import ControllerSettings
    from controller.compose import import_file

    site, rooms = load_site(options.site)
    return import_file(
        ControllerSettings(),
        site,
        rooms,
        options.file,
        kind=options.kind,
        dry_run=options.dry_run,
        accept_partial=options.accept_partial,
        say=_say,
    )


def _check(options: argparse.Namespace) -> int:
    from config.load import BadFile, is_site_file, load_room, load_site

    failed = 0
    for path in options.files:
        try:
            is_site = is_site_file(path)
            if is_site:
                load_site(path)
            else:
                load_room(path)
            _say(f"{path}: good")
            if options.probe and not is_site and not _probe(path):
                failed = 1
        except BadFile as error:
            failed = 1
            print(f"stackroom: {error}", file=sys.stderr)
    return failed


def _probe(room_file: Path) -> bool:
    """Ask every device of a room file; say whether all answer and fit."""
    from config.clock import SystemClock
    from drivers.commissioning.commands import tell_probe

    fits: list[bool] = []

    async def probe() -> None:
        fits.append(await tell_probe(room_file, SystemClock(), _say))

    _until_told(probe())
    return fits == [True]


def _commission(options: argparse.Namespace) -> int:
    from config.clock import SystemClock
    from config.settings import BrokerSettings, RoomSettings
    from drivers.commissioning.commands import run_commission

    walking = run_commission(
        options.room,
        options.device,
        site=options.site,
        settings=RoomSettings(),
        broker=BrokerSettings(),
        ask=_ask,
        say=_say,
        clock=SystemClock(),
    )
    return _until_told(walking)


def _audit(_options: argparse.Namespace) -> int:
    from config.settings import ControllerSettings
    from controller.compose import verify_audit

    return verify_audit(ControllerSettings(), say=_say)


def _in_checkout(what: str, arguments: Sequence[str]) -> int:
    """Run the test or bench command, which exist in a checkout only."""
    script = HERE / "tests" / ("run.py" if what == "test" else "bench/run.py")
    if not script.is_file():
        print(f"stackroom: `{what}` works in a checkout of the project only", file=sys.stderr)
        return 2
    sys.argv = [f"stackroom {what}", *arguments]
    return int(runpy.run_path(str(script))["main"]())


def _say(line: str) -> None:
    print(line, flush=True)


def _until_told(work: Coroutine[object, object, None]) -> int:
    """Run until it ends or SIGINT or SIGTERM comes; then let it put everything away."""
    return asyncio.run(_cancelled_by_signals(work))


async def _cancelled_by_signals(work: Coroutine[object, object, None]) -> int:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    told = False

    def tell() -> None:
        nonlocal told
        told = True
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, tell)
    if os.environ.get("STACKROOM_ENDS_WITH_STDIN") == "1":
        _watch_stdin(lambda: loop.call_soon_threadsafe(tell))
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
    return 0


async def _ask(question: str) -> str:
    """Ask whoever sits at the keyboard; the thread that waits does not keep the program alive."""
    from config.errors import Mendable

    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str | None] = loop.create_future()

    def settle(line: str | None) -> None:
        if not answer.done():
            answer.set_result(line)

    def read() -> None:
        try:
            line: str | None = input(question)
        except EOFError:
            line = None
        try:
            loop.call_soon_threadsafe(settle, line)
        except RuntimeError:
            pass  # the loop is closed already

    threading.Thread(target=read, name="keyboard", daemon=True).start()
    line = await answer
    if line is None:
        raise Mendable("nobody answers at the keyboard; nothing was written")
    return line


def _watch_stdin(tell: Callable[[], object]) -> None:
    """End with whoever holds the other end of standard input, however they end."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        try:
            tell()
        except RuntimeError:
            pass  # the loop is closed already

    threading.Thread(target=watch, name="stdin", daemon=True).start()


if __name__ == "__main__":
    raise SystemExit(main())
