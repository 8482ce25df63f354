"""Which physical ports a room has for its Modbus devices. Pure."""

from __future__ import annotations

from config.room import ModbusDevice, Room, SerialAddress, TcpAddress


def list_ports(room: Room) -> list[TcpAddress | SerialAddress]:
    """Name every port once, however many devices share it."""
    return list(dict.fromkeys(d.at for d in room.devices if isinstance(d, ModbusDevice)))
