"""The Modbus bus: one worker per physical port owns the wire, callers await their turn.

bus.py is what callers ask, worker.py has the wire and link.py is that wire while it is open.
jobs.py says what goes first and what goes together. Pure are frames.py (which bytes answer what),
ports.py (which ports a room has), spans.py (which reads are put together), breaker.py (whether a
silent unit is asked again yet), timing.py (how long a line needs), meter.py and budget.py (how long
a round takes, and should), and health.py.
"""

from __future__ import annotations

from drivers.bus.bus import Bus, open_bus
from drivers.bus.health import BusHealth, UnitHealth
from drivers.bus.jobs import Bits, Priority, Registers
from drivers.bus.spans import Span
from drivers.bus.timing import Timing
from drivers.readings import Quality

__all__ = [
    "Bits",
    "Bus",
    "BusHealth",
    "Priority",
    "Quality",
    "Registers",
    "Span",
    "Timing",
    "UnitHealth",
    "open_bus",
]
