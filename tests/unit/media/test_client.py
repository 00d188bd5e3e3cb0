"""Whoever waits for a turn at a host is not taken for a server that is silent."""

from __future__ import annotations

import asyncio
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from threadbound.media import client
from threadbound.media.policy import WAYBACK, origin_of
from threadbound.options import FetchOptions

pytestmark = [
    pytest.mark.loopback,
    pytest.mark.timeout(60),
    # pycurl makes a copy of each socket that it is given, and drops ours.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"),
]
WEB = runpy.run_path(str(Path(__file__).parents[2] / "web.py"))
#: Seconds that each answer takes, and how many are asked for: together longer than anything may take.
PAUSE, COUNT, TIMEOUT = 0.2, 16, 0.6


@pytest.fixture
def site() -> Iterator[Any]:
    with WEB["served"]() as site:
        site.otherwise = WEB["slow"](b"bytes", PAUSE)
        yield site


def download(site: Any, folder: Path, count: int) -> list[bytes]:
    """Ask for so many at once."""

    async def all_of_them() -> None:
        asking = client.Client(FetchOptions(timeout=TIMEOUT), origin_of(site.url))
        try:
            await asyncio.gather(*(asking.download(f"{site.url}/{n}", folder / str(n), str) for n in range(count)))
        finally:
            await asking.close()

    asyncio.run(all_of_them())
    return [path.read_bytes() for path in folder.iterdir()]


def test_waiting_for_a_turn_is_no_silence(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where many hosts redirect to one: each picture's own host lets it through at once."""
    monkeypatch.setattr(client, "PER_HOST", 1)
    assert PAUSE * COUNT > TIMEOUT * client.WHOLE
    assert download(site, tmp_path, COUNT) == [b"bytes"] * COUNT
    assert site.most == 1


def test_a_host_that_shuts_out_the_eager_is_asked_gently(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.GENTLY[WAYBACK] < 4
    monkeypatch.setattr(client, "GENTLY", {"127.0.0.1": 2})
    download(site, tmp_path, 6)
    assert site.most <= 2


def test_no_host_is_asked_for_more_than_it_can_bear(site: Any, tmp_path: Path) -> None:
    download(site, tmp_path, 3 * client.PER_HOST)
    assert 1 < site.most <= client.PER_HOST
