"""The far ends of the three makers in memory: the simulators' controllers behind bad wires.

What is late is the answer; what is asked arrives within a tenth of a second, because a command that
a network kept for longer is nobody's offence (tests/room/test_late_writes.py tells of that).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from simulators.wire.judge import Judge
from simulators.wire.plc import ShelvingController
from simulators.wire.udp55 import Udp55Bridge
from simulators.wire.webapi import FixedColumn
from tests.bench.wire_loop import Wire

TROUBLES = ("cut", "stall", "mute", "slow", "late", "garble", "twice")
_QUICK_S = (0.002, 0.02)
_SLOW_S = (0.05, 0.2)
_LATE_S = (0.1, 4.0)


class Cable:
    """One wire and its troubles: `trouble` strikes an exchange with a probability."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.trouble: str | None = None
        self.probability = 1.0
        self.exchanges = 0
        self.wires: set[Wire] = set()
        self._free_at_s = 0.0

    def strike(self, trouble: str | None, probability: float = 1.0) -> None:
        """Set what is wrong from now on; a cut ends the connections there are."""
        self.trouble, self.probability = trouble, probability
        if trouble == "cut" and probability >= 1.0:
            self.drop()

    def drop(self) -> None:
        """End all connections."""
        for wire in tuple(self.wires):
            wire.close()
        self.wires.clear()

    def take(self, wire: Wire) -> None:
        if self.trouble == "cut" and self.probability >= 1.0:
            raise ConnectionRefusedError("the cable is cut")
        self.wires.add(wire)

    def carry(
        self, wire: Wire, ask: Callable[[], list[bytes]], *, closes: bool, once: bool
    ) -> None:
        """Let one exchange happen as the wire has it; `once` says that nothing comes twice."""
        self.exchanges += 1
        fate = self.trouble if self.chance.random() < self.probability else None
        if fate == "cut" and not wire.gone:
            wire.close()
        if fate in ("cut", "stall"):
            return
        loop = asyncio.get_running_loop()
        there_s = self.chance.uniform(*(_SLOW_S if fate == "slow" else _QUICK_S)) / 2
        # A device does one thing after another.
        self._free_at_s = max(self._free_at_s, loop.time() + there_s)

        def act() -> None:
            answers = ask()
            if fate == "mute":
                return
            if fate == "garble":
                answers = [self._garbled(answer) for answer in answers]
            if fate == "twice" and not once:
                answers = [*answers, *answers]
            back_s = self.chance.uniform(*(_LATE_S if fate == "late" else _QUICK_S)) / 2
            loop.call_later(back_s, self._send, wire, answers, closes)

        loop.call_at(self._free_at_s, act)

    def _send(self, wire: Wire, answers: list[bytes], closes: bool) -> None:
        for answer in answers:
            wire.deliver(answer)
        if closes:
            wire.close()
            self.wires.discard(wire)

    def _garbled(self, answer: bytes) -> bytes:
        at = self.chance.randrange(len(answer)) if answer else 0
        return answer[:at] + bytes(255 - byte for byte in answer[at : at + 1]) + answer[at + 1 :]


class Far(Protocol):
    """The far end of one maker."""

    cable: Cable

    @property
    def judge(self) -> Judge: ...

    def take(self, wire: Wire) -> None: ...

    def hear(self, wire: Wire, sent: bytes) -> None: ...


class ModbusFar:
    """The controller of the reference map behind Modbus TCP."""

    def __init__(self, controller: ShelvingController, chance: Random) -> None:
        self.cable = Cable(chance)
        self._controller = controller
        self._kept: dict[Wire, bytes] = {}

    @property
    def judge(self) -> Judge:
        return self._controller.judge

    def take(self, wire: Wire) -> None:
        self._kept.clear()
        self.cable.take(wire)

    def hear(self, wire: Wire, sent: bytes) -> None:
        kept = self._kept.get(wire, b"") + sent
        while len(kept) >= 7 and len(kept) >= (end := 6 + int.from_bytes(kept[4:6], "big")):
            self._exchange(wire, kept[:end])
            kept = kept[end:]
        self._kept[wire] = kept

    def _exchange(self, wire: Wire, frame: bytes) -> None:
        def ask() -> list[bytes]:
            reply = self._controller.answer(frame[7:])
            return [frame[:4] + (len(reply) + 1).to_bytes(2, "big") + frame[6:7] + reply]

        self.cable.carry(wire, ask, closes=False, once=True)


class Udp55Far:
    """The bridge; what it pushes goes to whoever asked last, if the wire lets it."""

    def __init__(self, bridge: Udp55Bridge, chance: Random) -> None:
        self.cable = Cable(chance)
        self._bridge = bridge
        self._asker: Wire | None = None
        bridge.push = self._push

    @property
    def judge(self) -> Judge:
        return self._bridge.judge

    def take(self, wire: Wire) -> None:
        """A datagram socket is always there."""

    def hear(self, wire: Wire, sent: bytes) -> None:
        def ask() -> list[bytes]:
            self._asker = wire
            return list(self._bridge.answer(sent))

        self.cable.carry(wire, ask, closes=False, once=False)

    def _push(self, *frames: bytes) -> None:
        asker = self._asker
        if asker is not None and frames:
            self.cable.carry(asker, lambda: list(frames), closes=False, once=False)


class WebApiFar:
    """The web server of a fixed column: one question a connection."""

    def __init__(self, column: FixedColumn, chance: Random) -> None:
        self.cable = Cable(chance)
        self._column = column

    @property
    def judge(self) -> Judge:
        return self._column.judge

    def take(self, wire: Wire) -> None:
        self.cable.take(wire)

    def hear(self, wire: Wire, sent: bytes) -> None:
        target = urlsplit(sent.decode("latin-1").split(" ")[1])

        def ask() -> list[bytes]:
            status, body = self._column.answer(target.path, dict(parse_qsl(target.query)))
            head = f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\n\r\n"
            return [head.encode() + body]

        self.cable.carry(wire, ask, closes=True, once=True)
