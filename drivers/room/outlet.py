"""Where motion leaves the program: one write per decision, and stop before anything else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NoReturn

from config.clock import Clock
from drivers.errors import DriverError, LinkLost, Refused
from drivers.ports import Abilities, Fence, Guarantee, Order, ShelvingMotion
from drivers.readings import BankReading, ColumnReading, SegmentReading
from drivers.room.motion import DriveTo, SetSteel

_log = logging.getLogger(__name__)

STOP_S = 0.6
"""How long after a stop that was not answered it is sent again."""
STOP_TRIES = 3
STOP_HEARD_S = 3.1
"""How long an answer to any of them is waited for: slow controllers may have stopped long since."""
LEAVE_S = 2.0
"""How long leaving may take."""
BEATEN_S = 1.0
"""Nothing is driven unless our heartbeat arrived so lately; the controller gives up after 2 s."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a motion write; `not_sent` is certain, `unknown` is not."""

    outcome: Literal["ok", "unknown", "not_sent"]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """What became of a stop; `failure` is why the controller did not take it."""

    failure: Literal["link_lost", "cannot_stop"] | None = None


class AbsentSteel:
    """A bank that was not reached yet: whatever is asked of it, the wire is gone."""

    abilities = Abilities(
        guarantee=Guarantee.FENCED, interlocks_seen=frozenset(), orders=frozenset()
    )

    def __init__(self, device: str) -> None:
        self._device = device

    async def read_bank(self) -> BankReading:
        self._fail()

    async def read_segment(self, segment: int, *, urgent: bool = False) -> SegmentReading:
        self._fail()

    async def read_interlocks(self, segment: int) -> tuple[BankReading, SegmentReading]:
        self._fail()

    async def read_columns(self) -> tuple[ColumnReading, ...]:
        self._fail()

    async def carry_out(
        self, segment: int, order: Order, fence: Fence, *, not_after_s: float | None = None
    ) -> None:
        self._fail()

    async def stop(self, segment: int, withdrawn: Fence | None = None) -> None:
        self._fail()

    async def beat(self, count: int) -> None:
        self._fail()

    def _fail(self) -> NoReturn:
        raise LinkLost(self._device, "not reached yet")


class Outlet:
    """Holds the port of one bank and lets a stop overtake and withdraw a motion write."""

    def __init__(self, device: str, clock: Clock) -> None:
        self.port: ShelvingMotion = AbsentSteel(device)
        self._device = device
        self._clock = clock
        self._beaten_at_s = float("-inf")
        self._writing: dict[int, asyncio.Timeout] = {}
        self._fences: dict[int, Fence] = {}
        self._next_stop: dict[int, asyncio.Future[Stopped | None]] = {}
        self._stopping: dict[int, asyncio.Future[Stopped | None]] = {}

    async def hold(self, port: ShelvingMotion, list_stopping: Callable[[], Iterable[int]]) -> None:
        """Use this port until cancelled; the bus heals its wire underneath. Stop on leaving."""
        self.port = port
        try:
            await asyncio.Event().wait()
        finally:
            self.port = AbsentSteel(self._device)
            await self._leave(port, tuple(list_stopping()))

    async def beat(self, count: int) -> None:
        """Let the controller's watchdog see us alive; raise what the port raises."""
        at_s = self._clock.monotonic()
        await self.port.beat(count)
        self._beaten_at_s = at_s

    @property
    def has_watchdog(self) -> bool:
        """Say whether the controller stops by itself when it hears nothing from us."""
        return "heartbeat" in self.port.abilities.interlocks_seen

    async def carry_out(self, segment: int, command: DriveTo | SetSteel) -> Outcome:
        """Write once; a stop meanwhile withdraws what is not yet on the wire."""
        if isinstance(command, DriveTo) and self.has_watchdog and not self._has_beaten():
            return Outcome("not_sent", "heartbeat_lost")
        self._fences[segment] = command.fence
        try:
            async with asyncio.timeout(None) as writing:
                self._writing[segment] = writing
                await self.port.carry_out(
                    segment, command.order, command.fence, not_after_s=command.not_after_s
                )
        except (LinkLost, TimeoutError):
            return Outcome("unknown")
        except Refused as refusal:
            late = refusal.code == "too_late"
            return Outcome("not_sent", "interlocks_stale" if late else "refused_by_controller")
        finally:
            self._writing.pop(segment, None)
        return Outcome("ok")

    async def stop(self, segment: int) -> str | None:
        """Withdraw what is not yet written and send stop; say why it failed, if it did.

        Whoever comes while a stop is on the wire shares the one after it, so that a hundred who
        press at once do not wait for a hundred writes.
        """
        writing = self._writing.get(segment)
        if writing is not None:
            writing.reschedule(asyncio.get_running_loop().time())
        stopped = None
        while stopped is None:
            stop = self._next_stop.get(segment)
            stopped = await (self._stop_next(segment) if stop is None else asyncio.shield(stop))
        return stopped.failure

    def _has_beaten(self) -> bool:
        return self._clock.monotonic() - self._beaten_at_s <= BEATEN_S

    async def _stop_next(self, segment: int) -> Stopped:
        """Send a stop for all who come before it goes out; if it is cancelled, they go on alone."""
        stop = self._next_stop[segment] = asyncio.get_running_loop().create_future()
        stopped = None
        try:
            before = self._stopping.get(segment)
            if before is not None:
                await asyncio.wait([before])
            self._stopping[segment] = self._next_stop.pop(segment)
            stopped = await self._send_stop(self.port, segment)
        finally:
            if self._next_stop.get(segment) is stop:
                del self._next_stop[segment]
            stop.set_result(stopped)
        return stopped

    async def _send_stop(self, port: ShelvingMotion, segment: int) -> Stopped:
        """Send stop, again if need be: unlike motion it does no harm twice.

        It first takes the number of the last motion write with it, then goes alone. A try that was
        not answered is still heard while the next one is on its way. Where the controller knows no
        stop, at least that write is withdrawn, and nobody is told that it stopped.
        """
        loop = asyncio.get_running_loop()
        heard_until_s = loop.time() + STOP_HEARD_S
        tries: set[asyncio.Task[bool]] = set()
        async with asyncio.TaskGroup() as group:
            try:
                for fence in (self._fences.get(segment), *[None] * (STOP_TRIES - 1)):
                    trying = self._try_stop(port, segment, fence)
                    tries.add(group.create_task(trying, name=f"{self._device} stop"))
                    if await self._is_taken(segment, tries, STOP_S):
                        return Stopped()
                    if not port.abilities.stops:
                        return Stopped("cannot_stop")
                is_taken = await self._is_taken(segment, tries, heard_until_s - loop.time())
                return Stopped(None if is_taken else "link_lost")
            finally:
                for one in tries:
                    one.cancel()

    async def _try_stop(self, port: ShelvingMotion, segment: int, fence: Fence | None) -> bool:
        """Send one stop; say whether the controller took it."""
        try:
            await port.stop(segment, fence)
        except (DriverError, TimeoutError) as error:
            _log.warning("%s segment %d: stop: %s", self._device, segment, error)
            return False
        return True

    async def _is_taken(
        self, segment: int, tries: set[asyncio.Task[bool]], within_s: float
    ) -> bool:
        """Wait until one of them is taken or all have failed, and drop what failed."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + within_s
        while tries:
            left_s = max(until_s - loop.time(), 0.0)
            ended, _ = await asyncio.wait(
                tries, timeout=left_s, return_when=asyncio.FIRST_COMPLETED
            )
            if not ended:
                _log.warning("%s segment %d: stop: no answer yet", self._device, segment)
                return False
            tries -= ended
            if any(one.result() for one in ended):
                return True
        return False

    async def _leave(self, port: ShelvingMotion, segments: tuple[int, ...]) -> None:
        stops = asyncio.gather(*(self._send_stop(port, segment) for segment in segments))
        try:
            async with asyncio.timeout(LEAVE_S):
                await asyncio.shield(stops)
        except TimeoutError:
            _log.error("%s: stop on leaving was not confirmed in time", self._device)
