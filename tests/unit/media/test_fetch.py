"""Fetching, from a real server on loopback that behaves as badly as servers do. Nothing here is a mock."""

from __future__ import annotations

import errno
import gc
import itertools
import runpy
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from threadbound import disk
from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.media import asking, fetch
from threadbound.media.addresses import address_of
from threadbound.media.policy import Policy
from threadbound.media.store import Entry, MediaStore
from threadbound.media.wanted import Trouble, Wanted
from threadbound.options import FetchOptions, no_step

pytestmark = [pytest.mark.loopback, pytest.mark.timeout(60)]
SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
WEB = runpy.run_path(str(Path(__file__).parents[2] / "web.py"))
gives, says, after = WEB["gives"], WEB["says"], WEB["after"]
RED: bytes = SAMPLES["picture"]()
KEY = "https://pbs.twimg.com/media/EQ_x-1abcdEFGH9"
ROUTE = KEY.removeprefix("https:/")
TWITTER = Policy(frozenset({"pbs.twimg.com"}))
Fetch = Callable[..., Trouble | None]


def entry(store: MediaStore, url: str = f"{KEY}.jpg") -> Entry | None:
    address = address_of(url)
    assert address
    return store.entry(address.identity)


def test_the_largest_is_asked_for_first_and_kept_as_it_came(site: Any, store: MediaStore, fetched: Fetch) -> None:
    site.routes[ROUTE] = gives(RED, ETag='"x"')
    assert fetched() is None
    assert site.asked == [f"{ROUTE}?format=jpg&name=orig"]
    kept = entry(store)
    assert kept
    assert (kept.sha256, kept.origin, kept.url) == (sha256(RED), "mirror", f"{KEY}?format=jpg&name=orig")
    assert kept.headers["etag"] == '"x"'
    assert abs((datetime.now(UTC) - kept.fetched).total_seconds()) < 30
    asked = site.headers[0]
    assert asked["Accept"] == "image/*"
    assert asked["User-Agent"].startswith("Threadbound/")
    assert not {"Cookie", "Referer", "Authorization"} & asked.keys()


@pytest.mark.parametrize(
    "bad", [says(404), says(410), says(403), gives(b"<html>none</html>", Content_Type="image/jpeg")]
)
def test_a_smaller_size_serves_where_the_largest_does_not(
    bad: Any, site: Any, store: MediaStore, fetched: Fetch
) -> None:
    site.otherwise = bad
    site.routes[f"{ROUTE}?format=jpg&name=large"] = gives(RED)
    assert fetched() is None
    assert [path.rpartition("=")[2] for path in site.asked] == ["orig", "4096x4096", "large"]
    kept = entry(store)
    assert kept
    assert kept.url.endswith("name=large")


def test_the_address_as_the_page_has_it_comes_last(site: Any, fetched: Fetch) -> None:
    site.routes[f"{ROUTE}.jpg"] = gives(RED)
    assert fetched() is None
    assert site.asked[-1] == f"{ROUTE}.jpg"
    assert len(site.asked) == 5


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_not_asked_for_again(status: int, site: Any, fetched: Fetch) -> None:
    site.otherwise = says(status)
    first = fetched()
    assert first
    assert first.code == "media.gone"
    assert len(site.asked) == 5
    assert fetched() == first
    assert len(site.asked) == 5
    site.otherwise = gives(RED)
    assert fetched(ask_again=True) is None


def test_many_words_change_nothing_of_what_a_server_says(site: Any, fetched: Fetch) -> None:
    site.otherwise = lambda request: request.give(b"x" * 3_000_000, 404)
    trouble = fetched(retries=2)
    assert trouble
    assert trouble.code == "media.gone"
    assert len(site.asked) == 5


def test_gone_is_believed_for_weeks_only(site: Any, fetched: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    site.otherwise = says(404)
    assert fetched()
    real = asking.now
    monkeypatch.setattr(asking, "now", lambda: real() + asking.BELIEVED * 2)
    site.otherwise = gives(RED)
    assert fetched() is None


@pytest.mark.parametrize("status", [403, 500])
def test_a_refusal_is_not_taken_for_gone(status: int, site: Any, fetched: Fetch) -> None:
    site.otherwise = says(status)
    trouble = fetched()
    assert trouble
    assert trouble.code == "media.refused"
    assert str(status) in trouble.reason
    site.otherwise = gives(RED)
    assert fetched() is None


@pytest.mark.parametrize(
    "failure",
    [says(503), says(429), says(500), WEB["cut_off"](RED, 20), lambda request: request.hang_up()],
    ids=["503", "429", "500", "cut off", "hang up"],
)
def test_what_may_pass_is_tried_again(failure: Any, site: Any, fetched: Fetch) -> None:
    site.routes[ROUTE] = after(1, failure, gives(RED))
    assert fetched(retries=1) is None
    assert site.asked == [f"{ROUTE}?format=jpg&name=orig"] * 2


def test_a_server_that_names_a_time_is_left_alone_until_then(site: Any, fetched: Fetch) -> None:
    times: list[float] = []

    def noted(request: Any) -> None:
        times.append(time.monotonic())
        (says(429, Retry_After="3") if len(times) == 1 else gives(RED))(request)

    site.routes[ROUTE] = noted
    assert fetched(retries=1) is None
    assert times[1] - times[0] >= 3


def test_a_server_that_names_a_long_time_is_left_to_the_next_run(site: Any, fetched: Fetch) -> None:
    site.otherwise = says(503, Retry_After="Fri, 01 Jan 2100 00:00:00 GMT")
    trouble = fetched(retries=3)
    assert trouble
    assert trouble.code == "media.refused"
    assert len(site.asked) == 1


@pytest.mark.parametrize(("asked", "requests"), [("3600", 5), ("2", 15)])
def test_a_server_that_asks_for_rest_is_left_alone_by_every_request(
    asked: str, requests: int, site: Any, store: MediaStore
) -> None:
    """Those that are on their way come through; the others wait, or leave it to the next run."""
    times: list[float] = []

    def noted(request: Any) -> None:
        times.append(time.monotonic())
        request.give(b"", 429, Retry_After=asked)

    site.otherwise = noted
    wanted = [Wanted(f"w{n}", (f"https://pbs.twimg.com/media/{n}.png",), TWITTER) for n in range(30)]
    troubles = fetch.fetch(wanted, store, FetchOptions(mirror=site.url, jobs=5, retries=0), no_step)
    assert len(troubles) == 30
    assert len(times) <= requests
    assert all(later - sooner > 1.8 for sooner, later in itertools.pairwise(times[4::5]))


def test_a_host_that_is_given_up_is_given_up_for_the_whole_run(site: Any, store: MediaStore) -> None:
    site.otherwise = says(503)
    closed: dict[str, str] = {}
    for batch in range(3):
        urls = [f"https://pbs.twimg.com/media/{batch}-{n}.png" for n in range(8)]
        wanted = [Wanted(url, (url,), TWITTER) for url in urls]
        assert len(fetch.fetch(wanted, store, FetchOptions(mirror=site.url, jobs=2, retries=0), no_step, closed)) == 8
    assert len(site.asked) <= 5
    assert "503" in closed[site.url.removeprefix("http://")]


def test_a_lesser_copy_is_improved_when_asked_again(site: Any, store: MediaStore, fetched: Fetch) -> None:
    large, small = SAMPLES["picture"]((90, 60)), SAMPLES["picture"]((30, 20))
    site.routes[ROUTE] = says(403)
    site.routes[f"{ROUTE}?format=jpg&name=medium"] = gives(small)
    assert fetched() is None
    first = entry(store)
    assert first
    assert not first.is_best
    assert fetched() is None
    again = entry(store)
    assert again
    assert again.fetched == first.fetched
    assert again.checked
    site.routes[ROUTE] = gives(large)
    assert fetched() is None
    best = entry(store)
    assert best
    assert (best.is_best, best.sha256) == (True, sha256(large))


@pytest.fixture
def full(store: MediaStore, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """From the third picture on the disk of the store has no room; the pictures that it refused."""
    refused: list[Path] = []
    remember = MediaStore.remember

    def remembered(self: MediaStore, entry: Entry, place: str = "") -> None:
        if store.places[-1] == store.folder and len(list(store.folder.glob("sha256/*/*"))) > 2:
            refused.append(store.folder)
            raise OSError(errno.ENOSPC, "No space left on device", str(store.folder))
        remember(self, entry, place)

    monkeypatch.setattr(MediaStore, "remember", remembered)
    return refused


def many(site: Any, count: int) -> list[Wanted]:
    """So many pictures, which the site has."""
    found = []
    for n in range(count):
        key = f"https://pbs.twimg.com/media/EQ_x-1abcdEF{n:04}"
        site.routes[key.removeprefix("https:/")] = gives(SAMPLES["picture"]((48 + n, 32)))
        address = address_of(f"{key}.jpg")
        assert address
        found.append(Wanted(address.identity, address.candidates, TWITTER, None))
    return found


def test_what_a_disk_that_becomes_full_has_no_room_for_lies_elsewhere_until_the_command_ends(
    site: Any, store: MediaStore, full: list[Path]
) -> None:
    wanted = many(site, 12)
    assert fetch.fetch(wanted, store, FetchOptions(mirror=site.url, retries=0), no_step) == {}
    assert full
    entries = [store.entry(each.identity) for each in wanted]
    pictures = [store.picture(each) for each in entries if each]
    assert len([each for each in pictures if each and sha256(each.read()) == each.sha256]) == 12
    elsewhere = store.places[1]
    assert list(elsewhere.glob("sha256/*/*"))
    assert not [path for place in store.places for path in place.rglob("*.part")]
    disk.ENDING.close()
    assert not elsewhere.exists()


def test_a_server_that_asks_for_rest_while_the_disk_becomes_full_is_heeded(
    site: Any, store: MediaStore, full: list[Path]
) -> None:
    wanted, asked = many(site, 12), set()
    for route, answer in list(site.routes.items()):

        def once(request: Any, route: str = route, answer: Any = answer) -> None:
            (says(429, Retry_After="3600") if route in asked else answer)(request)
            asked.add(route)

        site.routes[route] = once
    troubles = fetch.fetch(wanted, store, FetchOptions(mirror=site.url, jobs=1, retries=0), no_step)
    assert full
    assert len(troubles) > 8
    assert len(site.asked) < 6  # and not all twelve


def test_where_there_is_no_room_anywhere_that_is_one_error(
    site: Any, store: MediaStore, full: list[Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("threadbound.media.store.spare", refuse)
    with pytest.raises(FileTrouble, match=r"No space left on device; .*XDG_CACHE_HOME sets another folder"):
        fetch.fetch(many(site, 60), store, FetchOptions(mirror=site.url, retries=2), no_step)
    assert full
    gc.collect()
    assert not caplog.records  # the others have ended, and none of them says so
    assert not list(store.folder.rglob("*.part"))
