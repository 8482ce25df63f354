"""What can be measured in the air of a room: name, unit and words of every quantity, as data.

`config/quantities.yaml` lists them. A new quantity needs a line there and a profile that reads it,
and no code: it is sampled, kept, rolled up, drawn and watched like all others.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Final, Self

import yaml
from pydantic import Field, TypeAdapter, model_validator

from config.parts import Part, Words

QuantityName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Ends in its unit, as in temperature_c, humidity_pct, co2_ppm."""

TEMPERATURE: Final = "temperature_c"
HUMIDITY: Final = "humidity_pct"
"""These two together carry the metrics of preservation."""
MOST: Final = 1e9
"""No quantity of the air, in whatever unit, is as much."""
Scale = Annotated[float, Field(ge=1e-9, le=MOST)]
"""What a raw number is multiplied with; by more or by less nothing would be left of it."""
Offset = Annotated[float, Field(ge=-MOST, le=MOST)]
"""What is added to it then."""


class Quantity(Part):
    """One quantity: how it is named to people and what a sensor can have measured at all."""

    name: Words
    unit: str
    digits: Annotated[int, Field(ge=0, le=4)]
    """Digits behind the point that are shown."""
    low: Annotated[float, Field(ge=-MOST, le=MOST)]
    high: Annotated[float, Field(ge=-MOST, le=MOST)]
    """Outside of these a value is no measurement, whatever the sensor."""

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.high - self.low < 10**-self.digits:
            least = f"by what {self.digits} digits show"
            raise ValueError(f"low {self.low:g} is not below high {self.high:g} {least}")
        return self

    def can_be(self, value: float) -> bool:
        """Say whether a sensor can have measured this at all; what is no number cannot be."""
        return self.low <= value <= self.high


_LIST = TypeAdapter(dict[QuantityName, Quantity])


@cache
def quantities() -> dict[str, Quantity]:
    """Return every quantity the product knows, by name, in the order people read them."""
    text = (resources.files("config") / "quantities.yaml").read_text(encoding="utf-8")
    return _LIST.validate_python(yaml.safe_load(text))
