"""`stackroom import`: boxes or files from a list, while no server is needed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy.exc import OperationalError

from config.console import say
from config.load import load_site
from config.room import Room
from config.settings import ControllerSettings
from config.site import Site
from controller.data.opening import open_context
from controller.holdings.imports import ImportBusy, ImportReport, Kind, run_import
from controller.holdings.sheets import SheetProblem

Say = Callable[[str], None]
_MOST_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what stands behind the command on its line."""
    parser.add_argument("site", type=Path, help="site file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--kind", choices=("boxes", "files"), required=True)
    parser.add_argument("--dry-run", action="store_true", help="only report what is wrong")
    parser.add_argument("--accept-partial", action="store_true", help="import the good rows anyway")


def run(options: argparse.Namespace) -> int:
    """Import a list; return 0 if nothing was wrong with it."""
    site, rooms = load_site(options.site)
    return import_file(
        ControllerSettings(),
        site,
        rooms,
        options.file,
        kind=options.kind,
        dry_run=options.dry_run,
        accept_partial=options.accept_partial,
        say=say,
    )


def import_file(
    settings: ControllerSettings,
    site: Site,
    rooms: Mapping[str, Room],
    path: Path,
    *,
    kind: Kind,
    dry_run: bool,
    accept_partial: bool,
    say: Say,
) -> int:
    """Import a list and say what came of it; return 0 if nothing was wrong with it.

    Raises CannotStart.
    """
    with open_context(settings.data_dir, site, rooms) as context:
        try:
            with path.open("rb") as stream:
                report = run_import(
                    context,
                    stream,
                    kind=kind,
                    name=path.name,
                    by="system",
                    dry_run=dry_run,
                    accept_partial=accept_partial,
                    progress=_every_tenth(say),
                )
        except (SheetProblem, ImportBusy, OSError) as error:
            say(f"{path}: {error}")
            return 1
        except OperationalError as error:
            say(f"{path}: not imported, the database in {settings.data_dir} says: {error.orig}")
            return 1
    _say_report(report, path, say)
    return 0 if report.applied or (dry_run and not report.bad) else 1


def _say_report(report: ImportReport, path: Path, say: Say) -> None:
    for cell in report.bad[:_MOST_SHOWN]:
        say(f"row {cell.row}, {cell.field}: {cell.code} ({cell.value})")
    if len(report.bad) > _MOST_SHOWN:
        say(f"and {len(report.bad) - _MOST_SHOWN} more")
    done = "imported" if report.applied else "nothing imported"
    say(f"{path.name}: {report.rows} rows, {report.good} good, {len(report.bad)} problems; {done}")


def _every_tenth(say: Say) -> Callable[[str, int], None]:
    """Pass on progress each time another ten thousand rows are through."""
    told: dict[str, int] = {}

    def tell(doing: str, rows: int) -> None:
        if rows // 10_000 > told.get(doing, 0):
            told[doing] = rows // 10_000
            say(f"{doing}: {rows} rows")

    return tell
