"""How columns travel: one after the other, never in both directions at once, never into another.

Pure; whether they may travel is decided in plc.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from config.room import Motion
from simulators.physics.steel import ColumnSteel, Journey, Leg, SegmentSteel

_ARRIVED_MM = 1e-6


def legs_to(
    segment: SegmentSteel, rests_at_mm: Callable[[int], float], motion: Motion
) -> tuple[Leg, ...]:
    """Send columns one after the other; those in the other direction wait for the first.

    `rests_at_mm` says where the column at a place (from 0) shall stand; empty if all stand there.
    """
    leftward: list[tuple[ColumnSteel, float]] = []
    rightward: list[tuple[ColumnSteel, float]] = []
    for place, column in enumerate(segment.columns):
        to_mm = rests_at_mm(place)
        if to_mm < column.position_mm - _ARRIVED_MM:
            leftward.append((column, to_mm))
        elif to_mm > column.position_mm + _ARRIVED_MM:
            rightward.insert(0, (column, to_mm))
    legs: list[Leg] = []
    free_s = 0.0
    for group in (leftward, rightward):
        starts_s = free_s
        for column, to_mm in group:
            starts_s += motion.start_delay_s
            legs.append(Leg(column.column, to_mm, starts_s))
            travel_s = abs(to_mm - column.position_mm) / motion.speed_mm_s
            free_s = max(free_s, starts_s + travel_s)
    return tuple(legs)


def remaining_s(segment: SegmentSteel, speed_mm_s: float) -> float:
    """Predict how long the journey under way still takes; 0 if there is none."""
    journey = segment.journey
    if journey is None:
        return 0.0
    ends = (
        max(leg.starts_s - journey.elapsed_s, 0.0)
        + abs(leg.to_mm - segment.column(leg.column).position_mm) / speed_mm_s
        for leg in journey.legs
    )
    return max(ends, default=0.0)


def travel(segment: SegmentSteel, journey: Journey, dt_s: float, speed_mm_s: float) -> SegmentSteel:
    """Let the columns of a journey travel for a while."""
    now_s = journey.elapsed_s + dt_s
    columns = {column.column: column for column in segment.columns}
    for leg in journey.legs:
        driven_s = max(0.0, now_s - max(journey.elapsed_s, leg.starts_s))
        columns[leg.column] = _drive(
            columns, leg, segment.width_mm, now_s >= leg.starts_s, driven_s, speed_mm_s
        )
    journey = replace(journey, elapsed_s=now_s)
    return replace(segment, columns=tuple(columns.values()), journey=journey)


def has_arrived(segment: SegmentSteel, journey: Journey) -> bool:
    """Say whether every column of a journey stands where it was sent."""
    return all(segment.column(leg.column).position_mm == leg.to_mm for leg in journey.legs)


def at_rest(segment: SegmentSteel) -> SegmentSteel:
    """Take the power from every motor and forget the journey."""
    columns = tuple(
        replace(column, motor_on=False, speed_mm_s=0.0) if column.motor_on else column
        for column in segment.columns
    )
    return replace(segment, columns=columns, journey=None)


def _drive(
    columns: dict[int, ColumnSteel],
    leg: Leg,
    width_mm: float,
    on: bool,
    driven_s: float,
    speed_mm_s: float,
) -> ColumnSteel:
    """Move one column for a while, never into its neighbour."""
    column = columns[leg.column]
    left_mm = leg.to_mm - column.position_mm
    if not on or abs(left_mm) <= _ARRIVED_MM:
        return replace(column, motor_on=False, speed_mm_s=0.0)
    sign = 1 if left_mm > 0 else -1
    neighbour = columns.get(leg.column + sign)
    room_mm = abs(left_mm)
    if neighbour is not None:
        room_mm = min(room_mm, abs(neighbour.position_mm - column.position_mm) - width_mm)
    way_mm = 0.0 if column.jammed else max(0.0, min(speed_mm_s * driven_s, room_mm))
    arrived = abs(left_mm) - way_mm <= _ARRIVED_MM
    return replace(
        column,
        position_mm=leg.to_mm if arrived else column.position_mm + sign * way_mm,
        motor_on=not arrived,
        speed_mm_s=0.0 if arrived or column.jammed or room_mm <= 0 else sign * speed_mm_s,
    )
