"""Binding what was extracted gives the same bytes: of any thread, with pictures of every kind, in both products."""

from __future__ import annotations

import runpy
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image, ImageCms

from threadbound import pipeline
from threadbound.cli.app import run
from threadbound.containers.capture import Capture, nothing
from threadbound.digests import sha256
from threadbound.extraction import extract
from threadbound.media.collect import Search
from threadbound.media.pictures import Pictures
from threadbound.model.media import Media
from threadbound.model.thread import Author, CaptureNote, Card, Quote, Thread
from threadbound.options import BindOptions
from threadbound.pipeline import Page

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
SAMPLES = runpy.run_path(str(HERE.parent / "samples.py"))
CLI = runpy.run_path(str(HERE.parent / "cli" / "test_pictures.py"))
ODD, picture, saved = CLI["ODD"], SAMPLES["picture"], CLI["saved"]
PRODUCTS = ("pdf", "epub")


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture in which every pixel counts."""
    return Image.merge("RGB", [Image.effect_noise(size, k) for k in (40, 70, 90)]).convert(mode)


def with_alpha(mode: str) -> Image.Image:
    image = noise((90, 60), mode.removesuffix("A"))
    image.putalpha(Image.linear_gradient("L").resize((90, 60)))
    return image


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
#: Everything that is stored otherwise in one of the products than it was saved with the page.
PICTURES: dict[str, bytes] = {
    **ODD,
    "one bit": saved(Image.linear_gradient("L").resize((80, 50)).convert("1"), "PNG"),
    "palette": saved(noise((90, 60)).quantize(16), "PNG"),
    "transparent palette": saved(noise((90, 60)).quantize(16), "PNG", transparency=3),
    "one transparent colour": saved(Image.new("RGB", (90, 60), "#123456"), "PNG", transparency=(18, 52, 86)),
    "grey": saved(noise((90, 60), "L"), "PNG"),
    "one transparent grey": saved(noise((90, 60), "L"), "PNG", transparency=100),
    "bits, one of them transparent": saved(noise((90, 60), "L").convert("1"), "PNG", transparency=0),
    "grey and see-through": saved(with_alpha("LA"), "PNG"),
    "see-through": saved(with_alpha("RGBA"), "PNG"),
    "black and white in colour": saved(Image.new("RGB", (90, 60), "white"), "PNG"),
    "grey photograph": saved(noise((300, 200), "L"), "JPEG"),
    "large photograph": saved(noise((1811, 1303)), "JPEG", quality=60),
    "large drawing": saved(noise((130, 90)).quantize(8).resize((1711, 907)), "PNG"),
    "turned": saved(noise((300, 200)), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"),
    "with a profile": saved(noise((90, 60)), "PNG", icc_profile=SRGB),
    "strip": saved(noise((1900, 40)), "PNG"),
    "large GIF": saved(noise((1700, 300)).quantize(16), "GIF"),
    "tall drawing": saved(SAMPLES["screenshot"](400, 2600).quantize(32), "PNG"),
    "tall photograph": saved(SAMPLES["screenshot"](403, 2707), "JPEG"),
    "tall WebP": saved(SAMPLES["screenshot"](344, 2703), "WEBP"),
    "tall and see-through": saved(SAMPLES["screenshot"](340, 2520).convert("RGBA"), "WEBP", lossless=True),
    "tall animation": saved(
        Image.new("RGB", (330, 3000), "red"),
        "GIF",
        save_all=True,
        append_images=[Image.new("RGB", (330, 3000), "blue")],
    ),
}


@pytest.fixture
def bound_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Path, Path]]:
    """Binds, extracts, and binds what was extracted with an empty cache; gives both books."""

    def bind(product: str, *pages: Path, options: str = "", code: int = 0) -> tuple[Path, Path]:
        first, second, folder = (tmp_path / name for name in (f"a.{product}", f"b.{product}", "extracted"))
        given = options.split()
        for book, source in ((first, [str(page) for page in pages]), (second, [str(folder)])):
            monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"cache-{book.stem}"))
            assert run([product, *source, "-o", str(book), "-f", "-q", *given]) == code
            if book is first:
                assert run(["extract", str(first), "-d", str(folder), "-f", "-q"]) == 0
        return first, second

    return bind


@pytest.fixture
def paged(make_page: Callable[..., Path]) -> Callable[..., Path]:
    """A saved page with a post for each picture."""

    def page(*pictures: bytes, **given: Any) -> Path:
        bodies = [f"Post {n} has a picture. {CLI['shown'](data)}" for n, data in enumerate(pictures, 1)]
        return make_page(bodies, **given)

    return page


@pytest.mark.parametrize("options", ["", "--theme sans --style posts --polish"])
@pytest.mark.parametrize("product", PRODUCTS)
def test_the_example(product: str, options: str, example: Path, bound_again: Callable[..., tuple[Path, Path]]) -> None:
    first, second = bound_again(product, example, options=options)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("options", ["", "--grayscale", "--image-max-size 233 --image-quality 60 --attach json"])
@pytest.mark.parametrize("product", PRODUCTS)
def test_pictures_of_every_kind(
    product: str,
    options: str,
    paged: Callable[..., Path],
    bound_again: Callable[..., tuple[Path, Path]],
) -> None:
    first, second = bound_again(product, paged(*PICTURES.values()), options=options)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_collection(
    product: str, paged: Callable[..., Path], example: Path, bound_again: Callable[..., tuple[Path, Path]]
) -> None:
    pages = [
        paged(ODD["WebP"], PICTURES["tall WebP"], name="a.html", first=1498301191378579461),
        paged(ODD["WebP"], name="b.html"),
        example,
    ]
    first, second = bound_again(product, *pages, options="--attach page,json")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_portrait_that_the_cover_shows_larger_than_the_page_does(product: str, tmp_path: Path, cache: Path) -> None:
    portrait = saved(noise((400, 400)), "JPEG")
    first, second = _bound_and_again(
        tmp_path, cache, product, [_with_portrait(portrait, k) for k in (101, 102)], [portrait]
    )
    assert first == second


def _with_portrait(portrait: bytes, uid: int) -> Thread:
    author = Author("mara", "Mara", avatar="https://pbs.twimg.com/a.jpg", avatar_sha256=sha256(portrait))
    return SAMPLES["thread"](SAMPLES["post"](1, "Words."), id=str(uid), author=author)


def _bound_and_again(
    folder: Path, cache: Path, product: str, threads: list[Thread], originals: list[bytes]
) -> tuple[bytes, bytes]:
    """A book of these threads, and the book of what was extracted from it, each without any derivative kept."""
    store: Pictures = SAMPLES["store_of"](*originals)
    threads = [
        replace(thread, captures=(replace(thread.captures[0], sha256=sha256(bytes([k]))),))
        for k, thread in enumerate(threads)
    ]
    pages = [
        Page("p", Capture(each.captures[0], bytes([k]), "", "html", nothing), each, each, Search((), store))
        for k, each in enumerate(threads)
    ]
    first, second = folder / f"a.{product}", folder / f"b.{product}"
    options = BindOptions(product=product, cache_dir=cache, force=True)
    pipeline.make(pipeline.Content(tuple(pages)), store, options, first)
    extract(first, folder / "out", force=True)
    again = Pictures()
    shutil.rmtree(cache / "derived")
    pages = pipeline.read_all(str(folder / "out"), again)
    pipeline.make(pipeline.Content(tuple(pages)), again, options, second)
    return first.read_bytes(), second.read_bytes()


FOUND = [PICTURES[name] for name in ("WebP", "animated WebP", "grey photograph", "palette", "see-through", "tall WebP")]


def photos() -> st.SearchStrategy[Media]:
    return st.builds(SAMPLES["photo"], st.sampled_from(FOUND), st.sampled_from(["", "Maps & <lines>"]))


def threads() -> st.SearchStrategy[Thread]:
    """Threads of any words, with pictures that are there in every place that has one."""
    plain = st.sampled_from(["Words & <more>", "漢字。かな", "καλημέρα", "", "Why? 1/2", "👩🏽‍🔬"])
    words = plain | st.lists(st.sampled_from(SAMPLES["HARD"]), min_size=1, max_size=3).map(" ".join)
    pictures = st.lists(photos(), max_size=4).map(tuple)
    quotes = st.builds(Quote, url=SAMPLES["urls"](), text=words, media=pictures)
    cards = st.builds(Card, SAMPLES["urls"](), words, words, st.none() | photos())
    posts = st.builds(
        lambda post, media, quotes, cards: replace(post, media=media, quotes=quotes, cards=cards),
        SAMPLES["posts"](words, st.lists(SAMPLES["inlines"](words), max_size=5).map(SAMPLES["tidy"])),
        pictures,
        st.lists(quotes, max_size=1).map(tuple),
        st.lists(cards, max_size=1).map(tuple),
    )
    author = st.builds(
        lambda handle, data: Author(handle, handle, avatar="https://e.org/a", avatar_sha256=data and sha256(data)),
        words,
        st.none() | st.sampled_from(FOUND[:5]),
    )
    return st.builds(
        lambda thread, author, name: replace(
            thread, author=author, captures=(CaptureNote(name, "html", "ab" * 32),), notices=()
        ),
        SAMPLES["threads"](words, posts),
        author,
        words,
    )


@pytest.mark.parametrize("product", PRODUCTS)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes
)
@given(found=st.lists(threads(), min_size=1, max_size=2))
def test_any_threads(product: str, cache: Path, found: list[Thread]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="threadbound-"))
    try:
        first, second = _bound_and_again(folder, cache, product, found, FOUND)
        assert first == second
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(("product", "other"), [PRODUCTS, PRODUCTS[::-1]])
def test_what_came_from_one_product_makes_a_whole_book_of_the_other(
    product: str, other: str, paged: Callable[..., Path], tmp_path: Path
) -> None:
    page = paged(*PICTURES.values())
    assert run([product, str(page), "-o", str(tmp_path / f"a.{product}"), "-q"]) == 0
    assert run(["extract", str(tmp_path / f"a.{product}"), "-d", str(tmp_path / "out"), "-q"]) == 0
    assert run([other, str(tmp_path / "out"), "-o", str(tmp_path / f"b.{other}"), "-q"]) == 0


def test_what_is_made_of_a_stand_in_is_not_taken_for_what_is_made_of_the_original(
    paged: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache that has seen an extracted book gives the original page's book all the same."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    page = paged(saved(noise((2000, 1500)), "WEBP", quality=90), saved(noise((1500, 1300)), "WEBP"))
    books = [tmp_path / f"{n}.pdf" for n in "ab"]
    assert run(["pdf", str(page), "-o", str(books[0]), "-q"]) == 0
    assert run(["epub", str(page), "-o", str(tmp_path / "a.epub"), "-q"]) == 0
    assert run(["extract", str(tmp_path / "a.epub"), "-d", str(tmp_path / "out"), "-q"]) == 0
    shutil.rmtree(tmp_path / "cache")
    assert run(["pdf", str(tmp_path / "out"), "-o", str(tmp_path / "c.pdf"), "-q"]) == 0
    assert run(["pdf", str(page), "-o", str(books[1]), "-q"]) == 0
    assert books[0].read_bytes() == books[1].read_bytes()
