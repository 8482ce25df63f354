"""What a room makes of a request that is not written as the link's language wants it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from drivers.messages import Actor, Request
from drivers.room.request_reader import Unreadable, read_request

GOOD: dict[str, Any] = {
    "id": "r1",
    "verb": "open_aisle",
    "bank": 1,
    "segment": 1,
    "aisle": 2,
    "actor": {"id": "u1", "name": "Li Min"},
    "ttl_s": 5,
}


def read(**changes: Any) -> Request | Unreadable:
    return read_request(json.dumps(GOOD | changes).encode())


def test_a_good_request_is_read_and_keys_nobody_knows_are_passed_over() -> None:
    found = read(colour="red")
    assert isinstance(found, Request)
    assert (found.id, found.aisle, found.actor) == ("r1", 2, Actor(id="u1", name="Li Min"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"verb": "open_sesame"}, "verb"),
        ({"bank": -1}, "bank"),
        ({"aisle": "two"}, "aisle"),
        ({"ttl_s": 60}, "ttl_s"),
        ({"actor": {"id": "u1", "name": ""}}, "actor.name"),
        ({"saw": {"boot_id": "b"}}, "saw.version"),
        ({"v": 2}, "v"),
    ],
)
def test_the_wrong_field_is_named_with_what_is_wrong(changes: dict[str, Any], field: str) -> None:
    found = read(**changes)
    assert isinstance(found, Unreadable)
    assert (found.request_id, found.field) == ("r1", field)
    assert found.why


@pytest.mark.parametrize("wrong", ["", "a b", "x" * 65, "+/#", 7, None])
def test_an_id_that_is_none_answers_nobody(wrong: object) -> None:
    found = read(id=wrong)
    assert isinstance(found, Unreadable)
    assert (found.request_id, found.field) == (None, "id")


@pytest.mark.parametrize("payload", [b"", b"{", b"[1]", b"7", b"\xff\xfe", b'{"id": "r1"'])
def test_what_is_no_json_object_answers_nobody(payload: bytes) -> None:
    found = read_request(payload)
    assert isinstance(found, Unreadable)
    assert (found.request_id, found.field) == (None, "")


def test_a_stop_is_obeyed_with_all_else_wrong_and_keeps_its_id_if_it_has_one() -> None:
    found = read(verb="stop", actor=None, ttl_s=-1, v=9)
    assert isinstance(found, Request)
    assert (found.id, found.verb, found.bank, found.segment) == ("r1", "stop", 1, 1)
    nameless = read(verb="stop", id="a b")
    assert isinstance(nameless, Request)
    assert nameless.verb == "stop"


def test_a_stop_of_no_bank_is_told_so() -> None:
    found = read(verb="stop", bank="all")
    assert isinstance(found, Unreadable)
    assert (found.request_id, found.field) == ("r1", "bank")
