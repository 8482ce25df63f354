"""Lets one client into a site's broker, gives it a new password, or shuts it out.

A client is a room, by its code, or the controller. Each has a password and topic rights of its own,
and a private file with all it needs to get in, for `EnvironmentFile=` of systemd or for a shell.
The broker reads its lists again when it is told to; that is left to whoever runs it.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from pydantic import SecretStr

from config.errors import Mendable
from config.tls import describe, read_certificate
from controller.link.certificates import AUTHORITY, CERTIFICATE
from controller.link.mosquitto import (
    Listener,
    hash_password,
    read_accounts,
    read_listener,
    write_accounts,
)
from controller.link.private_files import PRIVATE, alone_in, write_file
from controller.link.rights import CONTROLLER

_REVOKED = "revoked"
_PASSWORD = "STACKROOM_MQTT_PASSWORD="


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """How a client reaches the broker."""

    host: str
    port: int
    ca_file: Path | None
    """Where the authority's certificate lies on the client's machine; None is unencrypted."""


def enroll(
    folder: Path,
    site: str,
    client: str,
    *,
    known: Collection[str],
    now: dt.datetime,
    reach_by: str | None = None,
    ca_file: Path | None = None,
    renew: bool = False,
) -> Path:
    """Let a client in and return its private file; `known` are the rooms of the site.

    `reach_by` is what the client calls the broker, `ca_file` where it keeps the authority's
    certificate; both have defaults that fit the broker's own machine. Raises Mendable.
    """
    if client not in (CONTROLLER, *known):
        rooms = ", ".join(known)
        raise Mendable(f"the site has no room {client}; its clients are {CONTROLLER}, {rooms}")
    with changing(folder) as listener:
        hashes = read_accounts(folder)
        if client in hashes and not renew:
            raise Mendable(
                f"{client} is enrolled already; --renew gives it a new password, and the old one "
                "stops working as soon as mosquitto reads its lists again"
            )
        way_in = find_way_in(folder, listener, now=now, reach_by=reach_by, ca_file=ca_file)
        password = new_password()
        path = write_client(folder, client, password, way_in)
        write_revoked(folder, read_revoked(folder) - {client})
        hashes[client] = hash_password(password)
        write_accounts(folder, site, hashes, run_as=listener.run_as)
    return path


def revoke(folder: Path, site: str, client: str) -> None:
    """Shut a client out and remove its private file; raise Mendable if it is not enrolled."""
    with changing(folder) as listener:
        hashes = read_accounts(folder)
        if client not in hashes:
            raise Mendable(f"{client} is not enrolled; those who are: {', '.join(hashes)}")
        del hashes[client]
        write_revoked(folder, read_revoked(folder) | {client})
        write_accounts(folder, site, hashes, run_as=listener.run_as)
        client_file(folder, client).unlink(missing_ok=True)


@contextmanager
def changing(folder: Path) -> Iterator[Listener]:
    """Have a broker's folder to oneself; raise Mendable if it cannot be read or written."""
    listener = read_listener(folder)
    listener.require_secrecy()
    try:
        with alone_in(folder):
            yield listener
    except LookupError as error:
        raise Mendable(f"there is no user {listener.run_as} on this machine") from error
    except OSError as error:
        raise Mendable(f"{error.filename or folder}: {error.strerror}") from error


def find_way_in(
    folder: Path,
    listener: Listener,
    *,
    now: dt.datetime,
    reach_by: str | None = None,
    ca_file: Path | None = None,
) -> WayIn:
    """Say how a client reaches the broker, having tried that it would believe it."""
    if not listener.encrypted:
        return WayIn(host=reach_by or listener.host, port=listener.port, ca_file=None)
    certificate = read_certificate(folder / CERTIFICATE)
    shown = describe(folder / CERTIFICATE, certificate)
    host = reach_by or (listener.host if shown.speaks_for(listener.host) else shown.public_name())
    if not shown.speaks_for(host):
        known = ", ".join((*shown.names, *shown.addresses))
        raise Mendable(f"the broker's certificate does not speak for {host}, but for {known}")
    _require_trust(folder, certificate, host, now)
    path = (ca_file or folder / AUTHORITY).absolute()
    return WayIn(host=host, port=listener.port, ca_file=path)


def _require_trust(
    folder: Path, certificate: x509.Certificate, host: str, now: dt.datetime
) -> None:
    """Verify as a client will, so that what is wrong is told here and not in the room."""
    try:
        store = Store(x509.load_pem_x509_certificates((folder / AUTHORITY).read_bytes()))
        _, *between = x509.load_pem_x509_certificates((folder / CERTIFICATE).read_bytes())
        verifier = PolicyBuilder().store(store).time(now).build_server_verifier(_subject(host))
        verifier.verify(certificate, between)
    except (VerificationError, ValueError) as error:
        raise Mendable(
            f"whoever trusts {folder / AUTHORITY} would not believe {folder / CERTIFICATE}: {error}"
        ) from error


def _subject(host: str) -> x509.DNSName | x509.IPAddress:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def client_file(folder: Path, client: str) -> Path:
    """Name the private file of a client."""
    return folder / f"{client}.env"


def new_password() -> SecretStr:
    """Make a password that nobody has to type."""
    return SecretStr(secrets.token_urlsafe(32))


def read_password(path: Path) -> SecretStr:
    """Read the password in a client's file; raise Mendable."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(_PASSWORD):
            return SecretStr(line.removeprefix(_PASSWORD))
    raise Mendable(f"{path} names no {_PASSWORD.rstrip('=')}; remove it to have a new one made")


def write_client(folder: Path, client: str, password: SecretStr, way_in: WayIn) -> Path:
    """Write a client's private file and return its path."""
    lines = [
        f"STACKROOM_MQTT_USER={client}",
        f"{_PASSWORD}{password.get_secret_value()}",
        f"STACKROOM_MQTT_HOST={way_in.host}",
        f"STACKROOM_MQTT_PORT={way_in.port}",
    ]
    if way_in.ca_file is not None:
        lines.append(f"STACKROOM_MQTT_CA_FILE={way_in.ca_file}")
    path = client_file(folder, client)
    write_file(path, "\n".join(lines) + "\n", mode=PRIVATE)
    return path


def read_revoked(folder: Path) -> frozenset[str]:
    """Read who was shut out and not let in again."""
    try:
        return frozenset((folder / _REVOKED).read_text(encoding="utf-8").split())
    except FileNotFoundError:
        return frozenset()


def write_revoked(folder: Path, clients: frozenset[str]) -> None:
    """Write who was shut out."""
    lines = "".join(f"{client}\n" for client in sorted(clients))
    write_file(folder / _REVOKED, lines, mode=PRIVATE)
