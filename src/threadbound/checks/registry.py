"""The checks by product. Each is imported when it is asked for, as the writers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from threadbound.book.book import Evidence
from threadbound.checks.report import CheckReport
from threadbound.model.thread import Thread
from threadbound.rendering.rendered import RenderedPicture

if TYPE_CHECKING:  # it is made of what lxml reads
    from threadbound.checks.proof import Proof

Check = Callable[[Path, Sequence[Thread], Sequence[Evidence], Sequence[RenderedPicture]], CheckReport]


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


def load(name: str, proofs: Mapping[str, Proof] | None = None) -> Check:
    """The check of a product.

    Args:
        name: a key of :data:`CHECKS`.
        proofs: what was found of an EPUB's chapters when they were made, by their ids.
    """
    check = CHECKS[name]()
    return partial(check, proofs=proofs) if proofs else check  # type: ignore[call-arg] # there are none of others
