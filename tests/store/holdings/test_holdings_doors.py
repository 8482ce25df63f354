"""What left by a door is kept with its reads, alarms until it is back or lent, and is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from config.room import Contact, Door, Words
from controller import problems
from controller.alarms import acts, reading
from controller.alarms.doors import Lent
from controller.alarms.model import Letter
from controller.alarms.watch import Watch
from controller.alarms.words import Place, write_text
from controller.assembly import EFFECTS
from controller.audit.store import list_entries
from controller.circulation.model import Item
from controller.circulation.store import hand_over, list_borrowers, list_file_borrowers
from controller.context import Context
from controller.holdings import views
from controller.holdings.model import Seen
from controller.holdings.shapes import BoxView
from controller.holdings.store import get_box_row, note_seen
from controller.people.access import SignedIn, permit
from controller.readers import api
from controller.readers.bench import BenchMirror
from controller.readers.feed import Feed
from drivers.messages import (
    Actor,
    AntennaFacts,
    BenchState,
    BenchTag,
    BoxSeen,
    DeviceState,
    DoorMissed,
    DoorPassed,
    DoorRead,
    DoorSilenced,
    DoorState,
    Event,
    ReaderFacts,
    Reply,
    TagRequest,
)
from tests.store.holdings.conftest import StandingClock

Rows = list[dict[str, str]]
VERBS = ("live.read", "box.read", "alarm.acknowledge")
LENT = Lent(boxes=list_borrowers, files=list_file_borrowers)


@dataclass
class Room:
    """The room's side: what it showed, what it was asked, what it answers."""

    asked: list[TagRequest] = field(default_factory=list)
    answer: Any = "done"
    state: DeviceState | None = None
    door: DoorState | None = None
    heard: bool = True

    async def ask(self, room: str, request: TagRequest, wait_s: float = 1.0) -> Reply | None:
        assert (room, wait_s < 10) == ("S1", True)
        self.asked.append(request)
        if self.answer is None:
            return None
        return Reply(
            request_id=request.id,
            status=self.answer,
            code=None if self.answer == "done" else "reader_away",
            detail={"for_s": 60.0},
            at="2026-03-01T08:00:00Z",
        )

    def device(self, room: str, device: str) -> tuple[DeviceState | None, bool]:
        return self.state, self.heard

    def sign(self, room: str, door: str) -> tuple[DoorState | None, bool]:
        return self.door, self.heard


@pytest.fixture
def there() -> Room:
    return Room()


@pytest.fixture
def benches(clock: StandingClock) -> BenchMirror:
    return BenchMirror(clock)


@pytest.fixture
def client(filled: Context, there: Room, benches: BenchMirror) -> Iterator[TestClient]:
    with client_who_may(VERBS, filled, there, benches) as client:
        yield client


@contextmanager
def client_who_may(
    verbs: tuple[str, ...], context: Context, there: Room, benches: BenchMirror
) -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(
        api.routes(context, benches=benches, devices=there.device, doors=there.sign, requests=there)
    )
    clerk = SignedIn(user_id="u1", name="小王", post="archivist", permissions=frozenset(verbs))
    for verb in verbs:
        app.dependency_overrides[permit(verb)] = lambda: clerk
    with TestClient(app) as client:
        yield client


def tell(context: Context, *events: Event) -> list[Any]:
    changes: list[Any] = []
    with context.records.write() as session:
        for event in events:
            changes += EFFECTS[event.kind](session, context, "S1", [event])
    return changes


def left(context: Context, epc: str, **changes: Any) -> DoorPassed:
    at = context.clock.now()
    read = DoorRead(antenna=8, side="inside", at=at, rssi_dbm=-50.5, count=3)
    passed = DoorPassed(
        at=at,
        door="door",
        epc=epc,
        direction="out",
        confidence=0.98,
        reader="reader-1",
        known=True,
        allowed=False,
        alarmed=True,
        loans_age_s=4.5,
        first_at=at - timedelta(seconds=3),
        last_at=at,
        reads=(read,),
    )
    return passed.model_copy(update=changes)


def seen(context: Context, epc: str) -> BoxSeen:
    return BoxSeen(at=context.clock.now(), epc=epc, zone="desk", confidence=0.99, reader="reader-1")


def open_alarms(context: Context) -> list[Any]:
    with context.records.read() as session:
        found = reading.list_alarms(session, open_only=False, limit=50)
    return [alarm for alarm in found if alarm.cleared_at is None]


def lend(context: Context, code: str) -> None:
    with context.records.write() as session:
        item = Item(kind="box", code=code)
        at = context.clock.now()
        hand_over(session, item, person="李工", purpose="查阅", by="u1", at=at)


def show(context: Context, code: str) -> BoxView:
    with context.records.read() as session:
        box = views.find_box(session, context.keys, code)
    assert box is not None
    return box


def test_what_left_unlent_is_kept_with_its_reads_and_alarms_once(
    client: TestClient, filled: Context, box_rows: Rows
) -> None:
    code, epc = box_rows[0]["box_code"], box_rows[0]["epc"]
    changes = tell(filled, left(filled, epc), left(filled, epc), left(filled, "00FF", known=False))
    kinds = [change.kind for change in changes]
    assert kinds.count("passage") == 3
    (told, *_) = [change for change in changes if change.kind == "passage"]
    body = client.get("/rooms/S1/doors/passages", params={"limit": 2}).json()
    assert body["more"]
    assert [passage["epc"] for passage in body["passages"]] == ["00FF", epc]
    assert body["passages"][0]["item"] is None
    kept = client.get("/rooms/S1/doors/passages").json()["passages"][2]
    code_alone = {"kind": "box", "code": code}
    assert kept | {"item": code_alone} == told.body, "not everybody may hear titles"
    assert kept["item"]["title"]
    assert (kept["item"]["kind"], kept["item"]["code"]) == ("box", code)
    assert (kept["direction"], kept["alarmed"], kept["loans_age_s"]) == ("out", True, 4.5)
    assert kept["reads"][0]["rssi_dbm"] == -50.5
    boxes = [alarm for alarm in open_alarms(filled) if alarm.params["epc"] == epc]
    (alarm,) = boxes
    assert (alarm.kind, alarm.priority, alarm.subject) == ("door_left", "high", "S1/door")
    assert alarm.params["item_code"] == code
    with filled.records.read() as session:
        assert [e.action for e in list_entries(session)].count("door.left") == 3


def test_what_went_out_unlent_is_no_longer_shown_in_its_place(
    filled: Context, box_rows: Rows
) -> None:
    code, epc = box_rows[0]["box_code"], box_rows[0]["epc"]
    changes = tell(filled, left(filled, epc))
    assert ("item", "unknown") in [(each.kind, each.body.get("state")) for each in changes]
    box = show(filled, code)
    assert (box.state, box.place.kind) == ("unknown", "unknown")
    assert box.last_seen is not None
    assert (box.last_seen.zone, box.last_seen.by) == ("door", "reader-1")


@pytest.mark.parametrize("direction", ["in", "unsure"])
def test_what_only_came_near_a_door_or_in_stays_in_its_place(
    filled: Context, box_rows: Rows, direction: str
) -> None:
    code, epc = box_rows[0]["box_code"], box_rows[0]["epc"]
    tell(filled, left(filled, epc, direction=direction, alarmed=False))
    box = show(filled, code)
    assert box.last_seen is not None
    assert (box.state, box.last_seen.zone) == ("in_place", "door")


def test_what_went_out_lent_is_still_with_its_borrower(filled: Context, box_rows: Rows) -> None:
    code, epc = box_rows[0]["box_code"], box_rows[0]["epc"]
    lend(filled, code)
    before = show(filled, code).place
    tell(filled, left(filled, epc, allowed=True, alarmed=False))
    after = show(filled, code).place
    assert (after.person, after.since) == ("李工", before.since)


def test_the_alarm_ends_when_the_tag_is_in_the_room_again(filled: Context, box_rows: Rows) -> None:
    first, second = box_rows[0]["epc"], box_rows[1]["epc"]
    tell(filled, left(filled, first), left(filled, second))
    tell(filled, seen(filled, first))
    assert [alarm.params["epc"] for alarm in open_alarms(filled)] == [second]
    tell(filled, left(filled, second, direction="in", alarmed=False))
    assert open_alarms(filled) == []


def test_what_is_lent_raises_nothing_however_old_the_rooms_list_was(
    filled: Context, box_rows: Rows
) -> None:
    lend(filled, box_rows[0]["box_code"])
    tell(filled, left(filled, box_rows[0]["epc"]))
    assert open_alarms(filled) == []


def test_the_alarm_ends_when_the_item_is_lent_afterwards(filled: Context, box_rows: Rows) -> None:
    watch = Watch(filled, list, LENT)
    tell(filled, left(filled, box_rows[0]["epc"]), left(filled, box_rows[1]["epc"]))
    watch.look()
    assert len(open_alarms(filled)) == 2
    lend(filled, box_rows[0]["box_code"])
    watch.look()
    assert [alarm.params["epc"] for alarm in open_alarms(filled)] == [box_rows[1]["epc"]]


def test_the_alarm_ends_when_a_named_person_explains_it_and_is_worded_in_both_languages(
    filled: Context, box_rows: Rows
) -> None:
    tell(filled, left(filled, box_rows[0]["epc"]))
    (alarm,) = open_alarms(filled)
    door = Door(door="door", name=Words(zh="南门", en="South door"))
    room = filled.rooms["S1"].model_copy(update={"doors": (door,)})
    place = Place(filled.site, {"S1": room}, "https://a.example")
    for language, name in (("zh", "南门"), ("en", "South door")):
        letter = Letter(
            id="1",
            channel="email",
            to="a@b.example",
            language=language,
            secret=None,
            event="raised",
            alarm=alarm,
        )
        letter_text = write_text(letter, place)
        assert name in letter_text.subject
        assert box_rows[0]["box_code"] in letter_text.subject
    with filled.records.write() as session:
        at = filled.clock.now()
        acts.acknowledge(session, alarm.id, by="u1", name="小王", comment="送装订", at=at)
    assert open_alarms(filled) == []


def missed(context: Context, epc: str) -> DoorMissed:
    at = context.clock.now()
    last_at = at - timedelta(minutes=2)
    return DoorMissed(at=at, door="door", epc=epc, reader="reader-1", last_at=last_at)


def see(context: Context, box: str) -> None:
    with context.records.write() as session:
        row = get_box_row(session, box)
        at = context.clock.now()
        note_seen(row, Seen(by="u1", by_kind="person", zone="S1-B1", at=at, confidence=1.0))


def test_what_is_missed_at_a_door_is_told_with_low_priority_until_it_is_heard(
    filled: Context, box_rows: Rows
) -> None:
    code, epc = box_rows[0]["box_code"], box_rows[0]["epc"]
    tell(filled, left(filled, epc, direction="unsure", alarmed=False), missed(filled, epc))
    (alarm,) = open_alarms(filled)
    assert (alarm.kind, alarm.priority, alarm.subject) == ("door_unsure", "low", "S1/door")
    assert alarm.params["item_code"] == code
    assert show(filled, code).state == "in_place", "nobody knows that it left"
    with filled.records.read() as session:
        assert "door.missed" in [entry.action for entry in list_entries(session)]
    tell(filled, seen(filled, epc))
    assert open_alarms(filled) == []


def test_what_surely_left_is_no_longer_merely_missed(filled: Context, box_rows: Rows) -> None:
    epc = box_rows[0]["epc"]
    tell(filled, missed(filled, epc), left(filled, epc), missed(filled, epc))
    assert [alarm.kind for alarm in open_alarms(filled)] == ["door_left"]


def test_what_a_person_scanned_in_the_room_since_is_not_missed(
    filled: Context, clock: StandingClock, box_rows: Rows
) -> None:
    (first, one), (second, other) = [(row["box_code"], row["epc"]) for row in box_rows[:2]]
    see(filled, first)
    tell(filled, missed(filled, one), missed(filled, other))
    assert [alarm.params["item_code"] for alarm in open_alarms(filled)] == [second]
    watch = Watch(filled, list, LENT)
    watch.look()
    assert len(open_alarms(filled)) == 1
    clock.advance(seconds=60)
    see(filled, second)
    watch.look()
    assert open_alarms(filled) == []


def test_whoever_watches_the_room_sees_passages_by_codes_without_titles(
    filled: Context, there: Room, benches: BenchMirror, box_rows: Rows
) -> None:
    tell(filled, left(filled, box_rows[0]["epc"]))
    with client_who_may(("live.read",), filled, there, benches) as manager:
        (passage,) = manager.get("/rooms/S1/doors/passages").json()["passages"]
    assert passage["item"] == {"kind": "box", "code": box_rows[0]["box_code"]}
    assert len(passage["reads"]) == 1


def test_a_door_says_whether_it_sounds_and_who_silenced_it(
    client: TestClient, filled: Context, there: Room
) -> None:
    name = Words(zh="南门", en="South door")
    sounder = Contact(device="reader-1", number=1)
    with_doors = filled.rooms["S1"].model_copy(
        update={
            "doors": (
                Door(door="door", name=name, sounder=sounder),
                Door(door="door-2", name=name),
            )
        }
    )
    cast(Any, filled.rooms)["S1"] = with_doors

    def doors() -> list[Any]:
        return list(client.get("/rooms/S1/doors").json()["doors"])

    assert [(door["has_sounder"], door["sounding"]) for door in doors()] == [
        (True, None),
        (False, None),
    ]
    at = filled.clock.now()
    state = DoorState(device="door", boot_id="b", version=1, at=at, sounding=True, obeys=True)
    there.door = state
    door, other = doors()
    assert (door["name"]["zh"], door["sounding"], door["silenced"]) == ("南门", True, None)
    assert other["sounding"] is None, "it has no sounder, whatever anybody says"
    li = Actor(id="u-7", name="李敏")
    quiet = {"sounding": False, "silenced_by": li, "silenced_at": at}
    there.door = state.model_copy(update=quiet)
    door, _ = doors()
    assert (door["sounding"], door["silenced"]["by"]["name"]) == (False, "李敏")
    there.heard = False
    door, _ = doors()
    assert (door["sounding"], door["obeys"]) == (None, None), "the room is silent"
    assert door["silenced"]["by"]["name"] == "李敏"


def bench_of(context: Context, *epcs: str) -> BenchState:
    tags = tuple(BenchTag(epc=epc, rssi_dbm=-45, reads=9, age_ms=200) for epc in epcs)
    return BenchState(reader="reader-1", antenna=1, boot_id="b", at=context.clock.now(), tags=tags)


def test_what_lies_before_an_antenna_is_joined_with_what_it_is(
    client: TestClient,
    filled: Context,
    clock: StandingClock,
    benches: BenchMirror,
    box_rows: Rows,
) -> None:
    path = "/rooms/S1/readers/reader-1/antennas/1/tags"
    assert client.get(path).json() == {"at": None, "tags": []}
    bench = bench_of(filled, box_rows[0]["epc"], "00FF")
    feed = Feed(filled, benches)

    async def shown() -> list[Any]:
        with filled.hub.subscribe(lambda: None) as told:
            task = asyncio.create_task(feed.run())
            feed.take("S1", bench)
            while not (changes := told.take()[1]):  # noqa: ASYNC110  the feed has no event
                await asyncio.sleep(0.01)
            task.cancel()
            return [numbered.change for numbered in changes]

    (change,) = asyncio.run(shown())
    body = client.get(path).json()
    assert (change.kind, change.key) == ("bench", "S1/reader-1/1")
    assert change.body == body | {"room": "S1", "reader": "reader-1", "antenna": 1}
    known, unknown = body["tags"]
    assert (known["item"]["code"], known["tag"]) == (box_rows[0]["box_code"], "current")
    assert (unknown["item"], unknown["tag"]) == (None, "unknown")
    clock.advance(seconds=11)
    assert client.get(path).json() == {"at": None, "tags": []}, "too old to say anything"


def test_a_bench_that_cannot_be_looked_up_once_is_shown_the_next_time(
    filled: Context,
    benches: BenchMirror,
    box_rows: Rows,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = bench_of(filled, box_rows[0]["epc"])
    feed = Feed(filled, benches)

    def rename(old: str, new: str) -> None:
        with filled.records.write() as session:
            session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    async def scenario() -> None:
        with filled.hub.subscribe(lambda: None) as told:
            task = asyncio.create_task(feed.run())
            rename("tags", "away")
            feed.take("S1", bench)
            while not (caplog.records or task.done()):  # noqa: ASYNC110  the feed has no event
                await asyncio.sleep(0.001)
            rename("away", "tags")
            feed.take("S1", bench)
            while not (changes := told.take()[1]):
                assert not task.done()
                await asyncio.sleep(0.001)
            assert [numbered.change.kind for numbered in changes] == ["bench"]
            task.cancel()

    asyncio.run(scenario())
    assert "not told what lies before 1 antenna" in caplog.text


def test_readers_are_shown_as_the_room_says_and_as_away_while_it_is_silent(
    client: TestClient, filled: Context, there: Room
) -> None:
    (reader,) = client.get("/rooms/S1/readers").json()["readers"]
    assert (reader["id"], reader["online"], reader["why_offline"]) == (
        "reader-1",
        False,
        "never heard",
    )
    assert (reader["offline_code"], reader["address"]) == ("never_heard", "127.0.0.1:5084")
    assert [antenna["covers"] for antenna in reader["antennas"]][:2] == ["desk", "S1-B1-C3-L-1"], (
        "the antennas of a reader that is away are those of the room file"
    )
    facts = ReaderFacts(
        model="R420",
        region="cn_900",
        reads_per_s=12.5,
        skipped_bytes=9,
        clock_jumps=2,
        antennas=(AntennaFacts(antenna=1, covers="desk", noise_dbm=-70),),
    )
    there.state = DeviceState(
        device="reader-1",
        boot_id="b",
        version=1,
        at=filled.clock.now(),
        online=True,
        heard_at=filled.clock.now(),
        reader=facts,
    )
    (reader,) = client.get("/rooms/S1/readers").json()["readers"]
    assert (reader["online"], reader["driver"], reader["model"]) == (True, "rfid.llrp", "R420")
    assert reader["antennas"][0]["noise_dbm"] == -70
    assert (reader["skipped_bytes"], reader["clock_jumps"]) == (9, 2)
    assert (reader["region"], reader["region_unconfirmed"]) == ("cn_900", True)
    gone = there.state.heard_at
    there.state = there.state.model_copy(
        update={"online": False, "reader": None, "offline_code": "not_reached"}
    )
    (reader,) = client.get("/rooms/S1/readers").json()["readers"]
    assert (reader["offline_code"], reader["antennas"][0]["tags"]) == ("not_reached", 0)
    assert datetime.fromisoformat(reader["heard_at"]) == gone
    there.heard = False
    (reader,) = client.get("/rooms/S1/readers").json()["readers"]
    assert (reader["online"], reader["why_offline"]) == (False, "the room is silent")


def test_an_antenna_is_watched_and_a_door_silenced_by_asking_the_room(
    client: TestClient, filled: Context, there: Room
) -> None:
    watched = client.post("/rooms/S1/readers/reader-1/antennas/2/watch")
    assert watched.status_code == 202
    assert watched.json()["until"] == (filled.clock.now() + timedelta(seconds=60)).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )
    (asked,) = there.asked
    assert (asked.kind, asked.reader, asked.antenna, asked.actor.name) == (
        "watch",
        "reader-1",
        2,
        "小王",
    )
    there.answer = "refused"
    refused = client.post("/rooms/S1/readers/reader-1/antennas/2/watch")
    assert (refused.status_code, refused.json()["code"]) == (409, "readers.reader_away")
    there.answer = None
    silent = client.post("/rooms/S1/readers/reader-1/antennas/2/watch")
    assert (silent.status_code, silent.json()["code"]) == (504, "readers.room_silent")
    for path, code in (
        ("/rooms/S1/readers/reader-9/antennas/2/watch", "readers.no_such_reader"),
        ("/rooms/S1/readers/reader-1/antennas/99/watch", "readers.no_such_antenna"),
        ("/rooms/S1/doors/door/silence", "readers.no_such_door"),
    ):
        answer = client.post(path)
        assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_who_silenced_a_door_is_on_record(filled: Context) -> None:
    actor = Actor(id="at-the-bank", name="at the bank")
    tell(filled, DoorSilenced(at=filled.clock.now(), door="door", actor=actor))
    with filled.records.read() as session:
        entry = list_entries(session, limit=1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("at-the-bank", "door.silenced", "S1/door")
