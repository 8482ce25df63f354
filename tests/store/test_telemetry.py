"""Samples: stored once however often they come, in any order, and not drawn if impossible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from controller.climate.series import latest, read_pairs
from controller.climate.series.ingest import add_samples, find_received
from controller.live import LiveChange
from controller.store.engine import Store
from drivers.messages import Sample, Telemetry

BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def batch(*minutes: int, seq: int, device: str = "probe-1", **odd: float) -> Telemetry:
    samples = tuple(
        Sample(
            at=BEGAN + timedelta(minutes=minute),
            temperature_c=odd.get("temperature_c", 20.0 + minute / 100),
            humidity_pct=odd.get("humidity_pct", 50.0),
        )
        for minute in minutes
    )
    return Telemetry(device=device, outbox="o1", seq=seq, samples=samples)


def store(telemetry: Store, message: Telemetry) -> list[LiveChange]:
    with telemetry.write() as session:
        return add_samples(session, "R1", message)


def minutes_stored(telemetry: Store, device: str = "probe-1") -> list[int]:
    with telemetry.read() as session:
        series = list(read_pairs(session, "R1", device, BEGAN, BEGAN + timedelta(days=1)))
    return [round((point.at_s - BEGAN.timestamp()) / 60) for point in series]


def test_a_batch_that_comes_twice_is_stored_once(telemetry: Store) -> None:
    assert len(store(telemetry, batch(1, 2, 3, seq=3))) == 1
    assert store(telemetry, batch(1, 2, 3, seq=3)) == []
    assert minutes_stored(telemetry) == [1, 2, 3]


def test_batches_that_overlap_or_come_late_lose_nothing(telemetry: Store) -> None:
    store(telemetry, batch(4, 5, seq=5))
    assert store(telemetry, batch(1, 2, 4, seq=3)) == [], "late samples redraw nothing"
    assert minutes_stored(telemetry) == [1, 2, 4, 5]
    with telemetry.read() as session:
        assert find_received(session, "R1", "o1") == 5
        assert find_received(session, "R1", "o2") is None


def test_probes_of_one_room_do_not_mix(telemetry: Store) -> None:
    store(telemetry, batch(1, seq=1))
    store(telemetry, batch(1, seq=2, device="probe-2"))
    assert minutes_stored(telemetry) == minutes_stored(telemetry, "probe-2") == [1]
    with telemetry.read() as session:
        assert set(latest(session, "R1")) == {"probe-1", "probe-2"}
        assert latest(session, "R2") == {}


def test_an_impossible_reading_is_kept_but_not_drawn(telemetry: Store) -> None:
    store(telemetry, batch(1, seq=1))
    store(telemetry, batch(2, seq=2, humidity_pct=140.0))
    assert minutes_stored(telemetry) == [1]
    with telemetry.read() as session:
        assert latest(session, "R1")["probe-1"].suspect


def test_what_is_no_number_is_left_out_and_the_rest_stored(telemetry: Store) -> None:
    (change,) = store(telemetry, batch(1, seq=1, temperature_c=float("nan")))
    assert change.body["values"] == {"humidity_pct": 50.0}
    nothing = batch(2, seq=2, temperature_c=float("inf"), humidity_pct=float("nan"))
    assert store(telemetry, nothing) == []
    store(telemetry, batch(3, seq=3))
    assert minutes_stored(telemetry) == [3]


def test_the_change_tells_the_newest_sample_of_the_batch(telemetry: Store) -> None:
    (change,) = store(telemetry, batch(1, 3, 2, seq=3))
    assert (change.kind, change.key) == ("climate", "R1/probe-1")
    assert change.body["temperature_c"] == 20.03
    assert change.body["at"] == BEGAN + timedelta(minutes=3)
