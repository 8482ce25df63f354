"""What each antenna hears now: tags for the bench, rates and ages for the readers page. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from config.readers import DESK, Antenna, Reader
from drivers.messages import MOST_ON_BENCH, AntennaFacts, BenchState, BenchTag, ReaderFacts
from drivers.readings import AntennaCycle, AntennaHealth, Heard, InputChanged, ReaderHealth, TagRead

WATCH_S: Final = 60.0
"""So long an antenna is shown after somebody asked to see it."""
KEEP_S: Final = 3.0
"""A tag that was not heard for so long lies there no more."""
LEAST_GAP_S: Final = 0.5
"""Changes of one antenna are shown at most so often."""
_AGAIN_S: Final = 2.0
"""Without any change it is shown anew after this time, for levels and ages change anyway."""
_RATE_S: Final = 5
_MOST_KEPT: Final = 2 * MOST_ON_BENCH
_LONGEST: Final = 500

AntennaKey = tuple[str, int]


@dataclass(slots=True)
class _Tag:
    reads: int
    heard_at_s: float
    level_dbm: float | None


@dataclass(slots=True)
class _Antenna:
    settings: Antenna
    tags: dict[str, _Tag] = field(default_factory=dict)
    """The one heard longest ago stands first."""
    seconds: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=_RATE_S + 1))
    """(second, reads) of the last seconds."""
    in_cycle: set[str] = field(default_factory=set)
    last_cycle: int = 0
    cycle_at_s: float | None = None
    watched_until_s: float = float("-inf")
    shown_at_s: float = float("-inf")
    shown: frozenset[str] = frozenset()

    def hear(self, read: TagRead) -> None:
        second = int(read.at_s)
        if self.seconds and self.seconds[-1][0] == second:
            self.seconds[-1] = (second, self.seconds[-1][1] + read.count)
        else:
            self.seconds.append((second, read.count))
        if len(self.in_cycle) < _MOST_KEPT:
            self.in_cycle.add(read.epc)
        known = self.tags.pop(read.epc, None)
        reads = read.count + (0 if known is None else known.reads)
        self.tags[read.epc] = _Tag(reads, read.at_s, read.rssi_dbm)
        if len(self.tags) > _MOST_KEPT:
            del self.tags[next(iter(self.tags))]

    def forget_old(self, at_s: float) -> None:
        for epc in [e for e, tag in self.tags.items() if at_s - tag.heard_at_s > KEEP_S]:
            del self.tags[epc]

    def rate(self, at_s: float) -> float:
        last = int(at_s)
        reads = sum(n for second, n in self.seconds if last - _RATE_S <= second < last)
        return round(reads / _RATE_S, 1)


class Benches:
    """The one writer of what lies before the antennas of a room."""

    def __init__(self, readers: Iterable[Reader]) -> None:
        self._antennas: dict[AntennaKey, _Antenna] = {
            (reader.id, antenna.antenna): _Antenna(antenna)
            for reader in readers
            for antenna in reader.antennas
        }

    def has(self, reader: str, antenna: int) -> bool:
        """Say whether the room file names an antenna."""
        return (reader, antenna) in self._antennas

    def take(self, reading: Heard) -> None:
        """Take whatever a reader reports."""
        if isinstance(reading, InputChanged):
            return
        antenna = self._antennas.get((reading.reader_id, reading.antenna))
        if antenna is None:
            return
        if isinstance(reading, AntennaCycle):
            antenna.cycle_at_s = reading.at_s
            antenna.last_cycle = len(antenna.in_cycle)
            antenna.in_cycle.clear()
        else:
            antenna.hear(reading)

    def watch(self, reader: str, antenna: int, at_s: float, for_s: float = WATCH_S) -> float:
        """Show an antenna for a time; return for how many seconds."""
        watched = self._antennas[reader, antenna]
        watched.watched_until_s = max(watched.watched_until_s, at_s + for_s)
        return for_s

    def show(self, at_s: float, at: datetime, boot_id: str) -> Iterator[BenchState]:
        """Give what is worth showing now: desks always, others while they are watched."""
        for (reader, number), antenna in self._antennas.items():
            antenna.forget_old(at_s)
            is_wanted = antenna.settings.covers == DESK or at_s < antenna.watched_until_s
            passed_s = at_s - antenna.shown_at_s
            if not is_wanted or passed_s < LEAST_GAP_S:
                continue
            present = frozenset(antenna.tags)
            if present == antenna.shown and passed_s < _AGAIN_S:
                continue
            antenna.shown, antenna.shown_at_s = present, at_s
            yield BenchState(
                reader=reader, antenna=number, boot_id=boot_id, at=at, tags=_tags(antenna, at_s)
            )

    def facts(self, reader: Reader, health: ReaderHealth, at_s: float) -> ReaderFacts:
        """Put what a reader says of itself beside what is heard from it."""
        antennas = tuple(
            _facts(self._antennas[reader.id, each.antenna], health, at_s)
            for each in reader.antennas
        )
        return ReaderFacts(
            model=_short(health.model),
            firmware=_short(health.firmware),
            region=_short(health.region),
            temperature_c=health.temperature_c,
            reads_per_s=round(sum(antenna.reads_per_s for antenna in antennas), 1),
            garbled=health.garbled,
            skipped_bytes=health.skipped_bytes,
            repeated=health.repeated,
            clock_jumps=health.clock_jumps,
            last_error=_short(health.last_error),
            antennas=antennas,
        )


def _tags(antenna: _Antenna, at_s: float) -> tuple[BenchTag, ...]:
    """List the strongest first; those of unknown strength last."""

    def strength(item: tuple[str, _Tag]) -> tuple[float, str]:
        level = item[1].level_dbm
        return (float("inf") if level is None else -level, item[0])

    return tuple(
        BenchTag(
            epc=epc,
            rssi_dbm=tag.level_dbm,
            reads=tag.reads,
            age_ms=round(max(0.0, at_s - tag.heard_at_s) * 1000),
        )
        for epc, tag in sorted(antenna.tags.items(), key=strength)[:MOST_ON_BENCH]
    )


def _facts(antenna: _Antenna, health: ReaderHealth, at_s: float) -> AntennaFacts:
    settings = antenna.settings
    known = health.antennas.get(settings.antenna, AntennaHealth())
    ran_at_s = antenna.cycle_at_s
    return AntennaFacts(
        antenna=settings.antenna,
        covers=settings.covers,
        side=settings.side,
        connected=known.connected,
        reads_per_s=antenna.rate(at_s),
        tags=antenna.last_cycle,
        noise_dbm=known.noise_dbm,
        return_loss_db=known.return_loss_db,
        cycle_age_ms=None if ran_at_s is None else round(max(0.0, at_s - ran_at_s) * 1000),
    )


def _short(text: str | None) -> str | None:
    return None if text is None else text[:_LONGEST]
