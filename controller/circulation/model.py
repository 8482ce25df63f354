"""Values of circulation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from controller.holdings.model import Item as Item
from controller.holdings.model import ItemKind as ItemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """An item in a person's hands, or what became of it."""

    id: str
    item: Item
    box_code: str
    person: str
    purpose: str
    handed_by: str
    handed_at: datetime
    returned_at: datetime | None
    returned_by: str | None
    returned_to: str | None


class Refused(Exception):
    """The item cannot be handed over or taken back; `code` says why."""

    def __init__(self, code: str, item: Item) -> None:
        super().__init__(f"{code}: {item.kind} {item.code}")
        self.code = code
        self.item = item
