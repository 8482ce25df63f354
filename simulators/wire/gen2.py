"""Gen2 tags as every reader meets them: their words, their check, what they let be done to them.

Source: ISO 18000-63; nothing here is shared with the drivers.
"""

from __future__ import annotations

from enum import Enum

from simulators import acts
from simulators.stage import Stage

EPC_BANK = 1


class Outcome(Enum):
    """What a tag makes of an access."""

    DONE = "done"
    WRONG_PASSWORD = "wrong password"
    LOCKED = "locked"
    NO_SUCH_MEMORY = "no such memory"
    FAILED = "failed"


def tag_text(epc: str) -> bytes:
    """Write a tag's protocol-control word and number."""
    number = bytes.fromhex(epc)
    return (len(number) // 2 << 11).to_bytes(2, "big") + number


def with_check(text: bytes) -> bytes:
    """Append the check that a Gen2 tag keeps over its word and number (ISO 18000-63, annex F)."""
    remainder = 0xFFFF
    for byte in text:
        for bit in range(7, -1, -1):
            carry = remainder >> 15 ^ byte >> bit & 1
            remainder = remainder << 1 & 0xFFFF
            if carry:
                remainder ^= 0x1021
    return text + (remainder ^ 0xFFFF).to_bytes(2, "big")


class TagMemories:
    """The EPC banks of the world's tags. The box keeps the number; locks and passwords are here."""

    def __init__(self, stage: Stage) -> None:
        self.passwords: dict[str, int] = {}
        """Access passwords of tags by their number; the others have the one that all came with."""
        self.locked: set[str] = set()
        self.writes = 0
        self._stage = stage

    def read(self, epc: str, bank: int, word: int, count: int) -> bytes | Outcome:
        """Read words; the bank begins with the tag's own check."""
        text = with_check(tag_text(epc))
        memory = text[-2:] + text[:-2]
        words = memory[2 * word : 2 * (word + count)]
        if bank != EPC_BANK or count == 0 or len(words) != 2 * count:
            return Outcome.NO_SUCH_MEMORY
        return words

    def write(self, epc: str, bank: int, word: int, words: bytes, password: int) -> Outcome:
        """Write words, of which the first may be the protocol-control word."""
        if bank != EPC_BANK or word not in (1, 2) or not words or len(words) % 2:
            return Outcome.NO_SUCH_MEMORY
        if self._is_wrong(epc, password):
            return Outcome.WRONG_PASSWORD
        if epc in self.locked and password == 0:
            return Outcome.LOCKED
        memory = bytearray(tag_text(epc))
        at = 2 * (word - 1)
        memory[at : at + len(words)] = words
        new = bytes(memory[2 : 2 + 2 * (memory[0] >> 3)]).hex().upper()
        try:
            self._stage.act(acts.encode_tag, epc=epc, new_epc=new)
        except acts.Impossible:
            return Outcome.FAILED
        self.writes += 1
        if epc in self.passwords:
            self.passwords[new] = self.passwords.pop(epc)
        if epc in self.locked:
            self.locked.remove(epc)
            self.locked.add(new)
        return Outcome.DONE

    def lock(self, epc: str, password: int, *, locked: bool) -> Outcome:
        """Lock or open the EPC bank; only who has the tag's password may."""
        if password == 0:
            return Outcome.LOCKED
        if self._is_wrong(epc, password):
            return Outcome.WRONG_PASSWORD
        (self.locked.add if locked else self.locked.discard)(epc)
        return Outcome.DONE

    def _is_wrong(self, epc: str, password: int) -> bool:
        return password != 0 and password != self.passwords.get(epc, self._stage.world.tag_password)
