"""`./stackroom bench NAME`: runs a benchmark and prints its figures beside their targets."""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number; `target` is the most it may be, `None` if it is only told.

    With `at_least` the target is the least it may be.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Say whether the target was reached; `None` if there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


def main() -> int:
    """Run one benchmark; return 0 if it could be run, whatever the figures say."""
    parser = argparse.ArgumentParser(prog="stackroom bench", description=__doc__)
    parser.add_argument("name", choices=sorted(_names()))
    parser.add_argument("--quick", action="store_true", help="end within 60 s")
    parser.add_argument("--json", action="store_true", help="print one line of JSON as the last")
    options = parser.parse_args()
    figures = _load(options.name)(options.quick)
    print(_table(figures))
    if options.json:
        values = {figure.name: round(figure.value, 3) for figure in figures}
        print(json.dumps({"bench": options.name, "figures": values}))
    return 0


def _names() -> list[str]:
    return [path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py")]


def _load(name: str) -> Callable[[bool], list[Figure]]:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", HERE / f"bench_{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda quick: [Figure(**figure) for figure in module.run(quick)]


def _table(figures: list[Figure]) -> str:
    verdicts = {None: "", True: "met", False: "MISSED"}
    lines = [f"{'figure':<34} {'measured':>12} {'target':>16}   verdict"]
    for figure in figures:
        bound = ">=" if figure.at_least else "<="
        target = "-" if figure.target is None else f"{bound} {figure.target:g} {figure.unit}"
        lines.append(
            f"{figure.name:<34} {figure.value:>12.3f} {figure.unit:<4}{target:>12}"
            f"   {verdicts[figure.met]}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
