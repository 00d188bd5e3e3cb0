"""Numbers of pages in a collection's lists: each is its page's, and stands in its own link."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pypdfium2
import pytest

from threadbound import verification
from threadbound.cli.app import run
from threadbound.rendering import ways

pytestmark = pytest.mark.slow

#: So many threads have more than a hundred pages: numbers of one, two and three digits.
THREADS = 105


def ident(n: int) -> int:
    return (1609459200000 - 1288834974657 + n * 86_400_000) << 22


def mention(name: str) -> str:
    return f'<a class="entity-mention" href="https://twitter.com/{name}">@{name}</a>'


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("numbers")


@pytest.fixture
def book(make_page: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, shelf: Path) -> Path:
    """A book in which every ninth thread names two people, and a subject that is written from right to left."""
    monkeypatch.setattr(verification, "JUDGES", ())
    monkeypatch.setattr(ways, "LONG", 1)  # a book of a thousand pages takes a minute
    path, saved = shelf / "b.pdf", shelf / "saved"
    if not path.exists():
        tag = '<a class="entity-hashtag" href="https://twitter.com/hashtag/עברית">#עברית</a>'
        for n in range(THREADS):
            named = f"{mention('ono')} {mention('riel')} {tag}" if n % 9 == 0 else ""
            first = f"Call 1234567890 now, says thread {n}." if n == 1 else f"Thread {n} begins."
            make_page([f"{first} {named}"], folder=saved, name=f"{n}.html", first=ident(n))
        assert run(["pdf", str(saved), "-o", str(path), "-q", "--parts", "none"]) == 0
    return path


def numbers(book: Path) -> Iterator[tuple[str, str, str, int]]:
    """Of each link that is described by a page: that, the words in its rectangle, where it leads, and its page."""
    with pikepdf.open(book) as pdf, pypdfium2.PdfDocument(book) as document:
        for n, page in enumerate(pdf.pages):
            text = document[n].get_textpage()
            for link in page.get("/Annots", []):
                if found := re.fullmatch(r"page (\w+)", str(link.get("/Contents", ""))):
                    x1, y1, x2, y2 = map(float, link.Rect)
                    words = text.get_text_bounded(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
                    yield found[1], words.strip(), str(link.Dest), n


def test_each_number_is_its_pages_and_fills_its_link(book: Path) -> None:
    labels = pypdf.PdfReader(book).page_labels
    with pikepdf.open(book) as pdf:
        index = {page.objgen: n for n, page in enumerate(pdf.pages)}
        places = {str(name): index[target[0].objgen] for name, target in pikepdf.NameTree(pdf.Root.Names.Dests).items()}
        found = list(numbers(book))
        for said, words, place, _ in found:
            assert said == labels[places[place]]
            assert words == said
    assert {len(said) for said, *_ in found} == {1, 2, 3}
    assert len(found) >= 3 * THREADS // 9


def test_what_a_long_post_names_has_the_number_of_the_page_where_it_stands(
    make_page: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(verification, "JUDGES", ())
    site = '<a class="entity-url" data-preview="true" href="https://lake.example/deep">lake.example/deep</a>'
    body = "<br/>".join(["A line of many words that says nothing of anybody, and goes on to its end."] * 150)
    tag = '<a class="entity-hashtag" href="https://twitter.com/hashtag/fjord">#fjord</a>'
    make_page([f"A first line.<br/>{body} {mention('ono')} {tag} {site}"], folder=tmp_path / "saved", name="a.html")
    make_page(["Another."], folder=tmp_path / "saved", name="b.html", first=ident(1))
    path = tmp_path / "b.pdf"
    assert run(["pdf", str(tmp_path / "saved"), "-o", str(path), "-q", "--parts", "none"]) == 0
    reader = pypdf.PdfReader(path)
    text = [" ".join(page.extract_text().split()) for page in reader.pages]
    (stands,) = (n for n, words in enumerate(text) if "@ono" in words and "nothing of anybody" in words)
    (begins,) = (n for n, words in enumerate(text) if "A first line." in words and "nothing of anybody" in words)
    assert stands > begins + 1
    label = reader.page_labels[stands]
    (lists,) = (words for words in text if "@ono, " in words)
    for name in ("@ono", "#fjord", "lake.example"):
        assert re.search(rf"{name}, (\w+)", lists), lists
        assert {found[1] for found in re.finditer(rf"{name}, (\w+)", lists)} == {label}
    assert re.search(rf"lake\.example/deep, {label}\b", " ".join(text[stands:]))


def test_numbers_and_commas_follow_each_other_closely(book: Path) -> None:
    """As copied out: what was taken for wider leaves no gap, in lines of either direction."""
    pages = {n for *_, n in numbers(book)}
    reader = pypdf.PdfReader(book)
    text = " ".join(" ".join(reader.pages[n].extract_text().split()) for n in sorted(pages))
    run_of_numbers = re.search(r"@ono, (\d+(?:, \d+)+)", text)
    assert run_of_numbers, text
    given = [int(number) for number in run_of_numbers[1].split(", ")]
    assert given == sorted(set(given))
    with pypdfium2.PdfDocument(book) as document:
        for n in pages:
            textpage = document[n].get_textpage()
            for before, after in commas(textpage):
                assert -0.5 < after - before < 3.5, n


def commas(textpage: Any) -> Iterator[tuple[float, float]]:
    """Of each digit that a comma stands behind, where it ends, and where the comma begins."""
    count = textpage.count_chars()
    signs = [textpage.get_text_range(k, 1) for k in range(count)]
    for k in range(count - 1):
        if signs[k].isdecimal() and signs[k + 1] == ",":
            left, low, right, _ = textpage.get_charbox(k)
            begins, also_low, *_ = textpage.get_charbox(k + 1)
            if abs(low - also_low) < 5 and begins > left:  # on one line, from left to right
                yield right, begins


def test_what_a_thread_says_is_never_taken_for_a_number_of_a_page(book: Path) -> None:
    text = "".join(page.extract_text() for page in pypdf.PdfReader(book).pages)
    assert "1234567890" in text
    assert "9876543210" not in text


def test_the_first_thread_begins_on_a_right_page(book: Path) -> None:
    assert pypdf.PdfReader(book).page_labels.index("1") % 2 == 0


@pytest.mark.parametrize(
    "rule",
    [
        '@page :right { @bottom-right { content: counter(page) " / " counter(pages) } }',
        "@page :right { @bottom-right { content: counter(page, upper-roman) } }",
        "@page :first { @bottom-right { content: 'FIRST' } }",
        "@page { background: #f4e8c8 }",
    ],
)
def test_a_style_sheet_of_ones_own_may_say_of_pages_what_it_likes(
    rule: str, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    """Then the book is set in one document: pieces do not know which pages they will have."""
    for n in range(3):
        make_page([f"Thread {n} begins.", "It ends."], folder=tmp_path / "saved", name=f"{n}.html", first=ident(n))
    (tmp_path / "own.css").write_text(rule)
    book = tmp_path / "b.pdf"
    assert run(["pdf", str(tmp_path / "saved"), "-o", str(book), "-q", "--css", str(tmp_path / "own.css")]) == 0
    texts = [page.extract_text() for page in pypdf.PdfReader(book).pages]
    assert not any("9876543210" in text or "1234567890" in text for text in texts)
    assert sum("FIRST" in text for text in texts) <= 1
