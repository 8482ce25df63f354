"""Reads a batch of events so that what is unreadable in it hides nothing else. Pure."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from drivers.messages import Identifier

_MOST_SEQ = 2**63 - 1
_LONGEST_NUMBER = 4000

Seq = Annotated[int, Field(ge=1, le=_MOST_SEQ)]
_SEQ: TypeAdapter[int] = TypeAdapter(Annotated[Seq, Field(strict=True)])
_OUTBOX: TypeAdapter[str] = TypeAdapter(Identifier)


class Item(BaseModel):
    """An event as it came; the body may be anything at all."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    seq: Seq
    body: Any = None


class Batch(BaseModel):
    """A batch of which only the frame is believed."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    outbox: Identifier
    oldest: Annotated[int, Field(le=_MOST_SEQ)] = 1
    events: list[Item]


def read_batch(payload: bytes) -> Batch:
    """Read a batch; where the frame itself is broken, what can be made out of it.

    Raises ValidationError only if it cannot be told which events of which outbox these are.
    """
    try:
        return Batch.model_validate_json(payload)
    except ValidationError:
        batch = _make_out(payload)
        if batch is None:
            raise
        return batch


def write_raw(body: Any) -> str:
    """Write down what came, whatever it is, as text that every database takes."""
    try:
        text = json.dumps(body, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError) as error:
        text = f"cannot be written down: {error}"
    return storable(text)


def storable(text: str) -> str:
    """Replace what UTF-8 or a database's text cannot hold."""
    return text.encode(errors="backslashreplace").decode().replace("\0", "\\u0000")


def _make_out(payload: bytes) -> Batch | None:
    try:
        frame = json.loads(payload.decode(errors="replace"), parse_int=_parse_int)
        outbox = _OUTBOX.validate_python(frame["outbox"])
        entries = list(frame["events"])
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    items = _place(entries)
    if not items:
        return None
    oldest = _seq_of(frame.get("oldest")) or 1
    return Batch(outbox=outbox, oldest=oldest, events=items)


def _place(entries: list[Any]) -> list[Item]:
    """Number the entries: one without a readable number stands where its neighbours leave it."""
    seqs = [_seq_of(entry.get("seq") if isinstance(entry, dict) else None) for entry in entries]
    taken = set(seqs)
    for forward in (True, False):
        step = 1 if forward else -1
        places = range(len(seqs)) if forward else range(len(seqs) - 1, -1, -1)
        beside: int | None = None
        for place in places:
            guess = None if beside is None else _seq_of(beside + step)
            if seqs[place] is None and guess not in taken:
                seqs[place] = guess
                taken.add(guess)
            beside = seqs[place]
    return [
        Item(seq=seq, body=entry["body"] if _is_whole(entry) else entry)
        for seq, entry in zip(seqs, entries, strict=True)
        if seq is not None
    ]


def _is_whole(entry: Any) -> bool:
    return isinstance(entry, dict) and "body" in entry and _seq_of(entry.get("seq")) is not None


def _seq_of(value: Any) -> int | None:
    try:
        return _SEQ.validate_python(value)
    except ValidationError:
        return None


def _parse_int(digits: str) -> int | str:
    return int(digits) if len(digits) < _LONGEST_NUMBER else digits
