"""`./stackroom fuzz [NAME]`: lets a fuzzer look for bytes that a decoder does not survive.

The fuzzer, atheris, is none of the project's own tools: it is installed once, locked by its hashes,
into the user's cache folder. What it learnt stays there too, so that the next run goes on from it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LOCK = HERE / "requirements.txt"
_LONGEST_INPUT = 4096
_LONGEST_RUN_S = 10
_MOST_MEMORY_MB = 1500
_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one target's run came to."""

    name: str
    executions: int
    branches: int
    features: int
    memory_mb: int
    finding: Path | None
    """The input that broke it; None if none did."""
    ended_well: bool


def main() -> int:
    """Fuzz one target or all; return 0 only if nothing was found."""
    sys.path.insert(0, str(ROOT))
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(
        prog="stackroom fuzz",
        description=__doc__,
        epilog="targets: " + "; ".join(target.about for target in TARGETS.values()),
    )
    parser.add_argument("name", nargs="?", choices=sorted(TARGETS), help="default: all, in turn")
    parser.add_argument("--seconds", type=_seconds, default=60, help="for each target (60)")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="run one input, not the fuzzer")
    options = parser.parse_args()
    names = sorted(TARGETS) if options.name is None else [options.name]
    if options.replay is not None:
        if options.name is None:
            parser.error("--replay needs the NAME of a target")
        TARGETS[options.name].run(options.replay.read_bytes())
        print(f"{options.name} survives {options.replay}")
        return 0
    cache = cache_folder(os.environ) / "fuzz"
    fuzzer = _install(cache)
    if fuzzer is None:
        return 2
    outcomes = []
    for name in names:
        corpus = _plant(cache / "corpus" / name, TARGETS[name].seeds())
        print(f"{name}: {options.seconds} s; {TARGETS[name].about}", flush=True)
        outcomes.append(_fuzz(name, corpus, cache / "findings" / name, fuzzer, options.seconds))
    print(_table(outcomes))
    return 0 if all(outcome.ended_well for outcome in outcomes) else 1


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Name the folder where a user's programs keep what they can make again."""
    home = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "stackroom"


def _seconds(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not 1 to 86400 seconds")
    return int(text)


def _install(cache: Path) -> Path | None:
    """Return the folder of the fuzzer, installed if need be; None if it cannot be."""
    lock = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = cache / f"atheris-{lock}"
    if folder.is_dir():
        return folder
    print(
        f"stackroom fuzz: installing the fuzzer atheris (Apache-2.0), once, into {folder}.\n"
        f"Its version and hashes are those of {LOCK.relative_to(ROOT)}; .venv stays as it is.",
        flush=True,
    )
    fresh = cache / f"atheris-{lock}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(LOCK)]
    done = subprocess.run([*pip, *locked, "--target", str(fresh)], stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        print(
            "stackroom fuzz: could not install it; the reason stands above. There are builds for "
            "Linux on x86-64 with Python 3.11 to 3.13.",
            file=sys.stderr,
        )
        return None
    fresh.rename(folder)
    return folder


def _plant(corpus: Path, seeds: list[bytes]) -> Path:
    """Put what is known to be well said beside what earlier runs found."""
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    return corpus


def _fuzz(name: str, corpus: Path, findings: Path, fuzzer: Path, seconds: int) -> Outcome:
    findings.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    options = {
        "max_total_time": seconds,
        "max_len": _LONGEST_INPUT,
        "timeout": _LONGEST_RUN_S,
        "rss_limit_mb": _MOST_MEMORY_MB,
        "print_final_stats": 1,
        "artifact_prefix": f"{findings}/",
    }
    command = [sys.executable, str(HERE / "child.py"), name, str(corpus)]
    command += [f"-{key}={value}" for key, value in options.items()]
    path = os.pathsep.join((str(fuzzer), str(ROOT)))
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds + _PATIENCE_S,
        )
        said, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as expired:
        said, code = _text(expired.stdout) + "\nthe fuzzer did not end in time", 1
    found = sorted(set(findings.iterdir()) - before)
    if code != 0:
        print(_why(said))
    for path_of_input in found:
        print(f"  again: ./stackroom fuzz {name} --replay {path_of_input}")
    return read_outcome(name, said, found[0] if found else None, ended_well=code == 0)


def _text(said: bytes | str | None) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said or ""


def _why(said: str) -> str:
    """Take from a fuzzer's long words the lines that say what broke."""
    start = said.find("=== Uncaught Python exception")
    lines = said[start:].splitlines() if start >= 0 else said.splitlines()[-15:]
    return "\n".join(f"  {line}" for line in lines[:40])


def read_outcome(name: str, said: str, finding: Path | None, *, ended_well: bool) -> Outcome:
    """Read libFuzzer's last line of progress and its final figures."""
    progress = re.findall(r"cov: (\d+) ft: (\d+)", said)
    branches, features = map(int, progress[-1]) if progress else (0, 0)
    figures = dict(re.findall(r"stat::(\w+):\s+(\d+)", said))
    return Outcome(
        name=name,
        executions=int(figures.get("number_of_executed_units", 0)),
        branches=branches,
        features=features,
        memory_mb=int(figures.get("peak_rss_mb", 0)),
        finding=finding,
        ended_well=ended_well,
    )


def _table(outcomes: list[Outcome]) -> str:
    lines = [f"{'target':<14}{'executions':>12}{'branches':>10}{'features':>10}{'MB':>6}   found"]
    for outcome in outcomes:
        found = "nothing" if outcome.ended_well else str(outcome.finding or "it did not end well")
        lines.append(
            f"{outcome.name:<14}{outcome.executions:>12}{outcome.branches:>10}"
            f"{outcome.features:>10}{outcome.memory_mb:>6}   {found}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
