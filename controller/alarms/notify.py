"""Sends one letter, by e-mail or to a webhook. Blocking; raises NotSent with a code.

A webhook is connected to the very address that was looked up and allowed, follows no redirect, goes
through no proxy, and nothing but the status of its answer is read.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import smtplib
import socket
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from config.settings import SmtpSettings
from controller.alarms.model import Alarm, Letter
from controller.alarms.words import Place, write_text

TIMEOUT_S = 10.0
SIGNATURE = "Stackroom-Signature"

_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_METADATA = frozenset(
    ipaddress.ip_address(each) for each in ("169.254.169.254", "100.100.100.200", "fd00:ec2::254")
)
"""Where cloud machines tell secrets to whoever asks from inside; two are not link-local."""


class NotSent(Exception):
    """A letter did not go out; `code` says why, in a word that the pages know."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Knows the mail server and where letters come from."""

    smtp: SmtpSettings
    place: Place

    def send(self, letter: Letter, now: datetime) -> None:
        """Send a letter; raise NotSent."""
        try:
            if letter.channel == "email":
                self._send_email(letter, now)
            else:
                self._send_webhook(letter, now)
        except NotSent:
            raise
        except Exception as error:
            raise NotSent(_code_of(error)) from error

    def _send_email(self, letter: Letter, now: datetime) -> None:
        smtp = self.smtp
        if smtp.host is None:
            raise NotSent("not_configured")
        with closing(_connect_smtp(smtp.host, smtp)) as server:
            if smtp.user is not None and smtp.password is not None:
                server.login(smtp.user, smtp.password.get_secret_value())
            server.send_message(self._email(letter, now))
            with suppress(OSError, smtplib.SMTPException):  # it has the letter, so this is manners
                server.quit()

    def _email(self, letter: Letter, now: datetime) -> EmailMessage:
        text = write_text(letter, self.place)
        message = EmailMessage()
        message["From"] = Address(display_name="Stackroom", addr_spec=self.smtp.sender)
        message["To"] = letter.to
        message["Subject"] = text.subject
        message["Date"] = now
        message["Message-ID"] = f"<{letter.id}@{self.place.site.site}.stackroom>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text.body)
        return message

    def _send_webhook(self, letter: Letter, now: datetime) -> None:
        body = json.dumps(self._body(letter), ensure_ascii=False).encode()
        stamp = int(now.timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stackroom",
            SIGNATURE: f"t={stamp},v1={sign(letter.secret or '', stamp, body)}",
        }
        url = urlsplit(letter.to)
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        with closing(_connect_web(letter.to)) as connection:
            connection.request("POST", target, body, headers)
            status = connection.getresponse().status
        if not 200 <= status < 300:
            raise NotSent(f"http_{status}")

    def _body(self, letter: Letter) -> dict[str, object]:
        alarm = letter.alarm
        return {
            "v": 1,
            "delivery": letter.id,
            "event": letter.event,
            "site": self.place.site.site,
            "alarm": None if alarm is None else _alarm_body(alarm),
            "more": [
                {"event": each.event, "alarm": _alarm_body(each.alarm)} for each in letter.more
            ],
            "link": f"{self.place.address}/alarms" if alarm is None else self.place.link(alarm),
        }


def sign(secret: str, stamp: int, body: bytes) -> str:
    """Sign what a webhook gets, so that its receiver can tell it from a forgery or a replay."""
    return hmac.digest(secret.encode(), f"{stamp}.".encode() + body, sha256).hex()


def is_allowed(address: _IPAddress) -> bool:
    """Say whether a webhook may be there: not where machines keep secrets for themselves."""
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    real = inner or address
    forbidden = real.is_link_local or real.is_multicast or real.is_unspecified
    return not forbidden and real not in _METADATA


def _connect_smtp(host: str, smtp: SmtpSettings) -> smtplib.SMTP:
    trust = ssl.create_default_context()
    if smtp.tls == "tls":
        return smtplib.SMTP_SSL(host, smtp.port, timeout=TIMEOUT_S, context=trust)
    server = smtplib.SMTP(host, smtp.port, timeout=TIMEOUT_S)
    if smtp.tls == "starttls":
        try:
            server.starttls(context=trust)
        except BaseException:
            server.close()
            raise
    return server


def _connect_web(to: str) -> HTTPConnection:
    url = urlsplit(to)
    host, safe = url.hostname or "", url.scheme == "https"
    port = url.port or (443 if safe else 80)
    connection = (HTTPSConnection if safe else HTTPConnection)(host, port, timeout=TIMEOUT_S)
    connection.auto_open = 0  # it may not look the name up again
    line = _reach(_look_up(host, port))
    try:
        if safe:
            line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
    except BaseException:
        line.close()
        raise
    connection.sock = line
    return connection


def _look_up(host: str, port: int) -> list[tuple[str, int]]:
    """Look a name up; raise NotSent if it leads anywhere it may not."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    if not all(is_allowed(ipaddress.ip_address(each.partition("%")[0])) for each in addresses):
        raise NotSent("forbidden_address")
    return [(address, port) for address in addresses]


def _reach(places: list[tuple[str, int]]) -> socket.socket:
    """Connect to the first of some addresses that answers."""
    for place in places[:-1]:
        with suppress(OSError):
            return socket.create_connection(place, timeout=TIMEOUT_S)
    return socket.create_connection(places[-1], timeout=TIMEOUT_S)


def _alarm_body(alarm: Alarm) -> dict[str, object]:
    return {
        "id": alarm.id,
        "kind": alarm.kind,
        "room": alarm.room,
        "subject": alarm.subject,
        "priority": alarm.priority,
        "state": alarm.state,
        "zone": alarm.zone,
        "rule": alarm.rule,
        "rule_version": alarm.rule_version,
        "params": dict(alarm.params),
        "since": alarm.since.isoformat(),
        "raised_at": alarm.raised_at.isoformat(),
        "cleared_at": None if alarm.cleared_at is None else alarm.cleared_at.isoformat(),
    }


def _code_of(error: Exception) -> str:
    match error:
        case ssl.SSLError():
            return "certificate"
        case TimeoutError():
            return "timeout"
        case smtplib.SMTPAuthenticationError():
            return "not_signed_in"
        case smtplib.SMTPNotSupportedError():
            return "no_encryption"
        case smtplib.SMTPRecipientsRefused(recipients=refused) if refused:
            return f"smtp_{next(iter(refused.values()))[0]}"
        case smtplib.SMTPResponseException(smtp_code=code):
            return f"smtp_{code}"
        case smtplib.SMTPServerDisconnected():
            return "timeout" if isinstance(error.__context__, TimeoutError) else "unreachable"
        case HTTPException() | smtplib.SMTPException():
            return "broken"
        case OSError():
            return "unreachable"
        case _:
            return "broken"
