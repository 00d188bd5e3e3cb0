"""What a PDF says of its book: the Info dictionary, and the XMP that agrees with it.

Before: a book and the kind of PDF that is made of it. After: :func:`describe` has filled in the record from which
WeasyPrint makes the Info dictionary, and :func:`xmp` makes the XMP (ISO 16684-1) of the same record, so that the two
agree; neither is read from a template. The XMP claims the standards of the variant and no others. PDF/A (ISO 19005-3
§6.6.2.3) wants an extension schema for the PDF/UA mark and the types of the XMP specification for everything else: so
``dc:source``, which holds one text, names all sources at once, and ``dc:relation`` each by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from threadbound.book.book import FIRST_DAY, Book
from threadbound.book.people import byline, called
from threadbound.model.text import clean
from threadbound.writers.pdf_variants import Variant

_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
_UA_SCHEMA = """<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas>"""
#: BCP 47 for "undetermined".
_UNDETERMINED = "und"


def describe(metadata: Any, book: Book) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Fill in WeasyPrint's record of ``book``."""
    metadata.title = _line(book.catalogue_title) or "Untitled"
    metadata.authors = [_line(called(author)) for author in book.authors if author.name or author.handle]
    metadata.description = _line(book.description)
    metadata.keywords = [_line(subject) for subject in book.subjects]
    metadata.generator = _line(book.colophon.software)
    metadata.created = book.date
    metadata.modified = None if book.modified == FIRST_DAY else book.modified
    metadata.lang = book.language


def xmp(metadata: Any, book: Book, variant: Variant, producer: str) -> bytes:  # noqa: ANN401 - as above
    """The RDF of the XMP, UTF-8.

    Args:
        metadata: as :func:`describe` left it.
        book: the book.
        variant: what it may claim.
        producer: as the Info dictionary has it.
    """
    spaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
    fields = "".join((*_claims(variant), *_same_as_info(metadata, book, producer), *_more(metadata, book)))
    return (
        f'<rdf:RDF xmlns:rdf="{_NAMESPACES["rdf"]}"><rdf:Description rdf:about="" {spaces}>{fields}'
        "</rdf:Description></rdf:RDF>"
    ).encode()


def _claims(variant: Variant) -> Iterator[str]:
    if variant.archive:
        yield _text("pdfaid:part", variant.archive[0])
        yield _text("pdfaid:conformance", variant.archive[1].upper())
    if variant.is_accessible:
        yield _UA_SCHEMA + _text("pdfuaid:part", "1")


def _same_as_info(metadata: Any, book: Book, producer: str) -> Iterator[str]:  # noqa: ANN401 - as above
    yield _text("pdf:Producer", producer)
    yield _text("pdf:Keywords", ", ".join(metadata.keywords))
    yield _text("xmp:CreatorTool", metadata.generator)
    yield _text("xmp:CreateDate", metadata.created)
    yield _text("xmp:ModifyDate", metadata.modified)
    yield _in_languages("title", metadata.title, book.language)
    yield _array("creator", "Seq", metadata.authors)
    yield _in_languages("description", metadata.description)


def _more(metadata: Any, book: Book) -> Iterator[str]:  # noqa: ANN401 - as above
    sources = [_line(source) for source in book.sources]
    yield _text("dc:identifier", book.identifier)
    yield _text("dc:source", " ; ".join(sources))
    yield _array("relation", "Bag", sources if len(sources) > 1 else ())
    yield _array("date", "Seq", [book.date] if book.date else [])
    yield _array("language", "Bag", book.languages)
    yield _array("subject", "Bag", metadata.keywords)
    yield _in_languages("rights", rights(book), "en")
    yield _array("type", "Bag", ["Text"])
    yield _text("dc:format", "application/pdf")


def rights(book: Book) -> str:
    """Whose words they are, and that nothing is known or granted beyond that: no page of a thread names a licence."""
    who = _line(byline(book.authors))
    return f"Written by {who}, and by whoever is quoted. No licence was looked for, and this copy grants none."


def _text(name: str, value: str | None) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value else ""


def _array(name: str, kind: str, values: Iterable[str]) -> str:
    items = "".join(f"<rdf:li>{escape(value)}</rdf:li>" for value in values)
    return f"<dc:{name}><rdf:{kind}>{items}</rdf:{kind}></dc:{name}>" if items else ""


def _in_languages(name: str, value: str, language: str = _UNDETERMINED) -> str:
    """A text for every reader, and the same once more as what it is in."""
    tags = ["x-default", *([language] if language != _UNDETERMINED else [])]
    items = "".join(f'<rdf:li xml:lang="{tag}">{escape(value)}</rdf:li>' for tag in tags)
    return f"<dc:{name}><rdf:Alt>{items}</rdf:Alt></dc:{name}>" if value else ""


def _line(text: str) -> str:
    """``text`` on one line, without the characters that XML cannot hold."""
    return " ".join(clean(text).split())
