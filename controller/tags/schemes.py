"""What the number in a tag says, and how new numbers are made. Pure.

A number is kept raw. Chips leave the factory with numbers that look like GS1 keys and are none, so
a header alone proves nothing: a GS1 reading is believed only with the site's own company prefix,
or where our ledger knows that the number was made that way. epcpy does the arithmetic of the EPC
Tag Data Standard 1.x; it ignores what follows a number and fails on some input in ways of its own,
so every reading is written back and compared.

A private number is 96 bits: 53 52 (a header that the standard has not given to GS1 as far as we
know, and "SR"), 00 01 (the form of what follows), and 64 bits that say nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from epcpy.epc_schemes.base_scheme import TagEncodable
from epcpy.epc_schemes.gdti import GDTI, GDTIFilterValue
from epcpy.epc_schemes.giai import GIAI, GIAIFilterValue
from epcpy.epc_schemes.grai import GRAI, GRAIFilterValue
from epcpy.epc_schemes.sgln import SGLN, SGLNFilterValue
from epcpy.epc_schemes.sgtin import SGTIN, SGTINFilterValue
from epcpy.epc_schemes.sscc import SSCC, SSCCFilterValue
from epcpy.utils.common import ConvertException

from config.addresses import Face, SlotAddress
from config.site import Tagging

PRIVATE: Final = "private"
PRIVATE_HEAD: Final = "53520001"
RANDOM_BITS: Final = 64
SERIAL_BITS: Final = 38
"""GRAI-96 has the shortest serial of the three; GDTI-96 could take 41, GIAI-96 42 at least."""
_FULL_WIDTH = {0xFF00 + code - 0x20: code for code in range(0x21, 0x7F) if chr(code).isalnum()}
"""What a Chinese input method makes of digits and letters. Nothing else is taken for one: a
ligature or a circled digit is no hex digit, whatever Unicode finds compatible with it."""
_EPC = re.compile(r"(?:[0-9A-F]{4}){1,31}")
_TAG_URI = re.compile(r"urn:epc:tag:(?P<name>[a-z]+-[0-9]+):(?P<filter>[0-7])\.(?P<rest>[!-~]+)")
_FAILS = (ConvertException, ValueError, KeyError, IndexError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gs1Key:
    """What a number says if it is a GS1 key. `tag_uri` names coding and filter too."""

    name: str
    """As the standard calls the coding, such as `gdti-96`."""
    uri: str
    tag_uri: str
    company_prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How a number was made; a private one has no URI."""

    name: str
    uri: str | None


@dataclass(frozen=True, slots=True)
class _Coding:
    """One way of the standard to write a key into a tag."""

    key: type[TagEncodable]
    coding: Enum
    filters: type[Enum]

    @property
    def name(self) -> str:
        return str(self.coding.value)


_CODINGS: Mapping[str, _Coding] = MappingProxyType(
    {
        "2C": _Coding(GDTI, GDTI.BinaryCodingScheme.GDTI_96, GDTIFilterValue),
        "3E": _Coding(GDTI, GDTI.BinaryCodingScheme.GDTI_174, GDTIFilterValue),
        "33": _Coding(GRAI, GRAI.BinaryCodingScheme.GRAI_96, GRAIFilterValue),
        "37": _Coding(GRAI, GRAI.BinaryCodingScheme.GRAI_170, GRAIFilterValue),
        "34": _Coding(GIAI, GIAI.BinaryCodingScheme.GIAI_96, GIAIFilterValue),
        "38": _Coding(GIAI, GIAI.BinaryCodingScheme.GIAI_202, GIAIFilterValue),
        "32": _Coding(SGLN, SGLN.BinaryCodingScheme.SGLN_96, SGLNFilterValue),
        "39": _Coding(SGLN, SGLN.BinaryCodingScheme.SGLN_195, SGLNFilterValue),
        "30": _Coding(SGTIN, SGTIN.BinaryCodingScheme.SGTIN_96, SGTINFilterValue),
        "36": _Coding(SGTIN, SGTIN.BinaryCodingScheme.SGTIN_198, SGTINFilterValue),
        "31": _Coding(SSCC, SSCC.BinaryCodingScheme.SSCC_96, SSCCFilterValue),
    }
)
"""By header byte: EPC Tag Data Standard 1.13, table 14-1."""
_BY_NAME = {coding.name: coding for coding in _CODINGS.values()}


def parse_epc(text: str) -> str:
    """Read a number as a person or machine writes it: whole 16-bit words of hex.

    Spaces and full-width digits and letters are allowed. Raises ValueError that says what is
    expected.
    """
    plain = "".join(text.split()).translate(_FULL_WIDTH)
    if plain.isascii():
        plain = plain.upper()
    if not _EPC.fullmatch(plain):
        raise ValueError(f"{text!r} is no tag number; expected 1 to 31 groups of 4 hex digits")
    return plain


def read_gs1(epc: str) -> Gs1Key | None:
    """Read a number as a GS1 key; `None` if it is not exactly one, to the last bit.

    That it can be read does not mean that it is one: see `read_scheme`.
    """
    coding = _CODINGS.get(epc[:2])
    if coding is None or not _EPC.fullmatch(epc):
        return None
    filter_value = (int(epc[2], 16) >> 1) & 7
    try:
        key = coding.key.from_hex(epc)
        body = key.epc_uri.split(":", 4)[4]
        tag_uri = f"urn:epc:tag:{coding.name}:{filter_value}.{body}"
        if _write(coding, key, filter_value) != epc:
            return None
    except _FAILS:
        return None
    return Gs1Key(
        name=coding.name,
        uri=key.epc_uri,
        tag_uri=tag_uri,
        company_prefix=body.split(".")[0],
    )


def write_gs1(tag_uri: str) -> str:
    """Write a tag URI such as `urn:epc:tag:gdti-96:0.0614141.12345.400` as a number.

    Raises ValueError if it is none, or does not fit its coding.
    """
    match = _TAG_URI.fullmatch(tag_uri)
    coding = _BY_NAME.get(match["name"]) if match else None
    if match is None or coding is None:
        raise ValueError(f"{tag_uri!r} is no tag URI of a coding we know")
    try:
        epc = _write(coding, coding.key.from_tag_uri(tag_uri), int(match["filter"]))
    except _FAILS as error:
        raise ValueError(f"{tag_uri!r} cannot be written: {error}") from error
    read = read_gs1(epc)
    if read is None or read.tag_uri != tag_uri:
        raise ValueError(f"{tag_uri!r} does not fit into {coding.name}")
    return epc


def read_scheme(
    epc: str, tagging: Tagging, *, ours: bool, known: str | None = None
) -> Scheme | None:
    """Say how a number was made, as far as there is proof; `None`: only its digits are known.

    `ours`: our ledger knows the number; `known`: the scheme it gives for it.
    """
    if ours and epc.startswith(PRIVATE_HEAD) and len(epc) == len(PRIVATE_HEAD) + RANDOM_BITS // 4:
        return Scheme(name=PRIVATE, uri=None)
    key = read_gs1(epc)
    if key is None:
        return None
    if key.name == known or key.company_prefix == tagging.company_prefix:
        return Scheme(name=key.name, uri=key.uri)
    return None


def make_number(tagging: Tagging, chance: int) -> str:
    """Make a number by the site's scheme out of 64 random bits. Whoever calls sees it is new."""
    if tagging.scheme == PRIVATE:
        return make_private(chance)
    serial = chance % 2**SERIAL_BITS
    prefix = tagging.company_prefix
    body = f"{serial}" if tagging.scheme == "giai-96" else f"{tagging.type}.{serial}"
    return write_gs1(f"urn:epc:tag:{tagging.scheme}:0.{prefix}.{body}")


def make_private(chance: int) -> str:
    """Make a number of our own out of 64 random bits."""
    return f"{PRIVATE_HEAD}{chance % 2**RANDOM_BITS:016X}"


def shelf_number(tagging: Tagging, shelf: SlotAddress) -> str | None:
    """Make the SGLN-96 number of a shelf; `None` where the site or the room has none.

    Its 41-bit extension is bank, column, face, section and shelf in 10, 10, 1, 10 and 10 bits.
    """
    location = tagging.locations.get(shelf.room)
    if tagging.shelf_labels != "sgln-96" or location is None:
        return None
    if shelf.bank is None or shelf.column is None or not shelf.section or not shelf.shelf:
        raise ValueError(f"{shelf} is no whole shelf")
    face = 1 if shelf.face is Face.RIGHT else 0
    column = (shelf.bank << 10 | shelf.column) << 1 | face
    extension = (column << 10 | shelf.section) << 10 | shelf.shelf
    return write_gs1(f"urn:epc:tag:sgln-96:0.{tagging.company_prefix}.{location}.{extension}")


def shelf_of_number(tagging: Tagging, epc: str) -> SlotAddress | None:
    """Read which shelf a number names; `None` unless `shelf_number` makes it for that shelf."""
    key = read_gs1(epc) if tagging.shelf_labels == "sgln-96" else None
    if key is None or key.name != "sgln-96" or key.company_prefix != tagging.company_prefix:
        return None
    _, location, serial = key.uri.rsplit(":", 1)[1].split(".")
    rooms = [room for room, digits in tagging.locations.items() if digits == location]
    if len(rooms) != 1 or not serial.isdecimal():
        return None
    extension = int(serial)
    place = SlotAddress(
        room=rooms[0],
        bank=extension >> 31,
        column=extension >> 21 & 0x3FF,
        face=Face.RIGHT if extension >> 20 & 1 else Face.LEFT,
        section=extension >> 10 & 0x3FF,
        shelf=extension & 0x3FF,
    )
    if not all((place.bank, place.column, place.section, place.shelf)):
        return None
    return place if shelf_number(tagging, place) == epc else None


def _write(coding: _Coding, key: TagEncodable, filter_value: int) -> str:
    filters = coding.filters(str(filter_value))
    return key.hex(binary_coding_scheme=coding.coding, filter_value=filters)
