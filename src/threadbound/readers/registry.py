"""The kinds of book that can be read again, and the door to them. Each reader is imported when it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from threadbound.errors import FileTrouble, NoThread, refused
from threadbound.readers import bounds
from threadbound.readers.bookfile import THREADS, BookFile, NotWhole, Reader

#: Bytes by which a book is known.
HEAD = 1024


def _readers() -> tuple[Reader, ...]:
    from threadbound.readers import epub, pdf  # noqa: PLC0415 - pikepdf takes a twentieth of a second

    return (
        Reader("epub", epub.is_epub, epub.opened, epub.remains),
        Reader("pdf", pdf.is_pdf, pdf.opened),
    )


@contextmanager
def opened(path: Path) -> Iterator[BookFile]:
    """The book at ``path``.

    Raises:
        NoThread: it is neither a PDF nor an EPUB.
        FileTrouble: it cannot be read.
    """
    with _reader(path).open(path) as book:
        yield book


@contextmanager
def left(path: Path) -> Iterator[BookFile]:
    """The book at ``path``, or what is left of one that was cut short.

    Raises:
        NoThread: it is neither a PDF nor an EPUB.
        FileTrouble: it cannot be read, and nothing of its threads is left.
    """
    reader = _reader(path)
    with ExitStack() as stack:
        try:
            book = stack.enter_context(reader.open(path))
        except NotWhole:
            if not reader.remains or path.stat().st_size > bounds.MAX_CARRIED:  # what is left is held in memory
                raise
            book = stack.enter_context(reader.remains(path))
            if not any(part.name in THREADS for part in book.carried):
                raise
        yield book


def _reader(path: Path) -> Reader:
    reader = next((reader for reader in _readers() if reader.matches(_head(path))), None)
    if reader is None:
        raise NoThread(f"{path}: neither a PDF nor an EPUB; give a book that threadbound made")
    return reader


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileTrouble(f"{path}: a folder; give a book in it")
        if path.exists() and not path.is_file():
            raise FileTrouble(f"{path}: no plain file; give a book")
        with path.open("rb") as file:
            return file.read(HEAD)
    except FileNotFoundError as error:
        raise FileTrouble(f"{path}: there is no such file; check the path") from error
    except PermissionError as error:
        raise FileTrouble(f"{path}: it may not be read; change its permissions") from error
    except (OSError, ValueError) as error:
        reason = refused(error) if isinstance(error, OSError) else "no possible path"
        raise FileTrouble(f"{path}: {reason.removeprefix(f'{path}: ')}") from error
