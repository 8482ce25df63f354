"""Questions beside the course of things: whoever asked fetches the answer, the rest goes on. Pure.

Their numbers are those of the messages that asked.
"""

from __future__ import annotations

from math import inf

from drivers.rfid.llrp.events import Status
from drivers.rfid.llrp.frames import Message, MessageType
from drivers.rfid.llrp.steps import REPLY_S

_ANSWERS = (MessageType.ERROR_MESSAGE, MessageType.SET_READER_CONFIG_RESPONSE)


class Asides:
    """What was asked and is not fetched yet, with the time by which it must be answered."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[float, Status | None]] = {}

    @property
    def deadline_s(self) -> float:
        """By when the first of them must be answered."""
        return min((due_s for due_s, status in self._asked.values() if status is None), default=inf)

    def ask(self, number: int, at_s: float) -> None:
        """Note a question that goes out now."""
        # Whoever asked for an answer and did not fetch it was cancelled.
        self._asked = {aside: kept for aside, kept in self._asked.items() if kept[1] is None}
        self._asked[number] = (at_s + REPLY_S, None)

    def is_answer(self, message: Message) -> bool:
        """Say whether a message answers one of them."""
        return message.message_id in self._asked and message.type in _ANSWERS

    def answer(self, number: int, status: Status) -> None:
        """Keep an answer until it is fetched."""
        self._asked[number] = (self._asked[number][0], status)

    def is_answered(self, number: int) -> bool:
        """Say whether the reader has answered a question."""
        return self._asked[number][1] is not None

    def take(self, number: int) -> Status:
        """Hand out how the reader answered, once."""
        _, status = self._asked.pop(number)
        return status or Status(-1, "it did not answer")
