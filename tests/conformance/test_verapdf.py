"""The outside judge of PDFs: veraPDF, as PDF/A-3a and as PDF/UA-1, finds nothing."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run
from threadbound.errors import SomethingMissing
from threadbound.tools import verapdf
from threadbound.writers import registry

pytestmark = pytest.mark.judge


@pytest.fixture(scope="module")
def judge() -> Callable[[Path], list[str]]:
    try:
        verapdf.start()
    except SomethingMissing as error:
        pytest.skip(str(error))
    return lambda path: [f"{flavour}: {rule}" for flavour in ("3a", "ua1") for rule in verapdf.validate(path, flavour)]


def test_the_example(judge: Callable[[Path], list[str]], example: Path, tmp_path: Path) -> None:
    assert run(["pdf", str(example), "-o", str(tmp_path / "b.pdf"), "--language", "en"]) == 0
    assert judge(tmp_path / "b.pdf") == []


def test_a_collection(judge: Callable[[Path], list[str]], make_page: Callable[..., Path], tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    make_page(["First of two threads, with a #tag."], folder=folder, name="a.html", first=1498301191378579461)
    make_page(["Second of two threads.", "ספר טוב אינו נגמר"], folder=folder, name="b.html")
    assert run(["pdf", str(folder), "-o", str(tmp_path / "b.pdf"), "--language", "en"]) == 0
    assert judge(tmp_path / "b.pdf") == []


def test_losses_and_odd_characters(
    judge: Callable[[Path], list[str]], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    lost = '<span class="entity-image"><img src="/images/1px.png" data-src="https://pbs.twimg.com/media/G.jpg"></span>'
    page = make_page(
        [
            f"A lost picture. {lost}",
            "A sign of cuneiform: \U00012000",
            "👩🏽‍🔬 🇺🇦 1️⃣ 𝓜𝓪𝓽𝓱 よい本",
            "1/ <a href='https://e.org'>e.org/…</a>",
        ]
    )
    assert run(["pdf", str(page), "-o", str(tmp_path / "b.pdf")]) == 3
    assert judge(tmp_path / "b.pdf") == []


def test_pictures_of_every_kind_and_a_tall_screenshot(
    judge: Callable[[Path], list[str]], make_page: Callable[..., Path], tmp_path: Path
) -> None:
    pictures = runpy.run_path(str(Path(__file__).parents[1] / "cli" / "test_pictures.py"))
    tall = pictures["saved"](pictures["SAMPLES"]["screenshot"](800, 4200), "PNG")
    posts = [*pictures["ODD"].values(), tall, pictures["picture"]((2400, 1600), form="JPEG")]
    page = make_page([f"Post {n} has one. {pictures['shown'](data)}" for n, data in enumerate(posts, 1)])
    assert run(["pdf", str(page), "-o", str(tmp_path / "b.pdf"), "--language", "en"]) == 0
    assert judge(tmp_path / "b.pdf") == []


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["seed/*.txt", "corpus/threadreader/full-html/*.html"])
def test_real_pages(name: str, judge: Callable[[Path], list[str]], corpus: Path, tmp_path: Path) -> None:
    (page,) = corpus.parent.glob(name)
    assert run(["pdf", str(page), "-o", str(tmp_path / "b.pdf"), "--language", "en"]) == 0
    assert judge(tmp_path / "b.pdf") == []


def test_the_judge_finds_what_is_wrong(judge: Callable[[Path], list[str]], tmp_path: Path) -> None:
    registry.load("pdf", tmp_path)  # its fonts first: whoever imports WeasyPrint first decides for the whole process
    import weasyprint  # noqa: PLC0415 - only to make a PDF that must fail

    weasyprint.HTML(string="<p>untagged, unmarked</p>").write_pdf(tmp_path / "bad.pdf")
    assert judge(tmp_path / "bad.pdf")
