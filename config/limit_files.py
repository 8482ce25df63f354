"""Finds and reads limits of the air: those that ship with the product, and those of a site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from config.limits import LimitProfile
from config.load import BadFile, Problem, load_part
from config.room import Room

LOCAL_FOLDER = "limits"
"""Beside the site's file; every *.yaml in it is one profile."""


@dataclass(frozen=True, slots=True)
class Library:
    """The limits a site may name, by id; a name from before leads to the same limits."""

    profiles: Mapping[str, LimitProfile]
    local: frozenset[str] = field(default_factory=frozenset)
    """Which of them are the site's own."""

    def find(self, profile_id: str) -> LimitProfile | None:
        """Find limits by id, or by a name that they had before."""
        known = self.profiles.get(profile_id)
        if known is not None:
            return known
        return next((each for each in self.profiles.values() if profile_id in each.aliases), None)


@cache
def shipped_limits() -> Library:
    """Read the limits that ship with the product; raise BadFile."""
    return Library(_read(Path(str(resources.files("config.profiles"))) / LOCAL_FOLDER))


def load_limits(site_file: Path) -> Library:
    """Read what a site may name: what ships, and its own folder; raise BadFile.

    An id that ships already is refused: two limits under one name would both be right.
    """
    shipped = shipped_limits()
    folder = site_file.parent / LOCAL_FOLDER
    own = _read(folder) if folder.is_dir() else {}
    for profile in own.values():
        known = shipped.find(profile.id)
        if known is not None:
            why = "limits of this id ship with the product; choose another id and file name"
            raise BadFile(folder / f"{profile.id}.yaml", [_problem("id", profile.id, why)])
    return Library({**shipped.profiles, **own}, frozenset(own))


def check_named(site_file: Path, rooms: Iterable[Room], library: Library) -> None:
    """Refuse rooms whose file names limits that nobody has; raise BadFile."""
    problems = [
        _problem(f"{room.room}: {place}", name, f"there is {_known(library)}")
        for room in rooms
        for place, name in _named(room)
        if library.find(name) is None
    ]
    if problems:
        raise BadFile(site_file, problems)


def _named(room: Room) -> list[tuple[str, str]]:
    named = [("climate.profile", room.climate.profile)]
    for number, zone in enumerate(room.climate.zones):
        if zone.limits is not None:
            named.append((f"climate.zones[{number}].limits", zone.limits))
    return named


def _read(folder: Path) -> dict[str, LimitProfile]:
    """Read every file; the name of each is the id in it."""
    found: dict[str, LimitProfile] = {}
    for path in sorted(folder.glob("*.yaml")):
        profile = load_part(path, LimitProfile)
        if profile.id != path.stem:
            why = f"a file is named as the id in it; it must be {path.stem}"
            raise BadFile(path, [_problem("id", profile.id, why)])
        found[profile.id] = profile
    return found


def _known(library: Library) -> str:
    return ", ".join(sorted(library.profiles))


def _problem(path: str, value: str, allowed: str) -> Problem:
    return Problem(path=path, line=None, value=repr(value), allowed=allowed)
