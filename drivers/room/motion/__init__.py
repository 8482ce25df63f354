"""What a segment of steel may do: a pure state machine, `step(segment, event)`.

We ask the bank's controller, which keeps people safe together with its hard-wired chain; what is
checked here is a second look and an explanation, never the safety function (SAFETY.md). This
package is not responsible for doing anything: the agent feeds it events and carries out the
commands it answers with, in their order.
"""

from __future__ import annotations

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
    StopMotion,
)
from drivers.room.motion.events import (
    AgentBroke,
    Confirmed,
    Event,
    HoldReleased,
    InterlocksNotRead,
    InterlocksRead,
    LinkLost,
    Reconnected,
    RequestArrived,
    SteelRead,
    StopAsked,
    TimePassed,
    WriteEnded,
)
from drivers.room.motion.interlocks import INTERLOCKS, Finding, list_checks
from drivers.room.motion.ledger import Different, Ledger, New, Same, Views
from drivers.room.motion.segment import (
    Asked,
    Drive,
    Faulted,
    Halted,
    Hold,
    Limits,
    Moving,
    Open,
    Phase,
    Segment,
    Unknown,
    Ventilating,
)
from drivers.room.motion.step import step, stops_on_exit

__all__ = [
    "INTERLOCKS",
    "AgentBroke",
    "Answer",
    "Asked",
    "Command",
    "Confirmed",
    "Different",
    "Drive",
    "DriveTo",
    "Event",
    "Faulted",
    "Finding",
    "Halted",
    "Hold",
    "HoldReleased",
    "InterlocksNotRead",
    "InterlocksRead",
    "Ledger",
    "Limits",
    "LinkLost",
    "Moving",
    "New",
    "Open",
    "Phase",
    "ReadBack",
    "ReadInterlocks",
    "Reconnected",
    "ReportConfirmed",
    "ReportFault",
    "ReportHalt",
    "RequestArrived",
    "Same",
    "Segment",
    "SteelRead",
    "StopAsked",
    "StopMotion",
    "TimePassed",
    "Unknown",
    "Ventilating",
    "Views",
    "WriteEnded",
    "find_hindrance",
    "list_checks",
    "step",
    "stops_on_exit",
]
