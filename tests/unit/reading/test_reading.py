"""Many pages: the same whoever reads them, and whether or not they were read before."""

from __future__ import annotations

import base64
import io
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from threadbound import pipeline
from threadbound.errors import FileTrouble
from threadbound.options import MAX_IMAGE_PIXELS, FetchOptions
from threadbound.reading import many, remembered
from threadbound.survey import Failure, survey
from threadbound.tools import workers

TESTS = Path(__file__).parents[2]
BENCHMARKS = TESTS.parent / "benchmarks"
Read = Callable[..., list[Any]]
PICTURE = '<span class="entity-image"><img src="{}"></span>'
POST = '<div id="tweet_1" class="content-tweet" data-screenname="ada" data-tweet="1898301191378579461">Salt {}</div>'


def mhtml(picture: bytes) -> bytes:
    """A page in one MHTML file, with a picture in it."""
    address = "https://pbs.twimg.com/media/GInside.jpg"
    post = POST.format(PICTURE.format(address))
    return (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n'
        "Snapshot-Content-Location: https://threadreaderapp.com/thread/1898301191378579461.html\r\n\r\n--b\r\n"
        f"Content-Type: text/html\r\n\r\n<html><body>{post}</body></html>\r\n--b\r\n"
        f"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\nContent-Location: {address}\r\n\r\n"
        f"{base64.b64encode(picture).decode()}\r\n--b--\r\n"
    ).encode()


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of every era and form, with pictures beside them and inside, and some that are broken."""
    folder = tmp_path_factory.mktemp("collection")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        maker = runpy.run_path(str(BENCHMARKS / "collection_pages.py"))
        for name, inline in (("files", False), ("data", True)):
            maker["make_collection"](folder / name, maker["Shape"](threads=5, posts=3, pictures=0.5), inline=inline)
            shutil.rmtree(folder / name / "media")
            (folder / name / "clean.html").unlink()
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "#226688").save(picture, "JPEG")
    cut = base64.b64encode(picture.getvalue()[:200]).decode()
    (folder / "mail.mhtml").write_bytes(mhtml(picture.getvalue()))
    pages = {
        "damaged picture.html": POST.format(
            f'<span class="entity-image"><img src="data:image/jpeg;base64,{cut}"></span>'
        ),
        "gone.html": POST.format('<span class="entity-image"><img src="https://pbs.twimg.com/media/GGone.jpg"></span>'),
        "no thread.html": "<html><head><title>Leek soup</title></head><body><p>Leeks.</p></body></html>",
        "empty.html": "",
        "notes.txt": "Dear diary, nothing unrolled today. It rained, and then it rained again.\n" * 5,
        "copy.txt": next((TESTS / "corpus" / "threadreader-text").glob("2024*/page.txt")).read_text("utf-8"),
        "cut.html": "<html><body>" + POST.format("")[:-6],
    }
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")
    shutil.copy(folder / "gone.html", folder / "twice.html")
    return folder


@pytest.fixture
def read(collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Everything that can be seen of the pages, read in some way."""
    monkeypatch.setattr(workers, "processors", lambda: 2)

    def read(fewest: int = 1, cache: Path = tmp_path / "cache", folder: Path = collection) -> list[Any]:
        monkeypatch.setattr(many, "MANY", fewest)
        options = FetchOptions(offline=True)
        places = pipeline.sources(options, cache, MAX_IMAGE_PIXELS)
        return list(map(seen, survey([str(folder)], places)))

    return read


def seen(item: Any) -> Any:
    if isinstance(item, Failure):
        return item.name, type(item.error), str(item.error), item.is_skip
    pictures = {digest: (each.probe, each.read()) for digest, each in item.search.pictures.pictures.items()}
    again = pipeline.completed(item, {})
    capture = item.capture
    lying = (capture.bytes() or capture.data, capture.beside())
    return item.name, capture.note, capture.notices, item.thread, again.thread, pictures, item.search.missing, lying


@pytest.fixture
def serial(read: Read, tmp_path: Path) -> list[Any]:
    return read(10**6, tmp_path / "serial")


def test_pages_are_the_same_whoever_reads_them(read: Read, serial: list[Any], tmp_path: Path) -> None:
    assert len(serial) == 19
    assert read() == serial
    assert not (tmp_path / "serial" / "pages").exists()  # few pages are quicker read than looked up


@pytest.fixture
def extracted(monkeypatch: pytest.MonkeyPatch, read: Read) -> Callable[..., tuple[list[Any], list[str]]]:
    """What is seen, and the names of the pages that were not remembered; all is done in this process."""
    monkeypatch.setattr(workers, "MOST", 1)
    names: list[str] = []
    extract = remembered.extract

    def noted(capture: Any) -> Any:
        names.append(capture.note.name)
        return extract(capture)

    def again(**where: Any) -> tuple[list[Any], list[str]]:
        names.clear()
        return read(**where), sorted(names)

    monkeypatch.setattr(remembered, "extract", noted)
    return again


#: Pages with a picture that was refused, and those without a thread, are read each time.
NEVER = ["damaged picture.html", "no thread.html", "notes.txt"]


def test_a_page_is_not_read_twice(extracted: Any, serial: list[Any]) -> None:
    first, names = extracted()
    assert first == serial
    assert len(names) == 18  # all but the empty one
    again, names = extracted()
    assert again == serial
    assert names == NEVER


def kept(cache: Path) -> list[Path]:
    return sorted(path for path in (cache / "pages").rglob("*") if path.is_file())


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda data: data[: len(data) // 2],
    "emptied": lambda data: data[:0],
    "altered": lambda data: data[:100] + b"?" + data[101:],
    "of another form": lambda data: data[64:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_was_kept_and_is_damaged_is_read_again(
    damage: Callable[[bytes], bytes], extracted: Any, serial: list[Any], tmp_path: Path
) -> None:
    extracted()
    for path in kept(tmp_path / "cache"):
        path.write_bytes(damage(path.read_bytes()))
    again, names = extracted()
    assert again == serial
    assert len(names) == 18
    assert extracted() == (serial, NEVER)


def test_what_another_version_kept_is_read_again(
    extracted: Any, serial: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    extracted()
    monkeypatch.setattr(remembered, "_version", lambda: "another")
    again, names = extracted()
    assert again == serial
    assert len(names) == 18


def test_pictures_inside_a_page_are_found_again_without_the_store(
    extracted: Any, serial: list[Any], tmp_path: Path
) -> None:
    extracted()
    shutil.rmtree(tmp_path / "cache" / "media")
    again, names = extracted()
    assert again == serial
    assert len(names) > len(NEVER)  # those with pictures inside; the others need no store
    assert len(names) < 18


def test_a_damaged_original_in_the_store_is_not_shown(extracted: Any, serial: list[Any], tmp_path: Path) -> None:
    extracted()
    for path in (tmp_path / "cache" / "media" / "sha256").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-1])
    assert extracted()[0] == serial


def test_nothing_needs_to_be_kept(read: Read, serial: list[Any], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    assert read() == serial


def test_a_page_that_changed_is_read_again(extracted: Any, read: Read, collection: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(collection, folder)
    extracted(folder=folder)
    page = folder / "gone.html"
    page.write_text(page.read_text("utf-8").replace("Salt", "Rope"), "utf-8")
    picture = next((folder / "files" / "saved").rglob("*.jpg"))
    picture.write_bytes(
        next(each for each in (folder / "files" / "saved").rglob("*.jpg") if each != picture).read_bytes()
    )
    again, names = extracted(folder=folder)
    assert again == read(10**6, tmp_path / "other", folder)
    assert names == sorted([*NEVER, "gone.html"])


def test_a_page_that_is_attached_is_read_again_when_it_is_bound(
    read: Read, collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read()
    monkeypatch.setattr(many, "MANY", 1)
    places = pipeline.sources(FetchOptions(offline=True), tmp_path / "cache", MAX_IMAGE_PIXELS)
    page = next(item for item in survey([str(collection / "gone.html")], places) if not isinstance(item, Failure))
    assert page.capture.data == b""
    assert page.capture.bytes() == (collection / "gone.html").read_bytes()


def test_a_page_that_changes_while_it_is_bound_is_not_attached(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(collection / "gone.html", tmp_path)
    monkeypatch.setattr(many, "MANY", 1)
    places = pipeline.sources(FetchOptions(offline=True), tmp_path / "cache", MAX_IMAGE_PIXELS)
    (page,) = survey([str(tmp_path / "gone.html")], places)
    (tmp_path / "gone.html").write_text("another page")
    with pytest.raises(FileTrouble, match=r"gone\.html: the page has changed"):
        page.capture.bytes()  # type: ignore[union-attr]
