"""The worker of one port, and what callers may ask of it.

A request goes out once and is never repeated here. A cancelled caller cannot disturb the wire:
what is on it ends by itself. After an unanswered request the wire stays quiet until a late answer
can no longer come, and the next answer counts only if no other one follows it. The bus outlives
its devices: while the wire is away callers get LinkLost.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from pymodbus.pdu import ModbusPDU

from config.clock import Clock
from config.room import SerialAddress, TcpAddress
from drivers.bus.breaker import Breaker
from drivers.bus.frames import READ_HOLDING, Asked, Framing, Read, Write
from drivers.bus.jobs import Job, JobQueue, Priority, Registers
from drivers.bus.link import Link, WireGone
from drivers.bus.timing import SERIAL_TIMING, TCP_TIMING, Timing, line_times
from drivers.errors import DriverError, Garbled, LinkLost, NoReply, Refused

_SILENT_TCP_IS_DEAD_AFTER = 2
_CLOSED = "the bus was closed"
_GATEWAY_CODES = {10: "the gateway has no path to it", 11: "the gateway got no answer from it"}
_REFUSALS = {
    1: "illegal_function",
    2: "illegal_address",
    3: "illegal_value",
    4: "device_failure",
    5: "acknowledged_only",
    6: "busy",
    7: "negative_acknowledge",
    8: "memory_parity",
}


@asynccontextmanager
async def open_bus(
    address: TcpAddress | SerialAddress,
    clock: Clock,
    *,
    timing: Timing | None = None,
    rng: Random | None = None,
) -> AsyncIterator[Bus]:
    """Run the worker of one port as long as the block lasts; the device may be away at any time."""
    bus = Bus(address, clock, timing=timing, rng=rng)
    try:
        async with asyncio.TaskGroup() as group:
            worker = group.create_task(bus.run(), name=f"bus {bus.name}")
            try:
                yield bus
            finally:
                worker.cancel()
    except BaseExceptionGroup as failures:
        if len(failures.exceptions) == 1:
            raise failures.exceptions[0] from None
        raise


class Bus:
    """One port's queue and its worker. Get one from `open_bus`."""

    def __init__(
        self,
        address: TcpAddress | SerialAddress,
        clock: Clock,
        *,
        timing: Timing | None = None,
        rng: Random | None = None,
    ) -> None:
        self.name, usual = _name_and_timing(address)
        self._address = address
        self._clock = clock
        self._rng = rng or Random()
        self._timing = timing or usual
        self._line = line_times(address)
        self._queue = JobQueue()
        self._wake = asyncio.Event()
        self._in_flight: Job | None = None
        self._breakers: dict[int, Breaker] = {}
        self._away: str | None = None
        self._gap_until_s = 0.0
        self._quiet_until_s = 0.0
        self._noise_counts_until_s = 0.0
        self._late_may_come = False
        self._unanswered = 0
        self._openings = 0

    async def read(
        self,
        unit: int,
        address: int,
        count: int,
        *,
        priority: Priority = Priority.STATUS,
        function: int = READ_HOLDING,
        device: str = "",
    ) -> Registers:
        """Read words; raise LinkLost, NoReply, Garbled, or Refused for a Modbus exception."""
        asked = Read(unit=unit, address=address, count=count, function=function)
        return await self._submit(asked, priority, None, device)

    async def write(
        self,
        unit: int,
        address: int,
        values: tuple[int, ...],
        *,
        priority: Priority = Priority.OPERATOR,
        not_after_s: float | None = None,
        device: str = "",
    ) -> None:
        """Write words once. After LinkLost, NoReply or Garbled the outcome is unknown: read back.

        If the monotonic time `not_after_s` passes first, nothing is sent: Refused, too_late.
        """
        asked = Write(unit=unit, address=address, values=values)
        await self._submit(asked, priority, not_after_s, device)

    async def run(self) -> None:
        """Serve the queue until cancelled."""
        try:
            while True:
                link = await self._connect()
                try:
                    await self._serve(link)
                finally:
                    link.close()
        finally:
            self._stay_away(_CLOSED)

    async def _submit(
        self, asked: Asked, priority: Priority, not_after_s: float | None, device: str
    ) -> Registers:
        device = device or f"{self.name} unit {asked.unit}"
        away = self._away
        if away is not None and (away == _CLOSED or priority is not Priority.STOP):
            # A caller that asks again at once must not keep the worker from running.
            await asyncio.sleep(0)
            raise LinkLost(device, away)
        answer = self._queue.put(asked, priority, not_after_s=not_after_s, device=device)
        self._wake.set()
        return await answer

    async def _connect(self) -> Link:
        """Open the wire, as often as it takes."""
        while True:
            await self._wait_away()
            link = Link(self._address, self._note_bytes)
            try:
                await link.connect(self._timing.connect_s)
            except WireGone as error:
                link.close()
                self._stay_away(f"cannot open {self.name}: {error}")
                continue
            except BaseException:
                link.close()
                raise
            self._away = None
            self._unanswered = 0
            self._start_quiet()
            return link

    async def _wait_away(self) -> None:
        """Wait before opening again: not at all at first, then longer each time, with jitter.

        A stop in the queue cuts the wait short.
        """
        self._openings += 1
        wait_s = self._timing.reconnect_wait_s(self._openings) * self._rng.uniform(0.5, 1.0)
        deadline_s = _loop_time() + wait_s
        if wait_s > 0 and not self._queue.has_stop():
            self._stay_away(self._away or f"{self.name} fails again and again")
        while (wait_s := deadline_s - _loop_time()) > 0 and not self._queue.has_stop():
            await self._sleep_until_woken(wait_s)

    def _stay_away(self, why: str) -> None:
        """Tell everyone who waits, and everyone who comes, that the wire is away."""
        self._away = why
        self._queue.fail_all(why)
        if self._in_flight is not None:
            self._in_flight.fail(LinkLost(self._in_flight.device, why))

    async def _serve(self, link: Link) -> None:
        """Carry out jobs until the wire must be opened anew."""
        is_usable = True
        while is_usable:
            self._in_flight = await self._next_job(link)
            if self._in_flight is None:
                return
            is_usable = await self._carry_out(link, self._in_flight)
            self._in_flight = None

    async def _next_job(self, link: Link) -> Job | None:
        """Wait for a job whose turn it is; `None` if the wire closes first."""
        while not link.gone:
            if self._is_due():
                # One pass of the loop: bytes that are here already are heard, and dropped, first.
                await asyncio.sleep(0)
                if self._is_due() and not link.gone:
                    return self._queue.take()
                continue
            await self._sleep_until_woken(self._wait_s())
        return None

    def _is_due(self) -> bool:
        wait_s = self._wait_s()
        return wait_s is not None and wait_s <= 0

    def _wait_s(self) -> float | None:
        """Say how long the head of the queue must wait; `None` if nobody waits."""
        head = self._queue.find_head()
        if head is None:
            return None
        until_s = self._gap_until_s
        if not head.is_stop:
            until_s = max(until_s, self._quiet_until_s)
        return until_s - _loop_time()

    async def _sleep_until_woken(self, longest_s: float | None) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout(longest_s):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _carry_out(self, link: Link, job: Job) -> bool:
        """Do one transaction and settle its job; say whether the wire can be kept."""
        now_s = self._clock.monotonic()
        refusal = self._find_refusal(job, now_s)
        if refusal is not None:
            job.fail(refusal)
            return True
        limit_s = self._line.reply_limit_s(job.asked, self._timing)
        try:
            answer = await link.ask(job.asked, limit_s)
        except TimeoutError:
            return self._settle_unanswered(link, job, limit_s)
        except WireGone as error:
            job.fail(LinkLost(job.device, f"{job.asked}: {error}"))
            return False
        except Exception as error:
            # Not foreseen, so a bug: its caller learns of it, the others keep their bus.
            job.fail(error)
            return False
        if self._late_may_come and not await self._nothing_follows(link, limit_s):
            return self._settle_unanswered(link, job, limit_s)
        self._late_may_come = False
        self._unanswered = 0
        self._openings = 0
        self._gap_until_s = _loop_time() + self._line.frame_gap_s
        self._settle_answered(job, answer, now_s)
        return True

    async def _nothing_follows(self, link: Link, limit_s: float) -> bool:
        """Listen whether a second answer comes: then the first was a late one to another request.

        A stop does not wait for that, so the answer is not trusted.
        """
        deadline_s = _loop_time() + limit_s
        while (wait_s := deadline_s - _loop_time()) > 0:
            if link.heard_more or link.gone or self._queue.has_stop():
                return False
            await self._sleep_until_woken(wait_s)
        return not link.heard_more

    def _find_refusal(self, job: Job, now_s: float) -> DriverError | None:
        """Say why a job must not go out at all, if so."""
        if job.not_after_s is not None and now_s > job.not_after_s:
            return Refused(job.device, "too_late", f"{job.asked}: its time passed in the queue")
        breaker = self._breaker(job.asked.unit)
        if not job.is_stop and not breaker.allows(now_s):
            wait_s = breaker.retry_in_s(now_s)
            return NoReply(job.device, f"silent; asked again in {wait_s:.1f} s at the earliest")
        return None

    def _settle_unanswered(self, link: Link, job: Job, limit_s: float) -> bool:
        self._unanswered += 1
        self._count_failure(job.asked.unit)
        self._start_quiet()
        self._late_may_come = link.framing is Framing.RTU
        if link.heard:
            why = f"{job.asked}: what came within {limit_s:.2f} s is no answer"
            job.fail(Garbled(job.device, why))
        else:
            job.fail(NoReply(job.device, f"{job.asked}: no answer within {limit_s:.2f} s"))
        if link.framing is Framing.RTU:
            return True
        # A TCP stream that lost its frames never finds them again; a silent one may be half open.
        return not link.heard and self._unanswered < _SILENT_TCP_IS_DEAD_AFTER

    def _settle_answered(self, job: Job, answer: ModbusPDU, asked_at_s: float) -> None:
        code = answer.exception_code if answer.isError() else None
        if code in _GATEWAY_CODES:
            self._count_failure(job.asked.unit)
            job.fail(NoReply(job.device, f"{job.asked}: {_GATEWAY_CODES[code]}"))
            return
        self._breaker(job.asked.unit).answered()
        if code is not None:
            name = _REFUSALS.get(code, f"exception_{code}")
            job.fail(Refused(job.device, f"modbus.{name}", f"{job.asked}: the device refuses"))
            return
        values = tuple(answer.registers) if isinstance(job.asked, Read) else ()
        job.succeed(Registers(values, asked_at_s))

    def _breaker(self, unit: int) -> Breaker:
        return self._breakers.setdefault(unit, Breaker(self._rng))

    def _count_failure(self, unit: int) -> None:
        longest_s = self._timing.longest_probe_wait_s(len(self._breakers))
        self._breaker(unit).failed(self._clock.monotonic(), longest_s)

    def _start_quiet(self) -> None:
        """Keep silent: a late answer may still come, or one to whoever used the port before."""
        now_s = _loop_time()
        self._gap_until_s = now_s + self._line.frame_gap_s
        self._quiet_until_s = now_s + self._timing.quiet_s
        self._noise_counts_until_s = self._quiet_until_s + self._timing.quiet_s

    def _note_bytes(self) -> None:
        """Bytes came or the wire closed. Late bytes prolong the quiet time, within bounds."""
        until_s = min(_loop_time() + self._line.frame_gap_s, self._noise_counts_until_s)
        self._quiet_until_s = max(self._quiet_until_s, until_s)
        self._wake.set()


def _name_and_timing(address: TcpAddress | SerialAddress) -> tuple[str, Timing]:
    if isinstance(address, TcpAddress):
        return f"{address.host}:{address.port}", TCP_TIMING
    return address.path, SERIAL_TIMING


def _loop_time() -> float:
    """Waiting is measured by the loop that waits; ages by the injected clock."""
    return asyncio.get_running_loop().time()
