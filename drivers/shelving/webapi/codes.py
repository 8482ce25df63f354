"""What the state codes of MjjWebApi mean, in our words. Pure.

Sources: the table JudgeIsErrorZt of a public Vue client (every code below but 07, 0C, 0E), and the
comparisons in that client (ZT_07 all closed, ZT_0C moving, ZT_0E motion allowed again). The numbers
for "arrived" are not public; the client knows those states by their names, and so do we, for a code
that stands in no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drivers import trips
from drivers.readings import Trip


class Says(StrEnum):
    """What a code says of the columns."""

    STANDS = "stands"
    ALL_CLOSED = "all_closed"
    MOVES = "moves"
    LOCKED = "locked"
    TRIPPED = "tripped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code decoded."""

    says: Says
    trip: Trip | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    says: Says
    trip: str = ""


def _trips(code: str) -> _Row:
    return _Row(Says.TRIPPED, code)


CODES = {
    "ZT_00": _Row(Says.UNKNOWN),  # 未知指令: the last command was not understood
    "ZT_01": _trips("motion_forbidden"),  # 禁止移动、自动保护
    "ZT_02": _trips("entrance_front"),  # 门禁保护、前入口有人进出保护
    "ZT_03": _trips("aisle_infrared"),  # 通道内红外线保护
    "ZT_07": _Row(Says.ALL_CLOSED),
    "ZT_09": _trips("side_panel"),  # 侧列门面保护
    "ZT_0C": _Row(Says.MOVES),
    "ZT_0E": _Row(Says.STANDS),  # 解除禁止
    "ZT_0F": _Row(Says.STANDS),  # 解除通道内红外线保护
    "ZT_12": _trips("limit_switch_open"),  # 开架限位开关故障
    "ZT_13": _trips("limit_switch_close"),  # 合架限位开关故障
    "ZT_14": _trips("motor"),  # 电机故障
    "ZT_1C": _trips("keys_disabled"),  # 移动按键禁用
    "ZT_21": _trips("blind_spot"),  # 无盲点保护
    "ZT_24": _trips("pressure"),  # 压力传感器保护
    "ZT_25": _trips("entrance_rear"),  # 后入口有人进出保护
    "ZT_26": _trips("drive_locked"),  # 传动机构锁定
    "ZT_29": _trips("pressure_detached"),  # 压力传感器脱开
    "ZT_2A": _trips("person_in_aisle"),  # 通道有人，移开架体
    "ZT_2E": _trips("smoke"),  # 烟雾输出
    "ZT_4E": _Row(Says.LOCKED),  # 锁定
    "ZT_80": _trips("close_timeout"),  # 架体关闭超时
    "ZT_81": _trips("open_timeout"),  # 架体打开超时，超距
    "ZT_82": _trips("close_timeout"),  # 架体关闭超时
    "ZT_83": _trips("neighbour_timeout"),  # 邻居读取超时
    "ZT_86": _trips("close_over_travel"),  # 架体关闭超距
    "ZT_87": _trips("open_over_travel"),  # 架体打开超距
    "ZT_90": _trips("motor_feedback"),  # 电机驱动，反馈故障
    "ZT_91": _trips("auto_protection"),  # 自动保护
}
_NAMES = (("移动中", Says.MOVES), ("打开到位", Says.STANDS), ("关闭到位", Says.STANDS))
"""Ends of MJJZTLXName by which the Vue client knows what has no public code."""
_DENIALS = ("未", "不", "没", "无", "非")
"""A name with one of these may say the opposite of its end."""
OCCUPIED = frozenset({"aisle_infrared", "person_in_aisle"})
PRESSURE = frozenset({"pressure", "pressure_detached"})
ENTRANCES = frozenset({"entrance_front", "entrance_rear"})


def decode(code: str, name: str) -> Meaning:
    """Say what a code means; one that nobody knows is a trip of its own, with the raw code."""
    row = CODES.get(code)
    if row is not None:
        return Meaning(row.says, Trip(row.trip, code) if row.trip else None)
    named = next((says for end, says in _NAMES if name.endswith(end)), None)
    if named is not None and not any(denial in name for denial in _DENIALS):
        return Meaning(named)
    return Meaning(Says.UNKNOWN, Trip(trips.UNKNOWN, code))
