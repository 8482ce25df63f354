"""What an EPCIS 2.0 document must be, restated from GS1's standards; the schema is not vendored.

Fields and actions: EPCIS 2.0 (GS1, June 2022), sections 7.4.1 to 7.4.3 and 10. Words: Core Business
Vocabulary 2.0, sections 7.1 (business steps) and 7.2 (dispositions). Identities: EPC Tag Data
Standard, section 6 (pure identity URIs). Any other identity must be an absolute URI.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

# fmt: off
BIZ_STEPS = frozenset((
    "accepting", "arriving", "assembling", "collecting", "commissioning", "consigning",
    "creating_class_instance", "cycle_counting", "decommissioning", "departing", "destroying",
    "disassembling", "dispensing", "encoding", "entering_exiting", "holding", "inspecting",
    "installing", "killing", "loading", "other", "packing", "picking", "receiving", "removing",
    "repackaging", "repairing", "replacing", "reserving", "retail_selling", "sampling",
    "sensor_reporting", "shipping", "staging_outbound", "stock_taking", "stocking", "storing",
    "transporting", "unloading", "unpacking", "void_shipping",
))
DISPOSITIONS = frozenset((
    "active", "available", "completeness_inferred", "completeness_verified", "conformant",
    "container_closed", "container_open", "damaged", "destroyed", "dispensed", "disposed",
    "encoded", "expired", "in_progress", "in_transit", "inactive", "mismatch_class",
    "mismatch_instance", "mismatch_quantity", "needs_replacement", "no_pedigree_match",
    "non_conformant", "non_sellable_other", "partially_dispensed", "recalled", "reserved",
    "retail_sold", "returned", "sellable_accessible", "sellable_not_accessible", "stolen",
    "unavailable", "unknown",
))
# fmt: on
_OFFSET = re.compile(r"[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
)
_PURE = re.compile(
    r"urn:epc:id:(?:(?P<key>gdti|grai|sgln):(?P<prefix>\d{6,12})\.(?P<reference>\d{0,6})"
    r"|giai:(?P<owner>\d{6,12}))\.(?P<serial>(?:[A-Za-z0-9!'()*+,.:;=_-]"
    r"|%22|%25|%26|%2F|%3C|%3E|%3F)+)"
)
"""EPC Tag Data Standard 1.13, section 6.3; characters of its appendix A, the rest escaped."""
_SERIALS = {"gdti": (41, 17), "grai": (38, 16), "sgln": (41, 20)}
"""How many bits a serial of digits alone has, and how many characters any other: its section 14."""
_OWNER_BITS = {12: 40, 11: 37, 10: 34, 9: 30, 8: 27, 7: 24, 6: 20}
"""GIAI-96 shares 82 bits between prefix and reference (the partition table of its section 14)."""
_LONGEST_GIAI = 30
_KNOWN = frozenset(
    (
        "type", "eventID", "eventTime", "eventTimeZoneOffset", "action", "epcList", "parentID",
        "childEPCs", "bizStep", "disposition", "readPoint", "bizLocation",
    )
)  # fmt: skip


def flaws_of_document(document: dict[str, Any]) -> list[str]:
    """List what a document lacks or says wrong."""
    flaws = [
        f"{field} is {document.get(field)!r}"
        for field, wanted in (("type", "EPCISDocument"), ("schemaVersion", "2.0"))
        if document.get(field) != wanted
    ]
    if not _TIME.fullmatch(document.get("creationDate", "")):
        flaws.append("creationDate")
    context = document["@context"]
    if context[0] != "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld":
        flaws.append("@context")
    prefixes = {prefix for part in context[1:] for prefix in part}
    for event in document["epcisBody"]["eventList"]:
        flaws += [f"{event.get('eventID')}: {flaw}" for flaw in flaws_of_event(event, prefixes)]
    ids = [event["eventID"] for event in document["epcisBody"]["eventList"]]
    if len(ids) != len(set(ids)):
        flaws.append("an eventID comes twice")
    return flaws


def flaws_of_event(event: dict[str, Any], prefixes: set[str]) -> list[str]:
    """List what an event lacks or says wrong."""
    flaws = [
        f"{field} is missing"
        for field in ("type", "eventTime", "eventTimeZoneOffset", "action")
        if field not in event
    ]
    flaws += [
        f"unknown field {field}"
        for field in event
        if field not in _KNOWN and field.partition(":")[0] not in prefixes
    ]
    if event.get("action") not in ("OBSERVE", "ADD", "DELETE"):
        flaws.append("action")
    flaws += _flaws_of_time(event)
    flaws += _flaws_of_words(event)
    return flaws + [f"no URI: {uri}" for uri in _uris(event) if not is_identity(uri)]


def is_identity(uri: str) -> bool:
    """Say whether this is an absolute URI, and a proper pure identity if it claims to be one."""
    if uri.startswith("urn:epc:"):
        return _is_pure(uri)
    return _URI.fullmatch(uri) is not None


def _is_pure(uri: str) -> bool:
    """Say whether prefix and reference have their 12 digits, and the serial fits on a tag.

    A serial of digits alone is that of a 96-bit tag, a number without leading zeros. On longer tags
    `007` may stand as well; nothing here bears such a one.
    """
    parts = _PURE.fullmatch(uri)
    if parts is None:
        return False
    if parts["owner"] is not None:
        bits = 82 - _OWNER_BITS[len(parts["owner"])]
        return _is_serial(parts["serial"], bits, _LONGEST_GIAI - len(parts["owner"]))
    if len(parts["prefix"]) + len(parts["reference"]) != 12:
        return False
    return _is_serial(parts["serial"], *_SERIALS[parts["key"]])


def _is_serial(serial: str, bits: int, longest: int) -> bool:
    if serial.isdigit():
        return str(int(serial)) == serial and int(serial) < 2**bits
    return len(re.sub("%..", "x", serial)) <= longest


def _flaws_of_time(event: dict[str, Any]) -> list[str]:
    offset, time = event.get("eventTimeZoneOffset", ""), event.get("eventTime", "")
    if not _OFFSET.fullmatch(offset):
        return [f"eventTimeZoneOffset {offset!r}"]
    if not _TIME.fullmatch(time) or datetime.fromisoformat(time).tzinfo is None:
        return [f"eventTime {time!r}"]
    return []


def _flaws_of_words(event: dict[str, Any]) -> list[str]:
    flaws = []
    if event.get("bizStep", "other") not in BIZ_STEPS:
        flaws.append(f"bizStep {event['bizStep']}")
    if event.get("disposition", "active") not in DISPOSITIONS:
        flaws.append(f"disposition {event['disposition']}")
    return flaws


def _uris(event: dict[str, Any]) -> list[str]:
    match event.get("type"):
        case "ObjectEvent":
            named = list(event.get("epcList", [])) or ["epcList is missing"]
        case "AggregationEvent":
            named = [event.get("parentID", "parentID is missing"), *event.get("childEPCs", [])]
        case other:
            named = [f"type {other}"]
    places = [event[field]["id"] for field in ("readPoint", "bizLocation") if field in event]
    return [event.get("eventID", "eventID is missing"), *named, *places]
