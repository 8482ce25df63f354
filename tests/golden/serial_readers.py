"""Every reader that answers one question at a time; it joins the shared questions by one entry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from config.room import (
    Antenna,
    AnyReader,
    ChafonReader,
    M100Reader,
    R2000Reader,
    ThingMagicReader,
)
from simulators.simulation import Simulation
from simulators.wire.gen2 import TagMemories
from tests.golden.tag_room import READER, WIRES, Bench, with_bench


class Device(Protocol):
    """A simulated reader and the tags that it writes."""

    tags: TagMemories


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a reader stands in the room file, and what it can that others cannot."""

    facts: Mapping[str, str]
    """What its entry in the room file says of the driver."""
    read: Callable[[object], AnyReader]
    device: Callable[[Simulation], Device]
    antennas: tuple[int, ...] = (1,)
    """As many as it may have, each at the desk."""
    tells_length: bool = True
    """Whether it tells the protocol-control word of a tag."""
    chooses_by_beginning: bool = True
    """Whether a number may choose each tag whose own number begins like it."""
    tells_wrong_password: bool = True
    """Whether it tells a wrong password from other errors of a tag."""
    noise: float = 0.08
    """How likely garbage hits what it says; the less it says, the more."""
    noisy_turns: int = 8

    def settings(self, wire: str, antennas: tuple[int, ...] = (1,), **more: Any) -> AnyReader:
        """Write the reader as a room file would."""
        at_desk = [Antenna(antenna=number, covers="desk") for number in antennas]
        return self.read(
            {**self.facts, "id": READER, "at": WIRES[wire], "antennas": at_desk, **more}
        )


KINDS: dict[str, Kind] = {
    "m100": Kind(
        facts={"driver": "rfid.m100"},
        read=M100Reader.model_validate,
        device=lambda room: room.m100_readers[READER],
    ),
    "r2000": Kind(
        facts={"driver": "rfid.r2000"},
        read=R2000Reader.model_validate,
        device=lambda room: room.r2000_readers[READER],
        antennas=(1, 6),
    ),
    "chafon-18": Kind(
        facts={"driver": "rfid.chafon", "model": "18"},
        read=ChafonReader.model_validate,
        device=lambda room: room.chafon_readers[READER],
        tells_length=False,
        chooses_by_beginning=False,
        noise=0.12,
        noisy_turns=60,
    ),
    "chafon-288": Kind(
        facts={"driver": "rfid.chafon", "model": "288"},
        read=ChafonReader.model_validate,
        device=lambda room: room.chafon_readers[READER],
        antennas=(1, 3),
        tells_length=False,
        chooses_by_beginning=False,
        noise=0.12,
        noisy_turns=60,
    ),
    "thingmagic": Kind(
        facts={"driver": "rfid.thingmagic"},
        read=ThingMagicReader.model_validate,
        device=lambda room: room.thingmagic_readers[READER],
        antennas=(1, 3),
        tells_wrong_password=False,
    ),
}

At = Bench[Device]


def with_kind(
    name: str,
    scenario: Callable[[At], Awaitable[None]],
    *,
    wire: str = "tcp",
    antennas: tuple[int, ...] = (1,),
    boxes: dict[str, str] | None = None,
    **more: Any,
) -> None:
    """Run a scenario in a room with a reader of this kind and these boxes, by code and tag."""
    kind = KINDS[name]
    with_bench(kind.settings(wire, antennas, **more), kind.device, scenario, boxes or {})
