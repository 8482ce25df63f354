"""How every web page of the product listens, so that no answer waits for an acknowledgement."""

from __future__ import annotations

import socket


def listen(host: str, port: int) -> socket.socket:
    """Listen for TCP on an address; port 0 takes a free one. Raises OSError.

    asyncio switches Nagle's algorithm off only for sockets whose protocol number says TCP, which
    `socket.create_server` leaves at 0. Answers in two writes then took 40 ms longer (measured).
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what it accepts inherits this
    return listener
