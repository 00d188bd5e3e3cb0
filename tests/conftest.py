"""What every test has: no network, and the way to the real pages."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pycurl
import pytest
from hypothesis import HealthCheck, settings
from PIL import Image

# What a machine has beside it is no reason for a law to fail: speed is measured in benchmarks/.
settings.register_profile("threadbound", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("threadbound")

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
    monkeypatch.setattr(pycurl, "Curl", refuse)  # it connects without Python


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of this test run's own: nothing of the user's is read or written."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _no_user(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Commands that a test starts are offline too, unless it says ``loopback``."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(cache / "config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(cache / "config of the system"))
    if not request.node.get_closest_marker("loopback"):
        monkeypatch.setenv("THREADBOUND_OFFLINE", "1")
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def corpus() -> Path:
    """The folder of real pages (tests that use it carry ``@pytest.mark.corpus``)."""
    return SHARED / "corpus"


EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "how-a-book-is-sewn.html"

_HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>
<title>Thread by @{handle} on Thread Reader App – Thread Reader App</title>
<meta property="og:url" content="https://threadreaderapp.com/thread/{first}.html"/></head><body>
<h4 class="twitter_name"><a href="/user/{handle}">{name}</a></h4>
<div class="screenName tw-follow"><a href="//twitter.com/{handle}">@{handle}</a></div>
<div class="thread-info"><a href="https://twitter.com/{handle}/status/{first}" class="time"data-time="{time}">Mar 8</a>
 • {count} tweets • 3 min read • Read on X</div>"""
_POST = """<div id="tweet_{n}" class="content-tweet allow-preview" data-controller="thread"
 data-action="click->thread#showTweet" data-screenname="{handle}" data-tweet="{id}" dir="auto">{body}
<sup class="tw-permalink"><i class="fas fa-link"></i></sup></div>"""


@pytest.fixture
def example() -> Path:
    """The saved page with its files that the project ships."""
    return EXAMPLE


def _without_handle(page: str) -> str:
    """A page of which all that is known of the author is the display name."""
    rest = re.sub(r'<div class="screenName.*</div>\n|Thread by @|/user/| data-screenname=""', "", page)
    return rest.replace("twitter.com//", "twitter.com/i/")


@pytest.fixture
def make_page(tmp_path: Path) -> Callable[..., Path]:
    """A maker of saved pages: ``make_page(["words", …], name=…, handle=…, first=…, declared=…)`` gives the path.

    An empty handle is one that the page does not say.
    """

    def make(bodies: list[str], **given: Any) -> Path:
        handle, first = given.get("handle", "perpetuabinds"), given.get("first", 1898301191378579461)
        milliseconds = (first >> 22) + 1288834974657
        head = _HEAD.format(
            handle=handle,
            first=first,
            name=given.get("author", "Perpetua Quill"),
            time=milliseconds // 1000,
            count=given.get("declared", len(bodies)),
        )
        posts = (
            _POST.format(n=n, handle=handle, id=first + (n - 1) * (60_000 << 22), body=body)
            for n, body in enumerate(bodies, 1)
        )
        path: Path = given.get("folder", tmp_path) / given.get("name", "page.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        page = head + "".join(posts) + "</body></html>"
        path.write_text(page if handle else _without_handle(page), "utf-8")
        return path

    return make


@pytest.fixture
def make_picture() -> Callable[..., bytes]:
    """A maker of pictures: ``make_picture("JPEG", (120, 80), "RGB")`` gives the bytes."""

    def make(form: str = "JPEG", size: tuple[int, int] = (120, 80), mode: str = "RGB", **save: Any) -> bytes:
        out = io.BytesIO()
        Image.linear_gradient("L").resize(size).convert(mode).save(out, form, **save)
        return out.getvalue()

    return make
