"""A picture that an earlier run set is set again without being opened, and nobody sees it in the file."""

from __future__ import annotations

import io
import os
import runpy
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from threadbound.book.build import Binding, build
from threadbound.digests import sha256
from threadbound.errors import ThreadboundError
from threadbound.media.parts import STALE
from threadbound.media.shelf import PARTS
from threadbound.rendering.own_css import StyleSheet
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.rendered import Document, RenderedBook, RenderedPicture
from threadbound.rendering.theme import load
from threadbound.writers import pdf, pdf_pictures

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))


def drawn(mode: str, form: str, **more: Any) -> bytes:
    """A picture with something to see in it."""
    out = io.BytesIO()
    slope = Image.linear_gradient("L").resize((60, 40))
    picture = Image.merge("RGB", (slope, slope.rotate(180), slope)).convert(mode if mode != "LA" else "L")
    if mode in {"LA", "RGBA"}:
        picture.putalpha(slope)
    picture.save(out, form, **more)
    return out.getvalue()


#: Every kind of picture that a PDF gets: what recipes let pass, and what is made.
KINDS = {
    **{f"jpeg-{mode}": drawn(mode, "JPEG") for mode in ("RGB", "L", "CMYK")},
    **{f"png-{mode}": drawn(mode, "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA")},
    "png-P-shines": drawn("P", "PNG", transparency=3),
    "png-L-shines": drawn("L", "PNG", transparency=3),
    "png-RGB-shines": drawn("RGB", "PNG", transparency=(9, 9, 9)),
}
DEEP = SAMPLES["picture"](mode="I;16", colour=40_000)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., bytes]:
    """Write a book; gives its bytes."""
    writer = pdf.writer(tmp_path)

    def write(rendered: RenderedBook) -> bytes:
        writer.write(rendered, tmp_path / "book.pdf")
        return (tmp_path / "book.pdf").read_bytes()

    return write


def book(kinds: Iterable[str] = KINDS, css: str = "", own: str = "") -> RenderedBook:
    """A book of nothing but pictures."""
    pictures = [
        RenderedPicture(f"images/{kind}", f"image/{kind.split('-')[0]}", lambda data=KINDS[kind]: data)  # type: ignore[misc]
        for kind in kinds
    ]
    store = SAMPLES["store_of"]()
    made = build([SAMPLES["thread"](SAMPLES["post"](1, "words"))], Binding("test", "2025-03-09T10:11:12Z", "en"))
    whole = render(made, store, Rendering(load("serif"), "print", "test"))
    images = "".join(f'<img alt="a" src="{picture.name}">' for picture in pictures)
    link = '<link rel="stylesheet" href="own.css">' if own else ""
    content = f'<html lang="en"><head><style>{css}</style>{link}<title>t</title></head><body>{images}</body></html>'
    sheet = StyleSheet("own.css", own) if own else None
    return replace(
        whole, documents=(Document("t", "t", content.encode(), "print"),), pictures=tuple(pictures), css="", own=sheet
    )


def kept(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "pdf-pictures").rglob("*") if path.is_file()]


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Once called, no picture can be opened."""
    return lambda: monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("a picture was opened"))


@pytest.mark.parametrize("css", ["", "img { image-rendering: pixelated; image-orientation: none }"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture_is_opened_once_and_written_alike(
    kind: str, css: str, write: Callable[..., bytes], closed: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """This fails when WeasyPrint builds its images otherwise than :mod:`threadbound.writers.pdf_pictures` knows."""
    with monkeypatch.context() as plain:
        plain.setattr(pdf_pictures, "lay_out", lambda _, html, *__: html.render())
        expected = write(book([kind], css))
    assert write(book([kind], css)) == expected
    closed()
    assert write(book([kind], css)) == expected


def test_what_is_lost_or_torn_is_made_again(write: Callable[..., bytes], tmp_path: Path) -> None:
    expected = write(book())
    whole = {path: path.read_bytes() for path in kept(tmp_path)}
    assert len(whole) > len(KINDS)
    for path, data in whole.items():
        path.unlink()
        assert write(book()) == expected
        path.write_bytes(data[:-1])
        assert write(book()) == expected
        assert path.read_bytes() == data
    assert set(kept(tmp_path)) == set(whole)


def test_what_killed_runs_left_half_written_goes_after_a_day(write: Callable[..., bytes], tmp_path: Path) -> None:
    write(book(["png-L"]))
    old = tmp_path / "pdf-pictures" / PARTS / "1.part"
    old.write_bytes(b"half")
    os.utime(old, (time.time() - STALE - 60,) * 2)
    write(book(["png-L"]))
    assert not old.exists()


def test_a_folder_that_cannot_be_written_costs_time_only(write: Callable[..., bytes], tmp_path: Path) -> None:
    expected = write(book())
    for path in sorted(tmp_path.joinpath("pdf-pictures").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (tmp_path / "pdf-pictures").rmdir()
    (tmp_path / "pdf-pictures").write_text("in the way")
    assert write(book()) == expected


@pytest.mark.parametrize("css", ["img { image-orientation: 90deg }", "img { IMAGE-orientation : from-image }"])
def test_a_style_sheet_that_turns_pictures_is_obeyed(css: str, write: Callable[..., bytes], tmp_path: Path) -> None:
    turned = write(book(css=css))
    assert kept(tmp_path) == []
    upright = write(book())
    assert kept(tmp_path) != []
    assert write(book(css=css)) == turned
    assert write(book()) == upright
    assert (turned == upright) is ("90deg" not in css)
    assert write(book(own="img { image-orientation: 90deg }")) != upright


def test_an_image_unlike_those_known_is_opened_each_time(
    write: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_pictures, "FACTS", {*pdf_pictures.FACTS, "colour_of_tomorrow"})
    assert write(book()) == write(book())
    assert kept(tmp_path) == []


def test_what_is_warned_of_is_warned_of_each_time(
    write: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No recipe lets a picture of sixteen bits pass; if one did, nobody would see it in the PDF."""
    monkeypatch.setitem(KINDS, "png-16", DEEP)
    for _ in range(2):
        with pytest.raises(ThreadboundError, match="Unknown image mode"):
            write(book(["png-16"]))
    assert kept(tmp_path) == []


@pytest.mark.parametrize("library", ["PIL.__version__", "weasyprint.VERSION"])
def test_other_libraries_keep_their_own(
    library: str, write: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(book(["png-RGB"]))
    before = len(kept(tmp_path))
    monkeypatch.setattr(library, "99.0")
    write(book(["png-RGB"]))
    assert len(kept(tmp_path)) == 2 * before


def test_a_picture_of_other_bytes_is_another(write: Callable[..., bytes]) -> None:
    first, other = book(["png-RGB"]), book(["png-L"])
    (picture,) = other.pictures
    renamed = replace(first, pictures=(replace(picture, name=first.pictures[0].name),))
    assert write(first) != write(renamed)
    assert sha256(picture.read()) != sha256(first.pictures[0].read())
