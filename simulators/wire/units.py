"""The Modbus units behind one wire: each answers for itself, and nobody for one that is missing."""

from __future__ import annotations

from collections.abc import Callable

from simulators.wire.pdu import Exceptional, exception_reply

AnswerUnit = Callable[[bytes], bytes | None]
"""What one unit says to a PDU; `None` is silence."""


class Units:
    """Who listens on a wire, by unit id."""

    def __init__(self) -> None:
        self._units: dict[int, AnswerUnit] = {}
        self._signs: dict[int, Callable[[], int]] = {}

    def add(self, unit: int, answer: AnswerUnit, signs: Callable[[], int] | None = None) -> None:
        """Hang a unit on the wire; `signs` says under which id it answers, if not its own."""
        self._units[unit] = answer
        if signs is not None:
            self._signs[unit] = signs

    def rename(self, unit: int, new: int) -> None:
        """Let a unit answer to another id from now on."""
        self._units[new] = self._units.pop(unit)
        self._signs.pop(unit, None)

    def signature(self, unit: int) -> int:
        """Say which id stands on the answer to a request for a unit."""
        return self._signs[unit]() if unit in self._signs else unit

    def answer_on_line(self, unit: int, pdu: bytes) -> bytes | None:
        """Answer on a serial line, where a unit that is not there is silent."""
        answer = self._units.get(unit)
        return None if answer is None else answer(pdu)

    def answer_on_gateway(self, unit: int, pdu: bytes) -> bytes | None:
        """Answer over TCP, where the gateway says that there is no such unit."""
        if unit not in self._units:
            return exception_reply(pdu, Exceptional.NO_TARGET)
        return self.answer_on_line(unit, pdu)
