"""Pictures from the saved page into the book: all there, as large as they are shown, telling nothing else."""

from __future__ import annotations

import base64
import io
import os
import re
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import raw

from threadbound.cli.app import run
from threadbound.media.crew import WORTH_PROCESSES

SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))
picture = SAMPLES["picture"]


def shown(*pictures: bytes) -> str:
    """Pictures as a page holds them that was saved in one file."""
    return "".join(
        f'<span class="entity-image"><img alt="Image" data-src="https://pbs.twimg.com/media/{n}.jpg"'
        f' src="data:image/png;base64,{base64.b64encode(data).decode()}"></span>'
        for n, data in enumerate(pictures)
    )


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@pytest.fixture
def bind(make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Binds a page with a post for each argument (a picture, or several) and gives the book."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def bind(product: str, *posts: bytes | tuple[bytes, ...], options: str = "", code: int = 0) -> Path:
        bodies = [
            f"Post {n} has a picture. {shown(*((post,) if isinstance(post, bytes) else post))}"
            for n, post in enumerate(posts, 1)
        ]
        book = tmp_path / f"b.{product}"
        assert (
            run([product, str(make_page(bodies)), "-o", str(book), "-f", "--attach", "none", *options.split()]) == code
        )
        return book

    return bind


def inside(book: Path) -> list[Image.Image]:
    """The pictures of an EPUB, without its cover, by name."""
    with zipfile.ZipFile(book) as archive:
        names = [name for name in sorted(archive.namelist()) if "/images/" in name and "cover" not in name]
        return [Image.open(io.BytesIO(archive.read(name))) for name in names]


def drawn(book: Path) -> list[tuple[int, int]]:
    """The sizes of all pictures on the pages of a PDF, in their order."""
    with pypdfium2.PdfDocument(book) as document:
        return [image.get_px_size() for page in document for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])]


ODD: dict[str, bytes] = {
    "CMYK": saved(Image.new("CMYK", (300, 200), (0, 255, 255, 0)), "JPEG"),
    "deep grey": saved(Image.new("I;16", (300, 200), 40_000), "PNG"),
    "animated GIF": saved(
        Image.new("P", (300, 200), 3), "GIF", save_all=True, append_images=[Image.new("P", (300, 200), 9)]
    ),
    "animated WebP": saved(
        Image.new("RGB", (300, 200), "red"), "WEBP", save_all=True, append_images=[Image.new("RGB", (300, 200), "blue")]
    ),
    "WebP": saved(Image.new("RGBA", (300, 200), (200, 0, 0, 90)), "WEBP"),
    "AVIF": saved(Image.new("RGB", (300, 200), "green"), "AVIF"),
    "telephone": saved(
        Image.new("RGB", (300, 200), "teal"), "MPO", save_all=True, append_images=[Image.new("RGB", (300, 200))]
    ),
}


@pytest.mark.parametrize("product", ["pdf", "epub"])
def test_pictures_of_every_kind_are_in_the_book(product: str, bind: Callable[..., Path]) -> None:
    book = bind(product, *ODD.values())
    sizes = drawn(book) if product == "pdf" else [image.size for image in inside(book)]
    assert sizes == [(300, 200)] * len(ODD)


def test_two_files_with_the_same_pixels_are_no_loss(bind: Callable[..., Path]) -> None:
    image = Image.linear_gradient("L").resize((300, 200)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Mara's telephone"
    twice = [saved(image, "PNG"), saved(image, "PNG", compress_level=1), saved(image, "PNG", exif=exif)]
    assert drawn(bind("pdf", *twice)) == [(300, 200)] * 3


def test_two_pictures_that_differ_in_what_shines_through_are_no_loss(bind: Callable[..., Path]) -> None:
    pictures = []
    for box in ((10, 10, 90, 90), (100, 100, 200, 180)):
        image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
        image.paste((0, 0, 0, 255), box)
        pictures.append(saved(image, "PNG"))
    assert drawn(bind("pdf", *pictures)) == [(300, 200)] * 2


@pytest.mark.parametrize("product", ["pdf", "epub"])
def test_the_book_does_not_say_where_a_picture_was_taken(product: str, bind: Callable[..., Path]) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Mara's telephone"
    turned = Image.Exif()
    turned[0x0112], turned[0x010F] = 6, "Mara's telephone"
    book = bind(product, picture((300, 200), form="JPEG", exif=exif), picture((200, 300), form="JPEG", exif=turned))
    parts = [book.read_bytes()] if product == "pdf" else [image.fp.read() for image in inside(book) if image.fp]
    assert not any(b"Mara's telephone" in part for part in parts)


def test_wishes_are_obeyed(bind: Callable[..., Path]) -> None:
    data = picture((2400, 1600), "#aa3311", form="JPEG")
    (image,) = inside(bind("epub", data))
    assert image.size == (1600, 1067)
    (image,) = inside(bind("epub", data, options="--image-max-size 300 --grayscale --image-quality 60"))
    assert (image.size, image.mode) == ((300, 200), "L")
    assert drawn(bind("pdf", data)) == [(1418, 945)]
    assert drawn(bind("pdf", data, options="--image-max-size 300")) == [(300, 200)]


def test_the_bound_of_pixels_is_an_option(bind: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    bind("epub", picture((300, 200)), options="--max-image-pixels 59999", code=3)
    assert "300 × 200 pixels are too many" in capsys.readouterr().err
    bind("epub", picture((300, 200)), options="--max-image-pixels 60000")


@pytest.mark.parametrize(
    "option", ["--image-quality 0", "--image-quality 96", "--image-max-size 0", "--max-image-pixels 0"]
)
def test_impossible_wishes_are_wrong_usage(option: str, bind: Callable[..., Path]) -> None:
    bind("epub", picture(), options=option, code=2)


def test_many_pictures_are_made_by_several_processes_and_once(bind: Callable[..., Path]) -> None:
    many = [picture((90, 60), (k * 20, 90, 90), form="WEBP") for k in range(WORTH_PROCESSES + 1)]
    first = bind("epub", *many).read_bytes()
    assert bind("epub", *many).read_bytes() == first


def test_a_tall_screenshot_flows_over_the_pages_and_no_row_is_lost(bind: Callable[..., Path]) -> None:
    stripes = Image.new("RGB", (640, 5120))
    for k in range(32):
        stripes.paste((255, k * 8, 255 - k * 8), (0, k * 160, 640, (k + 1) * 160))
    book = bind("pdf", saved(stripes, "PNG"))
    assert set(drawn(book)) == {(640, 5120)}
    seen: dict[int, int] = {}
    with pypdfium2.PdfDocument(book) as document:
        for page in document:
            image = page.render(scale=2).to_pil().convert("RGB")
            x = round(image.width * (54 + 30) / 210)
            for y in range(image.height):
                red, green, blue = image.getpixel((x, y))  # type: ignore[misc]
                if red > 250 and abs(green + blue - 255) < 12:
                    seen[round(green / 8)] = seen.get(round(green / 8), 0) + 1
    assert sorted(seen) == list(range(32))
    high = 2 * 72 / 25.4 * (640 / 150 * 25.4) * 160 / 640
    assert all(abs(rows - high) <= 3 for rows in seen.values())


def test_a_tall_screenshot_is_whole_in_an_epub(bind: Callable[..., Path]) -> None:
    image = SAMPLES["screenshot"](640, 5120)
    book = bind("epub", saved(image, "PNG"))
    slices = inside(book)
    together = Image.new("RGB", image.size)
    top = 0
    for part in slices:
        together.paste(part.convert("RGB"), (0, top))
        top += part.height
    assert top == 5120
    assert together.tobytes() == image.convert("RGB").tobytes()
    with zipfile.ZipFile(book) as archive:
        chapter = next(archive.read(name).decode() for name in archive.namelist() if name.endswith("t1.xhtml"))
    assert len(re.findall("<img", chapter)) == len(slices) > 10


FILM = saved(
    Image.new("RGB", (60, 40), "red"), "WEBP", save_all=True, append_images=[Image.new("RGB", (60, 40), "blue")]
)


def frames(book: Path) -> list[int]:
    return [getattr(image, "n_frames", 1) for image in inside(book)]


def test_an_animation_that_stands_still_is_a_loss(
    bind: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert frames(bind("epub", FILM)) == [2]
    monkeypatch.setattr("threadbound.media.derive.MOVING_PIXELS", 60 * 40 * 2 - 1)
    monkeypatch.setenv("XDG_CACHE_HOME", str(Path(os.environ["XDG_CACHE_HOME"]) / "other"))
    capsys.readouterr()
    for _ in range(2):  # the second finds it on the shelf
        book = bind("epub", (picture(), FILM), picture(), code=3)
        assert sorted(frames(book)) == [1, 1]  # the two pictures of one colour are one
        said = capsys.readouterr().err
        assert "page.html: lost: an animation is too long to be made anew, or damaged: its first frame is shown" in said
        assert "(post 1, https://pbs.twimg.com/media/1.jpg)" in said
        assert "1 loss" in said
    with zipfile.ZipFile(book) as archive:
        (colophon,) = (archive.read(name).decode() for name in archive.namelist() if "colophon" in name)
    assert "its first frame is shown" in colophon
    book.unlink()
    bind("epub", FILM, options="--strict", code=7)
    assert not book.exists()
    bind("pdf", FILM)  # print shows first frames: that is no loss
    blue = [Image.new("RGB", (60, 40), "blue")]
    gif = saved(Image.new("RGB", (60, 40), "red"), "GIF", save_all=True, append_images=blue)
    assert frames(bind("epub", gif)) == [2]  # as it was saved, however long


def test_notices_of_many_pages_name_each_page_as_the_user_did(
    make_page: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for n, folder in enumerate(("may", "june")):
        make_page(
            ['Words. <span class="entity-image"><img src="https://pbs.twimg.com/media/x.jpg"></span>'],
            folder=Path("saved") / folder,
            first=1898301191378579461 + (n << 40),
        )
    for options in ([], ["--individual"]):
        assert run(["epub", "saved", "--offline", "-f", *options]) == 3
        said = capsys.readouterr().err
        for folder in ("may", "june"):
            assert f"saved/{folder}/page.html: lost: a picture" in said
