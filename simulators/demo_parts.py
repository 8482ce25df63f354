"""The processes of a demo: started by their sub-commands, heard, and ended with it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping

from simulators.demo_folder import DemoFailed

STARTED_WITHIN_S = 60.0
STOPPED_WITHIN_S = 10.0
Say = Callable[[str], None]


class Part:
    """A child process and what it last said."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, say: Say | None) -> None:
        self.name = name
        self.process = process
        self._said: list[str] = []
        self._address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.listening = asyncio.create_task(self._listen(say), name=f"{name} output")

    async def ready(self) -> str:
        """Wait for the address it announces as `ready ADDRESS`."""
        try:
            async with asyncio.timeout(STARTED_WITHIN_S):
                return await asyncio.shield(self._address)
        except TimeoutError:
            raise DemoFailed(
                f"{self.name} was not ready within {STARTED_WITHIN_S:.0f} s\n{self.last_words()}"
            ) from None

    def last_words(self) -> str:
        return "\n".join(f"  {self.name}: {line}" for line in self._said[-12:])

    async def _listen(self, say: Say | None) -> None:
        assert self.process.stdout is not None
        async for raw in self.process.stdout:
            line = raw.decode(errors="replace").rstrip()
            self._said = [*self._said[-40:], line]
            if line.startswith("ready ") and not self._address.done():
                self._address.set_result(line.removeprefix("ready "))
            elif say is not None:
                say(f"  {line}")
        if not self._address.done():
            self._address.set_exception(DemoFailed(f"{self.name} ended\n{self.last_words()}"))
            self._address.exception()  # read, so that nobody need wait for it


@contextlib.asynccontextmanager
async def beside(work: Coroutine[None, None, None], *, name: str) -> AsyncIterator[None]:
    """Let something go on beside the block; it is given up when the block is left."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def running_part(
    name: str,
    arguments: tuple[str, ...],
    environment: Mapping[str, str],
    *,
    say: Say | None = None,
) -> AsyncIterator[Part]:
    """Run a sub-command of stackroom; it is asked to end when the block is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "stackroom",
        name,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "STACKROOM_ENDS_WITH_STDIN": "1", **environment},
        start_new_session=True,  # Ctrl-C reaches this process alone, which ends the others in order
    )
    part = Part(name, process, say)
    try:
        yield part
    finally:
        await asyncio.shield(_end(part))


async def _end(part: Part) -> None:
    """Ask the part to end, and end it if it does not."""
    process = part.process
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOPPED_WITHIN_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
    if process.stdin is not None:
        process.stdin.close()
    part.listening.cancel()
    await asyncio.gather(part.listening, return_exceptions=True)


async def until_one_ends(needed: list[Part], *, spare: list[Part], say: Say) -> None:
    """Wait until a needed part ends, which none should by itself; a spare one is only told of."""
    waits = {asyncio.create_task(p.process.wait(), name=p.name): p for p in (*needed, *spare)}
    try:
        while True:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            part = waits.pop(done.pop())
            if part in needed:
                raise DemoFailed(f"{part.name} ended by itself\n{part.last_words()}")
            say(f"{part.name} ended; the room goes on without it\n{part.last_words()}".rstrip())
    finally:
        for wait in waits:
            wait.cancel()
