"""The writers by name.

Each is imported when it is asked for: making an EPUB does not wait for WeasyPrint, nor a PDF for ebooklib.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from threadbound.writers.engine import Engine
from threadbound.writers.pdf_variants import DEFAULT, VARIANTS
from threadbound.writers.writer import Writer


def _epub(_cache: Path, _variant: str) -> Writer:
    from threadbound.writers.epub import EPUB  # noqa: PLC0415 - imports ebooklib

    return EPUB


def _pdf(cache: Path, variant: str) -> Writer:
    from threadbound.writers.pdf import writer  # noqa: PLC0415 - imports WeasyPrint

    return writer(cache, VARIANTS[variant])


def _weasyprint(cache: Path) -> Engine:
    from threadbound.writers import fonts  # noqa: PLC0415 - as above
    from threadbound.writers.pdf_piece import engine  # noqa: PLC0415 - as above

    fonts.activate(cache)
    return engine()


#: Name → how to get the engine that lays pieces out. A new engine is one line here.
ENGINES: dict[str, Callable[[Path], Engine]] = {"weasyprint": _weasyprint}
#: Name → how to get the writer. A new writer is one line here.
WRITERS: dict[str, Callable[[Path, str], Writer]] = {
    "epub": _epub,
    "pdf": _pdf,
}


def load(name: str, cache: Path, variant: str = DEFAULT) -> Writer:
    """The writer called ``name``, a key of :data:`WRITERS`.

    Args:
        name: what to write.
        cache: a folder for what can be made again.
        variant: the kind of PDF, where it is one: a key of ``pdf_variants.VARIANTS``.
    """
    return WRITERS[name](cache, variant)


def engine(name: str, cache: Path) -> Engine:
    """The engine called ``name``, a key of :data:`ENGINES`, the book's fonts made known to this process.

    Raises:
        SomethingMissing: what it needs is not installed.
        FileTrouble: the folder cannot be written.
    """
    return ENGINES[name](cache)
