"""How a subject asks a room about its units; the link is who carries it there."""

from __future__ import annotations

from typing import Protocol

from drivers.messages import ClimateRequest, DeviceState, Reply


class ClimateRequests(Protocol):
    """Asks a room about its units and waits for the answer."""

    async def ask(self, room: str, request: ClimateRequest, wait_s: float = ...) -> Reply | None:
        """Ask a room once; return its answer, or `None` if nothing came back or could be sent."""
        ...


class UnitStates(Protocol):
    """Says what a room showed last of a device, and whether the room is heard now."""

    def __call__(self, room: str, device: str) -> tuple[DeviceState | None, bool]: ...
