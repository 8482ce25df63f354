"""How drivers fail, sorted by what to do next. Anything else that escapes a driver is a bug."""

from __future__ import annotations


class DriverError(Exception):
    """Something outside the program failed; `device` says which, `code` what kind of failure."""

    code = "failed"

    def __init__(self, device: str, message: str) -> None:
        super().__init__(f"{device}: {message}")
        self.device = device
        self.message = message


class LinkLost(DriverError):
    """The wire is gone: reconnect."""

    code = "link_lost"


class NotReached(LinkLost):
    """Nothing answers at its address: it has no power, no cable, or another address."""

    code = "not_reached"


class NoReply(LinkLost):
    """Nothing came back in time; for a write the outcome is unknown."""

    code = "no_reply"


class Garbled(LinkLost):
    """What came back is no answer to what was asked; for a write the outcome is unknown."""

    code = "garbled"


class WrongUnit(Garbled):
    """Another unit answered in place of the one that was asked: two may share a number."""

    code = "wrong_unit"


class Refused(DriverError):
    """The device understood and said no: asking again will not help."""

    def __init__(self, device: str, code: str, message: str) -> None:
        super().__init__(device, f"{message} ({code})")
        self.code = code
