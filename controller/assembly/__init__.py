"""Every subject with its collaborators: what the archive side consists of; nothing runs yet.

whole.py wires it up, routes.py has what each subject offers over HTTP. effects.py says which
subject does what an event means, incoming.py who takes the rest that comes from the rooms,
telling.py what of it pages are told. mirrored.py is what subjects ask of the rooms as they are now,
checks.py what health asks.
"""

from __future__ import annotations

from controller.assembly.effects import EFFECTS
from controller.assembly.incoming import take_heard, take_samples
from controller.assembly.mirrored import look_at
from controller.assembly.whole import Assembly, assemble

__all__ = ["EFFECTS", "Assembly", "assemble", "look_at", "take_heard", "take_samples"]
