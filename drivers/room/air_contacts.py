"""What the contacts of the air say: smoke, leak, doors, tanks, faults, rain; told at changes.

A level counts once it was read twice in a row, so that no bouncing contact alarms; a module that is
away makes its contacts unknown, which is told after a moment. What is then as it was told last has
been so all the time, and is not told again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from config.clock import Clock
from config.room import AirContact, SensorInputs
from drivers.messages import AirContactChanged
from drivers.room.outbox import Outbox
from drivers.room.regulation import ContactSays

AWAY_S = 10.0
"""A module that is away for less is no news."""

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Told:
    safe: bool | None
    since_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    contact: AirContact
    safe: bool | None = None
    since_s: float
    seen: bool | None = None
    """What was read once and not again yet."""
    told: _Told | None = None
    """What was told last, and since when it was so."""


class AirContacts:
    """The one writer of what contacts of the air say."""

    def __init__(
        self,
        devices: Iterable[SensorInputs],
        outbox: Outbox,
        clock: Clock,
        stir: Callable[[], None] = lambda: None,
    ) -> None:
        """`stir` is called when a contact says something else."""
        self._outbox = outbox
        self._clock = clock
        self._stir = stir
        now_s = clock.monotonic()
        self._known: dict[Key, _Known] = {
            (device.id, contact.input): _Known(contact=contact, since_s=now_s)
            for device in devices
            for contact in device.air
        }

    def list_all(self) -> tuple[ContactSays, ...]:
        """List what each contact says, and since when."""
        return tuple(
            ContactSays(
                says=known.contact.says,
                device=device,
                input=number,
                zone=known.contact.zone,
                unit_id=known.contact.unit_id,
                safe=known.safe,
                since_s=known.since_s,
            )
            for (device, number), known in self._known.items()
        )

    def take(self, device: SensorInputs, told: Mapping[int, bool | None]) -> None:
        """Take whether each contact of a module is safe, by input; None: it cannot be read."""
        for number, safe in told.items():
            key = (device.id, number)
            known = self._known[key]
            if safe is known.safe:
                self._known[key] = replace(known, seen=None)
            elif safe is None:
                self._lose(key)
            elif safe is known.seen:
                self._change(key, safe)
            else:
                self._known[key] = replace(known, seen=safe)

    def tick(self) -> None:
        """Tell what has been unknown for longer than a moment."""
        now_s = self._clock.monotonic()
        for key, known in self._known.items():
            is_told = known.told is not None and known.told.safe is None
            if known.safe is None and not is_told and now_s - known.since_s >= AWAY_S:
                self._tell(key)

    def _lose(self, key: Key) -> None:
        now_s = self._clock.monotonic()
        self._known[key] = replace(self._known[key], safe=None, seen=None, since_s=now_s)
        self._stir()

    def _change(self, key: Key, safe: bool) -> None:
        known, now_s = self._known[key], self._clock.monotonic()
        told = known.told
        is_back = told is not None and told.safe is safe
        since_s = told.since_s if told is not None and is_back else now_s
        self._known[key] = replace(known, safe=safe, seen=None, since_s=since_s)
        if not is_back:
            self._tell(key)
        self._stir()

    def _tell(self, key: Key) -> None:
        known = self._known[key]
        self._known[key] = replace(known, told=_Told(known.safe, known.since_s))
        self._outbox.append_soon(
            AirContactChanged(
                at=self._clock.now(),
                device=key[0],
                input=key[1],
                says=known.contact.says,
                zone=known.contact.zone,
                safe=known.safe,
            )
        )
