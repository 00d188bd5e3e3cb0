"""The outside judges of collections: EPUBCheck, Ace and veraPDF find nothing in books with all that one can have."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound import verification
from threadbound.cli.app import run

pytestmark = pytest.mark.judge


def ident(day: int, post: int = 0) -> int:
    """The id of a post of so many days and minutes after the first of January 2021."""
    return (1609459200000 - 1288834974657 + day * 86_400_000 + post * 60_000) << 22


@pytest.fixture
def saved(make_page: Callable[..., Path], make_picture: Callable[..., bytes], tmp_path: Path) -> Path:
    """Threads of two authors in two years, that name each other, people, subjects and sites; one saved twice."""
    folder = tmp_path / "saved"
    link = '<a class="entity-url" href="{}">{}</a>'
    status = link.format(f"https://twitter.com/mara/status/{ident(0, 1)}", "twitter.com/mara/st…")
    page = link.format(f"https://threadreaderapp.com/thread/{ident(400)}.html", "threadreaderapp.com/…")
    site = link.format("https://www.example.org/a?b=c&amp;d=%C3%A9", "example.org/a")
    named = '<a class="entity-mention" href="https://twitter.com/ono">@ono</a>'
    tag = '<a class="entity-hashtag" href="https://twitter.com/hashtag/Maps">#Maps</a>'
    hebrew = "ספר טוב אינו נגמר בעמוד האחרון, הוא רק מחכה לקורא הבא."
    for day, handle, author, bodies in (
        (0, "mara", "Mara Lindqvist", ["Maps leave things out. Here is why.", f"And more of it {tag} {named}"]),
        (40, "mara", "Mara Lindqvist", [f"Aardvarks were first. See {status} for that.", f"Said {named} of {site}"]),
        (400, "mara", "Mara Lindqvist", [f"{hebrew} {site}", f"So {named} said {page}"]),
        (420, "triel", "Tomás Riel", [f"A legend is the only honest part. It admits it, {page}.", f"As said {tag}"]),
    ):
        make_page(bodies, folder=folder, name=f"{day}.html", handle=handle, author=author, first=ident(day))
    longer = ["Maps leave things out. Here is why.", f"And more of it {tag} {named}", "An afterthought."]
    make_page(longer, folder=folder, name="later.html", handle="mara", author="Mara Lindqvist", first=ident(0))
    (tmp_path / "cover.jpg").write_bytes(make_picture("JPEG", (600, 800), "RGB"))
    return folder


@pytest.fixture(autouse=True)
def _ace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ace as the tests install it."""
    here = Path(__file__).parents[1] / "npm" / "node_modules" / ".bin"
    monkeypatch.setenv("PATH", f"{here}{os.pathsep}{os.environ['PATH']}")


def judged(book: Path) -> None:
    found = verification.verify(book)
    assert all(verdict.has_judged for verdict in found.verdicts)
    assert [remark for verdict in found.verdicts for remark in verdict.findings] == []


@pytest.mark.parametrize("product", ["pdf", "epub"])
def test_nobody_finds_fault_with_a_collection_of_every_kind(product: str, saved: Path, tmp_path: Path) -> None:
    book = tmp_path / f"b.{product}"
    cover = ["--cover", str(tmp_path / "cover.jpg"), "--title", "Maps & <rain>"]
    for options in (
        ["--parts", "month", "--list-of-pictures", *cover],
        ["--order", "title", "--no-cover", "--links", "none"],
    ):
        assert run([product, str(saved), "-o", str(book), "-f", *options]) == 0
        judged(book)


@pytest.mark.parametrize("product", ["pdf", "epub"])
def test_nobody_finds_fault_with_volumes_and_new_editions(
    product: str, saved: Path, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    book = tmp_path / f"b.{product}"
    assert run([product, str(saved), "-o", str(book), "--max-threads", "2"]) == 0
    judged(tmp_path / f"b-volume-2-of-2.{product}")
    assert run([product, str(saved), "-o", str(book), "--parts", "year"]) == 0
    make_page(["New is what comes late. So it goes."], folder=saved, name="new.html", first=ident(800))
    assert run([product, str(saved), "--update", str(book)]) == 0
    judged(book)
