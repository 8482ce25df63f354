"""Prepares a site's mosquitto: a password for every client, the broker's files, the clients' own.

A client's file (`R1.env`) is for `EnvironmentFile=` of systemd or for a shell. A second run keeps
the passwords that are there, so that a room can be added while the others go on.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from pydantic import SecretStr

from config.errors import Mendable
from config.settings import is_loopback
from controller.link.mosquitto import write_mosquitto
from controller.link.rights import CONTROLLER

_PASSWORD = "STACKROOM_MQTT_PASSWORD="


def provision(
    folder: Path,
    site: str,
    rooms: Iterable[str],
    *,
    host: str,
    port: int,
    run_as: str | None = None,
    tls: tuple[Path, Path] | None = None,
) -> Path:
    """Write everything into `folder` and return the path of its mosquitto.conf.

    The broker's files become those of `run_as`, whom mosquitto becomes when root starts it; for
    root that is `mosquitto` unless said otherwise. Raises Mendable.
    """
    if run_as is None and os.geteuid() == 0:
        run_as = "mosquitto"
    if tls is None and not is_loopback(host):
        raise Mendable(
            f"{host} is reached by other machines: name --certificate and --key, "
            "or let the broker listen on 127.0.0.1"
        )
    try:
        return _write(folder.resolve(), site, (CONTROLLER, *rooms), host, port, run_as, tls)
    except LookupError as error:
        raise Mendable(
            f"there is no user {run_as}; install mosquitto, or name another with --user"
        ) from error
    except OSError as error:
        raise Mendable(f"{error.filename or folder}: {error.strerror}") from error


def _write(
    folder: Path,
    site: str,
    clients: Iterable[str],
    host: str,
    port: int,
    run_as: str | None,
    tls: tuple[Path, Path] | None,
) -> Path:
    if run_as is not None:
        pwd.getpwnam(run_as)
    folder.mkdir(parents=True, exist_ok=True)
    accounts = {name: _password(folder / f"{name}.env") for name in clients}
    for name, password in accounts.items():
        _write_client(folder / f"{name}.env", name, password, port)
    path = write_mosquitto(
        folder,
        site,
        accounts,
        host=host,
        port=port,
        run_as=run_as,
        tls=None if tls is None else (tls[0].resolve(), tls[1].resolve()),
    )
    if run_as is not None:
        for owned in (folder, path, folder / "passwords", folder / "rights"):
            shutil.chown(owned, user=run_as)
    return path


def _password(path: Path) -> SecretStr:
    """Return the password in a client's file, or a new one if there is no such file."""
    if not path.exists():
        return SecretStr(secrets.token_urlsafe(32))
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(_PASSWORD):
            return SecretStr(line.removeprefix(_PASSWORD))
    raise Mendable(f"{path} names no {_PASSWORD.rstrip('=')}; remove it to have a new one made")


def _write_client(path: Path, name: str, password: SecretStr, port: int) -> None:
    path.touch(mode=0o600)
    lines = (
        f"STACKROOM_MQTT_USER={name}",
        f"{_PASSWORD}{password.get_secret_value()}",
        f"STACKROOM_MQTT_PORT={port}",
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
