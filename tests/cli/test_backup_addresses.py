"""Address lists, and pictures that threads lack: what is asked for, how often, and what is never asked."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from threadbound.cli.app import run
from threadbound.digests import sha256

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
gives, says = WEB["gives"], WEB["says"]


@pytest.fixture
def threads(place: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A mirror that has a thread page, and a list that names it."""
    monkeypatch.setenv("THREADBOUND_OFFLINE", "")
    page = place.page(7).read_bytes()
    (place.saved / "7.html").unlink()
    with WEB["served"]() as site:
        site.page = page
        site.routes["/threadreaderapp.com/thread/7.html"] = gives(page, ETag='"seven"')
        (place.root / "wanted.txt").write_text("# mine\nhttps://threadreaderapp.com/thread/7.html # a good one\n\n")
        fetch = f'[fetch]\nmirror = "{site.url}"\n[[addresses]]\npath = "wanted.txt"\nwait = 0\n'
        place.configure(fetch)
        yield site


def _online(place: Any) -> int:
    return run(["backup", "-c", str(place.root / "threadbound.toml")])


@pytest.mark.loopback
def test_a_listed_page_is_fetched_once_and_stored_as_it_came(place: Any, threads: Any) -> None:
    assert _online(place) == 0
    assert place.sources == {sha256(threads.page)}
    (note,) = place.library.glob("threads/*/*/*/source/*_files/response.json")
    said = json.loads(note.read_bytes())
    assert said["address"] == "https://threadreaderapp.com/thread/7.html"
    assert said["headers"]["etag"] == '"seven"'
    assert threads.asked[0] == "/threadreaderapp.com/robots.txt"
    threads.routes["/threadreaderapp.com/thread/7.html"] = says(304)
    assert _online(place) == 0
    assert threads.headers[-1]["If-None-Match"] == '"seven"'
    assert place.last().summary == "1 snapshot taken"
    assert run(["verify", "-L", str(place.library)]) == 0


@pytest.mark.loopback
def test_a_listed_page_that_changed_becomes_a_version(place: Any, threads: Any) -> None:
    assert _online(place) == 0
    changed = threads.page.replace(b"words of 7", b"other words of 7")
    threads.routes["/threadreaderapp.com/thread/7.html"] = gives(changed)
    assert _online(place) == 0
    assert place.sources == {sha256(threads.page), sha256(changed)}


@pytest.mark.loopback
def test_robots_txt_is_obeyed(place: Any, threads: Any, capsys: pytest.CaptureFixture[str]) -> None:
    threads.routes["/threadreaderapp.com/robots.txt"] = gives(b"User-agent: *\nDisallow: /thread/\n")
    assert _online(place) == 3
    assert threads.asked == ["/threadreaderapp.com/robots.txt"]
    assert "robots.txt does not allow it" in capsys.readouterr().err
    threads.routes["/threadreaderapp.com/robots.txt"] = says(500)
    assert _online(place) == 3
    assert "/threadreaderapp.com/thread/7.html" not in threads.asked


@pytest.mark.loopback
def test_offline_nothing_is_asked_for(place: Any, threads: Any) -> None:
    assert place.backup() == 0
    assert threads.asked == []


@pytest.mark.loopback
def test_what_cannot_be_had_is_named_and_asked_for_again(
    place: Any, threads: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with (place.root / "wanted.txt").open("a") as file:
        file.write("https://threadreaderapp.com/thread/8.html\nhttp://127.0.0.1/x\nnonsense\nhttps://other.example/x\n")
    threads.routes["/other.example/x"] = gives(b"<!DOCTYPE html><html><body><p>no thread</p></body></html>")
    assert _online(place) == 3
    said = capsys.readouterr().err
    for words in (
        "thread/8.html: its server does not have it",
        "127.0.0.1 is not a public address",
        "line 6: nonsense",
    ):
        assert words in said
    assert "other.example/x: " in said
    assert place.sources == {sha256(threads.page)}
    assert _online(place) == 3


@pytest.mark.loopback
def test_pictures_that_a_thread_lacks_are_fetched_when_they_can_be_had(
    place: Any, threads: Any, make_picture: Callable[..., bytes]
) -> None:
    lazy = (
        '<span class="entity-image"><a href="https://pbs.twimg.com/media/KeyOfAPicture.jpg">'
        '<img alt="Image" src="/images/1px.png" data-src="https://pbs.twimg.com/media/KeyOfAPicture.jpg"></a></span>'
    )
    (place.root / "wanted.txt").write_text("")
    place.page(1, lazy)
    assert place.backup() == 3
    assert place.backup() == 0  # old losses are known: only new ones make a run one with losses
    threads.routes["/pbs.twimg.com/media/KeyOfAPicture"] = gives(make_picture())
    threads.routes["/pbs.twimg.com/media/KeyOfAPicture.jpg"] = gives(make_picture())
    assert _online(place) == 0
    assert place.last().summary == "1 thread completed, 1 snapshot taken"
    assert sha256(make_picture()) in {path.name for path in place.library.glob("media/*/*/*")}
