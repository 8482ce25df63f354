"""Released payloads stay readable for ever, and newer ones are read as far as they are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from drivers.asyncapi import payload_types
from drivers.messages import (
    EVENT,
    STATE,
    BoxGone,
    ClimateRequest,
    TagRequest,
    homes_digest,
    loans_digest,
)
from tests.golden.link_examples import EXAMPLES, FILES, HOMES, LOANS

FOLDER = Path(__file__).parent / "messages"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def golden(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


FREE = ("sets", "detail", "body", "said", "ages_s", "others", "suspect", "measured")
"""Objects whose keys are values themselves."""


KINDS = [
    name
    for name, example in EXAMPLES.items()
    if "kind" in type(example).model_fields and not isinstance(example, TagRequest | ClimateRequest)
]


def newer(value: Any) -> Any:
    """Add a key that no version knows to every object whose keys are fixed."""
    if isinstance(value, list):
        return [newer(each) for each in value]
    if isinstance(value, dict):
        known = {key: each if key in FREE else newer(each) for key, each in value.items()}
        return known | {"not_yet_known": [1]}
    return value


def test_every_payload_has_a_golden_file() -> None:
    assert set(NAMES) == set(EXAMPLES)
    assert {type(example) for example in EXAMPLES.values()} == set(payload_types())


@pytest.mark.parametrize("name", NAMES)
def test_a_released_payload_reads_as_the_same_value(name: str) -> None:
    example = EXAMPLES[name]
    assert type(example).model_validate_json(golden(name)) == example


@pytest.mark.parametrize("name", NAMES)
def test_what_we_write_is_what_was_released(name: str) -> None:
    assert EXAMPLES[name].model_dump(mode="json") == json.loads(golden(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_newer_payload_reads_as_far_as_it_is_known(name: str) -> None:
    example = EXAMPLES[name]
    text = json.dumps(newer(json.loads(golden(name))))
    assert type(example).model_validate_json(text) == example


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_says_which_payload_it_is(name: str) -> None:
    union: Any = STATE if name.endswith("-state") else EVENT
    assert union.validate_json(golden(name)) == EXAMPLES[name]


def test_the_digest_of_homes_stays_what_it_was() -> None:
    released = json.loads(golden("manifest"))["sha256"]
    assert homes_digest(HOMES) == released


def test_the_digest_takes_in_the_files_and_the_ends_of_loans() -> None:
    renamed = FILES[-1].model_copy(update={"file_code": "WS-2019-D30-0418-4"})
    assert homes_digest((*HOMES, renamed)) != homes_digest(FILES)
    assert json.loads(golden("manifest-loans"))["sha256"] == loans_digest(LOANS)
    longer = LOANS[0].model_copy(update={"until": None})
    assert loans_digest((longer, LOANS[1])) != loans_digest(LOANS)


@pytest.mark.parametrize("lacking", ["reader", "antenna", "epc", "new_epc"])
def test_a_write_that_does_not_say_what_to_write_where_is_none(lacking: str) -> None:
    whole = json.loads(golden("tag-request"))
    with pytest.raises(ValidationError, match=f"write_tag needs {lacking} "):
        TagRequest.model_validate(whole | {lacking: None})


def test_a_room_that_does_not_say_when_it_last_heard_a_tag_is_read_all_the_same() -> None:
    older = json.loads(golden("box-gone"))
    del older["last_at"]
    event = EVENT.validate_python(older)
    assert isinstance(event, BoxGone)
    assert event.last_at is None
