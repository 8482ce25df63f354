"""Both brokers, for every test that asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.link.brokers import EmbeddedProcess, MosquittoProcess, TestBroker

KINDS: dict[str, Callable[[Path], TestBroker]] = {
    "embedded": EmbeddedProcess,
    "mosquitto": MosquittoProcess,
}


@pytest.fixture(params=sorted(KINDS))
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestBroker]:
    """Run a broker process of each kind in turn."""
    process = KINDS[request.param](tmp_path / "broker")
    process.start()
    yield process
    process.kill()
