"""A book → a folder of what it carries: the saved pages, the JSON, the link map and the pictures.

Before: a PDF or EPUB that this tool made. After: its evidence lies in the folder, each file whole, and last of all the
manifest that says what each stands for, and what could not be had: a folder with one can be bound again, and where
nothing is missing gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from threadbound import __version__
from threadbound.book.evidence import own_name
from threadbound.digests import sha256, sha256_of
from threadbound.errors import FileTrouble
from threadbound.media.probe import NotAPicture
from threadbound.model import codec
from threadbound.model.thread import Thread
from threadbound.readers import manifest
from threadbound.readers.bookfile import BookFile, HeldPicture
from threadbound.readers.carried import Carried, carried
from threadbound.readers.manifest import LINK_MAP, PICTURES, Bound, File, Lacking, Manifest
from threadbound.readers.registry import left
from threadbound.readers.threads import digests
from threadbound.rendering.fixity import DIGESTS, Fixed, Fixity
from threadbound.writers.output import atomic

#: What the files of :attr:`Carried.decided` stand for.
DECIDED: tuple[Literal["collection", "cover"], ...] = ("collection", "cover")


class Extraction(Struct, frozen=True):
    """What came out of a book."""

    folder: Path
    threads: tuple[Thread, ...]
    files: tuple[File, ...]
    missing: tuple[Lacking, ...]
    """What did not come out."""
    has_losses: bool
    """Whether that is more than saved pages that were never put in."""


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
    with left(path) as book:
        found = carried(book, path)
        planned = list(_planned(found))
        listed = _listed(found.fixity)
        last = folder / manifest.NAME
        if not force:
            _refuse_overwriting([*(folder / name for name, _, _ in planned), last])
        last.unlink(missing_ok=True)
        outcomes = [
            _written(folder, name, stands, partial(_sound, source, listed), force=force)
            for name, stands, source in planned
        ]
        files = tuple(each for each in outcomes if isinstance(each, File))
        damaged = (*_cut(path, book), *_damaged(found), *(each for each in outcomes if isinstance(each, Lacking)))
        missing = tuple(
            msgspec.structs.replace(each, reason=each.reason.removeprefix(f"{path}: "))
            for each in (*damaged, *_never_there(found))
        )
        listing = Manifest(_bound(path, found.product), files, missing, f"Threadbound {__version__}")
        _put(last, msgspec.json.format(msgspec.json.encode(listing), indent=2) + b"\n", force=force)
    has_losses = bool(damaged) or any(each.kind == "picture" for each in missing)
    return Extraction(folder, found.threads, files, missing, has_losses)


def _cut(path: Path, book: BookFile) -> Iterator[Lacking]:
    """That nobody knows what else the book held."""
    if book.is_cut:
        yield Lacking("other", "its end is missing, and what it held there; get another copy of it", name=path.name)


def _damaged(found: Carried) -> Iterator[Lacking]:
    """Carried files that cannot be read."""
    for name, reason in found.damaged:
        yield Lacking("other", reason, name=name)


def _never_there(found: Carried) -> Iterator[Lacking]:
    """Saved pages that the book does not carry, and originals of which it shows nothing."""
    for capture in found.captures:
        if not capture.data:
            yield Lacking("page", "the book does not carry it", name=capture.note.name, of=capture.note.sha256)
    for digest in sorted(digests(found.threads) - {picture.original for picture in found.pictures}):
        yield Lacking("picture", "the book shows nothing of it", of=digest)


_Planned = tuple[str, File, bytes | HeldPicture]


def _planned(found: Carried) -> Iterator[_Planned]:
    """Each file: its name, what it stands for, and where its bytes are."""
    taken = {name.casefold() for name in (found.data.name, manifest.NAME, LINK_MAP, PICTURES)}
    yield found.data.name, File("", "threads", "", 0), found.data.data
    for kind, item in zip(DECIDED, found.decided, strict=False):
        taken.add(item.name)
        yield item.name, File("", kind, "", 0), item.data
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


def _listed(data: bytes) -> dict[str, Fixed]:
    """The pictures of the book's own list, by name; none where it has no list that can be read."""
    try:
        return {file.name: file for file in msgspec.json.decode(data, type=Fixity).pictures}
    except (msgspec.MsgspecError, RecursionError):
        return {}


def _sound(source: bytes | HeldPicture, listed: Mapping[str, Fixed]) -> bytes:
    """The bytes of a file; raises :class:`FileTrouble` where those of a picture are not the ones that were bound."""
    if isinstance(source, bytes):
        return source
    data = source.read()
    file = listed.get(f"images/{source.name}")
    try:
        if file and DIGESTS[file.of](data) != file.sha256:
            raise FileTrouble("it is not the picture that was bound, by the book's own list")
    except NotAPicture as error:
        raise FileTrouble(f"it is no picture any more: {error}") from None
    return data


def _written(folder: Path, name: str, stands: File, read: Callable[[], bytes], *, force: bool) -> File | Lacking:
    """The file, once it lies there; or why its bytes cannot be had, which costs nothing but itself."""
    try:
        data = read()
    except FileTrouble as error:
        return Lacking("picture", str(error), of=stands.of, part=stands.part)
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
