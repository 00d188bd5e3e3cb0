"""A WeasyPrint that is built otherwise is refused, not used with half of what a book needs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from threadbound.errors import SomethingMissing
from threadbound.writers import pdf, pdf_library, tested


def test_the_one_that_is_installed_is_known(tmp_path: Path) -> None:
    pdf.writer(tmp_path)  # first the book's own fonts
    tested.refuse_others(pdf_library.weasyprint())


@pytest.mark.parametrize("page", [SimpleNamespace(), SimpleNamespace(remake_page=lambda other: other)])
def test_another_is_refused(page: Any, tmp_path: Path) -> None:
    pdf.writer(tmp_path)
    real = pdf_library.weasyprint()
    parts = {"document": real.document, "pdf": real.pdf, "draw": real.draw, "layout": SimpleNamespace(page=page)}
    other = SimpleNamespace(VERSION="71.0", **parts)
    with pytest.raises(SomethingMissing, match=r"WeasyPrint 71.0 is not built .*layout.page.remake_page"):
        tested.refuse_others(other)
