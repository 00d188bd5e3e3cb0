"""What every test has: no network, and the way to the real pages."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what reads real pages where there are none."""
    if not (SHARED / "corpus").is_dir():
        for item in items:
            if item.get_closest_marker("corpus"):
                item.add_marker(pytest.mark.skip(reason="../shared/corpus is not here"))


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline is a tested property: opening a socket fails the test unless it says ``loopback``."""
    if request.node.get_closest_marker("loopback"):
        return

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"a test opened a socket: {args} {kwargs}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture
def corpus() -> Path:
    """The folder of real pages (tests that use it carry ``@pytest.mark.corpus``)."""
    return SHARED / "corpus"
