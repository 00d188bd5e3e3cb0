"""Order files: a list of the threads of a book, in order, each with a short title if its own will not do.

Before: a text file with a thread a line: an address of it or of any of its posts, an id, or the path of its page; after
a ``|`` its short title. Empty lines and lines that begin with ``#`` are comments. After: the listed threads' places and
their titles; or an error that names the line, and what was nearly meant.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book.dates import count
from threadbound.errors import FileTrouble, UsageError, meant
from threadbound.model.text import clean
from threadbound.model.thread import Thread

#: Larger files are no list of threads; a line for each of 100,000 fits.
MAX_BYTES = 16 * 1024 * 1024
#: So many lines that are wrong are said, the first with what was nearly meant; the others are counted.
MOST_TOLD = 10
LONGEST_TOLD = 120
_ID = re.compile(r"\d{1,19}", re.ASCII)
_ADDRESS = re.compile(r"(?i)https?://\S+?/(?:thread|scrolly|status|statuses)/(\d{1,19})(?!\d)", re.ASCII)


class Line(Struct, frozen=True):
    """A thread that the file lists."""

    number: int
    """From 1."""
    what: str
    """An address, an id or a path."""
    title: str
    """The user's short title; empty: the thread's own."""
    earlier: int = 0
    """The line that lists the same thread; 0: none does."""


class Named(Struct, frozen=True):
    """A thread that can be listed."""

    pages: tuple[str, ...]
    """The paths of its pages, as the user gave them or as they were found in a folder."""
    thread: Thread
    held: tuple[str, ...] = ()
    """Names of files that are not there any more, of which a book holds what they had: known by their names alone."""


def read(path: Path) -> tuple[Line, ...]:
    """The lines of a file.

    Raises:
        FileTrouble: it cannot be read, or is no text.
        UsageError: it lists nothing.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise FileTrouble(f"--order-file {path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError:
        raise FileTrouble(f"--order-file {path}: an order file is UTF-8 text; save it as such") from None
    if len(data) > MAX_BYTES:
        raise FileTrouble(f"--order-file {path}: more than {MAX_BYTES >> 20} MiB: no list of threads")
    lines = tuple(_lines(text))
    if not lines:
        raise UsageError(f"--order-file {path}: it lists no thread: give an address, an id or a path a line")
    return lines


def _lines(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.splitlines(), 1):
        words = clean(line).strip()
        if words and not words.startswith("#"):
            what, _, title = words.partition("|")
            yield Line(number, what.strip(), " ".join(title.split()))


def placed(lines: Sequence[Line], threads: Sequence[Named], path: Path, failed: Sequence[str] = ()) -> dict[int, str]:
    """The place of each listed thread among ``threads``, in the order of the file → its short title.

    Args:
        lines: of the file.
        threads: that there are.
        path: of the file, for messages; paths in it are taken from its folder too.
        failed: pages that could not be read: a line that lists one costs no more than that page did.

    Raises:
        UsageError: lines list no thread that there is, or one that an earlier line listed; it names them all.
    """
    known = _known(threads)
    gone = _gone(threads)
    lost = {form for name in failed for form in _forms(name)}
    found: dict[int, str] = {}
    listed: dict[int, int] = {}
    wrong: list[Line] = []
    for line in lines:
        keys = list(_keys(line.what, path.parent))
        place = next((known[key] for key in keys if key in known), gone.get(Path(line.what).name))
        if place is None and lost.intersection(keys):
            continue
        if place is None:
            wrong.append(line)
        elif place in found:
            wrong.append(replace(line, earlier=listed[place]))
        else:
            found[place] = line.title
            listed[place] = line.number
    if wrong:
        shown, others = wrong[:MOST_TOLD], len(wrong[MOST_TOLD:])
        vain = next((line for line in shown if not line.earlier), None)
        cure = meant(vain.what[:LONGEST_TOLD], known) if vain else ""  # looks through all that is known, so once
        told = "; ".join(f"line {line.number}: {_why(line)}{cure if line is vain else ''}" for line in shown)
        more = f"; and {count(others, 'line')} more" if others else ""
        raise UsageError(f"--order-file {path}, {told}{more}")
    return found


def _why(line: Line) -> str:
    """What is wrong with a line."""
    if line.earlier:
        return f"line {line.earlier} lists the same thread; take one out"
    what = line.what[:LONGEST_TOLD]
    if _ID.fullmatch(line.what) or _ADDRESS.match(line.what):
        return f"thread {what} is in none of the pages given"
    return f"{what} is none of the pages given"


def _known(threads: Sequence[Named]) -> Mapping[str, int]:
    """Whatever a thread may be listed by → its place; what several could mean is the first one's."""
    known: dict[str, int] = {}
    for place, named in enumerate(threads):
        forms = (form for page in named.pages for form in _forms(page))
        for key in (*([named.thread.id] if named.thread.id else []), *forms):
            known.setdefault(key, place)
    for place, named in enumerate(threads):
        for post in named.thread.posts:
            if post.id:
                known.setdefault(post.id, place)
    return known


def _gone(threads: Sequence[Named]) -> Mapping[str, int]:
    """The name of a file that is not there any more → the thread's place, where no other thread is known by it."""
    places: dict[str, set[int]] = {}
    for place, named in enumerate(threads):
        for name in named.held:
            places.setdefault(name, set()).add(place)
    return {name: found.pop() for name, found in places.items() if len(found) == 1}


def _forms(page: str) -> Iterator[str]:
    """A path as it may be written: as given, whole, and the file's name alone."""
    yield page
    yield os.path.abspath(page)  # noqa: PTH100 - resolve() asks the disk about every page
    yield Path(page).name


def _keys(what: str, folder: Path) -> Iterator[str]:
    """What a line may mean, the likeliest first."""
    if address := _ADDRESS.match(what):
        yield address[1]
    elif _ID.fullmatch(what):
        yield what
    yield what
    yield os.path.abspath(folder / what)  # noqa: PTH100 - as above
    yield os.path.abspath(what)  # noqa: PTH100 - as above
