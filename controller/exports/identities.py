"""How things are called outside the house: GS1 keys where the site has them, else URIs of our own.

Our own begin with urn:x-stackroom:SITE, so that those of two sites never meet. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from config.addresses import SlotAddress, parse_address
from config.site import Site
from controller.exports.model import BorneTag
from controller.holdings.model import ItemKind
from controller.tags.schemes import read_gs1, read_scheme, shelf_number

RowKind = Literal["movement", "tag", "passage"]
TERMS = "urn:x-stackroom:terms:"
"""The namespace of our own fields in what others read."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Names the things of a site."""

    site: Site

    def item(self, kind: ItemKind, code: str, tag: BorneTag | None) -> str:
        """Name a box or file: by its GS1 key where its tag is one of the site's, else by code."""
        return (self.gs1(tag) if tag else None) or self._own(kind, code)

    def gs1(self, tag: BorneTag) -> str | None:
        """Write the pure identity of a GS1 tag of the site; `None` if it is none."""
        scheme = read_scheme(tag.epc, self.site.tagging, ours=True, known=tag.scheme)
        return scheme.uri if scheme else None

    def place(self, address: str) -> str:
        """Name a place on the steel: by its GLN where the site's shelves have some."""
        shelf = self._shelf_key(parse_address(address))
        return shelf or self._own("place", address)

    def desk(self, room: str | None) -> str:
        """Name the desk of a room; `None`: a desk of the site."""
        return self._own("desk", room or "any")

    def door(self, room: str, door: str) -> str:
        """Name a door of a room."""
        return self._own("door", f"{room}/{door}")

    def event(self, kind: RowKind, number: int, at: datetime, part: str) -> str:
        """Name an event: the same row of the same site has the same name in every export.

        The time is in it because a restored backup may give numbers away a second time.
        """
        when = at.astimezone(UTC).isoformat(timespec="microseconds")
        return uuid5(NAMESPACE_URL, self._own(kind, f"{number}/{when}/{part}")).urn

    def _shelf_key(self, place: SlotAddress) -> str | None:
        if place.shelf is None or place.slot is not None:
            return None
        number = shelf_number(self.site.tagging, place)
        key = read_gs1(number) if number else None
        return key.uri if key else None

    def _own(self, kind: str, name: str) -> str:
        return f"urn:x-stackroom:{self.site.site}:{kind}:{quote(name, safe='')}"
