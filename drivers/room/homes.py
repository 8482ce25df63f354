"""Where boxes and tagged files belong, as the archive last told the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from drivers.messages import Home, homes_digest
from drivers.room.set_copy import SetCopy


class HomesCopy(SetCopy[Home]):
    """Boxes and tagged files with their home shelves, found by code or by tag."""

    name = "homes"
    row_type = Home

    def __len__(self) -> int:
        return len(self._boxes)

    def find(self, box_code: str) -> Home | None:
        """Find a box by its code."""
        return self._boxes.get(box_code.strip())

    def find_tag(self, epc: str) -> Home | None:
        """Find the box or file that a tag belongs to."""
        return self._by_epc.get(epc)

    def list_like(self, text: str, limit: int = 20) -> list[Home]:
        """List boxes whose code contains the text, whatever its case."""
        wanted = text.strip().casefold()
        if not wanted:
            return []
        found = (home for code, home in self._boxes.items() if wanted in code.casefold())
        return [home for home, _ in zip(found, range(limit), strict=False)]

    def zone_of(self, epc: str) -> str | None:
        """Name the home shelf of a tag."""
        home = self._by_epc.get(epc)
        return home.shelf if home else None

    def shelves(self) -> Mapping[str, str]:
        """Give the home shelf of every tag; a new mapping only when a new list came."""
        return self._shelves

    @staticmethod
    def digest(rows: Iterable[Home]) -> str:
        """Hash the rows as the manifest does."""
        return homes_digest(rows)

    def _index(self, rows: Sequence[Home]) -> None:
        self._boxes = {home.box_code: home for home in rows if home.file_code is None}
        self._by_epc = {home.epc: home for home in rows}
        self._shelves: Mapping[str, str] = {home.epc: home.shelf for home in rows}
