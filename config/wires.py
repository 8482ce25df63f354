"""Where a device is reached: on the network or on a serial line. Frozen, strict, no I/O."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from config.parts import Part


class TcpAddress(Part):
    """A device on the network."""

    host: Annotated[str, Field(max_length=253, pattern=r"^[A-Za-z0-9._:%-]+$")]
    port: Annotated[int, Field(ge=1, le=65535)]

    def words(self) -> str:
        """Name it as an error or a page does."""
        return f"{self.host}:{self.port}"


class SerialAddress(Part):
    """A device on a serial line; on real machines name it by /dev/serial/by-id."""

    path: Annotated[str, Field(max_length=255, pattern=r"^[^\x00-\x1f]+$")]
    baud: Literal[1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200] = 9600
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1

    def words(self) -> str:
        """Name it as an error or a page does."""
        return self.path


def _address_kind(value: object) -> str:
    """Tell the two kinds of address apart, so that an error speaks of the one that was meant."""
    is_serial = "path" in value if isinstance(value, dict) else isinstance(value, SerialAddress)
    return "SerialAddress" if is_serial else "TcpAddress"


Address = Annotated[
    Annotated[TcpAddress, Tag("TcpAddress")] | Annotated[SerialAddress, Tag("SerialAddress")],
    Discriminator(_address_kind),
]
DeviceId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
UnitId = Annotated[int, Field(ge=1, le=247)]
