"""The first look: starts broker, simulated room, room agent and controller as processes of one.

It knows the other programs by their command lines alone, as an operator does. Whatever ends this
process ends them too: each of them watches its standard input, whose other end is held here.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError
from urllib.request import urlopen

from config.load import shipped_room
from simulators.demo_climate import load_climate
from simulators.demo_folder import DemoFailed, DemoFolder, held_folder
from simulators.demo_parts import STARTED_WITHIN_S, Part, Say, beside, running_part, until_one_ends

SITE = "demo"
PIN_PEOPLE = {"李敏": "2580", "Wang Lei": "1470"}
LOOKS_EVERY_S = 0.1


async def run_demo(root: Path, *, port: int, reset: bool, say: Say) -> None:
    """Run until cancelled; the second start finds its data again unless `reset`.

    Raises DemoFailed, with the last lines the failing part said.
    """
    _require_free(port)
    with held_folder(root, reset=reset) as folder:
        say(f"starting; the demo keeps its data in {folder.root}")
        await _prepare_archive(folder, say)
        await _start_and_wait(folder, port, say)


def _require_free(port: int) -> None:
    """Look at the port before minutes of work; raise DemoFailed if it cannot be had."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        reason = "is taken by another program" if taken else f"cannot be used: {error}"
        raise DemoFailed(
            f"port {port} {reason}; choose one with --port, or take any with --port 0"
        ) from error


class Start(Protocol):
    """Start a part by its sub-command; it ends with the demo."""

    async def __call__(self, name: str, *arguments: str, **environment: str) -> Part: ...


async def _start_and_wait(folder: DemoFolder, port: int, say: Say) -> None:
    """Start every part as soon as what it needs is known, and stay until one ends.

    The controller never asks where a device answers, so the room file as it ships is enough for it;
    only the agent has to wait for the addresses of the simulated world.
    """
    passwords = {name: secrets.token_urlsafe(24) for name in ("controller", "R1")}
    async with contextlib.AsyncExitStack() as stack:

        async def start(name: str, *arguments: str, **environment: str) -> Part:
            return await stack.enter_async_context(running_part(name, arguments, environment))

        broker = await _start_broker(start, passwords)
        tags = {"STACKROOM_TAG_PASSWORD": _new_tag_password()}
        room = await _start_world(start, folder, tags)
        mqtt_port = (await broker.ready()).rpartition(":")[2]
        await _import_archive(folder, say)
        link = {"STACKROOM_MQTT_PORT": mqtt_port}
        controller = await _start_controller(
            start, folder, port, link | tags, passwords["controller"]
        )
        world = await room.ready()
        agent = await _start_agent(start, folder, link, passwords["R1"])
        page, bank_page = await controller.ready(), await agent.ready()
        await _healthy(page)
        _welcome(say, page, bank_page, world, controller.process.pid)
        async with beside(_load_climate(folder, say), name="climate"):
            await until_one_ends([room, agent], spare=[broker, controller], say=say)


async def _start_broker(start: Start, passwords: Mapping[str, str]) -> Part:
    accounts = json.dumps(passwords)
    return await start("broker", "--site", SITE, "--port", "0", STACKROOM_BROKER_ACCOUNTS=accounts)


def _new_tag_password() -> str:
    """Draw what the simulated tags have, so that locking can be tried; no tag's is all zeros."""
    return f"{secrets.randbelow(0xFFFFFFFF) + 1:08X}"


async def _start_world(start: Start, folder: DemoFolder, tags: Mapping[str, str]) -> Part:
    return await start(
        "simulate",
        str(shipped_room("simulated")),
        "--write-room",
        str(folder.room_file),
        "--tags",
        str(folder.archive / "tags.csv"),
        **tags,
    )


async def _start_controller(
    start: Start, folder: DemoFolder, port: int, settings: Mapping[str, str], password: str
) -> Part:
    return await start(
        "serve",
        str(folder.site_file),
        **settings,
        STACKROOM_MQTT_USER="controller",
        STACKROOM_MQTT_PASSWORD=password,
        STACKROOM_DATA_DIR=str(folder.controller),
        STACKROOM_PORT=str(port),
        STACKROOM_DEMO="true",
    )


async def _start_agent(
    start: Start, folder: DemoFolder, link: Mapping[str, str], password: str
) -> Part:
    return await start(
        "room",
        str(folder.room_file),
        "--site",
        SITE,
        **link,
        STACKROOM_MQTT_USER="R1",
        STACKROOM_MQTT_PASSWORD=password,
        STACKROOM_ROOM_DATA_DIR=str(folder.room),
        STACKROOM_ROOM_PAGE_PORT="0",
        STACKROOM_ROOM_PINS=json.dumps(PIN_PEOPLE),
    )


async def _healthy(page: str) -> None:
    """Wait until the controller says it is linked to its room and searchable."""
    reasons = ""
    for _ in range(round(STARTED_WITHIN_S / LOOKS_EVERY_S)):
        reasons = await asyncio.to_thread(_why_unwell, page)
        if not reasons:
            return
        await asyncio.sleep(LOOKS_EVERY_S)
    raise DemoFailed(f"the controller did not get well: {reasons}")


def _why_unwell(page: str) -> str:
    """Ask the controller's health; an empty answer is a good one."""
    try:
        with urlopen(f"{page}/api/v1/health", timeout=5):  # the address is our own
            return ""
    except HTTPError as error:
        return error.read().decode(errors="replace")
    except OSError as error:
        return str(error)


def _welcome(say: Say, page: str, bank_page: str, world: str, controller: int) -> None:
    people = ", ".join(f"{name} {pin}" for name, pin in PIN_PEOPLE.items())
    say(f"""
Stackroom is ready.
  web page           {page}
                     accounts stand on its sign-in page (demo only)
  simulated world    {world}
                     take a box, walk into an aisle, cut a cable
  page at the bank   {bank_page}
                     works alone, also after `kill {controller}`, which ends the controller
                     PINs: {people}
End with Ctrl-C.""")


async def _prepare_archive(folder: DemoFolder, say: Say) -> None:
    if (folder.archive / "tags.csv").is_file():
        return
    say("writing the reference archive: 9,231 boxes, 65,772 files")
    await _once("holdings", str(shipped_room("simulated")), str(folder.archive), say=None)


async def _import_archive(folder: DemoFolder, say: Say) -> None:
    if folder.imported.is_file():
        return
    environment = {"STACKROOM_DATA_DIR": str(folder.controller)}
    for kind, name in (("boxes", "boxes.xlsx"), ("files", "files.csv")):
        say(f"importing {name}")
        file = str(folder.archive / name)
        arguments = ("import", str(folder.site_file), file, "--kind", kind)
        await _once(*arguments, say=say, environment=environment)
    folder.imported.touch()


async def _load_climate(folder: DemoFolder, say: Say) -> None:
    environment = {"STACKROOM_DATA_DIR": str(folder.controller)}

    async def run(*arguments: str) -> None:
        await _once(*arguments, say=None, environment=environment)

    await load_climate(folder, run, say)


async def _once(
    *arguments: str, say: Say | None, environment: Mapping[str, str] | None = None
) -> None:
    """Run a command to its end, passing on what it says."""
    async with running_part(arguments[0], arguments[1:], environment or {}, say=say) as part:
        code = await part.process.wait()
        await part.listening
    if code != 0:
        raise DemoFailed(f"{arguments[0]} ended with {code}\n{part.last_words()}")
