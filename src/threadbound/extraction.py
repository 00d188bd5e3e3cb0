"""A book → a folder of what it carries: the saved pages, the JSON, the link map and the pictures.

Before: a PDF or EPUB that this tool made. After: its evidence lies in the folder, each file whole, and last of all the
manifest that says what each stands for: a folder with one can be bound again, and gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from threadbound import __version__
from threadbound.book.evidence import own_name
from threadbound.digests import sha256, sha256_of
from threadbound.errors import FileTrouble
from threadbound.model import codec
from threadbound.model.thread import Thread
from threadbound.readers import manifest
from threadbound.readers.bookfile import HeldPicture
from threadbound.readers.carried import Carried, carried
from threadbound.readers.manifest import LINK_MAP, PICTURES, Bound, File, Manifest
from threadbound.readers.registry import opened
from threadbound.readers.threads import digests
from threadbound.writers.output import atomic


class Extraction(Struct, frozen=True):
    """What came out of a book."""

    folder: Path
    threads: tuple[Thread, ...]
    files: tuple[File, ...]
    missing: tuple[str, ...]
    """Digests of originals that the threads were bound with and of which the book shows nothing."""
    pageless: tuple[str, ...]
    """Names of saved pages that the book does not carry."""


def extract(path: Path, folder: Path, *, force: bool = False) -> Extraction:
    """Take the evidence out of the book at ``path``.

    Args:
        path: the book.
        folder: where to; it need not be there.
        force: whether files that are there may be replaced.

    Raises:
        NoThread: no book of this tool.
        FileTrouble: it cannot be read, something is in the way, or the disk refuses.
    """
    with opened(path) as book:
        found = carried(book, path)
        planned = list(_planned(found))
        last = folder / manifest.NAME
        if not force:
            _refuse_overwriting([*(folder / name for name, _, _ in planned), last])
        last.unlink(missing_ok=True)
        files = tuple(_written(folder, *each, force=force) for each in planned)
        listing = Manifest(_bound(path, found.product), files, f"Threadbound {__version__}")
        _put(last, msgspec.json.format(msgspec.json.encode(listing), indent=2) + b"\n", force=force)
    held = {picture.original for picture in found.pictures}
    missing = tuple(sorted(digests(found.threads) - held))
    pageless = tuple(capture.note.name for capture in found.captures if not capture.data)
    return Extraction(folder, found.threads, files, missing, pageless)


_Planned = tuple[str, File, bytes | HeldPicture]


def _planned(found: Carried) -> Iterator[_Planned]:
    """Each file: its name, what it stands for, and where its bytes are."""
    taken = {name.casefold() for name in (found.data.name, manifest.NAME, LINK_MAP, PICTURES)}
    yield found.data.name, File("", "threads", "", 0), found.data.data
    for page in found.pages:
        yield own_name(page.name, taken), File("", "page", "", 0, of=sha256(page.data)), page.data
    yield LINK_MAP, File("", "link-map", "", 0), link_map(found.threads)
    for picture in found.pictures:
        stands = File("", "picture", "", 0, of=picture.original, part=picture.part or None)
        yield f"{PICTURES}/{picture.name}", stands, picture


def link_map(threads: tuple[Thread, ...]) -> bytes:
    """Links as the pages show them, and their full targets; each pair once."""
    pairs = {(pair["short"], pair["target"]): pair for thread in threads for pair in codec.link_map(thread)}
    return msgspec.json.format(msgspec.json.encode(list(pairs.values())), indent=2) + b"\n"


def _written(folder: Path, name: str, stands: File, source: bytes | HeldPicture, *, force: bool) -> File:
    data = source if isinstance(source, bytes) else source.read()
    _put(folder / name, data, force=force)
    return msgspec.structs.replace(stands, name=name, sha256=sha256(data), size=len(data))


def _put(target: Path, data: bytes, *, force: bool) -> None:
    with atomic(target, force=force) as temporary:
        temporary.write_bytes(data)


def _refuse_overwriting(targets: list[Path]) -> None:
    """Stop before anything is written: half an extraction beside somebody's files helps nobody."""
    for target in targets:
        if target.exists() or target.is_symlink():
            raise FileTrouble(f"{target} exists; use --force to replace it, or -d to name another folder")


def _bound(path: Path, product: str) -> Bound:
    return Bound(path.name, product, sha256_of(path), path.stat().st_size)
