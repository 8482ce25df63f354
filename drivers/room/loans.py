"""Which tags may leave the room now, as the archive last told it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from drivers.messages import Loan, loans_digest
from drivers.room.set_copy import SetCopy


class LoansCopy(SetCopy[Loan]):
    """Valid loans by tag. Its age says how far it can be believed."""

    name = "loans"
    row_type = Loan

    def __len__(self) -> int:
        return len(self._until)

    def allows(self, epc: str, at: datetime) -> bool:
        """Say whether a tag may leave at a time."""
        if epc not in self._until:
            return False
        until = self._until[epc]
        return until is None or at <= until

    @staticmethod
    def digest(rows: Iterable[Loan]) -> str:
        """Hash the rows as the manifest does."""
        return loans_digest(rows)

    def _index(self, rows: Sequence[Loan]) -> None:
        self._until = {loan.epc: loan.until for loan in rows}
