"""Which machines a page may have asked: none but the open internet's web servers.

Lines of the threat list in docs/security.md: a test for each.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from threadbound.media import client as network
from threadbound.media.answers import FetchTrouble
from threadbound.media.places import places
from threadbound.media.policy import Policy
from threadbound.options import FetchOptions

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
WORLD = runpy.run_path(str(Path(__file__).with_name("world.py")))
PUBLIC, PRIVATE, shown = WORLD["PUBLIC"], WORLD["PRIVATE"], WORLD["shown"]
NOTATIONS, bracketed = WORLD["NOTATIONS"], WORLD["bracketed"]
pytestmark = pytest.mark.loopback


def test_no_private_address_is_asked(net: Any, bind: Any, make_page: Any) -> None:
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


def test_no_name_leads_to_a_private_address(net: Any, bind: Any, make_page: Any) -> None:
    net.names = {f"host-{n}.example": [[address]] for n, address in enumerate(PRIVATE.values())}
    bound = bind(make_page([shown(*(f"http://{name}/x.png" for name in net.names))]), "--any-host")
    assert bound.code == 3
    assert [notice["code"] for notice in bound.notices] == ["media.not-allowed"] * len(PRIVATE)
    assert sorted(set(net.looked_up)) == sorted(net.names)
    assert not net.connected


def test_of_many_addresses_only_public_ones_are_asked(net: Any, bind: Any, make_page: Any, make_picture: Any) -> None:
    data = make_picture("PNG")
    net.names["mixed.example"] = [["127.0.0.1", "::ffff:169.254.169.254", PUBLIC, "10.0.0.1"]]
    net.site.routes["/x.png"] = WEB["gives"](data)
    bound = bind(make_page([shown("http://mixed.example/x.png")]), "--any-host")
    assert bound.pictures() == [data]
    assert net.connected == [(PUBLIC, 80)]
    assert net.site.headers[0]["Host"] == "mixed.example"


def test_a_name_that_changes_its_mind_gains_nothing(net: Any, bind: Any, make_page: Any, make_picture: Any) -> None:
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


def test_no_redirect_leads_to_a_private_address(net: Any, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]], "inside.example": [["10.0.0.1"]]}
    targets = [f"http://{bracketed(each)}/x" for each in PRIVATE.values()]
    targets += ["http://127.1/", "http://inside.example/x", "//inside.example/x", "//localhost/x", "http://[::1]/"]
    for n, target in enumerate(targets):
        net.site.routes[f"/{n}.png"] = WEB["leads"](target)
    net.site.routes["/far.png"] = WEB["leads"]("/0.png")
    bound = bind(make_page([shown(*(f"http://pics.example{route}" for route in net.site.routes))]), "--any-host")
    assert [notice["code"] for notice in bound.notices] == ["media.not-allowed"] * (len(targets) + 1)
    assert not net.elsewhere


def test_no_redirect_leads_out_of_http(net: Any, bind: Any, make_page: Any, secret: tuple[Path, bytes]) -> None:
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


def test_no_redirect_leads_to_another_host_unless_allowed(net: Any, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]], "other.example": [[PUBLIC]]}
    net.site.routes["/x.png"] = WEB["leads"]("http://other.example/y.png")
    bound = bind(make_page([shown("http://pics.example/x.png")]), "--allow-host", "pics.example")
    assert bound.codes == {"media.other-host"}
    assert net.looked_up == ["pics.example"]
    assert net.site.asked == ["/x.png"]


def test_no_other_port_is_asked(net: Any, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    ports = ("22", "8080", "443", "0", "65536", "-80", "80:80", "８０")
    bound = bind(make_page([shown(*(f"http://pics.example:{port}/x.png" for port in ports))]), "--any-host")
    assert bound.code == 3
    assert bound.codes <= {"media.not-allowed", "media.not-in-capture"}
    assert not net.connected
    for port in ports:
        assert Policy(any_host=True).refusal(f"http://pics.example:{port}/x.png")
    assert Policy(any_host=True).refusal("https://pics.example:80/x.png")


def test_no_name_and_password_is_sent(net: Any, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]], "user": [[PUBLIC]]}
    hosts = ("user:word@pics.example", "user@pics.example", "@pics.example", ":@pics.example", "a@b@pics.example")
    hosts += ("pbs.twimg.com\\@pics.example", "pbs.twimg.com;@pics.example", "pbs.twimg.com%00@pics.example")
    bound = bind(make_page([shown(*(f"http://{host}/x.png" for host in hosts))]), "--any-host")
    assert bound.codes <= {"media.not-allowed", "media.not-in-capture"}
    assert not net.connected
    for host in hosts:
        assert "name or password" in Policy(any_host=True).refusal(f"https://{host}/x.png")


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
