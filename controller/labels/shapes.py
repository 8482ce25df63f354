"""What a page asks of labels."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.address_words import Language
from config.addresses import Face
from controller.labels.model import LabelKind, Order, Scope, SizeName
from controller.labels.printing import Dpi, Format

_Code = Annotated[str, Field(min_length=1, max_length=120)]
_Number = Annotated[int, Field(ge=1, le=999)]


class ScopeShape(BaseModel):
    """A part of a room; what is left out means all of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    room: Annotated[str, Field(max_length=16)]
    bank: _Number | None = None
    column: _Number | None = None
    face: Face | None = None

    @model_validator(mode="after")
    def _has_no_holes(self) -> Self:
        _ = self.scope.address
        return self

    @property
    def scope(self) -> Scope:
        return Scope(room=self.room, bank=self.bank, column=self.column, face=self.face)


class LabelsOrder(BaseModel):
    """Labels of named items, or of all in a part of a room: one of the two."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: LabelKind
    items: Annotated[tuple[_Code, ...], Field(max_length=5000)] | None = None
    scope: ScopeShape | None = None
    format: Format = "pdf"
    size: SizeName = "60x40"
    dpi: Dpi = 203
    skip: Annotated[int, Field(ge=0, le=23)] = 0
    """How many places of the first sheet are used already."""
    language: Language = "zh"

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if (self.scope is None) == (not self.items):
            raise ValueError("an order names either items or a scope")
        return self

    def order(self) -> Order:
        """Return what is to be printed, without how."""
        return Order(
            kind=self.kind,
            language=self.language,
            items=self.items or (),
            scope=self.scope.scope if self.scope else None,
        )
