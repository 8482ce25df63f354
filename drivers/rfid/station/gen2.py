"""What every Gen2 tag has, whatever its reader speaks (ISO 18000-63). Pure."""

from __future__ import annotations

from binascii import crc_hqx
from typing import Final

EPC_BANK: Final = 1
PC_WORD: Final = 1
"""Where the protocol-control word stands in the EPC bank; word 0 is the tag's own check."""
EPC_WORD: Final = 2
LONGEST_WORDS: Final = 31
"""Five bits of the protocol-control word count the words of the EPC."""
_LENGTH_SHIFT: Final = 11


def tag_crc(words: bytes) -> int:
    """Compute the check a Gen2 tag keeps over PC and EPC (x^16+x^12+x^5+1, preset and inverted)."""
    return crc_hqx(words, 0xFFFF) ^ 0xFFFF


def count_words(pc: int) -> int:
    """Read how many words of EPC a protocol-control word counts."""
    return pc >> _LENGTH_SHIFT


def with_words(pc: int, words: int) -> int:
    """Return the protocol-control word of the same tag with an EPC of so many words."""
    return pc & ~(LONGEST_WORDS << _LENGTH_SHIFT) | words << _LENGTH_SHIFT
