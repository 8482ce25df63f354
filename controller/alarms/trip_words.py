"""The protections of drivers/trips.py in both languages, for e-mails."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from config.room import Words

TRIP_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "aisle_infrared": Words(zh="通道红外", en="Aisle infrared"),
        "auto_protection": Words(zh="自动保护", en="Automatic protection"),
        "blind_spot": Words(zh="无盲区保护", en="No-blind-spot curtain"),
        "close_over_travel": Words(zh="合架超程", en="Over-travel while closing"),
        "close_timeout": Words(zh="合架超时", en="Closing took too long"),
        "drive_locked": Words(zh="驱动锁死", en="Drive locked"),
        "e_stop": Words(zh="急停回路", en="Emergency stop chain"),
        "entrance_front": Words(zh="前入口有人", en="Person at the front entrance"),
        "entrance_rear": Words(zh="后入口有人", en="Person at the rear entrance"),
        "heartbeat_lost": Words(zh="心跳中断", en="Heartbeat lost"),
        "keys_disabled": Words(zh="按键停用", en="Keys switched off"),
        "limit_switch": Words(zh="限位开关", en="Limit switch"),
        "limit_switch_close": Words(zh="合架限位", en="Limit switch, closing"),
        "limit_switch_open": Words(zh="开架限位", en="Limit switch, opening"),
        "locked": Words(zh="已锁定", en="Locked"),
        "motion_forbidden": Words(zh="禁止运动", en="Motion forbidden"),
        "motor": Words(zh="电机故障", en="Motor fault"),
        "motor_feedback": Words(zh="电机无反馈", en="No feedback from a motor"),
        "neighbour_timeout": Words(zh="相邻列无应答", en="Neighbour column silent"),
        "obstruction": Words(zh="有障碍物", en="Something in the way"),
        "open_over_travel": Words(zh="开架超程", en="Over-travel while opening"),
        "open_timeout": Words(zh="开架超时", en="Opening took too long"),
        "person_entered": Words(zh="有人进入", en="Somebody entered"),
        "person_in_aisle": Words(zh="通道有人", en="Person in the aisle"),
        "power_cut": Words(zh="断电", en="Power cut"),
        "power_fail": Words(zh="断电", en="Power failed"),
        "pressure": Words(zh="压力条", en="Pressure strip"),
        "pressure_detached": Words(zh="压力条脱落", en="Pressure strip off"),
        "side_panel": Words(zh="侧板未关", en="Side panel open"),
        "smoke": Words(zh="烟雾", en="Smoke"),
        "timeout": Words(zh="超时", en="Took too long"),
        "unknown": Words(zh="未知代码", en="Unknown code"),
    }
)
