"""The simulator's process shell: its room file, its page and API, its clean end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, get_args

import httpx2
import pytest

from config.geometry import shelves_of
from config.load import load_room, shipped_room
from config.room import AirContact, SensorInput
from simulators import acts, climate_acts, handling
from simulators.acts_by_name import ACTS, needs
from simulators.app import simulate
from simulators.faults import FaultKind
from simulators.harness import LoopClock, SimulatedRoom
from simulators.physics.codes import Fault, Reason, SteelState
from simulators.physics.orders import COMMANDS
from simulators.physics.protections import DEFECTS, PROTECTIONS

ROOM = load_room(shipped_room("small"))
ASSETS = Path(__file__).parents[2] / "simulators" / "assets"


def with_process(
    tmp_path: Path, scenario: Callable[[httpx2.AsyncClient, Path], Awaitable[None]]
) -> None:
    """Run the shell in this loop, talk to its page, cancel it, and expect nothing to be left."""
    tags = tmp_path / "tags.csv"
    rows = [f"B-{n},{n:024X},{shelf},0,50" for n, (shelf, _) in enumerate(shelves_of(ROOM))]
    tags.write_text("\n".join(["box_code,epc,shelf,order_mm,thickness_mm", *rows]))
    out = tmp_path / "out" / "room.yaml"

    async def run() -> None:
        said: asyncio.Queue[str] = asyncio.Queue()
        running = asyncio.create_task(
            simulate(ROOM, out, boxes=tags, announce=said.put_nowait, clock=LoopClock())
        )
        async with asyncio.timeout(100):
            address = (await said.get()).removeprefix("ready ")
            async with httpx2.AsyncClient(base_url=address) as client:
                await scenario(client, out)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        with pytest.raises(httpx2.ConnectError):
            async with httpx2.AsyncClient(base_url=address) as client:
                await client.get("/")

    asyncio.run(run())


async def told(client: httpx2.AsyncClient, path: str, body: Any) -> tuple[int, str]:
    answer = await client.post(path, json=body)
    return answer.status_code, answer.json().get("error", "")


def test_the_room_file_it_writes_is_the_room_with_addresses_that_answer(tmp_path: Path) -> None:
    async def scenario(client: httpx2.AsyncClient, out: Path) -> None:
        written = load_room(out)
        assert written.banks == ROOM.banks
        assert written.start == ROOM.start
        assert [d.id for d in written.devices] == [d.id for d in ROOM.devices]
        for device in written.devices:
            if hasattr(device.at, "port"):
                _, writer = await asyncio.open_connection(device.at.host, device.at.port)
                writer.transport.abort()
            else:
                assert device.at.path.startswith("/dev/pts/")

    with_process(tmp_path, scenario)


def test_a_box_is_taken_and_brought_to_the_desk_over_http(tmp_path: Path) -> None:
    async def scenario(client: httpx2.AsyncClient, _: Path) -> None:
        near = (await client.get("/api/boxes", params={"shelf": "S1-B1-C6-R-1"})).json()["boxes"]
        code = near[0]["code"]
        assert (await told(client, "/api/acts", {"act": "take_box", "box": code}))[0] == 200
        put = {"act": "put_box", "box": near[0]["epc"], "on": "desk"}
        assert (await told(client, "/api/acts", put))[0] == 200
        assert (await client.get(f"/api/boxes/{code}")).json()["spot"] == "desk"
        world = (await client.get("/api/world")).json()
        assert [box["code"] for box in world["boxes"]["away"]] == [code]
        assert world["banks"][0]["segments"][0]["open_aisle"] == 5

    with_process(tmp_path, scenario)


def test_bad_input_is_answered_with_what_is_allowed(tmp_path: Path) -> None:
    async def scenario(client: httpx2.AsyncClient, _: Path) -> None:
        wrong = [
            ("/api/acts", {"act": "explode"}, "there are take_box, put_box"),
            ("/api/acts", {"act": "enter_aisle", "bank": 1}, "segment (a whole number)"),
            ("/api/acts", {"act": "open_e_stop", "bank": "1"}, "bank must be a whole number"),
            ("/api/acts", {"act": "open_e_stop", "bank": True}, "bank must be a whole number"),
            ("/api/acts", {"act": "open_e_stop", "bank": 7}, "the room has [1]"),
            ("/api/acts", {"act": "enter_aisle", "bank": 1, "segment": 1, "aisle": -1}, "0 to 5"),
            ("/api/acts", {"act": "fail_motor", "bank": 1, "column": 1}, "no movable column 1"),
            ("/api/acts", ["take_box"], "dictionary"),
            ("/api/wires/nowhere", {"faults": []}, "shelving-1, reader-1, probe-1"),
            ("/api/wires/probe-1", {"faults": [{"kind": "bite"}]}, "'cut', 'delay'"),
            ("/api/wires/probe-1", {"faults": [{"kind": "delay"}]}, "needs delay_s"),
            ("/api/wires/probe-1", {"faults": [{"kind": "cut", "probability": 0}]}, "greater"),
        ]
        for path, body, words in wrong:
            status, error = await told(client, path, body)
            assert status == 400
            assert words in error

    with_process(tmp_path, scenario)


def test_wires_are_cut_and_healed_over_http(tmp_path: Path) -> None:
    async def scenario(client: httpx2.AsyncClient, out: Path) -> None:
        device = load_room(out).devices[0]
        faults = {"faults": [{"kind": "cut"}, {"kind": "delay", "delay_s": 0.5}]}
        assert (await told(client, "/api/wires/shelving-1", faults))[0] == 200
        world = (await client.get("/api/world")).json()
        assert [fault["kind"] for fault in world["wires"]["shelving-1"]] == ["cut", "delay"]
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(device.at.host, device.at.port)
        assert (await told(client, "/api/wires/shelving-1", {"faults": []}))[0] == 200
        await asyncio.sleep(0.5)
        _, writer = await asyncio.open_connection(device.at.host, device.at.port)
        writer.transport.abort()
        commands = (await client.get("/api/commands")).json()
        assert (commands["commands"], commands["against_rules"]) == (0, 0)

    with_process(tmp_path, scenario)


def test_another_sites_page_may_not_act(tmp_path: Path) -> None:
    async def scenario(client: httpx2.AsyncClient, _: Path) -> None:
        act = {"act": "raise_fire"}
        for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}):
            answer = await client.post("/api/acts", json=act, headers=headers)
            assert answer.status_code == 403
        page = await client.get("/")
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert (await client.get("/assets/page.js")).status_code == 200
        assert (await client.get("/assets/..%2fpage.py")).status_code == 404

    with_process(tmp_path, scenario)


def test_every_act_has_a_name_and_a_method_of_the_test_room() -> None:
    public = {
        name
        for module in (acts, climate_acts, handling)
        for name, act in vars(module).items()
        if callable(act) and getattr(act, "__module__", "") == module.__name__
        if not name.startswith("_")
    }
    assert set(ACTS) == public
    assert all(hasattr(SimulatedRoom, name) for name in public)
    assert needs(acts.put_box) == {"box": str, "on": str}


def test_every_act_and_every_fault_stands_in_the_handbook() -> None:
    handbook = (ASSETS.parents[1] / "docs" / "simulator.md").read_text(encoding="utf-8")
    assert {*ACTS, *FaultKind} - set(re.findall(r"`([a-z_]+)`", handbook)) == set()


def test_the_page_says_everything_in_both_languages() -> None:
    words = (ASSETS / "words.js").read_text(encoding="utf-8")
    english, chinese = words.split("  zh: {")
    keys = [set(re.findall(r"\b([a-z_0-9]+): \"", part)) for part in (english, chinese)]
    assert keys[0] == keys[1]
    page = (ASSETS / "page.html").read_text(encoding="utf-8")
    assert set(re.findall(r'data-word="(\w+)"', page)) <= keys[0]
    assert "http://" not in page
    assert "https://" not in page + words


def test_the_page_has_a_word_for_every_code_and_every_act() -> None:
    english = (ASSETS / "words.js").read_text(encoding="utf-8").split("  zh: {")[0]
    words = set(re.findall(r"\b([a-z_0-9]+): \"", english))
    codes = {
        *(code.name.lower() for code in (*Reason, *Fault)),
        *(f"state_{state.name.lower()}" for state in SteelState),
        *PROTECTIONS,
        *DEFECTS,
        *COMMANDS.values(),
        *get_args(SensorInput.model_fields["says"].annotation),
        *(f"contact_{says}" for says in get_args(AirContact.model_fields["says"].annotation)),
        *(f"fault_{fault}" for fault in climate_acts.UNIT_FAULTS),
    }
    assert codes <= words | {"ttl_expired", "stale_seq"}
    page = "".join(
        (ASSETS / name).read_text(encoding="utf-8") for name in ("page.js", "climate.js")
    )
    for act in ACTS:
        assert re.search(rf"\b{act}\b", page), f"the page has no button for {act}"
