"""Bytes → text, whatever the page says of its charset.

Before: the bytes of a document. After: :class:`Decoded`: text with line feeds, without characters that no XML may
hold, and how many bytes were no text. The order: a byte order mark; strict UTF-8, because nothing else decodes as UTF-8
by accident; what the page declares; UTF-8 with a few broken bytes; a guess; windows-1252.
"""

from __future__ import annotations

import codecs
import re

from msgspec import Struct

#: Bytes that the guess looks at.
_SAMPLE = 64 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the other's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([^\s"'/>;]{1,40})""", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([^"']{1,40})""", re.IGNORECASE)
#: Labels that mean something else on the web than in Python's list of codecs; letters and digits only.
_LABELS = {
    **dict.fromkeys(("ascii", "usascii", "iso88591", "latin1", "l1", "windows1252", "cp1252", "win1252"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "xgbk", "gb18030", "chinese"), "gb18030"),
    **dict.fromkeys(("shiftjis", "sjis", "xsjis", "mskanji", "windows31j"), "cp932"),
    **dict.fromkeys(("euckr", "ksc56011987", "ksc5601", "korean", "windows949"), "cp949"),
    **dict.fromkeys(("tis620", "iso885911", "windows874"), "cp874"),
    **dict.fromkeys(("iso88599", "latin5"), "cp1254"),
    **dict.fromkeys(("big5", "xxbig5", "big5hkscs"), "big5hkscs"),
    **dict.fromkeys(("xmaccyrillic",), "mac_cyrillic"),
    **dict.fromkeys(("macintosh", "xmacroman"), "mac_roman"),
}
_UTF8_MEANT = re.compile(r"u[tf]{1,2}\D?8|unicode|utf")
_CODECS = re.compile(r"(?:iso8859|iso2022_jp|cp\d|koi8|euc|big5|gb|shift|mac|tis|hz|johab|ptcp|kz)")
#: Charsets whose text may contain ``<`` and ``"`` as halves of other characters.
_NOT_ASCII_SAFE = re.compile(r"(?:iso2022|hz)")
#: What the guess chooses from: what pages were ever written in.
_GUESSES = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7", "mac_roman"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
)
_LATIN = frozenset({"cp1250", "cp1252", "cp1254", "cp1257", "cp1258", "iso8859_2", "mac_roman"})
_SYMBOL_IN_WORD = re.compile(r"[^\W\d_][\xa1-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7][^\W\d_]")
_SURROGATES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]|\xed[\xa0-\xbf][\x80-\xbf]")
_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")


class Decoded(Struct, frozen=True):
    """Text, and how it came to be."""

    text: str
    charset: str
    """As Python calls it."""
    replaced: int = 0
    """Characters that are now U+FFFD, or half characters that were dropped."""
    cut: bool = False
    """Whether the last character is only begun."""


class Narrow(Struct, frozen=True):
    """A document in a charset that keeps ASCII bytes ASCII."""

    data: bytes
    charset: str | None = None
    """That charset, if it is sure."""
    replaced: int = 0
    """Characters that are now U+FFFD."""


def narrow(data: bytes, declared: str | None = None) -> Narrow:
    """The same document where ``<`` is the byte ``<``; what need not be changed is not copied."""
    for mark, charset in _BOMS:
        if data.startswith(mark):
            return Narrow(data, "utf-8") if charset == "utf-8" else _as_utf8(data[len(mark) :], charset)
    begun = data[:8].lstrip(b"\r\n\t \0")
    if begun.startswith(b"<\0"):
        return _as_utf8(data, "utf-16-be" if data.startswith(b"\0") else "utf-16-le")
    wanted = codec_of(declared) or declared_charset(data)
    if wanted and _NOT_ASCII_SAFE.match(wanted):
        return _as_utf8(data, wanted)
    return Narrow(data)


def _as_utf8(data: bytes, charset: str) -> Narrow:
    # Not final: a character that is only begun at the end of a cut file is dropped, not replaced.
    text = codecs.getincrementaldecoder(charset)("replace").decode(data)
    return Narrow(text.encode("utf-8", "replace"), "utf-8", text.count("\ufffd"))


def codec_of(label: str | None) -> str | None:
    """Python's name for a charset's label as pages write it, misspelled ones included; ``None`` if unknown."""
    if not label:
        return None
    bare = re.sub(r"[^a-z0-9]", "", label.lower()).removeprefix("charset")
    if bare in _LABELS:
        return _LABELS[bare]
    if _UTF8_MEANT.match(bare):
        return "utf-8"  # a document whose declaration can be read byte by byte is not in UTF-16
    try:
        name = codecs.lookup(bare if bare.isdigit() else label.encode("ascii", "ignore").decode().strip()).name
    except (LookupError, ValueError):
        return None
    name = name.replace("-", "_")
    return name if _CODECS.match(name) else None


def declared_charset(data: bytes) -> str | None:
    """What the document says of itself in an XML declaration or a ``meta``."""
    head = data[: 16 * 1024]
    found = _XML.search(head[:1024]) or _META.search(head)
    return codec_of(found[1].decode("ascii", "ignore")) if found else None


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Text of a document that :func:`narrow` has seen; ``declared`` is what its envelope says."""
    data = data.removeprefix(codecs.BOM_UTF8)
    for attempt in (_strict_utf8, _declared, _mostly_utf8, _guessed):
        if found := attempt(data, declared):
            break
    else:
        text = data.decode("cp1252", "replace")
        found = Decoded(text, "cp1252", text.count("\ufffd"))
    return Decoded(clean(found.text), found.charset, found.replaced, found.cut)


def clean(text: str) -> str:
    """Line feeds as line ends, and nothing that no XML may hold."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNFIT.sub("", text.replace("\x0b", " ").replace("\x0c", " "))


def _strict_utf8(data: bytes, declared: str | None) -> Decoded | None:
    del declared
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(data) - 3 or error.reason != "unexpected end of data":
            return None
        return Decoded(data[: error.start].decode("utf-8"), "utf-8", cut=True) if error.start else None


def _declared(data: bytes, declared: str | None) -> Decoded | None:
    charset = codec_of(declared) or declared_charset(data)
    if charset is None or charset == "utf-8":
        return None
    try:
        return Decoded(data.decode(charset), charset)
    except UnicodeDecodeError:
        return None


def _mostly_utf8(data: bytes, declared: str | None) -> Decoded | None:
    """UTF-8 with a few bytes that are none, if more of it proves to be UTF-8 than not."""
    joined, halves = _without_halves(data)
    text = joined.decode("utf-8", "replace")
    bad = text.count("\ufffd") - joined.count(b"\xef\xbf\xbd")
    good = len(text) - len(text.encode("ascii", "ignore")) - text.count("\ufffd")
    is_declared = (codec_of(declared) or declared_charset(data)) == "utf-8"
    if good + halves < bad * (1 if is_declared else 4) or not good + halves:
        return None
    return Decoded(text, "utf-8", bad + halves)


def _without_halves(data: bytes) -> tuple[bytes, int]:
    """UTF-8 whose surrogate pairs are joined and whose lone surrogates are dropped, and how many those were."""
    lone = 0

    def mend(match: re.Match[bytes]) -> bytes:
        nonlocal lone
        if len(match[0]) == 6:
            return match[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()
        lone += 1
        return b""

    return _SURROGATES.sub(mend, data), lone


def _guessed(data: bytes, declared: str | None) -> Decoded | None:
    del declared
    from charset_normalizer import from_bytes  # noqa: PLC0415 - heavy, and few pages need it

    sample = re.sub(rb"<[^<>]*>", b" ", data[: 4 * _SAMPLE])[:_SAMPLE]
    best = from_bytes(sample, cp_isolation=list(_GUESSES)).best() if sample.strip() else None
    charset = best.encoding if best else "cp1252"
    if charset in _LATIN and _is_western(sample):
        charset = "cp1252"  # the guess likes cp1250 for Spanish; an undeclared western page is windows-1252
    try:
        return Decoded(data.decode(charset), charset)
    except UnicodeDecodeError:
        text = data.decode(charset, "replace")
    lost = text.count("\ufffd")
    return Decoded(text, charset, lost) if charset != "cp1252" and lost * 100 < len(text) else None


def _is_western(sample: bytes) -> bool:
    """Whether it reads as windows-1252 without signs in the middle of words."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return not _SYMBOL_IN_WORD.search(text)
