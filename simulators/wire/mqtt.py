"""The broker that gateways of wireless probes publish on: a small server of MQTT 3.1.1.

It takes any account, hands messages on with quality 0, keeps the last of each topic that was
published to be kept, and lets subscribers use wildcards. What a client publishes itself is read
and dropped: nothing here listens to it. Source: OASIS MQTT Version 3.1.1, chapters 2, 3 and 4.7.
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass, field
from enum import IntEnum

from simulators.faults import Faults
from simulators.wire.tcp import TcpCable


class _Kind(IntEnum):
    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PING = 12
    PONG = 13
    DISCONNECT = 14


_LONGEST = 1 << 16
"""A client of probes sends subscriptions; whoever sends more is shown out."""


class _Misspoken(Exception):
    """A client does not speak MQTT 3.1.1."""


@dataclass(slots=True, eq=False)
class _Client:
    writer: asyncio.StreamWriter
    filters: set[str] = field(default_factory=set)


class ProbeBroker:
    """One broker; `publish` is the gateway's side of it."""

    def __init__(self, wire: str, faults: Faults) -> None:
        self.cable = TcpCable(wire, faults, self._talk)
        self._clients: set[_Client] = set()
        self._kept: dict[str, bytes] = {}

    def publish(self, topic: str, payload: bytes, *, keep: bool) -> None:
        """Hand a message to everyone who subscribed to its topic."""
        if keep:
            self._kept[topic] = payload
        for client in self._clients:
            if any(matches(wanted, topic) for wanted in client.filters):
                client.writer.write(_message(topic, payload, kept=False))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Client(writer)
        try:
            kind, _, body = await _read_packet(reader)
            if kind != _Kind.CONNECT or body[:7] != b"\x00\x04MQTT\x04":
                return
            writer.write(_packet(_Kind.CONNACK, bytes(2)))
            self._clients.add(client)
            while await self._obey(client, *await _read_packet(reader)):
                await writer.drain()
        except (_Misspoken, struct.error, UnicodeDecodeError):
            return
        finally:
            self._clients.discard(client)

    async def _obey(self, client: _Client, kind: int, flags: int, body: bytes) -> bool:
        """Do what a packet asks; say whether the client stays."""
        match kind:
            case _Kind.PUBLISH:
                self._drop(client, flags, body)
            case _Kind.PUBREL:
                client.writer.write(_packet(_Kind.PUBCOMP, body[:2]))
            case _Kind.SUBSCRIBE:
                self._subscribe(client, body)
            case _Kind.UNSUBSCRIBE:
                for wanted, _ in _filters(body[2:], with_quality=False):
                    client.filters.discard(wanted)
                client.writer.write(_packet(_Kind.UNSUBACK, body[:2]))
            case _Kind.PING:
                client.writer.write(_packet(_Kind.PONG))
        return kind != _Kind.DISCONNECT

    def _subscribe(self, client: _Client, body: bytes) -> None:
        asked = [wanted for wanted, _ in _filters(body[2:], with_quality=True)]
        granted = bytes(len(asked))
        client.writer.write(_packet(_Kind.SUBACK, body[:2] + granted))
        client.filters |= set(asked)
        for topic, payload in self._kept.items():
            if any(matches(wanted, topic) for wanted in asked):
                client.writer.write(_message(topic, payload, kept=True))

    def _drop(self, client: _Client, flags: int, body: bytes) -> None:
        """Acknowledge what a client published, as its quality wants."""
        quality = flags >> 1 & 3
        if quality:
            (length,) = struct.unpack_from(">H", body)
            acknowledge = _Kind.PUBACK if quality == 1 else _Kind.PUBREC
            client.writer.write(_packet(acknowledge, body[2 + length : 4 + length]))


def matches(wanted: str, topic: str) -> bool:
    """Say whether a topic filter takes a topic (4.7): + is one level, # all that follow."""
    levels, parts = wanted.split("/"), topic.split("/")
    for at, level in enumerate(levels):
        if level == "#":
            return True
        if at >= len(parts) or level not in ("+", parts[at]):
            return False
    return len(levels) == len(parts)


async def _read_packet(reader: asyncio.StreamReader) -> tuple[int, int, bytes]:
    """Read one packet: its kind, its flags, what follows the fixed header (2.2)."""
    first = (await reader.readexactly(1))[0]
    length = shift = 0
    while True:
        digit = (await reader.readexactly(1))[0]
        length |= (digit & 0x7F) << shift
        shift += 7
        if not digit & 0x80:
            break
        if shift > 21:
            raise _Misspoken("a length of more than four bytes")
    if length > _LONGEST:
        raise _Misspoken(f"a packet of {length} bytes")
    return first >> 4, first & 0x0F, await reader.readexactly(length)


def _message(topic: str, payload: bytes, *, kept: bool) -> bytes:
    name = topic.encode()
    body = struct.pack(">H", len(name)) + name + payload
    return _packet(_Kind.PUBLISH, body, flags=kept)


def _packet(kind: _Kind, body: bytes = b"", *, flags: int = 0) -> bytes:
    return bytes((kind << 4 | flags,)) + _length(len(body)) + body


def _length(length: int) -> bytes:
    written = bytearray()
    while True:
        length, digit = divmod(length, 0x80)
        written.append(digit | (0x80 if length else 0))
        if not length:
            return bytes(written)


def _filters(body: bytes, *, with_quality: bool) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    while body:
        (length,) = struct.unpack_from(">H", body)
        text = body[2 : 2 + length].decode()
        quality = body[2 + length] if with_quality and len(body) > 2 + length else 0
        found.append((text, quality))
        body = body[2 + length + with_quality :]
    return found
