"""Prepares the folder of a site's mosquitto: the broker's files, and a way in for each client.

A second run changes the address or the certificate and lets in who is new. It keeps every password,
and whoever was shut out stays out.
"""

from __future__ import annotations

import datetime as dt
import os
import pwd
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from config.errors import Mendable
from config.tls import load_server_certificate
from controller.link.certificates import AUTHORITY, CERTIFICATE, KEY
from controller.link.enrolment import (
    WayIn,
    client_file,
    find_way_in,
    new_password,
    read_password,
    read_revoked,
    write_client,
)
from controller.link.mosquitto import (
    Listener,
    hash_password,
    read_accounts,
    write_accounts,
    write_configuration,
)
from controller.link.private_files import PRIVATE, PUBLIC, alone_in, write_file


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerTls:
    """The broker's certificate and key, and the authority that its clients trust."""

    certificate: Path
    key: Path
    authority: Path

    @classmethod
    def named(
        cls,
        certs: Path | None,
        certificate: Path | None = None,
        key: Path | None = None,
        authority: Path | None = None,
    ) -> BrokerTls | None:
        """Take a folder of `stackroom certs` or three files; raise Mendable for other mixes."""
        single = (certificate, key, authority)
        if certs is not None and single == (None, None, None):
            certificate, key = certs / "broker" / CERTIFICATE, certs / "broker" / KEY
            return cls(certificate=certificate, key=key, authority=certs / AUTHORITY)
        if certs is None and certificate and key and authority:
            return cls(certificate=certificate, key=key, authority=authority)
        if certs is None and single == (None, None, None):
            return None
        raise Mendable("name --certs alone, or --certificate, --key and --authority all three")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """What a run wrote and what it left alone."""

    configuration: Path
    written: tuple[Path, ...]
    """The private files of clients, new or with the address as it is now."""
    elsewhere: tuple[str, ...]
    """Clients that get in as before; their files were taken away."""
    revoked: tuple[str, ...]


def provision(
    folder: Path,
    site: str,
    clients: Iterable[str],
    *,
    host: str,
    port: int,
    now: dt.datetime,
    run_as: str | None = None,
    tls: BrokerTls | None = None,
) -> Provisioned:
    """Write everything into `folder`. Raises Mendable.

    The broker's files become those of `run_as`, whom mosquitto becomes when root starts it; for
    root that is `mosquitto` unless said otherwise.
    """
    if run_as is None and os.geteuid() == 0:
        run_as = "mosquitto"
    listener = Listener(host=host, port=port, encrypted=tls is not None, run_as=run_as)
    listener.require_secrecy()
    try:
        return _write(folder.resolve(), site, tuple(clients), listener, tls, now)
    except LookupError as error:
        raise Mendable(
            f"there is no user {run_as}; install mosquitto, or name another with --user"
        ) from error
    except OSError as error:
        raise Mendable(f"{error.filename or folder}: {error.strerror}") from error


def _write(
    folder: Path,
    site: str,
    clients: tuple[str, ...],
    listener: Listener,
    tls: BrokerTls | None,
    now: dt.datetime,
) -> Provisioned:
    if listener.run_as is not None:
        pwd.getpwnam(listener.run_as)
    if tls is not None:
        load_server_certificate(tls.certificate, tls.key)
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder):
        if tls is not None:
            _bring(folder, tls, listener.run_as)
        way_in = find_way_in(folder, listener, now=now)
        hashes, revoked = read_accounts(folder), read_revoked(folder)
        wanted = [client for client in clients if client not in revoked]
        written = _let_in(folder, wanted, hashes, way_in)
        write_accounts(folder, site, hashes, run_as=listener.run_as)
        configuration = write_configuration(folder, listener)
        if listener.run_as is not None:
            shutil.chown(folder, user=listener.run_as)
    return Provisioned(
        configuration=configuration,
        written=written,
        elsewhere=tuple(c for c in wanted if client_file(folder, c) not in written),
        revoked=tuple(sorted(revoked)),
    )


def _bring(folder: Path, tls: BrokerTls, run_as: str | None) -> None:
    """Copy what mosquitto must be able to read once it is no longer root."""
    write_file(folder / KEY, tls.key.read_bytes(), mode=PRIVATE, owner=run_as)
    write_file(folder / CERTIFICATE, tls.certificate.read_bytes(), mode=PUBLIC)
    write_file(folder / AUTHORITY, tls.authority.read_bytes(), mode=PUBLIC)


def _let_in(
    folder: Path, clients: Iterable[str], hashes: dict[str, str], way_in: WayIn
) -> tuple[Path, ...]:
    """Add who is not in `hashes`, and bring the files that lie here up to date."""
    written = []
    for client in clients:
        path = client_file(folder, client)
        if client in hashes and not path.exists():
            continue
        password = read_password(path) if path.exists() else new_password()
        if client not in hashes:
            hashes[client] = hash_password(password)
        written.append(write_client(folder, client, password, way_in))
    return tuple(written)
