"""A Modbus module of sixteen coils, as a door's sounder hangs on: it keeps what it was told.

Function 5 switches one coil (0xFF00 on, 0x0000 off, anything else is an illegal value), function 1
reads them.
"""

from __future__ import annotations

import struct

from simulators.wire.pdu import (
    READ_COILS,
    Exceptional,
    Illegal,
    Read,
    bits_reply,
    exception_reply,
    parse_request,
)

COILS = 16
_WRITE_COIL = 0x05
_LEVELS = {0xFF00: True, 0x0000: False}
_REQUEST = struct.Struct(">BHH")


class OutputModuleUnit:
    """One module; all its coils are off when it gets power."""

    def __init__(self) -> None:
        self.coils = [False] * COILS

    def answer(self, pdu: bytes) -> bytes:
        """Answer a request addressed to this module."""
        try:
            if pdu[:1] == bytes([_WRITE_COIL]):
                return self._switch(pdu)
            match parse_request(pdu):
                case Read(function, address, count) as read if function == READ_COILS:
                    if address + count > COILS:
                        raise Illegal(Exceptional.ILLEGAL_ADDRESS)
                    return bits_reply(read, self.coils[address : address + count])
                case _:
                    raise Illegal(Exceptional.ILLEGAL_FUNCTION)
        except Illegal as illegal:
            return exception_reply(pdu, illegal.code)

    def _switch(self, pdu: bytes) -> bytes:
        if len(pdu) != _REQUEST.size:
            raise Illegal(Exceptional.ILLEGAL_VALUE)
        _, address, level = _REQUEST.unpack(pdu)
        if level not in _LEVELS:
            raise Illegal(Exceptional.ILLEGAL_VALUE)
        if address >= COILS:
            raise Illegal(Exceptional.ILLEGAL_ADDRESS)
        self.coils[address] = _LEVELS[level]
        return pdu
