"""Options of the contract suite: which room's real shelving it is pointed at."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--room",
        metavar="FILE",
        help="room file whose shelving the tests marked hardware read (and, asked on the "
        "terminal before each single move, move); without it they are skipped",
    )
