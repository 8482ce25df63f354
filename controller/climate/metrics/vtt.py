"""Mould, second model: the VTT mould index, 0 for none, 3 for visible, 6 for overgrown.

The model of 1999: Hukka and Viitanen, Wood Science and Technology 33 (1999), 475-485, for pine and
spruce. The improved one of 2010 (Ojanen, Viitanen and others) has four classes of sensitivity,
coated paper among the "sensitive" ones; its figures are those of mi.py in
github.com/anssilaukkarinen/trh-1 (MIT), which this module agrees with to the last digits.

The index depends on all that came before: growth while it is warm and moist, decline while it is
not. It does not add up, so keep its state at checkpoints, and after late readings go on from the
last checkpoint before them. Over a gap in the readings the state stays as it was.
Index: 1 microscopic, 2 moderate microscopic, 3 visible on less than 10 % of the surface, 4 up to
50 %, 5 more, 6 nearly all. An alarm at 1 and a critical one at 3 are common practice, unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, exp, log

LONGEST_STEP_H = 1.0
"""Growth is followed in explicit steps of at most this length, as the published cases are."""

_GROWS_ABOVE_C = 0.0
_GROWS_BELOW_C = 50.0
_DRIES_UNTIL_H = 6.0
_RESTS_UNTIL_H = 24.0
_HOURS_A_WEEK = 168.0
_NEVER_BELOW_PCT = 80.0
"""No surface here lets mould grow in drier air, whatever the temperature."""


@dataclass(frozen=True, slots=True)
class MouldState:
    """How far mould has come, and for how many hours it has been too dry or cold for it."""

    index: float = 0.0
    dry_h: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What mould may grow on; the figures of one model for one kind of material."""

    name: str
    ceiling: tuple[float, float, float]
    """A, B, C of the highest index `A + B x - C x^2`, x from 0 at the critical humidity to 1."""
    least_pct: float
    """No growth below, at any temperature."""
    young: float
    """Speed below index 1, against pine."""
    grown: float | None
    """Speed from index 1 on; `None`: from the times until mould is seen, as the 1999 model has."""
    shift: float = 0.0
    """Added to the logarithm of the weeks until index 1: `0.14 W - 0.33 SQ` in the 1999 model."""
    shift_seen: float = 0.0
    """Added to the logarithm of the weeks until index 3: `0.06 W` in the 1999 model."""
    drying_per_h: float
    """Decline in the first 6 dry hours."""
    dry_per_h: float
    """Decline after 24 dry hours; between the two there is none."""
    decline: float = 1.0
    """How much of that decline this material shows (C_mat): 1 as pine, 0.1 almost none."""

    def critical_pct(self, temperature_c: float) -> float:
        """Give the humidity from which mould grows at this temperature."""
        t = temperature_c
        if self.grown is None and t > 20.0:
            return self.least_pct
        cold = ((-0.00267 * t + 0.160) * t - 3.13) * t + 100.0
        return cold if self.grown is None else max(cold, self.least_pct)


def wood_1999(*, spruce: bool = False, kiln_dried: bool = False) -> Surface:
    """Give the surface of the 1999 model: pine or spruce (W), resawn or kiln-dried (SQ)."""
    return Surface(
        name="1999",
        ceiling=(1.0, 7.0, 2.0),
        least_pct=80.0,
        young=1.0,
        grown=None,
        shift=(0.14 if spruce else 0.0) - (0.33 if kiln_dried else 0.0),
        shift_seen=0.06 if spruce else 0.0,
        drying_per_h=0.00133,
        dry_per_h=0.000667,
    )


def _class_2010(
    name: str,
    young: float,
    grown: float,
    ceiling: tuple[float, float, float],
    least_pct: float,
) -> Surface:
    """Decline 0.5 ("significant") for all: which class of decline paper has is unconfirmed."""
    return Surface(
        name=name,
        ceiling=ceiling,
        least_pct=least_pct,
        young=young,
        grown=grown,
        drying_per_h=0.032 / 24,
        dry_per_h=0.016 / 24,
        decline=0.5,
    )


WOOD_1999 = wood_1999()
VERY_SENSITIVE = _class_2010("vs", 1.0, 2.0, (1.0, 7.0, 2.0), 80.0)
SENSITIVE = _class_2010("s", 0.578, 0.386, (0.3, 6.0, 1.0), 80.0)
MEDIUM_RESISTANT = _class_2010("mr", 0.072, 0.097, (0.0, 5.0, 1.5), 85.0)
RESISTANT = _class_2010("r", 0.033, 0.014, (0.0, 3.0, 1.0), 85.0)
SURFACES = (WOOD_1999, VERY_SENSITIVE, SENSITIVE, MEDIUM_RESISTANT, RESISTANT)
"""All that is followed, each by itself; the name of each is its key in roll-ups and answers."""
CLEAN = (0.0,) * (2 * len(SURFACES))
"""The figures of `step_all` where nothing grows yet."""


def step(
    state: MouldState,
    surface: Surface,
    temperature_c: float,
    humidity_pct: float,
    hours: float = 1.0,
) -> MouldState:
    """Say how far mould is after so many hours of this air.

    Raises:
        ValueError: the hours are negative.
    """
    if hours < 0:
        raise ValueError(f"mould cannot be followed backwards ({hours:g} h)")
    if (
        humidity_pct < _NEVER_BELOW_PCT
        or not _GROWS_ABOVE_C < temperature_c < _GROWS_BELOW_C
        or humidity_pct < (critical := surface.critical_pct(temperature_c))
        or critical >= 100.0
    ):
        return _declined(state, surface, hours)
    if hours == 0:
        return state
    humidity = min(humidity_pct, 100.0)
    x = (critical - humidity) / (critical - 100.0)
    a, b, c = surface.ceiling
    highest = max(a + b * x - c * x * x, 0.0)
    weeks, grown = _pace(surface, temperature_c, humidity)
    steps = ceil(hours / LONGEST_STEP_H)
    index = state.index
    for _ in range(steps):
        speed = surface.young if index < 1.0 else grown
        slowing = max(1.0 - exp(2.3 * (index - highest)), 0.0)
        index += speed * slowing / (weeks * _HOURS_A_WEEK) * (hours / steps)
    return MouldState(index, 0.0)


def step_all(
    figures: Sequence[float], temperature_c: float, humidity_pct: float, hours: float = 1.0
) -> tuple[float, ...]:
    """Step every surface of SURFACES; `figures` are index and dry hours of one after the other."""
    after: list[float] = []
    for place, surface in enumerate(SURFACES):
        before = MouldState(figures[2 * place], figures[2 * place + 1])
        state = step(before, surface, temperature_c, humidity_pct, hours)
        after += (state.index, state.dry_h)
    return tuple(after)


def follow(
    surface: Surface,
    readings: Iterable[tuple[float, float, float]],
    state: MouldState | None = None,
) -> Iterator[MouldState]:
    """Give the state after each reading of (°C, %RH, hours that it held)."""
    now = state or MouldState()
    for temperature_c, humidity_pct, hours in readings:
        now = step(now, surface, temperature_c, humidity_pct, hours)
        yield now


def weeks_until_germination(surface: Surface, temperature_c: float, humidity_pct: float) -> float:
    """Give the weeks until index 1 in steady air in which mould grows (t_m; pine in 1999)."""
    fast = -0.68 * log(temperature_c) - 13.9 * log(humidity_pct)
    return exp(fast + surface.shift + 66.02)


def weeks_until_seen(surface: Surface, temperature_c: float, humidity_pct: float) -> float:
    """Give the weeks until index 3 in steady air in which mould grows (t_v; 1999 model)."""
    fast = -0.74 * log(temperature_c) - 12.72 * log(humidity_pct)
    return exp(fast + surface.shift_seen + 61.50)


def _pace(surface: Surface, temperature_c: float, humidity_pct: float) -> tuple[float, float]:
    """Give the weeks until index 1, and the speed from there on."""
    weeks = weeks_until_germination(surface, temperature_c, humidity_pct)
    if surface.grown is not None:
        return weeks, surface.grown
    return weeks, 2.0 / (weeks_until_seen(surface, temperature_c, humidity_pct) / weeks - 1.0)


def _declined(state: MouldState, surface: Surface, hours: float) -> MouldState:
    until = state.dry_h + hours
    if state.index == 0.0:
        return MouldState(0.0, until)
    drying = min(until, _DRIES_UNTIL_H) - min(state.dry_h, _DRIES_UNTIL_H)
    dry = max(until, _RESTS_UNTIL_H) - max(state.dry_h, _RESTS_UNTIL_H)
    lost = surface.decline * (drying * surface.drying_per_h + dry * surface.dry_per_h)
    return MouldState(max(state.index - lost, 0.0), until)
