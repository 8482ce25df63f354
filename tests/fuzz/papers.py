"""Fuzz targets for what crosses the link between room and archive, and for tag numbers."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ValidationError

from config.site import Tagging
from controller.link.batches import read_batch, write_raw
from controller.tags import schemes
from drivers.asyncapi import payload_types
from drivers.messages import EVENT, STATE
from drivers.room.request_reader import read_request, read_tag_request
from tests.fuzz.stations import golden
from tests.fuzz.target import Hand, Target, holds_epc

_MESSAGES = Path(__file__).resolve().parent.parent / "golden" / "messages"
_TYPES: tuple[type[BaseModel], ...] = tuple(payload_types())
_TAGGING = Tagging(scheme="gdti-96", company_prefix="0614141", type="12345")


def read_messages(given: bytes) -> None:
    """Read any payload as everything it could be; what is read is written and read the same."""
    hand = Hand(given)
    kind, payload = _TYPES[hand.byte() % len(_TYPES)], hand.rest()
    with suppress(ValidationError):
        read = kind.model_validate_json(payload)
        assert kind.model_validate_json(read.model_dump_json()) == read
    for union in (EVENT, STATE):
        with suppress(ValidationError):
            union.validate_json(payload)
    read_request(payload)
    read_tag_request(payload)
    with suppress(ValidationError):
        for item in read_batch(payload).events:
            assert "\0" not in write_raw(item.body)


def read_numbers(given: bytes) -> None:
    """Read any text and any words as a tag's number; a GS1 key is written back to the last bit."""
    text = given.decode("utf-8", "replace")
    with suppress(ValueError):
        assert holds_epc(schemes.parse_epc(text))
    with suppress(ValueError):
        _check(schemes.write_gs1(text))
    words = given[: len(given) // 2 * 2][:62]
    if words:
        _check(words.hex().upper())
        made = schemes.make_number(_TAGGING, int.from_bytes(words[:8], "big"))
        scheme = schemes.read_scheme(made, _TAGGING, ours=True)
        assert scheme is not None
        assert scheme.name == "gdti-96"


def _check(epc: str) -> None:
    assert schemes.parse_epc(epc) == epc
    schemes.read_scheme(epc, _TAGGING, ours=False)
    key = schemes.read_gs1(epc)
    if key is not None:
        assert schemes.write_gs1(key.tag_uri) == epc


def _message_seeds() -> list[bytes]:
    bodies = [path.read_bytes() for path in sorted(_MESSAGES.glob("*.json"))]
    small = [json.dumps(json.loads(body), ensure_ascii=False).encode() for body in bodies]
    return [
        bytes((kind,)) + body
        for body in small
        for kind in range(len(_TYPES))
        if _fits(_TYPES[kind], body)
    ]


def _fits(kind: type[BaseModel], body: bytes) -> bool:
    try:
        kind.model_validate_json(body)
    except ValidationError:
        return False
    return True


def _number_seeds() -> list[bytes]:
    numbers = [number for number in golden("epc")[:-1] if number]
    keys = [schemes.read_gs1(number.hex().upper()) for number in numbers]
    uris = [key.tag_uri.encode() for key in keys if key is not None]
    return [*numbers, *uris, *(number.hex().encode() for number in numbers)]


TARGETS = {
    "messages": Target(
        about="messages: payloads of the link, requests, batches of events",
        run=read_messages,
        seeds=_message_seeds,
    ),
    "epc": Target(
        about="epc: numbers of tags as text, as words, as GS1 keys",
        run=read_numbers,
        seeds=_number_seeds,
    ),
}
