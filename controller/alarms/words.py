"""What an e-mail says of an alarm, in both languages. A new kind needs its two lines here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from config.room import Room, Words
from config.site import Site
from controller.alarms.kinds import (
    AGENT_SILENT,
    DEVICE_DOWN,
    DOOR_LEFT,
    DOOR_UNSURE,
    FIRE,
    PROGRAM_BROKEN,
    TRIP,
)
from controller.alarms.model import Alarm, Letter
from controller.alarms.trip_words import TRIP_WORDS


@dataclass(frozen=True, slots=True)
class Text:
    """An e-mail's subject and body."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where letters come from: the site, its rooms, and the address of its page."""

    site: Site
    rooms: Mapping[str, Room]
    address: str

    def link(self, alarm: Alarm) -> str:
        """Name the page of an alarm."""
        return f"{self.address}/alarms?id={alarm.id}"


_TITLES: Mapping[str, Words] = MappingProxyType(
    {
        TRIP: Words(zh="{bank}：保护动作，密集架已停", en="{bank}: a protection stopped the steel"),
        DEVICE_DOWN: Words(zh="设备 {device} 无应答", en="Device {device} does not answer"),
        AGENT_SILENT: Words(zh="库房失去联系", en="Nothing is heard from the room"),
        PROGRAM_BROKEN: Words(zh="{program}中断", en="{program} broke off"),
        FIRE: Words(zh="火警信号", en="Fire signal"),
        DOOR_LEFT: Words(zh="{item}未经借出离开：{door}", en="{item} left unlent by {door}"),
        DOOR_UNSURE: Words(zh="{item}可能已离开：{door}", en="{item} may have left by {door}"),
    }
)
_ADVICE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        TRIP: (
            "原因：{trip}。先在架体控制器上复位，再由一名具名人员到现场查看通道并在架前屏幕上确认；"
            "不能远程复位。",
            "Reason: {trip}. Reset it at the steel's own controller first; then a named person "
            "looks into the aisles and confirms at the bank's screen. There is no remote reset.",
        ),
        DEVICE_DOWN: (
            "一分多钟没有应答。请检查电源、网线和串口线。",
            "It has not answered for more than a minute. Look at its power and its cable.",
        ),
        AGENT_SILENT: (
            "一分多钟没有收到库房程序的消息。架前屏幕仍可使用；请检查网络和库房主机。",
            "Its program has not been heard for more than a minute. The screens at the banks go on "
            "working; look at the network and at the room's computer.",
        ),
        PROGRAM_BROKEN: (
            "原因代码：{why}。密集架停在原处；请到现场查看后重新发起。",
            "Reason code: {why}. The steel stands where it stopped; look at it on site, then "
            "propose it anew.",
        ),
        DOOR_LEFT: (
            "库房门口的天线读到它出去，借出清单里没有它。请查看门口记录并找到持有人；补办借出、"
            "再次在库内读到或扫到、或由具名人员说明后解除。",
            "The antennas at the door heard it go out, and no loan allows that. Look at the door's "
            "record and find who has it; the alarm ends when it is lent, heard or scanned in "
            "the room again, or explained by a named person.",
        ),
        DOOR_UNSURE: (
            "它到过库房门口，方向不明，也没有借出记录；此后两分钟库内没有天线再读到它。请查看门口记录，"
            "看它是否在架上；补办借出、再次读到、有人在库内扫到它、或由具名人员说明后解除。",
            "It came to the door, nobody knows which way it went, no loan allows that it leaves, "
            "and no antenna in the room has heard it in the two minutes since. Look at the door's "
            "record and whether it stands on its shelf; the alarm ends when it is lent, heard "
            "again, scanned in the room, or explained by a named person.",
        ),
        FIRE: (
            "密集架已冻结，本程序不再发出任何动作。谁占用哪条通道，见页面。",
            "The steel is frozen and this program commands nothing. The page shows who holds which "
            "aisle.",
        ),
    }
)
_PROGRAMS: Mapping[str, Words] = MappingProxyType(
    {
        "night_closing": Words(zh="夜间合架", en="The night closing"),
        "ventilation": Words(zh="通风", en="The ventilation"),
    }
)
_PRIORITIES: Mapping[str, Words] = MappingProxyType(
    {
        "high": Words(zh="高", en="high"),
        "medium": Words(zh="中", en="medium"),
        "low": Words(zh="低", en="low"),
    }
)


def write_text(letter: Letter, place: Place) -> Text:
    """Word a letter in its recipient's language."""
    zh = letter.language == "zh"
    alarm = letter.alarm
    if alarm is None:
        return _test_text(place, zh)
    facts = _facts(alarm, place, zh)
    title = _in(_TITLES[alarm.kind], zh).format_map(facts)
    room = _room_name(place, alarm.room, zh)
    state = _state(letter, zh)
    advice = _ADVICE[alarm.kind][0 if zh else 1].format_map(facts)
    zone = place.site.zone()
    lines = [f"{room}：{title}" if zh else f"{room}: {title}", ""]
    lines += [advice, ""] if letter.event == "raised" else []
    lines += _times(alarm, zone, zh)
    lines += ["", f"{'详情' if zh else 'Details'}: {place.link(alarm)}", ""]
    return Text(subject=f"[{state}] {room} {title}", body="\n".join(lines))


def _test_text(place: Place, zh: bool) -> Text:
    site = _in(place.site.name, zh)
    if zh:
        body = f"这是一条测试消息：{site}的报警会发到这里。\n\n{place.address}/alarms\n"
        return Text(subject=f"[测试] {site}", body=body)
    body = f"This is a test: alarms of {site} arrive here.\n\n{place.address}/alarms\n"
    return Text(subject=f"[test] {site}", body=body)


def _facts(alarm: Alarm, place: Place, zh: bool) -> dict[str, str]:
    params = alarm.params
    program = _PROGRAMS.get(str(params.get("program")))
    return {
        "bank": _bank_name(place, alarm, zh),
        "device": str(params.get("device")),
        "program": _in(program, zh) if program else str(params.get("program")),
        "door": _door_name(place, alarm, zh),
        "item": str(params.get("item_code") or params.get("epc")),
        "why": str(params.get("why") or "-"),
        "trip": _trip(str(params.get("code")), params.get("raw"), zh),
    }


def _trip(code: str, raw: object, zh: bool) -> str:
    words = TRIP_WORDS.get(code)
    named = _in(words, zh) if words is not None else code
    if raw is None:
        return named
    return f"{named}（厂家代码 {raw}）" if zh else f"{named} (maker's code {raw})"


def _state(letter: Letter, zh: bool) -> str:
    assert letter.alarm is not None
    if letter.event == "cleared":
        return "已解除" if zh else "cleared"
    priority = _in(_PRIORITIES[letter.alarm.priority], zh)
    return f"报警·{priority}" if zh else f"alarm, {priority}"


def _times(alarm: Alarm, zone: ZoneInfo, zh: bool) -> list[str]:
    lines = [f"{'发生' if zh else 'Since'}: {_time(alarm.since, zone)}"]
    if alarm.cleared_at is not None:
        lines.append(f"{'解除' if zh else 'Cleared'}: {_time(alarm.cleared_at, zone)}")
    return lines


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def _room_name(place: Place, code: str, zh: bool) -> str:
    room = place.rooms.get(code)
    return code if room is None else f"{_in(room.name, zh)} ({code})"


def _bank_name(place: Place, alarm: Alarm, zh: bool) -> str:
    room, number = place.rooms.get(alarm.room), alarm.params.get("bank")
    banks = room.banks if room is not None else ()
    named = next((bank.name for bank in banks if bank.bank == number), None)
    return _in(named, zh) if named is not None else alarm.subject


def _door_name(place: Place, alarm: Alarm, zh: bool) -> str:
    room, name = place.rooms.get(alarm.room), alarm.params.get("door")
    doors = room.doors if room is not None else ()
    named = next((door.name for door in doors if door.door == name), None)
    return _in(named, zh) if named is not None else str(name)


def _in(words: Words, zh: bool) -> str:
    return words.zh if zh else words.en
