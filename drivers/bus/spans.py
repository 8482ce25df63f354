"""Which reads are put together, and how far: by room file and line. Pure.

A transaction costs its turnaround and two silences whatever it carries, so a few words that nobody
wants are cheaper than a second request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from config.room import Reads, SerialAddress, TcpAddress

_MOST_GAP_SERIAL = 16
_MOST_GAP_TCP = 64


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`count` words from `address` on."""

    address: int
    count: int

    @property
    def end(self) -> int:
        """Return the address behind the last word."""
        return self.address + self.count

    def holds(self, other: Span) -> bool:
        """Say whether all of `other` lies in here."""
        return self.address <= other.address and other.end <= self.end

    def touches(self, other: Span) -> bool:
        """Say whether any word lies in both."""
        return self.address < other.end and other.address < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How reads of a unit may be put together."""

    most_gap: int
    """Words nobody wants that may be read along between two that are wanted."""
    most_words: int
    forbidden: tuple[Span, ...] = ()
    """Words that no read may touch."""


def limits_of(reads: Reads, address: TcpAddress | SerialAddress) -> Limits:
    """Work out the limits of a unit: those of the room file, else what suits its line."""
    usual = _MOST_GAP_TCP if isinstance(address, TcpAddress) else _MOST_GAP_SERIAL
    return Limits(
        most_gap=usual if reads.most_gap is None else reads.most_gap,
        most_words=reads.most_words,
        forbidden=tuple(Span(f.first, f.last + 1 - f.first) for f in reads.forbidden),
    )


def plan_reads(spans: Iterable[Span], limits: Limits) -> tuple[Span, ...]:
    """Choose the reads that cover all spans, in ascending order.

    A span that fits into one read is covered by one, so that its words are of one moment; a longer
    one is cut. Raises ValueError if a span holds forbidden words.
    """
    planned: list[Span] = []
    for piece in sorted(piece for span in spans for piece in cut(span, limits)):
        union = _find_union(planned[-1], piece, limits) if planned else None
        if union is None:
            planned.append(piece)
        else:
            planned[-1] = union
    return tuple(planned)


def cut(span: Span, limits: Limits) -> Iterator[Span]:
    """Cut a span into pieces that fit into a read each; raise ValueError for forbidden words."""
    forbidden = next((f for f in limits.forbidden if f.touches(span)), None)
    if forbidden is not None:
        raise ValueError(
            f"{span.count} words at {span.address} hold some of {forbidden.address} to "
            f"{forbidden.end - 1}, which the room file forbids to read"
        )
    for address in range(span.address, span.end, limits.most_words):
        yield Span(address, min(limits.most_words, span.end - address))


def _find_union(span: Span, following: Span, limits: Limits) -> Span | None:
    """Join two spans, the lower first, if that makes one read within the limits."""
    if following.address - span.end > limits.most_gap:
        return None
    union = Span(span.address, max(span.end, following.end) - span.address)
    if union.count > limits.most_words or any(f.touches(union) for f in limits.forbidden):
        return None
    return union
