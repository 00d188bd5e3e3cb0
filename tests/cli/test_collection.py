"""A book of several threads, from the command line: what is chosen, how it stands, and what stands round it."""

from __future__ import annotations

import json
import os
import re
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from threadbound import verification
from threadbound.cli.app import run
from threadbound.rendering.theme import templates_dir

PRODUCTS = ("pdf", "epub")


@pytest.fixture(autouse=True)
def _no_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside judges take seconds: ``tests/conformance`` calls them."""
    monkeypatch.setattr(verification, "JUDGES", ())


def ident(day: int) -> int:
    """The id of a post of so many days after the first of January 2021."""
    return (1609459200000 - 1288834974657 + day * 86_400_000) << 22


@pytest.fixture
def saved(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    """Four threads: two authors, two years, a link from one to another, a hashtag."""
    folder = tmp_path / "saved"
    link = f'<a class="entity-url" href="https://twitter.com/mara/status/{ident(0)}">twitter.com/mara/s…</a>'
    tag = '<a class="entity-hashtag" href="https://twitter.com/hashtag/Maps">#Maps</a>'
    named = '<a class="entity-mention" href="https://twitter.com/ono">@ono</a>'
    site = '<a class="entity-url" href="https://example.org/a">example.org/a</a>'
    for day, handle, author, bodies in (
        (0, "mara", "Mara Lindqvist", ["Maps leave things out. Here is why.", f"And more of it {tag}"]),
        (40, "mara", "Mara Lindqvist", [f"Aardvarks were first. See {link} for that.", f"Said {named} of {site}"]),
        (400, "mara", "Mara Lindqvist", ["Zebras come last. They always do.", f"So {named} said"]),
        (420, "triel", "Tomás Riel", ["A legend is the only honest part. It admits to being written."]),
    ):
        make_page(bodies, folder=folder, name=f"{day}.html", handle=handle, author=author, first=ident(day))
    return folder


def text(book: Path) -> str:
    """All words of a book, page after page, document after document."""
    if book.suffix == ".pdf":
        with pypdfium2.PdfDocument(book) as document:
            return "\n".join(page.get_textpage().get_text_range() for page in document)
    with zipfile.ZipFile(book) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xhtml")]
        return "\n".join(archive.read(name).decode() for name in names)


def outline(book: Path) -> list[str]:
    """What the outline of a PDF lists, or the contents of an EPUB."""
    if book.suffix == ".pdf":
        with pypdfium2.PdfDocument(book) as document:
            return [item.get_title() for item in document.get_toc()]
    with zipfile.ZipFile(book) as archive:
        return re.findall(r"<a href=[^>]*>([^<]*)</a>", archive.read("EPUB/nav.xhtml").decode())


def opened(book: Path, chapter: str) -> str:
    """The words of a chapter, from the top: of a PDF those of the page where it opens."""
    if book.suffix == ".pdf":
        with pikepdf.open(book) as pdf:
            place = pdf.Root.Names.Dests
            names = pikepdf.NameTree(place)
            page = names[chapter][0].objgen
            number = [each.objgen for each in pdf.pages].index(page)
        with pypdfium2.PdfDocument(book) as document:
            return document[number].get_textpage().get_text_range().replace("\r\n", " ")
    with zipfile.ZipFile(book) as archive:
        found = re.search(r"<body.*", archive.read(f"EPUB/{chapter}.xhtml").decode(), re.DOTALL)
    assert found
    return re.sub(r"<[^>]*>", "", found[0])


def order(book: Path, *words: str) -> list[str]:
    """The words in the order in which they last stand in the chapters."""
    body = text(book)
    places = {word: body.find(word) for word in words}
    assert min(places.values()) >= 0, places
    return sorted(words, key=lambda word: places[word])


OPENINGS = ("It admits to being written", "Here is why", "for that", "They always do")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], [1, 2, 3, 0]),
        (["--order", "reverse"], [0, 3, 2, 1]),
        (["--order", "title"], [0, 2, 1, 3]),
        (["--order", "given"], [1, 2, 3, 0]),
    ],
)
def test_threads_stand_in_the_order_that_was_asked_for(
    options: list[str], expected: list[int], saved: Path, tmp_path: Path
) -> None:
    assert run(["epub", str(saved), "-o", str(tmp_path / "b.epub"), *options]) == 0
    assert order(tmp_path / "b.epub", *OPENINGS) == [OPENINGS[k] for k in expected]


@pytest.mark.parametrize(
    ("options", "threads"),
    [
        (["--author", "@Mara"], 3),
        (["--author", "mara", "--author", "triel"], 4),
        (["--since", "2022"], 2),
        (["--until", "2021-02"], 2),
        (["--until", "2021-01-01"], 1),
        (["--match", "honest part"], 1),
        (["--tag", "maps"], 1),
        (["--author", "mara", "--since", "2021-01-02", "--until", "2021-12-31"], 1),
    ],
)
def test_only_what_was_chosen_is_bound(
    options: list[str], threads: int, saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["epub", str(saved), "-d", str(tmp_path), "--json", *options]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[0])
    assert len(result["threads"]) == threads


def test_each_author_gets_a_book(saved: Path, tmp_path: Path) -> None:
    assert run(["epub", str(saved), "-d", str(tmp_path / "out"), "--by-author"]) == 0
    assert sorted(book.name[:17] for book in (tmp_path / "out").iterdir()) == ["2021-01-01-mara-3", "2022-02-25-triel-"]


def test_an_order_file_says_what_stands_where_and_under_what_title(saved: Path, tmp_path: Path) -> None:
    file = tmp_path / "order.txt"
    file.write_text(f"# mine\n400.html | The last animal\n{ident(0)}\n", "utf-8")
    book = tmp_path / "b.epub"
    assert run(["epub", str(saved), "-o", str(book), "--order-file", str(file), "--title", "Two of them"]) == 0
    assert order(book, "They always do", "Here is why") == ["They always do", "Here is why"]
    with zipfile.ZipFile(book) as archive:
        assert "The last animal" in archive.read("EPUB/nav.xhtml").decode()
        assert "Two of them" in archive.read("EPUB/titlepage.xhtml").decode()


@pytest.mark.parametrize("edition", [1, 2])
@pytest.mark.parametrize("product", PRODUCTS)
def test_a_title_of_the_order_file_stands_over_its_chapter(
    product: str, edition: int, saved: Path, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    """In a second edition, which has it from the record of the first one, too."""
    file, book = tmp_path / "order.txt", tmp_path / f"b.{product}"
    file.write_text(f"400.html | The last animal\n{ident(0)}\n", "utf-8")
    assert run([product, str(saved), "-o", str(book), "--order-file", str(file)]) == 0
    if edition == 2:
        more = ["Maps leave things out. Here is why.", "And more of it", "And yet more"]
        make_page(more, folder=saved, name="0.html", handle="mara", author="Mara Lindqvist", first=ident(0))
        assert run([product, str(saved), "--update", str(book)]) == 0
        assert "Edition 2" in text(book)
    assert run(["verify", str(book)]) == 0
    chapter, other = opened(book, f"t{ident(400)}"), opened(book, f"t{ident(0)}")
    assert [chapter.count(words) for words in ("The last animal", "Zebras come last")] == [1, 1]
    assert chapter.index("The last animal") < chapter.index("Zebras come last") < chapter.index("They always do")
    assert "The last animal" not in other


@pytest.mark.parametrize("style", ["essay", "posts"])
@pytest.mark.parametrize("product", PRODUCTS)
def test_a_thread_without_a_heading_of_its_own_is_called_by_its_first_words(
    product: str, style: str, make_page: Callable[..., Path], saved: Path, tmp_path: Path
) -> None:
    long = "Seventeen years before all of this I set out " + "and went on and on " * 20
    make_page([long, "And more."], folder=saved, name="500.html", handle="mara", author="Mara", first=ident(500))
    book = tmp_path / f"b.{product}"
    assert run([product, str(saved), "-o", str(book), "--style", style]) == 0
    assert run(["verify", str(book)]) == 0
    called = "Seventeen years before all of this I set out and went on and on and went on and…"
    assert called in outline(book)
    assert not [title for title in outline(book) if title.startswith("Thread by")]
    chapter = opened(book, f"t{ident(500)}")
    assert chapter.index("Thread by Mara") < chapter.index("Seventeen years")
    assert chapter.count("Seventeen years") == 1


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--author", "marra"], 4, "threadbound: --author marra: no thread is by @marra; did you mean mara?"),
        (["--match", "nowhere"], 4, "threadbound: none of 4 threads fits: with the words “nowhere”"),
        (["--since", "yesterday"], 2, "--since yesterday: no day; give one like 2022-09-29"),
        (["--since", "2023", "--until", "2022"], 2, "no day lies between them"),
        (["--tag", "#"], 2, "--tag: it is empty"),
        (["--parts", "year", "--order", "title"], 2, "only threads by date have years; these stand by title"),
        (["--individual", "--title", "x"], 2, "--title is for a book of several threads"),
        (["--by-author", "-o", "x.epub"], 2, "--by-author makes many"),
        (["--cover", "absent.png"], 5, "--cover absent.png: "),
        (["--cover", __file__], 5, "it cannot be a cover"),
        (["--cover", "x.png", "--no-cover"], 2, "give one of them"),
        (["--order-file", "absent.txt"], 5, "threadbound: --order-file absent.txt: cannot be read: No such file"),
    ],
)
def test_what_cannot_be_meant_is_said_in_a_line_and_nothing_is_written(
    options: list[str], code: int, words: str, saved: Path, *, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = [] if "-o" in options else ["-d", str(tmp_path / "out")]
    assert run(["epub", str(saved), *target, *options]) == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("option", "file", "code"),
    [
        ("--cover", "absent.png", 5),
        ("--cover", __file__, 5),
        ("--order-file", "/", 5),
        ("--order-file", "empty.txt", 2),
    ],
)
@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--update", "absent.epub"]])
def test_a_file_that_an_option_names_is_looked_at_before_any_page(
    option: str, file: str, code: int, more: list[str], *, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.txt").write_text("# nothing\n")
    path = str(tmp_path / file)
    assert run(["epub", "absent.html", option, path, *more]) == code
    said = capsys.readouterr().err
    assert said.startswith(f"threadbound: {option} {path}: ")
    assert said.count("\n") == 1


def test_an_order_file_may_be_a_pipe(saved: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "order"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("400.html\n",))
    writer.start()
    assert run(["epub", str(saved), "-o", str(tmp_path / "b.epub"), "--order-file", str(pipe)]) == 0
    writer.join()


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_link_to_a_thread_of_the_book_leads_there_and_its_address_is_kept(
    product: str, saved: Path, tmp_path: Path
) -> None:
    book = tmp_path / f"b.{product}"
    for links in ("endnote", "footnote", "inline", "none"):
        assert run([product, str(saved), "-o", str(book), "-f", "--links", links]) == 0
        assert f"https://twitter.com/mara/status/{ident(0)}" in "".join(text(book).split())
        if product == "epub":
            with zipfile.ZipFile(book) as archive:
                names = [name for name in archive.namelist() if name.endswith(".xhtml")]
                (chapter,) = [
                    name for name in names if b"Aardvarks were first" in archive.read(name) and name[5] == "t"
                ]
                assert f'class="link site" href="t{ident(0)}.xhtml#t{ident(0)}-p1"' in archive.read(chapter).decode()
        assert run(["verify", str(book)]) == 0


def test_an_epub_has_all_that_a_book_has(saved: Path, tmp_path: Path) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(saved), "-o", str(book), "--parts", "year", "--list-of-pictures"]) == 0
    with zipfile.ZipFile(book) as archive:
        nav, spine = archive.read("EPUB/nav.xhtml").decode(), archive.read("EPUB/content.opf").decode()
        people = archive.read("EPUB/people.xhtml").decode()
        contents = archive.read("EPUB/contents.xhtml").decode()
        part = archive.read("EPUB/part2.xhtml").decode()
    for kind in ("cover", "toc", "preface", "bodymatter", "index", "bibliography", "colophon"):
        assert f'epub:type="{kind}"' in nav
    assert nav.count("<ol>") == 4  # two of parts, the contents' own, the landmarks'
    places = [
        spine.index(f'idref="document-{name}"') for name in ("titlepage", "contents", "about", "part1", f"t{ident(0)}")
    ]
    assert places == sorted(places)
    assert 'epub:type="index"' in people
    assert "@ono" in people
    assert "1 January 2021 · 2 posts" in contents
    assert "2 threads, 3 posts" in part


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_cover_of_ones_own_stands_on_the_book_and_comes_out_of_it(
    product: str, saved: Path, tmp_path: Path, make_picture: Callable[..., bytes]
) -> None:
    cover = tmp_path / "mine.jpg"
    cover.write_bytes(make_picture("JPEG", (300, 400), "RGB"))
    first, second, folder = tmp_path / f"a.{product}", tmp_path / f"b.{product}", tmp_path / "out"
    options = ["--cover", str(cover), "--title", "Mine", "--order", "title", "--list-of-pictures"]
    assert run([product, str(saved), "-o", str(first), *options]) == 0
    assert run(["verify", str(first)]) == 0
    assert run(["extract", str(first), "-d", str(folder)]) == 0
    assert (folder / "cover.jpg").read_bytes() == cover.read_bytes()
    assert run([product, str(folder), "-o", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(("size", "share"), [((600, 120), 148 / 5 / 210), ((300, 300), 148 / 210), ((120, 600), 1.0)])
def test_a_cover_of_ones_own_keeps_its_shape_on_the_page(
    size: tuple[int, int], share: float, saved: Path, tmp_path: Path
) -> None:
    cover, book = tmp_path / "mine.png", tmp_path / "a.pdf"
    Image.new("RGB", size, (0, 0, 160)).save(cover)
    assert run(["pdf", str(saved), "-o", str(book), "--cover", str(cover)]) == 0
    with pypdfium2.PdfDocument(book) as document:
        page = document[0].render(scale=1).to_pil().convert("L")
    left, top, right, bottom = page.point(lambda value: 255 * (value < 200)).getbbox() or (0, 0, 0, 0)
    assert (bottom - top) / page.height == pytest.approx(share, abs=0.01)
    assert (right - left) / (bottom - top) == pytest.approx(size[0] / size[1], rel=0.03)
    assert top == pytest.approx(page.height - bottom, abs=2)
    assert left == pytest.approx(page.width - right, abs=2)


LONG = "A title that goes on and on, since whoever bound this book would not leave a word of it out, "
ENDS = "and so it ends"


@pytest.mark.parametrize(
    ("size", "title"),
    [
        *(("kobo", title) for title in ("Short", f"{LONG * 2}{ENDS}", f"{LONG * 4}{ENDS}", "書" * 180, "w" * 200)),
        ("a5", f"{LONG * 2}{ENDS}"),
        ("a4", f"{LONG * 4}{ENDS}"),
        ("70x100", f"{LONG * 2}{ENDS}"),
    ],
)
def test_a_title_of_any_length_leaves_its_title_page_one_page(
    size: str, title: str, saved: Path, tmp_path: Path
) -> None:
    book = tmp_path / "a.pdf"
    assert run(["pdf", str(saved), "-o", str(book), "--title", title, "--no-cover", "--page-size", size]) == 0
    with pypdfium2.PdfDocument(book) as document:
        page = next(page for page in document if "4 threads, 7 posts" in page.get_textpage().get_text_range())
        words = "".join(page.get_textpage().get_text_range().split())
        width, _ = page.get_size()
        edges = [page.get_textpage().get_charbox(place) for place in range(page.get_textpage().count_chars())]
    assert "".join(title.split())[-10:] in words.replace("\ufffe", "")
    assert "MaraLindqvist" in words
    assert max(right for _, _, right, _ in edges) < width - 20


@pytest.mark.parametrize("product", PRODUCTS)
def test_what_was_decided_comes_out_of_a_book_and_gives_the_same_bytes(
    product: str, saved: Path, tmp_path: Path
) -> None:
    file = tmp_path / "order.txt"
    file.write_text("400.html | The last animal\n0.html\n420.html\n40.html|One\n", "utf-8")
    for number, options in enumerate(
        (
            ["--order-file", str(file), "--no-cover", "--title", "Four"],
            ["--parts", "month", "--author", "mara"],
            ["--order", "reverse", "--parts", "year", "--attach", "page,json"],
        )
    ):
        first, second, folder = tmp_path / f"a{number}.{product}", tmp_path / f"b{number}", tmp_path / f"out{number}"
        assert run([product, str(saved), "-o", str(first), *options]) == 0
        assert run(["verify", str(first)]) == 0
        assert run(["extract", str(first), "-d", str(folder)]) in {0, 3}
        again = ["--attach", "page,json"] if "--attach" in options else []
        assert run([product, str(folder), "-o", str(second), *again]) == 0
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_thread_saved_twice_is_one_chapter_with_all_that_either_has(
    product: str, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "saved"
    make_page(["Monday it rained. So we stayed.", "Then it stopped."], folder=folder, name="a.html")
    make_page(["Monday it rained. So we stayed.", "Then it stopped.", "Now it is dry."], folder=folder, name="b.html")
    make_page(["Another thread of words.", "And more."], folder=folder, name="c.html", first=ident(500))
    first, second = tmp_path / f"a.{product}", tmp_path / f"b.{product}"
    options = ["--attach", "page,json"]
    assert run([product, str(folder), "-o", str(first), *options]) == 0
    assert "2 threads, 5 posts" in capsys.readouterr().err
    said = text(first)
    assert "a.html" in said
    assert "b.html" in said
    assert run(["verify", str(first)]) == 0
    assert "3 saved pages" in capsys.readouterr().err
    assert run(["extract", str(first), "-d", str(tmp_path / "out")]) == 0
    assert run([product, str(tmp_path / "out"), "-o", str(second), *options]) == 0
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_title_that_an_order_file_gives_to_its_only_thread_is_the_book_s(
    product: str, saved: Path, tmp_path: Path
) -> None:
    file, out = tmp_path / "order.txt", tmp_path / "out"
    file.write_text(f"{ident(40)} | Mine, and in few words\n")

    def bound(*options: str) -> dict[str, bytes]:
        call = [product, str(saved), "--order-file", str(file), "-d", str(out), "--force", *options]
        assert run([*call, "--dry-run"]) == 0
        assert run(call) == 0
        made = {path.name: path.read_bytes() for path in out.iterdir()}
        assert run(["extract", str(next(out.iterdir())), "-d", str(tmp_path / "x"), "--force"]) == 0
        assert run([product, str(tmp_path / "x"), "-o", str(tmp_path / "again"), "--force"]) == 0
        assert [(tmp_path / "again").read_bytes()] == list(made.values())
        for path in out.iterdir():
            path.unlink()
        return made

    def record() -> Any:
        return json.loads((tmp_path / "x" / "collection.json").read_text())["collection"]

    (name,) = bound()
    assert name.removesuffix(f".{product}").endswith("mine-and-in-few-words")
    assert record()["title"] == "Mine, and in few words"
    bound("--title", "Other")
    assert record()["title"] == "Other"
    (name,) = bound("--by-author")
    assert name.removesuffix(f".{product}").endswith("mine-and-in-few-words")
    file.write_text(f"{ident(40)} | One\n{ident(0)} | Two\n")
    bound()
    assert "title" not in record()


@pytest.mark.parametrize("product", PRODUCTS)
def test_titles_of_anybodys_making_are_text(product: str, saved: Path, tmp_path: Path) -> None:
    sly = "<script>alert(1)</script> & {{ 7 * 7 }} ]]> \u202e"
    file = tmp_path / "order.txt"
    file.write_text(f"{ident(0)} | {sly}\n400.html\n", "utf-8")
    book = tmp_path / f"b.{product}"
    assert run([product, str(saved), "-o", str(book), "--order-file", str(file), "--title", sly]) == 0
    assert run(["verify", str(book)]) == 0
    if product == "epub":
        assert "<script" not in text(book)
        assert "{{ 7 * 7 }}" in text(book)


def test_a_second_capture_that_was_cut_costs_nothing_and_is_said(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = make_page([f"Post {n} is about the thread. It is waxed." for n in range(1, 9)], folder=tmp_path / "saved")
    markup = whole.read_text("utf-8").replace(' data-tweet="', ' data-nothing="')  # as pages of 2017 have it
    whole.write_text(markup, "utf-8")
    whole.with_name("cut.html").write_text(markup[: markup.index("Post 5 is") + 20], "utf-8")
    assert run(["epub", str(whole.parent), "-o", str(tmp_path / "b.epub")]) == 0
    said = capsys.readouterr().err
    assert said.count("the capture cut.html is cut, and was not used to tell which posts are gone") == 1
    assert ": 8 posts, " in said
    assert "is not in the capture" not in text(tmp_path / "b.epub")
    assert "The capture cut.html is cut, and was not used to tell which posts are gone." in text(tmp_path / "b.epub")


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("p { text-transform: lowercase }", "own.css: line 1: text-transform: this changes or hides words"),
        ("h1 { display: none }", "own.css: it hides or changes words: words are missing or changed: 'Maps leave"),
        ("@page { @top-left { color: teal } } p { font-size: 0 }", "own.css: it hides or changes words: "),
    ],
)
def test_a_style_sheet_that_changes_words_costs_no_chapter_but_is_refused(
    css: str, said: str, saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, book = tmp_path / "own.css", tmp_path / "b.pdf"
    sheet.write_text(css)
    assert run(["pdf", str(saved), "-o", str(book), "--css", str(sheet)]) == 9
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not book.exists()


@pytest.mark.parametrize("product", PRODUCTS)
def test_an_author_who_changed_the_name_is_one_person_under_the_newest(
    product: str, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    named = '<a class="entity-mention" href="https://twitter.com/mara">@mara</a>'
    for day, handle, author, bodies in (
        (0, "Mara", "Mara of the Maps", ["Rivers come first. They were there.", "So it is."]),
        (30, "ono", "Ono", ["Others say otherwise. They would.", f"So says {named}"]),
        (60, "mara", "Mara Lindqvist", ["Mountains come next. One sees them.", "So they are."]),
    ):
        make_page(bodies, folder=folder, name=f"{day}.html", handle=handle, author=author, first=ident(day))
    for order in ("date", "reverse"):
        book = tmp_path / f"{order}.{product}"
        assert run([product, str(folder), "-o", str(book), "--order", order]) == 0
        words = text(book)
        assert words.count("Mara of the Maps") == 2  # in the title block of that thread, and in its colophon
        if product == "epub":
            with zipfile.ZipFile(book) as archive:
                package, people = (archive.read(f"EPUB/{name}").decode() for name in ("content.opf", "people.xhtml"))
                contents = archive.read("EPUB/contents.xhtml").decode()
            assert package.count("<dc:creator") == 2
            assert "Mara Lindqvist</dc:creator>" in package
            assert contents.count("Mara Lindqvist") == 2
            assert people.count("Lindqvist, Mara") == 1


def test_a_thread_is_listed_by_any_of_its_pages(make_page: Callable[..., Path], tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    first = make_page(["One begins here. Yes.", "Two.", "Three."], folder=saved, name="a.html")
    make_page(["One begins here. Yes.", "Two."], folder=saved, name="b.html")
    (saved / "copy.html").write_bytes(first.read_bytes())
    other = 1898301191378579461 + (86_400_000 << 22)
    make_page(["Another begins. Yes."], folder=saved, name="c.html", first=other)
    for number, name in enumerate(("a.html", "b.html", "copy.html")):
        listed, book = tmp_path / f"{number}.txt", tmp_path / f"{number}.epub"
        listed.write_text(f"saved/c.html\nsaved/{name} | Mine\n")
        assert run(["epub", str(saved), "--order-file", str(listed), "-o", str(book)]) == 0


def test_pages_that_overlap_are_one_chapter(make_page: Callable[..., Path], tmp_path: Path) -> None:
    saved, step = tmp_path / "saved", 60_000 << 22
    first = 1898301191378579461
    bodies = [f"Words of post {n}. And more of it." for n in range(1, 10)]
    make_page(bodies[:5], folder=saved, name="a.html", first=first)
    make_page(bodies[2:], folder=saved, name="b.html", first=first + 2 * step)
    for product in ("pdf", "epub"):
        book = tmp_path / f"b.{product}"
        assert run([product, str(saved), "-o", str(book)]) == 0
        assert run(["extract", str(book), "-d", str(tmp_path / product)]) == 0
        thread = json.loads((tmp_path / product / "thread.json").read_text())
        assert [post["n"] for post in thread["posts"]] == list(range(1, 10))
        assert {note["name"] for note in thread["captures"]} == {"a.html", "b.html"}
        assert thread["id"] == str(first)


def test_of_two_copies_of_a_page_the_one_with_pictures_beside_it_gives_them(
    make_page: Callable[..., Path],
    make_picture: Callable[..., bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = 'Look. At this.<span class="entity-image"><img src="a_files/FabcDEfgHi.jpg" data-src="https://pbs.twimg.com/media/FabcDEfgHi.jpg"/></span>'
    bare = make_page([body], folder=tmp_path / "one", name="a.html")
    whole = make_page([body], folder=tmp_path / "two", name="a.html")
    (whole.parent / "a_files").mkdir()
    (whole.parent / "a_files" / "FabcDEfgHi.jpg").write_bytes(make_picture())
    assert run(["epub", str(bare), str(whole), "-o", str(tmp_path / "b.epub")]) == 0
    assert "1 of 1 picture" in capsys.readouterr().err


#: Of the first posts of two threads.
IDS = (1898301191378579461, 1898701191378579461)


@pytest.mark.parametrize("product", ["pdf", "epub"])
def test_an_index_leads_to_posts_where_blocks_of_the_user_s_own_give_names_no_ids(
    product: str, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    theme, mention = tmp_path / "own", '<a class="entity-mention" href="https://twitter.com/ono">@ono</a>'
    theme.mkdir()
    (theme / "theme.toml").write_text('base = "serif"\n')
    ours = (templates_dir() / "serif" / "blocks.html.j2").read_text(encoding="utf-8")
    older = re.sub(r'\{% if [qc]\.anchor %\} id="\{\{ [qc]\.anchor \}\}"\{% endif %\}', "", ours)
    (theme / "blocks.html.j2").write_text(older.replace(", b.named", ""), encoding="utf-8")
    for number, words in enumerate(["One.", "Two."]):
        posts = [words, f"It is {mention} who says so."]
        make_page(posts, folder=tmp_path / "saved", name=f"{number}.html", first=IDS[number])
    book = tmp_path / f"b.{product}"
    assert run([product, str(tmp_path / "saved"), "-o", str(book), "-q", "--theme", str(theme)]) == 0
    assert book.exists()


def test_a_template_that_cannot_be_used_is_blamed_and_not_the_joining(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theme = tmp_path / "own"
    theme.mkdir()
    (theme / "theme.toml").write_text('base = "serif"\n')
    (theme / "chapter.html.j2").write_text("{% set a, b = [1, 2, 3] %}", encoding="utf-8")
    for number, words in enumerate(["One.", "Two."]):
        make_page([words], folder=tmp_path / "saved", name=f"{number}.html", first=IDS[number])
    assert run(["pdf", str(tmp_path / "saved"), "-o", str(tmp_path / "b.pdf"), "--theme", str(theme)]) == 9
    assert "chapter.html.j2" in capsys.readouterr().err
