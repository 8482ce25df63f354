"""How both sides reach the broker: the same client, the same patience, the same encryption."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
from dataclasses import dataclass

import aiomqtt

from config.settings import BrokerSettings

TIMEOUT_S = 5.0
KEEPALIVE_S = 10

_AT_ONCE = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),)
"""Without it every second small message waits 40 ms for an acknowledgement of the first."""


def open_client(
    settings: BrokerSettings, *, identifier: str, clean: bool, will: aiomqtt.Will | None = None
) -> aiomqtt.Client:
    """Prepare a client for `async with`; `clean` false lets the broker keep what it missed."""
    password = settings.password
    return aiomqtt.Client(
        settings.host,
        settings.port,
        username=settings.user,
        password=password.get_secret_value() if password else None,
        identifier=identifier,
        clean_session=clean,
        will=will,
        timeout=TIMEOUT_S,
        keepalive=KEEPALIVE_S,
        max_inflight_messages=100,
        tls_context=_trust(settings),
        socket_options=_AT_ONCE,
    )


async def publish(
    client: aiomqtt.Client, topic: str, payload: bytes, *, qos: int, retain: bool = False
) -> None:
    """Publish, and never go on after a cancellation."""
    await client.publish(topic, payload, qos=qos, retain=retain)
    end_if_cancelled()


def end_if_cancelled() -> None:
    """Raise CancelledError if this task was told to end.

    The client awaits with asyncio.wait_for, which in Python 3.11 forgets a cancellation that
    meets the answer; a process that was asked to stop would then go on for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


@dataclass(slots=True)
class Backoff:
    """How long to wait before the next try: doubles, is jittered, and starts over after luck."""

    first_s: float = 0.2
    most_s: float = 10.0
    _tries: int = 0

    def next_s(self) -> float:
        """Count a failed try and say how long to wait now."""
        wait_s = min(self.most_s, self.first_s * 2.0**self._tries)
        self._tries = min(self._tries + 1, 30)
        return wait_s * random.uniform(0.5, 1.0)

    def reset(self) -> None:
        """Start over: it worked."""
        self._tries = 0


def _trust(settings: BrokerSettings) -> ssl.SSLContext | None:
    if settings.ca_file is None:
        return None
    return ssl.create_default_context(cafile=str(settings.ca_file))
