"""What a page may read: nothing but what was saved with it, and of that nothing but pictures.

Lines of the threat list in docs/security.md: a test for each.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from threadbound.containers.beside import Resources
from threadbound.media.policy import Policy

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
WORLD = runpy.run_path(str(Path(__file__).with_name("world.py")))
PUBLIC, shown = WORLD["PUBLIC"], WORLD["shown"]
pytestmark = pytest.mark.loopback

ELSEWHERE = ("file:", "ftp:", "gopher:", "smb:", "jar:", "view-source:", "blob:", "javascript:")


def test_only_http_leads_out(net: Any, bind: Any, make_page: Any, secret: tuple[Path, bytes], tmp_path: Path) -> None:
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


def test_data_addresses_hold_pictures_or_nothing(net: Any, bind: Any, make_page: Any) -> None:
    hostile = "<script>fetch('http://pics.example/')</script>"
    page = make_page([shown(f"data:text/html,{hostile}", f"data:image/png,{hostile}", f"data:image/svg+xml,{hostile}")])
    bound = bind(page, "--any-host", "--attach", "none")
    assert bound.code == 3
    assert bound.codes == {"media.not-an-image"}
    assert not bound.pictures()
    assert not bound.holds(b"fetch(")
    assert not net.connected


def test_only_pictures_become_pictures(net: Any, bind: Any, make_page: Any, secret: tuple[Path, bytes]) -> None:
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


def test_no_unc_and_no_absolute_path_is_opened(
    net: Any, bind: Any, make_page: Any, secret: tuple[Path, bytes], tmp_path: Path
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
    net: Any, bind: Any, make_page: Any, secret: tuple[Path, bytes], tmp_path: Path
) -> None:
    (tmp_path / "saved" / "page_files").mkdir(parents=True)
    bound = bind(make_page([shown(*UPWARDS)], folder=tmp_path / "saved"), "--any-host")
    assert bound.code == 3
    assert not bound.pictures()
    assert not bound.holds(secret[1])
    assert not net.connected


def test_no_link_out_of_the_folder_is_followed(
    *, net: Any, bind: Any, make_page: Any, make_picture: Any, secret: tuple[Path, bytes], tmp_path: Path
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
    *, net: Any, bind: Any, make_page: Any, make_picture: Any, secret: tuple[Path, bytes], tmp_path: Path
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
