"""Chapters of an EPUB: the same book whoever sets them, and whatever becomes of those who do."""

from __future__ import annotations

import os
import runpy
import signal
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from threadbound import batch, pipeline
from threadbound.checks.epub import check
from threadbound.options import BindOptions, CollectionOptions, FetchOptions, LookOptions
from threadbound.setting import chapter
from threadbound.tools import workers

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
THREADS = 12
Bind = Callable[..., bytes]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Threads of three authors that quote each other, with pictures; one of these is as tall as a strip of paper."""
    folder = tmp_path_factory.mktemp("collection")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        maker = runpy.run_path(str(BENCHMARKS / "collection_pages.py"))
        shape = maker["Shape"](threads=THREADS, posts=6, pictures=0.4, authors=3)
        made: Path = maker["make_collection"](folder, shape).saved
    strip = next(path for path in sorted(made.rglob("*.jpg")))
    strip.unlink()  # it is linked
    Image.radial_gradient("L").resize((900, 9000)).save(strip)
    return made


@pytest.fixture
def bind(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bind:
    """The book of all the threads, its chapters set by workers from so many on."""
    monkeypatch.setattr(workers, "processors", lambda: 2)

    def bind(fewest: int, **look: object) -> bytes:
        monkeypatch.setattr(pipeline, "MANY", fewest)
        options = BindOptions(
            "epub",
            output=tmp_path / "book.epub",
            force=True,
            cache_dir=tmp_path / "cache",
            fetch=FetchOptions(offline=True),
            collection=CollectionOptions(pictures=True),
            look=LookOptions(**look),  # type: ignore[arg-type]
        )
        report = batch.bind([str(saved)], options)
        assert [failure.error for failure in report.failures] == []
        return report.products[0].path.read_bytes()

    return bind


@pytest.mark.parametrize(
    "look",
    [
        {},
        {"theme": "sans", "style": "posts", "links": "footnote"},
        {"links": "inline", "polish": True, "hyphenate": False},
    ],
)
def test_the_book_is_the_same_whoever_sets_its_chapters(look: dict[str, object], bind: Bind) -> None:
    here, elsewhere = bind(10**6, **look), bind(1, **look)
    assert here == elsewhere


def test_chapters_are_set_elsewhere_but_those_whose_pictures_must_be_looked_into(
    bind: Bind, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proven: list[str] = []
    load = pipeline.checks.load

    def watched(name: str) -> Callable[..., object]:
        def check(*given: Any) -> object:
            proven.extend(given[4])
            return load(name)(*given)

        return check

    monkeypatch.setattr(pipeline.checks, "load", watched)
    bind(1)
    with zipfile.ZipFile(tmp_path / "book.epub") as book:
        divided = {Path(name).stem for name in book.namelist() if b"continued: part" in book.read(name)}
    assert len(divided & set(proven)) == 0
    assert len(proven) == THREADS - 1


def test_a_theme_of_the_users_own_may_ask_for_anything(bind: Bind, tmp_path: Path) -> None:
    theme = tmp_path / "own"
    theme.mkdir()
    (theme / "theme.toml").write_text('base = "serif"\n')
    (theme / "epub.xhtml.j2").write_text(
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        "<head><title>{{ leaf.title }}</title></head><body>"
        "{% from 'blocks.html.j2' import thread with context %}{% import 'matter.html.j2' as matter with context %}"
        "{% if chapter %}<section id='{{ chapter.id }}'><p>Of {{ book.chapters | length }}</p>"
        "{{ thread(chapter, 'epub', 1) }}</section>"
        "{% elif leaf.role == 'bibliography' %}{{ matter.bibliography(book, none) }}"
        "{% else %}<p id='{{ leaf.name }}'>{{ leaf.name }}</p>{% endif %}"
        "</body></html>"
    )
    bind(1, theme=str(theme))
    with zipfile.ZipFile(tmp_path / "book.epub") as book:
        assert any(f"<p>Of {THREADS}</p>".encode() in book.read(name) for name in book.namelist())


@contextmanager
def killing(most: int) -> Iterator[list[int]]:
    """Something kills workers, as a system does that has no memory left: so many of them."""
    killed: list[int] = []
    done = threading.Event()
    own = os.getpid()

    def kill() -> None:
        while not done.is_set() and len(killed) < most:
            with suppress(OSError):  # it has just ended by itself
                for task in Path(f"/proc/{own}/task").glob("*/children"):
                    for pid in map(int, task.read_text().split()):
                        command = Path(f"/proc/{pid}/cmdline").read_bytes()
                        if b"worker.main()" in command and pid not in killed and len(killed) < most:
                            os.kill(pid, signal.SIGKILL)
                            killed.append(pid)
            time.sleep(0.005)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        done.set()
        thread.join()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found in /proc")
def test_a_worker_that_the_system_kills_costs_nothing(bind: Bind) -> None:
    whole = bind(10**6)
    with killing(1) as killed:
        assert bind(1) == whole
    assert len(killed) == 1


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found in /proc")
def test_where_every_worker_is_killed_one_line_says_so_and_there_is_no_book(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "processors", lambda: 2)
    monkeypatch.setattr(pipeline, "MANY", 1)
    options = BindOptions(
        "epub", output=tmp_path / "b.epub", cache_dir=tmp_path / "cache", fetch=FetchOptions(offline=True)
    )
    with killing(10**6):
        report = batch.bind([str(saved)], options)
    (failure,) = report.failures
    assert "this chapter was not set, though tried twice: the system ended it (signal 9)" in str(failure.error)
    assert "\n" not in str(failure.error)
    assert (report.products, report.exit_code) == ((), 5)
    assert not list(tmp_path.glob("*b.epub*"))


def test_a_chapter_that_lacks_something_has_no_proof_and_the_check_says_what_it_is(saved: Path, tmp_path: Path) -> None:
    pages = pipeline.read_all(str(next(saved.glob("*.html"))), pipeline.Pictures())
    thread = pages[0].thread
    options = BindOptions("epub", output=tmp_path / "b.epub", cache_dir=tmp_path / "cache")
    product = pipeline.make(pipeline.Content((pages[0],)), pages[0].search.pictures, options, tmp_path / "b.epub")
    with zipfile.ZipFile(product.path) as book:
        data = book.read("EPUB/t1.xhtml")
    proof = chapter.prove("t1", chapter.packed(data), product.threads[0], {})
    assert proof is not None
    assert check(product.path, product.threads, proofs={"t1": proof}).ok
    word = max(thread.posts[-1].text.split(), key=len).encode()
    link = product.threads[0].posts[0].links[:1]
    for changed in (
        data.replace(word, b"", 1),
        data.replace(b"<body", b"<body><a href='#nowhere'>x</a", 1),
        data.replace(b"</body>", b"", 1),
        data.replace(b"t1-p3", b"t2-p3"),
        *(data.replace(url.encode(), b"https://elsewhere.example/") for url in link),
    ):
        assert changed != data
        assert chapter.prove("t1", chapter.packed(changed), product.threads[0], {}) is None
    altered = tmp_path / "altered.epub"
    with zipfile.ZipFile(product.path) as old, zipfile.ZipFile(altered, "w") as new:
        for member in old.infolist():
            own = old.read(member)
            new.writestr(member, own.replace(word, b"x") if member.filename == "EPUB/t1.xhtml" else own)
    findings = check(altered, product.threads, proofs={"t1": proof}).findings
    assert {finding.code for finding in findings} == {"words.missing"}
