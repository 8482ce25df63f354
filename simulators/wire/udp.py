"""A UDP socket of a simulated device, with a cable that loses, doubles and spoils datagrams.

A device answers, and pushes, to whoever asked last: it knows no other address.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from simulators.faults import Fate, Faults
from simulators.wire.tcp import LOOPBACK

_MERGED_AFTER_S = 0.02
_TOP_DATAGRAM = 1400
"""What fits into one datagram of a usual network."""

Answer = Callable[[bytes], tuple[bytes, ...]]
"""What a device does with a datagram: the frames it sends back."""
_Peer = tuple[str, int]


class UdpCable:
    """Answers on one port for as long as `run` runs."""

    def __init__(self, wire: str, faults: Faults, answer: Answer) -> None:
        self.wire = wire
        self.port = 0
        self._faults = faults
        self._answer = answer
        self._socket: socket.socket | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self._asker: _Peer | None = None
        self._merging: list[bytes] = []
        self._timers: set[asyncio.TimerHandle] = set()
        faults.add_wire(wire)

    async def listen(self) -> int:
        """Take a free port and return it."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((LOOPBACK, self.port))
        self.port = self._socket.getsockname()[1]
        return self.port

    async def run(self) -> None:
        """Answer until cancelled, then give the port back."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Endpoint(self._hear), sock=self._socket
        )
        try:
            await asyncio.Event().wait()
        finally:
            self.close()

    def close(self) -> None:
        """Give the port back, also if it never ran."""
        for timer in self._timers:
            timer.cancel()
        if self._transport is not None:
            self._transport.close()
        elif self._socket is not None:
            self._socket.close()
        self._transport = self._socket = None

    def push(self, *frames: bytes) -> None:
        """Send frames that nobody asked for, if anybody ever asked."""
        if self._asker is not None and frames:
            self._send(frames, self._faults.draw(self.wire))

    def _hear(self, datagram: bytes, sender: _Peer) -> None:
        fate = self._faults.draw(self.wire)
        if fate.cut or fate.stall:
            return
        self._later(fate.delay_s, lambda: self._do(datagram, sender, fate))

    def _do(self, datagram: bytes, sender: _Peer, fate: Fate) -> None:
        self._asker = sender
        self._send(self._answer(datagram), fate)

    def _send(self, frames: tuple[bytes, ...], fate: Fate) -> None:
        if fate.cut or fate.stall or fate.mute:
            return
        for frame in frames:
            sent = self._faults.garble(frame) if fate.garble else frame
            self._merging += [sent, sent] if fate.duplicate and fate.merge else [sent]
            if fate.merge:
                self._later(_MERGED_AFTER_S, self._send_merged)
                continue
            self._send_merged()
            if fate.duplicate:
                self._put(sent)

    def _send_merged(self) -> None:
        """Put what waits into as few datagrams as it fits."""
        waiting, self._merging = b"".join(self._merging), []
        for start in range(0, len(waiting), _TOP_DATAGRAM):
            self._put(waiting[start : start + _TOP_DATAGRAM])

    def _put(self, datagram: bytes) -> None:
        if self._transport is not None and self._asker is not None:
            self._transport.sendto(datagram, self._asker)

    def _later(self, delay_s: float, act: Callable[[], None]) -> None:
        if delay_s <= 0:
            act()
            return

        def run() -> None:
            self._timers.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_later(delay_s, run)
        self._timers.add(timer)


class _Endpoint(asyncio.DatagramProtocol):
    def __init__(self, hear: Callable[[bytes, _Peer], None]) -> None:
        self._hear = hear

    def datagram_received(self, data: bytes, addr: _Peer) -> None:
        self._hear(data, addr)
