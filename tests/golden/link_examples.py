"""One example of everything that crosses the link, as values; tests/golden/messages holds the JSON.

A released file stays as it is for ever; a new version of a payload gets a new file beside it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from drivers.messages import (
    Ack,
    Actor,
    AntennaFacts,
    BankState,
    BenchState,
    BenchTag,
    BoxGone,
    BoxMoved,
    BoxSeen,
    Chunk,
    ColumnState,
    DeviceChanged,
    DeviceState,
    DoorMissed,
    DoorPassed,
    DoorRead,
    DoorSilenced,
    DoorState,
    EventBatch,
    Fetch,
    Hold,
    Home,
    Interlock,
    Loan,
    LoansChunk,
    Manifest,
    Message,
    ProgramChanged,
    ProgramState,
    ReaderFacts,
    Reply,
    Request,
    RequestChanged,
    RoomState,
    Sample,
    Saw,
    SegmentState,
    Sequenced,
    Status,
    SteelHalted,
    TagRequest,
    TagsHeard,
    TagWritten,
    Telemetry,
    homes_digest,
    loans_digest,
)
from drivers.readings import Check, Quality, Travel

AT = datetime(2026, 3, 1, 8, 30, 15, 250000, UTC)
EPC = "E28011606000020D3A5C1B7F"
LI_MIN = Actor(id="u-7", name="李敏")
HOMES = (
    Home(epc=EPC, box_code="WS-2019-D30-0417", shelf="R1-B2-C7-L-3-5", order_mm=240),
    Home(epc="00AA", box_code="WS-2019-D30-0418", shelf="R1-B2-C7-L-3-5", order_mm=300),
)
FILES = (
    *HOMES,
    Home(
        epc="00AB",
        box_code="WS-2019-D30-0418",
        shelf="R1-B2-C7-L-3-5",
        order_mm=300,
        file_code="WS-2019-D30-0418-3",
    ),
)
LOANS = (Loan(epc=EPC, until=AT), Loan(epc="00AA"))
SEEN = BoxSeen(epc=EPC, zone="desk", confidence=0.995, reader="reader-1", at=AT)

EXAMPLES: dict[str, Message] = {
    "status": Status(alive=True, boot_id="b3f1", at=AT, outbox_waiting=12, sets={"homes": 41}),
    "last-will": Status(alive=False, boot_id="b3f1", at=AT),
    "bank-state": BankState(
        device="plc-2",
        bank=2,
        boot_id="b3f1",
        version=318,
        age_ms=140,
        at=AT,
        online=True,
        simulated=True,
        segments=(
            SegmentState(
                segment=1,
                phase="moving",
                aisle=2,
                target=5,
                remaining_s=7.5,
                hold=Hold(aisle=2, actor=LI_MIN, since=AT),
                request_id="r-1",
                interlocks=(
                    Interlock(name="occupancy", check=Check.SAFE, age_ms=120, quality=Quality.GOOD),
                ),
            ),
            SegmentState(segment=2, phase="faulted", mode="degraded", why="heartbeat_lost"),
        ),
        columns=(
            ColumnState(column=1, position_mm=0, travel=Travel.NONE),
            ColumnState(
                column=2,
                position_mm=1410,
                travel=Travel.RIGHT,
                age_ms=4100,
                quality=Quality.BAD_REPLY,
            ),
        ),
    ),
    "room-state": RoomState(
        device="room",
        boot_id="boot-1",
        version=3,
        at=AT,
        program=ProgramState(
            id="p1",
            program="night_closing",
            status="warning",
            proposed_by=None,
            started_by=LI_MIN,
            at=AT,
            warning_ends=AT,
        ),
    ),
    "program-changed": ProgramChanged(
        at=AT,
        program=ProgramState(id="p1", program="night_closing", status="proposed", at=AT),
        actor=None,
    ),
    "device-state": DeviceState(
        device="probe-1",
        boot_id="b3f1",
        version=4,
        at=AT,
        online=False,
        why_offline="no reply",
        offline_code="no_reply",
        heard_at=AT,
    ),
    "reader-state": DeviceState(
        device="reader-1",
        boot_id="b3f1",
        version=5,
        at=AT,
        online=True,
        reader=ReaderFacts(
            model="R420",
            firmware="5.14",
            region="cn_900",
            temperature_c=41.5,
            reads_per_s=212.5,
            garbled=2,
            skipped_bytes=31,
            clock_jumps=4,
            repeated=1,
            last_error="a report of 7 bytes is too short",
            antennas=(
                AntennaFacts(
                    antenna=1,
                    covers="desk",
                    connected=True,
                    reads_per_s=12.5,
                    tags=3,
                    noise_dbm=-70.5,
                    return_loss_db=14.0,
                    cycle_age_ms=420,
                ),
                AntennaFacts(antenna=2, covers="door", side="outside"),
            ),
        ),
    ),
    "bench": BenchState(
        reader="reader-1",
        antenna=1,
        boot_id="b3f1",
        at=AT,
        tags=(BenchTag(epc=EPC, rssi_dbm=-48.5, reads=31, age_ms=120),),
    ),
    "tags-heard": TagsHeard(
        at=AT,
        zone="R1-B2-C7-L",
        reader="reader-1",
        confidence=0.995,
        ages_s={EPC: 41, "00AA": 6},
    ),
    "telemetry": Telemetry(
        device="probe-1",
        outbox="0f4c",
        seq=1881,
        samples=(Sample(at=AT, temperature_c=19.4, humidity_pct=51.2),),
    ),
    "event-batch": EventBatch(
        outbox="0f4c", oldest=200, events=(Sequenced(seq=207, body=SEEN.model_dump(mode="json")),)
    ),
    "ack": Ack(outbox="0f4c", seq=207),
    "ack-telemetry": Ack(outbox="0f4c", stream="telemetry", seq=1881),
    "request": Request(
        id="r-1",
        verb="open_aisle",
        bank=2,
        segment=1,
        aisle=5,
        actor=LI_MIN,
        ttl_s=8.0,
        saw=Saw(boot_id="b3f1", version=318),
    ),
    "request-stop": Request(id="r-2", verb="stop", bank=2, actor=LI_MIN, ttl_s=8.0),
    "tag-request": TagRequest(
        id="t-1",
        kind="write_tag",
        reader="reader-1",
        antenna=1,
        epc="00AA",
        new_epc=EPC,
        lock=True,
        password=2596069104,
        actor=LI_MIN,
        ttl_s=8.0,
    ),
    "tag-request-silence": TagRequest(
        id="t-2", kind="silence", door="door", actor=LI_MIN, ttl_s=8.0
    ),
    "reply": Reply(
        request_id="r-1",
        status="refused",
        code="aisle_occupied",
        detail={"aisle": 2, "age_ms": 120},
        at=AT,
    ),
    "manifest": Manifest(version=41, count=2, chunks=1, sha256=homes_digest(HOMES)),
    "manifest-files": Manifest(version=42, count=3, chunks=1, sha256=homes_digest(FILES)),
    "manifest-loans": Manifest(
        assigned_set="loans", version=7, count=2, chunks=1, sha256=loans_digest(LOANS)
    ),
    "fetch": Fetch(version=41, chunk=0),
    "chunk": Chunk(version=41, chunk=0, rows=HOMES),
    "chunk-files": Chunk(version=42, chunk=0, rows=FILES),
    "chunk-loans": LoansChunk(version=7, chunk=0, rows=LOANS),
    "box-seen": SEEN,
    "box-moved": BoxMoved(
        epc=EPC,
        from_zone="R1-B2-C7-L",
        zone="R1-B2-C8-R",
        confidence=0.991,
        reader="reader-1",
        at=AT,
    ),
    "box-gone": BoxGone(
        epc=EPC,
        zone="R1-B2-C7-L",
        confidence=0.992,
        reader="reader-1",
        holder=LI_MIN,
        at=AT,
        last_at=AT - timedelta(seconds=40),
    ),
    "door-passed": DoorPassed(
        at=AT,
        door="door",
        epc=EPC,
        direction="out",
        confidence=0.97,
        reader="reader-1",
        known=True,
        allowed=False,
        alarmed=True,
        loans_age_s=12.5,
        first_at=AT,
        last_at=AT,
        reads=(
            DoorRead(antenna=2, side="inside", at=AT, rssi_dbm=-51.5, count=9),
            DoorRead(antenna=3, side="outside", at=AT, rssi_dbm=-54.0, count=7),
        ),
    ),
    "door-missed": DoorMissed(at=AT, door="door", epc=EPC, reader="reader-1", last_at=AT),
    "door-state": DoorState(
        device="door",
        boot_id="b3f1",
        version=7,
        at=AT,
        sounding=False,
        obeys=True,
        silenced_by=LI_MIN,
        silenced_at=AT,
    ),
    "door-silenced": DoorSilenced(
        at=AT, door="door", actor=Actor(id="at-the-bank", name="at the bank")
    ),
    "tag-written": TagWritten(
        at=AT,
        request_id="t-1",
        reader="reader-1",
        antenna=1,
        epc="00AA",
        new_epc=EPC,
        locked=True,
        actor=LI_MIN,
    ),
    "request-changed": RequestChanged(
        request_id="r-1",
        status="accepted",
        verb="open_aisle",
        bank=2,
        segment=1,
        aisle=5,
        actor=LI_MIN,
        origin="controller",
        at=AT,
    ),
    "steel-halted": SteelHalted(
        kind="steel_halted", bank=2, segment=1, why="stopped", actor=LI_MIN, at=AT
    ),
    "steel-faulted": SteelHalted(kind="steel_faulted", bank=2, segment=1, why="obstruction", at=AT),
    "steel-confirmed": SteelHalted(
        kind="steel_confirmed", bank=2, segment=1, why="reset", actor=LI_MIN, at=AT
    ),
    "device-down": DeviceChanged(kind="device_down", device="reader-1", why="no reply", at=AT),
    "device-up": DeviceChanged(kind="device_up", device="reader-1", at=AT),
}
