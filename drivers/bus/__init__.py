"""The Modbus bus: one worker per physical port owns the wire, callers await their turn.

worker.py runs it; frames.py says which bytes answer what, jobs.py what goes first, breaker.py
whether a silent unit is asked again yet, timing.py how long a line needs (all four pure), and
link.py is the one open wire.
"""

from __future__ import annotations

from drivers.bus.jobs import Priority, Registers
from drivers.bus.timing import Timing
from drivers.bus.worker import Bus, open_bus

__all__ = ["Bus", "Priority", "Registers", "Timing", "open_bus"]
