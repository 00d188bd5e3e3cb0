"""The threat list of docs/security.md: a test for each line.

Where it can be, a test is a whole run: a saved page that holds the hostile thing is bound into a book. Names resolve
to what the test says, every connection is recorded, and only what goes to ``PUBLIC`` or to the test's own mirror gets
anywhere.
"""

from __future__ import annotations

import contextlib
import gzip
import html
import io
import json
import os
import re
import runpy
import shutil
import socket
import stat
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

import pikepdf
import pycurl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from threadbound.book import naming
from threadbound.cli.app import run
from threadbound.containers.beside import Resources
from threadbound.digests import sha256
from threadbound.media import client as network
from threadbound.media import probe
from threadbound.media.client import FetchTrouble
from threadbound.media.places import places
from threadbound.media.policy import Policy
from threadbound.options import FetchOptions
from threadbound.writers import registry as writers

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
DOCS = Path(__file__).parents[2] / "docs" / "security.md"
SOURCE = Path(__file__).parents[2] / "src" / "threadbound"
pytestmark = pytest.mark.loopback

#: An address of the open internet: what connects there meets the test's own server.
PUBLIC = "93.184.215.14"
#: Addresses at which no stranger's page may have anything asked.
PRIVATE = {
    "loopback": "127.0.0.1",
    "loopback of IPv6": "::1",
    "any": "0.0.0.0",  # noqa: S104 - refused
    "private": "10.0.0.1",
    "private of IPv6": "fd00::1",
    "carrier": "100.64.0.1",
    "link-local": "169.254.1.1",
    "link-local of IPv6": "fe80::1",
    "site-local of IPv6": "fec0::1",
    "metadata": "169.254.169.254",
    "metadata of Alibaba": "100.100.100.200",
    "metadata of AWS by IPv6": "fd00:ec2::254",
    "metadata of Azure": "168.63.129.16",
    "metadata of Oracle": "192.0.0.192",
    "mapped": "::ffff:10.0.0.1",
    "mapped metadata": "::ffff:169.254.169.254",
    "6to4": "2002:a00:1::",
    "NAT64": "64:ff9b::a00:1",
    "multicast": "224.0.0.1",
    "broadcast": "255.255.255.255",
}


#: How a connection is judged: the fixture below sees what it lets through.
OPENED = network.Client.opened


class Net:
    """What names resolve to, and what was connected to."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.names: dict[str, list[list[str]]] = {}
        """Name → what it resolves to, at the first look-up, at the second…; the last for ever."""
        self.looked_up: list[str] = []
        self.connected: list[tuple[str, int]] = []

    def resolve(self, host: str) -> list[str]:
        self.looked_up.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    @property
    def elsewhere(self) -> list[tuple[str, int]]:
        """Connections to anything but the open internet's web servers and the test's own."""
        return [place for place in self.connected if place not in {(PUBLIC, 80), self.site.server_address}]


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch, cache: Path) -> Iterator[Net]:
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

        def joining(client: network.Client, url: str, proxy: str | None) -> pycurl.Curl:
            curl = handle(client, url, proxy)
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


class Bound(NamedTuple):
    """What came of a run."""

    code: int
    notices: list[dict[str, Any]]
    book: Path
    said: str

    @property
    def codes(self) -> set[str]:
        return {notice["code"] for notice in self.notices}

    @property
    def words(self) -> str:
        return " ".join(notice["message"] for notice in self.notices)

    def files(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.book) as book:
            return {name: book.read(name) for name in book.namelist()}

    def pictures(self) -> list[bytes]:
        """The pictures of the book, its cover left out."""
        return [
            data
            for name, data in self.files().items()
            if name.lower().endswith((".png", ".jpg", ".gif", ".webp")) and "cover" not in name
        ]

    def holds(self, secret: bytes) -> bool:
        return any(secret in data for data in self.files().values())


@pytest.fixture
def bind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Bound]:
    """Bind a page: ``bind(page, "--any-host", …)``."""

    def bound(page: Path, *options: str, product: str = "epub") -> Bound:
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


def shown(*references: str) -> str:
    """A post with pictures."""
    return "Look. " + "".join(
        f'<span class="entity-image"><img src="{html.escape(each)}" alt="Image"></span>' for each in references
    )


# Other ways out than http ---------------------------------------------------------------------------------------------
ELSEWHERE = ("file:", "ftp:", "gopher:", "smb:", "jar:", "view-source:", "blob:", "javascript:")


def test_only_http_leads_out(net: Net, bind: Any, make_page: Any, secret: tuple[Path, bytes], tmp_path: Path) -> None:
    path, data = secret
    net.names["pics.example"] = [[PUBLIC]]
    references = [f"{scheme}//{place}" for scheme in ELSEWHERE for place in (f"{path}", "pics.example/x.png")]
    page = make_page([shown(*references, f"FILE:{path}", f"file://localhost{path}")], folder=tmp_path / "saved")
    bound = bind(page, "--any-host", "--wayback")
    assert bound.code == 3
    assert bound.codes == {"media.not-in-capture"}
    assert not net.connected
    assert not bound.holds(data)
    for scheme in ELSEWHERE:
        assert "no scheme" in Policy(any_host=True).refusal(f"{scheme}//pics.example/x.png")


def test_data_addresses_hold_pictures_or_nothing(net: Net, bind: Any, make_page: Any) -> None:
    hostile = "<script>fetch('http://pics.example/')</script>"
    page = make_page([shown(f"data:text/html,{hostile}", f"data:image/png,{hostile}", f"data:image/svg+xml,{hostile}")])
    bound = bind(page, "--any-host", "--attach", "none")
    assert bound.code == 3
    assert bound.codes == {"media.not-an-image"}
    assert not bound.pictures()
    assert not bound.holds(b"fetch(")
    assert not net.connected


def test_only_pictures_become_pictures(net: Net, bind: Any, make_page: Any, secret: tuple[Path, bytes]) -> None:
    net.names["pics.example"] = [[PUBLIC]]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{secret[0]}"/><script>x()</script></svg>'
    bodies = {"a.svg": svg, "b.png": svg, "c.png": "<html><script>x()</script>", "d.png": "%!PS\n(x) run"}
    for name, body in bodies.items():
        net.site.routes[f"/{name}"] = WEB["gives"](body.encode(), Content_Type="image/png")
    bound = bind(make_page([shown(*(f"http://pics.example/{name}" for name in bodies))]), "--any-host")
    assert bound.code == 3
    codes = [notice["code"] for notice in bound.notices]
    assert codes == ["media.unsupported"] * 2 + ["media.not-an-image"] * 2
    assert not bound.pictures()


# Files that are not the page's own ------------------------------------------------------------------------------------


def test_no_unc_and_no_absolute_path_is_opened(
    net: Net, bind: Any, make_page: Any, secret: tuple[Path, bytes], tmp_path: Path
) -> None:
    path, data = secret
    backslashed = str(path).replace("/", "\\")
    references = [
        str(path),
        f"/{path}",
        f"C:{path}",
        f"C:{backslashed}",
        backslashed,
        "\\\\host\\share\\passport-of-mara.png",
        f"\\\\?\\{backslashed}",
        "//host/share/passport-of-mara.png",
        "file:////host/share/passport-of-mara.png",
    ]
    bound = bind(make_page([shown(*references)], folder=tmp_path / "saved"), "--offline")
    assert bound.code == 3
    assert bound.codes == {"media.not-in-capture"}
    assert not bound.holds(data)
    assert not net.connected


UPWARDS = (
    "page_files/../../private/passport-of-mara.png",
    "../private/passport-of-mara.png",
    "page_files/..%2f..%2fprivate%2fpassport-of-mara.png",
    "page_files/%2e%2e/%2e%2e/private/passport-of-mara.png",
    "page_files/%252e%252e/%252e%252e/private/passport-of-mara.png",
    "page_files\\..\\..\\private\\passport-of-mara.png",
    "page_files/..\\../private/passport-of-mara.png",
    "page_files/a.png\0/../../../private/passport-of-mara.png",
    "page_files/%00/../../../private/passport-of-mara.png",
)


def test_no_way_up_from_the_page(
    net: Net, bind: Any, make_page: Any, secret: tuple[Path, bytes], tmp_path: Path
) -> None:
    (tmp_path / "saved" / "page_files").mkdir(parents=True)
    bound = bind(make_page([shown(*UPWARDS)], folder=tmp_path / "saved"), "--any-host")
    assert bound.code == 3
    assert not bound.pictures()
    assert not bound.holds(secret[1])
    assert not net.connected


def test_no_link_out_of_the_folder_is_followed(
    *, net: Net, bind: Any, make_page: Any, make_picture: Any, secret: tuple[Path, bytes], tmp_path: Path
) -> None:
    path, data = secret
    files = tmp_path / "saved" / "page_files"
    files.mkdir(parents=True)
    own = make_picture("PNG", (30, 20))
    (files / "own.png").write_bytes(own)
    (files / "link.png").symlink_to(path)
    (files / "folder").symlink_to(path.parent)
    (files / "circle.png").symlink_to("circle.png")
    (tmp_path / "saved" / "other_files").symlink_to(path.parent)
    references = ["link.png", "folder/passport-of-mara.png", "circle.png", "../other_files/passport-of-mara.png"]
    page = make_page([shown("page_files/own.png", *(f"page_files/{each}" for each in references))], folder=files.parent)
    bound = bind(page, "--any-host")
    assert bound.code == 3
    assert bound.pictures() == [own]
    assert not bound.holds(data)
    assert not net.connected


def test_no_link_out_of_the_users_folder_is_followed(
    *, net: Net, bind: Any, make_page: Any, make_picture: Any, secret: tuple[Path, bytes], tmp_path: Path
) -> None:
    path, data = secret
    given = tmp_path / "given"
    (given / "pbs.twimg.com" / "media").mkdir(parents=True)
    own = make_picture("PNG", (30, 20))
    (given / "pbs.twimg.com" / "media" / "own-picture.png").write_bytes(own)
    (given / "pbs.twimg.com" / "link-to-picture.png").symlink_to(path)
    (given / "pbs.twimg.com" / "up").symlink_to(path.parent)
    addresses = [
        "https://pbs.twimg.com/media/own-picture.png",
        "https://pbs.twimg.com/link-to-picture.png",
        "https://pbs.twimg.com/up/passport-of-mara.png",
        "https://pbs.twimg.com/../../private/passport-of-mara.png",
        "https://pbs.twimg.com/..%2f..%2fprivate%2fpassport-of-mara.png",
        f"https://{path}",
        f"https:///{path}",
        "https://pbs.twimg.com/%00/passport-of-mara.png",
    ]
    folder = Resources(given)
    assert [folder.find(each) for each in addresses] == [own] + [None] * 7
    bound = bind(make_page([shown(*addresses)], folder=tmp_path / "saved"), "--resources", str(given), "--offline")
    assert bound.pictures() == [own]
    assert not bound.holds(data)
    assert not net.connected


# Machines that are not the open internet ------------------------------------------------------------------------------

NOTATIONS = (
    *("127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "0x7f000001", "017700000001", "127.0.0.1.", "0", "0x0"),
    *("127\u30020\uff0e0\uff611", "\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.0.0.1", "1\u0662\u0667.0.0.1"),
    *("2852039166", "169.254.43518", "0xa9fea9fe", "localhost", "printer.localhost", "LOCALHOST.", "LocalHost"),
    *("[::]", "[0:0:0:0:0:ffff:7f00:1]", "[::ffff:0:7f00:1]", "[::127.0.0.1]", "[fe80::1%25eth0]", "[fe80::1%eth0]"),
    *("[64:ff9b:1::7f00:1]", "[2001:0:808:808:0:0:f5ff:fffe]", "[ff02::1]", "[::1]", "[::1%25lo]"),
)


def bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def test_no_private_address_is_asked(net: Net, bind: Any, make_page: Any) -> None:
    hosts = [*map(bracketed, PRIVATE.values()), *NOTATIONS]
    net.names.update({host: [["127.0.0.1"]] for host in hosts})  # were it looked up
    addresses = [f"http://{host}/latest/meta-data/{n}.png" for n, host in enumerate(hosts)]
    bound = bind(make_page([shown(*addresses)]), "--any-host")
    assert bound.code == 3
    assert bound.codes <= {"media.not-allowed", "media.not-in-capture"}
    assert len(bound.notices) >= len(PRIVATE)
    assert (net.connected, net.looked_up) == ([], [])
    for address in addresses:
        assert Policy(any_host=True).refusal(address), address
        assert Policy(hosts=frozenset(hosts)).refusal(address), address


def test_no_name_leads_to_a_private_address(net: Net, bind: Any, make_page: Any) -> None:
    net.names = {f"host-{n}.example": [[address]] for n, address in enumerate(PRIVATE.values())}
    bound = bind(make_page([shown(*(f"http://{name}/x.png" for name in net.names))]), "--any-host")
    assert bound.code == 3
    assert [notice["code"] for notice in bound.notices] == ["media.not-allowed"] * len(PRIVATE)
    assert sorted(set(net.looked_up)) == sorted(net.names)
    assert not net.connected


def test_of_many_addresses_only_public_ones_are_asked(net: Net, bind: Any, make_page: Any, make_picture: Any) -> None:
    data = make_picture("PNG")
    net.names["mixed.example"] = [["127.0.0.1", "::ffff:169.254.169.254", PUBLIC, "10.0.0.1"]]
    net.site.routes["/x.png"] = WEB["gives"](data)
    bound = bind(make_page([shown("http://mixed.example/x.png")]), "--any-host")
    assert bound.pictures() == [data]
    assert net.connected == [(PUBLIC, 80)]
    assert net.site.headers[0]["Host"] == "mixed.example"


def test_a_name_that_changes_its_mind_gains_nothing(net: Net, bind: Any, make_page: Any, make_picture: Any) -> None:
    """DNS rebinding: judged is the very address that is connected to, not what a second look-up says."""
    net.names["rebinding.example"] = [[PUBLIC], ["127.0.0.1"]]
    net.names["later.example"] = [[PUBLIC], ["169.254.169.254"]]
    net.site.routes["/gives.png"] = WEB["gives"](make_picture("PNG"), Connection="close")
    net.site.routes["/hangs-up.png"] = lambda request: request.hang_up()
    net.site.routes["/leads"] = WEB["leads"]("http://later.example/gives.png")
    addresses = [f"http://rebinding.example/{name}" for name in ("gives.png", "hangs-up.png", "leads", "gives.png?2")]
    bind(make_page([shown("http://later.example/gives.png", *addresses)]), "--any-host", "--retries", "1")
    assert len(net.connected) >= 4
    assert set(net.connected) == {(PUBLIC, 80)}
    net.connected.clear()
    bind(make_page([shown("http://rebinding.example/next-run.png")]), "--any-host", "--retries", "1")
    assert not net.connected


def test_no_redirect_leads_to_a_private_address(net: Net, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]], "inside.example": [["10.0.0.1"]]}
    targets = [f"http://{bracketed(each)}/x" for each in PRIVATE.values()]
    targets += ["http://127.1/", "http://inside.example/x", "//inside.example/x", "//localhost/x", "http://[::1]/"]
    for n, target in enumerate(targets):
        net.site.routes[f"/{n}.png"] = WEB["leads"](target)
    net.site.routes["/far.png"] = WEB["leads"]("/0.png")
    bound = bind(make_page([shown(*(f"http://pics.example{route}" for route in net.site.routes))]), "--any-host")
    assert [notice["code"] for notice in bound.notices] == ["media.not-allowed"] * (len(targets) + 1)
    assert not net.elsewhere


def test_no_redirect_leads_out_of_http(net: Net, bind: Any, make_page: Any, secret: tuple[Path, bytes]) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    targets = [f"file://{secret[0]}", "ftp://pics.example/x", "gopher://pics.example/1", "data:text/html,x"]
    targets += ["http://pics.example:22/", "https://pics.example:80/", "http://user:word@pics.example/"]
    for n, target in enumerate(targets):
        net.site.routes[f"/{n}.png"] = WEB["leads"](target)
    bound = bind(make_page([shown(*(f"http://pics.example{route}" for route in net.site.routes))]), "--any-host")
    assert [notice["code"] for notice in bound.notices] == ["media.not-allowed"] * len(targets)
    assert len(net.site.asked) == len(targets)
    assert not bound.holds(secret[1])
    assert not net.elsewhere


def test_no_redirect_leads_to_another_host_unless_allowed(net: Net, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]], "other.example": [[PUBLIC]]}
    net.site.routes["/x.png"] = WEB["leads"]("http://other.example/y.png")
    bound = bind(make_page([shown("http://pics.example/x.png")]), "--allow-host", "pics.example")
    assert bound.codes == {"media.other-host"}
    assert net.looked_up == ["pics.example"]
    assert net.site.asked == ["/x.png"]


def test_no_other_port_is_asked(net: Net, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    ports = ("22", "8080", "443", "0", "65536", "-80", "80:80", "８０")
    bound = bind(make_page([shown(*(f"http://pics.example:{port}/x.png" for port in ports))]), "--any-host")
    assert bound.code == 3
    assert bound.codes <= {"media.not-allowed", "media.not-in-capture"}
    assert not net.connected
    for port in ports:
        assert Policy(any_host=True).refusal(f"http://pics.example:{port}/x.png")
    assert Policy(any_host=True).refusal("https://pics.example:80/x.png")


def test_no_name_and_password_is_sent(net: Net, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]], "user": [[PUBLIC]]}
    hosts = ("user:word@pics.example", "user@pics.example", "@pics.example", ":@pics.example", "a@b@pics.example")
    hosts += ("pbs.twimg.com\\@pics.example", "pbs.twimg.com;@pics.example", "pbs.twimg.com%00@pics.example")
    bound = bind(make_page([shown(*(f"http://{host}/x.png" for host in hosts))]), "--any-host")
    assert bound.codes <= {"media.not-allowed", "media.not-in-capture"}
    assert not net.connected
    for host in hosts:
        assert "name or password" in Policy(any_host=True).refusal(f"https://{host}/x.png")


# What a request says, and what an answer may do -----------------------------------------------------------------------


def test_no_header_is_injected(net: Net, bind: Any, make_page: Any) -> None:
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


def test_a_request_tells_nothing_of_the_user(net: Net, bind: Any, make_page: Any, make_picture: Any) -> None:
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


def test_a_bomb_never_stands_in_memory(net: Net, bind: Any, make_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    monkeypatch.setattr(network, "MAX_BYTES", 4 * 1024 * 1024)
    pieces: list[int] = []
    unpacked = network._unpacked

    def noted(unpack: Any, chunk: bytes) -> Iterator[bytes]:
        for piece in unpacked(unpack, chunk):
            pieces.append(len(piece))
            yield piece

    monkeypatch.setattr(network, "_unpacked", noted)
    bomb = gzip.compress(bytes(64 * 1024 * 1024), 1)
    for form, body in {"gzip": bomb, "deflate": zlib.compress(bytes(64 * 1024 * 1024), 1)}.items():
        net.site.routes[f"/{form}.png"] = WEB["gives"](body, Content_Encoding=form)
    net.site.routes["/twice.png"] = WEB["gives"](gzip.compress(bomb), Content_Encoding="gzip, gzip")
    net.site.routes["/brotli.png"] = WEB["gives"](b"x", Content_Encoding="br")
    bound = bind(make_page([shown(*(f"http://pics.example{route}" for route in net.site.routes))]), "--any-host")
    codes = [notice["code"] for notice in bound.notices]
    assert codes == ["media.too-large"] * 2 + ["media.not-an-image"] * 2
    assert max(pieces) <= network.PIECE
    assert sum(pieces) <= 2 * (network.MAX_BYTES + network.PIECE)


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


def test_no_body_is_endless(net: Net, bind: Any, make_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    monkeypatch.setattr(network, "MAX_BYTES", 1024 * 1024)
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


def test_no_redirects_in_circles(net: Net, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    net.site.routes |= {"/a.png": WEB["leads"]("/b.png"), "/b.png": WEB["leads"]("http://pics.example/a.png")}
    bound = bind(make_page([shown("http://pics.example/a.png")]), "--any-host")
    assert bound.codes == {"media.refused"}
    assert len(net.site.asked) == network.MAX_REDIRECTS + 1


def test_a_broken_answer_costs_its_own_picture(net: Net, bind: Any, make_page: Any, make_picture: Any) -> None:
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
    net: Net, bind: Any, make_page: Any, make_picture: Any, monkeypatch: pytest.MonkeyPatch
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


def test_no_picture_has_more_pixels_than_are_bearable(net: Net, bind: Any, make_page: Any, tmp_path: Path) -> None:
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


# What the user widens -------------------------------------------------------------------------------------------------

LEADING_UP = (
    *("/../../admin.png", "/media/../../../admin.png", "/%2e%2e/%2e%2e/admin.png", "/..%2f..%2fadmin.png"),
    *("/%2e./.%2e/admin.png", "/%252e%252e/%252e%252e/admin.png", "/..\\..\\admin.png", "/..%5c..%5cadmin.png"),
    *("/..;/..;/admin.png", "/%2e%2e;x=1/%2e%2e%3b/admin.png", "/..", "/media/..", "/%" + "25" * 9 + "2e./admin.png"),
)


def test_no_address_leads_out_of_the_mirror(net: Net, bind: Any, make_page: Any, make_picture: Any) -> None:
    net.site.routes["/admin.png"] = WEB["gives"](make_picture("PNG"))
    hosts = ("..", "%2e%2e", "x%2f..%2f..%2fadmin.png", "..\\..", "[2606:4700::1]%2f..%2f..%2fadmin.png", "..;", "a..b")
    addresses = [f"https://pbs.twimg.com{path}" for path in LEADING_UP]
    addresses += [f"https://{host}/admin.png" for host in hosts]
    page = make_page([shown("https://pbs.twimg.com/good/x.png", *addresses)])
    bound = bind(page, "--mirror", f"{net.site.url}/pictures", "--any-host", "--wayback")
    assert bound.code == 3
    assert not bound.pictures()
    assert {path.partition("?")[0].split("im_/")[-1] for path in net.site.asked} <= {
        "/pictures/pbs.twimg.com/good/x.png",
        "https://pbs.twimg.com/good/x.png",
    }
    for address in addresses:
        assert Policy(any_host=True).refusal(address), address


def test_what_a_mirror_stands_for_is_judged(net: Net, bind: Any, make_page: Any) -> None:
    addresses = ["http://169.254.169.254/latest.png", "https://pbs.twimg.com:8080/x.png", "https://a:b@pbs.twimg.com/x"]
    addresses += ["https://elsewhere.example/x.png", f"{net.site.url}/x.png", f"{net.site.url}/pictures/x.png"]
    bound = bind(make_page([shown(*addresses)]), "--mirror", f"{net.site.url}/pictures")
    assert [notice["code"] for notice in bound.notices].count("media.other-host") == 1
    assert bound.codes == {"media.not-allowed", "media.other-host"}
    assert len(bound.notices) == len(addresses)
    assert not net.site.asked


def test_a_mirror_redirects_nowhere_else(net: Net, bind: Any, make_page: Any, secret: tuple[Path, bytes]) -> None:
    targets = [
        "http://169.254.169.254/",
        f"file://{secret[0]}",
        "http://127.0.0.1:1/x",
        "//127.0.0.1/x",
        "http://[::1]/",
    ]
    targets += ["https://elsewhere.example/x.png", f"https://u:p@127.0.0.1:{net.site.server_address[1]}.evil.example/"]
    for n, target in enumerate(targets):
        net.site.routes[f"/pictures/pbs.twimg.com/{n}.png"] = WEB["leads"](target)
    page = make_page([shown(*(f"https://pbs.twimg.com/{n}.png" for n in range(len(targets))))])
    bound = bind(page, "--mirror", f"{net.site.url}/pictures")
    codes = [notice["code"] for notice in bound.notices]
    assert codes == [*["media.not-allowed"] * 5, "media.other-host", "media.not-allowed"]
    net.site.routes["/pictures/pbs.twimg.com/self.png"] = WEB["leads"]("/pictures/pbs.twimg.com/self.png")
    page = make_page([shown("https://pbs.twimg.com/self.png")])
    assert bind(page, "--mirror", f"{net.site.url}/pictures").codes == {"media.refused"}
    assert not net.elsewhere


def test_a_book_does_not_say_where_the_mirror_is(net: Net, bind: Any, make_page: Any, make_picture: Any) -> None:
    net.site.routes["/pictures/pbs.twimg.com/x.png"] = WEB["leads"]("/objects/1")
    net.site.routes["/objects/1"] = WEB["gives"](make_picture("PNG"))
    bound = bind(make_page([shown("https://pbs.twimg.com/x.png")]), "--mirror", f"{net.site.url}/pictures")
    assert bound.code == 0
    assert not bound.holds(b"127.0.0.1")
    assert bound.holds(b"https://pbs.twimg.com/x.png")


def test_a_proxy_is_asked_for_no_private_address(
    net: Net, bind: Any, make_page: Any, make_picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", net.site.url)
    data = make_picture("PNG")
    net.site.routes["http://pics.example/x.png"] = WEB["gives"](data)
    hosts = [*map(bracketed, PRIVATE.values()), *NOTATIONS]
    addresses = [f"http://{host}/{n}.png" for n, host in enumerate(hosts)]
    bound = bind(make_page([shown("http://pics.example/x.png", *addresses)]), "--any-host")
    assert bound.pictures() == [data]
    assert net.site.asked == ["http://pics.example/x.png"]
    assert not net.looked_up
    assert not net.elsewhere


def test_the_wayback_machine_is_told_no_secrets(net: Net, bind: Any, make_page: Any, make_picture: Any) -> None:
    data = make_picture("PNG")
    there = "/m/web.archive.org/web/2im_/https://elsewhere.example/x.png"
    net.site.otherwise = lambda request: request.give(data if request.path.endswith("/x.png") else b"", 200)
    addresses = ["https://mara:word@pbs.twimg.com/1.png", "http://10.0.0.1/2.png", "http://intranet.localhost/3.png"]
    addresses += ["https://pbs.twimg.com:8443/4.png", "https://pbs.twimg.com/../../../../save/5.png"]
    page = make_page([shown("https://elsewhere.example/x.png", *addresses)])
    bound = bind(page, "--wayback", "--mirror", f"{net.site.url}/m")
    assert bound.pictures() == [data]
    assert len(net.site.asked) == 1
    assert re.sub(r"/web/\d+im_/", "/web/2im_/", net.site.asked[0]) == there
    assert not net.elsewhere


def test_the_wayback_machine_redirects_nowhere_else(net: Net) -> None:
    (_, archive) = places(Policy(any_host=True), None, FetchOptions(wayback=True, any_host=True))
    assert archive.ask("https://pbs.twimg.com/x.png") == "https://web.archive.org/web/2im_/https://pbs.twimg.com/x.png"
    for target in ("http://169.254.169.254/", "https://elsewhere.example/", "https://web.archive.org.evil.example/"):
        with pytest.raises(FetchTrouble):
            archive.hop(target)
    assert not net.connected


def test_offline_nothing_is_asked_or_looked_up(net: Net, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    page = make_page([shown("http://pics.example/x.png", "https://pbs.twimg.com/media/x.jpg")])
    bound = bind(page, "--offline", "--any-host", "--wayback", "--mirror", net.site.url)
    assert bound.code == 3
    assert (net.connected, net.looked_up) == ([], [])


def test_a_name_is_looked_up_as_it_is_asked_for(net: Net, bind: Any, make_page: Any, make_picture: Any) -> None:
    """ß is a letter to IDNA 2008 and "ss" to IDNA 2003: one host must not answer for the other."""
    net.names = {"xn--strae-oqa.example": [[PUBLIC]], "strasse.example": [["10.0.0.1"]]}
    net.site.otherwise = WEB["gives"](make_picture("PNG"))
    assert bind(make_page([shown("http://straße.example/x.png")]), "--any-host").code == 0
    assert net.looked_up == ["xn--strae-oqa.example"]
    assert net.site.headers[0]["Host"] == "xn--strae-oqa.example"


def test_one_page_hides_no_picture_of_another(
    *, net: Net, bind: Any, make_page: Any, make_picture: Any, tmp_path: Path, cache: Path
) -> None:
    data = make_picture("JPEG")
    net.site.routes["/pbs.twimg.com/media/KEY?format=jpg&name=orig"] = WEB["gives"](data)
    hostile = shown("https://pbs.twimg.com/media/KEY?format=zzz&name=orig")
    honest = shown("https://pbs.twimg.com/media/KEY?format=jpg&name=orig")
    mirror = ("--mirror", net.site.url)
    folder = tmp_path / "together"
    make_page([honest], folder=folder, name="a.html")
    make_page([hostile], folder=folder, name="b.html", handle="zed", first=1898301191378579999)
    assert bind(make_page([hostile]), *mirror).codes == {"media.gone"}
    assert bind(make_page([honest]), *mirror).pictures() == [data]
    shutil.rmtree(cache / "threadbound" / "media")
    bound = bind(folder, *mirror)
    assert bound.pictures() == [data]
    assert not bound.codes & {"media.gone"}


# What reaches a product -----------------------------------------------------------------------------------------------

ACTIVE = (
    "Words. <script>document.location='http://pics.example/script'</script>"
    "<style>@import url(http://pics.example/import.css); body{background:url(file:///etc/passwd)}</style>"
    '<b style="background-image:url(\'http://pics.example/inline.png\')" onclick="evil()">bold</b>'
    '<svg onload="evil()"><script>evil()</script><image href="http://pics.example/svg.png"/></svg>'
    '<a href="javascript:evil()">a link</a><a href="data:text/html,evil">another</a><a href="file:///etc/passwd">x</a>'
    '<iframe src="http://pics.example/frame.html"></iframe><object data="http://pics.example/object"></object>'
    '<embed src="http://pics.example/embed"><link rel="stylesheet" href="http://pics.example/link.css">'
    '<meta http-equiv="refresh" content="0;url=http://pics.example/refresh"><base href="http://pics.example/base/">'
    '<form action="http://pics.example/form"><input autofocus onfocus="evil()"></form>'
    '<video src="http://pics.example/v.mp4" onerror="evil()"></video><math><mtext></mtext></math>'
    "&lt;script&gt;evil()&lt;/script&gt; {{ 7*7 }} ]]&gt;&lt;img src=x onerror=evil()&gt;"
)
_MARKUP = re.compile(r"<[^>]*>")


def test_no_script_style_or_handler_reaches_the_epub(net: Net, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    bound = bind(make_page([ACTIVE], author="<script>evil()</script>"), "--offline", "--attach", "none")
    assert bound.code in {0, 3}
    for name, data in bound.files().items():
        if not name.endswith((".xhtml", ".opf", ".ncx", ".css")):
            continue
        text = data.decode()
        for tag in _MARKUP.findall(text):
            assert not re.match(r"<(script|style|iframe|object|embed|form|input|video|base|meta http)", tag), tag
            assert not re.search(r"\s(on\w+|style)\s*=|javascript:|file:|data:|evil", tag), tag
        assert not (name.endswith(".css") and re.search(r"@import|url\((?!['\"]?(fonts|images)/)", text))
    assert not net.connected


def test_no_script_or_file_reaches_the_pdf(net: Net, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    bound = bind(make_page([ACTIVE]), "--offline", "--attach", "none", product="pdf")
    assert bound.code in {0, 3}
    with pikepdf.open(bound.book) as pdf:
        assert "/AA" not in pdf.Root
        assert "/JavaScript" not in pdf.Root.get("/Names", {})
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary):
                assert item.get("/S") not in {
                    "/JavaScript",
                    "/Launch",
                    "/SubmitForm",
                    "/ImportData",
                    "/GoToR",
                    "/Rendition",
                }
                assert "/JS" not in item
                assert urlsplit(str(item.get("/URI", "http:"))).scheme in {"http", "https", "mailto"}
    assert not net.connected


def test_no_style_sheet_of_a_page_is_asked_or_kept(
    net: Net, bind: Any, make_page: Any, secret: tuple[Path, bytes]
) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    css = f"background:url(file://{secret[0]});content:url(http://pics.example/a.png);cursor:u\\72l(//pics.example/b)"
    body = f'<style>@import "http://pics.example/c.css"; * {{{css}}}</style><p style="{css}">Words.</p>'
    for product in ("epub", "pdf"):
        bound = bind(make_page([body]), "--any-host", "--attach", "none", product=product)
        assert bound.code == 0
        assert secret[1] not in bound.book.read_bytes()
    assert not net.connected


@pytest.mark.parametrize(("product", "code"), [("pdf", 1), ("epub", 7)])
def test_writers_get_bytes_from_the_store_alone(
    *,
    net: Net,
    bind: Any,
    make_page: Any,
    secret: tuple[Path, bytes],
    monkeypatch: pytest.MonkeyPatch,
    product: str,
    code: int,
) -> None:
    """Even if a template had a hole: a book that points outside itself is not made, and nothing is asked."""
    import threadbound.pipeline as pipeline  # noqa: PLC0415, PLR0402

    net.names = {"pics.example": [[PUBLIC]]}
    render = pipeline.render
    for address in (f"file://{secret[0]}", "http://pics.example/x.png", "images/../../private/passport-of-mara.png"):

        def holed(*given: Any, address: str = address) -> Any:
            import msgspec  # noqa: PLC0415

            book = render(*given)
            pages = [
                msgspec.structs.replace(
                    page, content=page.content.replace("</body>", f'<img src="{address}" alt="x"/></body>')
                )
                for page in book.documents
            ]
            return msgspec.structs.replace(book, documents=tuple(pages))

        monkeypatch.setattr(pipeline, "render", holed)
        bound = bind(make_page(["Words."]), "--any-host", product=product)
        assert bound.code == code, (address, bound.said)
        assert not bound.book.exists()
    assert not net.connected


def test_every_picture_of_an_epub_is_one_that_was_proven(
    net: Net, bind: Any, make_page: Any, make_picture: Any, tmp_path: Path
) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    fetched, beside = make_picture("PNG", (40, 30)), make_picture("PNG", (50, 20))
    net.site.routes["/x.png"] = WEB["gives"](fetched)
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / "y.png").write_bytes(beside)
    page = make_page([shown("http://pics.example/x.png", "page_files/y.png", "http://pics.example/none.png")])
    bound = bind(page, "--any-host", "--attach", "none")
    assert sorted(map(sha256, bound.pictures())) == sorted(map(sha256, (fetched, beside)))
    markup = b"".join(data for name, data in bound.files().items() if name.endswith((".xhtml", ".css")))
    sources = re.findall(rb"""(?:src|poster|xlink:href)="([^"]*)"|url\(['"]?([^)'"]*)""", markup)
    assert sources
    assert not [one or other for one, other in sources if b":" in (one or other) or b".." in (one or other)]


def test_no_entity_is_expanded(net: Net, bind: Any, tmp_path: Path, make_page: Any) -> None:
    (tmp_path / "secret.txt").write_text("words that nobody saw")
    net.names = {"pics.example": [[PUBLIC]]}
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    entities = (
        f'<!DOCTYPE html [<!ENTITY file SYSTEM "file://{tmp_path}/secret.txt"><!ENTITY web SYSTEM "http://pics.example/x">'
        f'<!ENTITY % remote SYSTEM "http://pics.example/dtd"> %remote; <!ENTITY l0 "laughs">{laughs}]>'
    )
    page = make_page(["Words &file; &web; &l11; to the end."])
    page = page.rename(page.with_suffix(".xhtml"))
    page.write_text('<?xml version="1.0"?>' + entities + page.read_text().removeprefix("<!DOCTYPE html>"))
    begin = time.monotonic()
    bound = bind(page, "--any-host", "--attach", "json")
    assert bound.code in {0, 3}
    assert time.monotonic() - begin < 20
    assert bound.holds(b"to the end")
    assert not bound.holds(b"nobody saw")
    assert not bound.holds(b"laughslaughs")
    assert not net.connected


# Names ----------------------------------------------------------------------------------------------------------------

BAD_NAMES = (
    "\u202efdp.exe",
    "a\x00b",
    "a\x1b[31mb\x07",
    "../../etc/x",
    "..\\..\\x",
    "CON",
    "a\u2066b\u2069",
    "a\nb",
    "-rf",
    "~",
    "",
)


def test_no_bad_name_becomes_a_file(net: Net, make_page: Any, tmp_path: Path) -> None:
    assert not net.connected
    for n, name in enumerate(BAD_NAMES):
        out = tmp_path / f"out-{n}"
        page = make_page(
            [f"{html.escape(name)} words"], handle="\u202emara/..", author=name, name=f"p\u202ea\x07ge {n}.html"
        )
        code = run(["epub", str(page), "--offline", "-d", str(out), "--name", "{handle}-{slug}"])
        assert code in {0, 3}
        (book,) = out.rglob("*")
        with zipfile.ZipFile(book) as files:
            names = [book.name, *files.namelist()]
        assert all(part.isprintable() and ".." not in part and "\\" not in part for part in names), names
        assert not book.name.startswith(("-", ".", "~"))


@given(st.text(st.characters(), max_size=40))
@example("\u202e\u2066\u200f\u061c")
def test_no_text_at_all_makes_a_bad_name(text: str) -> None:
    name = naming.safe(text)
    assert name.isprintable()
    assert not set('/\\:*?"<>|') & set(name)
    assert name not in {".", ".."}
    assert len(name.encode()) <= naming.LONGEST


def test_no_words_of_a_page_play_with_a_terminal(
    net: Net, make_page: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\u202e\u2066\x9b31m\r"
    page = make_page([shown(f"http://pics.example/{hostile}.png", f"http://{hostile}.example/")], author=hostile)
    run(["epub", str(page), "-v", "--any-host", "-o", str(tmp_path / "b.epub")])
    said = capsys.readouterr()
    assert "lost" in said.err
    assert all(line.isprintable() for line in (said.err + said.out).splitlines())
    assert not net.connected


def test_nothing_is_exported_as_csv(net: Net) -> None:
    """No CSV is written, so no formula can be. Who writes the first one makes a test of its formulas instead."""
    for path in SOURCE.rglob("*.py"):
        text = path.read_text("utf-8")
        assert not re.search(r"^\s*(?:import|from) csv\b", text, re.MULTILINE), path
        assert not re.search(r"""\.csv\b|text/csv""", text, re.IGNORECASE), path
    assert "csv" not in " ".join(sorted(path.stem for path in Path(str(writers.__file__)).parent.glob("*.py")))
    assert not net.connected


# Laws -----------------------------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    "http https :// // / \\ @ : ; ? # . .. ... %2e %2f %5c %25 %00 %0d%0a [ ] [::1] [fe80::1%25eth0] 127.0.0.1 0x7f 017"
    " 2130706433 localhost pbs.twimg.com example.org evil \u3002 \uff0e \uff0f \u2460 \xdf \xad \u200b \ud800"
    " 80 443 8080 user a".split()
)
ADDRESSES = (
    st.text(max_size=30)
    | st.lists(_PIECES, max_size=12).map("".join)
    | st.builds(
        lambda host, rest: f"https://{host}/{rest}", st.text(max_size=9), st.lists(_PIECES, max_size=9).map("".join)
    )
    | st.lists(_PIECES, max_size=9).map(lambda pieces: "https://pbs.twimg.com/" + "/".join(pieces))
)
STRICT = Policy(frozenset({"pbs.twimg.com", "example.org"}))
ANY = Policy(any_host=True)


def through(url: str) -> SplitResult | None:
    """The address as libcurl is given it, or nothing: it is refused there too."""
    try:
        return urlsplit(network._spelled(url))
    except FetchTrouble:
        return None


@given(ADDRESSES, st.sampled_from([STRICT, ANY]))
@example("https://[", ANY)
@example("https://127\u30020\u30020\u30021/", ANY)
@example("https://" + "9" * 5000, ANY)
@example("https://pbs.twimg.com\\@evil/", STRICT)
def test_what_may_be_asked_is_what_the_client_asks(url: str, policy: Policy) -> None:
    """No text breaks the judgement, and what libcurl is given leaves no two readings of what was judged."""
    if policy.refusal(url) or not policy.admits(url) or (asked := through(url)) is None:
        return
    assert asked.scheme in {"http", "https"}
    assert asked.port in {None, 80, 443}
    assert "@" not in asked.netloc
    assert asked.hostname
    assert policy.any_host or asked.hostname in policy.hosts
    assert re.fullmatch(
        r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?/[!$%&'()*+,/:;=?@A-Za-z0-9._~-]*", asked.geturl()
    )
    assert not policy.refusal(asked.geturl())


@given(
    ADDRESSES, st.sampled_from(["http://127.0.0.1:8000/pictures", "http://127.0.0.1:8000/a/b/", "http://[::1]:8000"])
)
@example("https://../x", "http://127.0.0.1:8000/a/b/")
@example("https://[2606:4700::1]%2f..%2f..%2fx/", "http://127.0.0.1:8000/a/b/")
def test_what_a_mirror_is_asked_stays_below_its_address(url: str, mirror: str) -> None:
    for place in places(Policy(any_host=True), None, FetchOptions(mirror=mirror, wayback=True)):
        try:
            asked = through(place.ask(url))
        except FetchTrouble:
            continue
        if asked is None:
            continue
        base = urlsplit(mirror.rstrip("/") + "/")
        assert (asked.scheme, asked.netloc) == (base.scheme, base.netloc)
        assert asked.path.startswith(base.path)
        path = asked.path
        for _ in range(6):
            assert ".." not in re.split(r"[/\\]", path)
            path = unquote(path)


# Themes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "template",
    [
        "{{ cycler.__init__.__globals__.os.popen('touch ' + '%s').read() }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''['__class__'] }}",
        "{{ '{0.__class__.__init__}'.format('') }}",
        "{{ ''|attr('__class__') }}",
        "{{ (book|called).__init__ }}",
        "{{ self._TemplateReference__context.environment.loader.searchpath.append('/') }}",
        "{{ lipsum.__globals__.os.popen('touch %s').read() }}",
    ],
)
def test_no_template_of_a_theme_runs_python(
    template: str, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "theme"
    folder.mkdir()
    (folder / "theme.toml").write_text('base = "serif"')
    for name in ("print.html.j2", "epub.xhtml.j2"):
        (folder / name).write_text(template.replace("%s", str(tmp_path / "pwned")))
    page = str(make_page(["Words."]))
    for product in ("pdf", "epub"):
        book = tmp_path / f"b.{product}"
        assert run([product, page, "-o", str(book), "--offline", "--theme", str(folder)]) == 9
        assert ".j2: line 1: " in capsys.readouterr().err
        assert not book.exists()
    assert not (tmp_path / "pwned").exists()


# The list -------------------------------------------------------------------------------------------------------------


def test_every_line_of_the_list_has_its_test_and_every_test_its_line() -> None:
    rows = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("|")][2:]
    named = [re.findall(r"`(test_\w+)`", row.rsplit("|", 2)[1]) for row in rows]
    assert all(named), "a line without a test"
    own = {name for name in globals() if name.startswith("test_")}
    here = test_every_line_of_the_list_has_its_test_and_every_test_its_line.__name__
    told = {name for names in named for name in names}
    assert own - {here} <= told, "a test without a line"
    sources = (path.read_text("utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    assert told <= {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
