"""Operations on tags by AccessSpecs: what a Gen2 tag in the field answers, and what it keeps.

Result codes are those of chapter 16.3.1.5.5 of LLRP 1.0.1; a wrong password has its own in 1.1.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import replace

from simulators import acts
from simulators.finding import find_thing
from simulators.stage import Stage
from simulators.wire.llrp_frames import tlv
from simulators.wire.llrp_specs import AccessSpec, Operation

EPC_BANK = 1
MOST_WORDS = 10
"""CRC, control word, and an EPC of 128 bits: what a common chip holds."""

READ_OK, READ_TAG_ERROR, READ_NO_RESPONSE = 0, 1, 2
WRITE_OK, WRITE_OVERRUN, WRITE_LOCKED, WRITE_TAG_ERROR, WRITE_READER_ERROR = 0, 1, 2, 4, 6
WRITE_WRONG_PASSWORD = 7
LOCK_OK, LOCK_TAG_ERROR = 0, 2


class TagMemory:
    """Passwords and locks of the world's tags, by the code of what bears them.

    A tag that is not named has the password that all came with.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.passwords: dict[str, int] = {}
        self.locked: set[str] = set()
        self.next_write_codes: deque[int] = deque()
        """What the next writes end with instead of being done."""
        self.silent_after_write = False
        """Whether tags take what is written and then do not answer."""
        self.writes = 0

    def do(self, operation: Operation, epc: str, *, speaks_1_1: bool) -> bytes:
        """Do an operation on the tag and write its result parameter."""
        match operation.kind:
            case 341:
                return self._read(operation, epc)
            case 342:
                code = self._write(operation, epc, speaks_1_1=speaks_1_1)
                written = 0 if code else len(operation.words) // 2
                return tlv(350, struct.pack(">BHH", code, operation.op_id, written))
        return tlv(352, struct.pack(">BH", self._lock(operation, epc), operation.op_id))

    def _read(self, operation: Operation, epc: str) -> bytes:
        memory = bank_of(epc)
        start, end = 2 * operation.word, 2 * (operation.word + operation.count)
        is_there = operation.bank == EPC_BANK and end <= len(memory)
        words = memory[start : end if operation.count else len(memory)] if is_there else b""
        code = READ_OK if is_there else READ_TAG_ERROR
        return tlv(349, struct.pack(">BHH", code, operation.op_id, len(words) // 2) + words)

    def _write(self, operation: Operation, epc: str, *, speaks_1_1: bool) -> int:
        if self.next_write_codes:
            return self.next_write_codes.popleft()
        code = find_thing(self._stage.world, epc).code
        if operation.bank != EPC_BANK or operation.word < 1:
            return WRITE_TAG_ERROR
        if operation.word + len(operation.words) // 2 > MOST_WORDS:
            return WRITE_OVERRUN
        if code in self.locked and operation.password != self._password_of(code):
            if operation.password == 0:
                return WRITE_LOCKED
            return WRITE_WRONG_PASSWORD if speaks_1_1 else WRITE_TAG_ERROR
        memory = bytearray(bank_of(epc).ljust(2 * MOST_WORDS, b"\0"))
        memory[2 * operation.word : 2 * operation.word + len(operation.words)] = operation.words
        new_epc = memory[4 : 4 + 2 * (memory[2] >> 3)].hex().upper()
        try:
            self._stage.act(acts.encode_tag, epc=epc, new_epc=new_epc)
        except acts.Impossible:
            return WRITE_READER_ERROR
        self.writes += 1
        return 5 if self.silent_after_write else WRITE_OK

    def _lock(self, operation: Operation, epc: str) -> int:
        code = find_thing(self._stage.world, epc).code
        if not operation.password or operation.password != self._password_of(code):
            return LOCK_TAG_ERROR
        self.locked.add(code)
        return LOCK_OK

    def _password_of(self, code: str) -> int:
        return self.passwords.get(code, self._stage.world.tag_password)


def bank_of(epc: str) -> bytes:
    """Write a tag's EPC bank: CRC (not computed), control word, EPC."""
    content = bytes.fromhex(epc)
    return struct.pack(">HH", 0, len(content) // 2 << 11) + content


class AccessSpecs:
    """The AccessSpecs of a reader, and their turn whenever a tag is heard."""

    def __init__(self, memory: TagMemory) -> None:
        self.memory = memory
        self.specs: dict[int, AccessSpec] = {}

    def touch(self, epc: str, *, antenna: int, rospec: int, speaks_1_1: bool) -> bytes:
        """Do to a tag what the first matching AccessSpec asks; return the result parameters."""
        for spec in self.specs.values():
            fits = spec.active and spec.antenna in (0, antenna) and spec.rospec in (0, rospec)
            if not fits or not _matches(spec, epc):
                continue
            if spec.left is not None:
                self._count_down(spec, spec.left - 1)
            return b"".join(
                self.memory.do(operation, epc, speaks_1_1=speaks_1_1)
                for operation in spec.operations
            )
        return b""

    def _count_down(self, spec: AccessSpec, left: int) -> None:
        """An AccessSpec that was done as often as it should be is deleted (11.2.1.1)."""
        if left <= 0:
            del self.specs[spec.access]
        else:
            self.specs[spec.access] = replace(spec, left=left)


def _matches(spec: AccessSpec, epc: str) -> bool:
    if spec.bank != EPC_BANK:
        return False
    held = "".join(f"{byte:08b}" for byte in bank_of(epc))[spec.pointer :]
    pairs = zip(
        spec.mask, spec.wanted, held[: len(spec.mask)].ljust(len(spec.mask), "?"), strict=True
    )
    return all(mask == "0" or wanted == bit for mask, wanted, bit in pairs)
