"""What lies before an antenna is shown while it lies there, thinned and bounded."""

from __future__ import annotations

from datetime import UTC, datetime

from config.readers import Antenna, LlrpReader
from config.wires import TcpAddress
from drivers.messages import MOST_ON_BENCH, BenchState
from drivers.readings import AntennaCycle, AntennaHealth, ReaderHealth, TagRead
from drivers.room.benches import Benches
from drivers.room.ears import with_doors

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
DESK, SHELF = 1, 2
DEVICE = LlrpReader(
    driver="rfid.llrp",
    id="reader-1",
    at=TcpAddress(host="127.0.0.1", port=5084),
    antennas=(Antenna(antenna=DESK, covers="desk"), Antenna(antenna=SHELF, covers="S1-B1-C3-L")),
)


def read(epc: str, at_s: float, antenna: int = DESK, rssi_dbm: float | None = -50) -> TagRead:
    return TagRead(
        reader_id="reader-1", antenna=antenna, epc=epc, rssi_dbm=rssi_dbm, count=1, at_s=at_s
    )


def shown(benches: Benches, at_s: float) -> list[BenchState]:
    return list(benches.show(at_s, AT, "boot"))


def test_the_desk_is_shown_always_at_changes_and_at_most_twice_a_second() -> None:
    benches = Benches([DEVICE])
    (empty,) = shown(benches, 10.0)
    assert (empty.antenna, empty.tags) == (DESK, ())
    benches.take(read("00AA", 10.1))
    benches.take(read("00AB", 10.2, rssi_dbm=-40))
    assert shown(benches, 10.3) == []
    (both,) = shown(benches, 10.5)
    assert [(tag.epc, tag.reads, tag.age_ms) for tag in both.tags] == [
        ("00AB", 1, 300),
        ("00AA", 1, 400),
    ]
    assert shown(benches, 11.1) == [], "nothing changed"
    assert len(shown(benches, 12.6)) == 1, "but levels and ages are shown now and then"
    (gone,) = shown(benches, 13.3)
    assert gone.tags == ()


def test_another_antenna_is_shown_for_a_minute_after_it_was_asked_for() -> None:
    benches = Benches([DEVICE])
    benches.take(read("00AA", 10.0, antenna=SHELF))
    assert [bench.antenna for bench in shown(benches, 10.1)] == [DESK]
    benches.watch("reader-1", SHELF, 10.2)
    assert [bench.antenna for bench in shown(benches, 10.7)] == [SHELF]
    assert SHELF in [bench.antenna for bench in shown(benches, 69.0)]
    assert SHELF not in [bench.antenna for bench in shown(benches, 71.0)]


def test_however_many_tags_come_the_strongest_are_shown_and_memory_is_bounded() -> None:
    benches = Benches([DEVICE])
    for number in range(5000):
        benches.take(read(f"{number:08X}", 10 + number / 1e5, rssi_dbm=-30 - number % 50))
    (bench,) = shown(benches, 10.5)
    assert len(bench.tags) == MOST_ON_BENCH
    levels = [tag.rssi_dbm for tag in bench.tags]
    assert levels == sorted(levels, key=lambda level: -(level or 0))


def test_a_reader_is_shown_with_its_rates_noise_and_the_age_of_its_cycles() -> None:
    benches = Benches([DEVICE])
    for number in range(50):
        benches.take(read(f"{number % 3:04X}", 10 + number / 10))
    benches.take(AntennaCycle(reader_id="reader-1", antenna=DESK, at_s=15.0))
    health = ReaderHealth(
        model="R420",
        garbled=2,
        skipped_bytes=31,
        clock_jumps=4,
        last_error="x" * 900,
        antennas={DESK: AntennaHealth(connected=True, noise_dbm=-70)},
    )
    facts = benches.facts(DEVICE, health, 15.25)
    desk, shelf = facts.antennas
    assert (facts.reads_per_s, facts.garbled, len(facts.last_error or "")) == (10.0, 2, 500)
    assert (facts.skipped_bytes, facts.clock_jumps) == (31, 4)
    assert (desk.reads_per_s, desk.tags, desk.noise_dbm, desk.cycle_age_ms) == (10.0, 3, -70, 250)
    assert (shelf.reads_per_s, shelf.tags, shelf.connected, shelf.cycle_age_ms) == (
        0,
        0,
        None,
        None,
    )


def test_antennas_at_doors_run_between_any_few_others() -> None:
    assert with_doors((), (1, 2)) == (1, 2)
    assert with_doors((8, 9), ()) == (8, 9)
    assert with_doors((9,), (1, 2, 3, 4)) == (9, 1, 2, 3, 9, 4)
