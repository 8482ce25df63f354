"""Loads climate limits from config/profiles."""

from __future__ import annotations

from importlib import resources

import yaml
from pydantic import ValidationError

from controller.climate.model import Profile


class BadProfile(Exception):
    """A profile that is missing or wrong; the message names the file and every problem."""


def load_profile(profile_id: str) -> Profile:
    """Load the limits that a room file names; raise BadProfile."""
    file = resources.files("config.profiles") / f"{profile_id}.yaml"
    where = f"config/profiles/{profile_id}.yaml"
    try:
        profile = Profile.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except FileNotFoundError as error:
        raise BadProfile(f"{where} does not exist, but a room file names it") from error
    except (ValidationError, yaml.YAMLError) as error:
        raise BadProfile(f"{where} cannot be used: {error}") from error
    if profile.id != profile_id:
        raise BadProfile(f"{where} says id: {profile.id}; it must be {profile_id}")
    return profile
