"""A library of 1,000 pages: taking in, looking over, finding; and a search over 100,000 posts.

    python benchmarks/library.py [--threads 1000] [--posts 20] [--pictures 0.15] [--rounds 3] [--folder DIR] [--strict]

Before: nothing. After: a Markdown table on stdout and in ``benchmarks/library.md``. What is a process is measured as a
whole one; ``verify`` in turn with ``sha256sum`` on the very same files. On a busy machine compare processor seconds:
both are told. With ``--strict`` the status is 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collection_pages import Shape, make_collection
from measure import compile_ours
from records import Record, records
from threadbound.library import catalogue, search
from threadbound.library.history import Captured, Kept, kept
from threadbound.library.records import Version
from threadbound.model.text import Text
from threadbound.model.thread import Author, CaptureNote, Post, Thread
from threadbound.options import ThreadFilter

HERE = Path(__file__).resolve().parent
COMMAND = [sys.executable, "-m", "threadbound"]
#: Pages taken in a second, at least; share of what sha256sum reads a second; seconds of a search; threads searched.
PAGES, SHARE, SEARCH, THREADS = 100.0, 0.6, 0.05, 4000
QUESTIONS = ("the", "license", '"the work"', "prog*", "t*", "software freedom", "🧵", "the -software", "nowhere-at-all")


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    seconds: float
    processor: float


def timed(command: list[str | Path], **given: object) -> Run:
    """Run a command to its end, with all that it starts."""
    before, began = os.times(), time.perf_counter()
    subprocess.run([*map(str, command)], check=True, stdout=subprocess.DEVNULL, **given)  # type: ignore[call-overload] # what is given is subprocess's own
    seconds, after = time.perf_counter() - began, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(seconds, used)


def ours(root: Path, *words: str | Path) -> list[str | Path]:
    """A verb of the library."""
    return [*COMMAND, words[0], "-L", root, *words[1:]]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    what: str
    figure: str
    run: Run
    target: str = ""
    met: bool = True


def taking_in(folder: Path, root: Path, saved: Path, threads: int) -> Iterator[Row]:
    """Adding, adding again, adding ten more."""
    subprocess.run([*COMMAND, "init", "-q", str(root)], check=True)
    run = timed(ours(root, "add", "-q", "--offline", saved))
    rate = threads / run.seconds
    what = f"`add` of {threads:,} pages"
    yield Row(
        what, f"{rate:.0f} pages/s, {threads / run.processor:.0f} a processor second", run, "≥ 100/s", rate >= PAGES
    )
    run = timed(ours(root, "add", "-q", "--offline", saved))
    yield Row("the same again: nothing new", f"{threads / run.seconds:.0f} pages/s", run)
    more = folder / "more"
    make_collection(more, Shape(threads + 10, 20, 0.15), first=threads)
    yield Row("`add` of 10 new pages", "", timed(ours(root, "add", "-q", "--offline", more / "saved")))


def looking_over(root: Path, rounds: int) -> Iterator[Row]:
    """``verify`` and ``sha256sum`` in turn."""
    files = [path for place in ("threads", "media") for path in sorted((root / place).rglob("*")) if path.is_file()]
    listed = root.parent / "files"
    listed.write_bytes(b"".join(os.fsencode(path) + b"\0" for path in files))
    size = sum(path.stat().st_size for path in files)
    mine: list[Run] = []
    theirs: list[Run] = []
    for _ in range(rounds):
        theirs.append(timed(["xargs", "-0", "-a", listed, "sha256sum"]))
        mine.append(timed(ours(root, "verify", "-q")))
    ratio = middle(theirs, lambda run: run.seconds) / middle(mine, lambda run: run.seconds)
    work = middle(theirs, lambda run: run.processor) / middle(mine, lambda run: run.processor)
    yield Row(f"`sha256sum` of {len(files):,} files, {size / 1e6:,.0f} MB", "", best(theirs))
    figure = f"{ratio:.0%} of its speed, {work:.0%} by processor"
    yield Row("`verify` of the library", figure, best(mine), "≥ 60 %", ratio >= SHARE)
    yield Row("`verify --sample 5%`", "", timed(ours(root, "verify", "-q", "--sample", "5%")))
    yield Row("`verify --deep`", "", timed(ours(root, "verify", "-q", "--deep")))


def asking(root: Path) -> Iterator[Row]:
    """The quick verbs, as whole processes."""
    for words in (["list"], ["list", "--json"], ["search", "license"], ["status"]):
        yield Row(f"`{' '.join(words)}`", "", timed(ours(root, *words)))
    yield Row("`reindex`", "", timed(ours(root, "reindex", "-q")))


def searching(folder: Path) -> Iterator[Row]:
    """Questions to a catalogue of 100,000 posts: the longest of them."""
    connection = catalogue.connect(folder / "many" / "catalogue.sqlite3")
    shape = Shape(THREADS, 25, 0.0, authors=3)
    began, used = time.perf_counter(), time.process_time()
    with catalogue.transaction(connection):
        for number, record in enumerate(records(shape)):
            catalogue.record(connection, f"threads/a/{number}", _kept(record), {1: ""})
    run = Run(time.perf_counter() - began, time.process_time() - used)
    posts = connection.execute("SELECT count(*) FROM post").fetchone()[0]
    yield Row(f"{posts:,} posts into a catalogue", f"{posts / run.seconds:,.0f} posts/s", run)
    filters = {
        "": ThreadFilter(),
        " of one author": ThreadFilter(author="linenwax"),
        " of a year": ThreadFilter(since="2024"),
    }
    for name, wanted in filters.items():
        runs = {question: _asked(connection, question, wanted) for question in QUESTIONS}
        slow = max(runs, key=lambda question: runs[question].processor)
        usual, most = statistics.median(run.processor for run in runs.values()), runs[slow].processor
        figure = f"{1000 * usual:.1f} ms of the processor; the slowest, `{slow}`: {1000 * most:.1f} ms"
        yield Row(f"{len(runs)} searches{name} over them", figure, runs[slow], "≤ 50 ms", most <= SEARCH)
    connection.close()


def _asked(connection: sqlite3.Connection, question: str, wanted: ThreadFilter) -> Run:
    """The quickest of five, by the processor's time."""
    runs = []
    for _ in range(5):
        began, used = time.perf_counter(), time.thread_time()
        search.search(connection, question, wanted, 50)
        runs.append(Run(time.perf_counter() - began, time.thread_time() - used))
    return min(runs, key=lambda run: run.processor)


def _kept(record: Record) -> Kept:
    """The record as the library would have read it."""
    posts = tuple(Post(n, id=str(post.id), body=(Text(post.text),)) for n, post in enumerate(record.posts, 1))
    note = CaptureNote("page.html", "html", f"{record.id:064x}")
    author = Author(record.handle, record.name)
    thread = Thread(
        "threadreader", author, posts, str(record.id), published=f"{record.time:%Y-%m-%d}", captures=(note,)
    )
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    version = Version(str(record.id), 1, note.sha256, moment, "file", moment, "", "page", ())
    return kept([Captured(version, thread)])


def middle(runs: list[Run], value: Callable[[Run], float]) -> float:
    """The median of the runs."""
    return statistics.median(map(value, runs))


def best(runs: list[Run]) -> Run:
    """The quickest."""
    return min(runs, key=lambda run: run.seconds)


def table(rows: list[Row]) -> str:
    """Markdown."""
    lines = ["| what | seconds | processor s | figure | target |", "|---|--:|--:|---|---|"]
    for row in rows:
        target = f"{row.target} {'met' if row.met else '**missed**'}" if row.target else ""
        lines.append(f"| {row.what} | {row.run.seconds:.2f} | {row.run.processor:.2f} | {row.figure} | {target} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure what the command line says."""
    parser = argparse.ArgumentParser(description="Measure the library.")
    parser.add_argument("--threads", type=int, default=1000)
    parser.add_argument("--posts", type=int, default=20)
    parser.add_argument("--pictures", type=float, default=0.15, help="a post, on average")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep the pages there")
    parser.add_argument("--strict", action="store_true")
    said = parser.parse_args()
    compile_ours()
    folder = said.folder or Path(tempfile.mkdtemp(prefix="threadbound-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(dir=folder)
    try:
        made = make_collection(folder, Shape(said.threads, said.posts, said.pictures))
        root = Path(tempfile.mkdtemp(dir=folder)) / "library"
        rows = [*taking_in(root.parent, root, made.saved, said.threads), *looking_over(root, said.rounds)]
        rows += [*asking(root), *searching(root.parent)]
        shutil.rmtree(root.parent)
        shutil.rmtree(os.environ["XDG_CACHE_HOME"])
    finally:
        if said.folder is None:
            shutil.rmtree(folder)
    load = f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end, Python {sys.version.split()[0]}"
    text = f"# The library\n\n{said.threads:,} pages of {said.posts} posts; {load}.\n\n{table(rows)}"
    (HERE / "library.md").write_text(text, encoding="utf-8")
    print(text)
    sys.exit(said.strict and not all(row.met for row in rows))


if __name__ == "__main__":
    main()
