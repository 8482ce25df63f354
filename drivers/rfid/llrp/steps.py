"""The steps that a conversation with an LLRP reader is made of, and its beginning. Pure.

A script is a generator: it yields what it waits for next and is sent what came of it. So every
course of talk reads from top to bottom; session.py drives them and keeps the time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from config.readers import LlrpReader
from drivers.errors import LinkLost, Refused
from drivers.rfid.llrp import commands
from drivers.rfid.llrp.capabilities import (
    NO_CONFIG,
    Capabilities,
    Config,
    Transmitter,
    parse_capabilities,
    parse_config,
    parse_identity,
    parse_versions,
)
from drivers.rfid.llrp.commands import Asked, Notice
from drivers.rfid.llrp.events import Status
from drivers.rfid.llrp.frames import IMPINJ, ImpinjType, Message, MessageType
from drivers.rfid.station.identity import identity_text

REPLY_S: Final = 3.0
MOST_INPUTS: Final = 16
"""No reader has more; a claim of thousands must not make a message of a megabyte."""

_ALL_NOTICES: Final = (
    Notice.GPI,
    Notice.ROSPEC,
    Notice.REPORT_BUFFER,
    Notice.READER_EXCEPTION,
    Notice.AISPEC,
    Notice.ANTENNA,
)
_PLAIN_NOTICES: Final = (Notice.ROSPEC, Notice.READER_EXCEPTION, Notice.ANTENNA)
_IMPINJ_ANSWER: Final = IMPINJ.to_bytes(4, "big") + bytes((ImpinjType.ENABLE_EXTENSIONS_RESPONSE,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Send a message and wait for its answer."""

    message: Message
    answer: MessageType
    doing: str
    status_at: int = 0
    """How many bytes stand before the answer's status."""
    begins: bytes = b""
    """What these bytes begin with."""
    is_foreign: bool = False
    """The reader may not know the question: silence or a stray ERROR_MESSAGE is a no."""

    def is_answered_by(self, message: Message) -> bool:
        return message.type == self.answer and message.body.startswith(self.begins)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a reader answered; `message` is its answer."""

    status: Status
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """Wait until something is so, and give up after a time."""

    holds: Callable[[], bool]
    within_s: float
    doing: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a message that has no answer."""

    message: Message


Step = Ask | Until | Tell
Script = Generator[Step, Answer | None, None]
SILENT: Final = Status(-1, "it does not answer")


def must(device: str, ask: Ask) -> Generator[Step, Answer, Answer]:
    """Ask for what we cannot do without; raises Refused with the reader's words."""
    answer = yield ask
    if answer.status.code:
        raise refusal(device, ask.doing, answer.status)
    return answer


def refusal(device: str, doing: str, status: Status) -> Refused:
    """Say what a reader would not do, with its own reason."""
    said = status.text or "no reason given"
    return Refused(device, f"llrp.{status.code}", f"will not go on while {doing}: {said}")


def ask_capabilities(device: str) -> Generator[Step, Answer, Capabilities]:
    """Ask what the reader can do."""
    answer = yield from must(
        device,
        Ask(
            message=commands.get_capabilities(),
            answer=MessageType.GET_READER_CAPABILITIES_RESPONSE,
            doing="asking what it can do",
        ),
    )
    return parse_capabilities(answer.message)


def ask_identity() -> Generator[Step, Answer, str | None]:
    """Ask who the reader is, in hex; None if it does not say."""
    answer = yield _ask_config(Asked.IDENTIFICATION, "asking who it is")
    said = None if answer.status.code else parse_identity(answer.message)
    return None if said is None else identity_text(said)


def agree() -> Generator[Step, Answer, int]:
    """Speak 1.1 with a reader that can, 1.0.1 with every other."""
    answer = yield Ask(
        message=commands.get_supported_version(),
        answer=MessageType.GET_SUPPORTED_VERSION_RESPONSE,
        doing="asking for its versions",
        status_at=2,
        is_foreign=True,
    )
    if answer.status.code:
        return 1
    versions = parse_versions(answer.message)
    if versions.highest < 2:
        return 1
    if versions.current == 2:
        return 2
    answer = yield Ask(
        message=commands.set_protocol_version(2),
        answer=MessageType.SET_PROTOCOL_VERSION_RESPONSE,
        doing="agreeing on LLRP 1.1",
        is_foreign=True,
    )
    return 1 if answer.status.code else 2


def enable_impinj(device: str) -> Generator[Step, Answer, bool]:
    """Switch Impinj's extensions on; return whether they are."""
    answer = yield Ask(
        message=commands.enable_impinj_extensions(),
        answer=MessageType.CUSTOM_MESSAGE,
        doing="switching Impinj's extensions on",
        status_at=len(_IMPINJ_ANSWER),
        begins=_IMPINJ_ANSWER,
        is_foreign=True,
    )
    return not answer.status.code


def configure(
    settings: LlrpReader, capabilities: Capabilities, powers: dict[int, int]
) -> Generator[Step, Answer, Config]:
    """Set events, keepalives, inputs and powers; read the powers back. Returns how it was set."""
    before = yield from _read_config(Asked.EVERYTHING)
    wanted = {
        antenna: _transmitter(before.transmitters.get(antenna), capabilities, index)
        for antenna, index in powers.items()
    }
    answer = yield _set_config(settings, capabilities, wanted, plain=False)
    if answer.status.code:
        yield from must(settings.id, _set_config(settings, capabilities, wanted, plain=True))
    if wanted:
        after = yield from _read_config(Asked.ANTENNA_CONFIGURATION)
        _compare(settings.id, capabilities, wanted, after)
    return before


def _read_config(asked: Asked) -> Generator[Step, Answer, Config]:
    """Ask how it is set; a reader that will not say is one of which nothing is known."""
    answer = yield _ask_config(asked, "reading its settings")
    return NO_CONFIG if answer.status.code else parse_config(answer.message)


def _ask_config(asked: Asked, doing: str) -> Ask:
    return Ask(
        message=commands.get_reader_config(asked),
        answer=MessageType.GET_READER_CONFIG_RESPONSE,
        doing=doing,
        is_foreign=True,
    )


def _transmitter(now: Transmitter | None, capabilities: Capabilities, index: int) -> Transmitter:
    """Change nothing but the power; of a reader that tells no more, its first table or channel."""
    if now is not None:
        return Transmitter(now.hop_table, now.channel, index)
    hop_table = capabilities.hop_table
    return Transmitter(0, 1, index) if hop_table is None else Transmitter(hop_table, 0, index)


def _set_config(
    settings: LlrpReader,
    capabilities: Capabilities,
    wanted: dict[int, Transmitter],
    *,
    plain: bool,
) -> Ask:
    return Ask(
        message=commands.set_reader_config(
            notices=_PLAIN_NOTICES if plain else _ALL_NOTICES,
            keepalive_ms=round(settings.keepalive_s * 1000),
            hold=False if capabilities.can_hold_reports else None,
            inputs=0 if plain else min(capabilities.inputs, MOST_INPUTS),
            transmitters=MappingProxyType(wanted),
        ),
        answer=MessageType.SET_READER_CONFIG_RESPONSE,
        doing="configuring plainly" if plain else "configuring",
    )


def _compare(
    device: str, capabilities: Capabilities, wanted: dict[int, Transmitter], after: Config
) -> None:
    for antenna, transmitter in wanted.items():
        now = after.transmitters.get(antenna)
        if now is not None and now.power_index == transmitter.power_index:
            continue
        dbm = capabilities.powers_dbm[transmitter.power_index]
        has = "nothing" if now is None else f"{capabilities.powers_dbm.get(now.power_index)} dBm"
        raise Refused(
            device,
            "power_not_taken",
            f"was set to {dbm:g} dBm on antenna {antenna}, but reads back {has}",
        )


_ATTEMPTS: Final = {
    1: "a connection that it opened itself",
    2: "another client",
    3: "nobody, for a reason of its own",
}


def greet(device: str, status: int) -> None:
    """Take the reader's greeting (13.2.6.11); raises LinkLost if it is none for us."""
    if status:
        serves = _ATTEMPTS.get(status, f"somebody else (status {status})")
        raise LinkLost(device, f"the reader serves {serves}; it takes one client at a time")
