"""The air of a room as its file says it: zones, their limits, and what regulates them. No I/O."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.addresses import SlotAddress, parse_address
from config.parts import Part, Words
from config.wires import DeviceId

ProfileId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
ZoneId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
Seconds = Annotated[float, Field(ge=0, le=7 * 86_400)]

WHOLE_ROOM_ZONE = "room"
"""The zone of a room whose file lists none."""


class Zone(Part):
    """A part of the air with limits of its own, or the air outside."""

    zone: ZoneId
    name: Words
    limits: ProfileId | None = None
    """A file of config/profiles/limits; None: the room's own."""
    covers: tuple[str, ...] = ()
    """Beginnings of addresses (R1-B2, R1-B2-C7) whose boxes live in this air; () is whatever no
    other zone covers."""
    kind: Literal["room", "closed_block", "outside"] = "room"
    """closed_block: the air between the shelves of a closed bank, which may be ventilated by
    opening it; outside: the air that a fan brings in."""
    block: Annotated[int, Field(ge=1)] | None = None
    """Of a closed block: the bank whose columns it lies between."""
    air_above_pct: Annotated[float, Field(gt=0, lt=100)] = 55.0
    """Of a closed block: airing it is proposed only where it is damper than this."""
    air_when_drier_g_m3: Annotated[float, Field(gt=0, le=20)] = 1.0
    """Of a closed block: how much drier, in g of water per m3, the room's air must be for that."""
    propose_every_h: Annotated[float, Field(ge=1, le=720)] = 12.0
    """Of a closed block: airing it is proposed no more often."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.kind == "closed_block") != (self.block is not None):
            raise ValueError("block names the bank of a closed_block, and stands with nothing else")
        return self


class Duty(Part):
    """A unit that runs blind: so long on, so long off."""

    on_s: Annotated[float, Field(gt=0, le=86_400)]
    off_s: Annotated[float, Field(gt=0, le=86_400)]


class Guard(Part):
    """What protects a machine from its own controller; holds on every path that switches it."""

    min_on_s: Seconds = 600.0
    min_off_s: Seconds = 600.0
    max_on_s: Annotated[float, Field(gt=0, le=7 * 86_400)] | None = None
    max_starts_per_h: Annotated[int, Field(ge=1, le=60)] = 4

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.max_on_s is not None and self.max_on_s < self.min_on_s:
            raise ValueError("max_on_s must not be less than min_on_s")
        return self


class Regulator(Part):
    """Keeps one zone dry, damp or aired by switching one unit around a set value."""

    unit: DeviceId
    """A device of this room that can be switched: climate.unit or climate.relay."""
    does: Literal["dry", "humidify", "ventilate"]
    zone: ZoneId
    set_pct: Annotated[float, Field(gt=0, lt=100)] = 55.0
    """Relative humidity that is aimed at. Drying starts above it by half the dead band and ends
    below it by half; humidifying the other way around; ventilating needs it exceeded."""
    dead_band_pct: Annotated[float, Field(ge=1, le=20)] = 4.0
    guard: Guard = Guard()
    stale_after_s: Annotated[float, Field(gt=0, le=86_400)] = 900.0
    """Older readings of the zone count as none; then the unit does what `fail` says."""
    fail: Literal["off", "hold", "duty"] = "off"
    duty: Duty | None = None
    door_grace_s: Seconds = 120.0
    """A door open for longer stops the unit; none starts while one is open."""
    vent_on_g_m3: Annotated[float, Field(gt=0, le=20)] = 1.0
    vent_off_g_m3: Annotated[float, Field(ge=0, le=20)] = 0.3
    """Ventilating: how much drier, in g of water per m3, the air that comes in must be."""
    supply_low_c: float = 5.0
    supply_high_c: float = 30.0
    """Ventilating: what the air that comes in may have."""
    supply_low_pct: Annotated[float, Field(ge=0, lt=100)] = 40.0
    """Ventilating: what its humidity must not fall below once it is as warm as the room."""
    day_budget_pct: Annotated[float, Field(gt=0, le=50)] = 5.0
    """Ventilating: how far it may bring the humidity below the highest of the last day."""
    obeys_within_s: Annotated[float, Field(ge=5, le=3600)] = 60.0
    """A unit that is not seen to do within this time what it was told is told as silent."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.fail == "duty") != (self.duty is not None):
            raise ValueError("duty says how long on and off, and stands with fail: duty alone")
        if self.does == "humidify" and self.fail == "hold" and self.guard.max_on_s is None:
            raise ValueError(
                "a humidifier that holds on blindly needs guard.max_on_s, or it wets without end"
            )
        if self.vent_off_g_m3 >= self.vent_on_g_m3:
            raise ValueError("vent_off_g_m3 must be less than vent_on_g_m3")
        if self.supply_low_c >= self.supply_high_c:
            raise ValueError("supply_low_c must be less than supply_high_c")
        return self


class Climate(Part):
    """Which limits the room keeps, where, and by what."""

    profile: ProfileId
    """Limits of every zone that names none."""
    zones: tuple[Zone, ...] = ()
    regulators: tuple[Regulator, ...] = ()

    def all_zones(self) -> tuple[Zone, ...]:
        """List the zones; a room that names none is one zone."""
        whole = Zone(zone=WHOLE_ROOM_ZONE, name=Words(zh="整个库房", en="Whole room"))
        inside = any(zone.kind == "room" for zone in self.zones)
        return self.zones if inside else (whole, *self.zones)

    def usual_zone(self) -> Zone:
        """Return the zone of probes and boxes that no zone claims: the first without `covers`."""
        inside = [zone for zone in self.all_zones() if zone.kind == "room"]
        return next((zone for zone in inside if not zone.covers), inside[0])

    def zone_at(self, address: SlotAddress) -> Zone:
        """Return the zone whose air is at a place: the one that claims most of its address.

        The air of a closed block is that of its whole bank.
        """
        claims: list[tuple[int, Zone]] = []
        for zone in self.all_zones():
            places = [parse_address(text) for text in zone.covers]
            if zone.kind == "closed_block":
                places.append(SlotAddress(room=address.room, bank=zone.block))
            claims += [(len(str(place)), zone) for place in places if place.contains(address)]
        return max(claims, key=lambda claim: claim[0])[1] if claims else self.usual_zone()
