"""An event loop whose time jumps to whatever comes next, and a network that is memory alone.

Drivers open connections and datagram sockets as ever; what they get ends at a far end that was
hung at that address. Nothing waits for the machine, so a day takes seconds and its seed tells it.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Any, Protocol

Address = tuple[str, int]


class FarEnd(Protocol):
    """What hangs at an address."""

    def take(self, wire: Wire) -> None:
        """Have somebody connect; raise OSError if nobody can."""
        ...

    def hear(self, wire: Wire, sent: bytes) -> None:
        """Take what was sent over a connection."""
        ...


class Wire(asyncio.Transport):
    """The near end of a connection in memory; `datagrams` says which kind of protocol it serves."""

    def __init__(self, loop: VirtualLoop, far: FarEnd, protocol: Any, *, datagrams: bool) -> None:
        super().__init__()
        self._loop = loop
        self._far = far
        self._protocol = protocol
        self._datagrams = datagrams
        self._life = loop.life
        self.gone = False

    def is_closing(self) -> bool:
        return self.gone

    def set_protocol(self, protocol: Any) -> None:
        self._protocol = protocol

    def get_protocol(self) -> Any:
        return self._protocol

    def get_write_buffer_size(self) -> int:
        return 0

    def can_write_eof(self) -> bool:
        return False

    def pause_reading(self) -> None:
        """Do nothing: what comes is small."""

    def resume_reading(self) -> None:
        """Do nothing."""

    def write(self, data: Any) -> None:
        self.sendto(data)

    def sendto(self, data: Any, addr: object = None) -> None:
        """Send, unless the connection is gone or its process was killed."""
        if not self.gone and self._life == self._loop.life:
            self._far.hear(self, bytes(data))

    def deliver(self, sent: bytes) -> None:
        """Hand over what the far end sends."""
        if self.gone or self._life != self._loop.life:
            return
        if self._datagrams:
            self._protocol.datagram_received(sent, ("far", 0))
        else:
            self._protocol.data_received(sent)

    def close(self) -> None:
        """End it; the protocol learns of it as from a socket."""
        if not self.gone:
            self.gone = True
            self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop that never waits. Far ends are hung into `network`."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.life = 0
        """Which process is alive; wires of an earlier one carry nothing any more."""
        self.network: dict[Address, FarEnd] = {}
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.now_s

    def run_in_executor(  # type: ignore[override]  # typeshed ties the arguments to the function
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Do at once what threads would do: only small files are written there."""
        future: asyncio.Future[Any] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    async def create_connection(
        self, protocol_factory: Any, host: Any = None, port: Any = None, **_: Any
    ) -> Any:
        return self._connect(protocol_factory, (str(host), int(port)), datagrams=False)

    async def create_datagram_endpoint(
        self, protocol_factory: Any, local_addr: Any = None, remote_addr: Any = None, **_: Any
    ) -> Any:
        return self._connect(protocol_factory, (remote_addr[0], remote_addr[1]), datagrams=True)

    def _connect(self, protocol_factory: Any, at: Address, *, datagrams: bool) -> Any:
        far = self.network.get(at)
        if far is None:
            raise ConnectionRefusedError(f"nothing hangs at {at}")
        protocol = protocol_factory()
        wire = Wire(self, far, protocol, datagrams=datagrams)
        far.take(wire)
        protocol.connection_made(wire)
        return wire, protocol


def run_virtually(scenario: Callable[[VirtualLoop], Awaitable[None]]) -> None:
    """Run a scenario in a loop of its own."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        await scenario(loop)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(run())


class _Jumping(selectors.DefaultSelector):
    """Finds nothing, and lets time jump by as much as it was asked to wait."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._of = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing is left that could ever happen")
        self._of.now_s += max(timeout, 0.0)
        return []
