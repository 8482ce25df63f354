"""Empties the outbox of alarms: sends what is due, notes how it went, tries again later."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from controller.alarms import outbox
from controller.alarms.model import Letter
from controller.alarms.notify import NotSent, Sender
from controller.context import Context
from controller.live import follow

_log = logging.getLogger(__name__)
SEND_WITHIN_S = 30.0
_AT_ONCE = 4


class Post:
    """Sends letters in threads of their own, so that a server that hangs holds up nobody else."""

    def __init__(self, context: Context, sender: Sender) -> None:
        self._context = context
        self._sender = sender
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._together_s = context.site.alarms.together_s

    async def run(self) -> None:
        """Send what is due, now and whenever there is more, until cancelled."""
        await follow(self._context.hub, {"alarm"}, self.send_due)

    async def send_due(self) -> float | None:
        """Send the next letter of every recipient that is due; say when to come again."""
        async with asyncio.TaskGroup() as group:
            for numbers, letter in await asyncio.to_thread(self._list_due):
                group.create_task(self._send(numbers, letter), name=f"letter {letter.id}")
        return await asyncio.to_thread(self._next_s)

    async def _send(self, numbers: Sequence[int], letter: Letter) -> None:
        async with self._places:
            error = await try_to_send(self._sender, letter, self._context)
        await asyncio.to_thread(self._note, numbers, error)

    def _list_due(self) -> list[tuple[tuple[int, ...], Letter]]:
        now = self._context.clock.now()
        with self._context.records.read() as session:
            closing = outbox.next_sealing(session, now=now, together_s=self._together_s)
        if closing is not None and closing <= now:
            with self._context.records.write() as session:
                outbox.seal(session, now=now, together_s=self._together_s)
        with self._context.records.read() as session:
            return outbox.list_due(session, self._context.keys, now=now)

    def _note(self, numbers: Sequence[int], error: str | None) -> None:
        now = self._context.clock.now()
        with self._context.records.write() as session:
            if error is None:
                changes = outbox.note_sent(session, numbers, now=now)
            else:
                changes = outbox.note_failed(session, numbers, error, now=now)
        self._context.hub.publish(*changes)

    def _next_s(self) -> float | None:
        now = self._context.clock.now()
        with self._context.records.read() as session:
            due = outbox.next_due(session, now=now)
            closing = outbox.next_sealing(session, now=now, together_s=self._together_s)
        times = [(at - now).total_seconds() for at in (due, closing) if at is not None]
        return max(0.0, min(times)) if times else None


async def try_to_send(sender: Sender, letter: Letter, context: Context) -> str | None:
    """Send a letter; return the code of what went wrong, `None` if nothing did."""
    try:
        async with asyncio.timeout(SEND_WITHIN_S):
            await _in_own_thread(lambda: sender.send(letter, context.clock.now()))
    except TimeoutError:
        return "timeout"
    except NotSent as error:
        _log.warning("letter %s was not sent: %s", letter.id, error.code)
        return error.code
    return None


async def _in_own_thread(work: Callable[[], None]) -> None:
    """Wait for a thread that nothing else waits for: the program may end while it hangs."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def settle(error: BaseException | None) -> None:
        if ended.done():
            return
        if error is None:
            ended.set_result(None)
        else:
            ended.set_exception(error)

    def run() -> None:
        failure: BaseException | None = None
        try:
            work()
        except BaseException as error:
            failure = error
        with suppress(RuntimeError):  # the program has ended; the letter counts as not sent
            loop.call_soon_threadsafe(settle, failure)

    threading.Thread(target=run, name="letter", daemon=True).start()
    await ended
