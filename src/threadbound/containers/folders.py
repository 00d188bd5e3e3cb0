"""The pages in a folder.

Before: a path. After: the saved pages that lie there, sorted; companion folders and hidden ones not entered, links not
followed (what they lead to is found at its own place, or lies outside), what is obviously no page left out. Forms that
are pages but cannot be read yet are kept, and so is whatever is called a page, so that nobody loses one in silence:
opening it says what it is. A link that leads nowhere is told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from threadbound.containers import bounds
from threadbound.containers.capture import Source
from threadbound.containers.companions import companions_among
from threadbound.containers.html_forms import is_html
from threadbound.containers.mhtml import is_mhtml
from threadbound.containers.refusals import is_binary, kind_of, trouble
from threadbound.errors import FileTrouble, NoThread

_MARKUP = re.compile(rb"\s{0,999}(?:<\?xml[^>]{0,500}>\s{0,99})?<(?:[a-z]|![a-z])", re.IGNORECASE)
_DATA = re.compile(rb"\s{0,999}(?:[{\[]\s{0,99}[\"{\[\]}\d]|window\.[\w.]{1,80}\s{0,9}=|@charset\s|#!)")
_CODE_SIGNS = re.compile(rb"[{};]\s{0,99}$", re.MULTILINE)
_CODE_LINES = re.compile(
    rb"^(?:import \w|from [\w.]{1,99} import |def \w{1,99}\(|class \w{1,99}[:({ ]|function \w|#include"
    rb"|(?:const|let|var) \w+ ?=)",
    re.MULTILINE,
)
_PAGE_NAME = re.compile(r"\.(?:x?html?|mht|mhtml)\Z", re.IGNORECASE)


def _raised(_place: Path, error: FileTrouble) -> None:
    raise error


def is_page_name(path: Path) -> bool:
    """Whether a file is called as saved pages are."""
    return bool(_PAGE_NAME.search(path.name))


def pages_in(path: Path, unreadable: Callable[[Path, FileTrouble], None] = _raised) -> list[Path]:
    """The page itself, or every page in the folder and below it.

    Args:
        path: a page or a folder.
        unreadable: told of every folder that cannot be read, and of every link that leads nowhere, where it is and
            what befell it; the others are read all the same.

    Raises:
        NoThread: there is no page in the folder.
        FileTrouble: there is no such path; or what ``unreadable`` makes of a folder or link.
    """
    if str(path) == "-" or _is_reachable_file(path):
        return [path]
    if not path.is_dir():
        if path.exists():
            return [path]  # a pipe: open_page reads it
        raise trouble(path.name or str(path), "there is no such file or folder", "check the path")
    troubles: list[tuple[Path, FileTrouble]] = []
    pages = _pages(path, troubles)
    for place, error in troubles:
        unreadable(place, error)
    if not pages and not troubles:
        raise NoThread(f"{path.name or path}: no saved page in this folder; save pages into it as HTML or MHTML")
    return pages


def _is_reachable_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return True  # opening it will say what is wrong


def _pages(folder: Path, troubles: list[tuple[Path, FileTrouble]]) -> list[Path]:
    pages: list[Path] = []

    def told(place: Path, what: str, cure: str) -> None:
        name = Path(folder.name, place.relative_to(folder)) if place.is_relative_to(folder) else place
        troubles.append((place, trouble(str(name), what, cure)))

    def note(error: OSError) -> None:
        told(Path(str(error.filename or folder)), "the folder cannot be read", "change its permissions")

    for root, folders, files in os.walk(folder, onerror=note):
        parent = Path(root)
        companions = companions_among(files, folders, parent)
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name not in companions and not (parent / name).is_symlink()
        ]
        for place in (parent / name for name in sorted(files) if not name.startswith(".")):
            if _is_dangling(place):
                told(place, "a link that leads nowhere", "take it out, or put back what it led to")
            elif _is_page(place):
                pages.append(place)
    return sorted(pages)


def _is_dangling(path: Path) -> bool:
    try:
        return path.is_symlink() and not path.exists()
    except OSError:
        return False


def _is_page(path: Path) -> bool:
    """Whether a file may be a saved page, by its name or its first bytes."""
    try:
        if path.is_symlink() or not path.is_file():
            return False
        data = _ends(path)
    except OSError:
        return True  # opening it will say what is wrong
    if is_page_name(path):
        return True  # whatever is in it: an empty page is a loss, and so is a picture in the place of one
    if not data.strip():
        return False
    if kind := kind_of(data):
        return kind.is_saved_page
    source = Source(path.name, data)
    return is_html(source) or is_mhtml(source) or _is_prose(data)


def _ends(path: Path) -> bytes:
    """The first and the last bytes of a file: enough to know it by."""
    with path.open("rb") as file:
        data = file.read(bounds.HEAD)
        size = file.seek(0, os.SEEK_END)
        if size > bounds.HEAD:
            file.seek(max(bounds.HEAD, size - bounds.HEAD))
            data += file.read(bounds.HEAD)
    return data


def _is_prose(data: bytes) -> bool:
    """Whether text is something to read rather than data, a style sheet or a program."""
    head = data[: bounds.HEAD]
    if is_binary(head) or _MARKUP.match(head) or _DATA.match(head):
        return False
    if len(_CODE_LINES.findall(head)) >= 3:
        return False
    lines = head.count(b"\n") + 1
    code = len(_CODE_SIGNS.findall(head)) + (head.count(b"{") * 2 if lines < 5 else 0)
    return code * 4 < lines or code < 2
