"""What a request says, and what an answer may do.

Lines of the threat list in docs/security.md: a test for each.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import re
import runpy
import stat
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from threadbound.media import answers, probe
from threadbound.media import client as network
from threadbound.media.policy import Policy

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
WORLD = runpy.run_path(str(Path(__file__).with_name("world.py")))
PUBLIC, shown = WORLD["PUBLIC"], WORLD["shown"]
pytestmark = pytest.mark.loopback


def test_no_header_is_injected(net: Any, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    crlf = "\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1\r\nHost: inside"
    addresses = [
        f"http://pics.example/a{crlf}",
        f"http://pics.example{crlf}/b",
        "http://pics.example/c%0d%0aX-Evil:%201%0d%0a%0d%0aGET%20/evil%20HTTP/1.1",
        "http://pics.example/d HTTP/1.1\tX-Evil: 1",
        "http://pics.example/e?q=\u560d\u560aX-Evil:1",
        "http://pics.example/\x85f\u2028X-Evil:1",
    ]
    net.site.routes["/leads"] = lambda request: request.wfile.write(
        b"HTTP/1.1 302 Found\r\nLocation: http://pics.example/g\rX-Evil: 1\r\nContent-Length: 0\r\n\r\n"
    )
    bound = bind(make_page([shown(*addresses, "http://pics.example/leads")]), "--any-host")
    assert bound.code == 3
    for sign in map(chr, (*range(0x21), 0x7F)):
        assert Policy(any_host=True).refusal(f"http://pics.example/a{sign}X-Evil:1")
    assert net.site.asked
    assert not [path for path in net.site.asked if path.startswith("/evil") or " " in path]
    for headers in net.site.headers:
        assert set(headers) <= {"Host", "Accept", "Accept-Encoding", "User-Agent", "Connection"}
        assert headers["Host"] == "pics.example"


def test_a_request_tells_nothing_of_the_user(net: Any, bind: Any, make_page: Any, make_picture: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    biscuit = {"Set_Cookie": "id=mara; Path=/", "WWW_Authenticate": "Basic realm=x"}
    net.site.routes["/a.png"] = WEB["gives"](make_picture("PNG"), **biscuit)
    net.site.routes["/b.png"] = lambda request: request.give(b"", 302, Location="/a.png?b", **biscuit)
    net.site.routes["/c.png"] = WEB["says"](401, **biscuit)
    page = make_page([shown(*(f"http://pics.example/{name}.png" for name in "abc"))])
    bind(page, "--any-host")
    bind(page, "--any-host")
    assert len(net.site.headers) >= 4
    for headers in net.site.headers:
        assert set(headers) <= {"Host", "Accept", "Accept-Encoding", "User-Agent", "Connection"}
        assert re.fullmatch(r"Threadbound/[\d.]+ \(archives saved threads\)", headers["User-Agent"])


def test_a_bomb_never_stands_in_memory(net: Any, bind: Any, make_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    monkeypatch.setattr(answers, "MAX_BYTES", 4 * 1024 * 1024)
    pieces: list[int] = []
    unpacked = answers._unpacked

    def noted(unpack: Any, chunk: bytes) -> Iterator[bytes]:
        for piece in unpacked(unpack, chunk):
            pieces.append(len(piece))
            yield piece

    monkeypatch.setattr(answers, "_unpacked", noted)
    bomb = gzip.compress(bytes(64 * 1024 * 1024), 1)
    for form, body in {"gzip": bomb, "deflate": zlib.compress(bytes(64 * 1024 * 1024), 1)}.items():
        net.site.routes[f"/{form}.png"] = WEB["gives"](body, Content_Encoding=form)
    net.site.routes["/twice.png"] = WEB["gives"](gzip.compress(bomb), Content_Encoding="gzip, gzip")
    net.site.routes["/brotli.png"] = WEB["gives"](b"x", Content_Encoding="br")
    bound = bind(make_page([shown(*(f"http://pics.example{route}" for route in net.site.routes))]), "--any-host")
    codes = [notice["code"] for notice in bound.notices]
    assert codes == ["media.too-large"] * 2 + ["media.not-an-image"] * 2
    assert max(pieces) <= answers.PIECE
    assert sum(pieces) <= 2 * (answers.MAX_BYTES + answers.PIECE)


def _endless(request: Any) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(bytes(65536))


def _endless_headers(request: Any) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        request.wfile.write(b"X-Filler: " + b"x" * 8000 + b"\r\n")


def _endless_promises(request: Any) -> None:
    while True:
        request.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        time.sleep(0.01)


def test_no_body_is_endless(net: Any, bind: Any, make_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    monkeypatch.setattr(answers, "MAX_BYTES", 1024 * 1024)
    net.site.routes |= {
        "/endless.png": _endless,
        "/declared.png": lambda request: request.give(b"", Content_Length=str(10**15)),
        "/headers.png": _endless_headers,
        "/promises.png": _endless_promises,
        "/drips.png": WEB["drips"](bytes(10_000), 0.05),
        "/silent.png": WEB["silent"](3),
    }
    begin = time.monotonic()
    page = make_page([shown(*(f"http://pics.example{route}" for route in net.site.routes))])
    bound = bind(page, "--any-host", "--timeout", "0.4")
    codes = [notice["code"] for notice in bound.notices]
    assert codes[:2] == ["media.too-large"] * 2
    assert set(codes[2:]) <= {"media.timeout", "media.unreachable"}
    assert len(codes) == 6
    assert time.monotonic() - begin < 30


def test_no_redirects_in_circles(net: Any, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    net.site.routes |= {"/a.png": WEB["leads"]("/b.png"), "/b.png": WEB["leads"]("http://pics.example/a.png")}
    bound = bind(make_page([shown("http://pics.example/a.png")]), "--any-host")
    assert bound.codes == {"media.refused"}
    assert len(net.site.asked) == network.MAX_REDIRECTS + 1


def test_a_broken_answer_costs_its_own_picture(net: Any, bind: Any, make_page: Any, make_picture: Any) -> None:
    """Whatever an answer says, what other servers have is fetched and the book is made."""
    net.names = {"pics.example": [[PUBLIC]], "good.example": [[PUBLIC]]}
    data = make_picture("PNG")
    later = ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "1 Jan 2020 99999999999:0:0", "9" * 400, "-1", "²"]
    for n, value in enumerate(later):
        net.site.routes[f"/busy-{n}.png"] = WEB["says"](503, Retry_After=value)
    where = ["http://[", "http://[::1", "http://a:x/", "http://:80/", "/////", "http://.a/", "http://xn--/", "\xff\xfe"]
    where += ["http://" + "a" * 70 + ".example/", "http://" + "a." * 200, "mailto:x", "http:", "?" * 70_000, ""]
    for n, value in enumerate(where):
        net.site.routes[f"/leads-{n}.png"] = WEB["leads"](value)
    statuses = (100, 204, 206, 304, 399, 418, 451, 599, 700, 999)
    for status in statuses[1:]:
        net.site.routes[f"/says-{status}.png"] = WEB["says"](status)
    net.site.routes["/noise.png"] = lambda request: request.wfile.write(bytes(range(256)) * 8)
    net.site.routes["/good.png"] = WEB["gives"](data)
    addresses = [f"http://{'good' if 'good' in route else 'pics'}.example{route}" for route in net.site.routes]
    bound = bind(make_page([shown(*addresses)]), "--any-host", "--timeout", "2")
    assert bound.code == 3, bound.said
    assert len(bound.notices) == len(addresses) - 1
    assert bound.pictures() == [data]


def test_many_hosts_use_up_no_files(
    net: Any, bind: Any, make_page: Any, make_picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_at_the_end: list[int] = []
    close = network.Client.close

    async def counted(self: network.Client) -> None:
        open_at_the_end.append(sum(map(stat.S_ISSOCK, _kinds_of_open_files())))
        await close(self)

    monkeypatch.setattr(network.Client, "close", counted)
    net.names = {f"host-{n}.example": [[PUBLIC]] for n in range(3 * network.KEPT)}
    net.site.otherwise = WEB["gives"](make_picture("PNG"))
    bound = bind(make_page([shown(*(f"http://{name}/x.png" for name in net.names))]), "--any-host")
    assert bound.code == 0
    assert len(net.connected) == len(net.names)
    few = 40  # the server's own, the loop's, and what a slow server has not closed yet
    assert open_at_the_end[0] <= 2 * network.KEPT + few, "both ends of a connection are this process's"


def _kinds_of_open_files() -> Iterator[int]:
    for number in range(4096):
        with contextlib.suppress(OSError):
            yield os.fstat(number).st_mode


def test_no_picture_has_more_pixels_than_are_bearable(net: Any, bind: Any, make_page: Any, tmp_path: Path) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    frames = io.BytesIO()
    Image.new("1", (9_460, 9_460)).save(frames, "GIF", save_all=True, append_images=[Image.new("1", (9_460, 9_460), 1)])
    assert len(out.getvalue()) < 1_000_000
    assert probe.MAX_PIXELS < 9_460 * 9_460
    files = tmp_path / "saved" / "page_files"
    files.mkdir(parents=True)
    (files / "bomb.png").write_bytes(out.getvalue())
    net.site.routes["/bomb.png"] = WEB["gives"](out.getvalue())
    net.site.routes["/bomb.gif"] = WEB["gives"](frames.getvalue())
    references = ["page_files/bomb.png", "http://pics.example/bomb.png", "http://pics.example/bomb.gif"]
    bound = bind(make_page([shown(*references)], folder=files.parent), "--any-host")
    assert [notice["code"] for notice in bound.notices] == ["media.too-large"] * 3
    assert not bound.pictures()
