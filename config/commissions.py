"""Shelving profiles that come with the program, and the records beside a room file, on disk."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from config.errors import Mendable
from config.shelving import Commission, Commissions, ShelvingProfile
from config.strict_yaml import Unreadable, parse_yaml, read_text

_MEND = "restore it from a copy, or move it away and commission the banks again"
_FILE: TypeAdapter[dict[str, Commission]] = TypeAdapter(dict[str, Commission])


def load_profile(name: str) -> ShelvingProfile:
    """Load a profile that comes with the program; raise BadProfile."""
    file = resources.files("config") / "profiles" / "shelving" / f"{name}.yaml"
    try:
        return ShelvingProfile.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except FileNotFoundError:
        where = "config/profiles/shelving"
        raise BadProfile(f"there is no shelving profile {name!r} ({where})") from None
    except (ValidationError, yaml.YAMLError) as error:
        raise BadProfile(f"shelving profile {name!r}: {error}") from error


def commissions_path(room_file: Path) -> Path:
    """Name the file beside a room file that holds its commissioning records."""
    return room_file.with_suffix(".commissioned.yaml")


def load_commissions(room_file: Path) -> dict[str, Commission]:
    """Load the records beside a room file; empty if there are none; raise BadProfile."""
    path = commissions_path(room_file)
    try:
        _, content = parse_yaml(read_text(path))
        return _FILE.validate_python(content or {})
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        )
        raise BadProfile(f"{path} is no record of a moving test ({wrong}); {_MEND}") from error
    except Unreadable as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return {}
        raise BadProfile(f"{path} cannot be read ({error.why}); {_MEND}") from error


def save_commissions(room_file: Path, commissions: Commissions) -> None:
    """Write the records beside a room file."""
    path = commissions_path(room_file)
    text = yaml.safe_dump(
        _FILE.dump_python(dict(commissions), mode="json"), allow_unicode=True, sort_keys=True
    )
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def check_writable(room_file: Path) -> None:
    """Raise Mendable if the records beside a room file cannot be written; change nothing."""
    path = commissions_path(room_file)
    fresh = path.with_suffix(".new")
    try:
        fresh.write_bytes(b"")
        fresh.unlink()
    except OSError as error:
        raise Mendable(f"the record {path} cannot be written ({error.strerror})") from error


class BadProfile(Mendable):
    """A profile or a commissioning record that does not exist or cannot be used."""
