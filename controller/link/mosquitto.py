"""The files by which a mosquitto broker serves a site: configuration, accounts, topic rights.

The password file is the list of who gets in; it holds hashes alone. The rights follow from it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from config.errors import Mendable
from config.settings import is_loopback
from controller.link.certificates import CERTIFICATE, KEY
from controller.link.private_files import PRIVATE, PUBLIC, write_file
from controller.link.rights import rights_of

CONFIGURATION, PASSWORDS, RIGHTS = "mosquitto.conf", "passwords", "rights"
_ROUNDS = 20_000
_MAX_PAYLOAD = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Where the broker listens, and as whom."""

    port: int
    host: str = "127.0.0.1"
    encrypted: bool = False
    """With the certificate and key that lie in its folder."""
    run_as: str | None = None
    """The user that mosquitto becomes when root starts it; its files are theirs."""

    def require_secrecy(self) -> None:
        """Raise Mendable if other machines reach it unencrypted."""
        if not self.encrypted and not is_loopback(self.host):
            raise Mendable(
                f"a broker on {self.host} is reached by other machines, and passwords would cross "
                "the network unencrypted: name --certs (or --certificate, --key and --authority) "
                "with `stackroom mosquitto`, or let the broker listen on 127.0.0.1"
            )


def write_configuration(folder: Path, listener: Listener) -> Path:
    """Write mosquitto.conf and return its path."""
    path = folder / CONFIGURATION
    lines = _configuration(folder, listener)
    write_file(path, "\n".join(lines) + "\n", mode=PUBLIC, owner=listener.run_as)
    return path


def read_listener(folder: Path) -> Listener:
    """Read where the broker of a folder listens; raise Mendable."""
    path = folder / CONFIGURATION
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Mendable(
            f"{path}: {error.strerror}; write it with `stackroom mosquitto` first"
        ) from error
    said = dict(line.split(maxsplit=1) for line in text.splitlines() if " " in line)
    port, _, host = said.get("listener", "").partition(" ")
    if not port.isdigit():
        raise Mendable(f"{path} names no listener; write it anew with `stackroom mosquitto`")
    return Listener(
        port=int(port),
        host=host.strip() or "0.0.0.0",
        encrypted="certfile" in said,
        run_as=said.get("user"),
    )


def write_accounts(
    folder: Path, site: str, hashes: Mapping[str, str], *, run_as: str | None = None
) -> None:
    """Write who gets in, by client and hash, and what each may say and hear."""
    passwords = "".join(f"{client}:{hashed}\n" for client, hashed in hashes.items())
    write_file(folder / RIGHTS, _rights(hashes, site), mode=PRIVATE, owner=run_as)
    write_file(folder / PASSWORDS, passwords, mode=PRIVATE, owner=run_as)


def read_accounts(folder: Path) -> dict[str, str]:
    """Read the hash of every client; empty if there is no password file yet."""
    try:
        lines = (folder / PASSWORDS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    parted = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {client: hashed for client, _, hashed in parted}


def hash_password(password: SecretStr) -> str:
    """Hash as mosquitto 2 does: `$7$` is PBKDF2 with SHA-512, then rounds, salt and key."""
    salt = secrets.token_bytes(12)
    key = hashlib.pbkdf2_hmac("sha512", password.get_secret_value().encode(), salt, _ROUNDS)
    return f"$7${_ROUNDS}${_base64(salt)}${_base64(key)}"


def _configuration(folder: Path, listener: Listener) -> Iterable[str]:
    if listener.run_as is not None:
        yield f"user {listener.run_as}"
    yield "per_listener_settings false"
    yield "allow_anonymous false"
    yield f"password_file {folder / PASSWORDS}"
    yield f"acl_file {folder / RIGHTS}"
    yield "persistence true"
    yield f"persistence_location {folder}/"
    yield "autosave_interval 30"
    yield "set_tcp_nodelay true"
    yield "max_queued_messages 10000"
    yield f"message_size_limit {_MAX_PAYLOAD}"
    yield "log_dest stderr"
    yield "log_type error"
    yield "log_type warning"
    yield f"listener {listener.port} {listener.host}"
    yield "use_username_as_clientid true"
    if listener.encrypted:
        yield f"certfile {folder / CERTIFICATE}"
        yield f"keyfile {folder / KEY}"
        yield "tls_version tlsv1.2"


def _rights(clients: Iterable[str], site: str) -> str:
    lines = []
    for client in clients:
        rights = rights_of(client, site)
        lines.append(f"user {client}")
        lines += [f"topic write {topic}" for topic in rights.publish]
        lines += [f"topic read {topic}" for topic in rights.subscribe]
        lines.append("")
    return "\n".join(lines) + "\n"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
