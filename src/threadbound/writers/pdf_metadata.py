"""What WeasyPrint leaves out of a PDF's XMP: the PDF/UA mark and the rest of Dublin Core.

PDF/A-3 (ISO 19005-3) §6.6.2.3 wants an extension schema for the PDF/UA mark; Dublin Core needs none. The Info
dictionary and the XMP agree, because both are made from the same book.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from threadbound.book.book import Book

_UA_SCHEMA = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>"""


def descriptions(book: Book) -> bytes:
    """RDF descriptions to stand inside the XMP's ``rdf:RDF``, UTF-8."""
    fields = [
        f"<dc:identifier>{escape(book.identifier)}</dc:identifier>",
        "".join(f"<dc:source>{escape(url)}</dc:source>" for url in book.sources[:1]),
        _array("language", "Bag", [book.language]),
        _array("date", "Seq", [book.date] if book.date else []),
        _array("type", "Bag", ["Text"]),
        "<dc:format>application/pdf</dc:format>",
    ]
    dublin_core = "".join(fields)
    return (
        f'{_UA_SCHEMA}<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">{dublin_core}'
        "</rdf:Description>"
    ).encode()


def _array(name: str, kind: str, values: Iterable[str]) -> str:
    items = "".join(f"<rdf:li>{escape(value)}</rdf:li>" for value in values)
    return f"<dc:{name}><rdf:{kind}>{items}</rdf:{kind}></dc:{name}>" if items else ""
