"""The sets that the archive assigns to the room, as they come over the link: homes and loans."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

import aiomqtt

from drivers.messages import AssignedSet, Chunk, Home, Loan, LoansChunk, Manifest
from drivers.room.homes import HomesCopy
from drivers.room.intake import Take
from drivers.room.loans import LoansCopy
from drivers.room.set_fetch import SetFetch
from drivers.topics import AgentTopics


class AssignedSets:
    """Has a newer version fetched when the archive announces one."""

    def __init__(
        self,
        homes: HomesCopy,
        loans: LoansCopy,
        topics: AgentTopics,
        *,
        retry_s: float,
        greeted: Callable[[], None],
    ) -> None:
        """`greeted` is called when a controller that is there announces a version."""
        self._homes = homes
        self._loans = loans
        self._greeted = greeted
        self._fetches: Mapping[AssignedSet, SetFetch[Home] | SetFetch[Loan]] = {
            "homes": SetFetch(homes, topics, retry_s=retry_s),
            "loans": SetFetch(loans, topics, retry_s=retry_s),
        }
        self.takers: Mapping[str, Take] = {
            topics.assign("homes"): partial(self._announce, "homes"),
            topics.chunk("homes"): partial(self._deliver, "homes", Chunk),
            topics.assign("loans"): partial(self._announce, "loans"),
            topics.chunk("loans"): partial(self._deliver, "loans", LoansChunk),
        }
        """By topic, who takes what comes on it. They raise ValidationError."""

    def versions(self) -> dict[str, int]:
        """Say which version of each set the room has."""
        return {"homes": self._homes.version, "loans": self._loans.version}

    def duties(self, client: aiomqtt.Client) -> Mapping[str, Coroutine[Any, Any, None]]:
        """List what runs as long as a connection does, by the name of the set."""
        return {name: fetch.run(client) for name, fetch in self._fetches.items()}

    def _announce(self, name: AssignedSet, message: aiomqtt.Message) -> None:
        manifest = Manifest.model_validate_json(bytes(message.payload))
        self._fetches[name].announce(manifest, alive=not message.retain)
        if not message.retain:
            self._greeted()

    def _deliver(
        self, name: AssignedSet, kind: type[Chunk | LoansChunk], message: aiomqtt.Message
    ) -> None:
        self._fetches[name].deliver(kind.model_validate_json(bytes(message.payload)))
