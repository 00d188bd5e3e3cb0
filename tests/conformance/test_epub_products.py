"""The outside judges of EPUBs, on books that the program itself makes.

EPUBCheck finds no error and no warning, Ace by DAISY no violation of any severity.
"""

from __future__ import annotations

import re
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from threadbound.book.build import Binding, build
from threadbound.cli.app import run
from threadbound.errors import SomethingMissing
from threadbound.media.pictures import Pictures
from threadbound.model.thread import Choice, Poll, Post
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.rendered import RenderedPicture
from threadbound.rendering.theme import load
from threadbound.tools import ace, epubcheck
from threadbound.writers.epub import EPUB

pytestmark = pytest.mark.judge

ODD = [
    "First of the odd ones, with an address <a href='https://example.org/a b?x=[1]#c#d'>example.org/a b…</a>",
    "ספר טוב אינו נגמר בעמוד האחרון 👩🏽‍🔬 🇺🇦 1️⃣ 𝓜𝓪𝓽𝓱 よい本 &lt;b&gt; &amp; ]]&gt; \"quoted\" 'too'",
    (
        "Lost: <span class='entity-image'><img src='/images/1px.png' data-src='https://pbs.twimg.com/media/G.jpg' "
        "alt='A <b> & \"c\"'></span>"
    ),
    "<a class='entity-mention' href='https://twitter.com/riel'>@riel</a> #tag <a href='https://exa[mple.com/'>broken</a>",
    "3/ <a class='entity-hashtag' href='/hashtag/maps'>#maps</a> <a href='https://example.org:99999/'>port</a>",
    (
        "<span class='entity-video'><video controls poster='https://pbs.twimg.com/p.jpg'>"
        "<source src='https://video.twimg.com/v/1280x720/a.mp4' type='video/mp4'></video></span>"
    ),
]


#: Posts of one thread in several languages, from right to left first.
TONGUES = [
    "الخيط هو الكتاب، والورق ليس إلا ما يمسكه الخيط. هكذا كانت جدتي تقول كل صباح قبل أن تفتح باب الورشة. 🧵",
    "ספר טוב אינו נגמר בעמוד האחרון, אלא ממשיך לחיות אצל מי שקרא אותו פעם אחת ושמר אותו על המדף.",
    "And then the same thing once more, in plain English words, for those who came to us from very far away.",
    "كتبت كل شيء هنا: <a href='https://example.org/book'>example.org/book</a> حتى لا يضيع شيء مما قالته لي.",
    "Zwei Fäden halten besser als einer, sagte sie, und der Buchrücken muss sich beim Öffnen frei bewegen können.",
]
MODIFIED = "2022-03-01T10:20:30Z"
Judge = Callable[[list[Path]], dict[str, list[str]]]


def _epubcheck(paths: list[Path]) -> dict[str, list[str]]:
    return {
        path.name: [f"{item.code} {item.where} {item.message}" for item in found]
        for path, found in epubcheck.validate(paths).items()
    }


def _ace(paths: list[Path]) -> dict[str, list[str]]:
    tool = ace.probe(Path(__file__).parents[1] / "npm")
    return {
        path.name: [f"{item.impact} {item.rule} {item.where} {item.message}" for item in found]
        for path, found in ace.validate(paths, tool).items()
    }


@pytest.fixture(params=[_epubcheck, _ace], ids=["epubcheck", "ace"])
def judged(request: pytest.FixtureRequest) -> Judge:
    def ask(paths: list[Path]) -> dict[str, list[str]]:
        try:
            found: dict[str, list[str]] = request.param(paths)
        except SomethingMissing as error:
            pytest.skip(str(error))
        return found

    return ask


def test_our_own_pages(judged: Judge, example: Path, make_page: Callable[..., Path], tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    make_page(ODD, folder=folder, name="a.html", first=1498301191378579461, author="A <Quill> & Co 🪡")
    make_page(["Second of two threads.", "With a second post."], folder=folder, name="b.html")
    tongues = make_page(TONGUES, name="tongues.html", declared=9)
    for name, source in (("example", example), ("odd", folder / "a.html"), ("both", folder), ("tongues", tongues)):
        assert run(["epub", str(source), "-o", str(tmp_path / f"{name}.epub")]) in {0, 3}
    books = sorted(tmp_path.glob("*.epub"))
    assert judged(books) == {book.name: [] for book in books}


def test_pictures_of_every_kind(judged: Judge, make_page: Callable[..., Path], tmp_path: Path) -> None:
    pictures = runpy.run_path(str(Path(__file__).parents[1] / "cli" / "test_pictures.py"))
    moving = pictures["ODD"]["animated GIF"]
    tall = pictures["saved"](pictures["SAMPLES"]["screenshot"](800, 4200), "PNG")
    given = (*pictures["ODD"].values(), moving, tall)
    page = make_page([f"A post has one. {pictures['shown'](data)}" for data in given])
    assert run(["epub", str(page), "-o", str(tmp_path / "a.epub")]) == 0
    assert run(["epub", str(page), "-o", str(tmp_path / "b.epub"), "--image-max-size", "150", "--grayscale"]) == 0
    assert judged([tmp_path / "a.epub", tmp_path / "b.epub"]) == {"a.epub": [], "b.epub": []}


@pytest.mark.parametrize(
    "options", [["--theme", "sans"], ["--style", "posts"], ["--links", "inline"], ["--links", "footnote"]]
)
def test_every_look(judged: Judge, example: Path, tmp_path: Path, options: list[str]) -> None:
    assert run(["epub", str(example), "-o", str(tmp_path / "a.epub"), *options]) == 0
    assert judged([tmp_path / "a.epub"]) == {"a.epub": []}


def test_a_poll(judged: Judge, tmp_path: Path) -> None:
    sample = runpy.run_path(str(Path(__file__).parents[1] / "unit" / "writers" / "epub_sample.py"))
    thread = sample["thread"]()
    poll = Poll((Choice("Sewn", 3), Choice("Glued, which never lasts", 1)), 4)
    first = replace(thread.posts[0], polls=(poll,))
    book = build([replace(thread, posts=(first, Post(2, body=thread.posts[1].body)))], Binding("Threadbound", MODIFIED))
    blank = RenderedPicture("images/cover.png", "image/png", lambda: bytes(sample["RED"]))
    made = replace(render(book, Pictures(), Rendering(load("serif"), "epub", "Threadbound")), pictures=(blank,))
    assert any("Glued, which never lasts" in document.content for document in made.documents)
    EPUB.write(made, tmp_path / "a.epub")
    assert judged([tmp_path / "a.epub"]) == {"a.epub": []}


@pytest.mark.corpus
def test_real_pages(judged: Judge, corpus: Path, tmp_path: Path) -> None:
    pages = [
        *corpus.glob("threadreader/full-html/*"),
        *corpus.glob("threadreader/text/kamil*"),
        *corpus.parent.glob("seed/*"),
    ]
    for number, page in enumerate(pages):
        assert run(["epub", str(page), "-o", str(tmp_path / f"{number}.epub")]) in {0, 3}
    books = sorted(tmp_path.glob("*.epub"))[:4]
    assert judged(books) == {book.name: [] for book in books}


def test_the_judges_are_awake(judged: Judge, example: Path, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.epub", tmp_path / "broken.epub"
    assert run(["epub", str(example), "-o", str(whole)]) == 0
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for member in source.infolist():
            target.writestr(member, re.sub(rb' alt="[^"]*"', b' nonsense=""', source.read(member)))
    assert judged([broken])["broken.epub"]
