"""Movements and tags as EPCIS 2.0 events: the words, the names, the times."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.room import Words
from config.site import Site, Tagging
from controller.exports.epcis import document_head, movement_events, passage_event, tag_events
from controller.exports.identities import Identities
from controller.exports.model import BorneTag, Moved, Passed, Tagged
from controller.exports.rules import window_of
from controller.holdings.model import Item, Movement, Place, PlaceKind
from controller.tags.schemes import make_number, write_gs1

from .epcis_rules import BIZ_STEPS, flaws_of_document, is_identity

AT = datetime(2026, 3, 2, 8, 0, 0, 250_000, tzinfo=UTC)
SHELF = "R1-B2-C7-L-3-5"
HOME = Place(kind=PlaceKind.HOME, address=SHELF)
DESK = Place(kind=PlaceKind.DESK)
PERSON = Place(kind=PlaceKind.PERSON, person="李工")
GDTI = write_gs1("urn:epc:tag:gdti-96:0.0614141.12345.400")


def site(**tagging: Any) -> Site:
    return Site(
        format=1,
        site="demo",
        name=Words(zh="馆", en="Archive"),
        tagging=Tagging(**tagging),
        rooms=("room.yaml",),
    )


def moved(before: Place, after: Place, **parts: Any) -> Moved:
    named: dict[str, Any] = {
        "by": "reader-1",
        "item_kind": "box",
        "item": "H-1",
        "box_code": "H-1",
        "cause": "reader",
    }
    named |= {key: value for key, value in parts.items() if key in Movement.__dataclass_fields__}
    tag = parts.get("tag")
    return Moved(
        movement=Movement(id=7, at=AT, from_place=before, to_place=after, confidence=0.99, **named),
        tag=tag,
        box_tags=parts.get("box_tags", (tag, None)),
        was_in_box=parts.get("was_in_box", False),
        room="R1",
    )


def told(what: Moved | Tagged, of: Site | None = None) -> list[dict[str, Any]]:
    names = Identities(of or site())
    if isinstance(what, Moved):
        events = list(movement_events(names, what))
    else:
        events = list(tag_events(names, what))
    document = document_head(AT, names.site.zone()) | {"epcisBody": {"eventList": events}}
    assert flaws_of_document(document) == []
    return events


def test_a_box_back_on_its_shelf_is_an_observation_with_place_and_local_time() -> None:
    (event,) = told(moved(DESK, HOME))
    assert event == {
        "eventID": event["eventID"],
        "eventTime": "2026-03-02T16:00:00.250+08:00",
        "eventTimeZoneOffset": "+08:00",
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "epcList": ["urn:x-stackroom:demo:box:H-1"],
        "bizStep": "storing",
        "disposition": "available",
        "readPoint": {"id": f"urn:x-stackroom:demo:place:{SHELF}"},
        "bizLocation": {"id": f"urn:x-stackroom:demo:place:{SHELF}"},
        "stackroom:cause": "reader",
        "stackroom:confidence": 0.99,
    }


@pytest.mark.parametrize(
    ("before", "after", "step", "disposition"),
    [
        (HOME, Place(kind=PlaceKind.SHELF, address="R1-B1"), "storing", "mismatch_instance"),
        (HOME, DESK, "picking", "in_progress"),
        (PERSON, DESK, "receiving", "returned"),
        (HOME, Place(kind=PlaceKind.TRANSIT, person="王工"), "picking", "in_transit"),
        (DESK, PERSON, "removing", "unavailable"),
        (HOME, Place(kind=PlaceKind.UNKNOWN), "removing", "unknown"),
    ],
)
def test_every_move_has_its_words(before: Place, after: Place, step: str, disposition: str) -> None:
    (event,) = told(moved(before, after))
    assert (event["bizStep"], event["disposition"]) == (step, disposition)


def test_what_left_its_shelf_was_read_there_and_is_nowhere_yet() -> None:
    (event,) = told(moved(HOME, Place(kind=PlaceKind.UNKNOWN)))
    assert event["readPoint"]["id"].endswith(SHELF)
    assert "bizLocation" not in event


def test_nobody_is_named_to_others() -> None:
    assert "李工" not in str(told(moved(DESK, PERSON)))
    assert "reader-1" not in str(told(moved(DESK, PERSON, by="u1")))


def test_a_file_that_leaves_its_box_is_unpacked_and_packed_when_it_is_back() -> None:
    file = {"item_kind": "file", "item": "X·1"}
    unpacked, gone = told(moved(HOME, PERSON, **file, was_in_box=True))
    assert (unpacked["type"], unpacked["action"]) == ("AggregationEvent", "DELETE")
    assert unpacked["childEPCs"] == gone["epcList"] == ["urn:x-stackroom:demo:file:X%C2%B71"]
    back, packed = told(moved(PERSON, HOME, **file, with_box=True))
    assert (packed["action"], packed["bizStep"]) == ("ADD", "packing")
    assert packed["parentID"] == "urn:x-stackroom:demo:box:H-1"
    assert back["bizStep"] == "storing"
    (lent_on,) = told(moved(PERSON, DESK, **file))
    assert lent_on["type"] == "ObjectEvent"


def test_a_file_that_changes_boxes_leaves_one_and_enters_the_other() -> None:
    file = {"item_kind": "file", "item": "X1", "from_box_code": "H-0", "with_box": True}
    out, _, into = told(moved(HOME, HOME, **file, was_in_box=True))
    assert out["parentID"].endswith(":H-0")
    assert into["parentID"].endswith(":H-1")


def test_a_box_with_a_gs1_tag_of_the_site_goes_by_its_key() -> None:
    gs1 = site(scheme="gdti-96", company_prefix="0614141", type="12345")
    tag = BorneTag(epc=GDTI, scheme=None)
    (event,) = told(moved(DESK, HOME, tag=tag), gs1)
    assert event["epcList"] == ["urn:epc:id:gdti:0614141.12345.400"]
    (event,) = told(moved(DESK, HOME, tag=tag))
    assert event["epcList"] == ["urn:x-stackroom:demo:box:H-1"], "another company's number"


def test_a_shelf_with_a_gln_goes_by_it() -> None:
    gs1 = site(shelf_labels="sgln-96", company_prefix="0614141", locations={"R1": "12345"})
    (event,) = told(moved(DESK, HOME), gs1)
    assert event["bizLocation"]["id"].startswith("urn:epc:id:sgln:0614141.12345.")


def tagged(tag: str | None, before: str | None = None, cause: str = "written") -> Tagged:
    return Tagged(
        id=3,
        at=AT,
        item=Item(kind="box", code="H-1"),
        cause=cause,
        tag=BorneTag(epc=tag, scheme=None) if tag else None,
        before=BorneTag(epc=before, scheme=None) if before else None,
        room="R1",
    )


OWN_TAG, OTHER_TAG = "53520001AAAA000000000001", "53520001AAAA000000000002"


@pytest.mark.parametrize(
    ("what", "action", "step"),
    [
        (tagged(OWN_TAG), "ADD", "encoding"),
        (tagged(OWN_TAG, cause="import"), "ADD", "commissioning"),
        (tagged(OTHER_TAG, OWN_TAG), "OBSERVE", "replacing"),
        (tagged(None, OWN_TAG), "OBSERVE", "decommissioning"),
    ],
)
def test_tags_come_change_and_go(what: Tagged, action: str, step: str) -> None:
    (event,) = told(what)
    assert (event["action"], event["bizStep"]) == (action, step)
    assert event["epcList"] == ["urn:x-stackroom:demo:box:H-1"]


def test_a_gs1_key_that_is_replaced_ends_and_its_successor_begins() -> None:
    gs1 = site(scheme="gdti-96", company_prefix="0614141", type="12345")
    ended, begun = told(tagged(OWN_TAG, GDTI), gs1), told(tagged(GDTI, OWN_TAG), gs1)
    assert [(e["action"], e["epcList"][0][:12]) for e in ended] == [
        ("DELETE", "urn:epc:id:g"),
        ("OBSERVE", "urn:x-stackr"),
    ]
    assert [(e["action"], e["bizStep"]) for e in begun] == [("ADD", "encoding")]


@pytest.mark.parametrize(
    ("direction", "step", "disposition"),
    [
        ("out", "departing", "unavailable"),
        ("in", "entering_exiting", "in_progress"),
        ("unsure", "entering_exiting", "unknown"),
    ],
)
def test_a_door_is_where_things_depart_and_enter(
    direction: str, step: str, disposition: str
) -> None:
    names = Identities(site())
    event = passage_event(
        names,
        Passed(
            id=1,
            at=AT,
            room="R1",
            door="door-1",
            item=Item(kind="box", code="H-1"),
            tag=BorneTag(epc=OWN_TAG, scheme="private"),
            direction=direction,
            confidence=0.9,
            alarmed=True,
        ),
    )
    document = document_head(AT, names.site.zone()) | {"epcisBody": {"eventList": [event]}}
    assert flaws_of_document(document) == []
    assert (event["bizStep"], event["disposition"]) == (step, disposition)
    assert event["readPoint"] == {"id": "urn:x-stackroom:demo:door:R1%2Fdoor-1"}


def test_the_same_row_has_the_same_event_id_and_no_other_row_has_it() -> None:
    names, other = Identities(site()), Identities(site().model_copy(update={"site": "b"}))
    one = names.event("movement", 7, AT, "object")
    assert one == Identities(site()).event("movement", 7, AT, "object")
    assert one == "urn:uuid:" + one.removeprefix("urn:uuid:")
    rest = {
        names.event("movement", 8, AT, "object"),
        names.event("tag", 7, AT, "object"),
        names.event("movement", 7, AT, "in"),
        other.event("movement", 7, AT, "object"),
        names.event("movement", 7, AT.replace(minute=1), "object"),
    }
    assert one not in rest
    assert len(rest) == 5


@pytest.mark.parametrize(
    "body",
    [
        "gdti:0614141.1234.400",
        "gdti:0614141.123456.400",
        "gdti:061414.12345.400",
        "gdti:06141.4123456.400",
        "gdti:0614141234567..400",
        "gdti:0614141.12345.0400",
        "gdti:0614141.12345.2199023255552",
        "gdti:0614141.12345.ABCDEFGHIJKLMNOPQR",
        "gdti:0614141.12345.a b",
        "gdti:0614141.12345.a/b",
        "gdti:0614141.12345.%2f",
        "grai:0614141.12345.00",
        "grai:0614141.1234.5",
        "grai:0614141.12345.274877906944",
        "giai:0614141.012",
        "giai:0614141.288230376151711744",
        "giai:06141412345678.1",
        "sgln:0614141.1234.0",
        "sgln:0614141.12345.07",
        "sgln:0614141.12345",
        "sgtin:0614141.12345.1",
    ],
)
def test_no_identity_of_wrong_digits_passes(body: str) -> None:
    assert not is_identity(f"urn:epc:id:{body}")


@pytest.mark.parametrize(
    "body",
    [
        "gdti:0614141.12345.0",
        "gdti:0614141.12345.2199023255551",
        "gdti:061414123456..7",
        "gdti:061414.123456.ABC%2F-1.x",
        "grai:0614141.12345.274877906943",
        "giai:0614141.288230376151711743",
        "giai:061414.4611686018427387903",
        "sgln:0614141.12345.0",
    ],
)
def test_every_identity_of_right_digits_passes(body: str) -> None:
    assert is_identity(f"urn:epc:id:{body}")


@pytest.mark.parametrize("scheme", ["gdti-96", "grai-96", "giai-96"])
@pytest.mark.parametrize(("prefix", "kind"), [("0614141", "12345"), ("061414123456", "")])
def test_every_number_that_we_give_out_is_a_proper_identity(
    scheme: str, prefix: str, kind: str
) -> None:
    kind = "" if scheme == "giai-96" else kind
    gs1 = site(scheme=scheme, company_prefix=prefix, type=kind)
    for chance in (0, 1, 10, 2**38 - 1, 2**41 - 1, 2**64 - 1):
        tag = BorneTag(epc=make_number(gs1.tagging, chance), scheme=scheme)
        uri = Identities(gs1).gs1(tag)
        assert uri is not None
        assert is_identity(uri), uri


def test_the_checker_itself_refuses_what_is_wrong() -> None:
    assert "shelving" not in BIZ_STEPS
    assert not is_identity("notauri")
    assert not is_identity("urn:epc:id:gdti:0614141.12345")
    assert not is_identity("urn:x-stackroom:demo:box:一")
    (event,) = told(moved(DESK, HOME))
    for field, wrong in (
        ("bizStep", "shelving"),
        ("eventTimeZoneOffset", "+8:00"),
        ("eventTime", "2026-03-02 16:00:00"),
        ("epcList", ["notauri"]),
        ("disposition", "on_shelf"),
        ("ownField", 1),
    ):
        document = document_head(AT, ZoneInfo("UTC")) | {
            "epcisBody": {"eventList": [event | {field: wrong}]}
        }
        assert len(flaws_of_document(document)) == 1, field


def test_a_day_means_all_of_it_by_the_site_s_clock() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    window = window_of(date(2026, 3, 1), date(2026, 3, 2), "R1", zone)
    assert window.since == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert window.until == datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert window_of(AT, AT, None, zone).until == AT
