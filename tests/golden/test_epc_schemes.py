"""Tag numbers as the EPC Tag Data Standard writes them, both ways, and what only looks like them.

The numbers stand in data/epc.json with their source (mostly nedap/retail-epcpy, MIT).
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.addresses import parse_address
from config.site import Tagging
from controller.tags import schemes

DATA: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "epc.json").read_text(encoding="utf-8")
)
VALID = DATA["valid"]
RAW = [each["hex"].upper() for each in DATA["not_gs1"]]
LOOKALIKES = [each.upper() for each in DATA["looks_like_gs1_but_is_test_data"]]
OURS = Tagging(scheme="gdti-96", company_prefix="0614141", type="12345")
PRIVATE = Tagging()


@pytest.mark.parametrize("vector", VALID, ids=lambda vector: vector["hex"])
def test_a_gs1_number_reads_and_writes_as_published(vector: dict[str, str]) -> None:
    key = schemes.read_gs1(vector["hex"].upper())
    assert key is not None
    assert key.uri == vector["uri"]
    assert key.tag_uri == vector.get("tag_uri", key.tag_uri)
    assert schemes.write_gs1(key.tag_uri) == vector["hex"].upper()


@pytest.mark.parametrize("epc", RAW)
def test_a_number_without_a_gs1_header_stays_raw(epc: str) -> None:
    assert schemes.read_gs1(epc) is None
    assert schemes.read_scheme(epc, OURS, ours=True, known="gdti-96") is None


@pytest.mark.parametrize("epc", LOOKALIKES)
def test_a_header_alone_proves_nothing(epc: str) -> None:
    assert schemes.read_gs1(epc) is not None, "it can be read, which is the trap"
    assert schemes.read_scheme(epc, OURS, ours=False) is None
    assert schemes.read_scheme(epc, PRIVATE, ours=True) is None


def test_a_gs1_number_is_shown_by_our_prefix_or_by_our_ledger() -> None:
    epc = "2C74257BF46072000000162E"
    shown = schemes.Scheme(name="gdti-96", uri="urn:epc:id:gdti:0614141.12345.5678")
    assert schemes.read_scheme(epc, OURS, ours=False) == shown
    assert schemes.read_scheme(epc, PRIVATE, ours=True, known="gdti-96") == shown
    assert schemes.read_scheme(epc, PRIVATE, ours=True, known="grai-96") is None
    other = Tagging(scheme="gdti-96", company_prefix="614141", type="012345")
    assert schemes.read_scheme(epc, other, ours=False) is None, "a shorter prefix is another one"


@pytest.mark.parametrize("vector", VALID, ids=lambda vector: vector["hex"])
def test_words_too_many_or_too_few_make_it_no_gs1_number(vector: dict[str, str]) -> None:
    epc = vector["hex"].upper()
    for spoiled in (f"{epc}0000", epc[:-4], epc.lower(), epc[:-1], f"{epc[:-1]}G"):
        assert schemes.read_gs1(spoiled) is None, spoiled


def test_bits_that_a_number_has_no_use_for_must_be_nought() -> None:
    grai_170 = next(each["hex"] for each in VALID if each["hex"].startswith("37"))
    assert schemes.read_gs1(grai_170.upper()) is not None
    assert schemes.read_gs1(f"{grai_170[:-1]}1".upper()) is None


@pytest.mark.parametrize(
    "tag_uri",
    [
        "",
        "urn:epc:id:gdti:0614141.12345.400",
        "urn:epc:tag:gdti-113:0.0614141.12345.400",
        "urn:epc:tag:gdti-96:0.0614141.12345.0400",
        "urn:epc:tag:gdti-96:0.0614141.12345.2199023255552",
        "urn:epc:tag:gdti-96:8.0614141.12345.400",
        "urn:epc:tag:gdti-96:0.0614141.1234.400",
        "urn:epc:tag:gdti-96:0.0614141.12345.４００",
        "urn:epc:tag:giai-96:0.0614141.A1",
    ],
)
def test_what_does_not_fit_is_not_written(tag_uri: str) -> None:
    with pytest.raises(ValueError, match=r"tag URI|cannot be written|does not fit"):
        schemes.write_gs1(tag_uri)


def test_a_private_number_says_nothing_and_only_our_ledger_knows_it() -> None:
    epc = schemes.make_number(PRIVATE, 0x9E3779B97F4A7C15)
    assert epc == "535200019E3779B97F4A7C15"
    assert schemes.read_scheme(epc, PRIVATE, ours=True) == schemes.Scheme(name="private", uri=None)
    assert schemes.read_scheme(epc, PRIVATE, ours=False) is None
    assert schemes.read_scheme(f"{epc}0000", PRIVATE, ours=True) is None
    assert schemes.read_gs1(epc) is None


@given(
    scheme=st.sampled_from(["gdti-96", "grai-96", "giai-96"]),
    prefix=st.from_regex(r"\A[0-9]{6,12}\Z"),
    chance=st.integers(0, 2**64 - 1),
)
def test_a_new_number_reads_back_as_the_site_s_own(scheme: Any, prefix: str, chance: int) -> None:
    filled = "0" * (12 - len(prefix))
    tagging = Tagging(scheme=scheme, company_prefix=prefix, type=filled)
    epc = schemes.make_number(tagging, chance)
    read = schemes.read_scheme(epc, tagging, ours=False)
    assert read is not None
    assert read.name == scheme
    assert read.uri is not None
    assert read.uri.endswith(f".{chance % 2**38}")


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    schemes.read_gs1(text)
    with suppress(ValueError):
        assert len(schemes.parse_epc(text)) % 4 == 0


@pytest.mark.parametrize(
    "text", ["\ufb00\ufb00", "\ufb00FF", "①②③④", "⁰¹²³", "１２-３４", "1234\u200b"]
)
def test_only_full_width_digits_and_letters_are_taken_for_hex(text: str) -> None:
    assert schemes.parse_epc("ＦＦ００ａｂ12") == "FF00AB12"
    with pytest.raises(ValueError, match="groups of 4 hex digits"):
        schemes.parse_epc(text)


@given(st.binary(min_size=1, max_size=31))
def test_any_number_is_read_without_a_fault(raw: bytes) -> None:
    epc = (raw + raw).hex().upper()
    key = schemes.read_gs1(epc)
    if key is not None:
        assert schemes.write_gs1(key.tag_uri) == epc


def test_every_shelf_of_a_room_has_an_sgln_of_its_own() -> None:
    tagging = Tagging(company_prefix="0614141", shelf_labels="sgln-96", locations={"R1": "12345"})
    first = schemes.shelf_number(tagging, parse_address("R1-B1-C1-L-1-1"))
    assert first is not None
    read = schemes.read_scheme(first, tagging, ours=False)
    extension = ((((1 << 10 | 1) << 1) << 10) | 1) << 10 | 1
    assert read == schemes.Scheme(name="sgln-96", uri=f"urn:epc:id:sgln:0614141.12345.{extension}")
    last = schemes.shelf_number(tagging, parse_address("R1-B999-C999-R-999-999"))
    assert last != first
    assert last is not None
    for number, address in ((first, "R1-B1-C1-L-1-1"), (last, "R1-B999-C999-R-999-999")):
        assert schemes.shelf_of_number(tagging, number) == parse_address(address)
    assert schemes.shelf_number(tagging, parse_address("R2-B1-C1-L-1-1")) is None
    with pytest.raises(ValueError, match="no whole shelf"):
        schemes.shelf_number(tagging, parse_address("R1-B1-C1-L-1"))


@pytest.mark.parametrize(
    "tag_uri",
    [
        "urn:epc:tag:sgln-96:0.0614141.12345.0",
        "urn:epc:tag:sgln-96:0.0614141.12345.2049",
        "urn:epc:tag:sgln-96:1.0614141.12345.2149581825",
        "urn:epc:tag:sgln-96:0.0614141.54321.2149581825",
        "urn:epc:tag:sgln-96:0.0614142.12345.2149581825",
        "urn:epc:tag:grai-96:0.0614141.12345.2149581825",
    ],
)
def test_a_number_that_we_give_no_shelf_names_none(tag_uri: str) -> None:
    tagging = Tagging(company_prefix="0614141", shelf_labels="sgln-96", locations={"R1": "12345"})
    assert schemes.shelf_of_number(tagging, schemes.write_gs1(tag_uri)) is None
    ours = schemes.write_gs1("urn:epc:tag:sgln-96:0.0614141.12345.2149581825")
    assert schemes.shelf_of_number(tagging, ours) == parse_address("R1-B1-C1-L-1-1")
    assert schemes.shelf_of_number(Tagging(), ours) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"scheme": "gdti-96"}, "company_prefix"),
        ({"scheme": "grai-96", "company_prefix": "0614141", "type": "1234"}, "type needs 5 digits"),
        ({"shelf_labels": "sgln-96", "company_prefix": "0614141"}, "none is there"),
        (
            {"shelf_labels": "sgln-96", "company_prefix": "0614141", "locations": {"R1": "1"}},
            "wrong: R1",
        ),
        ({"company_prefix": "06141"}, "pattern"),
    ],
)
def test_a_site_s_numbering_that_cannot_work_is_refused_in_words(
    said: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        Tagging(**said)
