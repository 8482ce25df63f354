"""A Modbus module of digital inputs, to which the room's own sensors and buttons are wired.

It answers function 2 (discrete inputs) or 1 (coils), as its maker chose, for a whole number of
terminals of eight inputs; what nothing is wired to reads 0.
"""

from __future__ import annotations

from config.room import SensorInputs
from simulators.physics.contacts import air_level_of, level_of
from simulators.stage import Stage
from simulators.wire.contacts import beam_level
from simulators.wire.pdu import (
    READ_COILS,
    READ_DISCRETE,
    Exceptional,
    Illegal,
    Read,
    bits_reply,
    exception_reply,
    parse_request,
)

_TERMINAL = 8


class InputModule:
    """One module, as the room file wires it."""

    def __init__(self, device: SensorInputs, stage: Stage) -> None:
        self._id = device.id
        self._contacts = {contact.input: contact for contact in device.inputs}
        self._air = {contact.input: contact for contact in device.air}
        self._beams = {
            door.beam.number: (door.door, door.beam)
            for door in stage.world.room.doors
            if door.beam is not None and door.beam.device == device.id
        }
        self._function = READ_COILS if device.function == "coils" else READ_DISCRETE
        last = max((*device.numbers(), *self._beams))
        self._inputs = (last // _TERMINAL + 1) * _TERMINAL
        self._stage = stage

    def answer(self, pdu: bytes) -> bytes:
        """Answer a request addressed to this module."""
        try:
            match parse_request(pdu):
                case Read(function, _, _) as read if function == self._function:
                    return self._read(read)
                case _:
                    raise Illegal(Exceptional.ILLEGAL_FUNCTION)
        except Illegal as illegal:
            return exception_reply(pdu, illegal.code)

    def _read(self, read: Read) -> bytes:
        if read.address + read.count > self._inputs:
            raise Illegal(Exceptional.ILLEGAL_ADDRESS)
        wanted = range(read.address, read.address + read.count)
        return bits_reply(read, [self._level(number) for number in wanted])

    def _level(self, number: int) -> bool:
        if number in self._beams:
            door, beam = self._beams[number]
            is_cut = (self._id, number) in self._stage.world.cut_inputs
            return not is_cut and beam_level(self._stage.world, door, beam)
        if number in self._air:
            return air_level_of(self._stage.world, self._id, self._air[number])
        contact = self._contacts.get(number)
        return contact is not None and level_of(self._stage.world, self._id, contact)
