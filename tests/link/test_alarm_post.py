"""Alarms on their way to people: real mail and web servers, back-off, kills, restarts."""

from __future__ import annotations

import asyncio
import hmac
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from config.clock import Clock, SystemClock
from config.settings import SmtpSettings
from controller.alarms import notify, post, recipients
from controller.alarms.model import RoomLook, Told
from controller.alarms.watch import Watch
from controller.context import Context
from controller.link.certificates import certify
from tests.link.alarm_parts import (
    PAGE,
    alarms,
    apply,
    device,
    post_of,
    program,
    raise_and_die,
    send_and_die,
    sender_of,
    steel,
    tell,
)
from tests.link.brokers import FORKS
from tests.link.parts import HandClock, background, close_context, open_context, scenario, until
from tests.link.sinks import mail_sink, web_sink


@asynccontextmanager
async def archive(folder: Path, clock: Clock | None = None) -> AsyncIterator[Context]:
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    context = open_context(folder, clock or HandClock())
    yield context
    close_context(context)


def told(context: Context) -> list[Told]:
    return [each for alarm in alarms(context) for each in alarm.told]


def went(context: Context) -> list[tuple[str, bool | None, str | None]]:
    return [(each.step, each.ok, each.error) for each in told(context)]


@scenario
async def test_an_alarm_and_its_end_arrive_by_e_mail_in_the_recipients_language(
    tmp_path: Path,
) -> None:
    async with archive(tmp_path) as context, mail_sink() as sink:
        tell(context, "email", "duty@archive.example")
        tell(context, "email", "night@archive.example", language="en")
        apply(context, steel("steel_faulted"), steel("steel_confirmed"))
        for _ in range(2):
            await post_of(context, sink.settings()).send_due()
        by_person = {
            to: [letter for letter in sink.letters if letter["To"] == to]
            for to in ("duty@archive.example", "night@archive.example")
        }
        zh, en = by_person.values()
        assert [letter["Subject"] for letter in zh] == [
            "[报警·高] 小库房 (S1) 一区：保护动作，密集架已停",
            "[已解除] 小库房 (S1) 一区：保护动作，密集架已停",
        ]
        assert [letter["Subject"] for letter in en] == [
            "[alarm, high] Small room (S1) Bank 1: a protection stopped the steel",
            "[cleared] Small room (S1) Bank 1: a protection stopped the steel",
        ]
        body = en[0].get_content()
        assert "Pressure strip (maker's code ZT_24)" in body
        assert "There is no remote reset." in body
        assert "2026-03-01 16:00:00 CST" in body, "in the site's own time"
        assert f"{PAGE}/alarms?id={alarms(context)[0].id}" in body
        assert en[0]["From"] == "Stackroom <stackroom@archive.example>"
        assert en[0].get_content_type() == "text/plain"
        assert went(context) == [("raised", True, None)] * 2 + [("cleared", True, None)] * 2


@scenario
async def test_what_a_silent_room_explains_is_seen_but_told_to_nobody(tmp_path: Path) -> None:
    clock = HandClock()
    async with archive(tmp_path, clock) as context, mail_sink() as sink:
        tell(context, "email", "duty@archive.example")
        every_alarm(context, clock)
        for _ in range(5):
            await post_of(context, sink.settings()).send_due()
        assert len(sink.letters) == 4, "of five alarms one is explained by another"
        (down,) = (each for each in alarms(context) if each.kind == "shelving.device_down")
        assert (down.state, down.cause and down.cause.kind) == ("DSUPR", "shelving.agent_silent")
        assert down.told == ()


def every_alarm(context: Context, clock: HandClock) -> None:
    look = RoomLook(room="S1", alive=False, fire_banks=frozenset({1}))
    watch = Watch(context, lambda: [look])
    apply(context, steel("steel_faulted"), device("device_down"), program("broken"))
    watch.look()
    clock.at_s += 61
    watch.look()
    assert len(alarms(context)) == 5


@scenario
async def test_a_webhook_gets_a_signed_body_that_only_its_secret_fits(tmp_path: Path) -> None:
    async with archive(tmp_path) as context, web_sink() as sink:
        _, secret = tell(context, "webhook", sink.url)
        apply(context, steel("steel_faulted"))
        await post_of(context).send_due()
        (call,) = sink.calls
        assert secret is not None
        assert call.line == "POST /hook?site=a HTTP/1.1"
        stamp, signature = call.headers["stackroom-signature"].split(",")
        signed = f"{stamp.removeprefix('t=')}.".encode() + call.body
        assert signature == f"v1={hmac.digest(secret.encode(), signed, sha256).hex()}"
        alarm = alarms(context)[0]
        body = call.json
        assert (body["event"], body["alarm"]["id"], body["site"]) == ("raised", alarm.id, "test")
        assert body["alarm"]["params"]["code"] == "pressure"
        assert secret not in call.body.decode()
        assert went(context) == [("raised", True, None)]


@scenario
async def test_a_failure_is_told_on_the_alarm_and_tried_again_later_in_order(
    tmp_path: Path,
) -> None:
    clock = HandClock()
    async with archive(tmp_path, clock) as context, web_sink() as sink:
        tell(context, "webhook", sink.url)
        apply(context, steel("steel_faulted"), steel("steel_confirmed"))
        sink.answer = "503 Busy\r\n\r\n"
        sender = post_of(context)
        assert await sender.send_due() == pytest.approx(15)
        await sender.send_due()
        assert len(sink.calls) == 1, "not before its time, and the end not before the beginning"
        assert went(context) == [("raised", False, "http_503"), ("cleared", None, None)]
        assert told(context)[0].attempts == 1
        sink.answer = "200 OK\r\n\r\n"
        clock.at_s += 15
        await sender.send_due()
        assert await sender.send_due() is None
        assert [call.json["event"] for call in sink.calls] == ["raised", "raised", "cleared"]
        assert sink.calls[0].json["delivery"] == sink.calls[1].json["delivery"]
        assert went(context) == [("raised", True, None), ("cleared", True, None)]


@scenario
async def test_a_message_is_given_up_after_a_day(tmp_path: Path) -> None:
    clock = HandClock()
    async with archive(tmp_path, clock) as context, web_sink() as sink:
        sink.answer = "500 No\r\n\r\n"
        tell(context, "webhook", sink.url)
        apply(context, steel("steel_faulted"))
        sender = post_of(context)
        rounds = 0
        while (wait_s := await sender.send_due()) is not None:
            clock.at_s += wait_s
            rounds += 1
        assert 90 < rounds < 110
        assert clock.at_s - 1000 <= 86_400
        assert went(context) == [("raised", False, "http_500")]


@scenario
async def test_a_clock_that_jumps_neither_holds_a_message_back_nor_gives_it_up(
    tmp_path: Path,
) -> None:
    clock = HandClock()
    async with archive(tmp_path, clock) as context, web_sink() as sink:
        sink.answer = "503 Busy\r\n\r\n"
        tell(context, "webhook", sink.url)
        apply(context, steel("steel_faulted"))
        sender = post_of(context)
        await sender.send_due()
        clock.at_s += 2 * 86_400
        assert await sender.send_due() == pytest.approx(30), "tried again, not given up"
        clock.at_s -= 4 * 86_400
        sink.answer = "200 OK\r\n\r\n"
        await sender.send_due()
        assert went(context) == [("raised", True, None)]


async def failing(context: Context, channel: Any, to: str, smtp: SmtpSettings | None) -> str | None:
    """Say with which code a message to somebody fails."""
    tell(context, channel, to)
    apply(context, steel("steel_faulted"))
    await post_of(context, smtp).send_due()
    return told(context)[-1].error


@scenario
async def test_what_went_wrong_is_named(tmp_path: Path) -> None:
    async with archive(tmp_path) as context, mail_sink() as mail:
        mail.rcpt = "550 nobody here"
        code = await failing(context, "email", "gone@archive.example", mail.settings())
        assert code == "smtp_550"
    async with archive(tmp_path / "2") as context, mail_sink() as mail:
        starttls = SmtpSettings(host="127.0.0.1", port=mail.port)
        code = await failing(context, "email", "a@archive.example", starttls)
        assert code == "no_encryption"
        assert mail.letters == []
    async with archive(tmp_path / "3") as context:
        assert await failing(context, "email", "a@archive.example", None) == "not_configured"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    async with archive(tmp_path / "4") as context:
        code = await failing(context, "webhook", f"http://127.0.0.1:{closed}/", None)
        assert code == "unreachable"


@scenario
async def test_a_secure_webhook_is_believed_only_by_an_authority_that_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certify(tmp_path / "certs", now=SystemClock().now(), hosts=["127.0.0.1"])
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own = tmp_path / "certs" / "controller"
    trust.load_cert_chain(own / "certificate.pem", own / "key.pem")
    async with archive(tmp_path / "1") as context, web_sink(trust) as sink:
        url = f"https://127.0.0.1:{sink.port}/"
        assert await failing(context, "webhook", url, None) == "certificate"
        assert sink.calls == []
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certs" / "authority.crt"))
    async with archive(tmp_path / "2") as context, web_sink(trust) as sink:
        url = f"https://127.0.0.1:{sink.port}/"
        assert await failing(context, "webhook", url, None) is None
        assert len(sink.calls) == 1


@scenario
async def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    async with archive(tmp_path) as context, web_sink() as sink, web_sink() as elsewhere:
        sink.answer = f"307 Moved\r\nLocation: {elsewhere.url}\r\n\r\n"
        assert await failing(context, "webhook", sink.url, None) == "http_307"
        assert elsewhere.calls == []


@scenario
async def test_a_name_that_leads_to_a_forbidden_address_is_not_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    async with archive(tmp_path) as context:
        code = await failing(context, "webhook", "http://inside.example/", None)
        assert code == "forbidden_address"


@scenario
async def test_a_server_that_hangs_holds_up_nobody_else_and_nothing_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "TIMEOUT_S", 60.0)
    async with archive(tmp_path) as context, web_sink() as dead, web_sink() as live:
        dead.hangs = True
        tell(context, "webhook", dead.url)
        tell(context, "webhook", live.url)
        apply(context, steel("steel_faulted"))
        async with background(post_of(context).run()):
            await until(lambda: ("raised", True, None) in went(context))
            assert len(dead.calls) == 1
    monkeypatch.setattr(post, "SEND_WITHIN_S", 0.05)
    async with archive(tmp_path / "2") as context, web_sink() as dead:
        dead.hangs = True
        assert await failing(context, "webhook", dead.url, None) == "timeout"


@scenario
async def test_an_endless_answer_is_not_read(tmp_path: Path) -> None:
    async with archive(tmp_path) as context, web_sink() as sink:
        sink.answer = "200 OK\r\n\r\n" + "x" * 20_000_000
        tell(context, "webhook", sink.url)
        apply(context, steel("steel_faulted"))
        await post_of(context).send_due()
        assert went(context) == [("raised", True, None)]


def run_to_its_death(target: Callable[..., None], *values: Any) -> int | None:
    process = FORKS.Process(target=target, args=values, daemon=True)
    process.start()
    process.join(30)
    return process.exitcode


@scenario
async def test_an_alarm_raised_before_a_kill_is_told_after_it_once(tmp_path: Path) -> None:
    async with archive(tmp_path, SystemClock()) as context, mail_sink() as sink:
        tell(context, "email", "duty@archive.example")
        assert await asyncio.to_thread(run_to_its_death, raise_and_die, str(tmp_path)) == -9
        assert len(alarms(context)) == 1
        for _ in range(3):
            await post_of(context, sink.settings()).send_due()
        assert len(sink.letters) == 1


@scenario
async def test_a_kill_between_sending_and_noting_sends_the_very_same_message_again(
    tmp_path: Path,
) -> None:
    async with archive(tmp_path) as context, mail_sink() as sink:
        tell(context, "email", "duty@archive.example")
        apply(context, steel("steel_faulted"))
        died = await asyncio.to_thread(run_to_its_death, send_and_die, str(tmp_path), sink.port)
        assert died == -9
        assert went(context) == [("raised", None, None)]
        for _ in range(3):
            await post_of(context, sink.settings()).send_due()
        first, second = (letter["Message-ID"] for letter in sink.letters)
        assert first.split("@")[0] == second.split("@")[0]
        assert went(context) == [("raised", True, None)]


@scenario
async def test_a_removed_recipient_is_told_no_more(tmp_path: Path) -> None:
    async with archive(tmp_path) as context, mail_sink() as sink:
        gone, _ = tell(context, "email", "duty@archive.example")
        apply(context, steel("steel_faulted"))
        with context.records.write() as session:
            recipients.remove_recipient(session, gone.id, by="u1", at=context.clock.now())
        assert await post_of(context, sink.settings()).send_due() is None
        assert sink.letters == []
        apply(context, steel("steel_confirmed"))
        assert went(context) == [("raised", None, None)]


@scenario
async def test_an_alarm_is_told_as_soon_as_it_is_raised(tmp_path: Path) -> None:
    async with archive(tmp_path) as context, mail_sink() as sink:
        tell(context, "email", "duty@archive.example")
        async with background(post_of(context, sink.settings()).run()):
            apply(context, steel("steel_faulted"))
            await until(lambda: went(context) == [("raised", True, None)])


@scenario
async def test_the_mail_server_is_signed_in_to(tmp_path: Path) -> None:
    async with archive(tmp_path) as context, mail_sink() as sink:
        tell(context, "email", "duty@archive.example")
        apply(context, steel("steel_faulted"))
        smtp = sink.settings(user="stackroom", password="spring rain")
        sender = sender_of(context, smtp)
        await post.Post(context, sender).send_due()
        assert sink.login is not None
        assert "spring rain" not in repr(sender)


def test_a_password_goes_to_a_mail_server_in_the_clear_on_this_machine_only() -> None:
    with pytest.raises(ValueError, match="use starttls or tls"):
        SmtpSettings(host="mail.example", tls="none", user="a", password="b")
