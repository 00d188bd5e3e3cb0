"""What the EPUB writer makes: the archive, the package document and the navigation."""

from __future__ import annotations

import errno
import io
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

from threadbound.book import identity
from threadbound.book.blocks import Paragraph
from threadbound.book.book import Evidence
from threadbound.model.text import Text
from threadbound.model.thread import Author
from threadbound.rendering.rendered import RenderedPicture
from threadbound.writers.epub import EPUB

SAMPLE = runpy.run_path(str(Path(__file__).with_name("epub_sample.py")))
rendered = SAMPLE["rendered"]
NS = {
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "h": "http://www.w3.org/1999/xhtml",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
    "epub": "http://www.idpf.org/2007/ops",
}
Bind = Callable[..., zipfile.ZipFile]


@pytest.fixture
def bind(tmp_path: Path) -> Bind:
    def write(book: Any = None, **changes: Any) -> zipfile.ZipFile:
        EPUB.write(book or rendered(**changes), tmp_path / "book.epub")
        return zipfile.ZipFile(io.BytesIO((tmp_path / "book.epub").read_bytes()))

    return write


def package(archive: zipfile.ZipFile) -> etree._Element:
    return etree.fromstring(archive.read("EPUB/content.opf"))


def said(archive: zipfile.ZipFile, path: str) -> list[str]:
    return [str(value) for value in package(archive).xpath(path, namespaces=NS)]


def test_the_archive_begins_with_its_type_stored_and_has_no_clock(bind: Bind) -> None:
    members = bind().infolist()
    assert (members[0].filename, members[0].compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {member.external_attr >> 16 for member in members} == {0o100644}


def test_pictures_are_stored_and_text_is_deflated(bind: Bind) -> None:
    methods = {Path(member.filename).suffix: member.compress_type for member in bind().infolist()}
    assert methods[".png"] == methods[".jpg"] == zipfile.ZIP_STORED
    assert methods[".xhtml"] == methods[".css"] == methods[".opf"] == methods[".json"] == zipfile.ZIP_DEFLATED


def test_documents_pictures_and_evidence_go_in_untouched(bind: Bind) -> None:
    book = rendered()
    archive = bind(book)
    for document in book.documents:
        assert archive.read(f"EPUB/{document.name}.xhtml").decode() == document.content
    for picture in book.pictures:
        assert archive.read(f"EPUB/{picture.name}") == picture.read()
    assert archive.read("EPUB/style.css").decode() == book.css
    assert archive.read("EPUB/evidence/thread.json") == book.book.evidence[1].data
    assert archive.read("EPUB/evidence/Thread-by-Mara-maps-1-.html") == book.book.evidence[0].data


def test_pictures_are_read_one_at_a_time_and_only_when_written(tmp_path: Path) -> None:
    reads: list[str] = []
    book = rendered()

    def lazy(picture: RenderedPicture) -> RenderedPicture:
        def read() -> bytes:
            reads.append(picture.name)
            assert (tmp_path / "book.epub").exists()
            return bytes(picture.read())

        return RenderedPicture(picture.name, picture.media_type, read)

    EPUB.write(replace(book, pictures=tuple(map(lazy, book.pictures))), tmp_path / "book.epub")
    assert reads == [picture.name for picture in book.pictures]


def test_the_package_says_what_dublin_core_knows(bind: Bind) -> None:
    archive = bind()
    assert said(archive, "//dc:identifier/text()") == ["urn:uuid:2b1e7d1c-0000-5000-8000-000000000001"]
    assert said(archive, "/opf:package/@unique-identifier") == said(archive, "//dc:identifier/@id")
    assert said(archive, "//dc:title/text()") == ["Every map leaves something out"]
    assert said(archive, "//dc:creator/text()") == ["Mara Lindqvist 🌊"]
    assert said(archive, "//opf:meta[@property='file-as']/text()") == ["Lindqvist, Mara"]
    assert said(archive, "//opf:meta[@property='role']/text()") == ["aut", "bkp"]
    assert said(archive, "//dc:contributor/text()")[0].startswith("Threadbound ")
    assert said(archive, "//dc:language/text()") == said(archive, "/opf:package/@xml:lang") == ["en"]
    assert said(archive, "//dc:date/text()") == ["2022-02-17"]
    assert said(archive, "//dc:source/text()") == ["https://example.org/thread/101.html"]
    assert said(archive, "//dc:subject/text()") == ["maps"]
    assert said(archive, "//opf:meta[@property='dcterms:modified']/text()") == ["2022-03-01T10:20:30Z"]
    assert said(archive, "//dc:publisher | //opf:meta[@name='generator'] | //@prefix") == []


def test_a_time_in_another_zone_is_said_in_utc(bind: Bind) -> None:
    archive = bind(modified="2022-03-01T10:20:30+05:00")
    assert said(archive, "//opf:meta[@property='dcterms:modified']/text()") == ["2022-03-01T05:20:30Z"]


def test_characters_that_xml_forbids_cost_no_metadata(bind: Bind) -> None:
    """ebooklib drops an element that it cannot write, and says nothing."""
    archive = bind(title="A \x00bad\ud800 title\nof two lines", description="\x0b\ufffe", subjects=("a\x01b",))
    assert said(archive, "//dc:title/text()") == ["A bad title of two lines"]
    assert said(archive, "//dc:subject/text()") == ["ab"]
    assert said(archive, "//dc:description") == []


def test_several_authors_each_have_a_name_to_sort_by(bind: Bind) -> None:
    authors = (Author("a", "Ana Sol"), Author("b"), Author("c", "🧵🧵"), Author("d", "the people of paper"))
    archive = bind(authors=authors)
    assert said(archive, "//dc:creator/text()") == ["Ana Sol", "@b", "🧵🧵", "the people of paper"]
    assert said(archive, "//opf:meta[@property='file-as']/text()") == ["Sol, Ana", "b", "🧵🧵", "the people of paper"]
    assert len(set(said(archive, "//dc:creator/@id"))) == 4


def test_the_cover_is_known_in_both_ways_and_read_first(bind: Bind) -> None:
    archive = bind()
    assert said(archive, "//opf:item[@properties='cover-image']/@href") == ["images/cover.png"]
    uid = said(archive, "//opf:item[@properties='cover-image']/@id")
    assert said(archive, "//opf:meta[@name='cover']/@content") == uid
    assert said(archive, "//opf:itemref[1]/@idref") == ["document-cover"]
    assert said(archive, "//opf:itemref/@linear") == []
    assert said(archive, "//opf:reference[@type='cover']/@href") == ["cover.xhtml"]


def test_the_spine_follows_the_documents(bind: Bind) -> None:
    order = ["document-cover", "document-titlepage", "document-t1", "document-colophon"]
    assert said(bind(), "//opf:itemref/@idref") == order


def test_contents_name_chapters_by_their_headings_in_both_forms(bind: Bind) -> None:
    archive = bind()
    nav = etree.fromstring(archive.read("EPUB/nav.xhtml"))
    toc = nav.xpath("//h:nav[@epub:type='toc']//h:a", namespaces=NS)
    expected = [("t1.xhtml", "Every map leaves something out"), ("colophon.xhtml", "Colophon")]
    assert [(entry.get("href"), entry.text) for entry in toc] == expected
    ncx = etree.fromstring(archive.read("EPUB/toc.ncx"))
    assert ncx.xpath("//ncx:content/@src", namespaces=NS) == [href for href, _ in expected]
    assert nav.xpath("//h:link/@href", namespaces=NS) == ["style.css"]
    landmarks = nav.xpath("//h:nav[@epub:type='landmarks']//h:a/@epub:type", namespaces=NS)
    assert landmarks == ["cover", "titlepage", "bodymatter", "colophon"]
    assert ncx.xpath("//ncx:meta[@name='dtb:depth']/@content", namespaces=NS) == ["1"]
    assert ncx.xpath("//ncx:meta[@name='dtb:uid']/@content", namespaces=NS) == said(archive, "//dc:identifier/text()")
    assert said(archive, "//opf:reference/@type") == ["cover", "title-page", "text", "colophon"]


def test_pages_of_a_printed_book_are_not_made_up(bind: Bind) -> None:
    archive = bind(chapters=2)
    assert b"page-list" not in archive.read("EPUB/nav.xhtml")
    assert b"pageList" not in archive.read("EPUB/toc.ncx")
    assert said(archive, "//opf:meta[contains(., 'PageNumbers') or contains(., 'pageBreakMarkers')]") == []


def test_a_collection_shows_its_contents_as_a_page(bind: Bind) -> None:
    archive = bind(chapters=3)
    spine = said(archive, "//opf:itemref/@idref")
    assert spine[2] == "nav"
    assert spine[3] == "document-t101"
    assert all(each.startswith("document-t") for each in spine[3:6])
    assert said(archive, "//opf:reference[@type='toc']/@href") == ["nav.xhtml"]


def test_a_language_from_right_to_left_turns_the_pages(bind: Bind) -> None:
    archive = bind(language="ar-EG", title="خريطة")
    assert said(archive, "/opf:package/@dir") == ["rtl"]
    assert said(archive, "//opf:spine/@page-progression-direction") == ["rtl"]
    assert b'dir="rtl"' in archive.read("EPUB/nav.xhtml")
    assert said(bind(), "//opf:spine/@page-progression-direction | /opf:package/@dir") == []


def test_accessibility_metadata_claims_what_is_true(bind: Bind) -> None:
    described, plain = bind(), bind(rendered(described=False))
    sufficient = "//opf:meta[@property='schema:accessModeSufficient']/text()"
    features = "//opf:meta[@property='schema:accessibilityFeature']/text()"
    summary = "//opf:meta[@property='schema:accessibilitySummary']/text()"
    assert said(described, sufficient) == ["textual,visual", "textual"]
    assert "alternativeText" in said(described, features)
    assert said(plain, sufficient) == ["textual,visual"]
    assert said(plain, "//opf:meta[@property='dcterms:conformsTo']") == []
    assert "Not evaluated against WCAG" in said(plain, summary)[0]
    assert "alternativeText" not in said(plain, features)
    assert "Of 2 pictures, 1 have a description" in said(plain, summary)[0]


def test_a_picture_that_may_move_may_be_a_hazard(bind: Bind) -> None:
    hazard = "//opf:meta[@property='schema:accessibilityHazard']/text()"
    assert said(bind(), hazard) == ["none"]
    book = rendered()
    moving = RenderedPicture("images/wave.gif", "image/gif", lambda: b"GIF89a")
    unknown = ["unknownFlashingHazard", "noSoundHazard"]
    assert said(bind(replace(book, pictures=(*book.pictures, moving))), hazard) == unknown


@pytest.mark.parametrize(
    ("css", "claimed"),
    [
        ("p { font-size: 1.2em; border: 1px solid }", True),
        ("img { max-width: 100% !important }", True),
        ("p { font-size: 12pt }", False),
        ("p { font: italic 12.5px/1 serif }", False),
        ("p { color: black !important }", False),
    ],
)
def test_letters_that_the_reader_cannot_set_are_no_feature(bind: Bind, css: str, *, claimed: bool) -> None:
    features = said(bind(replace(rendered(), css=css)), "//opf:meta[@property='schema:accessibilityFeature']/text()")
    assert ("displayTransformability" in features) is claimed


def test_a_thread_stands_in_its_authors_series_in_both_ways(bind: Bind) -> None:
    archive = bind(
        replace(rendered(), book=SAMPLE["book"](replace(SAMPLE["thread"](), published="2022-02-17T10:00:00Z")))
    )
    refined = "//opf:meta[@refines='#series' and @property='{}']/text()"
    assert said(archive, "//opf:meta[@property='belongs-to-collection']/text()") == ["Threads by @maralindqvist"]
    assert said(archive, refined.format("collection-type")) == ["series"]
    assert said(archive, refined.format("group-position")) == ["20220217"]
    assert said(archive, refined.format("dcterms:identifier"))[0].startswith("urn:uuid:")
    assert said(archive, "//opf:meta[@name='calibre:series']/@content") == ["Threads by @maralindqvist"]
    assert said(archive, "//opf:meta[@name='calibre:series_index']/@content") == ["20220217"]
    assert said(archive, "//opf:meta[@property='dcterms:hasPart']") == []


def test_a_collection_is_a_set_and_names_its_parts(bind: Bind) -> None:
    archive = bind(chapters=2)
    assert said(archive, "//opf:meta[@property='collection-type']/text()") == ["set"]
    parts = said(archive, "//opf:meta[@property='dcterms:hasPart']/text()")
    assert len(parts) == 2
    assert set(parts) == {identity.identifier([SAMPLE["thread"]()])}
    assert said(archive, "//opf:meta[starts-with(@name, 'calibre')]") == []


def test_every_language_of_a_book_is_named_and_undetermined_only_alone(bind: Bind) -> None:
    book = rendered(chapters=2, language="und")
    first, second = book.book.chapters
    mixed = replace(book, book=replace(book.book, chapters=(first, replace(second, language="ar"))))
    assert said(bind(mixed), "//dc:language/text()") == ["en", "ar"]
    assert said(bind(mixed), "//opf:spine/@page-progression-direction") == []
    paragraph = Paragraph((Text("خريطة"),), language="ar")
    chapter = replace(first, language="und", blocks=(paragraph, paragraph))
    by_paragraph = replace(book, book=replace(book.book, chapters=(chapter,)))
    assert said(bind(by_paragraph), "//dc:language/text()") == ["en", "ar"]
    silent = replace(chapter, heading=replace(chapter.heading, language=None), blocks=())
    assert said(bind(replace(book, book=replace(book.book, chapters=(silent,)))), "//dc:language/text()") == ["und"]


def test_evidence_gets_safe_names_and_none_is_lost(bind: Bind) -> None:
    names = ["../../etc/passwd", "a b.html", "a b.html", "A-B.HTML", "…", "x" * 300 + ".json", "CON."]
    files = tuple(Evidence(name, "no type", "", "Source", name.encode()) for name in names)
    archive = bind(evidence=files)
    stored = [name for name in archive.namelist() if name.startswith("EPUB/evidence/")]
    assert len({name.lower() for name in stored}) == len(names)
    assert all(name.count("/") == 2 and name.isascii() and " " not in name for name in stored)
    assert sorted(archive.read(name) for name in stored) == sorted(name.encode() for name in names)
    types = said(archive, "//opf:item[starts-with(@href, 'evidence/')]/@media-type")
    assert set(types) == {"application/octet-stream"}


def test_a_document_with_drawings_says_so(bind: Bind) -> None:
    book = rendered()
    drawn = replace(book.documents[2], held=book.documents[2].data.replace(b"</section>", b"<svg/></section>", 1))
    archive = bind(replace(book, documents=(*book.documents[:2], drawn, *book.documents[3:])))
    assert said(archive, "//opf:item[@id='document-t1']/@properties") == ["svg"]


def test_two_parts_of_one_name_are_refused(bind: Bind) -> None:
    book = rendered()
    with pytest.raises(ValueError, match="two members"):
        bind(replace(book, pictures=(*book.pictures, book.pictures[0])))


def test_a_full_disk_is_not_kept_silent(tmp_path: Path) -> None:
    def full() -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    book = rendered()
    with pytest.raises(OSError, match="No space left"):
        EPUB.write(
            replace(book, pictures=(RenderedPicture("images/a.png", "image/png", full),)), tmp_path / "book.epub"
        )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_device_without_room_is_not_kept_silent() -> None:
    with pytest.raises(OSError, match="No space left"):
        EPUB.write(rendered(), Path("/dev/full"))
