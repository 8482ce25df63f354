"""Reports and events that come twice. Pure.

A sender numbers its messages (chapter 16.1), so the same number with the same words is the same
message. Not every reader numbers them: 0 is none, and one that uses a number for two different
messages is not asked again.
"""

from __future__ import annotations

from typing import Final

from drivers.rfid.llrp.frames import Message, MessageType

KEPT: Final = 16
"""What is repeated comes at once, behind a few others at most."""
_UNASKED: Final = (MessageType.RO_ACCESS_REPORT, MessageType.READER_EVENT_NOTIFICATION)


class Repeats:
    """Remembers the last reports and events of a connection."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], Message] = {}
        self._numbered = True

    def is_repeat(self, message: Message) -> bool:
        """Say whether a message came before; answers and keepalives never count as repeats."""
        if not self._numbered or not message.message_id or message.type not in _UNASKED:
            return False
        key = (message.type, message.message_id)
        before = self._kept.setdefault(key, message)
        if before is message:
            if len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
            return False
        self._numbered = before == message
        return self._numbered
