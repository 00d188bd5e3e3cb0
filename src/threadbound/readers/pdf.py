"""What a PDF carries. The only module that imports pikepdf.

Before: a path. After: a :class:`BookFile`. A picture in a PDF has no name of its own, but WeasyPrint names it after the
digest of the address that the book's markup gives it: of an original whose digest is known the name can be told.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import md5
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf.settings import get_qpdf_limits, set_qpdf_limits
from PIL import Image

from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.media.probe import MAX_PIXELS
from threadbound.readers import bounds, pdf_pages
from threadbound.readers.bookfile import BookFile, HeldPicture, NotWhole, Part, TooMuch, too_much
from threadbound.readers.pdf_pages import ODD
from threadbound.rendering.places import BASE

#: Kinds of picture that a PDF shows, by the filter of their streams.
_FILTERS = {"/DCTDecode": ".jpg", "/FlateDecode": ".png"}
#: From here on a stream has a predictor of PNG at the start of each row (ISO 32000-1, table 10).
PNG_PREDICTORS = 10
#: Pages that are read of a file that is open: to open one of three hundred thousand objects takes as long as 500 pages.
TOGETHER = 1000
_MODES = {"/DeviceRGB": ("RGB", 3), "/DeviceGray": ("L", 1)}
#: What XMP says of PDF/A and PDF/UA (ISO 19005-3 §6.6.4, ISO 14289-1 §5), as attribute or element.
_CLAIM = re.compile(rb"(pdfaid:part|pdfaid:conformance|pdfuaid:part)(?:\s*=\s*[\"']|>)\s*(\w)")


def is_pdf(head: bytes) -> bool:
    """Whether a file that begins so is a PDF: some have a little before their header."""
    return b"%PDF-" in head[:1024]


@contextmanager
def opened(path: Path) -> Iterator[BookFile]:
    """The PDF at ``path``, mended where it can be.

    Raises:
        FileTrouble: it cannot be opened, or holds more than is bearable.
    """
    with _document(path) as document:
        yield _opened(path, document)


@contextmanager
def _document(path: Path, *, is_own: bool = False) -> Iterator[pikepdf.Pdf]:
    """The file, open; of one of our own, whose pages inherit nothing, no page is looked at before it is asked for."""
    before: Any = get_qpdf_limits()
    set_qpdf_limits(flate_max_memory=bounds.MAX_STRUCTURE, run_length_max_memory=bounds.MAX_STRUCTURE)
    try:
        with _found(path, is_own=is_own) as document:
            yield document
    finally:
        set_qpdf_limits(**before)


def _found(path: Path, *, is_own: bool) -> pikepdf.Pdf:
    try:
        # Read and not mapped: what was read of a mapped file counts as this process's memory.
        how = pikepdf.AccessMode.stream
        return pikepdf.open(path, suppress_warnings=True, access_mode=how, inherit_page_attributes=not is_own)
    except pikepdf.PasswordError as error:
        raise FileTrouble(f"{path}: it is locked with a password; take that off first") from error
    except (pikepdf.PdfError, OSError, ValueError, RuntimeError) as error:
        raise NotWhole(f"{path}: no whole PDF: {_first_line(error)}; get another copy of it") from error


def _opened(path: Path, document: pikepdf.Pdf) -> BookFile:
    try:
        return _book(path, document)
    except ODD as error:
        raise NotWhole(f"{path}: no whole PDF: {_first_line(error)}; get another copy of it") from error


def _book(path: Path, document: pikepdf.Pdf) -> BookFile:
    if len(document.pages) > bounds.MAX_PARTS:
        raise too_much(path, f"{len(document.pages):,} pages")
    # Before anything else is read: what comes later is said of single parts, and each has its own check.
    damage = _damage(document)
    carried = tuple(_carried(path, document))
    return BookFile(
        "pdf",
        carried,
        lambda wanted: _pictures(document, wanted, path),
        partial(_parts, path, len(document.pages)),
        _flavours(path, document),
        damage,
    )


def _parts(path: Path, count: int) -> Iterator[tuple[str, str]]:
    """Everything that is read in a PDF of so many pages.

    It is opened anew for every :data:`TOGETHER` pages: what qpdf has looked at, such as links, it keeps.
    """
    left = bounds.MAX_CONTENT
    for first in range(0, count, TOGETHER):
        some = range(first, min(first + TOGETHER, count))
        for name, digest, size in _pages(path, some, left):
            left -= size
            yield name, digest
    with _document(path) as document:
        yield from pdf_pages.rest(document, _page_of(path))


def _pages(path: Path, some: range, left: int) -> Iterator[tuple[str, str, int]]:
    """Some pages; when they are read nothing holds the file any more, which is in memory as long as that is so."""
    with _document(path) as document:
        yield from pdf_pages.pages(document, _page_of(path), pdf_pages.every(document, some), left)


def own_pages(path: Path, some: range) -> list[tuple[str, str, int]]:
    """Some pages of a file that was just written: as :func:`threadbound.readers.pdf_pages.pages`.

    Raises:
        FileTrouble: it is no whole PDF.
    """
    with _document(path, is_own=True) as document:
        try:
            return list(pdf_pages.pages(document, _page_of(path), pdf_pages.own(document, some)))
        except ODD as error:
            raise FileTrouble(f"{path}: no whole PDF: {_first_line(error)}; get another copy of it") from error


def own_rest(path: Path, plain: Sequence[int]) -> list[tuple[str, str]]:
    """Everything else of one: as :func:`threadbound.readers.pdf_pages.rest`.

    Args:
        path: the file.
        plain: numbers of its streams, but for what pages show themselves.
    """
    with _document(path, is_own=True) as document:
        try:
            index = dict(pdf_pages.numbered(document.Root["/Pages"], document))
            return list(pdf_pages.others(document, _page_of(path), index, lambda: plain))
        except ODD as error:
            raise FileTrouble(f"{path}: no whole PDF: {_first_line(error)}; get another copy of it") from error


def own_carried(path: Path) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Name and digest of the files that one carries, and what had to be mended to open it."""
    with _document(path, is_own=True) as document:
        try:
            damage = _damage(document)
            return [(part.name, sha256(part.read())) for part in _carried(path, document)], damage
        except ODD as error:
            raise FileTrouble(f"{path}: no whole PDF: {_first_line(error)}; get another copy of it") from error


def _damage(document: pikepdf.Pdf) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_first_line(warning) for warning in document.get_warnings()))


def _page_of(path: Path) -> Callable[[Any], bytes]:
    return lambda stream: _unpacked(path, stream, bounds.MAX_PAGE)


def _carried(path: Path, document: pikepdf.Pdf) -> Iterator[Part]:
    """The embedded files, each measured first: all of them are read when the book is checked."""
    left = bounds.MAX_CARRIED
    for number, (name, specification) in enumerate(document.attachments.items()):
        if number > bounds.MAX_PARTS:
            raise too_much(path, f"more than {bounds.MAX_PARTS:,} files carried")
        stream = specification.get_file().obj
        read = partial(_unpacked, path, stream, bounds.MAX_FILE)
        left -= _size(read)
        if left < 0:
            raise too_much(path, f"it carries more than {bounds.MAX_CARRIED >> 20} MiB")
        yield Part(name, read)


def _size(read: Callable[[], bytes]) -> int:
    try:
        return len(read())
    except TooMuch:
        raise
    except FileTrouble:  # damaged: that is said when somebody asks for it
        return 0


def _unpacked(path: Path, stream: Any, most: int) -> bytes:  # noqa: ANN401 - a pikepdf object
    """The bytes of a stream, never more than ``most``."""
    raw = bytes(stream.read_raw_bytes())
    kind = stream.get("/Filter")
    if isinstance(kind, pikepdf.Array):
        kind = kind[0] if len(kind) == 1 else None if len(kind) == 0 else pikepdf.Name("/Several")
    if kind is None:
        data = raw[: most + 1]
    elif kind == "/FlateDecode":
        data = _inflated(path, raw, most)
    else:
        raise FileTrouble(f"{path}: a file in it is packed as no book of this tool packs it")
    if len(data) > most:
        raise too_much(path, f"a part of it unpacks to more than {most >> 20} MiB")
    return data


def _inflated(path: Path, raw: bytes, most: int) -> bytes:
    """The bytes, and one more than ``most`` where there are more."""
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(raw, most + 1)
    except zlib.error as error:
        raise FileTrouble(f"{path}: a part of it is damaged; get another copy of it") from error
    if not unpacker.eof and not unpacker.unconsumed_tail and len(data) <= most:
        raise FileTrouble(f"{path}: a part of it is cut short; get another copy of it")
    return data


def _pictures(document: pikepdf.Pdf, wanted: Collection[str], path: Path) -> list[HeldPicture]:
    names = {_name(digest, suffix): (digest, suffix) for digest in wanted for suffix in _FILTERS.values()}
    found: dict[str, HeldPicture] = {}
    seen: set[Any] = set()
    for page in document.pages:
        with suppress(*ODD):
            objects = page.obj["/Resources"]["/XObject"]
            if objects.objgen in seen and objects.is_indirect:
                continue
            seen.add(objects.objgen)
            for name, picture in objects.items():
                digest, suffix = names.get(name[2:-1], ("", ""))
                if digest and digest not in found and _FILTERS.get(str(picture.get("/Filter"))) == suffix:
                    found[digest] = HeldPicture(digest, suffix, partial(_picture, path, picture, suffix))
    return [found[digest] for digest in sorted(found)]


def _name(digest: str, suffix: str) -> str:
    """What WeasyPrint calls the picture of an original, between an ``i`` and whether it may be smoothed."""
    return md5(f"{BASE}images/{digest}{suffix}".encode(), usedforsecurity=False).hexdigest()


def _picture(path: Path, picture: Any, suffix: str) -> bytes:  # noqa: ANN401 - a pikepdf object
    """The picture as a file."""
    try:
        return _READ[suffix](path, picture)
    except ODD as error:
        raise FileTrouble(f"{path}: a picture in it is stored as no book of this tool stores it") from error


def _jpeg(path: Path, picture: Any) -> bytes:  # noqa: ANN401 - a pikepdf object
    """The stream is the file."""
    del path
    return bytes(picture.read_raw_bytes())


def _png(path: Path, picture: Any) -> bytes:  # noqa: ANN401 - a pikepdf object
    """A PNG of the same pixels, from which the same stream is made."""
    image = _image(path, picture)
    if mask := picture.get("/SMask"):
        image.putalpha(_image(path, mask))
    elif image.mode == "RGB" and set(dict(_colours(image))) <= {(0, 0, 0), (255, 255, 255)}:
        # A PDF has no pictures of one bit: in grey it would be made anew, and as it was it would not.
        image = image.convert("1", dither=Image.Dither.NONE)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _colours(image: Image.Image) -> list[tuple[Any, int]]:
    """The colours, if there are two at most."""
    return [(colour, count) for count, colour in image.getcolors(2) or [(1, None)]]


def _image(path: Path, picture: Any) -> Image.Image:  # noqa: ANN401 - a pikepdf object
    width, height = int(picture["/Width"]), int(picture["/Height"])
    mode, channels = _MODES.get(str(picture.get("/ColorSpace")), ("", 0))
    if not mode or int(picture.get("/BitsPerComponent", 8)) != 8 or not 0 < width * height <= MAX_PIXELS:
        raise FileTrouble(f"{path}: a picture in it is stored as no book of this tool stores it")
    is_predicted = int(picture.get("/DecodeParms", {}).get("/Predictor", 1)) >= PNG_PREDICTORS
    row = width * channels + is_predicted
    rows = _unpacked(path, picture, height * row)
    if not is_predicted:  # somebody has packed it anew
        rows = b"".join(b"\0" + rows[start : start + row] for start in range(0, len(rows), row))
    try:
        return Image.open(io.BytesIO(_as_png(rows, width, height, mode))).copy()
    except (OSError, ValueError, SyntaxError) as error:
        raise FileTrouble(f"{path}: a picture in it is damaged; get another copy of it") from error


def _as_png(rows: bytes, width: int, height: int, mode: str) -> bytes:
    """Rows with their predictors (ISO 32000-1 §7.4.4.4) are those of a PNG."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2 if mode == "RGB" else 0, 0, 0, 0))
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    parts = [
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


_READ = {".jpg": _jpeg, ".png": _png}


def _flavours(path: Path, document: pikepdf.Pdf) -> tuple[str, ...]:
    """The standards that the metadata claim."""
    metadata = document.Root.get("/Metadata")
    if metadata is None:
        return ()
    claims = _CLAIM.findall(_unpacked(path, metadata, bounds.MAX_METADATA))
    said = {name: value.decode().lower() for name, value in claims}
    archive = said.get(b"pdfaid:part", "") + said.get(b"pdfaid:conformance", "")
    access = said.get(b"pdfuaid:part", "")
    return tuple(claim for claim in (archive, f"ua{access}" if access else "") if claim)


def _first_line(error: object) -> str:
    """What was said, without the file's name, which stands before it."""
    return str(error).strip().partition("\n")[0].rpartition(": ")[2][:200] or type(error).__name__
