"""A Modbus module of sixteen coils, as a door's sounder hangs on: it keeps what it was told.

Function 5 switches one coil (0xFF00 on, 0x0000 off, anything else is an illegal value), function 1
reads them.
"""

from __future__ import annotations

from collections.abc import Callable

from simulators.wire.pdu import (
    READ_COILS,
    Exceptional,
    Illegal,
    Read,
    bits_reply,
    exception_reply,
    parse_coil,
    parse_request,
)

COILS = 16


class OutputModuleUnit:
    """One module; all its coils are off when it gets power. `on_switch` hears of every write."""

    def __init__(self, on_switch: Callable[[int, bool], None] | None = None) -> None:
        self.coils = [False] * COILS
        self._on_switch = on_switch

    def answer(self, pdu: bytes) -> bytes:
        """Answer a request addressed to this module."""
        try:
            switch = parse_coil(pdu)
            if switch is not None:
                self._switch(switch.address, switch.on)
                return pdu
            match parse_request(pdu):
                case Read(function, address, count) as read if function == READ_COILS:
                    if address + count > COILS:
                        raise Illegal(Exceptional.ILLEGAL_ADDRESS)
                    return bits_reply(read, self.coils[address : address + count])
                case _:
                    raise Illegal(Exceptional.ILLEGAL_FUNCTION)
        except Illegal as illegal:
            return exception_reply(pdu, illegal.code)

    def _switch(self, coil: int, on: bool) -> None:
        if coil >= COILS:
            raise Illegal(Exceptional.ILLEGAL_ADDRESS)
        self.coils[coil] = on
        if self._on_switch is not None:
            self._on_switch(coil, on)
