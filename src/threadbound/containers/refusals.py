"""Files that are no page, and what to tell whoever brings one.

Before: any bytes. After: nothing, or :class:`~threadbound.errors.FileTrouble` with one line: the file, what it seems to
be, what to do. Forms of saved page that are not read yet are named as what they are.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

from msgspec import Struct

from threadbound.containers import bounds
from threadbound.containers.capture import Source
from threadbound.errors import FileTrouble

_SAVE = "save the page as HTML or MHTML"
_OPEN = "open it and save the thread's page instead"
_UNPACK = "unpack it first"
_EXTRACT = "take its pages out with threadbound extract BOOK, and give the folder that it makes"
#: White space, NUL and byte order marks: a file of these says nothing.
_NOTHING = b"\0\t\n\r\x0b\x0c \xef\xbb\xbf\xfe\xff"
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SFZ = re.compile(rb"<html[^>]{0,300}?\sdata-sfz[\s>=]")
_OTHER_XML = re.compile(
    rb"[\xef\xbb\xbf\s]{0,99}(?:<\?xml[^>]{0,500}>\s{0,99})?(?:<!--[^>]{0,2000}-->\s{0,99}){0,3}"
    rb"<(?:!doctype\s+(?!html)|(?:svg|rss|feed|plist|rdf:rdf|opml)[\s>])",
    re.IGNORECASE,
)
_ZIP_ENTRY, _ZIP_END = b"PK\x03\x04", b"PK\x05\x06"


class Kind(Struct, frozen=True):
    """What some bytes are that are no readable page."""

    name: str
    """With its article, as a sentence wants it."""
    cure: str
    is_saved_page: bool = False
    """Whether it is a form of saved page, only not read yet."""


def trouble(name: str, what: str, cure: str) -> FileTrouble:
    """The error for a file: one line, whatever its name holds."""
    return FileTrouble(f"{name}: {what}; {cure}")


def refuse(source: Source) -> None:
    """Raise if the source is too large, empty, or something else than a page."""
    if len(source.data) > bounds.MAX_BYTES:
        raise too_large(source.name)
    if not source.data[: bounds.HEAD].strip(_NOTHING) and not source.data.strip(_NOTHING):
        raise trouble(source.name, "the file is empty", "save the page again")
    if kind := kind_of(source.data):
        raise trouble(source.name, f"{kind.name}: not supported yet" if kind.is_saved_page else kind.name, kind.cure)


def too_large(name: str) -> FileTrouble:
    """The error for a file beyond the bound."""
    return trouble(name, f"larger than {bounds.MAX_BYTES >> 20} MiB, so no saved thread", "save only the thread's page")


def kind_of(data: bytes) -> Kind | None:
    """What the bytes are, if they are no page that can be read."""
    head = data[: bounds.HEAD]
    if _SFZ.search(head[:2048]) and _ZIP_END in data[-bounds.HEAD - 64 :]:
        return Kind(
            "a compressed SingleFile page (SingleFileZ)", "save it as plain SingleFile or HTML", is_saved_page=True
        )
    for starts, kind in _MAGIC:
        if head.startswith(starts):
            return kind
    for test, kind in _TESTS:
        if test(data, head):
            return kind
    return None


def is_binary(head: bytes) -> bool:
    """Whether the bytes are no text in any charset."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return False
    limit = max(1, len(head) // 50)
    return head.count(0) > limit or len(_CONTROLS.findall(head)) > limit


def _zip_with(*names: bytes) -> Callable[[bytes, bytes], bool]:
    def test(data: bytes, head: bytes) -> bool:
        # The names of a ZIP's files stand in clear at its end, and the first ones at its beginning.
        places = (head, data[-bounds.HEAD :])
        return head.startswith(_ZIP_ENTRY) and all(any(name in place for place in places) for name in names)

    return test


def _is_pdf(data: bytes, head: bytes) -> bool:
    del data
    return head.startswith(b"%PDF-")


def _is_pdf_with_json(data: bytes, head: bytes) -> bool:
    # What carries a file says so in clear, also where names and structure are compressed.
    return head.startswith(b"%PDF-") and b"/EmbeddedFile" in data and b"/application#2fjson" in data


def _is_gzip_of_warc(data: bytes, head: bytes) -> bool:
    if not head.startswith(b"\x1f\x8b"):
        return False
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[:4096], 16).startswith(b"WARC/")
    except zlib.error:
        return False


def _is_plist_archive(data: bytes, head: bytes) -> bool:
    if head.startswith(b"bplist0"):
        return b"WebMainResource" in data
    return b"<plist" in head[:1024] and b"WebMainResource" in head


def _is_other_xml(data: bytes, head: bytes) -> bool:
    del data
    return bool(_OTHER_XML.match(head))


def _is_iso_media(data: bytes, head: bytes) -> bool:
    del data
    return head[4:8] == b"ftyp" and head[0] == 0


def _is_webp_or_wav(data: bytes, head: bytes) -> bool:
    del data
    return head.startswith(b"RIFF") and head[8:12] in (b"WEBP", b"WAVE", b"AVI ")


_WARC = Kind("a WARC archive", _SAVE, is_saved_page=True)
_WEBARCHIVE = Kind("a Safari webarchive", _SAVE, is_saved_page=True)
_PICTURE, _FONT = Kind("a picture, no page", _SAVE), Kind("a font, no page", _SAVE)
_SOUND, _PROGRAM = Kind("a film or sound, no page", _SAVE), Kind("a program, no page", _SAVE)

#: First bytes → what it is. PDF, ZIP and gzip come later: their content says more.
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"WARC/", _WARC),
    (b"\x89PNG\r\n\x1a\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF87a", _PICTURE),
    (b"GIF89a", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"\0\0\1\0", _PICTURE),
    (b"wOFF", _FONT),
    (b"wOF2", _FONT),
    (b"OTTO", _FONT),
    (b"\0\1\0\0", _FONT),
    (b"ID3", _SOUND),
    (b"OggS", _SOUND),
    (b"\x1a\x45\xdf\xa3", _SOUND),
    (b"\x7fELF", _PROGRAM),
    (b"SQLite format 3\0", Kind("a database, no page", _SAVE)),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", _UNPACK)),
    (b"Rar!\x1a\x07", Kind("a RAR archive", _UNPACK)),
    (b"BZh", Kind("a bzip2 archive", _UNPACK)),
    (b"\xfd7zXZ\0", Kind("an xz archive", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", Kind("a zstd archive", _UNPACK)),
    (b"\xd0\xcf\x11\xe0", Kind("an Office document, no saved page", _OPEN)),
    (b"{\\rtf", Kind("an RTF document, no saved page", _OPEN)),
)
#: Looked at in order, after ``_MAGIC``.
_TESTS: tuple[tuple[Callable[[bytes, bytes], bool], Kind], ...] = (
    (_is_gzip_of_warc, _WARC),
    (_is_plist_archive, _WEBARCHIVE),
    (_is_other_xml, Kind("an XML document, no saved page", _SAVE)),
    (_zip_with(b"datapackage.json", b".warc"), Kind("a WACZ archive", _SAVE, is_saved_page=True)),
    (_is_pdf_with_json, Kind("a PDF that seems to be a book of threadbound, no page", _EXTRACT)),
    (_is_pdf, Kind("a PDF, no saved page", "open its source in a browser and save that page as HTML or MHTML")),
    (
        _zip_with(b"application/epub+zip", b"EPUB/evidence/thread"),
        Kind("a book of threadbound, no saved page", _EXTRACT),
    ),
    (_zip_with(b"application/epub+zip"), Kind("an EPUB, no saved page", _OPEN)),
    (_zip_with(b"index.rdf"), Kind("a MAFF archive", _SAVE, is_saved_page=True)),
    (_zip_with(b"word/document.xml"), Kind("a Word document, no saved page", _OPEN)),
    (_zip_with(), Kind("a ZIP archive", _UNPACK)),
    (lambda _, head: head.startswith(b"\x1f\x8b"), Kind("a gzip archive", _UNPACK)),
    (_is_iso_media, _SOUND),
    (_is_webp_or_wav, Kind("a picture, sound or film, no page", _SAVE)),
)
