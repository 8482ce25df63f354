"""Giving a tag another number: which operation follows which, and what each answer means. Pure.

A tag is looked at, written, read back and compared, and locked if asked; each stage is one
AccessSpec with one operation, run by a short round of one antenna. Nothing is ever written twice.
Numbers in comments are chapters of LLRP 1.0.1; result 7 of a write is of LLRP 1.1.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Final

from drivers.errors import Refused
from drivers.ports import TagWritten, WriteTag
from drivers.rfid.llrp.frames import Message, MessageType, Tlv, tlv
from drivers.rfid.llrp.tags import OpResult, TagReport

ACCESSSPEC_ID: Final = 1
_LOOK, _WRITE, _VERIFY, _LOCK, _LOOK_AGAIN = 1, 2, 3, 4, 5
"""Ids of the operations, one per stage, so that a late answer is not taken for another."""

_EPC_BANK: Final = 1
_PC_WORD, _EPC_WORD = 1, 2
_EPC_BIT: Final = 0x20
_LOCK_WITH_PASSWORD, _EPC_FIELD = 0, 2

_WRITE_CODES: Final = {
    1: ("write_failed", "its memory is too small"),
    2: ("tag_locked", "its EPC memory is locked"),
    3: ("low_power", "too little power reaches it to be written"),
    4: ("write_failed", "the tag reports an error without saying which"),
    6: ("write_failed", "the reader reports an error without saying which"),
    7: ("wrong_password", "the password is not its own"),
}
_READ_CODES: Final = {
    1: ("write_failed", "the tag reports an error when it is read"),
    2: ("tag_away", "it stopped answering"),
    3: ("write_failed", "the reader reports an error when it reads"),
}
_LOCK_CODES: Final = {
    1: ("not_locked", "too little power reaches it to be locked"),
    2: ("not_locked", "it refuses to be locked; is the password its own?"),
    3: ("not_locked", "it stopped answering before it was locked"),
    4: ("not_locked", "the reader reports an error when it locks"),
}
_NO_RESPONSE: Final = 5


@dataclass(frozen=True, slots=True)
class Stage:
    """One operation on the tags that answer with a number."""

    epc: str
    op: bytes
    op_id: int

    def add_accessspec(self, antenna: int) -> Message:
        """Write the disabled AccessSpec (11.2.1): for this antenna, any ROSpec, one operation."""
        target = bytes.fromhex(self.epc)
        bits = len(target) * 8
        pattern = struct.pack(">BHH", _EPC_BANK << 6 | 0x20, _EPC_BIT, bits) + b"\xff" * len(target)
        spec = tlv(
            Tlv.ACCESSSPEC,
            struct.pack(">IHBBI", ACCESSSPEC_ID, antenna, 1, 0, 0),
            tlv(Tlv.ACCESSSPEC_STOP_TRIGGER, struct.pack(">BH", 1, 1)),
            tlv(
                Tlv.ACCESS_COMMAND,
                tlv(
                    Tlv.C1G2_TAG_SPEC,
                    tlv(Tlv.C1G2_TARGET_TAG, pattern, struct.pack(">H", bits), target),
                ),
                self.op,
            ),
        )
        return Message(type=MessageType.ADD_ACCESSSPEC, message_id=0, body=spec)


Stages = Generator[Stage, Sequence[TagReport], TagWritten]
"""Names stage after stage, is given what the reader reported in each, and ends with the tag."""


def write_tag(device: str, order: WriteTag) -> Stages:
    """Write a tag; raises Refused with the codes of the port."""
    pc = yield from _look(device, order)
    reports = yield Stage(order.epc, _write_op(order, pc), _WRITE)
    written = _result_of(reports, _WRITE)
    # A tag that fell silent, or of which no report came, may have taken the words: reading tells.
    is_sure = written is not None and written.code != _NO_RESPONSE
    if written is not None and is_sure and written.code:
        raise _refusal(device, order.epc, _WRITE_CODES, written)
    reports = yield Stage(order.new_epc, _read_op(_VERIFY, 1 + _words(order.new_epc)), _VERIFY)
    if not is_sure and _result_of(reports, _VERIFY) is None:
        yield from _look_again(device, order)
    _verify(device, order, reports)
    if order.lock:
        reports = yield Stage(order.new_epc, _lock_op(order.password), _LOCK)
        locked = _result_of(reports, _LOCK)
        if locked is None:
            words = f"tag {order.new_epc} is written, but was gone before it was locked"
            raise Refused(device, "not_locked", words)
        if locked.code:
            raise _refusal(device, order.new_epc, _LOCK_CODES, locked, unknown="not_locked")
    return TagWritten(epc=order.new_epc, locked=order.lock)


def _look(device: str, order: WriteTag) -> Generator[Stage, Sequence[TagReport], int]:
    """Make sure that the tag is there, and alone with its number; return its control word."""
    reports = yield Stage(order.epc, _read_op(_LOOK, 1), _LOOK)
    longer = {r.epc for r in reports if r.epc.startswith(order.epc)} - {order.epc}
    if longer:
        raise Refused(
            device, "several_tags", f"{min(longer)} begins like {order.epc}; take one of them away"
        )
    seen = _result_of(reports, _LOOK)
    if seen is None:
        raise Refused(device, "tag_away", f"antenna {order.antenna} does not hear tag {order.epc}")
    if seen.code or len(seen.words) < 2:
        raise _refusal(device, order.epc, _READ_CODES, seen)
    return seen.words[0] << 8 | seen.words[1]


def _look_again(device: str, order: WriteTag) -> Generator[Stage, Sequence[TagReport], None]:
    """Look whether a tag is as it was that may have been written; raise Refused either way."""
    reports = yield Stage(order.epc, _read_op(_LOOK_AGAIN, 1), _LOOK_AGAIN)
    seen = _result_of(reports, _LOOK_AGAIN)
    if seen is not None and not seen.code:
        words = f"tag {order.epc} did not answer when it was to be written; it is as it was"
        raise Refused(device, "tag_away", words)
    words = f"tag {order.epc} answers no more, nor does {order.new_epc}; it may be either"
    raise Refused(device, "not_verified", words)


def _verify(device: str, order: WriteTag, reports: Sequence[TagReport]) -> None:
    read = _result_of(reports, _VERIFY)
    if read is None or read.code:
        raise Refused(device, "not_verified", f"no tag answers to {order.new_epc} after writing")
    held = read.words[2:].hex().upper()
    if held != order.new_epc or read.words[0] >> 3 != _words(order.new_epc):
        raise Refused(
            device, "not_verified", f"the tag holds {read.words.hex().upper()} after writing"
        )
    if order.epc != order.new_epc and any(r.epc == order.epc for r in reports):
        raise Refused(
            device,
            "not_verified",
            f"one tag is {order.new_epc} now, but another still answers to {order.epc}",
        )


def _words(epc: str) -> int:
    return len(epc) // 4


def _read_op(op_id: int, words: int) -> bytes:
    """Read the EPC bank from the control word on (15.2.1.3.2.1); the bank needs no password."""
    body = struct.pack(">HIBHH", op_id, 0, _EPC_BANK << 6, _PC_WORD, words)
    return tlv(Tlv.C1G2_READ, body)


def _write_op(order: WriteTag, pc: int) -> bytes:
    """Write the number (15.2.1.3.2.2), with the control word when the length changes."""
    start, content = _EPC_WORD, bytes.fromhex(order.new_epc)
    if _words(order.epc) != _words(order.new_epc):
        pc = pc & 0x07FF | _words(order.new_epc) << 11
        start, content = _PC_WORD, struct.pack(">H", pc) + content
    head = struct.pack(">HIBHH", _WRITE, order.password, _EPC_BANK << 6, start, len(content) // 2)
    return tlv(Tlv.C1G2_WRITE, head, content)


def _lock_op(password: int) -> bytes:
    """Let only who knows the password write the EPC bank (15.2.1.3.2.4)."""
    payload = tlv(Tlv.C1G2_LOCK_PAYLOAD, bytes((_LOCK_WITH_PASSWORD, _EPC_FIELD)))
    return tlv(Tlv.C1G2_LOCK, struct.pack(">HI", _LOCK, password), payload)


def _result_of(reports: Sequence[TagReport], op_id: int) -> OpResult | None:
    results = (result for report in reports for result in report.results)
    return next((result for result in results if result.op_id == op_id), None)


def _refusal(
    device: str,
    epc: str,
    codes: dict[int, tuple[str, str]],
    result: OpResult,
    *,
    unknown: str = "write_failed",
) -> Refused:
    code, why = codes.get(result.code, (unknown, f"the reader reports code {result.code}"))
    return Refused(device, code, f"tag {epc}: {why}")
