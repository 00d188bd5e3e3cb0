"""What the tests of threats stand on: a network of which every connection is recorded, and runs of the program; and
pages enough for workers, one of which may be killed.

Names resolve to what a test says, and only what goes to ``PUBLIC`` or to the test's own server gets anywhere.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pycurl
import pytest

from threadbound.cli.app import run
from threadbound.media import client as network
from threadbound.reading.many import MANY

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
WORLD = runpy.run_path(str(Path(__file__).with_name("world.py")))
PUBLIC, Net, Bound = WORLD["PUBLIC"], WORLD["Net"], WORLD["Bound"]
#: How a connection is judged: the fixture below sees what it lets through.
OPENED = network.Client.opened
#: In a worker, and nowhere else, opening the page "killer.html" is the end of the process, as often as the file says.
KILLER = """
import os, pathlib, signal, sys
def watch(event, arguments, left=pathlib.Path({left!r})):
    if event == "open" and str(arguments[0]).endswith("killer.html") and left.stat().st_size:
        os.truncate(left, left.stat().st_size - 1)
        os.kill(os.getpid(), signal.SIGKILL)
if any("worker.main" in argument for argument in sys.orig_argv):
    sys.addaudithook(watch)
"""


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch, cache: Path) -> Iterator[Any]:
    """The network of a test: nothing leaves this machine."""
    shutil.rmtree(cache / "threadbound" / "media", ignore_errors=True)
    handle = network.Client._handle
    with WEB["served"]() as site:
        world = Net(site)

        def lookup(host: str, port: int, *_: object, **__: object) -> list[Any]:
            return _answers(world.resolve(host), port)

        def judged(client: network.Client, address: Any, *, is_trusted: bool) -> Any:
            opened = OPENED(client, address, is_trusted=is_trusted)
            if not isinstance(opened, socket.socket):
                return opened
            place = (address[3][0], address[3][1])
            world.connected.append(place)
            if place == (PUBLIC, 80):
                opened.connect(site.server_address)
            return opened if place in {(PUBLIC, 80), site.server_address} else int(pycurl.SOCKET_BAD)

        def joining(client: network.Client, *asked: Any) -> pycurl.Curl:
            curl = handle(client, *asked)
            curl.setopt(pycurl.SOCKOPTFUNCTION, lambda number, _: _state(number))
            return curl

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        monkeypatch.setattr(network.Client, "opened", judged)
        monkeypatch.setattr(network.Client, "_handle", joining)
        yield world


def _state(number: int) -> int:
    """What libcurl must know of a socket: whether the test has connected it already."""
    with socket.socket(fileno=os.dup(number)) as known, contextlib.suppress(OSError):
        known.getpeername()
        return int(pycurl.SOCKOPT_ALREADY_CONNECTED)
    return int(pycurl.SOCKOPT_OK)


def _answers(addresses: list[str], port: int) -> list[Any]:
    return [
        (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
        for each in addresses
    ]


@pytest.fixture
def bind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Bind a page: ``bind(page, "--any-host", …)``."""

    def bound(page: Path, *options: str, product: str = "epub") -> Any:
        book = tmp_path / f"book.{product}"
        capsys.readouterr()
        quick = () if "--retries" in options else ("--retries", "0")
        code = run([product, str(page), "-o", str(book), "--force", "--json", "--timeout", "5", *quick, *options])
        said = capsys.readouterr()
        results = [each for each in map(json.loads, filter(None, said.out.split("\n"))) if each["type"] == "result"]
        return Bound(code, [notice for each in results for notice in each["notices"]], book, said.err)

    return bound


@pytest.fixture
def secret(tmp_path: Path, make_picture: Callable[..., bytes]) -> tuple[Path, bytes]:
    """A picture that is nobody's business, outside the folder of the page: its place and its bytes."""
    path = tmp_path / "private" / "passport-of-mara.png"
    path.parent.mkdir()
    data = make_picture("PNG", (90, 70))
    path.write_bytes(data)
    return path, data


@pytest.fixture
def pages(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    """As many pages as are worth workers, and a few more."""
    folder = tmp_path / "saved"
    for n in range(MANY + 8):
        first = 1898301191378579461 + (n << 40)
        make_page([f"Page number {n} has words of its own"], name=f"{n:03}.html", first=first, folder=folder)
    return folder


@pytest.fixture
def killer(tmp_path: Path) -> Callable[[int], Path]:
    """``killer(kills)``: a file whose folder, as PYTHONPATH, has workers end; its size is how many are still to."""

    def made(kills: int) -> Path:
        left = tmp_path / "killing" / "left"
        left.parent.mkdir()
        left.write_bytes(bytes(kills))
        (left.parent / "sitecustomize.py").write_text(KILLER.format(left=str(left)))
        return left

    return made
