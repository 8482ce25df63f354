"""What regulators must not forget over a restart: how long units rest and run, and who overrides.

Moments are kept on the machine's monotonic clock with the name of its boot. The same boot goes on
exactly where it was, whatever the wall clock did; after another boot nobody knows how long the
machine was off, so every rest and every hour begins anew.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drivers.messages import LONGEST_OVERRIDE, Actor
from drivers.room.regulation import Life, Memory, Order, Override, again

_log = logging.getLogger(__name__)

_BOOT_PATH = Path("/proc/sys/kernel/random/boot_id")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class KeptOrder(_Model):
    """A write that is not seen to be done."""

    on: bool
    at_s: float
    since_s: float | None = None
    """None in a file of an earlier version."""

    def order(self) -> Order:
        """Take up what was written."""
        return Order(self.on, self.at_s, self.at_s if self.since_s is None else self.since_s)


class KeptOverride(_Model):
    """A person's word about a unit."""

    on: bool
    until: datetime
    until_s: float
    actor: Actor
    reason: str = ""


class KeptUnit(_Model):
    """The life of a unit and the mind of its regulator."""

    on: bool | None = None
    started_at_s: float
    stopped_at_s: float
    starts_at_s: tuple[float, ...] = ()
    order: KeptOrder | None = None
    demand: bool = False
    wanted: bool = False
    held: bool | None = None
    """None in a file of an earlier version, where it was as wanted."""
    override: KeptOverride | None = None

    def life(self) -> Life:
        """Take up the life of the unit."""
        return Life(
            on=self.on,
            started_at_s=self.started_at_s,
            stopped_at_s=self.stopped_at_s,
            starts_at_s=self.starts_at_s,
            order=None if self.order is None else self.order.order(),
        )

    def memory(self) -> Memory:
        """Take up the mind of the regulator: inside the dead band it stays as it was."""
        held = self.wanted if self.held is None else self.held
        return Memory(demand=self.demand, wanted=self.wanted, held=held)

    def find_override(self) -> Override | None:
        """Take up what a person wanted."""
        kept = self.override
        if kept is None:
            return None
        return Override(
            on=kept.on, until=kept.until, until_s=kept.until_s, actor=kept.actor, reason=kept.reason
        )


class Humidity(_Model):
    """The highest humidity of a zone in a part of the day."""

    at: datetime
    pct: float


class Kept(_Model):
    """Everything in the file."""

    boot: str = ""
    units: Mapping[str, KeptUnit] = Field(default_factory=dict)
    proposed_at: Mapping[str, datetime] = Field(default_factory=dict)
    """When airing each closed block was proposed last."""
    humidity: Mapping[str, tuple[Humidity, ...]] = Field(default_factory=dict)
    """Of the last day, by zone."""


def keep_unit(life: Life, memory: Memory, override: Override | None) -> KeptUnit:
    """Put down what must not be forgotten of a unit."""
    order = life.order
    return KeptUnit(
        on=life.on,
        started_at_s=life.started_at_s,
        stopped_at_s=life.stopped_at_s,
        starts_at_s=life.starts_at_s,
        order=None
        if order is None
        else KeptOrder(on=order.on, at_s=order.at_s, since_s=order.since_s),
        demand=memory.demand,
        wanted=memory.wanted,
        held=memory.held,
        override=None
        if override is None
        else KeptOverride(
            on=override.on,
            until=override.until,
            until_s=override.until_s,
            actor=override.actor,
            reason=override.reason,
        ),
    )


def load_kept(path: Path, *, boot: str, now_s: float, now: datetime) -> Kept:
    """Read the file as of now; one that cannot be read is told, and then nothing is known."""
    try:
        kept = Kept.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return Kept(boot=boot)
    except (OSError, ValidationError) as error:
        _log.error("%s cannot be read; units rest before they start again: %s", path, error)
        return Kept(boot=boot)
    if boot and kept.boot == boot:
        units = {name: _checked(unit, now_s) for name, unit in kept.units.items()}
    else:
        units = {name: _after_boot(unit, now_s, now) for name, unit in kept.units.items()}
    return kept.model_copy(update={"boot": boot, "units": units})


def save_kept(path: Path, kept: Kept) -> None:
    """Replace the file so that a restart finds it whole; raise OSError."""
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(kept.model_dump_json(indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def name_boot() -> str:
    """Name this start of the machine; empty where that cannot be known."""
    try:
        return _BOOT_PATH.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _checked(unit: KeptUnit, now_s: float) -> KeptUnit:
    """Trust no moment that is yet to come."""
    moments = (unit.started_at_s, unit.stopped_at_s, *unit.starts_at_s)
    return unit if max(moments) <= now_s else _anew(unit, now_s)


def _after_boot(unit: KeptUnit, now_s: float, now: datetime) -> KeptUnit:
    fresh = _anew(unit, now_s)
    if unit.override is None:
        return fresh
    left = min(unit.override.until - now, LONGEST_OVERRIDE)
    until_s = now_s + left.total_seconds()
    override = unit.override.model_copy(update={"until_s": until_s})
    return fresh.model_copy(update={"override": override})


def _anew(unit: KeptUnit, now_s: float) -> KeptUnit:
    life = again(unit.life(), now_s)
    return keep_unit(life, unit.memory(), None).model_copy(update={"override": unit.override})
