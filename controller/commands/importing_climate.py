"""`stackroom import-climate`: what a data logger measured, while a server runs or not."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from sqlalchemy.exc import OperationalError

from config.console import say
from config.load import load_site
from config.room import Room
from config.settings import ControllerSettings
from config.site import Site
from controller.climate.loggers import imports, store
from controller.climate.loggers.api import see_that_probe_exists
from controller.climate.loggers.imports import NotNow
from controller.climate.loggers.model import Choices, DateOrder, LoggerProblem, Unit
from controller.climate.loggers.shapes import LoggerImportView, show
from controller.commands.importing import Say
from controller.context import Context
from controller.data.opening import open_context
from controller.problems import Problem

_MOST_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("site", type=Path, help="site file")
    parser.add_argument("file", type=Path, help="what the logger wrote, as text")
    parser.add_argument("--room", required=True)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--new-probe", action="store_true", help="a logger no room file names")
    parser.add_argument("--zone", help="time zone of its clock, or UTC+08:00; else the site's")
    parser.add_argument("--dates", choices=get_args(DateOrder), help="order of day, month, year")
    parser.add_argument("--unit", choices=get_args(Unit), help="of temperatures")
    parser.add_argument("--sensor", help="which sensor, if several stand in the file")
    parser.add_argument(
        "--column",
        action="append",
        metavar="N=WHAT",
        default=[],
        help="what column N holds: moment, date, clock, sensor, temperature_c, humidity_pct …",
    )
    parser.add_argument("--dry-run", action="store_true", help="only report what is wrong")


def run(options: argparse.Namespace) -> int:
    """Take a file in; return 0 if it is."""
    site, rooms = load_site(options.site)
    return import_climate(
        ControllerSettings(),
        site,
        rooms,
        options.file,
        room=options.room,
        probe=options.probe,
        choices=_choices(options),
        new_probe=options.new_probe,
        dry_run=options.dry_run,
        say=say,
    )


def import_climate(
    settings: ControllerSettings,
    site: Site,
    rooms: Mapping[str, Room],
    path: Path,
    *,
    room: str,
    probe: str,
    choices: Choices,
    new_probe: bool = False,
    dry_run: bool = False,
    say: Say,
) -> int:
    """Take a logger's file in and say what came of it; return 0 if it was. Raises CannotStart."""
    with open_context(settings.data_dir, site, rooms) as context:
        try:
            see_that_probe_exists(context, room, probe, new_probe=new_probe)
            view = _take_in(context, path, room, probe, choices, dry_run, say)
        except Problem as problem:
            say(f"{path}: {problem.code} {problem.params}")
            return 1
        except (LoggerProblem, OSError) as error:
            say(f"{path}: {error}")
            return 1
        except OperationalError as error:
            say(f"{path}: not imported, the database in {settings.data_dir} says: {error.orig}")
            return 1
    _say_report(view, say)
    is_readable = view.state == "cancelled" and not view.questions and view.moments > 0
    return 0 if view.state == "published" or (dry_run and is_readable) else 1


def _take_in(
    context: Context,
    path: Path,
    room: str,
    probe: str,
    choices: Choices,
    dry_run: bool,
    say: Say,
) -> LoggerImportView:
    """Read a file and publish it; what is not published leaves nothing behind."""
    with path.open("rb") as stream:
        import_id = store.begin(
            context, stream, room=room, probe=probe, name=path.name, by="system", choices=choices
        )
    is_ours = imports.work(context, tell=lambda doing, rows: say(f"{doing}: {rows} rows"))
    if not is_ours:
        say(f"another import is under way; {path.name} is read after it and waits to be published")
        return _show(context, import_id)
    if not dry_run:
        try:
            imports.publish(context, import_id, by="system")
            imports.work(context, tell=lambda doing, rows: say(f"{doing}: {rows} rows"))
            return _show(context, import_id)
        except NotNow:
            pass
    imports.cancel(context, import_id, by="system")
    return _show(context, import_id)


def _show(context: Context, import_id: str) -> LoggerImportView:
    with context.records.read() as session:
        return show(session, store.get_import(session, import_id), {})


def _choices(options: argparse.Namespace) -> Choices:
    columns = dict(pair.split("=", 1) for pair in options.column)
    return Choices.model_validate(
        {
            "zone": options.zone,
            "date_order": options.dates,
            "temperature_unit": options.unit,
            "sensor": options.sensor,
            "columns": columns or None,
        }
    )


def _say_report(view: LoggerImportView, say: Say) -> None:
    if view.failure is not None:
        say(f"{view.name}: {view.failure.code} {dict(view.failure.params)}")
        return
    columns = ", ".join(f"{each.place} {each.means}" for each in view.columns if each.means)
    say(f"columns: {columns}; separator {view.separator!r}, decimals {view.decimal!r}")
    say(f"times: {view.zone} (by {view.zone_by}), dates {view.date_order} ({view.date_order_by})")
    for each in view.questions:
        say(f"open: {each.about}: {', '.join(each.options)} ({each.example})")
    for problem in view.problems[:_MOST_SHOWN]:
        say(f"row {problem.row}, {problem.column}: {problem.code} ({problem.value})")
    counts = ", ".join(f"{count} {code}" for code, count in view.problem_counts.items())
    if counts:
        say(f"problems: {counts}")
    taken = "nothing taken in"
    if view.state == "published":
        taken = f"{view.new} new moments, {view.already} already here"
    say(f"{view.name}: {view.rows} rows, {view.moments} moments; {taken}")
