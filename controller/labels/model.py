"""What is printed on a label, and how large labels are. Frozen values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from config.address_words import Language
from config.addresses import Face, SlotAddress

LabelKind = Literal["box", "file", "shelf", "column_end"]
SizeName = Literal["60x40", "100x50", "a4-sheet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label. `code` is its largest line; what is `None` is not printed."""

    kind: LabelKind
    code: str
    qr: str
    title: str | None = None
    words: str | None = None
    """The address in words."""
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRange:
    """起止号: the first and last 档号 of what belongs in a face; of boxes where it has no files."""

    first: str
    last: str
    boxes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceEnd:
    """A face of a column with its shelves and its 起止号; `codes` is `None` where it is empty."""

    address: SlotAddress
    sections: int
    shelves: int
    codes: CodeRange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A part of a room: all of it, a bank, a column or a face."""

    room: str
    bank: int | None = None
    column: int | None = None
    face: Face | None = None

    @property
    def address(self) -> SlotAddress:
        """The part as the beginning of an address. Raises ValueError if it has holes."""
        return SlotAddress(room=self.room, bank=self.bank, column=self.column, face=self.face)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSize:
    """How large a label is; a sheet has `across` by `down` of them on a page, without gaps."""

    width_mm: float
    height_mm: float
    across: int = 1
    down: int = 1

    @property
    def per_page(self) -> int:
        return self.across * self.down


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants printed: named items, or all of a part of a room."""

    kind: LabelKind
    language: Language
    items: tuple[str, ...] = ()
    scope: Scope | None = None


A4_MM = (210.0, 297.0)
SIZES: Mapping[SizeName, LabelSize] = MappingProxyType(
    {
        "60x40": LabelSize(width_mm=60, height_mm=40),
        "100x50": LabelSize(width_mm=100, height_mm=50),
        "a4-sheet": LabelSize(width_mm=70, height_mm=A4_MM[1] / 8, across=3, down=8),
    }
)
"""Rolls of single labels, and the common A4 sheet of 24 labels, 70 by 37 mm."""


class UnknownItems(LookupError):
    """Some items are not held here, or some addresses are none of ours; `items` names them."""

    def __init__(self, items: tuple[str, ...]) -> None:
        super().__init__(f"no such items: {', '.join(items)}")
        self.items = items
