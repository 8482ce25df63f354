"""The worker of one port: it alone has the wire.

A request goes out once and is never repeated here. A cancelled caller cannot disturb the wire:
what is on it ends by itself. After an unanswered request the wire stays quiet until a late answer
can no longer come, and the next answer counts only if no other one follows it. The worker outlives
its devices: while the wire is away callers get LinkLost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

from pymodbus.pdu import ModbusPDU

from config.clock import Clock
from config.room import SerialAddress, TcpAddress
from drivers.bus.breaker import Breakers
from drivers.bus.frames import Asked, Framing, Read, ReadBits
from drivers.bus.health import UnitHealth
from drivers.bus.jobs import Job, JobQueue, Priority, Registers, Turn
from drivers.bus.link import Link, WireGone
from drivers.bus.meter import CycleMeter
from drivers.bus.spans import Limits
from drivers.bus.timing import Timing, line_times
from drivers.errors import DriverError, Garbled, LinkLost, NoReply, Refused, WrongUnit

CLOSED = "the bus was closed"
_SILENT_TCP_IS_DEAD_AFTER = 2
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
_NOT_READ_TOGETHER = frozenset({2, 3})


class Worker:
    """Takes one job after another from the queue to the wire."""

    def __init__(
        self,
        name: str,
        address: TcpAddress | SerialAddress,
        clock: Clock,
        *,
        timing: Timing,
        rng: Random,
    ) -> None:
        self.name = name
        self._queue = JobQueue()
        self.away: str | None = None
        """Why the wire cannot be used."""
        self._address = address
        self._clock = clock
        self._rng = rng
        self._timing = timing
        self._line = line_times(address)
        self._wake = asyncio.Event()
        self._in_flight: Turn | None = None
        self._breakers = Breakers(rng)
        self._meter = CycleMeter()
        self._gap_until_s = 0.0
        self._quiet_until_s = 0.0
        self._noise_counts_until_s = 0.0
        self._late_may_come = False
        self._unanswered = 0
        self._openings = 0
        self._strangers: dict[int, int] = {}
        """Which unit answered last in place of another, by the number of that other."""

    def put(
        self,
        asked: Asked,
        priority: Priority,
        device: str,
        *,
        not_after_s: float | None = None,
        limits: Limits | None = None,
    ) -> asyncio.Future[Registers]:
        """Queue what a caller wants and return the future of its outcome."""
        answer = self._queue.put(
            asked, priority, not_after_s=not_after_s, device=device, limits=limits
        )
        self._wake.set()
        return answer

    def list_health(self) -> tuple[UnitHealth, ...]:
        """Tell how each unit answers."""
        return self._breakers.list_health(self._clock.monotonic())

    def cycle_s(self) -> float | None:
        """Tell how long a round of all that is polled holds the line."""
        return self._meter.cycle_s(_loop_time())

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
            self._stay_away(CLOSED)

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
            self.away = None
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
            self._stay_away(self.away or f"{self.name} fails again and again")
        while (wait_s := deadline_s - _loop_time()) > 0 and not self._queue.has_stop():
            await self._sleep_until_woken(wait_s)

    def _stay_away(self, why: str) -> None:
        """Tell everyone who waits, and everyone who comes, that the wire is away."""
        self.away = why
        self._queue.fail_all(why)
        if self._in_flight is not None:
            self._in_flight.fail(lambda device: LinkLost(device, why))

    async def _serve(self, link: Link) -> None:
        """Carry out jobs until the wire must be opened anew."""
        is_usable = True
        while is_usable:
            self._in_flight = await self._next_turn(link)
            if self._in_flight is None:
                return
            is_usable = await self._carry_out(link, self._in_flight)
            self._in_flight = None

    async def _next_turn(self, link: Link) -> Turn | None:
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

    async def _carry_out(self, link: Link, turn: Turn) -> bool:
        """Do one transaction and settle its jobs; say whether the wire can be kept."""
        now_s, free_at_s = self._clock.monotonic(), self._gap_until_s
        refusal = self._find_refusal(turn.first, now_s)
        if refusal is not None:
            turn.fail(refusal)
            return True
        limit_s = self._line.reply_limit_s(turn.asked, self._timing)
        try:
            answer = await link.ask(turn.asked, limit_s)
        except TimeoutError:
            return self._settle_unanswered(link, turn, limit_s)
        except WireGone as error:
            why = f"{turn.asked}: {error}"
            turn.fail(lambda device: LinkLost(device, why))
            return False
        except Exception as error:
            # Not foreseen, so a bug: its callers learn of it, the others keep their bus.
            bug = error
            turn.fail(lambda _: bug)
            return False
        if self._late_may_come and not await self._nothing_follows(link, limit_s):
            return self._settle_unanswered(link, turn, limit_s)
        self._late_may_come = False
        self._unanswered = 0
        self._openings = 0
        self._gap_until_s = link.heard_at_s + self._line.frame_gap_s
        self._settle_answered(turn, answer, now_s)
        self._measure(turn, free_at_s)
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

    def _find_refusal(self, job: Job, now_s: float) -> Callable[[str], DriverError] | None:
        """Say why a job must not go out at all, if so: an error for the device of that name."""
        if job.not_after_s is not None and now_s > job.not_after_s:
            why = f"{job.asked}: its time passed in the queue"
            return lambda device: Refused(device, "too_late", why)
        unit = job.asked.unit
        if not job.is_stop and not self._breakers.allows(unit, now_s):
            wait_s = self._breakers.retry_in_s(unit, now_s)
            again = f"asked again in {wait_s:.1f} s at the earliest"
            stranger = self._strangers.get(unit)
            if stranger is not None:
                why = f"unit {stranger} answered in place of {unit}; {again}"
                return lambda device: WrongUnit(device, why)
            return lambda device: NoReply(device, f"silent; {again}")
        return None

    def _settle_unanswered(self, link: Link, turn: Turn, limit_s: float) -> bool:
        self._unanswered += 1
        self._count_failure(turn.asked.unit, limit_s)
        self._start_quiet()
        self._late_may_come = link.framing is Framing.RTU
        self._strangers.pop(turn.asked.unit, None)
        if link.stranger is not None:
            self._strangers[turn.asked.unit] = link.stranger
            why = f"{turn.asked}: unit {link.stranger} answered in place of {turn.asked.unit}"
            turn.fail(lambda device: WrongUnit(device, why))
        elif link.heard:
            why = f"{turn.asked}: what came within {limit_s:.2f} s is no answer"
            turn.fail(lambda device: Garbled(device, why))
        else:
            why = f"{turn.asked}: no answer within {limit_s:.2f} s"
            turn.fail(lambda device: NoReply(device, why))
        if link.framing is Framing.RTU:
            return True
        # A TCP stream that lost its frames never finds them again; a silent one may be half open.
        return not link.heard and self._unanswered < _SILENT_TCP_IS_DEAD_AFTER

    def _settle_answered(self, turn: Turn, answer: ModbusPDU, asked_at_s: float) -> None:
        asked, code = turn.asked, answer.exception_code if answer.isError() else None
        if code in _GATEWAY_CODES:
            self._count_failure(asked.unit, self._timing.reply_s)
            why = f"{asked}: {_GATEWAY_CODES[code]}"
            turn.fail(lambda device: NoReply(device, why))
            return
        self._strangers.pop(asked.unit, None)
        self._breakers.answered(asked, self._clock.monotonic())
        if code is not None and len(turn.jobs) > 1:
            self._queue.take_apart(turn, for_good=code in _NOT_READ_TOGETHER)
        elif code is not None:
            name = _REFUSALS.get(code, f"exception_{code}")
            why = f"{asked}: the device refuses"
            turn.fail(lambda device: Refused(device, f"modbus.{name}", why))
        else:
            turn.succeed(Registers(_values(turn, answer), asked_at_s))

    def _measure(self, turn: Turn, free_at_s: float) -> None:
        """Note how long the line was held: from when it could go out until the next one may."""
        took_s = self._gap_until_s - max(free_at_s, turn.first.queued_at_s)
        for job in turn.jobs:
            if job.is_poll:
                self._meter.note(job.asked, took_s / len(turn.jobs), self._gap_until_s)

    def _count_failure(self, unit: int, limit_s: float) -> None:
        longest_s = self._timing.longest_probe_wait_s(len(self._breakers), limit_s)
        self._breakers.failed(unit, self._clock.monotonic(), longest_s)

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


def _values(turn: Turn, answer: ModbusPDU) -> tuple[int, ...]:
    match turn.asked:
        case Read():
            return tuple(answer.registers)
        case ReadBits() as asked:
            return tuple(int(bit) for bit in answer.bits[: asked.count])
        case _:
            return ()


def _loop_time() -> float:
    """Waiting is measured by the loop that waits; ages by the injected clock."""
    return asyncio.get_running_loop().time()
