"""The command line: one sub-command per process, nothing else."""

from __future__ import annotations


def main() -> int:
    """Run the sub-command named on the command line."""
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
