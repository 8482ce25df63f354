"""`stackroom certs`: an authority that is made once, and certificates that are believed by name."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from config.errors import Mendable
from config.tls import BadCertificate, load_server_certificate, read_certificate
from controller.link.certificates import certify, look_at, tell
from controller.link.private_files import write_once

NOW = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
YEAR = 365 * DAY
HOSTS = ("archive.lan", "192.168.20.4")


def files_in(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_the_authority_is_kept_and_the_servers_are_renewed(tmp_path: Path) -> None:
    first = certify(tmp_path, now=NOW, hosts=HOSTS)
    before = files_in(tmp_path)
    assert set(first.servers) == {"controller", "broker"}
    second = certify(tmp_path, now=NOW + 300 * DAY)
    after = files_in(tmp_path)
    assert (first.authority.is_new, second.authority.is_new) == (True, False)
    for name in ("authority.crt", "authority.key"):
        assert after[name] == before[name]
    for server in ("controller", "broker"):
        assert after[f"{server}/key.pem"] != before[f"{server}/key.pem"]
        assert second.servers[server].names == ("archive.lan", "localhost")
        assert second.servers[server].addresses == ("192.168.20.4", "127.0.0.1", "::1")
        assert second.servers[server].expires_at == NOW + 697 * DAY


def test_private_things_are_read_by_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "certs"
    certify(folder, now=NOW, hosts=HOSTS)
    for private in ("authority.key", "controller/key.pem", "broker/key.pem"):
        assert stat.S_IMODE((folder / private).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_browsers_and_strict_clients_find_in_them_what_they_ask_for(tmp_path: Path) -> None:
    certify(tmp_path, now=NOW, hosts=HOSTS)
    authority = read_certificate(tmp_path / "authority.crt")
    server = read_certificate(tmp_path / "controller/certificate.pem")
    server.verify_directly_issued_by(authority)
    assert authority.not_valid_after_utc >= NOW + 10 * YEAR
    assert server.not_valid_after_utc - server.not_valid_before_utc <= 398 * DAY
    for certificate in (authority, server):
        key = certificate.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert isinstance(key.curve, ec.SECP256R1)
        extensions = certificate.extensions
        is_authority = certificate is authority
        assert extensions.get_extension_for_class(x509.BasicConstraints).value.ca is is_authority
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        assert usage.key_cert_sign is is_authority
        assert usage.digital_signature is not is_authority
    usages = server.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usages) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_openssl_believes_them_by_their_names_and_addresses_alone(tmp_path: Path) -> None:
    certify(tmp_path, now=dt.datetime.now(dt.UTC), hosts=HOSTS)
    for host in ("archive.lan", "192.168.20.4", "localhost", "::1"):
        shake_hands(tmp_path, host)
    for host in ("other.lan", "192.168.20.5"):
        with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid for"):
            shake_hands(tmp_path, host)
    certify(tmp_path / "other", now=dt.datetime.now(dt.UTC), hosts=HOSTS)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(tmp_path, "archive.lan", authority=tmp_path / "other/authority.crt")


def shake_hands(folder: Path, host: str, *, authority: Path | None = None) -> None:
    """Let a strict client of an authority meet a server in memory."""
    trust = ssl.create_default_context(cafile=str(authority or folder / "authority.crt"))
    trust.verify_flags |= ssl.VERIFY_X509_STRICT
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(folder / "broker/certificate.pem", folder / "broker/key.pem")
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trust.wrap_bio(down, up, server_hostname=host)
    server = shown.wrap_bio(up, down, server_side=True)
    for side in (client, server, client, server):
        with contextlib.suppress(ssl.SSLWantReadError):
            side.do_handshake()
    assert client.version() == "TLSv1.3"


def test_the_fingerprint_is_the_one_that_browsers_show(tmp_path: Path) -> None:
    found = certify(tmp_path, now=NOW, hosts=HOSTS)
    der = ssl.PEM_cert_to_DER_cert((tmp_path / "authority.crt").read_text("ascii"))
    assert found.authority.fingerprint == hashlib.sha256(der).digest().hex(":").upper()
    assert any(found.authority.fingerprint in line for line in tell(found, made=True))


def test_a_rooms_own_page_has_names_of_its_own_and_leaves_the_others(tmp_path: Path) -> None:
    certify(tmp_path, now=NOW, hosts=HOSTS)
    before = files_in(tmp_path)
    made = certify(tmp_path, now=NOW, servers=("room-S1",), hosts=("S1.lan",))
    assert made.servers["room-S1"].names == ("s1.lan", "localhost")
    after = files_in(tmp_path)
    assert {name: after[name] for name in before} == before
    assert set(certify(tmp_path, now=NOW).servers) == {"broker", "controller", "room-S1"}


def test_what_is_due_is_told_a_month_ahead_and_nothing_changes_by_looking(tmp_path: Path) -> None:
    certify(tmp_path, now=NOW, hosts=HOSTS)
    before = files_in(tmp_path)
    found = look_at(tmp_path)
    assert found.list_due(NOW + 366 * DAY) == []
    assert [("ends on 2027-04-02" in line) for line in found.list_due(NOW + 368 * DAY)] == [
        True
    ] * 2
    assert all("no browser trusts it" in line for line in found.list_due(NOW + 398 * DAY))
    assert files_in(tmp_path) == before


def test_an_authority_near_its_end_signs_no_longer_than_it_lives_and_says_so(
    tmp_path: Path,
) -> None:
    made = certify(tmp_path, now=NOW, hosts=HOSTS)
    late = certify(tmp_path, now=NOW + 9.5 * YEAR)
    assert late.servers["broker"].expires_at == made.authority.expires_at
    assert any("the authority ends on 2036-02-29" in s for s in late.list_due(NOW + 9.5 * YEAR))
    with pytest.raises(Mendable, match="ended on 2036-02-29; make another authority"):
        certify(tmp_path, now=NOW + 11 * YEAR)


@pytest.mark.parametrize("lost", ["authority.crt", "authority.key"])
def test_half_an_authority_is_never_replaced(tmp_path: Path, lost: str) -> None:
    certify(tmp_path, now=NOW, hosts=HOSTS)
    (tmp_path / lost).unlink()
    before = files_in(tmp_path)
    with pytest.raises(Mendable, match=rf"{lost} is not; bring it back"):
        certify(tmp_path, now=NOW, hosts=HOSTS)
    assert files_in(tmp_path) == before


def test_what_is_written_once_is_never_written_again(tmp_path: Path) -> None:
    write_once(tmp_path / "authority.key", b"first")
    with pytest.raises(FileExistsError):
        write_once(tmp_path / "authority.key", b"second")
    assert (tmp_path / "authority.key").read_bytes() == b"first"


def test_a_key_of_another_authority_is_told(tmp_path: Path) -> None:
    certify(tmp_path / "one", now=NOW, hosts=HOSTS)
    certify(tmp_path / "two", now=NOW, hosts=HOSTS)
    (tmp_path / "two/authority.key").replace(tmp_path / "one/authority.key")
    with pytest.raises(Mendable, match="one of them is from elsewhere"):
        certify(tmp_path / "one", now=NOW)


@pytest.mark.parametrize("host", ["https://archive.lan", "*.lan", "a b", "", "-a", "300.1.1.1"])
def test_what_is_no_host_is_refused_before_anything_is_written(tmp_path: Path, host: str) -> None:
    folder = tmp_path / "certs"
    with pytest.raises(Mendable, match="is no host name and no address"):
        certify(folder, now=NOW, hosts=(host,))
    assert not folder.exists()


def test_names_that_were_never_said_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(Mendable, match="--name or --address how browsers"):
        certify(tmp_path, now=NOW)
    with pytest.raises(Mendable, match="room-S1 has no certificate yet; say with --name"):
        certify(tmp_path, now=NOW, servers=("room-S1",))
    with pytest.raises(Mendable, match="can name a folder"):
        certify(tmp_path, now=NOW, servers=("../elsewhere",), hosts=HOSTS)
    assert files_in(tmp_path) == {}


def test_a_server_tells_what_is_wrong_with_its_certificate(tmp_path: Path) -> None:
    certify(tmp_path, now=NOW, hosts=HOSTS)
    ours, key = tmp_path / "controller/certificate.pem", tmp_path / "controller/key.pem"
    assert load_server_certificate(ours, key).public_name() == "archive.lan"
    with pytest.raises(BadCertificate, match=r"missing\.pem: No such file"):
        load_server_certificate(tmp_path / "missing.pem", key)
    with pytest.raises(BadCertificate, match=r"missing\.pem: No such file"):
        load_server_certificate(ours, tmp_path / "missing.pem")
    with pytest.raises(BadCertificate, match=r"is not the key of .*controller"):
        load_server_certificate(ours, tmp_path / "broker/key.pem")
    with pytest.raises(BadCertificate, match="holds no certificate"):
        load_server_certificate(key, key)
    with pytest.raises(BadCertificate, match="no private key"):
        load_server_certificate(ours, ours)


def test_a_key_behind_a_passphrase_is_refused_and_asks_nobody(tmp_path: Path) -> None:
    certify(tmp_path, now=NOW, hosts=HOSTS)
    locked = tmp_path / "locked.pem"
    locked.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    with pytest.raises(BadCertificate, match="no private key"):
        load_server_certificate(tmp_path / "broker/certificate.pem", locked)
