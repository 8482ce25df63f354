"""The embedded MQTT broker: for the demo, for tests, and for first tries on one machine.

It listens on loopback only and keeps nothing over a restart, which the link survives. A site runs
mosquitto, configured by controller/link/mosquitto.py. The overridden methods are amqtt 0.12.1's,
which is pinned: its own plugins would leave wills unchecked and would send every retained message
to every client that connects.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from amqtt.broker import Broker
from amqtt.contexts import Action, BrokerConfig, ListenerConfig
from amqtt.session import Session
from pydantic import SecretStr, TypeAdapter

from config.errors import Mendable
from controller.link.rights import Rights, find_bad_names, rights_of

_log = logging.getLogger(__name__)
_ACCOUNTS = "STACKROOM_BROKER_ACCOUNTS"


class EmbeddedBroker(Broker):  # type: ignore[misc]  # amqtt ships no types
    """amqtt with names, passwords and topic rights; a client's id is its user name."""

    def __init__(self, site: str, accounts: Mapping[str, SecretStr], port: int) -> None:
        listener = ListenerConfig(bind=f"127.0.0.1:{port}", max_connections=-1)
        super().__init__(BrokerConfig(listeners={"default": listener}, plugins={}))
        self._accounts = dict(accounts)
        self._rights = {name: rights_of(name, site) for name in accounts}

    def port(self) -> int:
        """Say on which port it listens, once started."""
        (server,) = self._servers.values()
        return int(server.instance.sockets[0].getsockname()[1])

    async def _authenticate(self, session: Session, _listener: ListenerConfig) -> bool:
        password = self._accounts.get(session.username or "")
        if password is None:
            return False
        given = (session.password or "").encode()
        known = hmac.compare_digest(given, password.get_secret_value().encode())
        rights = self._rights_of(session)
        will = session.will_topic if session.will_flag else None
        return (
            known
            and rights is not None
            and session.client_id == session.username
            and (will is None or rights.may_publish(will))
        )

    async def _topic_filtering(self, session: Session, topic: str, action: Action) -> bool:
        rights = self._rights_of(session)
        if rights is None:
            return False
        if action is Action.PUBLISH:
            return rights.may_publish(topic)
        return rights.may_subscribe(topic)

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        subscribers = self._subscriptions.get(subscription[0], [])
        if any(subscriber.client_id == session.client_id for subscriber, _ in subscribers):
            await super()._publish_retained_messages_for_subscription(subscription, session)

    def _rights_of(self, session: Session) -> Rights | None:
        return self._rights.get(session.username or "")


@asynccontextmanager
async def open_broker(
    site: str, accounts: Mapping[str, SecretStr], *, port: int = 0
) -> AsyncIterator[int]:
    """Run the broker on loopback and give its port; 0 lets the system choose one."""
    if bad := find_bad_names(accounts, site):
        raise Mendable(f"{_ACCOUNTS}: {bad} cannot be client names; letters, digits, _ - can")
    broker = EmbeddedBroker(site, accounts, port)
    await broker.start()
    try:
        yield broker.port()
    finally:
        await broker.shutdown()


async def run_broker(site: str, *, port: int, announce: Callable[[str], None]) -> None:
    """Run until cancelled, with the accounts that the environment names."""
    accounts = accounts_from(os.environ)
    for name in ("amqtt", "transitions"):
        logging.getLogger(name).setLevel(logging.ERROR)
    async with open_broker(site, accounts, port=port) as chosen:
        announce(f"ready mqtt://127.0.0.1:{chosen}")
        await asyncio.Event().wait()


def accounts_from(environment: Mapping[str, str]) -> dict[str, SecretStr]:
    """Read the accounts, a JSON object of name to password; raise Mendable if there are none."""
    text = environment.get(_ACCOUNTS, "")
    accounts: dict[str, SecretStr] = TypeAdapter(dict[str, SecretStr]).validate_json(text or "{}")
    if not accounts:
        raise Mendable(
            f"{_ACCOUNTS} names no account, and nobody gets in without one; "
            'set it to a JSON object such as {"controller": "…", "R1": "…"}'
        )
    return accounts
