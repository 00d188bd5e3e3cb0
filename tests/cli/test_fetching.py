"""Fetching as a user meets it: real processes, a real server, real signals."""

from __future__ import annotations

import json
import os
import re
import runpy
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pycurl
import pytest
from PIL import Image

from threadbound.cli.app import run
from threadbound.digests import sha256

SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))
WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
gives, says = WEB["gives"], WEB["says"]
KEYS = [f"FetchedPicture{n:03d}" for n in range(6)]
LAZY = (
    '<span class="entity-image"><a href="https://pbs.twimg.com/media/{key}.jpg" target="_blank">'
    '<img alt="Image" src="/images/1px.png" data-src="https://pbs.twimg.com/media/{key}.jpg"></a></span>'
)


def photo(n: int) -> bytes:
    data: bytes = SAMPLES["picture"]((60 + n, 40), form="JPEG")
    return data


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A mirror that has every picture; the cache is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with WEB["served"]() as site:
        for n, key in enumerate(KEYS):
            site.routes[f"/pbs.twimg.com/media/{key}"] = gives(photo(n))
        yield site


@pytest.fixture
def page(make_page: Callable[..., Path]) -> Path:
    return make_page([f"Words of post {n}. {LAZY.format(key=key)}" for n, key in enumerate(KEYS, 1)])


def digests(book: Path) -> set[str]:
    with zipfile.ZipFile(book) as archive:
        return {sha256(archive.read(name)) for name in archive.namelist() if name.endswith((".jpg", ".png"))}


@pytest.mark.loopback
@pytest.mark.parametrize("product", ["epub", "pdf"])
def test_one_command_gives_a_book_with_all_pictures_and_the_next_asks_for_none(
    product: str, site: Any, page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / f"1.{product}", tmp_path / f"2.{product}"
    assert run([product, str(page), "--mirror", site.url, "-o", str(first)]) == 0
    assert "6 posts, 6 of 6 pictures" in capsys.readouterr().err
    assert len(site.asked) == 6
    assert run([product, str(page), "--mirror", site.url, "-o", str(second)]) == 0
    assert run([product, str(page), "--offline", "-f", "-o", str(second)]) == 0
    assert len(site.asked) == 6
    assert first.read_bytes() == second.read_bytes()
    if product == "epub":
        assert {sha256(photo(n)) for n in range(6)} <= digests(first)


@pytest.mark.loopback
def test_the_second_run_opens_no_picture(
    site: Any, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = ["inspect", "--mirror", site.url, str(page)]
    assert run(call) == 0
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("a picture was opened again"))
    assert run(call) == 0
    assert run(["epub", str(page), "--offline", "-o", str(tmp_path / "b.epub")]) == 0


def test_nor_does_an_epub_whose_cover_has_a_portrait(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first, second = tmp_path / "1.epub", tmp_path / "2.epub"
    assert run(["epub", str(example), "-o", str(first)]) == 0
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("a picture was opened again"))
    assert run(["epub", str(example), "-o", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.loopback
def test_a_pdf_made_again_opens_no_picture(
    site: Any, make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: dict[str, tuple[tuple[int, int], str, dict[str, Any]]] = {
        "Photograph00001": ((1600, 900), "JPEG", {}),
        "TallScreenshot1": ((640, 5120), "PNG", {}),
        "ShinesThrough01": ((80, 60), "PNG", {"mode": "RGBA", "colour": (9, 90, 200, 128)}),
        "PaletteOfColour": ((80, 50), "PNG", {"mode": "P", "colour": 3}),
        "MovingPicture01": ((90, 60), "GIF", {}),
        "FromATelephone1": ((90, 70), "WEBP", {}),
    }
    for key, (size, form, more) in kinds.items():
        site.routes[f"/pbs.twimg.com/media/{key}"] = gives(SAMPLES["picture"](size, form=form, **more))
    page = make_page([LAZY.format(key=key) for key in kinds])
    call = ["pdf", str(page), "--mirror", site.url, "-o"]
    assert run([*call, str(tmp_path / "1.pdf")]) == 0
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("a picture was opened again"))
    assert run([*call, str(tmp_path / "2.pdf")]) == 0
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()


@pytest.mark.loopback
def test_the_thread_says_where_each_picture_is_from(
    site: Any, page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own" / "deep"
    own.mkdir(parents=True)
    (own / f"{KEYS[1]}.jpeg").write_bytes(photo(1))
    site.routes[f"/pbs.twimg.com/media/{KEYS[2]}"] = says(404)
    beside = page.with_name("page_files")
    beside.mkdir()
    (beside / f"{KEYS[0]}.jpg").write_bytes(photo(0))
    assert run(["inspect", "--json", "--resources", str(own.parent), "--mirror", site.url, str(page)]) == 3
    thread = json.loads(capsys.readouterr().out)
    media = [post["media"][0] for post in thread["posts"]]
    assert [each.get("found", {}).get("origin") for each in media] == ["capture", "resources", None, *["mirror"] * 3]
    assert media[3]["found"]["url"] == f"https://pbs.twimg.com/media/{KEYS[3]}?format=jpg&name=orig"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", media[3]["found"]["fetched"])
    (notice,) = thread["notices"]
    assert (notice["code"], notice["where"]) == ("media.gone", f"post 3, https://pbs.twimg.com/media/{KEYS[2]}.jpg")


@pytest.mark.loopback
def test_a_failure_is_told_counted_printed_and_strict_refuses_it(
    site: Any, page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.routes[f"/pbs.twimg.com/media/{KEYS[4]}"] = says(410)
    book = tmp_path / "b.epub"
    call = ["epub", str(page), "--mirror", site.url, "-o", str(book)]
    assert run([*call, "--strict"]) == 7
    assert not book.exists()
    assert run(call) == 3
    said = capsys.readouterr().err.splitlines()
    assert any("post 5, https://pbs.twimg.com/media/" in line and "does not have it" in line for line in said)
    assert said[-1].endswith("6 posts, 5 of 6 pictures, 1 loss")
    with zipfile.ZipFile(book) as archive:
        name = next(name for name in archive.namelist() if name.endswith("colophon.xhtml"))
        colophon = archive.read(name).decode()
    assert "does not have it" in colophon
    assert "5 fetched from a mirror of pbs.twimg.com" in colophon


def test_offline_never_makes_a_socket(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pycurl, "Curl", lambda: pytest.fail("a request was made"))
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a socket was made"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    monkeypatch.delenv("THREADBOUND_OFFLINE")
    for product in ("epub", "pdf"):
        call = [product, str(page), "--offline", "--any-host", "-o", str(tmp_path / f"b.{product}")]
        assert run(call) == 3


@pytest.mark.parametrize("is_said_by", ["option", "environment"])
@pytest.mark.parametrize(
    "wish", [["pdf", "--wayback"], ["epub", "--mirror", "http://localhost:8000"], ["inspect", "--fetch"]]
)
def test_who_wants_no_connection_and_one_is_asked_which(
    wish: list[str], is_said_by: str, page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THREADBOUND_OFFLINE", "1" if is_said_by == "environment" else "0")
    assert run([*wish, *(["--offline"] if is_said_by == "option" else []), str(page)]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert f"{wish[1]} needs a connection, and --offline or THREADBOUND_OFFLINE allows none" in said


@pytest.mark.loopback
@pytest.mark.parametrize(
    "named", ["bücher.example", "xn--bcher-kva.example", "BÜCHER.Example", "XN--BCHER-KVA.EXAMPLE"]
)
@pytest.mark.parametrize("written", ["bücher.example", "xn--bcher-kva.example"])
def test_a_host_is_allowed_however_its_name_is_spelled(
    written: str, named: str, site: Any, make_page: Callable[..., Path]
) -> None:
    site.routes[f"/{quote(written)}/x.png"] = gives(photo(1))
    page = make_page([f'Words. <span class="entity-image"><img src="https://{written}/x.png"></span>'])
    call = ["inspect", str(page), "--mirror", site.url]
    assert run(call) == 3
    assert run([*call, "--allow-host", named]) == 0


@pytest.mark.parametrize("named", ["☃.example", "a b", "http://x", "-\u00ad.example"])
def test_what_can_be_no_host_is_refused(named: str, page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(page), "--allow-host", named]) == 2
    assert "give a host's name alone" in capsys.readouterr().err


def test_inspect_asks_nobody_unless_it_is_told_to(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pycurl, "Curl", lambda: pytest.fail("a request was made"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    monkeypatch.delenv("THREADBOUND_OFFLINE")
    assert run(["inspect", str(page)]) == 3


@pytest.mark.loopback
def test_pages_are_fetched_for_together_and_bound_one_by_one(
    site: Any, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    for n, key in enumerate(KEYS):
        make_page([LAZY.format(key=key)], folder=saved, name=f"{n}.html", first=1898301191378579461 + (n << 40))
    slow = dict(site.routes)

    def route(request: Any) -> None:
        time.sleep(0.3)
        slow[request.path.partition("?")[0]](request)

    site.routes.clear()
    site.otherwise = route
    out = tmp_path / "out"
    assert run(["epub", str(saved), "--individual", "--mirror", site.url, "-d", str(out)]) == 0
    assert len(list(out.iterdir())) == 6
    assert site.most >= 3


@pytest.mark.parametrize(
    "wrong",
    [
        ["--mirror", "ftp://example.org"],
        ["--mirror", "http://user@example.org"],
        ["--mirror", "example.org"],
        ["--mirror", "http://127.0.0.1:99999"],
        ["--mirror", "http://[::1"],
        ["--timeout", "nan"],
        ["--wait", "inf"],
        ["--allow-host", "https://example.org/"],
        ["--allow-host", ""],
        ["--resources", "/no/such/folder"],
        ["--retries", "-1"],
        ["--jobs", "0"],
    ],
)
def test_what_can_be_no_mirror_host_or_folder_is_refused(
    wrong: list[str], page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["epub", str(page), *wrong]) == 2
    assert wrong[0] in capsys.readouterr().err


def started(page: Path, site: Any, out: Path) -> subprocess.Popen[str]:
    """A run of its own, once three pictures are fetched and the others hang."""
    hang = WEB["silent"](60)
    for key in KEYS[3:]:
        site.routes[f"/pbs.twimg.com/media/{key}"] = hang
    command = [sys.executable, "-m", "threadbound", "epub", str(page), "--mirror", site.url, "-o", str(out)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    store = Path(os.environ["XDG_CACHE_HOME"]) / "threadbound" / "media"
    while len([*store.glob("index/??/*")]) < 3 or len(site.asked) < 6:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


@pytest.mark.slow
@pytest.mark.loopback
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_a_run_that_is_stopped_goes_on_where_it_was(
    number: signal.Signals, code: int, site: Any, page: Path, tmp_path: Path
) -> None:
    out = tmp_path / "b.epub"
    process = started(page, site, out)
    process.send_signal(number)
    assert process.wait(20) == code
    assert process.stderr
    said = process.stderr.read()
    process.stderr.close()
    assert said.count("\n") == (0 if number == signal.SIGKILL else 1), said
    assert not out.exists()
    parts = [*(tmp_path / "cache/threadbound/media/parts").iterdir()]
    assert number == signal.SIGKILL or parts == []
    site.asked.clear()
    for n, key in enumerate(KEYS):
        site.routes[f"/pbs.twimg.com/media/{key}"] = gives(photo(n))
    assert run(["epub", str(page), "--mirror", site.url, "-o", str(out)]) == 0
    assert len(site.asked) == 3


@pytest.mark.slow
@pytest.mark.loopback
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_is_heeded_whenever_it_comes(
    number: signal.Signals, code: int, site: Any, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    """Much comes in small pieces: most of the time is spent in callbacks, where an exception would be lost."""
    keys = [f"DrippingPictur{n:02d}" for n in range(60)]
    page = make_page([LAZY.format(key=key) for key in keys])
    site.otherwise = WEB["drips"](b"x" * 100_000, 0.0003)
    command = [sys.executable, "-m", "threadbound", "epub", str(page), "--mirror", site.url, "-o", str(tmp_path / "b")]
    for pause in (0.0, 0.05, 0.1, 0.15):
        before = len(site.asked)
        with subprocess.Popen([*command[:-1], str(tmp_path / f"b{pause}.epub")], stderr=subprocess.PIPE) as process:
            while len(site.asked) < before + 10:
                time.sleep(0.005)
            time.sleep(pause)
            process.send_signal(number)
            said = process.communicate(timeout=10)[1].decode()
        assert process.returncode == code
        assert said.count("\n") == 1, said


@pytest.mark.loopback
def test_what_a_page_lacks_is_fetched_into_the_library_and_is_there_without_the_cache(
    site: Any, page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = str(tmp_path / "library")
    assert run(["init", library]) == 0
    assert run(["add", "-L", library, "--offline", str(page)]) == 3
    assert run(["add", "-L", library, "--mirror", site.url, str(page)]) == 0
    assert "the same page with more of its pictures" in capsys.readouterr().err
    assert {sha256(photo(n)) for n in range(6)} == {path.name for path in Path(library, "media").glob("*/*/*")}
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    asked = len(site.asked)
    assert run(["export", "-L", library, "--all", "-t", "epub", "-d", str(tmp_path / "out"), "-q"]) == 0
    assert len(site.asked) == asked
    (book,) = (tmp_path / "out").glob("*.epub")
    assert {sha256(photo(n)) for n in range(6)} <= digests(book)
