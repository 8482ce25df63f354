"""What drivers report: frozen facts in the device's own terms, before anybody decides anything.

`at_s` is the monotonic clock of this process, because ages must survive a changed wall clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal


class Quality(StrEnum):
    """What a value is worth that was read at some time."""

    GOOD = "good"
    STALE = "stale"
    NEVER_READ = "never_read"
    BAD_REPLY = "bad_reply"
    """What came back last was no answer; the value is of the last good reading, if there is one."""


class Check(StrEnum):
    """What an interlock says. UNKNOWN counts as UNSAFE."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"


class SteelState(StrEnum):
    """What a segment's controller says its columns do."""

    UNKNOWN = "unknown"
    STANDING = "standing"
    MOVING = "moving"
    HALTED = "halted"
    FAULTED = "faulted"
    VENTILATING = "ventilating"
    """The columns stand spread, so that air can pass and nobody can enter."""


class CommandResult(StrEnum):
    """What became of the last command a segment's controller saw.

    UNKNOWN is a code that the driver does not know: neither a success nor a refusal.
    """

    UNKNOWN = "unknown"
    NONE = "none"
    ACCEPTED = "accepted"
    STARTED = "started"
    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"
    STOPPED = "stopped"
    FAILED = "failed"


class LockState(StrEnum):
    """Whether a segment's controller refuses all motion until it is unlocked."""

    UNLOCKED = "unlocked"
    LOCKED = "locked"
    UNKNOWN = "unknown"


class SleepState(StrEnum):
    """Whether a segment's drives have power."""

    AWAKE = "awake"
    ASLEEP = "asleep"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Trip:
    """A protection or fault that a controller reports."""

    code: str
    """Its name in drivers/trips.py; `unknown` for a code that the driver's table does not know."""
    raw: str
    """The maker's own code, as it came."""


class Travel(StrEnum):
    """Which way a column travels; right is towards higher column numbers."""

    NONE = "none"
    LEFT = "left"
    RIGHT = "right"
    UNKNOWN = "unknown"


BANK_INTERLOCKS = ("remote_control", "e_stop_chain", "maintenance_key", "crank", "fire", "power")
"""What a controller says, or cannot say, of its whole bank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReading:
    """The bank block: what holds for all segments of a bank."""

    at_s: float
    simulated: bool
    interlocks: dict[str, Check]
    """remote_control, e_stop_chain, maintenance_key, crank, fire, power."""
    unattended_permission: Check
    reset_count: int | None
    """`None`: this controller does not count its resets."""
    heartbeat: int | None
    """`None`: this controller has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentReading:
    """One segment's block, read in one transaction, so its parts belong together."""

    at_s: float
    segment: int
    state: SteelState
    open_aisles: tuple[int, ...]
    """In rising order; fewer than the segment has gaps: a gap stands in no aisle (on its way)."""
    target_aisle: int | None
    remaining_s: float
    trip: Trip | None
    """What the controller has latched or reports as hindering it now."""
    entrance: Check
    obstruction: Check
    occupancy: tuple[Check, ...]
    """One per aisle from 0; SAFE is empty."""
    last_seq: int
    last_epoch: int
    last_result: CommandResult
    last_reason: str
    """Why it was refused or ended, in the words of docs/register-map.md; empty without reason."""
    lock: LockState = LockState.UNLOCKED
    sleep: SleepState | None = SleepState.AWAKE
    """`None`: this protocol does not say whether the drives have power."""
    hindrance: Trip | None = None
    """A protection that forbids motion now and ends by itself; an interlock is unsafe with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnReading:
    """Where one column stands: its near edge in mm from the bank's own edge."""

    column: int
    position_mm: int | None
    """`None`: the controller does not say, and nothing it says tells it."""
    travel: Travel
    trip: Trip | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRead:
    """A radio fact: this antenna heard this tag. Never yet a box that is somewhere."""

    reader_id: str
    antenna: int
    epc: str
    """Upper-case hex, as it came."""
    rssi_dbm: float | None
    count: int
    at_s: float
    phase_rad: float | None = None
    channel: int | None = None
    pc: int | None = None
    """The tag's protocol-control word, if the reader tells it."""
    reader_us: int | None = None
    """The reader's own clock, in microseconds since 1970; it is wrong in practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AntennaCycle:
    """An antenna's dwell is over: it really ran, so what it did not hear counts as not heard."""

    reader_id: str
    antenna: int
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChanged:
    """A contact at a reader's own input changed its level."""

    reader_id: str
    number: int
    on: bool
    at_s: float


Heard = TagRead | AntennaCycle | InputChanged
"""What a reader reports, in the order of its happening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AntennaHealth:
    """How an antenna is, as far as its reader says."""

    connected: bool | None = None
    noise_dbm: float | None = None
    """What it hears when no tag answers."""
    return_loss_db: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderHealth:
    """How a reader and its line are, since it was connected."""

    model: str | None = None
    firmware: str | None = None
    region: str | None = None
    temperature_c: float | None = None
    garbled: int = 0
    """Frames or reports that could not be read and were skipped."""
    skipped_bytes: int = 0
    repeated: int = 0
    """Answers that came twice or to no question."""
    clock_jumps: int = 0
    """How often the reader's own clock jumped, where it tells times."""
    last_error: str | None = None
    """The newest of these, in words."""
    antennas: Mapping[int, AntennaHealth] = field(default_factory=lambda: MappingProxyType({}))


Suspicion = Literal["implausible", "spike", "settling", "wrong_unit", "future"]
"""Why a value is kept but not believed: outside what the sensor can measure; a jump no air makes;
within the first hour of a probe that was carried in; an answer of another unit; a time to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AirReading:
    """One sample of a probe: whatever it measures, by the names of config/quantities.yaml."""

    probe_id: str
    values: Mapping[str, float]
    suspect: Mapping[str, Suspicion]
    """Which of the values are not believed, and why."""
    at_s: float
    at: datetime | None = None
    """When it was measured by the probe's own word; None: at `at_s`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReading:
    """What a dehumidifier, humidifier, controller or relay says of itself."""

    on: bool | None
    """Whether it is switched on; None: it does not say, or says neither."""
    faults: tuple[str, ...] = ()
    """What is broken, by the codes of its profile."""
    notices: tuple[str, ...] = ()
    """What it does or misses by itself, such as defrosting; no fault."""
    values: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """What its own sensors measure, by the names of config/quantities.yaml; what they cannot have
    measured is left out."""
    set_pct: float | None = None
    """The relative humidity it aims at by itself."""
    settings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """What else is set on it, such as the fan's step, by the names of its profile."""
    at_s: float
