"""What a segment of steel may do: a pure state machine, `step(segment, event)`.

We ask the bank's controller, which keeps people safe together with its hard-wired chain; what is
checked here is a second look and an explanation, never the safety function (SAFETY.md). This
package is not responsible for doing anything: the agent feeds it events and carries out the
commands it answers with, in their order.

`step` leads to everything. A wish goes through `asking`, a setting through `settings`, a reading
through `mirror`; `rules` lists what may speak against motion, and each rule has a file named after
it: abilities, arming, commissioning, holds, interlocks, vouching, locks, lock_outs, gaps, modes,
trips, late, freshness. `cover` puts our own sensors beside the controller's word, `program` moves
banks of a room one by one, `ledger` knows what was asked before.
"""

from __future__ import annotations

from drivers.room.motion.abilities import learn
from drivers.room.motion.asking import find_hindrance
from drivers.room.motion.commands import (
    Answer,
    Command,
    DriveTo,
    ReadBack,
    ReadInterlocks,
    ReportConfirmed,
    ReportFault,
    ReportHalt,
    ReportReset,
    SetSteel,
    StopMotion,
)
from drivers.room.motion.commissioning import is_commissioned
from drivers.room.motion.cover import Sensed, cover
from drivers.room.motion.events import (
    AgentBroke,
    Confirmed,
    Event,
    HoldAsked,
    InterlocksNotRead,
    InterlocksRead,
    LinkLost,
    LockOutAsked,
    Reconnected,
    RequestArrived,
    SettingAsked,
    SettingEnded,
    StartPressed,
    SteelRead,
    StopAsked,
    TimePassed,
    WriteEnded,
)
from drivers.room.motion.finding import Finding
from drivers.room.motion.interlocks import INTERLOCKS, list_checks
from drivers.room.motion.ledger import Different, Entry, Ledger, New, Same, Views
from drivers.room.motion.segment import (
    Armed,
    Asked,
    Drive,
    Faulted,
    Halted,
    Hold,
    Limits,
    LockOut,
    Moving,
    Open,
    OwnLock,
    Phase,
    Segment,
    Setting,
    Unknown,
    Ventilating,
)
from drivers.room.motion.step import step, stops_on_exit

__all__ = [
    "INTERLOCKS",
    "AgentBroke",
    "Answer",
    "Armed",
    "Asked",
    "Command",
    "Confirmed",
    "Different",
    "Drive",
    "DriveTo",
    "Entry",
    "Event",
    "Faulted",
    "Finding",
    "Halted",
    "Hold",
    "HoldAsked",
    "InterlocksNotRead",
    "InterlocksRead",
    "Ledger",
    "Limits",
    "LinkLost",
    "LockOut",
    "LockOutAsked",
    "Moving",
    "New",
    "Open",
    "OwnLock",
    "Phase",
    "ReadBack",
    "ReadInterlocks",
    "Reconnected",
    "ReportConfirmed",
    "ReportFault",
    "ReportHalt",
    "ReportReset",
    "RequestArrived",
    "Same",
    "Segment",
    "Sensed",
    "SetSteel",
    "Setting",
    "SettingAsked",
    "SettingEnded",
    "StartPressed",
    "SteelRead",
    "StopAsked",
    "StopMotion",
    "TimePassed",
    "Unknown",
    "Ventilating",
    "Views",
    "WriteEnded",
    "cover",
    "find_hindrance",
    "is_commissioned",
    "learn",
    "list_checks",
    "step",
    "stops_on_exit",
]
