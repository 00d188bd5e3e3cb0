"""What a screen reader is told: languages, alternative texts, links, outline, and the order of it all."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest

from threadbound.cli.app import run
from threadbound.writers import pdf_structure

elements: Callable[[Path], list[Any]] = runpy.run_path(str(Path(__file__).with_name("pdf_structure.py")))["elements"]

GERMAN = "Dieser Faden beginnt auf Deutsch und erklärt, wie ein Buch gebunden wird."
HEBREW = "הספר הזה נכרך בחוט אחד ארוך, והחוט הוא הספר עצמו כפי שאמרה סבתא."
JAPANESE = "本は一本の長い糸で綴じられていて、その糸こそが本なのだと祖母は言った。"
ENGLISH = "This post is in English, and it goes on for a little while so that it is sure."


@pytest.fixture
def bound(tmp_path: Path) -> Callable[..., Path]:
    def bind(*pages: Path, options: tuple[str, ...] = ()) -> Path:
        path = tmp_path / "bound.pdf"
        assert run(["pdf", "-q", "-f", *map(str, pages), "-o", str(path), *options]) in {0, 3}
        return path

    return bind


def languages(path: Path, words: str) -> set[str]:
    """The languages of the innermost elements whose text has ``words`` in it, all white space apart."""
    wanted = "".join(words.split())
    having = [each for each in elements(path) if wanted in "".join(each.text.split())]
    return {each.language for each in having if not any(child in having for child in each.children)}


def test_passages_in_other_languages_say_so(bound: Callable[..., Path], make_page: Callable[..., Path]) -> None:
    path = bound(make_page([GERMAN, "Genäht wird von Hand.", HEBREW, JAPANESE, ENGLISH, ENGLISH, ENGLISH]))
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == "en"
    assert languages(path, "Dieser Faden beginnt") == {"de"}  # the heading: another language than the chapter's
    assert languages(path, "本は一本の長い糸で") == {"ja"}
    assert languages(path, "goes on for a little while") == {"en"}
    hebrew = [each for each in elements(path) if each.role == "P" and each.language == "he"]
    assert len(hebrew) == 1
    assert set(HEBREW) - set(" ,.") <= set(hebrew[0].text)


def test_what_the_program_says_is_english_in_any_book(
    bound: Callable[..., Path], make_page: Callable[..., Path]
) -> None:
    german = [f"{GERMAN} Nummer {n}. <a href='https://e.org/{n}'>e.org</a>" for n in range(4)]
    path = bound(make_page(german))
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == "de"
    assert languages(path, "4 posts") == {"en"}
    assert languages(path, "Links") == {"en"}
    assert languages(path, "This thread was written in public") == {"en"}


def test_a_collection_has_the_language_of_most_posts_and_each_thread_its_own(
    bound: Callable[..., Path], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    german = make_page([GERMAN] * 2, folder=tmp_path / "a", name="a.html", first=1498301191378579461)
    english = make_page([ENGLISH, "Short.", *[ENGLISH] * 3], folder=tmp_path / "a", name="b.html")
    path = bound(german, english)
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == "en"
    assert languages(path, "erklärt, wie ein Buch") == {"de"}
    assert languages(path, "Short.") <= {"", "en"}


def test_every_picture_is_described_and_every_other_drawing_is_an_artifact(
    bound: Callable[..., Path], example: Path, make_page: Callable[..., Path]
) -> None:
    path = bound(example, make_page(["Second thread, with an emoji 🪡 and a #tag."], first=1498301191378579461))
    figures = [each for each in elements(path) if each.role == "Figure"]
    assert len(figures) > 6
    assert all(figure.alt for figure in figures)
    assert figures[0].alt.startswith("Cover: Threads")
    assert any(figure.alt.startswith("A drawing of one sheet of paper folded") for figure in figures)
    with pikepdf.open(path) as pdf:
        assert [drawn for page in pdf.pages for drawn in unmarked(page)] == []


def unmarked(page: pikepdf.Page) -> list[str]:
    """Operators that draw outside any marked content: neither in the structure nor an artifact."""
    depth, drawn = 0, []
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(operator, 0)
        if operator in {"Tj", "TJ", "Do", "f", "f*", "S", "B", "sh"} and not depth:
            drawn.append(operator)
    return drawn


def test_a_picture_without_words_is_told_by_its_post(
    bound: Callable[..., Path], make_page: Callable[..., Path], make_picture: Callable[..., bytes], tmp_path: Path
) -> None:
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / "G.jpg").write_bytes(make_picture("JPEG", (900, 600)))
    shown = '<span class="entity-image"><img src="./page_files/G.jpg"></span>'
    page = make_page([GERMAN, f"{GERMAN} {shown}"])
    (figure,) = [each for each in elements(bound(page)) if each.role == "Figure"]
    assert figure.alt == "Picture in post 2"
    assert figure.language == "en"


def test_links_are_tagged_with_their_annotations(bound: Callable[..., Path], example: Path) -> None:
    with pikepdf.open(bound(example)) as pdf:
        parents = numbers(pdf.Root.StructTreeRoot.ParentTree)
        links = [each for page in pdf.pages for each in page.get("/Annots", []) if each.Subtype == "/Link"]
        assert len(links) > 12
        for link in links:
            element = parents[int(link.StructParent)]
            assert element.S == "/Link"
            assert any(
                isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR" and kid.Obj.objgen == link.objgen
                for kid in element.K
            )
            target = str(link.A.URI) if "/A" in link else str(link.Dest)
            described = str(link.Contents)
            assert target in described or "/Dest" in link
            assert not described.startswith("t1-")
            assert any(isinstance(kid, int) for kid in element.K), f"no words in the link to {target}"


def numbers(tree: pikepdf.Object) -> dict[int, Any]:
    items = list(tree.Nums)
    return {int(items[k]): items[k + 1] for k in range(0, len(items), 2)}


def test_the_author_and_the_facts_are_read_before_the_words_and_the_words_in_order(
    bound: Callable[..., Path], make_page: Callable[..., Path]
) -> None:
    posts = [f"This is post number {word} of the thread." for word in ("one", "two", "three", "four")]
    path = bound(make_page(posts))
    read = "".join("".join(each.text.split()) for each in elements(path) if each.role == "Document")
    places = [
        read.find("".join(words.split()))
        for words in ("Perpetua Quill", "4 posts", *posts, "— — —", "Colophon", "Captured")
    ]
    assert -1 not in places
    assert places == sorted(places)


def outline(pdf: pikepdf.Pdf) -> list[tuple[int, str, int, bool]]:
    """Level, title, index of the page and whether what is below is shown, of each entry."""
    places = {page.obj.objgen: k for k, page in enumerate(pdf.pages)}
    out: list[tuple[int, str, int, bool]] = []

    def add(items: Any, level: int) -> None:
        for item in items:
            out.append((level, item.title, places[item.destination[0].objgen], not item.is_closed))
            add(item.children, level + 1)

    with pdf.open_outline() as tree:
        add(tree.root, 1)
    return out


def test_the_outline_of_one_thread(bound: Callable[..., Path], example: Path) -> None:
    with pikepdf.open(bound(example)) as pdf:
        assert pdf.Root.PageMode == "/UseOutlines"
        entries = outline(pdf)
        assert [(level, title) for level, title, _, _ in entries] == [
            (1, "Over the door of my grandmother’s bindery she had painted one line: THE THREAD…"),
            (1, "Colophon"),
        ]
        assert entries[0][2] == 0
        assert 0 < entries[1][2] < len(pdf.pages)


def test_the_outline_of_a_collection(
    bound: Callable[..., Path], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    first = make_page([f"The first. {ENGLISH}"], folder=tmp_path / "a", name="a.html", first=1498301191378579461)
    second = make_page([f"The second of them. {ENGLISH}"], folder=tmp_path / "a", name="b.html")
    with pikepdf.open(bound(first, second)) as pdf:
        entries = outline(pdf)
        titles = [(level, title) for level, title, _, _ in entries]
        labels = [page.label for page in pdf.pages]
    assert titles[0] == (1, "Contents")
    assert [level for level, _ in titles] == [1, 1, 1, 1, 1]
    assert titles[-1] == (1, "Colophon")
    assert all(is_open for *_, is_open in entries)
    places = [place for _, _, place, _ in entries]
    assert places == sorted(places)
    assert labels[places[0]] == "v"
    assert labels[places[1]] == "vi"
    assert labels[places[2]] == "1"


def test_a_weasyprint_that_builds_its_structure_otherwise_is_left_as_it_is() -> None:
    def other(page: object) -> list[object]:
        return [page]

    for tags in (SimpleNamespace(), SimpleNamespace(_build_box_tree=other), SimpleNamespace(_build_box_tree=None)):
        before = dict(vars(tags))
        pdf_structure.tell_more(tags, str)
        assert vars(tags) == before


def test_a_weasyprint_that_finds_links_otherwise_is_left_as_it_is() -> None:
    def other(page: object) -> object:
        return page

    for document in (SimpleNamespace(), SimpleNamespace(gather_anchors=other), SimpleNamespace(gather_anchors=None)):
        before = dict(vars(document))
        pdf_structure.link_once(document)
        assert vars(document) == before


def test_an_emoji_in_the_words_of_a_link_is_no_link_of_its_own(
    bound: Callable[..., Path], make_page: Callable[..., Path]
) -> None:
    with pikepdf.open(bound(make_page([ENGLISH, "<a href='https://e.org/x'>the 🔥 page</a>"]))) as pdf:
        links = [each for page in pdf.pages for each in page.get("/Annots", []) if "/A" in each]
    told = [str(each.A.URI) for each in links]
    assert told.count("https://e.org/x") == 2, "in the text, and in its note"


def test_a_link_is_described_by_what_it_leads_to(bound: Callable[..., Path], make_page: Callable[..., Path]) -> None:
    link = "<a href='https://e.org/a-long-address'>e.org/a-long…</a>"
    pages = [make_page([f"{ENGLISH} {link}"], name="a.html", first=1498301191378579461), make_page([ENGLISH])]
    with pikepdf.open(bound(*pages)) as pdf:
        links = [each for page in pdf.pages for each in page.get("/Annots", [])]
        told = {str(each.get("/Dest", "") or each.A.URI): str(each.Contents) for each in links}
    assert told["https://e.org/a-long-address"] == "https://e.org/a-long-address"
    mark = "https://twitter.com/perpetuabinds/status/1898301191378579461"
    assert told[mark] == f"Post 1, {mark}"
    assert told["t1498301191378579461-n1"] == "1"
    assert told["t1498301191378579461"].startswith("This post is in English")
