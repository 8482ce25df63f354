"""Runs one fuzz target under atheris, in a process of its own: NAME, then libFuzzer's own options.

The watched packages must be imported under atheris' eyes, so nothing of the project is imported
before it.
"""

from __future__ import annotations

import sys

WATCHED = [
    "config.readers",
    "controller.link.batches",
    "controller.tags.schemes",
    "drivers",
    "epcpy",
]


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    import atheris

    name = sys.argv[1]
    with atheris.instrument_imports(include=WATCHED, enable_loader_override=False):
        from tests.fuzz.targets import TARGETS

    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[name].run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
