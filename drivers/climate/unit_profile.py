"""Profiles of units: what of a dehumidifier or controller can be switched and read, as data.

They stand in config/profiles/units. No device here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from config.parts import Flaw, Part, flawless
from drivers.bus.spans import Limits, Span, plan_reads
from drivers.climate.profile import Profile, SerialDefaults, Value, flaws_of, load_profile
from drivers.climate.registers import Block, Layout, Place

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Coil = Annotated[int, Field(ge=0, le=0xFFFF)]
Word = Annotated[int, Field(ge=0, le=0xFFFF)]
Bit = Annotated[int, Field(ge=0, le=15)]
_MOST_COILS = 2000


class Switch(Part):
    """What switches the unit: a coil, or a register that takes one of two words."""

    coil: Coil | None = None
    register_at: Word | None = None
    on_word: Word = 1
    off_word: Word = 0

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.coil is None) == (self.register_at is None):
            raise ValueError("one of coil and register_at is needed")
        if self.on_word == self.off_word:
            raise ValueError(f"on_word and off_word are both {self.on_word}")
        return self


class Bits(Part):
    """What the bits of a status word mean, from bit 0 at the right."""

    address: Word
    faults: dict[Bit, Code] = Field(default={})
    notices: dict[Bit, Code] = Field(default={})


class UnitProfile(Profile):
    """A make of dehumidifier, humidifier or controller of temperature and humidity."""

    serial: SerialDefaults | None = None
    layout: Layout = Layout()
    switch: Switch | None = None
    running: Place | None = None
    """Says by 1 or 0 whether it runs, where nothing of it can be switched."""
    set_humidity: Place | None = None
    """Where the relative humidity stands that it aims at by itself, in %."""
    values: dict[str, Value] = Field(default={}, max_length=30)
    """What its own sensors measure, by the name of the quantity."""
    settings: dict[Code, Place] = Field(default={}, max_length=20)
    """What else is set on it and read."""
    status: Bits | None = None
    fault_coils: dict[Coil, Code] = Field(default={})
    notice_coils: dict[Coil, Code] = Field(default={})

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        return flawless(self, [*flaws_of(self.layout, self.values, self._others()), *self._coils()])

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Return the requests for registers that one reading takes."""
        return self.layout.plan([*self.values.values(), *self._others().values()])

    @property
    def coil_spans(self) -> tuple[Span, ...]:
        """Return the requests for coils that one reading takes."""
        wanted = {*self.fault_coils, *self.notice_coils}
        if self.switch is not None and self.switch.coil is not None:
            wanted.add(self.switch.coil)
        limits = Limits(most_gap=self.layout.most_gap, most_words=_MOST_COILS)
        return plan_reads((Span(at, 1) for at in wanted), limits)

    def switch_place(self) -> Place | None:
        """Return the register that switches, if one does."""
        if self.switch is None or self.switch.register_at is None:
            return None
        return Place(address=self.switch.register_at, type="uint16")

    def status_place(self) -> Place | None:
        """Return the status word."""
        return None if self.status is None else Place(address=self.status.address, type="uint16")

    def _others(self) -> dict[tuple[str, ...], Place]:
        named: dict[tuple[str, ...], Place | None] = {
            ("switch", "register_at"): self.switch_place(),
            ("running", "address"): self.running,
            ("set_humidity", "address"): self.set_humidity,
            ("status", "address"): self.status_place(),
            **{("settings", name, "address"): place for name, place in self.settings.items()},
        }
        return {where: place for where, place in named.items() if place is not None}

    def _coils(self) -> Iterator[Flaw]:
        for coil in self.notice_coils:
            if coil in self.fault_coils:
                yield Flaw(("notice_coils", str(coil)), coil, "fault_coils has it already")
        if self.status is not None:
            for bit in self.status.notices:
                if bit in self.status.faults:
                    yield Flaw(("status", "notices", str(bit)), bit, "faults has it already")


def load_unit_profile(profile_id: str) -> UnitProfile:
    """Read a profile of a unit that ships with the product; raise BadProfile."""
    return load_profile("units", profile_id, UnitProfile)
