"""The checks by product. Each is imported when it is asked for, as the writers are."""

from __future__ import annotations

from collections.abc import Callable

from threadbound.checks.report import CheckReport

#: Takes the file, its threads, its evidence and its pictures; of an EPUB what was proven of it when it was made too.
Check = Callable[..., CheckReport]


def _epub() -> Check:
    from threadbound.checks.epub import check  # noqa: PLC0415 - imports lxml

    return check


def _pdf() -> Check:
    from threadbound.checks.pdf import check  # noqa: PLC0415 - imports PDFium

    return check


#: Name of the product → how to get its check.
CHECKS: dict[str, Callable[[], Check]] = {
    "epub": _epub,
    "pdf": _pdf,
}


def load(name: str) -> Check:
    """The check of products called ``name``, a key of :data:`CHECKS`."""
    return CHECKS[name]()
