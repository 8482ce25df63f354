"""Which devices are there: told once when one goes and once when it comes back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from config.clock import Clock
from config.mqtt import Backoff
from drivers.errors import DriverError
from drivers.messages import DeviceChanged, DeviceState, ReaderFacts, UnitFacts
from drivers.room.link import Link
from drivers.room.outbox import Outbox

_log = logging.getLogger(__name__)

_NEVER_REACHED = "not reached yet"
_LONG_ENOUGH_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whether a device is there; `online` is `None` until the first attempt ended."""

    online: bool | None = None
    why: str | None = _NEVER_REACHED
    code: str | None = None
    """What kind of failure it is; None where nothing has failed."""
    heard_at: datetime | None = None
    """Of a device that is away: when it was found missing after it had answered."""


class Roster:
    """The one writer of which devices are there.

    Those named in `snapshots` are shown as they are; banks show it in a snapshot of their own.
    """

    def __init__(
        self,
        devices: Iterable[str],
        *,
        snapshots: Set[str],
        outbox: Outbox,
        link: Link,
        clock: Clock,
        boot_id: str,
        facts: Callable[[str], ReaderFacts | None] = lambda _device: None,
        climate: Callable[[str], UnitFacts | None] = lambda _device: None,
    ) -> None:
        self._contacts = dict.fromkeys(devices, Contact())
        self._snapshot_devices = frozenset(snapshots)
        self._versions = dict.fromkeys(self._contacts, 0)
        self._outbox = outbox
        self._link = link
        self._clock = clock
        self._boot_id = boot_id
        self._facts = facts
        self._climate = climate

    def find(self, device: str) -> Contact:
        """Say whether a device is there."""
        return self._contacts[device]

    def list_all(self) -> Mapping[str, Contact]:
        """Say it of all."""
        return dict(self._contacts)

    def up(self, device: str) -> None:
        """Note that a device answers."""
        self._note(device, Contact(online=True, why=None))

    def down(self, device: str, why: str, code: str = DriverError.code) -> None:
        """Note that a device is away, or that what serves it broke."""
        known = self._contacts[device]
        if known.online is False:
            self._contacts[device] = replace(known, why=why, code=code)
            return
        heard_at = self._clock.now() if known.online else None
        self._note(device, Contact(online=False, why=why, code=code, heard_at=heard_at))

    def publish(self) -> None:
        """Send the snapshots of all devices, so that nobody takes them for dead."""
        for device in self._snapshot_devices:
            self._publish(device)

    def show(self, device: str) -> None:
        """Send the snapshot of one device now: something of it changed."""
        if device in self._snapshot_devices:
            self._publish(device)

    def _note(self, device: str, contact: Contact) -> None:
        if self._contacts[device] == contact:
            return
        self._contacts[device] = contact
        if contact.online:
            _log.warning("%s is there", device)
        else:
            _log.warning("%s is away: %s", device, contact.why)
        self._outbox.append_soon(
            DeviceChanged(
                kind="device_up" if contact.online else "device_down",
                at=self._clock.now(),
                device=device,
                why=None if contact.why is None else contact.why[:500],
            )
        )
        if device in self._snapshot_devices:
            self._publish(device)

    def _publish(self, device: str) -> None:
        self._versions[device] += 1
        contact, now = self._contacts[device], self._clock.now()
        self._link.publish_state(
            DeviceState(
                device=device,
                boot_id=self._boot_id,
                version=self._versions[device],
                at=now,
                online=contact.online is True,
                why_offline=contact.why,
                offline_code=contact.code,
                heard_at=now if contact.online else contact.heard_at,
                reader=self._facts(device) if contact.online else None,
                climate=self._climate(device),
            )
        )


async def supervise(
    device: str, serve: Callable[[], Awaitable[None]], roster: Roster, clock: Clock
) -> None:
    """Serve a device for ever: again after a jittered pause when it fails, and say so once.

    A bug in what serves it takes that device down, not the room.
    """
    backoff = Backoff()
    while True:
        began_at_s = clock.monotonic()
        try:
            await serve()
            why, code = "what serves it ended", DriverError.code
        except DriverError as error:
            why, code = error.message, error.code
        except Exception as error:
            _log.exception("%s: what serves it broke", device)
            why, code = f"broke: {error!r}", DriverError.code
        roster.down(device, why, code)
        if clock.monotonic() - began_at_s > _LONG_ENOUGH_S:
            backoff.reset()
        await asyncio.sleep(backoff.next_s())
