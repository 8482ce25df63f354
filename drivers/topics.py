"""The one place that builds and parses MQTT topics: sr/v1/{site}/{agent}/…"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_ROOT = "sr/v1"


@dataclass(frozen=True, slots=True)
class AgentTopics:
    """All topics of one agent (a room or a cart) of one site."""

    site: str
    agent: str

    def __post_init__(self) -> None:
        for name in (self.site, self.agent):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot stand in a topic; letters, digits, _ and - can")

    @property
    def base(self) -> str:
        return f"{_ROOT}/{self.site}/{self.agent}"

    @property
    def status(self) -> str:
        """Last will and heartbeat; retained, from the agent."""
        return f"{self.base}/status"

    def state(self, device: str) -> str:
        """Snapshot of a device; retained, from the agent."""
        return f"{self.base}/state/{device}"

    def telemetry(self, device: str) -> str:
        """Batches of samples; QoS 1, from the agent."""
        return f"{self.base}/tele/{device}"

    def bench(self, antenna: str) -> str:
        """What lies before an antenna (`bench_name`) now; QoS 0, never retained, from the agent."""
        return f"{self.base}/bench/{antenna}"

    @property
    def heard(self) -> str:
        """Which tags are heard where they were; QoS 0, never retained, from the agent."""
        return f"{self.base}/heard"

    @property
    def event(self) -> str:
        """Batches of events; QoS 1, from the agent."""
        return f"{self.base}/event"

    @property
    def ack(self) -> str:
        """What the controller has stored; QoS 1, to the agent."""
        return f"{self.base}/ack"

    @property
    def request(self) -> str:
        """Motion requests; QoS 1, never retained, to the agent."""
        return f"{self.base}/request"

    @property
    def tags(self) -> str:
        """Requests about tags; QoS 1, never retained, to the agent."""
        return f"{self.base}/tags"

    @property
    def climate(self) -> str:
        """Requests about units of the air; QoS 1, never retained, to the agent."""
        return f"{self.base}/climate"

    def reply(self, request_id: str) -> str:
        """What became of a request; QoS 1, from the agent."""
        return f"{self.base}/reply/{request_id}"

    def assign(self, assigned_set: str) -> str:
        """Manifest of a set the agent should hold; retained, to the agent."""
        return f"{self.base}/assign/{assigned_set}"

    def fetch(self, assigned_set: str) -> str:
        """The agent asks for a chunk; QoS 1, from the agent."""
        return f"{self.base}/fetch/{assigned_set}"

    def chunk(self, assigned_set: str) -> str:
        """A chunk of a set; QoS 1, to the agent."""
        return f"{self.base}/chunk/{assigned_set}"


def bench_name(reader: str, antenna: int) -> str:
    """Name an antenna in a topic."""
    return f"{reader}-{antenna}"


@dataclass(frozen=True, slots=True)
class ParsedTopic:
    """A topic taken apart; `rest` is the device, request id or set where the kind has one."""

    site: str
    agent: str
    kind: str
    rest: str | None


def parse_topic(topic: str) -> ParsedTopic | None:
    """Take a topic apart; `None` if it is none of ours."""
    parts = topic.split("/")
    if len(parts) not in (5, 6) or "/".join(parts[:2]) != _ROOT or not all(parts):
        return None
    return ParsedTopic(
        site=parts[2], agent=parts[3], kind=parts[4], rest=parts[5] if len(parts) == 6 else None
    )


def from_agents(site: str) -> tuple[str, ...]:
    """Filters for everything that the agents of a site say."""
    kinds = ("status", "state/+", "bench/+", "heard", "tele/+", "event", "reply/+", "fetch/+")
    return tuple(f"{_ROOT}/{site}/+/{kind}" for kind in kinds)
