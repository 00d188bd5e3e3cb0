"""The Info dictionary and the XMP: they agree, and say nothing that is not known."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from threadbound import pipeline
from threadbound.book.book import FIRST_DAY
from threadbound.book.build import Binding, build
from threadbound.media.pictures import Pictures
from threadbound.model.thread import Author, Thread
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.theme import load
from threadbound.writers import pdf_metadata, pdf_variants, registry

SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
}
SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
BINDING = Binding("Threadbound test", "2025-03-09T10:11:12Z", "en")
#: Of all pages that are read here.
STORE = Pictures()
ODD = {
    "control characters": "Perpetua\x00\x1b\x85 Quill\ufffe",
    "emoji and a lone surrogate": "🪡 Quill \ud83e Q",
    "markup": "<b>&amp; Quill]]></b>",
    "a right-to-left name": "\u202eספר\u202c קולמוס",
    "a comma and spaces": "Quill,   Perpetua\n",
    "nothing": "",
}


@pytest.fixture
def make(cache: Path, tmp_path: Path) -> Callable[..., Path]:
    def made(threads: Sequence[Thread], variant: str = pdf_variants.DEFAULT) -> Path:
        writer = registry.load("pdf", cache, variant)
        rendering = Rendering(load("serif"), "print", BINDING.software, standards=writer.standards)
        writer.write(render(build(threads, BINDING), STORE, rendering), tmp_path / "book.pdf")
        return tmp_path / "book.pdf"

    return made


def read(page: Path) -> Thread:
    return pipeline.read(str(page), STORE).thread


def said(path: Path) -> dict[str, list[str]]:
    """What the XMP says, by name: the items of arrays, or one text; of alternatives each with its language in front."""
    with pikepdf.open(path) as pdf:
        tree = etree.fromstring(pdf.Root.Metadata.read_bytes())
    out: dict[str, list[str]] = {}
    for field in tree.iterfind(".//rdf:Description/*", SPACES):
        items = field.findall("./*/rdf:li", SPACES)
        prefix = next((key for key, space in SPACES.items() if field.tag.startswith(f"{{{space}}}")), "")
        language = "{http://www.w3.org/XML/1998/namespace}lang"
        texts = [f"{item.get(language, '')}|{item.text}".removeprefix("|") for item in items] or [field.text or ""]
        out[f"{prefix}:{etree.QName(field).localname}"] = texts
    return out


def info(path: Path) -> dict[str, str]:
    with pikepdf.open(path) as pdf:
        return {str(key): str(value) for key, value in pdf.docinfo.items()}


def agreed(path: Path) -> dict[str, Any]:
    """The XMP, which agrees with the Info dictionary key by key; no key is without its like."""
    told, xmp = info(path), said(path)
    same = {
        "/Title": xmp["dc:title"][0].removeprefix("x-default|"),
        "/Author": ", ".join(xmp.get("dc:creator", [])),
        "/Subject": xmp.get("dc:description", [""])[0].removeprefix("x-default|"),
        "/Keywords": ", ".join(xmp.get("dc:subject", [])),
        "/Creator": xmp["xmp:CreatorTool"][0],
        "/Producer": xmp["pdf:Producer"][0],
        "/CreationDate": "D:" + re.sub(r"[-:T]", "", xmp["xmp:CreateDate"][0]) if "xmp:CreateDate" in xmp else "",
        "/ModDate": "D:" + re.sub(r"[-:T]", "", xmp["xmp:ModifyDate"][0]) if "xmp:ModifyDate" in xmp else "",
    }
    assert told == {key: value for key, value in same.items() if value}
    assert xmp.get("pdf:Keywords", [""]) == [told.get("/Keywords", "")]
    return xmp


def test_one_thread(make: Callable[..., Path], example: Path) -> None:
    xmp = agreed(make([read(example)]))
    title = "Over the door of my grandmother’s bindery she had painted one line: THE THREAD IS THE BOOK"
    assert xmp["dc:title"] == [f"x-default|{title}", f"en|{title}"]
    assert xmp["dc:creator"] == ["Perpetua Quill 🪡"]
    assert xmp["dc:date"] == ["2025-03-08T09:14:07Z"]
    assert xmp["dc:source"] == ["https://threadreaderapp.com/thread/1898301191378579461.html"]
    assert xmp["dc:identifier"][0].startswith("urn:uuid:")
    assert xmp["dc:language"] == ["en"]
    assert {"marbling", "bookbinding"} <= set(xmp["dc:subject"])
    assert [text.partition("|")[0] for text in xmp["dc:rights"]] == ["x-default", "en"]
    assert "Perpetua Quill" in xmp["dc:rights"][0]
    assert "dc:publisher" not in xmp


def test_a_collection_names_every_author_source_and_language(
    make: Callable[..., Path], make_page: Callable[..., Path]
) -> None:
    first = read(make_page(["Der erste Faden ist auf Deutsch, und er ist lang genug dafür."], name="a.html"))
    second = read(make_page(["The second of the threads, long enough to be sure of."], first=1498301191378579461))
    others = [replace(second, author=replace(second.author, handle=f"h{k}", name=f"Author {k}")) for k in range(3)]
    xmp = agreed(make([first, *others, replace(second, url="https://e.org/a;b?c=<d>&e")]))
    assert xmp["dc:creator"] == ["Perpetua Quill", "Author 0", "Author 1", "Author 2"]
    pages = [f"https://threadreaderapp.com/thread/{n}.html" for n in (1898301191378579461, 1498301191378579461)]
    pages.append("https://e.org/a;b?c=<d>&e")
    assert xmp["dc:relation"] == pages
    assert xmp["dc:source"] == [" ; ".join(pages)]
    assert "2 others" in xmp["dc:rights"][0]


def test_languages_are_those_of_the_words(make: Callable[..., Path], make_page: Callable[..., Path]) -> None:
    posts = ["This post is in English, and long enough to be sure of.", "הספר הזה נכרך בחוט אחד ארוך, והחוט הוא הספר"]
    assert agreed(make([read(make_page(posts))]))["dc:language"] == ["en", "he"]


@pytest.mark.parametrize("name", ODD)
def test_odd_authors(name: str, make: Callable[..., Path], make_page: Callable[..., Path]) -> None:
    thread = read(make_page(["ספר טוב אינו נגמר. המשך"]))
    author = replace(thread.author, name=ODD[name], handle="")
    agreed(make([replace(thread, author=author, published=None)]))


def test_where_nothing_is_known_no_time_is_said() -> None:
    plain = build([SAMPLES["thread"](SAMPLES["post"](1, "Words of a post."))], BINDING)
    metadata = SimpleNamespace()
    pdf_metadata.describe(metadata, replace(plain, date=None, modified=FIRST_DAY))
    xmp = pdf_metadata.xmp(metadata, plain, pdf_variants.VARIANTS["pdf/a-3a"], "Producer")
    assert b"CreatorTool" in xmp
    assert b"CreateDate" not in xmp
    assert b"ModifyDate" not in xmp


@pytest.mark.parametrize("name", pdf_variants.VARIANTS)
def test_every_variant_claims_what_it_is_and_no_more(
    name: str, make: Callable[..., Path], make_page: Callable[..., Path]
) -> None:
    variant = pdf_variants.VARIANTS[name]
    path = make([read(make_page(["Words of a post."]))], name)
    xmp = agreed(path)
    claim = (xmp.get("pdfaid:part", [""])[0] + xmp.get("pdfaid:conformance", [""])[0]).lower()
    assert claim == variant.archive
    assert xmp.get("pdfuaid:part", []) == (["1"] if variant.is_accessible else [])
    with pikepdf.open(path) as pdf:
        assert ("/StructTreeRoot" in pdf.Root) == variant.is_accessible
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert "/ID" in pdf.trailer


TEXT = st.text(st.characters(), max_size=40)  # lone surrogates, controls and markup among them


@given(title=TEXT, names=st.lists(TEXT, max_size=3), subjects=st.lists(TEXT, max_size=3), source=TEXT)
def test_any_words_make_xmp_that_says_the_same(title: str, names: list[str], subjects: list[str], source: str) -> None:
    plain = build([SAMPLES["thread"](SAMPLES["post"](1, "Words of a post."))], BINDING)
    authors = tuple(Author(name=name, handle="h") for name in names)
    book = replace(plain, title=title, authors=authors, subjects=tuple(subjects), sources=(source, source))
    metadata = SimpleNamespace()
    pdf_metadata.describe(metadata, book)
    xmp = pdf_metadata.xmp(metadata, book, pdf_variants.VARIANTS["pdf/a-3a"], "Producer")
    tree = etree.fromstring(xmp)
    assert tree.findtext(".//dc:title/rdf:Alt/rdf:li", namespaces=SPACES) == metadata.title
    assert [item.text or "" for item in tree.iterfind(".//dc:creator//rdf:li", SPACES)] == metadata.authors
    assert [item.text or "" for item in tree.iterfind(".//dc:subject//rdf:li", SPACES)] == metadata.keywords
    assert (tree.findtext(".//dc:source", namespaces=SPACES) or "").count(" ; ") >= 1
    for value in (metadata.title, *metadata.authors, *metadata.keywords):
        value.encode("utf-16-be")  # as the Info dictionary has it
