"""The JSON schema of room files, for editors that check while you type; a test keeps it in step."""

from __future__ import annotations

import json
from pathlib import Path

from config.room import Room

SCHEMA_PATH = Path(__file__).parent / "rooms" / "room.schema.json"


def room_schema() -> str:
    """Write the schema as it should stand in SCHEMA_PATH."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Room.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    SCHEMA_PATH.write_text(room_schema(), encoding="utf-8")
