"""Who may say and hear what on the broker: one list for every broker we configure. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from drivers.topics import AgentTopics

CONTROLLER = "controller"
"""The client name of the archive side; every other name is that of an agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Topic filters that one client may publish to and subscribe to."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]

    def may_publish(self, topic: str) -> bool:
        """Say whether the client may send on a topic."""
        return any(covers(allowed, topic) for allowed in self.publish)

    def may_subscribe(self, topic_filter: str) -> bool:
        """Say whether the client may hear all that a filter matches."""
        return any(covers(allowed, topic_filter) for allowed in self.subscribe)


def rights_of(client: str, site: str) -> Rights:
    """List the rights of a client: the controller has the site, an agent its own topics."""
    if client == CONTROLLER:
        everything = (f"sr/v1/{site}/#",)
        return Rights(publish=everything, subscribe=everything)
    topics = AgentTopics(site, client)
    return Rights(
        publish=(
            topics.status,
            topics.state("+"),
            topics.bench("+"),
            topics.heard,
            topics.telemetry("+"),
            topics.event,
            topics.reply("+"),
            topics.fetch("+"),
        ),
        subscribe=(
            topics.ack,
            topics.request,
            topics.tags,
            topics.climate,
            topics.assign("+"),
            topics.chunk("+"),
        ),
    )


def covers(allowed: str, wanted: str) -> bool:
    """Say whether every topic that `wanted` matches is matched by `allowed` too."""
    mine, theirs = allowed.split("/"), wanted.split("/")
    for level, ours in enumerate(mine):
        if ours == "#":
            return len(theirs) > level
        if level >= len(theirs) or theirs[level] == "#":
            return False
        if ours not in ("+", theirs[level]):
            return False
    return len(mine) == len(theirs)


def find_bad_names(clients: Iterable[str], site: str) -> list[str]:
    """List the names that cannot be clients because they cannot stand in a topic."""
    bad = []
    for client in clients:
        try:
            rights_of(client, site)
        except ValueError:
            bad.append(client)
    return bad
