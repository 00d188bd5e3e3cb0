"""The check of a PDF finds whatever is taken from it (here: whatever the thread has more than the book)."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from msgspec.structs import replace

from threadbound import batch, pipeline
from threadbound.book.book import Evidence
from threadbound.checks import pdf_words, registry
from threadbound.checks.pdf import check
from threadbound.checks.report import CheckReport
from threadbound.checks.words import expected
from threadbound.cli.app import run
from threadbound.media.pictures import Pictures
from threadbound.model.media import Media
from threadbound.model.text import Break, Link, Mention, Text
from threadbound.model.thread import Card, Post, Quote, Thread
from threadbound.options import BindOptions
from threadbound.rendering.rendered import RenderedPicture
from threadbound.writers import fonts

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))

Shown = tuple[RenderedPicture, ...]
Bound = tuple[Path, Thread, Shown]


def _bound(page: Path, folder: Path) -> Bound:
    """The book of a page, and the pictures that it was checked with."""
    shown: list[Shown] = []

    def spying(*given: Any) -> CheckReport:
        shown.append(given[3])
        return check(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry.CHECKS, "pdf", lambda: spying)
        report = batch.bind([str(page)], BindOptions("pdf", output=folder / "b.pdf", cache_dir=folder / "cache"))
    (product,) = report.products
    return product.path, product.threads[0], shown[0]


@pytest.fixture(scope="module")
def bound(tmp_path_factory: pytest.TempPathFactory) -> Bound:
    return _bound(
        Path(__file__).resolve().parents[3] / "examples" / "how-a-book-is-sewn.html", tmp_path_factory.mktemp("bound")
    )


def _post(thread: Thread, n: int, change: Callable[[Post], Post]) -> Thread:
    return replace(thread, posts=tuple(change(post) if post.n == n else post for post in thread.posts))


def test_the_book_as_it_is_has_nothing_missing(bound: Bound) -> None:
    path, thread, shown = bound
    assert check(path, [thread], (), shown).ok


LOST = Media("image", "https://pbs.twimg.com/a.jpg", "", sha256="0" * 64, width=77, height=33)
SABOTAGE: dict[str, tuple[str, Callable[[Thread], Thread]]] = {
    "a word more": (
        "words.missing",
        lambda t: _post(t, 4, lambda p: replace(p, body=(*p.body, Text(" never printed")))),
    ),
    "a letter changed": (
        "words.missing",
        lambda t: _post(t, 2, lambda p: replace(p, body=(Text("A bock does not begin as pages."), *p.body[1:]))),
    ),
    "two posts swapped": (
        "words.missing",
        lambda t: replace(t, posts=(*t.posts[:4], t.posts[5], t.posts[4], *t.posts[6:])),
    ),
    "a post more": ("words.missing", lambda t: replace(t, posts=(*t.posts, Post(13, body=(Text("One more thing"),))))),
    "a link more": (
        "link.missing",
        lambda t: _post(t, 3, lambda p: replace(p, body=(*p.body, Link("https://example.org/gone", "x")))),
    ),
    "a card more": (
        "link.missing",
        lambda t: _post(t, 3, lambda p: replace(p, cards=(Card("https://example.org/card"),))),
    ),
    "a quoted word more": (
        "words.missing",
        lambda t: _post(t, 3, lambda p: replace(p, quotes=(Quote(text="unheard of"),))),
    ),
    "one of two pictures of a size": (
        "picture.missing",
        lambda t: _post(t, 3, lambda p: replace(p, media=(replace(t.posts[8].media[0], sha256="0" * 64),))),
    ),
    "a name that answers": (
        "words.missing",
        lambda t: _post(t, 3, lambda p: replace(p, body=(Mention("neverheard", reply=True), Text(" "), *p.body))),
    ),
    "a person more": (
        "link.missing",
        lambda t: _post(t, 3, lambda p: replace(p, body=(*p.body, Mention("smallpressroom", "https://example.org/x")))),
    ),
    "a word in Hindi": ("words.missing", lambda t: _post(t, 3, lambda p: replace(p, body=(*p.body, Text(" नमस्ते"))))),
    "a picture more": ("picture.missing", lambda t: _post(t, 3, lambda p: replace(p, media=(LOST,)))),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_what_is_missing_is_found(name: str, bound: Bound) -> None:
    path, thread, shown = bound
    code, change = SABOTAGE[name]
    assert code in {finding.code for finding in check(path, [change(thread)], (), shown).findings}


def test_missing_evidence_is_found(bound: Bound) -> None:
    path, thread, shown = bound
    other = Evidence("thread.json", "application/json", "", "Data", b"something else")
    assert [finding.code for finding in check(path, [thread], [other], shown).findings] == ["evidence.missing"]


@pytest.mark.parametrize("keep", [0, 10, 1000, -1000])
def test_a_file_cut_short_is_no_whole_pdf(keep: int, bound: Bound, tmp_path: Path) -> None:
    path, thread, shown = bound
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(path.read_bytes()[:keep])
    assert not check(cut, [thread], (), shown).ok


def test_every_script_is_found_again(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page = make_page(
        [
            "Every script of the house stands here.",
            "ספר טוב אינו נגמר בעמוד האחרון, הוא רק מחכה לקורא הבא בשנת 1998",
            "الكتاب الجيد لا ينتهي عند صفحته الأخيرة، بل ينتظر قارئه التالي",
            "よい本は最後の頁で終わらない。次の読者を静かに待っているだけだ。",
            "好书不会在最后一页结束。좋은 책은 마지막 쪽에서 끝나지 않는다.",
            "Хорошая книга не кончается на последней странице · Ένα καλό βιβλίο δεν τελειώνει",
            "𝓜𝓪𝓽𝓱 𝐛𝐨𝐥𝐝 ﬁne ½ naïve Tiếng Việt đẹp",
            "👩🏽‍🔬 🏳️‍🌈 🇺🇦 1️⃣ ❤️ emoji of every kind 🧵 ™️ ©️ ® ☺︎ #️⃣",
            "नमस्ते दुनिया, यह एक अच्छी किताब है",
            "நல்ல புத்தகம் கடைசி பக்கத்தில் முடிவதில்லை",
            "একটি ভালো বই শেষ পৃষ্ঠায় শেষ হয় না",
            "ഒരു നല്ല പുസ്തകം അവസാന പേജിൽ അവസാനിക്കുന്നില്ല",
            "សៀវភៅល្អមិនចប់នៅទំព័រចុងក្រោយទេ",
            "ကောင်းသောစာအုပ်သည် နောက်ဆုံးစာမျက်နှာတွင် မပြီးဆုံးပါ",
            "หนังสือที่ดีไม่จบที่หน้าสุดท้าย น้ำ ทำ",
            "الكتب الجيدة لا تنتهي، والكتاب mixed with Latin ينتظر",
            "סֵפֶר טוֹב אֵינוֹ נִגְמָר",
            "N" + "o" * 100 + " said the wolf",
            "a" * 280,
        ]
    )
    options = BindOptions("pdf", output=tmp_path / "b.pdf", cache_dir=tmp_path)
    report = batch.bind([str(page)], options)
    assert not report.failures
    assert check(tmp_path / "b.pdf", [pipeline.read(str(page), Pictures()).thread]).ok


def test_a_character_that_no_font_has_is_named_and_is_a_loss(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page = make_page(["A cuneiform sign, \U00012000, stands in this post."])
    options = BindOptions("pdf", output=tmp_path / "b.pdf", cache_dir=tmp_path)
    (product,) = batch.bind([str(page)], options).products
    assert [(notice.code, notice.where) for notice in product.losses] == [("font.missing-glyph", "U+12000")]
    with pypdfium2.PdfDocument(product.path) as document:
        words = " ".join(document[0].get_textpage().get_text_range().split())
        assert "A cuneiform sign, [U+12000], stands" in words
    report = batch.bind([str(page)], BindOptions("pdf", output=tmp_path / "c.pdf", cache_dir=tmp_path, strict=True))
    assert report.exit_code == 7
    assert not (tmp_path / "c.pdf").exists()


def test_what_only_the_shaper_misses_is_named_all_the_same(
    make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "lacking", lambda text, cache: frozenset())  # noqa: ARG005 - its signature
    page = make_page(["A cuneiform sign, \U00012000, stands in this post."])
    (product,) = batch.bind([str(page)], BindOptions("pdf", output=tmp_path / "b.pdf", cache_dir=tmp_path)).products
    assert [(notice.code, notice.where) for notice in product.losses] == [("font.missing-glyph", "U+12000")]


def test_what_the_shaper_misses_only_beside_the_name_of_another_is_named_too(
    make_page: Callable[..., Path], tmp_path: Path
) -> None:
    page = make_page(["Words first.", "\u088c\u08db\u08b7\u089d\u08ef\u0883\u08b2 and \u08f2 \u0890 \u0883 \u08f3"])
    (product,) = batch.bind([str(page)], BindOptions("pdf", output=tmp_path / "b.pdf", cache_dir=tmp_path)).products
    assert "U+0890" in {notice.where for notice in product.losses}


def _made(folder: Path, cache: Path, *threads: Thread) -> pipeline.Product:
    """The book of these threads, checked as every book is: where one is not whole there is none."""
    pages = [pipeline.Page("p", SAMPLES["capture"](), each, each, pipeline.Search((), Pictures())) for each in threads]
    options = BindOptions("pdf", output=folder / "b.pdf", cache_dir=cache)
    return pipeline.make(pipeline.Content(tuple(pages)), Pictures(), options, folder / "b.pdf")


def test_a_name_with_a_character_that_no_font_has_is_found(tmp_path: Path, cache: Path) -> None:
    words = Mention("mara \U00012000 שלום", reply=True)
    read = SAMPLES["thread"](SAMPLES["post"](1, words, Text(" is answered.")), SAMPLES["post"](2, words, " again."))
    product = _made(tmp_path, cache, read)
    assert [notice.where for notice in product.losses] == ["U+12000"]


def test_words_in_a_line_with_a_name_that_pdfium_reorders_are_found(tmp_path: Path, cache: Path) -> None:
    """It gives かな。漢字 beside a name in Arabic, where a chapter is a piece that is checked by itself."""
    answer = SAMPLES["post"](2, Mention("ٱلرَّحِيمِ", reply=True), Text("漢字。かな"))
    first, second = (SAMPLES["thread"](SAMPLES["post"](1, "Words."), answer, id=uid) for uid in ("7", "8"))
    assert len(_made(tmp_path, cache, first, second).threads) == 2


def test_words_that_a_post_lost_are_missing_also_beside_a_name_that_pdfium_reorders(
    tmp_path: Path, cache: Path
) -> None:
    """Their letters stand in other posts too."""
    first, last = SAMPLES["post"](1, "It begins."), SAMPLES["post"](3, "A quartz kiln, and a lynx by the quay.")
    name = Mention("ٱلرَّحِيمِ", reply=True)
    whole, less = (
        SAMPLES["thread"](first, SAMPLES["post"](2, name, Text(words)), last) for words in ("Quartz by a kiln.", "It.")
    )
    path = _made(tmp_path, cache, less).path
    assert check(path, [less]).ok
    assert [finding.code for finding in check(path, [whole]).findings] == ["words.missing"]


def test_words_behind_a_link_in_a_line_with_names_that_pdfium_reorders_are_found(tmp_path: Path, cache: Path) -> None:
    """It gives "now example.org/b See", and the address stands once more in the notes."""
    names = (Mention("ٱلرَّحِيمِ", reply=True), Mention("ٱلرَّحِيمِٱلرَّحِيمِ", reply=True))
    link = Link("https://example.org/b", "example.org/b")
    answer = SAMPLES["post"](2, *names, Text("See "), link, Text(" now"))
    posts = (SAMPLES["post"](1, "Words."), answer, SAMPLES["post"](3, "More words."))
    first, second = (SAMPLES["thread"](*posts, id=uid) for uid in ("7", "8"))
    assert len(_made(tmp_path, cache, first, second).threads) == 2


def test_whom_a_post_answers_may_stand_in_a_line_with_its_first_words_alone() -> None:
    name, link = Mention("ٱلرَّحِيمِ", reply=True), Link("https://example.org/", "example.org")
    long = " and more" * 16
    answer, lines, plain = expected(
        SAMPLES["thread"](
            SAMPLES["post"](1, name, Text("One "), link, Text(long), link, Text(" two")),
            SAMPLES["post"](2, name, Text("One"), Break(), Text("two "), link),
            SAMPLES["post"](3, "Others."),
        )
    )
    assert [pdf_words.is_mixed(answer, k) for k in range(len(answer.runs))] == [True, True, True, False, False]
    assert [pdf_words.is_mixed(lines, k) for k in range(len(lines.runs))] == [True, False]
    assert not pdf_words.is_mixed(plain)


@pytest.fixture
def tall(make_page: Callable[..., Path], tmp_path: Path) -> Bound:
    pictures = runpy.run_path(str(Path(__file__).parents[2] / "cli" / "test_pictures.py"))
    data = pictures["saved"](pictures["SAMPLES"]["screenshot"](640, 5120), "PNG")
    wide = pictures["picture"]((2400, 1600), form="JPEG")
    return _bound(make_page([f"A post has it. {pictures['shown'](one)}" for one in (data, wide)]), tmp_path)


def test_derivatives_and_parts_stand_for_their_originals(tall: Bound) -> None:
    path, thread, shown = tall
    sizes = {picture.derivative.recipe.size for picture in shown if picture.derivative}
    assert {(640, 5120), (1418, 945)} <= sizes
    assert check(path, [thread], (), shown).ok


@pytest.mark.parametrize("change", ["a part", "the size"])
def test_a_part_or_a_derivative_that_is_missing_is_found(change: str, tall: Bound) -> None:
    path, thread, shown = tall
    altered = []
    for picture in shown:
        assert picture.derivative
        made = replace(picture.derivative, recipe=replace(picture.derivative.recipe, size=(77, 33)))
        other = (
            replace(picture, windows=picture.windows + 1) if change == "a part" else replace(picture, derivative=made)
        )
        altered.append(other if picture.windows > 1 else picture)
    assert [finding.code for finding in check(path, [thread], (), altered).findings] == ["picture.missing"]


@pytest.mark.parametrize(
    ("words", "found"), [("@שלום", True), ("@שלוםץ", False), ("@mara", False), ("mara@", True), ("@مرحبا", False)]
)
def test_words_apart_that_run_from_right_to_left_are_compared_by_their_letters(words: str, found: bool) -> None:  # noqa: FBT001 - a table
    page = pdf_words.fold("mara@ says שלום@ and more")
    chapter = pdf_words.Chapter(page, (len(page),), frozenset())
    assert (pdf_words.fold(words) in page or pdf_words.has_letters(chapter, words)) == found


@pytest.mark.parametrize(
    "words", ["𝟙𝟚 → Donau", "שלום 𝐐𝑪 xyz", "א𝍔ב a⑥", "قال ﷺ كذا", "Z\u0334\u0322\u031ba\u0337\u035d\u0361l\u0335gow"]
)
def test_what_pdfium_loses_among_hard_words_is_found_in_what_the_glyphs_say(words: str) -> None:
    read, other = pdf_words.fold("and more"), "Plain words, of which nothing may be lost"

    def lost(words: str, drawn: str) -> bool:
        chapter = pdf_words.Chapter(read, (len(read),), frozenset(), lambda: pdf_words.fold(drawn))
        run = pdf_words.Run(pdf_words.fold(words), words, "", pdf_words.is_hard(words))
        return pdf_words.lost(chapter, [run]) == [run]

    assert not lost(words, f"and {words} more")
    assert lost(words, f"and {words[:-1]} more")
    assert lost(other, other)


@pytest.mark.parametrize(
    ("text", "lost"),
    [("read on (so) כי never (so)", 0), ("read on (so) כי never", 1), ("read on כי never (so) (so)", 1)],
)
def test_words_in_brackets_are_looked_for_in_their_order(text: str, lost: int) -> None:
    read = pdf_words.fold(text)
    words = (("read on (so)", False), ("כי never", True), ("(so)", False))
    runs = [pdf_words.Run(pdf_words.fold(run), run, "", is_mixed=mixed) for run, mixed in words]
    assert len(pdf_words.lost(pdf_words.Chapter(read, (len(read),), frozenset()), runs)) == lost


@pytest.mark.parametrize(("text", "lost"), [("כי never again. never again.", 0), ("כי never again.", 1)])
def test_words_that_stand_in_a_post_that_pdfium_may_reorder_pass_for_no_others(text: str, lost: int) -> None:
    read = pdf_words.fold(text)
    words = (("כי never again.", True), ("never again.", False))
    runs = [pdf_words.Run(pdf_words.fold(run), run, "", is_mixed=mixed) for run, mixed in words]
    assert len(pdf_words.lost(pdf_words.Chapter(read, (len(read),), frozenset()), runs)) == lost


def test_words_behind_those_that_pdfium_reorders_are_found(make_page: Callable[..., Path], tmp_path: Path) -> None:
    """It gives the link before the words that lead to it; the address stands once more in the notes."""
    link = '<a class="entity-url" href="https://example.org/b">example.org/b</a>'
    page = make_page(["It begins.", f"كتاب جميل {link} كتاب جميل", "weiter", "und weiter"])
    assert run(["pdf", "-q", str(page), "-o", str(tmp_path / "b.pdf")]) == 0


@pytest.mark.parametrize(
    ("text", "lost"),
    [("كتاب 10% [ so", 0), ("كتاب 10% ] so", 0), ("كتاب 10% so", 1), ("كتاب 10% ) so", 1), ("10% ] so", 1)],
)
def test_brackets_may_be_mirrored_among_words_from_right_to_left(text: str, lost: int) -> None:
    chapter = pdf_words.Chapter(pdf_words.fold(text), (), frozenset())
    assert len(pdf_words.lost(chapter, [pdf_words.Run("10%[", "10% [", "", is_mixed=False)])) == lost


@pytest.mark.parametrize(("text", "lost"), [("weiter und", 0), ("und", 1), ("und weiter", 1)])
def test_words_behind_those_that_pdfium_reorders_are_not_found_where_they_are_not(text: str, lost: int) -> None:
    read = pdf_words.fold(f"link كتاب {text} and, at the end, link")
    chapter = pdf_words.Chapter(read, (len(read),), frozenset())
    mixed = [pdf_words.Run(pdf_words.fold(words), words, "", is_mixed=True) for words in ("كتاب", "link")]
    plain = [pdf_words.Run(words, words, "", is_mixed=False) for words in ("weiter", "und")]
    assert len(pdf_words.lost(chapter, [*mixed, *plain])) == lost


def test_a_piece_may_leave_the_addresses_of_what_stands_elsewhere_to_the_whole_book(
    make_page: Callable[..., Path], tmp_path: Path
) -> None:
    url = "https://twitter.com/mara/status/1001"
    page = make_page(["First of all. So it goes."])
    book = tmp_path / "b.pdf"
    assert run(["pdf", str(page), "-o", str(book)]) == 0
    read = pipeline.read(str(page), Pictures()).thread
    linking = replace(read, posts=(replace(read.posts[0], body=(*read.posts[0].body, Link(url, ""))),))
    assert [finding.code for finding in check(book, [linking]).findings] == ["link.missing"]
    assert check(book, [linking], crossings={url}).ok


def test_words_of_contents_indexes_and_other_chapters_pass_for_no_words_that_a_chapter_lost(
    make_page: Callable[..., Path], tmp_path: Path
) -> None:
    tag = '<a class="entity-hashtag" href="https://twitter.com/hashtag/Maps">#Maps</a>'
    first = make_page(
        [f"First of all it rained. So it goes {tag}."], folder=tmp_path / "s", name="a.html", first=1 << 60
    )
    other = make_page(["Then the sun came out. So it goes."], folder=tmp_path / "s", name="b.html", first=(1 << 60) + 9)
    book = tmp_path / "b.pdf"
    assert run(["pdf", str(tmp_path / "s"), "-o", str(book)]) == 0
    one, two = (pipeline.read(str(page), Pictures()).thread for page in (first, other))
    assert check(book, [one, two]).ok
    for words in ("Hashtags", "Contents", "First of all it rained", "About this edition", "Colophon"):
        more = replace(two, posts=(*two.posts, Post(2, body=(Text(words),))))
        assert [finding.code for finding in check(book, [one, more]).findings] == ["words.missing"]
    more = replace(one, posts=(*one.posts, Post(2, body=(Text("Then the sun came out"),))))
    assert [finding.code for finding in check(book, [more, two]).findings] == ["words.missing"]
