"""Profiles of probes behind a broker, and what a report in JSON says by them. Pure.

A profile names the path of each value in the JSON; a new gateway needs a file and no code. What a
report may be: at most 64 kB, numbers or texts that are one, nested at most as deep as the reader of
JSON goes; everything else is refused with a reason and never breaks the reader.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from config.parts import Part, flawless
from config.quantities import Offset, Scale
from drivers.climate.profile import Profile, can_be, flaws_of_quantities
from drivers.climate.registers import Bounds
from drivers.readings import Suspicion

MOST_BYTES: Final = 64 * 1024
ANY: Final = "*"
"""A step of `root` that goes to every member; the one that holds most of the values is taken."""

Key = Annotated[str, Field(min_length=1, max_length=80)]
Index = Annotated[int, Field(ge=0, le=999, strict=True)]
Path = Annotated[tuple[Index | Key, ...], Field(max_length=10)]
Unit = Literal["celsius", "fahrenheit", "kelvin", "percent", "fraction", "hpa", "pa", "kpa", "mmhg"]
_TO_OURS: Final[Mapping[Unit, tuple[float, float]]] = {
    "celsius": (1.0, 0.0),
    "fahrenheit": (5 / 9, -160 / 9),
    "kelvin": (1.0, -273.15),
    "percent": (1.0, 0.0),
    "fraction": (100.0, 0.0),
    "hpa": (1.0, 0.0),
    "pa": (0.01, 0.0),
    "kpa": (10.0, 0.0),
    "mmhg": (1.333224, 0.0),
}
_IS_NUMBER = re.compile(r"\s*[+-]?\d{1,12}(\.\d{1,12})?\s*")
_MILLISECONDS_FROM = 1e11
"""A greater number counts milliseconds since 1970: as seconds it would be the year 5138."""
_ABSENT: Final = object()
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class UnreadableReport(ValueError):
    """A report that is none; the text says why."""


class TellsUnit(Part):
    """A member of the report that says in which unit a value is."""

    path: Annotated[Path, Field(min_length=1)]
    means: Annotated[dict[str, Unit], Field(min_length=1)]


class JsonValue(Part):
    """Where a value stands and how it becomes ours: times scale, plus offset, then by its unit."""

    path: Annotated[Path, Field(min_length=1)]
    """From the root on: keys of objects, numbers from 0 in arrays."""
    scale: Scale = 1.0
    offset: Offset = 0.0
    unit: Unit | None = None
    """None: that of the quantity."""
    unit_at: TellsUnit | None = None
    plausible: Bounds | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.unit is not None and self.unit_at is not None:
            raise ValueError("unit and unit_at exclude each other")
        if ANY in self.path:
            raise ValueError(f"{ANY} stands in root only, so that all values are of one sensor")
        return self


class MqttProfile(Profile):
    """How a gateway writes what its probes measure."""

    root: Path = ()
    values: Annotated[dict[str, JsonValue], Field(min_length=1, max_length=30)]
    time: Path = ()
    """Of the member that says when it was measured, from the top; () is none. A text with its
    zone, or seconds or milliseconds since 1970; a text without zone is not believed."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.root.count(ANY) > 1:
            raise ValueError(f"root: {ANY} stands once at most")
        return flawless(self, list(flaws_of_quantities(self.values)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a report says."""

    values: Mapping[str, float]
    suspect: Mapping[str, Suspicion]
    at: datetime | None
    """When it was measured, by its own word."""


def parse_report(payload: bytes, profile: MqttProfile) -> Report:
    """Read a report by its profile; raise UnreadableReport with the reason."""
    if len(payload) > MOST_BYTES:
        raise UnreadableReport(f"{len(payload)} bytes; {MOST_BYTES} at most are read")
    try:
        whole = json.loads(payload, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UnreadableReport(f"no JSON: {str(error)[:100]}") from error
    found = [_read_values(whole, each, profile) for each in _find(whole, profile.root)]
    values = max(found, key=len, default={})
    if not values:
        raise UnreadableReport("holds none of the profile's values")
    suspect: dict[str, Suspicion] = {
        name: "implausible"
        for name, value in values.items()
        if not can_be(name, value, profile.values[name].plausible)
    }
    return Report(values=values, suspect=suspect, at=_read_time(whole, profile.time))


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _read_values(whole: Any, root: Any, profile: MqttProfile) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, place in profile.values.items():
        number = next(map(_number, _find(root, place.path)), None)
        factor, shift = _unit_of(whole, place)
        if number is None or factor is None:
            continue
        value = (number * place.scale + place.offset) * factor + shift
        if math.isfinite(value):
            values[name] = round(value, 6)
    return values


def _unit_of(whole: Any, place: JsonValue) -> tuple[float | None, float]:
    """Return factor and shift to our unit; no factor if the report names a unit we do not know."""
    unit = place.unit
    if place.unit_at is not None:
        named = next(_find(whole, place.unit_at.path), None)
        unit = place.unit_at.means.get(named) if isinstance(named, str) else None
        if unit is None:
            return None, 0.0
    return (1.0, 0.0) if unit is None else _TO_OURS[unit]


def _find(root: Any, path: tuple[int | str, ...]) -> Iterator[Any]:
    """Go along a path; yield what stands at its end, all of it where a step is ANY."""
    if not path:
        yield root
        return
    step, rest = path[0], path[1:]
    if step == ANY and isinstance(root, dict):
        for member in root.values():
            yield from _find(member, rest)
        return
    child = _child(root, step)
    if child is not _ABSENT:
        yield from _find(child, rest)


def _child(root: Any, step: int | str) -> Any:
    if isinstance(step, str):
        return root.get(step, _ABSENT) if isinstance(root, dict) else _ABSENT
    return root[step] if isinstance(root, list) and step < len(root) else _ABSENT


def _number(told: Any) -> float | None:
    """Take a number, or a text that is one; true and false are none."""
    if isinstance(told, str) and _IS_NUMBER.fullmatch(told):
        return float(told)
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        return float(told)
    except OverflowError:
        return None


def _read_time(whole: Any, path: tuple[int | str, ...]) -> datetime | None:
    told = next(_find(whole, path), None) if path else None
    try:
        if isinstance(told, str):
            at = datetime.fromisoformat(told)
        else:
            seconds = _number(told)
            if seconds is None:
                return None
            if seconds >= _MILLISECONDS_FROM:
                seconds /= 1000
            at = datetime.fromtimestamp(seconds, UTC)
        is_known = at.tzinfo is not None and _FIRST <= at <= _LAST
        return at.astimezone(UTC) if is_known else None
    except (ValueError, OverflowError, OSError):
        return None
