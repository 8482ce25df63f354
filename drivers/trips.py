"""The protections and faults that controllers of shelving report, by names of our own.

Every driver maps its maker's codes to these; the pages have words for each in both languages.
"""

from __future__ import annotations

UNKNOWN = "unknown"
"""A code that the driver's table does not know; the raw code is kept and shown beside it."""

TRIPS = (
    "aisle_infrared",
    "auto_protection",
    "blind_spot",
    "close_over_travel",
    "close_timeout",
    "drive_locked",
    "e_stop",
    "entrance_front",
    "entrance_rear",
    "heartbeat_lost",
    "keys_disabled",
    "limit_switch",
    "limit_switch_close",
    "limit_switch_open",
    "locked",
    "motion_forbidden",
    "motor",
    "motor_feedback",
    "neighbour_timeout",
    "obstruction",
    "open_over_travel",
    "open_timeout",
    "person_entered",
    "person_in_aisle",
    "power_fail",
    "pressure",
    "pressure_detached",
    "side_panel",
    "smoke",
    "timeout",
    UNKNOWN,
)
