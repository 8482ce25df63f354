"""All tags of a room as one value whose next one costs little: most of it is shared. Pure.

A room has as many tags as it has files, and each antenna cycle changes some dozens of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from drivers.room.presence.belief import Tag

_PARTS: Final = 256


class Tags(Mapping[str, Tag]):
    """Tags by EPC, in parts by their hash; a change copies the parts it touches."""

    __slots__ = ("_count", "_parts")

    def __init__(self, tags: Mapping[str, Tag] | None = None) -> None:
        parts: list[dict[str, Tag]] = [{} for _ in range(_PARTS)]
        for epc, tag in (tags or {}).items():
            parts[hash(epc) % _PARTS][epc] = tag
        self._parts = parts
        self._count = sum(map(len, parts))

    def changed(self, changes: Mapping[str, Tag | None]) -> Tags:
        """Make the next value; a tag that becomes `None` is dropped."""
        if not changes:
            return self
        parts, count = self._parts.copy(), self._count
        for epc, tag in changes.items():
            number = hash(epc) % _PARTS
            part = parts[number]
            if part is self._parts[number]:
                part = parts[number] = part.copy()
            count -= epc in part
            if tag is None:
                part.pop(epc, None)
            else:
                part[epc] = tag
                count += 1
        after = Tags.__new__(Tags)
        after._parts, after._count = parts, count
        return after

    def __getitem__(self, epc: str) -> Tag:
        return self._parts[hash(epc) % _PARTS][epc]

    def get(self, epc: str, default: Tag | None = None) -> Tag | None:  # type: ignore[override]  # narrower than Mapping's, for speed
        return self._parts[hash(epc) % _PARTS].get(epc, default)

    def __iter__(self) -> Iterator[str]:
        for part in self._parts:
            yield from part

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Tags):
            return self._parts == other._parts
        return isinstance(other, Mapping) and dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]  # it holds dicts
