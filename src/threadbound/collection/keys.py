"""What a kept piece depends on, as one digest.

Before: a section of a book, and all that is the same for its pieces. After: its key, another one whenever anything
differs that can change a byte of the piece or what was found when it was checked: the thread, the pictures and what is
made of them, theme and options, fonts, the engine, this program. Nothing of it is printed to be known, so a book of a
thousand kept chapters is keyed in a second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from threadbound.digests import sha256
from threadbound.model.thread import Thread
from threadbound.rendering.render import Compositor
from threadbound.rendering.rendered import RenderedPicture
from threadbound.rendering.sections import Section
from threadbound.writers import fonts
from threadbound.writers.engine import Engine
from threadbound.writers.pdf_variants import Variant

#: Libraries that decide what a piece looks like or is told as, beside the engine's own.
_LIBRARIES = (
    *("jinja2", "markupsafe", "pikepdf", "msgspec", "pyphen", "pypdfium2", "uharfbuzz"),
    *("pycld2", "budoux", "segno"),  # languages of captions, phrases of headings, QR codes
)


def common(composing: Compositor, engine: Engine, variant: Variant) -> bytes:
    """What is the same for all pieces of a book, as a digest."""
    rendering = composing.rendering
    parts = (
        engine.name,
        engine.version,
        variant.name,
        program(),
        fonts.identity(),
        tuple(f"{name} {_version(name)}" for name in _LIBRARIES),
        composing.css,
        composing.own.css if composing.own else "",
        _templates(rendering.theme.folders),
        repr(rendering.theme),
        repr(rendering.look),
        repr(composing.page),
        composing.book.language,
    )
    return hashlib.sha256(msgspec.msgpack.encode(parts)).digest()


def of(
    common: bytes,
    section: Section,
    threads: Sequence[Thread],
    pictures: Iterable[RenderedPicture],
    uncovered: frozenset[str],
) -> str:
    """The key of a section that is the same in every book of its thread.

    Args:
        common: of its book.
        section: which.
        threads: of which it must hold every word.
        pictures: that it shows.
        uncovered: characters that are printed by their names.
    """
    made = [(each.name, each.windows, _made(each)) for each in pictures]
    data = msgspec.msgpack.encode((section, threads, made))
    spelled = sorted(character for character in uncovered if character.encode("utf-8", "surrogatepass") in data)
    return sha256(b"".join((common, msgspec.msgpack.encode(spelled), data)))


def printed(common: bytes, markup: bytes, pictures: Iterable[RenderedPicture], foot: float) -> str:
    """The key of a section that had to be printed to be known: it has numbers of pages.

    Args:
        common: of its book.
        markup: as it is printed.
        pictures: that it shows.
        foot: how much higher its pages end, where what follows goes on with it.
    """
    return sha256(
        msgspec.msgpack.encode((common, markup, foot, [(each.name, sha256(each.read())) for each in pictures]))
    )


def _version(library: str) -> str:
    """Its version; none where there is no such package for the system, as of pycld2 for some."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def _made(picture: RenderedPicture) -> object:
    made = picture.derivative
    return (made.original.identity, made.recipe) if made else ""


@cache
def program() -> str:
    """The digest of this program's own code: a changed line may change every piece."""
    folder = Path(__file__).resolve().parents[1]
    return _of(sorted(folder.rglob("*.py")))


@cache
def _templates(folders: tuple[Path, ...]) -> str:
    return _of(path for folder in folders for path in sorted(folder.glob("**/*.j2")))


def _of(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        data = path.read_bytes()
        digest.update(f"{path.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()
