"""Servers that are silent, absent or many, and who may be asked at all: with real servers on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import itertools
import runpy
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypercorn.asyncio
import pytest
import trustme

from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.media import client, fetch
from threadbound.media.addresses import address_of
from threadbound.media.policy import Policy
from threadbound.media.store import Entry, MediaStore
from threadbound.media.wanted import Trouble, Wanted
from threadbound.options import Authorities, FetchOptions, no_step

pytestmark = [pytest.mark.loopback, pytest.mark.timeout(60)]
SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
WEB = runpy.run_path(str(Path(__file__).parents[2] / "web.py"))
gives, says, leads, after = WEB["gives"], WEB["says"], WEB["leads"], WEB["after"]
RED: bytes = SAMPLES["picture"]()
KEY = "https://pbs.twimg.com/media/EQ_x-1abcdEFGH9"
TWITTER = Policy(frozenset({"pbs.twimg.com"}))
Fetch = Callable[..., Trouble | None]


def entry(store: MediaStore, url: str = f"{KEY}.jpg") -> Entry | None:
    address = address_of(url)
    assert address
    return store.entry(address.identity)


def test_a_silent_server_is_left_after_a_while(site: Any, fetched: Fetch) -> None:
    site.otherwise = WEB["silent"](5)
    started = time.monotonic()
    trouble = fetched(timeout=0.5)
    assert trouble
    assert trouble.code == "media.timeout"
    assert time.monotonic() - started < 4
    assert len(site.asked) == 1


def test_a_dripping_server_is_left_after_a_while(site: Any, fetched: Fetch) -> None:
    site.otherwise = WEB["drips"](RED * 100, 0.1)
    started = time.monotonic()
    trouble = fetched(timeout=0.4)
    assert trouble
    assert trouble.code == "media.timeout"
    assert len(site.asked) == 1
    assert time.monotonic() - started < 5


def test_a_server_that_is_not_there_is_asked_for_few_pictures_only(store: MediaStore) -> None:
    with WEB["served"]() as site:
        url = site.url
    wanted = [Wanted(f"w{n}", (f"https://pbs.twimg.com/media/{n:015d}.jpg",), TWITTER) for n in range(200)]
    started = time.monotonic()
    troubles = fetch.fetch(wanted, store, FetchOptions(mirror=url, retries=1), no_step)
    assert {trouble.code for trouble in troubles.values()} == {"media.unreachable"}
    assert len(troubles) == 200
    assert time.monotonic() - started < 15


def test_a_name_server_that_never_answers_holds_nobody_up(store: MediaStore, monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: never.wait())
    monkeypatch.setattr(client, "CONNECT", 0.2)
    started = time.monotonic()
    wanted = Wanted("w", (f"{KEY}.jpg",), TWITTER)
    trouble = fetch.fetch([wanted], store, FetchOptions(retries=0), no_step)["w"]
    assert (trouble.code, trouble.reason) == (
        "media.timeout",
        "the name pbs.twimg.com cannot be resolved: the name server does not answer; is there a connection?",
    )
    assert time.monotonic() - started < 10
    never.set()


def test_without_a_connection_it_is_not_said_that_the_server_is_gone(
    store: MediaStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unanswered(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unanswered)
    wanted = Wanted("w", (f"{KEY}.jpg",), TWITTER)
    trouble = fetch.fetch([wanted], store, FetchOptions(retries=0), no_step)["w"]
    assert (trouble.code, trouble.reason) == (
        "media.unreachable",
        "the name pbs.twimg.com cannot be resolved; is there a connection?",
    )


def test_many_are_fetched_at_once_but_not_too_many(site: Any, store: MediaStore) -> None:
    def slow(request: Any) -> None:
        time.sleep(0.05)
        number = int(request.path.rpartition("/")[2].partition("?")[0])
        request.give(SAMPLES["picture"]((20 + number, 9)))

    site.otherwise = slow
    wanted = []
    for n in range(60):
        address = address_of(f"https://pbs.twimg.com/media/{n:015d}.jpg")
        assert address
        wanted.append(Wanted(address.identity, address.candidates, TWITTER))
    told: list[tuple[str, int, int, int]] = []
    options = FetchOptions(mirror=site.url, retries=0, jobs=7)
    assert fetch.fetch(wanted, store, options, lambda *step: told.append(step)) == {}
    assert 3 <= site.most <= 7
    assert told[0][1:3] == (0, 60)
    assert told[-1][1:3] == (60, 60)
    assert told[-1][3] > 60 * 50
    assert [step[1] for step in told] == sorted(step[1] for step in told)


def test_wait_keeps_a_distance(site: Any, store: MediaStore) -> None:
    times: list[float] = []

    def noted(request: Any) -> None:
        times.append(time.monotonic())
        request.give(RED)

    site.otherwise = noted
    wanted = [Wanted(f"w{n}", (f"https://pbs.twimg.com/media/{n}.png",), TWITTER) for n in range(4)]
    fetch.fetch(wanted, store, FetchOptions(mirror=site.url, wait=0.3), no_step)
    times.sort()
    assert all(later - sooner > 0.2 for sooner, later in itertools.pairwise(times))


def test_one_picture_is_asked_for_once_however_often_it_is_wanted(site: Any, store: MediaStore) -> None:
    site.otherwise = gives(RED)
    addresses = [address_of(f"{KEY}{end}") for end in (".jpg", ".jpg:large", "?format=jpg&name=small")]
    wanted = [Wanted(each.identity, each.candidates, TWITTER) for each in addresses if each]
    assert fetch.fetch(wanted, store, FetchOptions(mirror=site.url), no_step) == {}
    assert len(site.asked) == 1


def test_a_host_that_is_not_allowed_is_not_asked(site: Any, fetched: Fetch) -> None:
    site.otherwise = gives(RED)
    trouble = fetched("https://tracker.example/a.png")
    assert trouble
    assert trouble.code == "media.other-host"
    assert "tracker.example" in trouble.reason
    assert site.asked == []
    assert fetched("https://tracker.example/a.png", Policy(frozenset(), any_host=True)) is None
    assert site.asked == ["/tracker.example/a.png"]


def test_the_mirror_is_trusted_no_further_than_itself(site: Any, fetched: Fetch) -> None:
    site.otherwise = leads("http://169.254.169.254/latest/meta-data/")
    trouble = fetched(retries=3)
    assert trouble
    assert trouble.code == "media.not-allowed"
    with WEB["served"]() as other:
        other.otherwise = gives(RED)
        site.otherwise = leads(f"{other.url}/a.png")
        trouble = fetched()
        assert trouble
        assert trouble.code == "media.not-allowed"
        assert other.asked == []


def test_without_a_mirror_nothing_on_this_machine_is_asked(site: Any, fetched: Fetch) -> None:
    port = site.server_address[1]
    anywhere = Policy(frozenset(), any_host=True)
    for url in (f"http://127.0.0.1:{port}/a.png", f"http://localhost:{port}/a.png", "http://localhost/a.png"):
        trouble = fetched(url, anywhere, mirror=None)
        assert trouble
        assert trouble.code == "media.not-allowed", url
    assert site.asked == []


def test_the_wayback_machine_is_asked_for_the_copy_nearest_to_the_capture(
    site: Any, store: MediaStore, fetched: Fetch
) -> None:
    archive = "/web.archive.org/web"
    nearest = f"{archive}/20190304050607im_/{KEY}.jpg"
    site.routes[f"{archive}/20190301120000im_/{KEY}.jpg"] = leads(nearest)
    site.routes[nearest] = gives(RED)
    saved = datetime(2019, 3, 1, 12, tzinfo=UTC)
    trouble = fetched(near=saved)
    assert trouble
    assert trouble.code == "media.gone"
    assert not any(path.startswith(archive) for path in site.asked)
    assert fetched(near=saved, wayback=True) is None
    kept = entry(store)
    assert kept
    assert (kept.origin, kept.url) == ("wayback", f"https:/{nearest}")


def test_the_wayback_machine_answers_in_many_forms(site: Any, store: MediaStore, fetched: Fetch) -> None:
    """As it does: too busy at first, pages in the place of what it lacks, redirects of every spelling, packed."""
    archive, kept = "/web.archive.org/web", "https://pbs.twimg.com:443/media/EQ_x-1abcdEFGH9.jpg"
    asked = f"{archive}/20190301120000im_/{KEY}"
    page = gives(b"<html><title>Wayback Machine</title>", Content_Type="text/html")
    packed = gives(gzip.compress(RED), Content_Encoding="gzip", Content_Type="image/png")
    site.routes |= {
        f"{asked}?format=jpg&name=orig": after(1, says(429), says(404)),
        f"{asked}?format=jpg&name=4096x4096": page,
        f"{asked}?format=jpg&name=large": leads(f"/web.archive.org/web/20190202020202im_/{KEY}:large"),
        f"{archive}/20190202020202im_/{KEY}:large": says(404),
        f"{asked}?format=jpg&name=medium": leads(f"http:/{archive}/20190203040506im_/{kept}"),
        f"{archive}/20190203040506im_/{kept}": packed,
    }
    assert fetched(near=datetime(2019, 3, 1, 12, tzinfo=UTC), wayback=True, retries=1) is None
    found = entry(store)
    assert found
    assert (found.sha256, found.url) == (sha256(RED), f"https:/{archive}/20190203040506im_/{kept}")


def test_a_store_that_cannot_be_written_ends_the_run(site: Any, fetched: Fetch, store: MediaStore) -> None:
    store.folder.mkdir()
    (store.folder / "sha256").write_text("a file where a folder should be")
    site.otherwise = gives(RED)
    with pytest.raises(FileTrouble, match="XDG_CACHE_HOME"):
        fetched()


def test_a_proxy_is_asked_with_the_whole_address(site: Any, store: MediaStore, fetched: Fetch) -> None:
    given = "http://pictures.example/other/1.png"
    site.routes[given] = gives(RED)
    anywhere = Policy(frozenset({"pictures.example"}))
    assert fetched(given, anywhere, mirror=None, proxy_for=lambda url: site.url if "example" in url else None) is None
    assert site.asked == [given]
    kept = entry(store, given)
    assert kept
    assert (kept.origin, kept.url) == ("network", given)


def test_http_2_is_spoken_where_it_is_offered_and_a_private_authority_is_believed_if_the_user_says_so(
    store: MediaStore, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    with _speaks_http_2(authority.issue_cert("localhost"), tmp_path) as (url, versions):
        wanted = [Wanted(f"w{n}", (f"https://pbs.twimg.com/media/{n}.png",), TWITTER) for n in range(5)]
        options = FetchOptions(mirror=url, retries=0)
        troubles = fetch.fetch(wanted, store, options, no_step)
        assert {trouble.code for trouble in troubles.values()} == {"media.unreachable"}
        assert "certificate" in troubles["w0"].reason
        assert versions == []
        believing = replace(options, authorities=Authorities(tmp_path / "authority.pem"))
        assert fetch.fetch(wanted, store, believing, no_step) == {}
        assert versions == ["2"] * 5


@contextlib.contextmanager
def _speaks_http_2(certificate: trustme.LeafCert, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Hypercorn on loopback; gives its address, and the versions in which it was asked."""
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "certificate.pem")
    versions: list[str] = []

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            versions.append(scope["http_version"])
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": RED})

    listener = socket.create_server(("127.0.0.1", 0))
    config = hypercorn.Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.certfile, config.keyfile = str(folder / "certificate.pem"), str(folder / "key.pem")
    config.alpn_protocols = ["h2"]
    config.loglevel = "CRITICAL"
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    serving = hypercorn.asyncio.serve(app, config, shutdown_trigger=stop.wait)
    thread = threading.Thread(target=loop.run_until_complete, args=[serving])
    thread.start()
    try:
        yield f"https://localhost:{listener.getsockname()[1]}", versions
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
        listener.detach()
