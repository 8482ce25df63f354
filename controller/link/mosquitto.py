"""Writes what a mosquitto broker needs to serve a site: configuration, accounts, topic rights."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import SecretStr

from controller.link.rights import rights_of

_ROUNDS = 20_000
_MAX_PAYLOAD = 4 * 1024 * 1024


def write_mosquitto(
    folder: Path,
    site: str,
    accounts: Mapping[str, SecretStr],
    *,
    port: int,
    host: str = "127.0.0.1",
    run_as: str | None = None,
    tls: tuple[Path, Path] | None = None,
) -> Path:
    """Write mosquitto.conf, its password file and its rights file; return the first's path.

    `tls` is (certificate, key) and needed beyond loopback; `run_as` is the user that mosquitto
    becomes when it is started as root.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write_private(folder / "passwords", _passwords(accounts))
    _write_private(folder / "rights", _rights(accounts, site))
    path = folder / "mosquitto.conf"
    path.write_text(
        _configuration(folder, host=host, port=port, run_as=run_as, tls=tls), encoding="utf-8"
    )
    return path


def _configuration(
    folder: Path, *, host: str, port: int, run_as: str | None, tls: tuple[Path, Path] | None
) -> str:
    lines = [
        "per_listener_settings false",
        "allow_anonymous false",
        f"password_file {folder / 'passwords'}",
        f"acl_file {folder / 'rights'}",
        "persistence true",
        f"persistence_location {folder}/",
        "autosave_interval 30",
        "max_queued_messages 10000",
        f"message_size_limit {_MAX_PAYLOAD}",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        f"listener {port} {host}",
        "use_username_as_clientid true",
    ]
    if run_as is not None:
        lines.insert(0, f"user {run_as}")
    if tls is not None:
        lines += [f"certfile {tls[0]}", f"keyfile {tls[1]}", "tls_version tlsv1.2"]
    return "\n".join(lines) + "\n"


def _passwords(accounts: Mapping[str, SecretStr]) -> Iterable[str]:
    """Hash as mosquitto 2 does: `$7$` is PBKDF2 with SHA-512, then rounds, salt and key."""
    for name, password in accounts.items():
        salt = secrets.token_bytes(12)
        key = hashlib.pbkdf2_hmac("sha512", password.get_secret_value().encode(), salt, _ROUNDS)
        yield f"{name}:$7${_ROUNDS}${_base64(salt)}${_base64(key)}"


def _rights(clients: Iterable[str], site: str) -> Iterable[str]:
    for client in clients:
        rights = rights_of(client, site)
        yield f"user {client}"
        yield from (f"topic write {topic}" for topic in rights.publish)
        yield from (f"topic read {topic}" for topic in rights.subscribe)
        yield ""


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _write_private(path: Path, lines: Iterable[str]) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
