"""What a page shows beside boxes and files: who said where they are, how long ago, their tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from controller.holdings import rules
from controller.holdings.model import Bearer, Item, ItemKind, Place, Seen
from controller.holdings.shapes import PlaceView, SeenView, TagSpanView, place_view
from controller.holdings.store import seen_of
from controller.holdings.tables import BoxRow, FileRow
from controller.holdings.tag_rules import TagSpan
from controller.holdings.tagging import list_spans_of_items
from controller.people.store import names_of
from controller.store.engine import ReadSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Names and tags of some boxes and files, read once for all of them."""

    names: Mapping[str, str]
    spans: Mapping[Bearer, Sequence[TagSpan]]
    now: datetime | None

    @classmethod
    def of(
        cls, session: ReadSession, rows: Sequence[BoxRow | FileRow], *, now: datetime | None
    ) -> Self:
        """Read what is needed to show some rows."""
        items = [
            Item(kind="box" if isinstance(row, BoxRow) else "file", code=row.code) for row in rows
        ]
        spans: dict[Bearer, list[TagSpan]] = {}
        for span in list_spans_of_items(session, items):
            spans.setdefault(span.item, []).append(span)
        seen = [one.by for row in rows if (one := seen_of(row)) is not None]
        told = [row.place_by for row in rows if row.place_by is not None]
        tagged = [span.by for each in spans.values() for span in each]
        return cls(names=names_of(session, {*seen, *told, *tagged}), spans=spans, now=now)

    def place(self, place: Place, seen: Seen | None) -> PlaceView:
        """Show a place with its age."""
        at = rules.confirmed_at(place, seen)
        age_s = None
        if at is not None and self.now is not None:
            age_s = max(0, int((self.now - at).total_seconds()))
        return place_view(place, names=self.names, age_s=age_s)

    def seen(self, seen: Seen | None) -> SeenView | None:
        """Show who noticed a thing last."""
        if seen is None:
            return None
        return SeenView(
            by=self.names.get(seen.by, seen.by),
            by_kind=seen.by_kind,
            zone=seen.zone,
            at=seen.at,
            confidence=seen.confidence,
        )

    def tags(self, kind: ItemKind, code: str) -> list[TagSpanView]:
        """Show the tags an item bears and bore, newest first."""
        return [
            span_view(span, self.names) for span in self.spans.get(Item(kind=kind, code=code), ())
        ]


def span_view(span: TagSpan, names: Mapping[str, str]) -> TagSpanView:
    """Show the time that an item bore a tag."""
    return TagSpanView(
        epc=span.epc,
        since=span.since,
        by=names.get(span.by, span.by),
        until=span.until,
        replaced_by=span.replaced_by,
        reason=span.reason,
    )
