"""What was measured of a room's antennas, in a file beside the room file."""

from __future__ import annotations

from pathlib import Path

import yaml

from config.calibration import Calibration
from config.load import load_part


def calibration_path(room_file: Path) -> Path:
    """Name the file beside a room file that holds what was measured."""
    return room_file.with_suffix(".calibration.yaml")


def load_calibration(room_file: Path) -> Calibration | None:
    """Load what was measured beside a room file; `None` if nothing was; raise BadFile."""
    path = calibration_path(room_file)
    return load_part(path, Calibration) if path.exists() else None


def save_calibration(room_file: Path, calibration: Calibration) -> None:
    """Write what was measured beside a room file: whole, or not at all."""
    path = calibration_path(room_file)
    text = yaml.safe_dump(
        calibration.model_dump(mode="json", exclude_none=True), allow_unicode=True, sort_keys=False
    )
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
