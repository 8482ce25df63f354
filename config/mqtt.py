"""How both sides reach the broker: the same client, the same patience, the same encryption."""

from __future__ import annotations

import random
import ssl
from dataclasses import dataclass

import aiomqtt

from config.settings import BrokerSettings

TIMEOUT_S = 5.0
KEEPALIVE_S = 10


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
    )


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
