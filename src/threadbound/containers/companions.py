"""Companion folders: ``Thread_files`` beside ``Thread.html``, in whatever language the browser speaks.

Before: a page's path. After: the folders beside it that hold what belongs to it. A folder counts if its name is the
page's, a sign and a word that browsers use; or with any other ending if the page itself names the folder.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePath
from urllib.parse import quote

from threadbound.containers import bounds

#: The words by which browsers and Windows tie a folder to a page, lower case.
WORDS = frozenset(
    "files file archivos ficheros arquivos ficheiros fichiers dateien bestanden filer bylos datoteke dosyalar"
    " dosyaları elemei failid fails fajlovi fitxers fitxategiak pliki soubory súbory tiedostot fájlok fájljai fișiere"
    " fisiere fișierele failai datnes resources data skrár файлы файли файлове фајлови датотеки αρχεία קבצים ملفات"
    " ファイル 文件 檔案 파일 ไฟล์".split(),
)
_SIGNS = "_-."
_PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".txt", ".md")


def stem_of(name: str) -> str:
    """A page's name without its suffix, comparable."""
    path = PurePath(name)
    return _comparable(path.stem if path.suffix.lower() in _PAGE_SUFFIXES else name)


def has_companion_ending(folder: str) -> bool:
    """Whether a folder's name ends as browsers name companions, whatever it begins with."""
    name = _comparable(folder)
    cut = max(name.rfind(sign) for sign in _SIGNS)
    return cut > 0 and name[cut + 1 :] in WORDS


def belongs(folder: str, page: str) -> bool:
    """Whether the folder's name is the page's, a sign and a browser's word."""
    name, stem = _comparable(folder), stem_of(page)
    sign, word = name[len(stem) : len(stem) + 1], name[len(stem) + 1 :]
    return name.startswith(stem) and sign in tuple(_SIGNS) and word in WORDS


def may_belong(folder: str, page: str) -> bool:
    """Whether the folder's name is the page's, a sign and any other word: then the page must name it.

    Digits are no word: ``2020-12`` beside ``2020.html`` is a month.
    """
    name, stem = _comparable(folder), stem_of(page)
    sign, word = name[len(stem) : len(stem) + 1], name[len(stem) + 1 :]
    return name.startswith(stem) and sign in tuple(_SIGNS) and word.isalpha()


def names(page: bytes, folder: str) -> bool:
    """Whether the page's bytes refer to something in the folder."""
    raw = os.fsencode(folder)
    composed = unicodedata.normalize("NFC", folder).encode("utf-8", "surrogateescape")
    forms = {raw, composed, quote(raw).encode(), quote(quote(raw)).encode(), raw.replace(b"&", b"&amp;")}
    return any(form + b"/" in page for form in forms)


def companions_of(page: Path) -> list[Path]:
    """The page's companion folders, surest first.

    A folder that ends like a companion but begins differently is one too, if it is no other page's: the page was
    renamed, or its folder was.
    """
    files, folders = listing(page.parent)
    own = [folder for folder in folders if belongs(folder, page.name)]
    maybe = [folder for folder in folders if folder not in own and may_belong(folder, page.name)]
    others = [name for name in files if name != page.name]
    stray = [
        folder
        for folder in folders
        if folder not in own and has_companion_ending(folder) and not any(belongs(folder, other) for other in others)
    ]
    if maybe:
        markup = head_of(page)
        own += [folder for folder in maybe if names(markup, folder)]
    return [page.parent / folder for folder in dict.fromkeys(own + stray)]


def files_of(page: Path) -> list[tuple[Path, str]]:
    """Every plain file in the folders that are surely the page's: path, and name under the page's own folder.

    Links are left out, and so is what stands beyond the bound on files.
    """
    found: list[tuple[Path, str]] = []
    for name in (name for name in listing(page.parent)[1] if belongs(name, page.name)):
        for root, folders, files in os.walk(page.parent / name):
            folders.sort()
            places = (Path(root, file) for file in sorted(files))
            found += [(file, file.relative_to(page.parent).as_posix()) for file in places if _is_plain(file)]
            if len(found) >= bounds.MAX_COMPANION_FILES:
                return found[: bounds.MAX_COMPANION_FILES]
    return found


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def listing(folder: Path) -> tuple[list[str], list[str]]:
    """Names of the files and of the folders in a folder, sorted, links left out; empty if it cannot be read."""
    files: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_symlink():
                    (folders if entry.is_dir() else files).append(entry.name)
                if len(files) + len(folders) >= bounds.MAX_COMPANION_FILES:
                    break
    except OSError:
        return [], []
    return sorted(files), sorted(folders)


def head_of(page: Path, size: int = bounds.MAX_MARKUP) -> bytes:
    """The first bytes of a page; none if it cannot be read."""
    try:
        with page.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def companions_among(files: Iterable[str], folders: Iterable[str], parent: Path) -> set[str]:
    """Those folders that belong to one of the files beside them."""
    files = list(files)
    found: set[str] = set()
    for folder in folders:
        candidates = [name for name in files if may_belong(folder, name)]
        if any(belongs(folder, name) or names(head_of(parent / name), folder) for name in candidates):
            found.add(folder)
    return found


def _comparable(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
