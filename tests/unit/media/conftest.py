"""What the tests of fetching stand on: a server on loopback, a store, and how one picture is fetched."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from threadbound.media import fetch
from threadbound.media.addresses import address_of
from threadbound.media.policy import Policy
from threadbound.media.store import MediaStore
from threadbound.media.wanted import Trouble, Wanted
from threadbound.options import FetchOptions, no_step

WEB = runpy.run_path(str(Path(__file__).parents[2] / "web.py"))
KEY = "https://pbs.twimg.com/media/EQ_x-1abcdEFGH9"
TWITTER = Policy(frozenset({"pbs.twimg.com"}))


@pytest.fixture
def site() -> Iterator[Any]:
    with WEB["served"]() as site:
        yield site


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


@pytest.fixture
def fetched(site: Any, store: MediaStore) -> Callable[..., Trouble | None]:
    """Fetch one picture; gives what is wrong."""

    def work(url: str = f"{KEY}.jpg", policy: Policy = TWITTER, near: datetime | None = None, **options: Any) -> Any:
        address = address_of(url)
        assert address
        wanted = Wanted(address.identity, address.candidates, policy, near)
        chosen = FetchOptions(**{"mirror": site.url, "retries": 0, "timeout": 3.0, **options})
        return fetch.fetch([wanted], store, chosen, no_step).get(address.identity)

    return work
