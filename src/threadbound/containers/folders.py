"""The pages in a folder.

Before: a path. After: the saved pages that lie there, sorted; companion folders and hidden ones not entered, links not
followed (what they lead to is found at its own place, or lies outside), what is obviously no page left out. Forms that
are pages but cannot be read yet are kept, so that nobody loses them in silence.
"""

from __future__ import annotations

import os
import re
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


def pages_in(path: Path) -> list[Path]:
    """The page itself, or every page in the folder and below it."""
    if str(path) == "-" or path.is_file():
        return [path]
    if not path.is_dir():
        if path.exists():
            return [path]  # a pipe: open_page reads it
        raise trouble(path.name or str(path), "there is no such file or folder", "check the path")
    pages = _pages(path)
    if not pages:
        raise NoThread(f"{path.name or path}: no saved page in this folder; save pages into it as HTML or MHTML")
    return pages


def _pages(folder: Path) -> list[Path]:
    pages: list[Path] = []

    def unreadable(error: OSError) -> None:
        name = Path(str(error.filename)).name
        raise FileTrouble(f"{name}: the folder cannot be read; change its permissions") from error

    for root, folders, files in os.walk(folder, onerror=unreadable):
        parent = Path(root)
        companions = companions_among(files, folders, parent)
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name not in companions and not (parent / name).is_symlink()
        ]
        pages += [parent / name for name in files if _is_page(parent / name)]
    return sorted(pages)


def _is_page(path: Path) -> bool:
    """Whether a file may be a saved page, by its first bytes."""
    if path.name.startswith(".") or path.is_symlink() or not path.is_file():
        return False
    try:
        data = _ends(path)
    except OSError:
        return True  # opening it will say what is wrong
    if not data.strip():
        return bool(_PAGE_NAME.search(path.name))  # an empty page is a loss, an empty file is nothing
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
