"""What every part of a room file is made of: frozen values that tell all their flaws at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from config.texts import PlainText


class Part(BaseModel):
    """Anything a room file holds: frozen; unknown keys and endless numbers are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Words(Part):
    """A name in both languages of the page."""

    zh: Annotated[PlainText, Field(min_length=1, max_length=60)]
    en: Annotated[PlainText, Field(min_length=1, max_length=60)]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that fits nothing else in the file: where, what stands there, what may stand."""

    path: tuple[str | int, ...]
    value: object
    allowed: str


Checked = TypeVar("Checked", bound=Part)


def flawless(part: Checked, flaws: list[Flaw]) -> Checked:
    """Pass on what has no flaws; else raise one error that carries them all."""
    if flaws:
        words = "; ".join(f"{flaw.value!r}: {flaw.allowed}" for flaw in flaws)
        raise PydanticCustomError("flaws", "{words}", {"words": words, "flaws": flaws})
    return part


Count = Annotated[int, Field(ge=1, le=200)]
Millimetres = Annotated[int, Field(ge=1, le=200_000)]
