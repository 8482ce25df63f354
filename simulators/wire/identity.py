"""Who a simulated reader says it is: as the room file names it, else something of its own."""

from __future__ import annotations

from random import Random

from config.readers import NamedReader


def own_identity(reader: NamedReader, size: int) -> bytes:
    """Return what a reader calls itself; `size` bytes unless the room file names others."""
    if reader.identity is not None:
        return bytes.fromhex(reader.identity)
    return Random(f"identity of {reader.id}").randbytes(size)
