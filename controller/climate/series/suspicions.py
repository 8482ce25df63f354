"""Why a value is kept but not believed, as small numbers in rows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, get_args

from drivers.messages import Suspicion

SOUND: Final = 0
CODES: Mapping[Suspicion, int] = MappingProxyType(
    {"implausible": 1, "spike": 2, "settling": 3, "wrong_unit": 4, "future": 5}
)
NAMES: Mapping[int, Suspicion] = MappingProxyType({code: name for name, code in CODES.items()})
_PER_HUMIDITY = 16

FUTURE: Final = CODES["future"]
FUTURE_PAIRS: Final = (FUTURE, _PER_HUMIDITY * FUTURE, FUTURE + _PER_HUMIDITY * FUTURE)
"""The codes of a sample that is dated in time to come."""

assert set(CODES) == set(get_args(Suspicion))


def pack_pair(temperature: int, humidity: int) -> int:
    """Put the codes of temperature and humidity into one number."""
    return temperature + _PER_HUMIDITY * humidity


def unpack_pair(packed: int) -> tuple[int, int]:
    """Give the codes of temperature and humidity."""
    return packed % _PER_HUMIDITY, packed // _PER_HUMIDITY
