"""A mail server and a web server that take what they are sent, and misbehave when told."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from config.settings import SmtpSettings


@dataclass
class MailSink:
    """What arrived by SMTP (RFC 5321), each with whom it was for."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    rcpt: str = "250 OK"
    """What is answered to RCPT TO."""
    hangs: bool = False
    login: str | None = None

    def settings(self, **more: Any) -> SmtpSettings:
        return SmtpSettings(
            host="127.0.0.1", port=self.port, tls="none", sender="stackroom@archive.example", **more
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.hangs:
            await reader.read()
            return
        writer.write(b"220 sink ESMTP\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                raw = await reader.readuntil(b"\r\n.\r\n")
                letter = message_from_bytes(raw[:-5], policy=policy.default)
                assert isinstance(letter, EmailMessage)
                self.letters.append(letter)
            answers = {"EHLO": "250-sink\r\n250 AUTH PLAIN", "RCPT": self.rcpt}
            if verb == "AUTH":
                self.login = line.split()[-1]
            writer.write(f"{answers.get(verb, '250 OK')}\r\n".encode())
            if verb == "QUIT":
                return


@dataclass(frozen=True)
class Call:
    """One request that arrived over HTTP."""

    line: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class WebSink:
    """What arrived over HTTP/1.1."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    answer: str = "204 No Content\r\nContent-Length: 0\r\n\r\n"
    hangs: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?site=a"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:]) if k}
        body = await reader.readexactly(int(headers["content-length"]))
        self.calls.append(Call(head[0], headers, body))
        if self.hangs:
            await reader.read()
        else:
            writer.write(f"HTTP/1.1 {self.answer}".encode())


@asynccontextmanager
async def mail_sink() -> AsyncIterator[MailSink]:
    """Run a mail server on a free port."""
    sink = MailSink()
    async with _serving(sink.serve) as sink.port:
        yield sink


@asynccontextmanager
async def web_sink(tls: ssl.SSLContext | None = None) -> AsyncIterator[WebSink]:
    """Run a web server on a free port."""
    sink = WebSink()
    async with _serving(sink.serve, tls) as sink.port:
        yield sink


_Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def _serving(serve: _Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve until the block ends, and then hang up on whoever is still there."""
    writers: list[asyncio.StreamWriter] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0, ssl=tls) as server:
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            for writer in writers:
                writer.transport.abort()
            await asyncio.sleep(0)
