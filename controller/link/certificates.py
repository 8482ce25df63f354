"""A site's own certificate authority, and the certificates by which its servers are believed.

For a network without a public name: whoever installs `authority.crt` believes the controller's
page, the broker and the rooms' own pages. Who holds `authority.key` can pose as any of them, so it
is made once, never overwritten, and stays where it is.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import secrets
import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.errors import Mendable
from config.tls import ServerCertificate, describe, read_certificate
from controller.link.private_files import PRIVATE, PUBLIC, write_file, write_once

AUTHORITY, AUTHORITY_KEY = "authority.crt", "authority.key"
CERTIFICATE, KEY = "certificate.pem", "key.pem"
USUAL_SERVERS = ("controller", "broker")

_AUTHORITY_LASTS = dt.timedelta(days=3652)
_SERVER_LASTS = dt.timedelta(days=397)
"""Browsers refuse server certificates of more than 398 days."""
_SLOW_CLOCKS = dt.timedelta(hours=1)
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_SERVER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who signs for the site."""

    path: Path
    fingerprint: str
    """SHA-256, as browsers show it: compared by eye when it is installed elsewhere."""
    expires_at: dt.datetime
    is_new: bool

    def find_due(self, now: dt.datetime) -> str | None:
        """Say in a sentence that it can no longer sign for a full term; `None` while it can."""
        if now + _SERVER_LASTS <= self.expires_at:
            return None
        return (
            f"the authority ends on {self.expires_at:%Y-%m-%d}, and with it all it signs: make "
            "another in an empty folder and install it on every machine before that day"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """What a run made or found: the authority, and each server's certificate by server."""

    authority: Authority
    servers: dict[str, ServerCertificate]

    def list_due(self, now: dt.datetime) -> list[str]:
        """List in sentences what has ended or soon will."""
        due = [self.authority.find_due(now)]
        due += [server.find_due(now) for server in self.servers.values()]
        return [sentence for sentence in due if sentence is not None]


def certify(
    folder: Path,
    *,
    now: dt.datetime,
    servers: Sequence[str] = (),
    hosts: Sequence[str] = (),
) -> Certified:
    """Make or renew certificates; the authority is made if the folder has none.

    `hosts` are names and addresses; without them a server keeps those it has. Without `servers`
    the hosts are for the controller and the broker; without either, all there is is renewed.
    Raises Mendable.
    """
    wanted = [_host(host) for host in (*hosts, *(_THIS_MACHINE if hosts else ()))]
    named = servers or (USUAL_SERVERS if hosts else _list_servers(folder))
    if not named:
        raise Mendable(
            f"{folder} has no certificates to renew; say with --name or --address how browsers "
            "and rooms call this machine"
        )
    for server in named:
        if not _SERVER.fullmatch(server):
            raise Mendable(f"--for {server}: letters, digits and - can name a folder")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = {server: wanted or _kept_hosts(folder, server) for server in named}
        authority, certificate, key = _authority(folder, now)
        for server, names in kept.items():
            _issue(folder / server, server, names, certificate, key, now)
    except OSError as error:
        raise Mendable(f"{error.filename or folder}: {error.strerror}") from error
    return Certified(authority=authority, servers=_load_servers(folder, named))


def look_at(folder: Path) -> Certified:
    """Read what a folder holds and change nothing; raise Mendable."""
    found = read_certificate(folder / AUTHORITY)
    return Certified(
        authority=_describe_authority(folder, found, is_new=False),
        servers=_load_servers(folder, _list_servers(folder)),
    )


def tell(found: Certified, *, made: bool) -> Iterator[str]:
    """Say what there is, what goes where, and what must stay."""
    authority, folder = found.authority, found.authority.path.parent
    for server, shown in found.servers.items():
        hosts = ", ".join((*shown.names, *shown.addresses))
        yield f"{server}: {shown.path} and {KEY} beside it, until {shown.expires_at:%Y-%m-%d}"
        yield f"  for {hosts}"
    yield f"authority, until {authority.expires_at:%Y-%m-%d}; its SHA-256 fingerprint is"
    yield f"  {authority.fingerprint}"
    if made:
        yield f"Install {authority.path} on every workstation and room machine, and compare that"
        yield "fingerprint there. It is no secret."
        yield f"{folder / AUTHORITY_KEY} never leaves this folder, nor a safe place for its copy:"
        yield "whoever has it can pose as every server of the site."
        yield f"Each {KEY} belongs on its own server and nowhere else. A page shows its new"
        yield "certificate once its server is started anew, the broker once `stackroom mosquitto`"
        yield "was run again and mosquitto was told."


def _list_servers(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{CERTIFICATE}")))


def _load_servers(folder: Path, servers: Iterable[str]) -> dict[str, ServerCertificate]:
    paths = {server: folder / server / CERTIFICATE for server in servers}
    return {server: describe(path, read_certificate(path)) for server, path in paths.items()}


def _host(text: str) -> x509.GeneralName:
    """Tell an address from a name; raise Mendable for what is neither."""
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        name = text.lower()
    if not _NAME.fullmatch(name) or name.replace(".", "").isdigit():
        raise Mendable(
            f"{text!r} is no host name and no address; give what stands in the address bar between "
            "https:// and the port, such as archive.lan"
        )
    return x509.DNSName(name)


def _kept_hosts(folder: Path, server: str) -> list[x509.GeneralName]:
    path = folder / server / CERTIFICATE
    if not path.exists():
        raise Mendable(
            f"{server} has no certificate yet; say with --name or --address how it is called"
        )
    had = describe(path, read_certificate(path))
    return [_host(host) for host in (*had.names, *had.addresses)]


def _authority(
    folder: Path, now: dt.datetime
) -> tuple[Authority, x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Load the folder's authority, or make it if there is none."""
    path, key_path = folder / AUTHORITY, folder / AUTHORITY_KEY
    is_new = not path.exists() and not key_path.exists()
    if is_new:
        _make_authority(path, key_path, now)
    for here, gone in ((path, key_path), (key_path, path)):
        if not gone.exists():
            raise Mendable(
                f"{here} is there and {gone.name} is not; bring it back from where it is kept. If "
                f"{AUTHORITY} was never installed anywhere, remove {here.name} to start over"
            )
    certificate, key = read_certificate(path), _load_key(key_path)
    if key.public_key() != certificate.public_key():
        raise Mendable(f"{key_path} is not the key of {path}; one of them is from elsewhere")
    authority = _describe_authority(folder, certificate, is_new=is_new)
    if now >= authority.expires_at:
        raise Mendable(
            f"{path} ended on {authority.expires_at:%Y-%m-%d}; make another authority in an empty "
            "folder and install it on every machine"
        )
    return authority, certificate, key


def _describe_authority(folder: Path, certificate: x509.Certificate, *, is_new: bool) -> Authority:
    return Authority(
        path=folder / AUTHORITY,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        expires_at=certificate.not_valid_after_utc,
        is_new=is_new,
    )


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise Mendable(f"{path} holds no private key in PEM form") from error
    return cast(ec.EllipticCurvePrivateKey, key)  # another kind is not the certificate's


def _make_authority(path: Path, key_path: Path, now: dt.datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    title = f"Stackroom {socket.gethostname()[:40]} {secrets.token_hex(4)}"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
    certificate = (
        _draft(name, key.public_key(), now, now + _AUTHORITY_LASTS)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_once(key_path, _private_pem(key))
    write_file(path, certificate.public_bytes(serialization.Encoding.PEM), mode=PUBLIC)


def _issue(
    folder: Path,
    server: str,
    hosts: Sequence[x509.GeneralName],
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    now: dt.datetime,
) -> None:
    """Sign a new key for a server and put both in place of the old ones."""
    key = ec.generate_private_key(ec.SECP256R1())
    ends_at = min(now + _SERVER_LASTS, authority.not_valid_after_utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Stackroom {server}")])
    signer = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        _draft(name, key.public_key(), now, ends_at)
        .issuer_name(authority.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(dict.fromkeys(hosts)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    folder.mkdir(mode=0o700, exist_ok=True)
    write_file(folder / KEY, _private_pem(key), mode=PRIVATE)
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    write_file(folder / CERTIFICATE, pem, mode=PUBLIC)


def _draft(
    name: x509.Name, key: ec.EllipticCurvePublicKey, now: dt.datetime, ends_at: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLOW_CLOCKS)
        .not_valid_after(ends_at)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
