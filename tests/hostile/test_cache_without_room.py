"""A cache that cannot be written, or not any more: a line says so, and the book is the same."""

from __future__ import annotations

import io
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.slow

WEB = runpy.run_path(str(Path(__file__).parents[1] / "web.py"))
COMMAND = [sys.executable, "-m", "threadbound"]
PRODUCTS = ("pdf", "epub")


@pytest.fixture
def saved(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    folder = tmp_path / "saved"
    for n in range(7):
        words = [f"Page {n} has words of its own, {k}." for k in range(30)]
        make_page(words, folder=folder, name=f"{n}.html", first=1498301191378579461 + (n << 50))
    return folder


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """``disk("64k")``: a disk of that size."""
    place = tmp_path / "disk"

    def made(size: str) -> Path:
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
        if (
            sys.platform != "linux"
            or os.geteuid() != 0
            or subprocess.run(mount, capture_output=True, check=False).returncode
        ):
            pytest.skip("no disk can be made here")
        return place

    yield made
    subprocess.run(["umount", str(place)], capture_output=True, check=False)


def bound(product: str, saved: Path, book: Path, cache: Path) -> tuple[int, list[str]]:
    """Exit code, and what was said but for the progress and the book's own line."""
    done = subprocess.run(
        [*COMMAND, product, str(saved), "-o", str(book), "--force", "--offline"],
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stderr.splitlines()
    is_progress = re.compile(r"threadbound: [a-z ]+: \d+ of \d+").match
    return done.returncode, [line for line in lines if not is_progress(line) and f"{book}: 7 threads" not in line]


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_cache_that_cannot_be_written_is_said_once_and_costs_no_book(
    product: str, saved: Path, cache: Path, tmp_path: Path
) -> None:
    whole, book = tmp_path / "a", tmp_path / "b"
    assert bound(product, saved, whole, cache) == (0, [])
    (tmp_path / "file").write_text("")
    code, (said,) = bound(product, saved, book, tmp_path / "file")
    assert code == 0
    assert f"{tmp_path}/file/threadbound: nothing is kept for the next run: a part of its path is no folder;" in said
    assert book.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_disk_without_any_room_for_the_cache_is_said_once_and_costs_no_book(
    product: str, saved: Path, disk: Callable[[str], Path], cache: Path, tmp_path: Path
) -> None:
    whole, book = tmp_path / "a", tmp_path / "b"
    assert bound(product, saved, whole, cache) == (0, [])
    room = disk("64k")
    (room / "other").write_bytes(bytes(64 << 10))
    code, (said,) = bound(product, saved, book, room)
    assert code == 0
    assert f"{room}/threadbound: nothing is kept for the next run: the disk is full;" in said
    assert book.read_bytes() == whole.read_bytes()
    assert not list(room.glob("threadbound/*"))


def test_a_disk_that_becomes_full_is_said_once_and_costs_no_book(
    saved: Path, disk: Callable[[str], Path], cache: Path, tmp_path: Path
) -> None:
    whole, book = tmp_path / "a.pdf", tmp_path / "b.pdf"
    assert bound("pdf", saved, whole, cache) == (0, [])
    room = disk("1100k")
    for what in ("not all is kept", "not"):  # and the next run has what there is room for
        code, (said,) = bound("pdf", saved, book, room)
        assert code == 0
        assert f"{room}/threadbound: {what}" in said
        assert "the disk is full" in said
        assert book.read_bytes() == whole.read_bytes()
    assert not list(room.rglob("*.part"))


@pytest.mark.loopback
@pytest.mark.parametrize("product", PRODUCTS)
def test_a_disk_that_becomes_full_while_pictures_are_fetched_costs_none_of_them(
    product: str, make_page: Callable[..., Path], disk: Callable[[str], Path], tmp_path: Path
) -> None:
    address = "https://pbs.twimg.com/media/FetchedPicture{:03}.jpg"
    page = make_page([f'Words. <img alt="Image" data-src="{address.format(n)}">' for n in range(50)])
    book, room = tmp_path / "b", disk("1400k")
    with WEB["served"]() as site:
        for n in range(50):
            data = io.BytesIO()
            Image.effect_noise((240, 160 + n), 90).save(data, "JPEG", quality=90)
            route = address.format(n).removeprefix("https:/").removesuffix(".jpg")
            site.routes[route] = WEB["gives"](data.getvalue())
        done = subprocess.run(
            [*COMMAND, product, str(page), "-o", str(book), "--mirror", site.url, "--retries", "0"],
            env={**os.environ, "XDG_CACHE_HOME": str(room)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith("threadbound: pictures: ")]
    assert len(said) == 2, said
    assert f"{book}: 50 posts, 50 of 50 pictures" in said[0]
    assert f"{room}/threadbound: not all is kept for the next run: the disk is full" in said[1]


@pytest.mark.loopback
def test_what_has_no_room_is_asked_for_once_however_many_pages_show_it(
    make_page: Callable[..., Path], disk: Callable[[str], Path], tmp_path: Path
) -> None:
    """Workers read so many pages, and see only what lies in the cache."""
    folder, room = tmp_path / "many", disk("100k")
    for n in range(130):
        words = [f'Words, {n}. <img alt="Image" data-src="https://pbs.twimg.com/media/FetchedPicture.jpg">']
        make_page(words, folder=folder, name=f"{n:03}.html", first=1498301191378579461 + (n << 50))
    data = io.BytesIO()
    Image.effect_noise((400, 400), 90).save(data, "PNG")
    with WEB["served"]() as site:
        site.otherwise = WEB["gives"](data.getvalue())
        done = subprocess.run(
            [*COMMAND, "epub", str(folder), "-o", str(tmp_path / "b.epub"), "--mirror", site.url, "--retries", "0"],
            env={**os.environ, "XDG_CACHE_HOME": str(room)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "130 of 130 pictures" in done.stderr
    assert len(site.asked) == 2  # the first answer found no room


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_full_disk_for_the_book_is_one_line_and_leaves_nothing(
    product: str, saved: Path, disk: Callable[[str], Path], cache: Path
) -> None:
    room = disk("16k")
    code, (said,) = bound(product, saved, room / "b", cache)
    assert code == 5
    assert f"{room}/b: cannot be written: the disk is full" in said
    assert not list(room.iterdir())


def test_of_volumes_of_which_one_cannot_be_written_none_is(
    saved: Path, disk: Callable[[str], Path], cache: Path, tmp_path: Path
) -> None:
    def bind(folder: Path, *given: str) -> tuple[int, list[str]]:
        volumes = ["-o", str(folder / "b.epub"), "--max-threads", "2", "--offline", "--no-cover"]
        env = {**os.environ, "XDG_CACHE_HOME": str(cache)}
        command = [*COMMAND, "epub", str(saved), *volumes, *given]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return done.returncode, [line for line in done.stderr.splitlines() if " left" not in line]

    assert bind(tmp_path / "whole")[0] == 0
    whole = {path.name: path.read_bytes() for path in sorted((tmp_path / "whole").iterdir())}
    room = disk("400k")
    old = dict.fromkeys(list(whole)[::2], b"PK\x03\x04 an older edition")
    for name, data in old.items():
        (room / name).write_bytes(data)
    for given, said in (([], "exists; use --force"), (["--force"], "cannot be written: the disk is full")):
        if given:  # two and a half of them fit
            blocks = sum(-(-len(data) // 4096) for data in [*whole.values()][:2]) + 2
            free = os.statvfs(room)
            (room / "other").write_bytes(bytes((free.f_bavail * free.f_frsize) - blocks * 4096))
        code, (line,) = bind(room, *given)
        assert code == 5
        assert said in line
        assert line.endswith("; none of its 4 volumes was written")
        (room / "other").unlink(missing_ok=True)
        assert {path.name: path.read_bytes() for path in room.iterdir()} == old
    assert bind(room, "--force")[0] == 0
    assert {path.name: path.read_bytes() for path in room.iterdir()} == whole
