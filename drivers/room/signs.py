"""Tells the archive whether a door's sounder sounds, and who silenced it and when."""

from __future__ import annotations

from collections.abc import Callable

from config.clock import Clock
from drivers.messages import DoorSilenced, DoorState
from drivers.room.sounders import Sounder

_SILENT = (False, True, None)


class Signs:
    """Shows whether the sounders of a room sound, and who silenced them. Repeats nothing."""

    def __init__(self, publish: Callable[[DoorState], None], *, boot_id: str, clock: Clock) -> None:
        self._publish = publish
        self._boot_id = boot_id
        self._clock = clock
        self._version = 0
        self._silenced: dict[str, DoorSilenced] = {}
        self._shown: dict[str, tuple[bool, bool, DoorSilenced | None]] = {}

    def note(self, silenced: DoorSilenced) -> None:
        """Note that somebody silenced a door."""
        self._silenced[silenced.door] = silenced

    def show(self, door: str, sounder: Sounder) -> None:
        """Show a sounder if anything of it changed; a new sound is not silenced yet."""
        if sounder.sounding and not self._shown.get(door, _SILENT)[0]:
            self._silenced.pop(door, None)
        silenced = None if sounder.sounding else self._silenced.get(door)
        now = (sounder.sounding, sounder.obeys, silenced)
        if self._shown.get(door) == now:
            return
        self._shown[door] = now
        self._version += 1
        self._publish(
            DoorState(
                device=door,
                boot_id=self._boot_id,
                version=self._version,
                at=self._clock.now(),
                sounding=sounder.sounding,
                obeys=sounder.obeys,
                silenced_by=None if silenced is None else silenced.actor,
                silenced_at=None if silenced is None else silenced.at,
            )
        )
