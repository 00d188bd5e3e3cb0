"""The ``threadbound`` command without its check: what a PDF costs that is neither tagged nor read back.

    python benchmarks/unjudged.py pdf --pdf-variant pdf --attach none PAGE

Only to measure by: nothing else may write a book that nobody has read.
"""

from __future__ import annotations

from typing import Any

from threadbound.__main__ import main
from threadbound.checks import registry
from threadbound.checks.report import CheckReport


def unread(_product: str) -> Any:  # noqa: ANN401 - as the checks take them
    """A check that finds nothing, since it does not look."""
    return lambda *_: CheckReport(())


if __name__ == "__main__":
    registry.load = unread
    main()
