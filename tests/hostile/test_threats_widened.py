"""What the user widens, and what stays closed all the same.

Lines of the threat list in docs/security.md: a test for each.
"""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path
from typing import Any

import pytest

from threadbound.media.answers import FetchTrouble
from threadbound.media.places import places
from threadbound.media.policy import Policy
from threadbound.options import FetchOptions

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
WORLD = runpy.run_path(str(Path(__file__).with_name("world.py")))
PUBLIC, PRIVATE, shown = WORLD["PUBLIC"], WORLD["PRIVATE"], WORLD["shown"]
NOTATIONS, bracketed = WORLD["NOTATIONS"], WORLD["bracketed"]
pytestmark = pytest.mark.loopback

LEADING_UP = (
    *("/../../admin.png", "/media/../../../admin.png", "/%2e%2e/%2e%2e/admin.png", "/..%2f..%2fadmin.png"),
    *("/%2e./.%2e/admin.png", "/%252e%252e/%252e%252e/admin.png", "/..\\..\\admin.png", "/..%5c..%5cadmin.png"),
    *("/..;/..;/admin.png", "/%2e%2e;x=1/%2e%2e%3b/admin.png", "/..", "/media/..", "/%" + "25" * 9 + "2e./admin.png"),
)


def test_no_address_leads_out_of_the_mirror(net: Any, bind: Any, make_page: Any, make_picture: Any) -> None:
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


def test_what_a_mirror_stands_for_is_judged(net: Any, bind: Any, make_page: Any) -> None:
    addresses = ["http://169.254.169.254/latest.png", "https://pbs.twimg.com:8080/x.png", "https://a:b@pbs.twimg.com/x"]
    addresses += ["https://elsewhere.example/x.png", f"{net.site.url}/x.png", f"{net.site.url}/pictures/x.png"]
    bound = bind(make_page([shown(*addresses)]), "--mirror", f"{net.site.url}/pictures")
    assert [notice["code"] for notice in bound.notices].count("media.other-host") == 1
    assert bound.codes == {"media.not-allowed", "media.other-host"}
    assert len(bound.notices) == len(addresses)
    assert not net.site.asked


def test_a_mirror_redirects_nowhere_else(net: Any, bind: Any, make_page: Any, secret: tuple[Path, bytes]) -> None:
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


def test_a_book_does_not_say_where_the_mirror_is(net: Any, bind: Any, make_page: Any, make_picture: Any) -> None:
    net.site.routes["/pictures/pbs.twimg.com/x.png"] = WEB["leads"]("/objects/1")
    net.site.routes["/objects/1"] = WEB["gives"](make_picture("PNG"))
    bound = bind(make_page([shown("https://pbs.twimg.com/x.png")]), "--mirror", f"{net.site.url}/pictures")
    assert bound.code == 0
    assert not bound.holds(b"127.0.0.1")
    assert bound.holds(b"https://pbs.twimg.com/x.png")


def test_a_proxy_is_asked_for_no_private_address(
    net: Any, bind: Any, make_page: Any, make_picture: Any, monkeypatch: pytest.MonkeyPatch
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


def test_the_wayback_machine_is_told_no_secrets(net: Any, bind: Any, make_page: Any, make_picture: Any) -> None:
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


def test_the_wayback_machine_redirects_nowhere_else(net: Any) -> None:
    (_, archive) = places(Policy(any_host=True), None, FetchOptions(wayback=True, any_host=True))
    assert archive.ask("https://pbs.twimg.com/x.png") == "https://web.archive.org/web/2im_/https://pbs.twimg.com/x.png"
    for target in ("http://169.254.169.254/", "https://elsewhere.example/", "https://web.archive.org.evil.example/"):
        with pytest.raises(FetchTrouble):
            archive.hop(target)
    assert not net.connected


def test_offline_nothing_is_asked_or_looked_up(net: Any, bind: Any, make_page: Any) -> None:
    net.names = {"pics.example": [[PUBLIC]]}
    page = make_page([shown("http://pics.example/x.png", "https://pbs.twimg.com/media/x.jpg")])
    bound = bind(page, "--offline", "--any-host")
    assert bound.code == 3
    assert (net.connected, net.looked_up) == ([], [])


def test_a_name_is_looked_up_as_it_is_asked_for(net: Any, bind: Any, make_page: Any, make_picture: Any) -> None:
    """ß is a letter to IDNA 2008 and "ss" to IDNA 2003: one host must not answer for the other."""
    net.names = {"xn--strae-oqa.example": [[PUBLIC]], "strasse.example": [["10.0.0.1"]]}
    net.site.otherwise = WEB["gives"](make_picture("PNG"))
    assert bind(make_page([shown("http://straße.example/x.png")]), "--any-host").code == 0
    assert net.looked_up == ["xn--strae-oqa.example"]
    assert net.site.headers[0]["Host"] == "xn--strae-oqa.example"


def test_one_page_hides_no_picture_of_another(
    *, net: Any, bind: Any, make_page: Any, make_picture: Any, tmp_path: Path, cache: Path
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
