"""What the air asks for: dry, humidify, ventilate. Interlocks, people and the guard come after.

Around the set value lies a dead band in which everything stays as it is. Ventilating goes by the
water in the air, never by relative humidity outside and never by the clock: in twelve years of a
Danish archive store (ConSciR's Ørholm series with the weather of DMI) fans that ran by night would
have brought water in during 71 % of their hours, and going by relative humidity missed 83 % of the
hours in which air from outside would have dried.
"""

from __future__ import annotations

from dataclasses import dataclass

from config.air import absolute_humidity_g_m3, dew_point_c, humidity_if_heated_pct
from config.climate import Regulator
from drivers.room.regulation import reasons
from drivers.room.regulation.values import Air, Reason, Situation, Value

LEAST_GAP_K = 3.0
"""How much warmer than the dew point the coldest surface must be where air is made damper."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What the air asks for."""

    on: bool
    reason: Reason


def demand_of(regulator: Regulator, air: Air, now: Situation, *, was_on: bool) -> Demand:
    """Say what the air of the zone asks of a unit that was wanted on or off so far."""
    match regulator.does:
        case "dry":
            return _dry(regulator, air, was_on)
        case "humidify":
            return _humidify(regulator, air, now, was_on)
        case "ventilate":
            return _ventilate(regulator, air, now, was_on)


def condensation(air: Air, coldest_c: float | None) -> Reason | None:
    """Say whether water would soon stand on the coldest surface that anybody knows of."""
    dew_c = dew_point_c(air.temperature_c, air.humidity_pct)
    coldest_c = air.temperature_c if coldest_c is None else coldest_c
    if dew_c is None or coldest_c > dew_c + LEAST_GAP_K:
        return None
    detail = _inside(air) | {
        "coldest_c": round(coldest_c, 1),
        "dew_point_c": round(dew_c, 1),
        "least_gap_k": LEAST_GAP_K,
    }
    return Reason(reasons.CONDENSATION_NEAR, detail)


def _dry(regulator: Regulator, air: Air, was_on: bool) -> Demand:
    starts, ends = _edges(regulator, sign=1)
    on = air.humidity_pct > (ends if was_on else starts)
    detail = _inside(air) | {"starts_above_pct": starts, "ends_below_pct": ends}
    return Demand(on, Reason(reasons.TOO_DAMP if on else reasons.DRY_ENOUGH, detail))


def _humidify(regulator: Regulator, air: Air, now: Situation, was_on: bool) -> Demand:
    starts, ends = _edges(regulator, sign=-1)
    on = air.humidity_pct < (ends if was_on else starts)
    if on and (wet := condensation(air, now.coldest_c)) is not None:
        return Demand(False, wet)
    detail = _inside(air) | {"starts_below_pct": starts, "ends_above_pct": ends}
    return Demand(on, Reason(reasons.TOO_DRY if on else reasons.DAMP_ENOUGH, detail))


def _ventilate(regulator: Regulator, air: Air, now: Situation, was_on: bool) -> Demand:
    """Find what speaks against it, the plainest first."""
    detail: dict[str, Value] = {**_inside(air)}
    least_pct = regulator.set_pct - (regulator.dead_band_pct / 2 if was_on else 0)
    detail["needed_above_pct"] = least_pct
    if air.humidity_pct <= least_pct:
        return Demand(False, Reason(reasons.NO_NEED_OF_AIR, detail))
    outside = now.outside
    if outside is None:
        return Demand(False, Reason(reasons.OUTSIDE_UNKNOWN, detail))
    inside_g = absolute_humidity_g_m3(air.temperature_c, air.humidity_pct)
    outside_g = absolute_humidity_g_m3(outside.temperature_c, outside.humidity_pct)
    least_g = regulator.vent_off_g_m3 if was_on else regulator.vent_on_g_m3
    detail |= {
        "outside_c": round(outside.temperature_c, 1),
        "outside_pct": round(outside.humidity_pct, 1),
        "inside_g_m3": round(inside_g, 2),
        "outside_g_m3": round(outside_g, 2),
        "least_g_m3": least_g,
    }
    gain_g = inside_g - outside_g
    if gain_g <= least_g if was_on else gain_g < least_g:
        return Demand(False, Reason(reasons.OUTSIDE_NOT_DRIER, detail))
    code = _unfit_supply(regulator, air, outside, now.fell_pct, detail)
    return Demand(code is None, Reason(code or reasons.OUTSIDE_DRIER, detail))


def _unfit_supply(
    regulator: Regulator,
    air: Air,
    outside: Air,
    fell_pct: float,
    detail: dict[str, Value],
) -> str | None:
    """Name what is wrong with drier air from outside, and fill in by which limit."""
    if outside.temperature_c < regulator.supply_low_c:
        detail["limit_c"] = regulator.supply_low_c
        return reasons.OUTSIDE_TOO_COLD
    if outside.temperature_c > regulator.supply_high_c:
        detail["limit_c"] = regulator.supply_high_c
        return reasons.OUTSIDE_TOO_WARM
    heated_pct = humidity_if_heated_pct(
        outside.temperature_c, outside.humidity_pct, air.temperature_c
    )
    detail["heated_pct"] = round(heated_pct, 1)
    if heated_pct < regulator.supply_low_pct:
        detail["limit_pct"] = regulator.supply_low_pct
        return reasons.WOULD_DRY_TOO_FAR
    if fell_pct >= regulator.day_budget_pct:
        detail |= {"fell_pct": round(fell_pct, 1), "budget_pct": regulator.day_budget_pct}
        return reasons.DAY_SPENT
    return None


def _edges(regulator: Regulator, *, sign: int) -> tuple[float, float]:
    half = regulator.dead_band_pct / 2 * sign
    return regulator.set_pct + half, regulator.set_pct - half


def _inside(air: Air) -> dict[str, Value]:
    return {
        "temperature_c": round(air.temperature_c, 1),
        "humidity_pct": round(air.humidity_pct, 1),
        "probes": len(air.probes),
    }
