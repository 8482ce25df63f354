"""A fixed column that serves MjjWebApi, restated from two clients of it.

`GET /MjjWebApi?Op=...`: LeftMove and RightMove with ColumnNo push a column that way with all that
stand between it and the gap; Reset closes; an operation is answered {"data": "1"}. GetMjjStatus is
answered {"data": [{...}]} with a state code, flags and one digit per column from the left: 0 not in
place, 1 left in place, 2 right in place, 3 both. Sources: a public Vue client (src/api/system,
JudgeIsErrorZt, getStatusText) and a public C# client (Ecs.Mjj).

What they leave open is chosen here: the number of "arrived" (the name is known), what an operation
is answered that cannot be ("0"), and a code for causes that the table does not name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from config.geometry import Segment, segments_of
from config.room import WebApiShelving
from simulators.physics.codes import SteelState
from simulators.physics.plc import (
    CMD_CLOSE_ALL,
    CMD_LOCK,
    CMD_OPEN_AISLE,
    CMD_STOP,
    CMD_UNLOCK,
    CMD_VENTILATE,
    CMD_WAKE,
    plain_order,
)
from simulators.physics.protections import reported
from simulators.physics.steel import BankSteel, SegmentSteel
from simulators.stage import Stage
from simulators.wire.judge import Judge
from simulators.world import World

CODES: Mapping[str, tuple[str, str]] = {
    "person_in_aisle": ("ZT_2A", "通道有人，移开架体"),
    "person_entered": ("ZT_2A", "通道有人，移开架体"),
    "entrance_front": ("ZT_02", "门禁保护、前入口有人进出保护"),
    "entrance_rear": ("ZT_25", "后入口有人进出保护"),
    "aisle_infrared": ("ZT_03", "通道内红外线保护"),
    "side_panel": ("ZT_09", "侧列门面保护"),
    "limit_switch": ("ZT_12", "开架限位开关故障"),
    "limit_switch_open": ("ZT_12", "开架限位开关故障"),
    "limit_switch_close": ("ZT_13", "合架限位开关故障"),
    "motor": ("ZT_14", "电机故障"),
    "keys_disabled": ("ZT_1C", "移动按键禁用"),
    "blind_spot": ("ZT_21", "无盲点保护"),
    "obstruction": ("ZT_24", "压力传感器保护"),
    "drive_locked": ("ZT_26", "传动机构锁定"),
    "pressure_detached": ("ZT_29", "压力传感器脱开"),
    "smoke": ("ZT_2E", "烟雾输出"),
    "locked": ("ZT_4E", "锁定"),
    "close_timeout": ("ZT_80", "架体关闭超时"),
    "open_timeout": ("ZT_81", "架体打开超时，超距"),
    "timeout": ("ZT_81", "架体打开超时，超距"),
    "neighbour_timeout": ("ZT_83", "邻居读取超时"),
    "close_over_travel": ("ZT_86", "架体关闭超距"),
    "open_over_travel": ("ZT_87", "架体打开超距"),
    "motor_feedback": ("ZT_90", "电机驱动，反馈故障"),
    "auto_protection": ("ZT_91", "自动保护"),
    "motion_forbidden": ("ZT_01", "禁止移动、自动保护"),
}
"""By the names of physics/protections.py."""
_ELSE_FORBIDDEN = CODES["motion_forbidden"]
_MOVING, _CLOSED, _FREED = "ZT_0C", ("ZT_07", "全部合架"), ("ZT_0E", "解除禁止")
_ARRIVED = "ZT_0B"
_TOUCHING_MM = 0.5
_OF_THE_BLOCK = {
    "StopMove": CMD_STOP,
    "Reset": CMD_CLOSE_ALL,
    "Ventilate": CMD_VENTILATE,
    "Lock": CMD_LOCK,
    "UnLock": CMD_UNLOCK,
    "PowerOn_YDL": CMD_WAKE,
}
_Body = tuple[int, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Which way a maker looks at the block."""

    left: Literal["low", "high"] = "low"


class FixedColumn:
    """Answers for one bank, and lets a judge count what it was asked."""

    def __init__(self, device: WebApiShelving, stage: Stage, words: Words | None = None) -> None:
        self.judge = Judge(device.id, device.bank)
        self.words = words or Words()
        self._bank = device.bank
        self._stage = stage
        self._freed = True
        """Whether an unlocking, or the start, is the latest thing that happened."""
        self.judge.see(self._steel, stage.clock.monotonic())
        stage.watch(self._see)

    @property
    def _steel(self) -> BankSteel:
        return self._stage.steel_of(self._bank)

    def answer(self, path: str, query: Mapping[str, str]) -> _Body:
        """Do what a GET asks for; say what it is answered."""
        operation = query.get("Op", "")
        if path != "/MjjWebApi":
            return 404, b"{}"
        if operation == "GetMjjStatus":
            return _told([self._status()])
        if operation in ("LeftMove", "RightMove"):
            return _told(self._move(operation, query.get("ColumnNo", "")))
        command = _OF_THE_BLOCK.get(operation)
        if command is None:
            return _told("0")
        parts = segments_of(self._steel.plan)
        orders = [
            (p.segment, _outer(self._steel, p) if command == CMD_CLOSE_ALL else 0) for p in parts
        ]
        self._obey(command, orders)
        return _told("1")

    def _move(self, operation: str, number: str) -> str:
        """Push a column; only the gap beyond it on that side gives it room."""
        column = int(number) if number.isascii() and number.isdigit() else 0
        towards_high = (operation == "RightMove") == (self.words.left == "low")
        for part in segments_of(self._steel.plan):
            segment = self._steel.segment(part.segment)
            if column not in part.columns or segment.asleep:
                continue
            aisle = part.aisle_beside(column, higher_side=not towards_high)
            assert aisle is not None
            opened = segment.open_aisles
            has_room = any(gap > aisle if towards_high else gap < aisle for gap in opened)
            if has_room and aisle != _outer(self._steel, part):
                self._obey(CMD_OPEN_AISLE, [(part.segment, aisle)])
                return "1"
        return "0"

    def _obey(self, command: int, orders: list[tuple[int, int]]) -> None:
        now_s, before = self._stage.clock.monotonic(), self._steel
        for segment, param in orders:
            self.judge.weigh_plain(before, segment, command, param, now_s)
        for segment, param in orders:
            order = plain_order(self._steel.segment(segment), command, param)
            self._stage.obey(self._bank, segment, order)
        self._freed = self._freed or command == CMD_UNLOCK

    def _see(self, world: World) -> None:
        steel = world.steel_of(self._bank)
        self._freed = self._freed and not any(s.moving for s in steel.segments)
        self.judge.see(steel, self._stage.clock.monotonic())

    def _status(self) -> dict[str, object]:
        steel = self._steel
        numbers = tuple(segment.segment for segment in steel.segments)
        self.judge.note_read(
            bank_block=True, segments=numbers, now_s=self._stage.clock.monotonic(), tells=False
        )
        code, name, column, is_alarm = self._state(steel)
        at = steel.plan.at_mm
        air = self._stage.world.climate((at.x, at.y))
        return {
            "QUNO": str(self._bank),
            "Temp": round(air.temperature_c),
            "Hum": round(air.humidity_pct),
            "PM2_5": 10,
            "PM10": 20,
            "TVOC": 5,
            "CO2": 420,
            "COLNO": "" if column is None else str(column),
            "MJJZTLX": code,
            "MJJZTLXName": name,
            "COLUMNDWZT_CHANGED": "0",
            "DATA": "",
            "IsBJ": int(is_alarm),
            "IsLock": int(any(segment.locked for segment in steel.segments)),
            "IsVent": int(all(s.state is SteelState.VENTILATING for s in steel.segments)),
            "IsPower": int(not any(segment.asleep for segment in steel.segments)),
            "IsZDKJ": 0,
            "ColumnStatus": self._digits(steel),
        }

    def _state(self, steel: BankSteel) -> tuple[str, str, int | None, bool]:
        """Choose code, name, column and alarm: the gravest thing only, as the panel shows it."""
        for segment in steel.segments:
            names = reported(steel, segment)
            if names:
                code, name = CODES.get(names[0], _ELSE_FORBIDDEN)
                return code, name, _broken(segment), names[0] != "locked"
        moving = [c.column for s in steel.segments for c in s.columns if c.motor_on]
        if moving:
            return _MOVING, f"第{moving[0]}列移动中", moving[0], False
        if self._freed:
            return *_FREED, None, False
        parts = segments_of(steel.plan)
        outer = {part.segment: _outer(steel, part) for part in parts}
        if all(s.open_aisles == (outer[s.segment],) for s in steel.segments):
            return *_CLOSED, None, False
        opened = next((s for s in steel.segments if s.open_aisles != (outer[s.segment],)), None)
        if opened is not None and opened.open_aisles:
            column = opened.columns[max(opened.open_aisles[0] - 1, 0)].column
            return _ARRIVED, f"第{column}列打开到位", column, False
        return *_FREED, None, False

    def _digits(self, steel: BankSteel) -> str:
        """Say of every column which sides are in place; the fixed one says 3."""
        digits = dict.fromkeys(range(1, steel.plan.columns + 1), "3")
        low_in_place, high_in_place = ("1", "2") if self.words.left == "low" else ("2", "1")
        for segment in steel.segments:
            for place, column in enumerate(segment.columns):
                low = segment.gap_mm(place) <= _TOUCHING_MM
                high = segment.gap_mm(place + 1) <= _TOUCHING_MM
                one = low_in_place if low else high_in_place
                digits[column.column] = ("3" if low and high else one) if low or high else "0"
        row = "".join(digits[column] for column in sorted(digits))
        return row if self.words.left == "low" else row[::-1]


def _told(what: object) -> _Body:
    return 200, json.dumps({"data": what}, ensure_ascii=False).encode()


def _outer(steel: BankSteel, part: Segment) -> int:
    """Name the aisle that is left when all columns are pushed to the fixed one."""
    return part.aisles[-1] if part.first - 1 in steel.plan.fixed else 0


def _broken(segment: SegmentSteel) -> int | None:
    return next((c.column for c in segment.columns if c.fault), None)
