"""Figures of a period out of its hours, and which air a thing lived in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.addresses import parse_address
from config.air import absolute_humidity_g_m3
from config.climate import Climate, Zone
from config.limit_files import shipped_limits
from config.limits import LimitProfile
from config.load import load_room, shipped_room
from config.parts import Words
from config.room import Room
from controller.climate.metrics.lifetime import ageing
from controller.climate.metrics.mould_days import mould_dose
from controller.climate.metrics.pi import preservation_index_y
from controller.climate.metrics.rating import Rating
from controller.climate.metrics.vtt import SURFACES, follow
from controller.climate.series.model import HOUR_S, HourFigures
from controller.climate.summary.exposure import (
    hours_of_zone,
    list_spans,
    unknown_pct,
    with_own_mould,
)
from controller.climate.summary.figures import summarise
from controller.climate.summary.model import MoistureRating
from controller.holdings.model import Movement, Place, PlaceKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2025, 6, 30, 16, tzinfo=UTC)
"""In Shanghai the first of July begins."""
SHELF, OTHER = "S1-B1-C3-L-1-1", "S1-B1-C5-R-2-4"


def hour(at: datetime, t: float, rh: float, *, spread: float = 0.0) -> HourFigures:
    """An hour of steady air; `spread` is how far its extremes are from it."""
    s = float(HOUR_S)
    return HourFigures(
        hour=round(at.timestamp()) // HOUR_S,
        n=60,
        t_s=s,
        t_sum=t * s,
        t_min=t - spread,
        t_max=t + spread,
        rh_s=s,
        rh_sum=rh * s,
        rh_min=rh - spread,
        rh_max=rh + spread,
        pair_s=s,
        ah_sum=absolute_humidity_g_m3(t, rh) * s,
        inv_pi=s / preservation_index_y(t, rh),
        inv_lm=s * ageing(t, rh),
        mould_dose=mould_dose(t, rh, s),
        basis=0,
        mould_states=(0.0,) * 2 * len(SURFACES),
    )


def air(*parts: tuple[int, float, float], start: datetime = MIDNIGHT) -> list[HourFigures]:
    """Hours one after the other: so many of each air."""
    steady = [(t, rh) for count, t, rh in parts for _ in range(count)]
    return [hour(start + timedelta(hours=n), t, rh) for n, (t, rh) in enumerate(steady)]


def paper() -> LimitProfile:
    found = shipped_limits().find("jgj25-paper")
    assert found is not None
    return found


def days(hours: Sequence[HourFigures], count: float) -> dict[str, datetime]:
    return {"start": hours[0].at, "end": hours[0].at + timedelta(days=count)}


def test_years_of_bad_and_good_hours_are_a_harmonic_mean() -> None:
    hours = air((12, 24, 60), (12, 10, 50))
    found = summarise(hours, **days(hours, 1), zone=SHANGHAI, profile=paper())
    bad, good = preservation_index_y(24, 60), preservation_index_y(10, 50)
    assert found.twpi_y == pytest.approx(2 / (1 / bad + 1 / good))
    assert found.pi_mean_y == pytest.approx((bad + good) / 2)
    assert (found.rating, found.coverage_pct) == ("risk", 100.0)


def test_what_was_not_measured_lowers_the_coverage_and_nothing_else() -> None:
    hours = air((12, 20, 50))
    found = summarise(hours, **days(hours, 1), zone=SHANGHAI, profile=paper())
    assert found.coverage_pct == 50.0
    assert found.twpi_y == pytest.approx(preservation_index_y(20, 50))
    assert (found.shares.both, found.temperature_c.mean) == (100.0, 20.0)


def test_a_period_without_readings_has_no_figures_and_no_rating() -> None:
    start = MIDNIGHT
    found = summarise(
        [], start=start, end=start + timedelta(days=1), zone=SHANGHAI, profile=paper()
    )
    assert (found.coverage_pct, found.twpi_y, found.rating) == (0.0, None, None)
    assert (found.mould, found.band, found.shares.both) == (None, None, None)


def test_air_may_keep_its_limits_and_age_all_the_same() -> None:
    hours = air((48, 24, 60))
    found = summarise(hours, **days(hours, 2), zone=SHANGHAI, profile=paper())
    assert (found.shares.both, found.rating) == (100.0, "risk")


def test_shares_tell_which_of_the_two_was_out() -> None:
    hours = air((6, 20, 50), (6, 30, 50), (12, 20, 70))
    shares = summarise(hours, **days(hours, 1), zone=SHANGHAI, profile=paper()).shares
    assert (shares.both, shares.temperature, shares.humidity) == (25.0, 75.0, 50.0)


def test_moisture_is_rated_for_paper_and_for_metal_by_themselves() -> None:
    """20 °C and 65 % are 12.0 %: paper keeps its shape, staples rust."""
    hours = air((24, 20, 65))
    found = summarise(hours, **days(hours, 1), zone=SHANGHAI, profile=paper())
    assert found.emc_pct == pytest.approx(11.996, abs=5.1e-4)
    assert found.emc_rating == MoistureRating(mechanical=Rating.OK, corrosion=Rating.RISK)
    none = summarise([], **days(hours, 1), zone=SHANGHAI, profile=paper())
    assert (none.emc_pct, none.emc_rating) == (None, None)


def test_days_of_which_only_minutes_were_measured_are_not_judged() -> None:
    hours = [each._replace(t_s=60.0, t_sum=1200.0) for each in air((24, 20, 50))]
    found = summarise(hours, **days(hours, 1), zone=SHANGHAI, profile=paper()).swing
    assert (found["temperature_c"].days, found["humidity_pct"].days) == (0, 1)


def test_the_daily_swing_is_judged_by_local_days_in_both_readings() -> None:
    calm, restless = air((24, 20, 50)), air((24, 20, 50), start=MIDNIGHT + timedelta(days=1))
    restless[3] = hour(restless[3].at, 20, 50, spread=1.5)
    hours = calm + restless
    found = summarise(hours, **days(hours, 2), zone=SHANGHAI, profile=paper()).swing
    warm = found["temperature_c"]
    assert (warm.days, warm.half_range_pct, warm.range_pct) == (2, 100.0, 50.0)


def test_the_zone_is_the_mean_of_its_probes_and_the_worst_of_their_mould() -> None:
    one, other = hour(MIDNIGHT, 18, 50), hour(MIDNIGHT, 20, 54)
    worst = other._replace(mould_states=(1.5, *other.mould_states[1:]))
    late = hour(MIDNIGHT + timedelta(hours=1), 20, 54)
    first, second = hours_of_zone([[one], [worst, late]])
    assert (first.temperature_c, first.humidity_pct) == (19.0, 52.0)
    assert (first.t_min, first.t_max, first.mould["1999"].index) == (18.0, 20.0, 1.5)
    assert second == late


def test_a_box_that_came_clean_grows_mould_of_its_own_only() -> None:
    hours = [each._replace(mould_states=(3.0, 0.0) * len(SURFACES)) for each in air((720, 22, 95))]
    lived = with_own_mould(hours)
    expected = list(follow(SURFACES[0], [(22.0, 95.0, 1.0)] * 720))[-1]
    assert lived[-1].mould["1999"].index == pytest.approx(expected.index)
    assert 3.5 < expected.index < 3.8  # the published 3.73 after thirty days


def room(*zones: Zone) -> Room:
    small = load_room(shipped_room("small"))
    return small.model_copy(update={"climate": Climate(profile="paper-archive", zones=zones)})


def zone(name: str, *covers: str) -> Zone:
    return Zone(zone=name, name=Words(zh=name, en=name), covers=covers)


ROOMS = {"S1": room(zone("store"), zone("cold", "S1-B1-C5"))}


def moved(at: datetime, from_place: Place, to_place: Place) -> Movement:
    return Movement(
        id=1,
        at=at,
        item_kind="box",
        item="A-1",
        box_code="A-1",
        from_place=from_place,
        to_place=to_place,
        cause="person",
        by="u1",
        confidence=None,
        from_box_code=None,
        with_box=False,
    )


HOME = Place(kind=PlaceKind.HOME)
THERE = Place(kind=PlaceKind.SHELF, address=OTHER)
LENT = Place(kind=PlaceKind.PERSON, person="u1")


def at(day: int) -> datetime:
    return MIDNIGHT + timedelta(days=day)


def test_the_places_of_a_box_are_the_air_it_lived_in() -> None:
    movements = [moved(at(6), LENT, THERE), moved(at(4), HOME, LENT)]
    spans = list_spans(movements, THERE, SHELF, ROOMS, start=at(0), end=at(10))
    assert [(s.start, s.end, s.zone and s.zone.zone) for s in spans] == [
        (at(0), at(4), "store"),
        (at(4), at(6), None),
        (at(6), at(10), "cold"),
    ]
    assert spans[0].place.address == SHELF
    assert unknown_pct(spans) == 20.0


def test_movements_before_and_after_the_period_cut_nothing_out_of_it() -> None:
    movements = [moved(at(20), HOME, THERE), moved(at(-5), THERE, HOME)]
    (span,) = list_spans(movements, THERE, SHELF, ROOMS, start=at(0), end=at(10))
    assert (span.start, span.end, span.zone and span.zone.zone) == (at(0), at(10), "store")
    assert not span.assumed


def test_a_box_at_the_desk_lives_in_the_usual_air_of_its_room() -> None:
    desk = Place(kind=PlaceKind.DESK)
    (span,) = list_spans([], desk, SHELF, ROOMS, start=at(0), end=at(1))
    assert span.zone is not None
    assert (span.room, span.zone.zone) == ("S1", "store")


def test_a_shelf_of_a_room_that_is_gone_has_no_known_air() -> None:
    gone = Place(kind=PlaceKind.SHELF, address="X9-B1-C1-L-1-1")
    (span,) = list_spans([], gone, SHELF, ROOMS, start=at(0), end=at(1))
    assert (span.room, span.zone, unknown_pct([span])) == (None, None, 100.0)


def test_the_longest_claim_wins_and_a_closed_block_claims_its_bank() -> None:
    block = Zone(zone="block", name=Words(zh="块", en="Block"), kind="closed_block", block=1)
    there = room(zone("store"), zone("cold", "S1-B1-C5"), block).climate
    addresses = ("S1-B1-C5-L-1-1", "S1-B1-C50-L-1-1", "S1-B2-C1-L-1-1")
    found = [there.zone_at(parse_address(address)).zone for address in addresses]
    assert found == ["cold", "block", "store"]
