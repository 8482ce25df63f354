"""Profiles of probes: what stands where, as data from config/profiles/probes. No device here.

A probe of another make, or of another quantity, needs a file and no code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Protocol, Self, TypeVar

from pydantic import Field, model_validator

from config.climate import ProfileId
from config.errors import Mendable
from config.load import BadFile, load_part
from config.parts import Flaw, Part, Words, flawless
from config.quantities import Quantity, quantities
from config.settings import ProfileSettings
from config.wires import SerialAddress, TcpAddress, UnitId
from drivers.climate.registers import Block, Bounds, Layout, Place

_P = TypeVar("_P", bound="Profile")


class BadProfile(Mendable):
    """A profile that does not exist or cannot be used; the text names file, line and field."""


class SerialDefaults(Part):
    """How the device leaves the factory."""

    baud: Literal[1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200]
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    unit: UnitId = 1

    def words(self) -> str:
        """Write it as manuals do: 9600 8N1."""
        return f"{self.baud} 8{self.parity}{self.stop_bits}"

    def is_of(self, at: SerialAddress | TcpAddress) -> bool:
        """Say whether a room file sets the line so; a gateway sets its own."""
        if isinstance(at, TcpAddress):
            return True
        return (at.baud, at.parity, at.stop_bits) == (self.baud, self.parity, self.stop_bits)


class Value(Place):
    """A place of a measured quantity."""

    plausible: Bounds | None = None
    """What this sensor can measure; None: whatever the quantity can be."""


class Told(Protocol):
    """A value that a profile reads."""

    @property
    def plausible(self) -> Bounds | None:
        """What its sensor can measure."""


class Profile(Part):
    """What every profile says: whose it is, where that is written, and whether we have seen it."""

    format: Literal[2]
    id: ProfileId
    """The file's name without .yaml."""
    name: Words
    source: Annotated[tuple[str, ...], Field(min_length=1)]
    verified: bool
    """Whether it was read from a device of our own."""


class ProbeProfile(Profile):
    """A make of probe on a Modbus line."""

    serial: SerialDefaults | None = None
    layout: Layout = Layout()
    values: Annotated[dict[str, Value], Field(min_length=1, max_length=30)]
    """By the name of the quantity (config/quantities.yaml)."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        return flawless(self, list(flaws_of(self.layout, self.values)))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Return the requests that one sample takes."""
        return self.layout.plan(self.values.values())


def flaws_of(
    layout: Layout,
    values: Mapping[str, Value],
    others: Mapping[tuple[str, ...], Place] | None = None,
) -> Iterator[Flaw]:
    """List what is wrong with places: no such quantity, words of two numbers, too many words.

    `others` are places of a unit that measure nothing, by the field that holds their address.
    """
    places: dict[tuple[str, ...], Place] = {
        ("values", name, "address"): place for name, place in values.items()
    }
    places |= others or {}
    yield from flaws_of_quantities(values)
    for number, (where, place) in enumerate(places.items()):
        if place.words > layout.most_words:
            allowed = f"{place.words} or more, which {_named(where)} takes"
            yield Flaw(("layout", "most_words"), layout.most_words, allowed)
        for before in list(places)[:number]:
            if layout.overlaps(place, places[before]):
                allowed = f"an address of its own: this word belongs to {_named(before)}"
                yield Flaw(where, place.address, allowed)


def _named(where: tuple[str, ...]) -> str:
    return ".".join(where[:-1])


def flaws_of_quantities(values: Mapping[str, Told]) -> Iterator[Flaw]:
    """List names that config/quantities.yaml does not have, and what no such quantity can be."""
    for name, value in values.items():
        known = quantities().get(name)
        if known is None:
            allowed = f"a quantity of config/quantities.yaml: {', '.join(quantities())}"
            yield Flaw(("values", name), name, allowed)
        elif value.plausible is not None:
            yield from _beyond(name, value.plausible, known)


def _beyond(name: str, bounds: Bounds, known: Quantity) -> Iterator[Flaw]:
    """List ends of a range that lie outside of what a quantity can be at all."""
    for end, at in (("low", bounds.low), ("high", bounds.high)):
        if not known.can_be(at):
            allowed = f"{known.low:g} to {known.high:g}, which {name} can be at all"
            yield Flaw(("values", name, "plausible", end), at, allowed)


def can_be(name: str, value: float, plausible: Bounds | None) -> bool:
    """Say whether this sensor can have measured a value of this quantity."""
    return quantities()[name].can_be(value) and (plausible is None or plausible.holds(value))


def load_probe_profile(profile_id: str) -> ProbeProfile:
    """Read a profile of a Modbus probe, as `load_profile` does."""
    return load_profile("probes", profile_id, ProbeProfile)


def load_profile(kind: str, profile_id: str, model: type[_P]) -> _P:
    """Read a profile that ships or the site's own; raise BadProfile that names file and field.

    An id that ships is no name for a site's own file: two devices under it would both be right.
    """
    shipped = Path(str(resources.files("config.profiles"))) / kind
    own = ProfileSettings().profiles_dir
    folders = [shipped] if own is None else [shipped, own / kind]
    found = [each for each in folders if (each / f"{profile_id}.yaml").is_file()]
    if len(found) > 1:
        path = found[1] / f"{profile_id}.yaml"
        raise BadProfile(f"{path} cannot be used: this id ships with the product; choose another")
    if not found:
        known = ", ".join(sorted({each.stem for one in folders for each in one.glob("*.yaml")}))
        raise BadProfile(f"{_named_in(shipped, profile_id)} does not exist; there are {known}")
    where = _named_in(shipped, profile_id) if found[0] == shipped else None
    return read_profile(found[0] / f"{profile_id}.yaml", model, where)


def _named_in(shipped: Path, profile_id: str) -> str:
    return f"config/profiles/{shipped.name}/{profile_id}.yaml"


def read_profile(path: Path, model: type[_P], where: str | None = None) -> _P:
    """Read a profile from any file; raise BadProfile that names file and field."""
    try:
        profile = load_part(path, model)
    except BadFile as error:
        problems = "; ".join(map(str, error.problems))
        raise BadProfile(f"{where or path} cannot be used: {problems}") from error
    if profile.id != path.stem:
        raise BadProfile(f"{where or path} cannot be used: id: {profile.id!r} is another file's")
    return profile
