"""Whatever threads a collection has, its book holds every word, and what is copied out of it is each thread's own."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from threadbound import verification
from threadbound.cli.app import run

LINK = '<a class="entity-url" href="https://example.org/{0}">example.org/{0}</a>'
SCRIPTS = ["plain words", "👩🏽‍🔬", "🇫🇮 1️⃣", "漢字。かな！", "كتاب جميل", "ספר טוב", "währt", "e\u0301 ﬁ"]
WORDS = st.sampled_from([*SCRIPTS, LINK.format("a"), LINK.format("b")])
BODIES = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=3)


def ident(n: int) -> int:
    return (1609459200000 - 1288834974657 + n * 86_400_000) << 22


def chapter(pdf: Path, first: str, after: str | None) -> str:
    """What pypdf copies out of the pages of a chapter, without numbers of pages."""
    with pikepdf.open(pdf) as opened:
        index = {page.objgen: n for n, page in enumerate(opened.pages)}
        tree = pikepdf.NameTree(opened.Root.Names.Dests)
        start = index[tree[first][0].objgen]
        end = index[tree[after][0].objgen] if after else None
    reader = pypdf.PdfReader(io.BytesIO(pdf.read_bytes()))
    pages = (re.sub(r"\n(\d+|[ivx]+)\s*$", "", page.extract_text()) for page in reader.pages[start:end])
    return "".join("\n".join(pages).split())


@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(threads=st.lists(BODIES, min_size=3, max_size=5))
def test_a_thread_is_copied_out_of_a_collection_as_it_is_out_of_a_smaller_one(
    make_page: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, threads: list[list[str]]
) -> None:
    monkeypatch.setattr(verification, "JUDGES", ())
    folder = Path(tempfile.mkdtemp())
    try:
        for n, bodies in enumerate(threads):
            whole = [f"Thread number {n} begins.", *bodies]
            for place in ("all", "two" if n < 2 else "rest"):
                make_page(whole, folder=folder / place, name=f"{n}.html", first=ident(n))
        book, two = folder / "all.pdf", folder / "two.pdf"
        for saved, made in (("all", book), ("two", two)):
            assert run(["pdf", str(folder / saved), "-o", str(made), "-q", "--order", "given"]) == 0
            assert run(["verify", str(made), "-q"]) == 0
        one, after = f"t{ident(0)}", f"t{ident(1)}"
        assert chapter(book, one, after) == chapter(two, one, after)
        assert "Threadnumber0begins." in chapter(book, one, after)
    finally:
        shutil.rmtree(folder)
