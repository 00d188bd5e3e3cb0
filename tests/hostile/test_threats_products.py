"""What of a page reaches a product, its name and a terminal.

Lines of the threat list in docs/security.md: a test for each.
"""

from __future__ import annotations

import html
import re
import runpy
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pikepdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from threadbound.book import naming
from threadbound.cli.app import run
from threadbound.digests import sha256
from threadbound.writers import registry as writers

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
WORLD = runpy.run_path(str(Path(__file__).with_name("world.py")))
PUBLIC, shown = WORLD["PUBLIC"], WORLD["shown"]
SOURCE = Path(__file__).parents[2] / "src" / "threadbound"
pytestmark = pytest.mark.loopback

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


def test_no_script_style_or_handler_reaches_the_epub(net: Any, bind: Any, make_page: Any) -> None:
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


def test_no_script_or_file_reaches_the_pdf(net: Any, bind: Any, make_page: Any) -> None:
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
    net: Any, bind: Any, make_page: Any, secret: tuple[Path, bytes]
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
    net: Any,
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
                    page, held=page.content.replace("</body>", f'<img src="{address}" alt="x"/></body>').encode()
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
    net: Any, bind: Any, make_page: Any, make_picture: Any, tmp_path: Path
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


def test_no_entity_is_expanded(net: Any, bind: Any, tmp_path: Path, make_page: Any) -> None:
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


def test_no_bad_name_becomes_a_file(net: Any, make_page: Any, tmp_path: Path) -> None:
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
    net: Any, make_page: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\u202e\u2066\x9b31m\r"
    page = make_page([shown(f"http://pics.example/{hostile}.png", f"http://{hostile}.example/")], author=hostile)
    run(["epub", str(page), "-v", "--any-host", "-o", str(tmp_path / "b.epub")])
    said = capsys.readouterr()
    assert "lost" in said.err
    assert all(line.isprintable() for line in (said.err + said.out).splitlines())
    assert not net.connected


def test_no_page_leaves_its_place_in_a_library(
    net: Any, make_page: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "here" / "library"
    assert run(["init", str(library)]) == 0
    for n, name in enumerate(BAD_NAMES):
        first = 1898301191378579461 + (n << 40)
        page = make_page(
            [f"{n}"], handle=html.escape(name), author=name, name=f"p\u202ea\x07ge \n{n}:*?.html", first=first
        )
        assert run(["add", "-L", str(library), "--offline", str(page)]) == 0
    capsys.readouterr()
    for words in (["list"], ["search", "p*"], ["show", str(1898301191378579461)]):
        run([*words, "-L", str(library)])
        assert all(line.isprintable() for line in capsys.readouterr().out.splitlines())
    names = [part for path in library.rglob("*") for part in path.relative_to(library).parts]
    assert all(part.isprintable() and ".." not in part and not set('\\:*?"<>|') & set(part) for part in names)
    assert [path.name for path in tmp_path.joinpath("here").iterdir()] == ["library"]
    assert run(["verify", "-L", str(library), "--deep"]) == 0
    assert not net.connected


def test_the_index_of_a_library_runs_nothing(net: Any, make_page: Any, tmp_path: Path) -> None:
    library = tmp_path / "library"
    hostile = "</title></li><script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:x'>"
    page = make_page([html.escape(hostile)], author=html.escape(hostile))
    assert run(["init", str(library)]) == 0
    assert run(["add", "-L", str(library), "--offline", str(page)]) == 0
    index = html5(library / "index.html")
    assert "alert(1)" in index.text_content()
    assert {element.tag for element in index.iter()} <= set(PLAIN.split())
    assert not [name for element in index.iter() for name in element.attrib if name.startswith("on")]
    assert all(re.match(r"(threads/|#|README|index)", link) for link in index.xpath("//a/@href"))
    assert "default-src 'none'" in (library / "index.html").read_text("utf-8")
    assert not net.connected


#: What the index of a library is made of.
PLAIN = "html head meta title style body header h1 p nav a main section h2 ol li div span time bdi b footer"


def html5(path: Path) -> Any:
    """A page as lxml reads it."""
    return lxml.html.fromstring(path.read_text("utf-8"))


def test_nothing_is_exported_as_csv(net: Any) -> None:
    """No CSV is written, so no formula can be. Who writes the first one makes a test of its formulas instead."""
    for path in SOURCE.rglob("*.py"):
        text = path.read_text("utf-8")
        assert not re.search(r"^\s*(?:import|from) csv\b", text, re.MULTILINE), path
        assert not re.search(r"""\.csv\b|text/csv""", text, re.IGNORECASE), path
    assert "csv" not in " ".join(sorted(path.stem for path in Path(str(writers.__file__)).parent.glob("*.py")))
    assert not net.connected


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
