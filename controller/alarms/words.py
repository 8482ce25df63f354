"""What a letter says of alarms, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from config.room import Room, Words
from config.site import Site
from controller.alarms.facts import facts_of, in_
from controller.alarms.kind_words import ADVICE, TITLES
from controller.alarms.model import PRIORITIES, Alarm, Letter, Said, Step


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


_PRIORITIES: Mapping[str, Words] = MappingProxyType(
    {
        "high": Words(zh="高", en="high"),
        "medium": Words(zh="中", en="medium"),
        "low": Words(zh="低", en="low"),
    }
)
_STEPS: Mapping[Step, Words] = MappingProxyType(
    {
        "raised": Words(zh="报警·{priority}", en="alarm, {priority}"),
        "again": Words(zh="再次提醒·{priority}", en="reminder, {priority}"),
        "escalated": Words(zh="无人确认·{priority}", en="nobody acknowledged, {priority}"),
        "worse": Words(zh="加重·{priority}", en="graver now, {priority}"),
        "better": Words(zh="减轻·{priority}", en="milder now, {priority}"),
        "cleared": Words(zh="已解除", en="cleared"),
    }
)
_UNNOTED = Words(zh="还没有人确认。", en="Nobody has acknowledged it yet.")
_ADVISED: frozenset[Step] = frozenset({"raised", "again", "escalated", "worse"})
_WITHOUT_NOTE: frozenset[Step] = frozenset({"again", "escalated"})


def write_text(letter: Letter, place: Place) -> Text:
    """Word a letter in its recipient's language."""
    zh = letter.language == "zh"
    if letter.alarm is None or letter.event == "test":
        return _test_text(place, zh)
    first = Said(event=letter.event, alarm=letter.alarm)
    return (
        _text_of_many([first, *letter.more], place, zh)
        if letter.more
        else _text_of_one(first, place, zh)
    )


def _text_of_one(said: Said, place: Place, zh: bool) -> Text:
    alarm, event = said.alarm, said.event
    title, room = _title(alarm, place, zh), _room_name(place, alarm.room, zh)
    lines = [f"{room}：{title}" if zh else f"{room}: {title}", ""]
    lines += [_advice(alarm, place, zh), ""] if event in _ADVISED else []
    lines += [in_(_UNNOTED, zh), ""] if event in _WITHOUT_NOTE else []
    lines += _times(alarm, place.site.zone(), zh)
    if alarm.rule is not None:
        rule = f"{alarm.rule}, {alarm.rule_version}"
        lines.append(f"{'依据' if zh else 'Rule'}: {rule}")
    lines += ["", f"{'详情' if zh else 'Details'}: {place.link(alarm)}", ""]
    return Text(subject=f"[{_state(said, zh)}] {room} {title}", body="\n".join(lines))


def _text_of_many(all_said: Sequence[Said], place: Place, zh: bool) -> Text:
    """Word what came of one zone or one door within a short while, the gravest first."""
    ordered = sorted(all_said, key=_gravity)
    first = ordered[0]
    title, room = _title(first.alarm, place, zh), _room_name(place, first.alarm.room, zh)
    more = f"等 {len(ordered)} 条" if zh else f"and {len(ordered) - 1} more"
    lines = [room, ""]
    for said in ordered:
        since = _time(said.alarm.since, place.site.zone())
        lines.append(f"- [{_state(said, zh)}] {_title(said.alarm, place, zh)} ({since})")
        lines.append(f"  {place.link(said.alarm)}")
    advised = {said.alarm.kind: said.alarm for said in ordered if said.event in _ADVISED}
    for alarm in advised.values():
        lines += ["", _advice(alarm, place, zh)]
    each = (
        "每条可单独确认，也可一并确认"
        if zh
        else "Each can be acknowledged by itself, or all at once"
    )
    lines += ["", f"{each}: {place.address}/alarms", ""]
    return Text(subject=f"[{_state(first, zh)}] {room} {title} {more}", body="\n".join(lines))


def _gravity(said: Said) -> tuple[bool, int]:
    return said.event == "cleared", PRIORITIES.index(said.alarm.priority)


def _test_text(place: Place, zh: bool) -> Text:
    site = in_(place.site.name, zh)
    if zh:
        body = f"这是一条测试消息：{site}的报警会发到这里。\n\n{place.address}/alarms\n"
        return Text(subject=f"[测试] {site}", body=body)
    body = f"This is a test: alarms of {site} arrive here.\n\n{place.address}/alarms\n"
    return Text(subject=f"[test] {site}", body=body)


def _title(alarm: Alarm, place: Place, zh: bool) -> str:
    return in_(TITLES[alarm.kind], zh).format_map(facts_of(alarm, place.rooms.get(alarm.room), zh))


def _advice(alarm: Alarm, place: Place, zh: bool) -> str:
    facts = facts_of(alarm, place.rooms.get(alarm.room), zh)
    return ADVICE[alarm.kind][0 if zh else 1].format_map(facts)


def _state(said: Said, zh: bool) -> str:
    priority = in_(_PRIORITIES[said.alarm.priority], zh)
    return in_(_STEPS[said.event], zh).format(priority=priority)


def _times(alarm: Alarm, zone: ZoneInfo, zh: bool) -> list[str]:
    lines = [f"{'发生' if zh else 'Since'}: {_time(alarm.since, zone)}"]
    if alarm.cleared_at is not None:
        lines.append(f"{'解除' if zh else 'Cleared'}: {_time(alarm.cleared_at, zone)}")
    return lines


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def _room_name(place: Place, code: str, zh: bool) -> str:
    room = place.rooms.get(code)
    return code if room is None else f"{in_(room.name, zh)} ({code})"
