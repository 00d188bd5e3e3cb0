"""Companion folders: ``Thread_files`` beside ``Thread.html``, in whatever language the browser speaks.

Before: a page's path. After: the folders beside it that hold what belongs to it. A folder counts if its name is the
page's, a sign and a word that browsers use; or with any other ending if the page itself names the folder.
"""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path, PurePath
from urllib.parse import quote

from msgspec import Struct

from threadbound.containers import bounds

#: The words by which browsers and Windows tie a folder to a page, lower case.
WORDS = frozenset(
    "files file archivos ficheros arquivos ficheiros fichiers dateien bestanden filer bylos datoteke dosyalar"
    " dosyaları elemei failid fails fajlovi fitxers fitxategiak pliki soubory súbory tiedostot fájlok fájljai fișiere"
    " fisiere fișierele failai datnes resources data skrár файлы файли файлове фајлови датотеки αρχεία קבצים ملفات"
    " ファイル 文件 檔案 파일 ไฟล์".split(),
)
_SIGNS = "_-."
#: Nanoseconds after which a folder's time tells of every later change.
_SETTLED = 2_000_000_000
_PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".txt", ".md")


def stem_of(name: str) -> str:
    """A page's name without its suffix, comparable."""
    path = PurePath(name)
    return _comparable(path.stem if path.suffix.lower() in _PAGE_SUFFIXES else name)


def has_companion_ending(folder: str) -> bool:
    """Whether a folder's name ends as browsers name companions, whatever it begins with."""
    stem, word = _parted(folder)
    return bool(stem) and word in WORDS


def _parted(folder: str) -> tuple[str, str]:
    """A folder's name, comparable, before and behind its last sign."""
    name = _comparable(folder)
    cut = max(name.rfind(sign) for sign in _SIGNS)
    return (name[:cut], name[cut + 1 :]) if cut > 0 else ("", name)


def belongs(folder: str, page: str) -> bool:
    """Whether the folder's name is the page's, a sign and a browser's word."""
    return has_companion_ending(folder) and owner_of(folder) == stem_of(page)


def owner_of(folder: str) -> str | None:
    """The comparable stem of the pages that a folder may belong to; ``None`` where its name has no such form.

    It ends in a sign and a word. If browsers do not use the word, the page must name the folder. Digits are no word:
    ``2020-12`` beside ``2020.html`` is a month.
    """
    stem, word = _parted(folder)
    return stem if stem and (word in WORDS or word.isalpha()) else None


def names(page: bytes, folder: str) -> bool:
    """Whether the page's bytes refer to something in the folder."""
    raw = os.fsencode(folder)
    composed = unicodedata.normalize("NFC", folder).encode("utf-8", "surrogateescape")
    forms = {raw, composed, quote(raw).encode(), quote(quote(raw)).encode(), raw.replace(b"&", b"&amp;")}
    return any(form + b"/" in page for form in forms)


class Listing(Struct, frozen=True):
    """What lies in one folder, links left out."""

    owned: dict[str, tuple[str, ...]]
    """Comparable stem → the folders whose names are that stem, a sign and a word of letters or of browsers."""
    strays: tuple[str, ...]
    """Folders that end like companions and are no page's."""


def companions_of(page: Path) -> list[Path]:
    """The page's companion folders, surest first.

    A folder that ends like a companion but begins differently is one too, if it is no other page's: the page was
    renamed, or its folder was.
    """
    listed = listing(page.parent)
    near = listed.owned.get(stem_of(page.name), ())
    own = [folder for folder in near if belongs(folder, page.name)]
    maybe = [folder for folder in near if folder not in own]
    if maybe:
        markup = head_of(page)
        own += [folder for folder in maybe if names(markup, folder)]
    return [page.parent / folder for folder in dict.fromkeys((*own, *listed.strays))]


def own_folders(page: Path) -> list[Path]:
    """The folders that are surely the page's, by their names."""
    near = listing(page.parent).owned.get(stem_of(page.name), ())
    return [page.parent / folder for folder in near if belongs(folder, page.name)]


def files_of(page: Path) -> list[tuple[Path, str]]:
    """Every plain file in the folders that are surely the page's: path, and name under the page's own folder.

    Links are left out, and so is what stands beyond the bound on files.
    """
    found: list[tuple[Path, str]] = []
    for own in own_folders(page):
        for root, folders, files in os.walk(own):
            folders.sort()
            places = (Path(root, file) for file in sorted(files))
            found += [(file, file.relative_to(page.parent).as_posix()) for file in places if _is_plain(file)]
            if len(found) >= bounds.MAX_COMPANION_FILES:
                return found[: bounds.MAX_COMPANION_FILES]
    return found


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def listing(folder: Path) -> Listing:
    """What lies in ``folder``; nothing if it cannot be read. Asked of each of its pages, read once for all of them."""
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return Listing({}, ())
    # What was changed a moment ago may be changed again without another time.
    settled = time.time_ns() - changed > _SETTLED
    return _settled(folder, changed) if settled else _listed(folder)


@lru_cache(maxsize=16)
def _settled(folder: Path, changed: int) -> Listing:  # noqa: ARG001 - a folder that has changed is listed again
    return _listed(folder)


def _listed(folder: Path) -> Listing:
    files: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, bounds.MAX_NEIGHBOURS):
                if not entry.is_symlink():
                    (folders if entry.is_dir() else files).append(entry.name)
    except OSError:
        return Listing({}, ())
    stems = {stem_of(name) for name in files}
    owned: dict[str, tuple[str, ...]] = {}
    strays = []
    for name in sorted(folders):
        if stem := owner_of(name):
            owned[stem] = (*owned.get(stem, ()), name)
        if has_companion_ending(name) and stem not in stems:
            strays.append(name)
    return Listing(owned, tuple(strays))


def head_of(page: Path, size: int = bounds.MAX_MARKUP) -> bytes:
    """The first bytes of a page; none if it cannot be read."""
    try:
        with page.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def companions_among(files: Iterable[str], folders: Iterable[str], parent: Path) -> set[str]:
    """Those folders that belong to one of the files beside them."""
    pages: dict[str, list[str]] = {}
    for name in files:
        pages.setdefault(stem_of(name), []).append(name)
    return {folder for folder in folders if _is_named(folder, pages.get(owner_of(folder) or "", ()), parent)}


def _is_named(folder: str, pages: Sequence[str], parent: Path) -> bool:
    """Whether the folder is that of one of the pages that it may belong to."""
    return bool(pages) and (
        has_companion_ending(folder) or any(names(head_of(parent / page), folder) for page in pages)
    )


def _comparable(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
