"""Writes docs/asyncapi.yaml from topics and payloads: what crosses the link, for integrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from drivers import messages
from drivers.topics import AgentTopics

TARGET = Path(__file__).resolve().parent.parent / "docs" / "asyncapi.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Channel:
    """One kind of topic; `sender` is the side that publishes on it."""

    name: str
    topic: str
    sender: Literal["agent", "controller"]
    payloads: tuple[type[BaseModel], ...]
    qos: int = 1
    retained: bool = False
    says: str


_TOPICS = AgentTopics("SITE", "AGENT")
_CHANNELS = (
    _Channel(
        name="status",
        topic=_TOPICS.status,
        sender="agent",
        payloads=(messages.Status,),
        retained=True,
        says=(
            "Heartbeat and last will. An agent is alive while its heartbeat is younger than "
            f"{3 * messages.HEARTBEAT_S:.0f} seconds; a retained heartbeat proves nothing."
        ),
    ),
    _Channel(
        name="state",
        topic=_TOPICS.state("DEVICE"),
        sender="agent",
        payloads=(
            messages.BankState,
            messages.RoomState,
            messages.DeviceState,
            messages.DoorState,
        ),
        qos=0,
        retained=True,
        says="Newest snapshot of a device, at every change and at least every few seconds.",
    ),
    _Channel(
        name="bench",
        topic=_TOPICS.bench("ANTENNA"),
        sender="agent",
        payloads=(messages.BenchState,),
        qos=0,
        says=(
            "Which tags lie before an antenna: of desks always, of others for a minute after they "
            "were asked for by a TagRequest. At changes, at most twice a second."
        ),
    ),
    _Channel(
        name="heard",
        topic=_TOPICS.heard,
        sender="agent",
        payloads=(messages.TagsHeard,),
        qos=0,
        says=(
            "Which tags were heard again where they are, with the time of the last read: of each "
            "zone at most every quarter of an hour. It refreshes when a box was last seen and "
            "moves nothing."
        ),
    ),
    _Channel(
        name="telemetry",
        topic=_TOPICS.telemetry("DEVICE"),
        sender="agent",
        payloads=(messages.Telemetry,),
        says="Samples of a device; sent again, in the same batch, until acknowledged on ack.",
    ),
    _Channel(
        name="event",
        topic=_TOPICS.event,
        sender="agent",
        payloads=(messages.EventBatch,),
        says="Events in outbox order; sent again until acknowledged on ack.",
    ),
    _Channel(
        name="ack",
        topic=_TOPICS.ack,
        sender="controller",
        payloads=(messages.Ack,),
        says="What is stored with its effect. A smaller number than before asks to send again.",
    ),
    _Channel(
        name="request",
        topic=_TOPICS.request,
        sender="controller",
        payloads=(messages.Request,),
        says=(
            "A wish for motion. Never retained, never repeated; a retained one is dropped. One "
            "that cannot be read is refused with the code wrong_field, whose detail says which "
            "field and why, if its id can be read; else it is dropped. "
            "A stop is obeyed as long as verb, bank and segment can be read."
        ),
    ),
    _Channel(
        name="tags",
        topic=_TOPICS.tags,
        sender="controller",
        payloads=(messages.TagRequest,),
        says=(
            "A wish about tags: write one, watch an antenna, silence a door. Never retained, never "
            "repeated; a retained one is dropped. A write is answered accepted when it begins, "
            "then done, refused (nothing was written) or failed; the code outcome_unknown says "
            "that only reading the tag can tell."
        ),
    ),
    _Channel(
        name="climate",
        topic=_TOPICS.climate,
        sender="controller",
        payloads=(messages.ClimateRequest,),
        says=(
            "A wish about a unit of the air: hold it on or off for a while, or give it back to its "
            "regulator. Never retained, never repeated; a retained one is dropped. Done says that "
            "the wish stands; guard and interlocks may keep the unit as it is, and detail says why."
        ),
    ),
    _Channel(
        name="reply",
        topic=_TOPICS.reply("REQUEST"),
        sender="agent",
        payloads=(messages.Reply,),
        says="What became of a request, at each step. The same id twice has the same answer.",
    ),
    _Channel(
        name="assign",
        topic=_TOPICS.assign("SET"),
        sender="controller",
        payloads=(messages.Manifest,),
        retained=True,
        says="The version of a set that the agent should hold.",
    ),
    _Channel(
        name="fetch",
        topic=_TOPICS.fetch("SET"),
        sender="agent",
        payloads=(messages.Fetch,),
        says="Asks for one chunk of a version of a set.",
    ),
    _Channel(
        name="chunk",
        topic=_TOPICS.chunk("SET"),
        sender="controller",
        payloads=(messages.Chunk, messages.LoansChunk),
        says="One chunk of a set: Chunk of homes, LoansChunk of loans.",
    ),
)
_EVENTS: tuple[type[BaseModel], ...] = (
    messages.BoxSeen,
    messages.BoxMoved,
    messages.BoxGone,
    messages.DoorPassed,
    messages.DoorMissed,
    messages.DoorSilenced,
    messages.TagWritten,
    messages.RequestChanged,
    messages.SteelHalted,
    messages.ProgramChanged,
    messages.DeviceChanged,
    messages.UnitDecided,
    messages.AirContactChanged,
)
_PARAMETERS = {
    "SITE": "Id of the site.",
    "AGENT": "Code of the room, which is the agent's user name and client id too.",
    "DEVICE": "Id of a device of the room file.",
    "REQUEST": "Id of the request that is answered.",
    "SET": "Name of the set: `homes` of tagged boxes and files, or `loans`, which tags may leave.",
    "ANTENNA": "Id of a reader and number of its antenna, joined by a hyphen.",
}


def payload_types() -> tuple[type[BaseModel], ...]:
    """List every payload and every event that crosses the link."""
    return tuple(p for channel in _CHANNELS for p in channel.payloads) + _EVENTS


def document() -> dict[str, Any]:
    """Describe the link as an AsyncAPI 3 document."""
    types = payload_types()
    _, schemas = models_json_schema(
        [(each, "validation") for each in types], ref_template="#/components/schemas/{model}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Stackroom link",
            "version": "1",
            "description": (
                "What a room agent (whose side this document takes) and the controller say to "
                "each other over MQTT 3.1.1. "
                "Readers ignore keys they do not know. The body of an event in an EventBatch is "
                f"one of {', '.join(event.__name__ for event in _EVENTS)}."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {channel.name: _describe(channel) for channel in _CHANNELS},
        "operations": {_verb(channel): _operation(channel) for channel in _CHANNELS},
        "components": {
            "messages": {
                each.__name__: {
                    "name": each.__name__,
                    "payload": {"$ref": f"#/components/schemas/{each.__name__}"},
                }
                for each in types
            },
            "schemas": schemas["$defs"],
        },
    }


def text() -> str:
    """Write the document as YAML."""
    head = "# Generated by drivers/asyncapi.py; change drivers/messages/ or drivers/topics.py.\n"
    body = yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=100)
    return head + body


def _describe(channel: _Channel) -> Mapping[str, Any]:
    address = channel.topic
    named = [name for name in _PARAMETERS if name in address.split("/")]
    for name in named:
        address = address.replace(name, f"{{{name.lower()}}}")
    return {
        "address": address,
        "description": channel.says,
        "messages": {
            payload.__name__: {"$ref": f"#/components/messages/{payload.__name__}"}
            for payload in channel.payloads
        },
        "parameters": {name.lower(): {"description": _PARAMETERS[name]} for name in named},
    }


def _verb(channel: _Channel) -> str:
    side = "agentSends" if channel.sender == "agent" else "agentReceives"
    return side + channel.name.capitalize()


def _operation(channel: _Channel) -> Mapping[str, Any]:
    return {
        "action": "send" if channel.sender == "agent" else "receive",
        "channel": {"$ref": f"#/channels/{channel.name}"},
        "bindings": {
            "mqtt": {"qos": channel.qos, "retain": channel.retained, "bindingVersion": "0.2.0"}
        },
    }


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
