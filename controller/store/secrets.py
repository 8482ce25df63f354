"""Keeps personal fields unreadable at rest, and findable: encryption and keyed hashes.

A field is encrypted with AES-256-GCM and bound to where it stands, so that a value moved to another
row or column no longer opens. The keys live in one file beside the database, never inside it.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FILE = "field-keys.json"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_ID_BYTES = 4


class KeyProblem(Exception):
    """The key file cannot be used, or a value was not written with these keys."""


class Keys:
    """Encrypts and blinds personal fields. Old keys stay readable, the newest one writes."""

    def __init__(self, *, field_keys: dict[str, bytes], active: str, blind_key: bytes) -> None:
        if active not in field_keys:
            raise KeyProblem(f"the active key {active!r} is not among the keys")
        self._ciphers = {name: AESGCM(key) for name, key in field_keys.items()}
        self._active = active
        self._blind_key = blind_key

    @classmethod
    def from_dir(cls, folder: Path) -> Keys:
        """Load the key file of a folder; make it on first start, readable by its owner alone."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / _FILE
        try:
            _write_new(path)
        except FileExistsError:
            pass
        _refuse_open_file(path)
        return cls._parse(path)

    @staticmethod
    def exist_in(folder: Path) -> bool:
        """Say whether a folder holds a key file."""
        return (folder / _FILE).exists()

    @classmethod
    def _parse(cls, path: Path) -> Keys:
        try:
            stored = json.loads(path.read_text())
            return cls(
                field_keys={name: base64.b64decode(key) for name, key in stored["field"].items()},
                active=stored["active"],
                blind_key=base64.b64decode(stored["blind"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeyProblem(f"{path} is damaged; restore it from the backup: {error}") from error

    def encrypt(self, text: str, *, where: str) -> bytes:
        """Encrypt a value for one place, e.g. `households|id_number|<row id>`."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._active].encrypt(nonce, text.encode(), where.encode())
        return self._active.encode() + nonce + sealed

    def decrypt(self, sealed: bytes, *, where: str) -> str:
        """Read a value back; raise KeyProblem if it belongs elsewhere or was tampered with."""
        name = sealed[:_ID_BYTES].decode("ascii", "replace")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise KeyProblem(f"{where}: written with key {name!r}, which the key file lacks")
        nonce = sealed[_ID_BYTES : _ID_BYTES + _NONCE_BYTES]
        try:
            return cipher.decrypt(
                nonce, sealed[_ID_BYTES + _NONCE_BYTES :], where.encode()
            ).decode()
        except (InvalidTag, ValueError) as error:
            raise KeyProblem(f"{where}: the value is damaged or belongs elsewhere") from error

    def blind(self, text: str, *, purpose: str) -> str:
        """Hash a value so that equals can be found but nothing read; one purpose per column."""
        key = hmac.digest(self._blind_key, purpose.encode(), sha256)
        return hmac.digest(key, text.encode(), sha256).hex()


def _write_new(path: Path) -> None:
    name = secrets.token_hex(_ID_BYTES // 2)
    stored = {
        "active": name,
        "field": {name: base64.b64encode(os.urandom(_KEY_BYTES)).decode()},
        "blind": base64.b64encode(os.urandom(_KEY_BYTES)).decode(),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(stored, file)
        file.flush()
        os.fsync(file.fileno())


def _refuse_open_file(path: Path) -> None:
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise KeyProblem(
            f"{path} may be read by others (mode {mode:o}); keep it to its owner: chmod 600 {path}"
        )
