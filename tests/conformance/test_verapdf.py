"""The outside judge of PDFs: veraPDF finds nothing, as PDF/A-3a and as PDF/UA-1, nor as any other variant."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from threadbound import batch
from threadbound.book.build import Binding, build
from threadbound.cli.app import run
from threadbound.collection import press
from threadbound.errors import NoThread, NoThreadText, SomethingMissing
from threadbound.model.media import Media
from threadbound.model.text import Link
from threadbound.model.thread import Card, Choice, Poll, Quote
from threadbound.options import BindOptions, FetchOptions, LookOptions, PageOptions, no_step
from threadbound.rendering.render import Rendering, compositor, render
from threadbound.rendering.theme import load
from threadbound.tools import verapdf
from threadbound.writers import pdf_variants, registry

pytestmark = pytest.mark.judge
SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))
POST = SAMPLES["post"]
#: Endings of saved pages.
PAGES = {".html", ".htm", ".mhtml", ".txt", ".md"}


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


@pytest.mark.parametrize("theme", ["serif", "sans"])
@pytest.mark.parametrize("links", ["endnote", "footnote", "inline"])
@pytest.mark.parametrize("count", [1, 2])
def test_emoji_in_running_heads_and_in_the_words_of_links(
    judge: Callable[[Path], list[str]],
    make_page: Callable[..., Path],
    tmp_path: Path,
    *,
    theme: str,
    links: str,
    count: int,
) -> None:
    folder, long = tmp_path / "saved", "Many words, so that a page is full. " * 30
    for number in range(count):
        bodies = [f"A heading 🔥 with fire {number}.", *[long] * 5, "<a href='https://example.org/x'>the 🔥 page</a>"]
        first = 1498301191378579461 + number * 10**15
        make_page(bodies, folder=folder, name=f"{number}.html", author="Perpetua 🔥 Quill", first=first)
    assert run(["pdf", str(folder), "-o", str(tmp_path / "b.pdf"), "--theme", theme, "--links", links]) == 0
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


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", pdf_variants.VARIANTS)
@pytest.mark.usefixtures("judge")
def test_every_variant_is_what_it_claims(
    name: str, count: int, example: Path, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    """One thread in one document, and a collection, joined."""
    variant, path, folder = pdf_variants.VARIANTS[name], tmp_path / "b.pdf", tmp_path / "saved"
    for number in range(count):
        first = 1498301191378579461 + number * 10**15
        make_page(
            [f"Number {number} 🔥 of {count}.", "More of it, #tag."], folder=folder, name=f"{number}.html", first=first
        )
    pages = example if count == 1 else folder
    attach = [] if variant.carries else ["--attach", "none"]
    assert run(["pdf", str(pages), "-o", str(path), "--language", "en", "--pdf-variant", name, *attach]) == 0
    claims = [variant.archive] * bool(variant.archive) + ["ua1"] * variant.is_accessible
    assert not [rule for claim in claims for rule in verapdf.validate(path, claim)]
    if not variant.is_accessible:
        assert verapdf.validate(path, "ua1")
    if name == "pdf":
        assert verapdf.validate(path, "3b")


@pytest.mark.corpus
@pytest.mark.parametrize("individual", [True, False])
def test_every_real_thread(
    judge: Callable[[Path], list[str]], corpus: Path, cache: Path, tmp_path: Path, *, individual: bool
) -> None:
    """All in one process: WeasyPrint and the judge start once."""
    folders = [corpus / "threadreader", corpus.parent / "seed"]
    pages = [str(path) for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in PAGES]
    report = batch.bind(
        pages,
        BindOptions(
            "pdf",
            None if individual else tmp_path / "all.pdf",
            tmp_path,
            individual=individual,
            cache_dir=cache,
            fetch=FetchOptions(offline=True),
        ),
    )
    assert {type(failure.error) for failure in report.failures} <= {NoThread, NoThreadText}
    assert sum(len(product.threads) for product in report.products) > 10
    assert not {product.path.name: rules for product in report.products if (rules := judge(product.path))}


LOOKS = {
    "serif on A4": (LookOptions(), PageOptions()),
    "sans, posts apart, on a Kindle": (
        LookOptions("sans", style="posts", links="inline"),
        PageOptions("kindle-scribe"),
    ),
    "notes at the foot of A5": (LookOptions(links="footnote"), PageOptions("a5")),
    "polished, on letter": (LookOptions(links="none", hyphenate=False, polish=True), PageOptions("letter")),
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("count", [1, 2])
def test_every_kind_of_block_in_any_look(
    look: str, count: int, judge: Callable[[Path], list[str]], cache: Path, tmp_path: Path
) -> None:
    photo, picture = SAMPLES["photo"], SAMPLES["picture"]
    small, tall = picture(), picture((400, 1600), "#223399")
    still = replace(photo(small, "He speaks"), kind="video", url="https://e.org/1.mp4", duration=102)
    answers = (Choice("Ja, aber nur bei Nacht", 3, 60.0), Choice("ספר", 2, 40.0))
    quote = Quote(
        "7", "https://x.com/q/status/7", "q", "Quill", "Eins.\n\nZwei, auf Deutsch gesagt.", media=(photo(small),)
    )
    posts = (
        POST(1, "A thread of everything that there is.", media=(photo(small), photo(tall, "A tall one"))),
        POST(2, "הספר הזה נכרך בחוט אחד ארוך, והחוט הוא הספר עצמו", media=(still,), polls=(Poll(answers, 5),)),
        POST(5, Link("https://e.org/a", "e.org/a"), quotes=(quote, Quote(url="https://x.com/r/status/8"))),
        POST(
            6,
            "1. One",
            media=(Media("image", "https://e.org/lost.jpg", ""),),
            cards=(Card("https://e.org", "T"),),
        ),
    )
    threads = [SAMPLES["thread"](*posts, id=str(n)) for n in range(count)]
    how, page = LOOKS[look]
    book = build(
        threads,
        Binding("Threadbound test", "2025-03-09T10:11:12Z", "en", style=how.style, links=how.links, polish=how.polish),
    )
    rendering = Rendering(load(how.theme), "print", "Threadbound test", cache=cache, look=how, page=page)
    path, store = tmp_path / "b.pdf", SAMPLES["store_of"](small, tall)
    writer = registry.load("pdf", cache)
    if count == 1:
        writer.write(render(book, store, rendering), path)
    else:
        chapters = {chapter.id: thread for chapter, thread in zip(book.chapters, threads, strict=True)}
        composing = compositor(book, store, rendering)
        order = press.Order(composing, chapters, pdf_variants.DEFAULT, (), no_step)
        assert press.suits(rendering)
        press.bind(lambda: order, count, writer.engine, cache, path)
    assert judge(path) == []


def test_the_judge_finds_what_is_wrong(judge: Callable[[Path], list[str]], tmp_path: Path) -> None:
    registry.load("pdf", tmp_path)  # its fonts first: whoever imports WeasyPrint first decides for the whole process
    import weasyprint  # noqa: PLC0415 - only to make a PDF that must fail

    weasyprint.HTML(string="<p>untagged, unmarked</p>").write_pdf(tmp_path / "bad.pdf")
    assert judge(tmp_path / "bad.pdf")
