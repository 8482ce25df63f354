"""`stackroom replay`: what limits would have raised over a past period, per year."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.console import say
from config.errors import Mendable
from config.limit_files import check_named, load_limits
from config.limits import LimitProfile
from config.load import load_part, load_site
from config.settings import ControllerSettings
from controller.climate.replay.asking import NoSuch, Wish, make_question
from controller.climate.replay.model import Answer, Tally
from controller.climate.replay.run import answer
from controller.data.opening import open_context

Say = Callable[[str], None]
_TENTHS = 10


class CannotReplay(Mendable):
    """Something that was named does not exist; the message says what."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("site", type=Path, help="site file")
    parser.add_argument("--room", action="append", default=[], help="this room; more than once")
    parser.add_argument("--zone", action="append", default=[], help="ROOM/ZONE; more than once")
    parser.add_argument(
        "--limits", help="other limits than those in force: their id, or a file of limits"
    )
    parser.add_argument("--from", dest="start", type=_moment, help="2025-01-01 or with a time")
    parser.add_argument("--to", dest="end", type=_moment)
    parser.add_argument(
        "--step", choices=("hour", "raw"), default="hour", help="hourly means, or every reading"
    )
    parser.add_argument("--no-hysteresis", action="store_true")
    parser.add_argument("--no-delays", action="store_true")


def run(options: argparse.Namespace) -> int:
    """Replay and print; raises Mendable."""
    site, rooms = load_site(options.site)
    library = load_limits(options.site)
    check_named(options.site, rooms.values(), library)
    limits, profile_id = _limits(options.limits)
    folder = ControllerSettings().data_dir
    with open_context(folder, site, rooms, limits=library) as context:
        end = _aware(options.end, site.zone()) or context.clock.now()
        start = _aware(options.start, site.zone()) or end - timedelta(days=365)
        wish = Wish(
            rooms=options.room,
            zones=[_zone(text) for text in options.zone],
            profile_id=profile_id,
            limits=limits,
            start=start,
            end=end,
            step=options.step,
            hysteresis=not options.no_hysteresis,
            delays=not options.no_delays,
        )
        try:
            found = answer(context, make_question(context, wish), _teller(say))
        except NoSuch as error:
            raise CannotReplay(str(error)) from error
    for line in lines_of(found):
        say(line)
    return 0


def lines_of(found: Answer) -> list[str]:
    """Word what was found, with the same numbers as the page."""
    kinds = sorted({*found.asked.by_kind, *found.bare.by_kind})
    zones = sorted({*found.asked.by_zone, *found.bare.by_zone})
    head = f"{found.probes} probes, {found.reports} reports ({found.step}), {found.years:.2f} years"
    return [
        head,
        _line("", "with", "without"),
        _line("alarms per year", found.asked.per_year, found.bare.per_year),
        _line("alarms", found.asked.alarms, found.bare.alarms),
        _line("again within 6 h", found.asked.again_within_6_h, found.bare.again_within_6_h),
        _line("time with an alarm, %", found.asked.standing_pct, found.bare.standing_pct),
        *(_compare(name, found.asked, found.bare) for name in (*kinds, *zones)),
    ]


def _compare(name: str, asked: Tally, bare: Tally) -> str:
    both = [{**each.by_kind, **each.by_zone}.get(name, 0) for each in (asked, bare)]
    return _line(f"  {name}", *both)


def _line(name: str, asked: object, bare: object) -> str:
    return f"{name:<32}{asked:>12}{bare:>12}"


def _limits(text: str | None) -> tuple[LimitProfile | None, str | None]:
    if text is not None and text.endswith(".yaml"):
        return load_part(Path(text), LimitProfile), None
    return None, text


def _zone(text: str) -> tuple[str, str]:
    room, _, zone = text.partition("/")
    if not zone:
        raise CannotReplay(f"{text} is no zone; write ROOM/ZONE, as in R1/room")
    return room, zone


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _aware(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Read a time without an offset by the site's clock."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone).astimezone(UTC)


def _teller(tell: Say) -> Callable[[float], None]:
    """Say each tenth that is done."""
    told = 0

    def progress(share: float) -> None:
        nonlocal told
        if int(share * _TENTHS) > told and share < 1.0:
            told = int(share * _TENTHS)
            tell(f"{told * 100 // _TENTHS} %")

    return progress
