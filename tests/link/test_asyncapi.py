"""The published description of the link is in step with the code."""

from __future__ import annotations

from drivers.asyncapi import TARGET, document, text
from drivers.topics import AgentTopics, from_agents


def test_the_document_is_in_step() -> None:
    assert TARGET.read_text(encoding="utf-8") == text(), "run python -m drivers.asyncapi"


def test_every_topic_of_an_agent_is_described() -> None:
    topics = AgentTopics("s", "a")
    addresses = {
        channel["address"].format(
            site="s", agent="a", device="+", antenna="+", request="+", set="+"
        )
        for channel in document()["channels"].values()
    }
    assert {f.replace("sr/v1/s/+", "sr/v1/s/a") for f in from_agents("s")} <= addresses
    assert {
        topics.ack,
        topics.request,
        topics.tags,
        topics.assign("+"),
        topics.chunk("+"),
    } <= addresses


def test_every_reference_leads_somewhere() -> None:
    described = document()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            target = value.get("$ref")
            if isinstance(target, str):
                place: object = described
                for step in target.removeprefix("#/").split("/"):
                    assert isinstance(place, dict)
                    assert step in place, target
                    place = place[step]
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(described)
