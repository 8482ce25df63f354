"""How an agent shows that it lives, and how events and samples come through whole."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from config.quantities import HUMIDITY, TEMPERATURE, QuantityName
from drivers.messages.parts import Identifier, Message, Payload
from drivers.readings import Suspicion


class Status(Payload):
    """Last will (alive false) and heartbeat of an agent; alive means a young heartbeat."""

    alive: bool
    boot_id: Identifier
    at: AwareDatetime
    outbox_waiting: int = 0
    sets: dict[str, int] = Field(default={})
    """Version of each assigned set the agent holds."""


class Sample(Message):
    """What one probe measured at one moment.

    Temperature and humidity stand apart because rooms and archives of every version know them.
    """

    at: AwareDatetime
    temperature_c: float | None = None
    humidity_pct: float | None = None
    others: dict[QuantityName, float] = Field(default={}, max_length=30)
    """Every other quantity, by its name in config/quantities.yaml."""
    suspect: dict[QuantityName, Suspicion] = Field(default={}, max_length=30)
    """Which of these values are kept apart, and why; they judge nothing and switch nothing."""

    def values(self) -> dict[str, float]:
        """Return all that was measured, by quantity."""
        pair = {TEMPERATURE: self.temperature_c, HUMIDITY: self.humidity_pct}
        return {name: value for name, value in pair.items() if value is not None} | self.others


class Telemetry(Payload):
    """A batch of samples of one device, in an order of its own."""

    device: Identifier
    outbox: Identifier
    seq: int
    """Sequence number of the last sample in the batch."""
    samples: Annotated[tuple[Sample, ...], Field(min_length=1, max_length=500)]


class Sequenced(Message):
    """An event with its place in the outbox; the body stays raw until known to be readable."""

    seq: Annotated[int, Field(ge=1)]
    body: dict[str, object]


class EventBatch(Payload):
    """Events in outbox order. `outbox` changes only if an agent lost its disk."""

    outbox: Identifier
    oldest: int = 1
    """The smallest sequence number the outbox still holds: nothing older can come any more."""
    events: Annotated[tuple[Sequenced, ...], Field(min_length=1, max_length=200)]


class Ack(Payload):
    """All events of an outbox up to `seq` are stored, with their effect; what follows is wanted.

    For telemetry, the batch that ended with `seq` is stored.
    """

    outbox: Identifier
    stream: Literal["event", "telemetry"] = "event"
    seq: int
