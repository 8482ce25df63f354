"""From tag reports to reads: what a report leaves out stays as it was. Pure."""

from __future__ import annotations

from math import tau
from typing import Final

from drivers.readings import TagRead
from drivers.rfid.llrp.rounds import Rounds
from drivers.rfid.llrp.tags import TagReport

_TURN: Final = 4096
_JUMP_S: Final = 30.0
"""A clock that is so much further from ours than before has jumped; reports may be held back."""


class Reads:
    """The last value of each optional parameter on this connection.

    Chapter 13.2.3.1: a parameter that is enabled and absent is the same as the last one received.
    A phase is never kept: it belongs to one answer of one tag.
    """

    def __init__(self, reader_id: str) -> None:
        self._reader_id = reader_id
        self._last = TagReport("")
        self._ahead_s: float | None = None
        self.clock_jumps = 0

    def forget(self) -> None:
        """Take nothing for granted any more: a report was lost."""
        self._last = TagReport("")

    def complete(self, report: TagReport, rounds: Rounds, at_s: float) -> TagRead | None:
        """Fill in what a report leaves out; None if it names no tag or no antenna."""
        last = self._last
        antenna = last.antenna if report.antenna is None else report.antenna
        spec_index = last.spec_index if report.spec_index is None else report.spec_index
        rssi_dbm = last.peak_rssi_dbm if report.peak_rssi_dbm is None else report.peak_rssi_dbm
        channel = last.channel if report.channel is None else report.channel
        count = last.seen_count if report.seen_count is None else report.seen_count
        seen_us = last.last_seen_utc_us
        if report.last_seen_utc_us is not None:
            seen_us = report.last_seen_utc_us
            self._watch_clock(seen_us, at_s)
        elif seen_us is None or report.first_seen_utc_us is not None:
            seen_us = report.first_seen_utc_us
        pc = last.pc if report.pc is None else report.pc
        self._last = TagReport(
            "", antenna, rssi_dbm, channel, count, None, spec_index, None, seen_us, pc
        )
        if antenna is None:
            antenna = rounds.antenna_of(spec_index)
        if antenna is None or not report.epc:
            return None
        phase, fine = report.impinj_phase, report.impinj_rssi_cdbm
        return TagRead(
            reader_id=self._reader_id,
            antenna=antenna,
            epc=report.epc,
            rssi_dbm=rssi_dbm if fine is None else fine / 100,
            count=1 if count is None else count,
            at_s=at_s,
            phase_rad=None if phase is None else (phase % _TURN) * tau / _TURN,
            channel=channel,
            # A word kept from another tag is this one's only if it tells the same length.
            pc=pc if pc is not None and pc >> 11 == len(report.epc) // 4 else None,
            reader_us=seen_us,
        )

    def _watch_clock(self, reader_us: int, at_s: float) -> None:
        """Compare the reader's clock with ours, which runs evenly."""
        before_s, self._ahead_s = self._ahead_s, reader_us / 1e6 - at_s
        if before_s is not None and abs(self._ahead_s - before_s) > _JUMP_S:
            self.clock_jumps += 1
