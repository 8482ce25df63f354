"""`stackroom enroll` on a real mosquitto behind TLS: who gets in, and what they may then do."""

from __future__ import annotations

import asyncio
import gc
import getpass
import ssl
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt
import pytest

from config.errors import Mendable
from config.mqtt import open_client
from config.settings import BrokerSettings
from controller.link.certificates import certify
from controller.link.enrolment import enroll, revoke
from controller.link.mosquitto import PASSWORDS, RIGHTS
from controller.link.provision import BrokerTls, provision
from drivers.topics import AgentTopics
from tests.link.brokers import SITE, ConfiguredMosquitto, free_port
from tests.link.parts import scenario

NOW = datetime.now(UTC)
ROOMS = ("S1", "S2")
S1, S2 = AgentTopics(SITE, "S1"), AgentTopics(SITE, "S2")


class Site:
    """A broker that other machines reach, with its certificates; nobody is enrolled yet."""

    def __init__(self, root: Path) -> None:
        self.certs, self.folder = root / "certs", root / "broker"
        certify(self.certs, now=NOW, hosts=("archive.test",))
        self.broker = ConfiguredMosquitto(self.prepare(free_port()), self.port)
        self.broker.start()

    def prepare(self, port: int) -> Path:
        """Write the broker's files, again too."""
        self.port = port
        return provision(
            self.folder,
            SITE,
            (),
            host="0.0.0.0",
            port=port,
            now=NOW,
            run_as=getpass.getuser(),
            tls=BrokerTls.named(self.certs),
        ).configuration

    def enroll(self, client: str, *, renew: bool = False) -> BrokerSettings:
        """Enroll a client and read what it needs as its process does."""
        path = enroll(
            self.folder, SITE, client, known=ROOMS, now=NOW, reach_by="localhost", renew=renew
        )
        self.broker.reload()
        return settings_in(path)


def settings_in(path: Path) -> BrokerSettings:
    """Read a client's private file as its process would, from the environment."""
    with pytest.MonkeyPatch.context() as environment:
        for line in path.read_text("utf-8").splitlines():
            environment.setenv(*line.split("=", 1))
        return BrokerSettings()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.broker.kill()


def connect(settings: BrokerSettings) -> aiomqtt.Client:
    return open_client(settings, identifier=settings.user or "", clean=True)


async def gets_in(settings: BrokerSettings) -> bool:
    try:
        async with connect(settings):
            return True
    except aiomqtt.MqttError:
        return False


async def soon(settings: BrokerSettings, *, inside: bool) -> None:
    """Wait until the broker, having read its lists, lets somebody in or keeps them out."""
    while await gets_in(settings) is not inside:
        continue


async def next_topic(client: aiomqtt.Client) -> str:
    async for message in client.messages:
        return message.topic.value
    raise AssertionError("the connection ended")


@scenario
async def test_an_enrolled_room_publishes_under_its_own_room_and_nowhere_else(site: Site) -> None:
    archive, room = site.enroll("controller"), site.enroll("S1")
    assert (archive.host, archive.ca_file) == ("localhost", site.folder / "authority.crt")
    await soon(room, inside=True)
    async with connect(archive) as hearing, connect(room) as speaking:
        await hearing.subscribe(f"sr/v1/{SITE}/#", qos=1)
        for topic in (S2.event, S2.status, S2.reply("1"), S1.request, S1.ack, "elsewhere"):
            await speaking.publish(topic, b"forged", qos=1)
        await speaking.publish(S1.event, b"honest", qos=1)
        assert await next_topic(hearing) == S1.event
        for topic in (S1.status, S1.state("plc"), S1.telemetry("p"), S1.reply("1"), S1.fetch("h")):
            await speaking.publish(topic, b"honest", qos=1)
            assert await next_topic(hearing) == topic


@scenario
async def test_a_room_hears_its_own_requests_and_not_anothers(site: Site) -> None:
    archive, room = site.enroll("controller"), site.enroll("S1")
    site.enroll("S2")
    await soon(room, inside=True)
    async with connect(archive) as asking, connect(room) as hearing:
        for wanted in (S2.request, S2.ack, S2.event, f"sr/v1/{SITE}/+/request", "#"):
            await hearing.subscribe(wanted, qos=1)
        for wanted in (S1.request, S1.ack, S1.assign("+"), S1.chunk("+")):
            await hearing.subscribe(wanted, qos=1)
        for topic in (S2.request, S2.ack, S2.event):
            await asking.publish(topic, b"not for S1", qos=1)
        for topic in (S1.request, S1.ack, S1.assign("homes"), S1.chunk("homes")):
            await asking.publish(topic, b"for S1", qos=1)
            assert await next_topic(hearing) == topic


@scenario
async def test_who_is_revoked_is_cut_off_and_stays_out_while_the_others_stay(site: Site) -> None:
    archive, room = site.enroll("controller"), site.enroll("S1")
    await soon(room, inside=True)
    async with connect(archive) as staying:
        await staying.subscribe(S1.event, qos=1)
        async with connect(room) as leaving:
            revoke(site.folder, SITE, "S1")
            site.broker.reload()
            with pytest.raises(aiomqtt.MqttError):  # an open connection ends too
                await next_topic(leaving)
        assert not await gets_in(room)
        await staying.publish(S1.event, b"undisturbed", qos=1)
        assert await next_topic(staying) == S1.event
    assert not (site.folder / "S1.env").exists()
    site.prepare(site.port)
    assert "S1:" not in (site.folder / PASSWORDS).read_text("utf-8")


@scenario
async def test_a_new_password_ends_the_old_one(site: Site) -> None:
    old = site.enroll("S1")
    await soon(old, inside=True)
    new = site.enroll("S1", renew=True)
    await soon(new, inside=True)
    assert not await gets_in(old)


@pytest.mark.filterwarnings(
    # paho leaves the socket of a failed handshake to the garbage collector
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
@scenario
async def test_a_broker_of_another_authority_is_not_believed(site: Site, tmp_path: Path) -> None:
    room = site.enroll("S1")
    await soon(room, inside=True)
    certify(tmp_path / "other", now=NOW, hosts=("archive.test",))
    stranger = room.model_copy(update={"ca_file": tmp_path / "other" / "authority.crt"})
    with pytest.raises(aiomqtt.MqttError, match="CERTIFICATE_VERIFY_FAILED"):
        async with connect(stranger):
            pass
    gc.collect()


@scenario
async def test_an_unencrypted_client_gets_nothing(site: Site) -> None:
    room = site.enroll("S1")
    await soon(room, inside=True)
    assert not await gets_in(room.model_copy(update={"ca_file": None}))


@scenario
async def test_the_broker_shows_a_renewed_certificate_once_it_is_told(site: Site) -> None:
    room = site.enroll("S1")
    await soon(room, inside=True)
    before = shown_by(site)
    certify(site.certs, now=NOW)
    site.prepare(site.port)
    site.broker.reload()
    while await asyncio.to_thread(shown_by, site) == before:
        continue
    assert await gets_in(room)


def test_only_the_clients_of_the_site_are_enrolled_and_each_once(site: Site) -> None:
    with pytest.raises(Mendable, match="no room S9; its clients are controller, S1, S2"):
        site.enroll("S9")
    site.enroll("S1")
    before = (site.folder / PASSWORDS).read_bytes()
    with pytest.raises(Mendable, match="S1 is enrolled already; --renew"):
        site.enroll("S1")
    assert (site.folder / PASSWORDS).read_bytes() == before
    with pytest.raises(Mendable, match="S2 is not enrolled; those who are: S1"):
        revoke(site.folder, SITE, "S2")


def test_one_client_changes_and_the_others_are_left_as_they_are(site: Site) -> None:
    site.enroll("S1")
    ours = (site.folder / "S1.env").read_bytes()
    (line,) = (site.folder / PASSWORDS).read_text("utf-8").splitlines()
    for renew in (False, True):
        site.enroll("S2", renew=renew)
        assert line in (site.folder / PASSWORDS).read_text("utf-8").splitlines()
    assert "user S2" in (site.folder / RIGHTS).read_text("utf-8")
    revoke(site.folder, SITE, "S2")
    assert (site.folder / PASSWORDS).read_text("utf-8").splitlines() == [line]
    assert "user S2" not in (site.folder / RIGHTS).read_text("utf-8")
    assert (site.folder / "S1.env").read_bytes() == ours


def test_what_holds_a_secret_is_read_by_its_owner_alone(site: Site) -> None:
    site.enroll("S1")
    for name in ("S1.env", PASSWORDS, RIGHTS, "key.pem"):
        assert stat.S_IMODE((site.folder / name).stat().st_mode) == 0o600
    password = settings_in(site.folder / "S1.env").password
    assert password is not None
    assert len(password.get_secret_value()) >= 40
    assert password.get_secret_value() not in (site.folder / PASSWORDS).read_text("utf-8")


def test_a_client_is_told_a_name_that_its_certificate_speaks_for(site: Site) -> None:
    path = enroll(site.folder, SITE, "S1", known=ROOMS, now=NOW, ca_file=Path("/etc/a.crt"))
    assert settings_in(path).host == "archive.test"
    assert settings_in(path).ca_file == Path("/etc/a.crt")
    with pytest.raises(Mendable, match=r"does not speak for 192\.0\.2\.7, but for archive\.test"):
        enroll(site.folder, SITE, "S2", known=ROOMS, now=NOW, reach_by="192.0.2.7")


def test_beyond_this_machine_nobody_is_enrolled_without_encryption(site: Site) -> None:
    configuration = site.folder / "mosquitto.conf"
    lines = configuration.read_text("utf-8").splitlines()
    configuration.write_text("\n".join(line for line in lines if "file " not in line), "utf-8")
    with pytest.raises(Mendable, match=r"passwords would cross the network unencrypted.*--certs"):
        site.enroll("S1")
    assert not (site.folder / "S1.env").exists()


def test_a_certificate_that_clients_would_not_believe_is_told_before_they_try(
    site: Site, tmp_path: Path
) -> None:
    certify(tmp_path / "other", now=NOW, hosts=("archive.test",))
    (site.folder / "authority.crt").write_bytes((tmp_path / "other/authority.crt").read_bytes())
    with pytest.raises(Mendable, match=r"whoever trusts .*authority\.crt would not believe"):
        site.enroll("S1")


def test_without_the_brokers_files_the_command_that_writes_them_is_named(tmp_path: Path) -> None:
    with pytest.raises(Mendable, match="`stackroom mosquitto` first"):
        enroll(tmp_path, SITE, "S1", known=ROOMS, now=NOW)


def shown_by(site: Site) -> str:
    return ssl.get_server_certificate(
        ("localhost", site.port), ca_certs=str(site.certs / "authority.crt")
    )
