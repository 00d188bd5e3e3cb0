"""How a book looks is the user's to say: themes, style sheets, pages, styles, links; nothing falls back in silence."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from pypdfium2 import raw

from threadbound.cli.app import run
from threadbound.rendering import pages
from threadbound.rendering.theme import templates_dir
from threadbound.writers import pdf_variants

Bind = Callable[..., Path]
WORDS = [
    'A first post that is a sentence. And "more" of it.',
    "A second post, see <a href='https://example.org/a-long/address'>example.org/a-long…</a>",
    "A third post.",
]


FOLIO = "@page { @bottom-left { content: 'Folio ' counter(page) } }"


@pytest.fixture
def bind(make_page: Callable[..., Path], tmp_path: Path) -> Bind:
    def bind(product: str, *options: str, code: int = 0, bodies: list[str] = WORDS) -> Path:
        book = tmp_path / f"b.{product}"
        assert run([product, str(make_page(bodies)), "-o", str(book), "-f", "--offline", *options]) == code
        return book

    return bind


def sizes(book: Path) -> set[tuple[int, int]]:
    """Of the pages, in millimetres."""
    with pypdfium2.PdfDocument(book) as document:
        return {(round(w / 72 * 25.4), round(h / 72 * 25.4)) for w, h in (page.get_size() for page in document)}


def text(book: Path) -> str:
    if book.suffix == ".epub":
        with zipfile.ZipFile(book) as archive:
            return archive.read("EPUB/t1.xhtml").decode()
    with pypdfium2.PdfDocument(book) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


@pytest.mark.parametrize(
    ("size", "found"),
    [("a5", (148, 210)), ("Letter", (216, 279)), ("kindle-scribe", (158, 210)), ("remarkable", (158, 210)),
     ("120x190", (120, 190)), ("300x200", (300, 200))],
)  # fmt: skip
@pytest.mark.parametrize("theme", ["serif", "sans"])
def test_a_page_of_any_size_holds_the_thread(size: str, found: tuple[int, int], theme: str, bind: Bind) -> None:
    assert sizes(bind("pdf", "--page-size", size, "--theme", theme)) == {found}


def test_several_threads_on_any_sheet(make_page: Callable[..., Path], tmp_path: Path) -> None:
    for k in (1, 2):
        make_page([f"Thread {k} begins here."], folder=tmp_path / "saved", name=f"{k}.html", first=(1_500 + k) << 50)
    for size, sheet in (("a4", (210, 297)), ("kindle-scribe", (158, 210)), ("a5", (148, 210))):
        book = tmp_path / f"{size}.pdf"
        assert run(["pdf", str(tmp_path / "saved"), "-o", str(book), "--page-size", size, "--offline"]) == 0
        assert sizes(book) == {sheet}


def test_the_same_book_twice_in_every_look(bind: Bind) -> None:
    options = ("--theme", "sans", "--page-size", "kindle-scribe", "--style", "posts", "--links", "inline", "--polish")
    first = bind("pdf", *options).read_bytes()
    assert bind("pdf", *options).read_bytes() == first


@pytest.mark.parametrize("product", ["pdf", "epub"])
def test_posts_that_stand_apart_have_their_number_and_time(product: str, bind: Bind) -> None:
    whole = text(bind(product, "--style", "posts"))
    assert "Thread by Perpetua Quill, 8 March 2025" in whole
    assert "8 March 2025, 09:14 UTC" in whole
    assert whole.index("A first post that is a sentence.") < whole.index("A second post")
    assert whole.count("UTC") - whole.count("(UTC)") == 1 or product == "pdf"


@pytest.mark.parametrize("product", ["pdf", "epub"])
def test_full_addresses_stand_where_they_are_wanted(product: str, bind: Bind) -> None:
    address = "https://example.org/a-long/address"
    assert "inks<" in text(bind(product)) or "L inks" in text(bind(product))  # letter-spaced
    inline = text(bind(product, "--links", "inline"))
    assert "inks" not in inline
    assert address in inline.replace("\u00ad", "").replace("- ", "-").replace("/ ", "/")
    without = text(bind(product, "--links", "none"))
    assert "inks" not in without
    assert (address in without) == (product == "epub")  # there it is the link's own attribute


def test_words_are_polished_only_when_asked(bind: Bind) -> None:
    assert '"more"' in text(bind("pdf"))
    assert "“more”" in text(bind("pdf", "--polish", "--language", "en"))


def test_a_style_sheet_of_one_s_own_is_the_last_word(bind: Bind, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(FOLIO)
    assert "Folio 1" in text(bind("pdf", "--css", str(tmp_path / "own.css")))
    (tmp_path / "own.css").write_text("p { color: teal }")
    with zipfile.ZipFile(bind("epub", "--css", str(tmp_path / "own.css"))) as archive:
        assert archive.read("EPUB/style.css").decode().endswith("p { color: teal }")


def test_a_theme_of_one_s_own(bind: Bind, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "theme.toml").write_text('base = "sans"\n[layout.rail]\ncss = ["book.css", "single.css", "mine.css"]\n')
    (folder / "mine.css").write_text(FOLIO)
    assert "Folio 1" in text(bind("pdf", "--theme", str(folder)))


def test_nothing_is_hyphenated_when_not_wanted(bind: Bind) -> None:
    long = ["Extraordinarily internationalised documentation " * 30]
    options = ("--page-size", "80x160", "--language", "en")
    assert "\u00ad" in text(bind("pdf", *options, bodies=long)) or "-" in text(bind("pdf", *options, bodies=long))
    assert "\ufffe" not in text(bind("pdf", *options, "--no-hyphenate", bodies=long))
    with zipfile.ZipFile(bind("epub", "--no-hyphenate")) as archive:
        assert "hyphens: none" in archive.read("EPUB/style.css").decode().splitlines()[-1]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--theme", "serf"], 2, "did you mean serif?"),
        (["--page-size", "leter"], 2, "did you mean letter?"),
        (["--page-size", "lettre"], 2, "or 6x9in; did you mean letter?"),
        (["--page-size", "6x9"], 2, "without a unit these are millimetres: did you mean 6x9in, which is 152x229?"),
        (["--page-size", "5.5x8.5"], 2, "did you mean 5.5x8.5in, which is 140x216?"),
        (["--page-size", "6x9mm"], 2, "give at least 70 x 100 mm"),
        (["--margin", "3"], 2, "--margin 3"),
        (["--font-size", "99"], 2, "--font-size 99"),
        (["--css", "absent.css"], 5, "absent.css: cannot be read"),
        (["--css", "a.css", "--css", "b.css"], 2, "--css is given twice"),
        (["--language", ""], 2, "--language: it is empty"),
        (["--style", "tweets"], 2, "essay"),
    ],
)
def test_bad_wishes_are_one_line(
    options: list[str], code: int, said: str, bind: Bind, capsys: pytest.CaptureFixture[str]
) -> None:
    bind("pdf", *options, code=code)
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_fonts_that_an_epub_does_not_bring_are_said(
    bind: Bind, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.css").write_text(
        "p { font-family: Georgia, 'Gentium Plus', serif } b { font-family: Georgia, serif }"
    )
    bind("epub", "--css", str(tmp_path / "own.css"))
    assert "; a reader without Georgia or Gentium Plus takes a font of its own" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("p { colr: red }", 'line 1: there is no property "colr"; did you mean color?'),
        ("p {}\np { color: redish }", 'line 2: color: "redish" cannot stand there; did you mean red?'),
        ("p:hovr(2) { color: red }", 'line 1: there is no pseudo-class ":hovr"; did you mean hover?'),
        ("p { font-family: 'EB Garamont' }", "no font is called EB Garamont; did you mean EB Garamond?"),
        ('p { font: medium "Comic Sans MS" }', "line 1: no font is called Comic Sans MS"),
        ('p { font: calc(10pt + 2pt) "Comic Sans MS" }', "line 1: no font is called Comic Sans MS"),
        ('@page { @top-left { font: 9pt/1 serif, "Nope" } }', "line 1: no font is called Nope"),
        (':root { --f: "Nope" }\np { font-family: var(--f) }', "line 2: the names of fonts cannot stand in a variable"),
        ("p { font: var(--f); --f: 9pt serif }", "line 1: the names of fonts cannot stand in a variable"),
        ("p { font-family: monospace }", "line 1: no font is called monospace"),
        ("p { font-family: Noto Sans Arabic }", "line 1: no font is called Noto Sans Arabic"),
        ("@page { size: 20mm }", "line 1: size of @page: say --page-size or --margin"),
        ("p { font-size: 9999999pt }", "own.css: WeasyPrint cannot set a book with it (ZeroDivisionError"),
        ("p { letter-spacing: var(--x); --x: 10% }", "own.css: WeasyPrint left something out"),
        ("p { font-family: inherit } b { font: 600 1em/1.2 Amiri, sans-serif }", ""),
        ("p { color: red\nh1 { color: blue }", "line 1: the style sheet is broken: what begins here is never closed"),
    ],
)
def test_a_sheet_that_the_typesetter_would_not_obey_is_refused(
    css: str, said: str, bind: Bind, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.css").write_text(css)
    bind("pdf", "--css", str(tmp_path / "own.css"), code=9 if said else 0)
    assert said in capsys.readouterr().err


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    """One of the user's own, with a style sheet for every layout and for EPUBs, ``mine.css``, that says nothing yet."""
    folder = tmp_path / "mine"
    folder.mkdir()
    names = ("rail", "facing", "single", "screen")
    layouts = "".join(f'[layout.{name}]\ncss = ["book.css", "single.css", "mine.css"]\n' for name in names)
    (folder / "theme.toml").write_text(f'base = "serif"\n{layouts}[epub]\ncss = ["epub.css", "mine.css"]\n')
    (folder / "mine.css").write_text("")
    return folder


@pytest.mark.parametrize(
    ("css", "said"),
    [
        (b"p {}\np { content: '\xff' }", "mine.css: it is not UTF-8"),
        (b"@import url(file:///etc/passwd);", "mine.css: line 1: @import loads another file"),
        (b"\np { background: url(x.png) }", "mine.css: line 2: background would load a file"),
        (b"p { color red }", "mine.css: line 1: the style sheet is broken"),
        (b"a{" * 5_000, "mine.css: line 1: more than"),
    ],
)
def test_the_style_sheets_of_a_theme_are_read_like_others(
    css: bytes, said: str, theme: Path, bind: Bind, capsys: pytest.CaptureFixture[str]
) -> None:
    (theme / "mine.css").write_bytes(css)
    for product in ("pdf", "epub"):
        bind(product, "--theme", str(theme), code=9)
        assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ('\nbody { font-family: "Nope Sans" }', "mine.css: line 2: no font is called Nope Sans"),
        ("p { colr: red }", 'mine.css: line 1: there is no property "colr"; did you mean color?'),
        ("p:hovr(2) { color: red }", 'mine.css: line 1: there is no pseudo-class ":hovr"'),
        ("p { font-size: 9999999pt !important }", "mine: WeasyPrint cannot set a book with it (ZeroDivisionError"),
    ],
)
def test_a_theme_that_the_typesetter_would_not_obey_is_refused(
    css: str, said: str, theme: Path, bind: Bind, capsys: pytest.CaptureFixture[str]
) -> None:
    (theme / "mine.css").write_text(css)
    bind("pdf", "--theme", str(theme), code=9)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "css",
    [
        "p, figure { display: none }",
        "p { visibility: hidden }",
        "p { font-size: 0 }",
        "h1 { text-transform: uppercase }",
        'p::before { content: "NOT " }',
    ],
)
def test_no_book_hides_words_or_adds_any(css: str, theme: Path, bind: Bind, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = theme / "mine.css"
    sheet.write_text(css)
    for options in (["--css", str(sheet)], ["--theme", str(theme)]):
        assert not bind("epub", *options, code=9).exists()
        assert "mine.css: line 1: " in capsys.readouterr().err
        assert not bind("pdf", *options, code=9).exists()
        assert "mine: " in (said := capsys.readouterr().err) or "mine.css: " in said


@pytest.mark.parametrize("css", ['p::after { content: " NOT" }', "a::after { content: attr(href) }"])
def test_no_pdf_adds_words_at_the_end_of_a_paragraph(css: str, theme: Path, bind: Bind) -> None:
    sheet = theme / "mine.css"
    sheet.write_text(css)
    assert not bind("pdf", "--css", str(sheet), code=9).exists()


def test_a_pdf_has_signs_and_numbers_of_the_style_sheets_and_words_in_its_margins(theme: Path, bind: Bind) -> None:
    sheet = theme / "mine.css"
    sheet.write_text('.f::before { content: "→ " counter(page) } @page { @bottom-right { content: "Mine" } }')
    assert "Mine" in text(bind("pdf", "--css", str(sheet)))


def test_the_help_names_every_sheet_and_every_variant(capsys: pytest.CaptureFixture[str]) -> None:
    run(["pdf", "--help"])
    said = re.sub(r"[\s│]+", "", capsys.readouterr().out)
    assert not [name for name in (*pages.SHEETS, *pdf_variants.VARIANTS) if name not in said]


@pytest.mark.parametrize("name", ["serif", "sans"])
@pytest.mark.parametrize("product", ["pdf", "epub"])
def test_a_copy_of_our_theme_is_a_theme_of_one_s_own(name: str, product: str, bind: Bind, tmp_path: Path) -> None:
    copy = shutil.copytree(templates_dir() / name, tmp_path / name)
    own = bind(product, "--theme", str(copy)).read_bytes()
    assert own == bind(product, "--theme", name).read_bytes()


def test_an_epub_has_no_pages(bind: Bind, capsys: pytest.CaptureFixture[str]) -> None:
    bind("epub", "--page-size", "a4", code=2)
    assert "--page-size" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["\u202eevil words\u202c and text", "\u2067 12 of 34 \u2069 posts"])
def test_words_that_are_turned_round_are_bound_all_the_same(words: str, bind: Bind) -> None:
    assert bind("pdf", bodies=["A first post.", words]).is_file()


@pytest.mark.parametrize("links", ["endnote", "footnote", "none"])
@pytest.mark.parametrize("words", ["קראו את זה עכשיו בבקשה", "قررت اللجنة إبقاء مقياس المد"])
def test_numbers_and_hosts_between_words_from_right_to_left_are_bound(words: str, links: str, bind: Bind) -> None:
    site = f"{words} <a href='https://example.org/a'>example.org/a</a> {words}"
    bind("pdf", "--links", links, bodies=[f"1/ {words}. {words}", f"2/ {site}", f"3) 🎉 {site} C++ / C#"])


def test_a_running_head_ends_within_its_page(bind: Bind) -> None:
    capitals = "THE COMMITTEE DECIDED TO KEEP THE OLD GAUGE RUNNING FOR ANOTHER YEAR, AND THEN FOR MORE."
    for size in ("a5", "kobo", "80x120"):
        book = bind("pdf", "--page-size", size, bodies=[f"{capitals} {'Some words. ' * 400}"])
        with pypdfium2.PdfDocument(book) as document:
            for page in document:
                _, _, right, top = page.get_artbox()
                line = page.get_textpage().get_text_bounded(left=right + 3, right=2000, bottom=top + 1, top=2000)
                assert not line.strip()


@pytest.mark.parametrize("size", ["a4", "a5"])
@pytest.mark.parametrize("style", ["essay", "posts"])
def test_a_running_head_has_the_title_that_the_user_gave(size: str, style: str, bind: Bind) -> None:
    options = ("--page-size", size, "--style", style)
    for given, head in (("On maps", "On maps"), ("", "Maps leave things out")):
        title = ("--title", given) if given else ()
        book = bind("pdf", *options, *title, bodies=[f"Maps leave things out. {'Some words. ' * 900}"])
        with pypdfium2.PdfDocument(book) as document:
            page = document[2]  # the right one of two that face each other
            line = page.get_textpage().get_text_bounded(bottom=page.get_artbox()[3] + 1, top=2000)
        assert line.startswith(head)


def test_a_long_title_is_cut_for_the_running_head(bind: Bind) -> None:
    title = " ".join(map(str, range(20_000)))
    book = bind("pdf", "--page-size", "a5", "--title", title, bodies=[f"Maps leave things out. {'Some words. ' * 900}"])
    with pypdfium2.PdfDocument(book) as document:
        heads = [page.get_textpage().get_text_bounded(bottom=page.get_artbox()[3] + 1, top=2000) for page in document]
    (line,) = {head for head in heads if head.startswith("0 1 2")}
    assert len(line) < 100


def last_page(book: Path) -> str:
    with pypdfium2.PdfDocument(book) as document:
        return document[len(document) - 1].get_textpage().get_text_range()


@pytest.mark.parametrize("posts", range(24, 27))
def test_the_last_links_are_not_alone_on_their_page(posts: int, bind: Bind) -> None:
    address = "https://example.org/{}/a-rather-long-address-of-a-page-somewhere/in/a/folder/of/its/own"
    link = f"<a href='{address}'>example.org</a>"
    links = " ".join(map(link.format, range(12)))
    book = bind("pdf", "--page-size", "a5", bodies=["A first post of words.", *["Short."] * posts, links])
    with pypdfium2.PdfDocument(book) as document:
        found = [page.get_textpage().get_text_range().count("https://example.org/") for page in document]
    assert min(each for each in found if each) >= 4


@pytest.mark.parametrize("posts", range(26, 28))
def test_the_last_posts_of_a_colophon_are_not_alone_on_their_page(posts: int, bind: Bind) -> None:
    rows = last_page(bind("pdf", bodies=["A first post of words.", *["Short."] * posts])).split("\r\n")[:-1]
    assert rows[0] == "Colophon" or len(rows) >= 5


def test_a_keycap_is_one_picture_with_its_selector_and_without(bind: Bind) -> None:
    book = bind("pdf", bodies=["1\u20e3 is how a telephone wrote it.", "2\u20e33\ufe0f\u20e3 and #\u20e3, of 12."])
    with pypdfium2.PdfDocument(book) as document:
        assert len(list(document[0].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))) == 4


def test_the_number_of_a_post_without_words_stands_beside_its_picture(bind: Bind) -> None:
    gone = "https://pbs.twimg.com/media/Gone.jpg"
    picture = f'<span class="entity-image"><a href="{gone}"><img src="/images/1px.png" data-src="{gone}"></a></span>'
    book = bind("pdf", code=3, bodies=["A first post of words.", picture, picture, "The last one."])
    with pypdfium2.PdfDocument(book) as document:
        page = document[0].get_textpage()
        found = page.search("Gone.jpg")
        for number in ("2", "3"):
            place, _ = found.get_next()
            left, bottom, _, top = page.get_charbox(place)
            beside = page.get_text_bounded(left=0, right=left, bottom=bottom - 2, top=top + 2)
            assert number in beside.splitlines()


def test_no_name_of_a_person_or_subject_is_hyphenated(bind: Bind) -> None:
    names = ["internationally", "documentations", "extraordinarily", "photographical"]
    tags = [f'<a class="hashtag" href="https://twitter.com/hashtag/{name}">#{name}</a>' for name in names]
    people = [f'<a href="https://twitter.com/{name}">@{name}</a>' for name in names]
    for width in range(80, 100, 4):
        options = ("--page-size", f"{width}x160", "--language", "en", "--links", "none")
        read = text(bind("pdf", *options, bodies=["A first post of words.", " ".join(["Ask", *tags, *people])]))
        assert not [name for name in names if read.count(f"#{name}") != 1 or read.count(f"@{name}") != 1]


def test_one_of_two_names_for_the_book(bind: Bind, capsys: pytest.CaptureFixture[str]) -> None:
    bind("pdf", "-d", "elsewhere", code=2)
    assert "--output-dir has no say" in capsys.readouterr().err


def test_the_colophon_says_that_words_were_polished(bind: Bind) -> None:
    assert "not as they were typed" in text(bind("pdf", "--polish"))
    assert "not as they were typed" not in text(bind("pdf"))
