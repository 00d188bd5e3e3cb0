"""Nightly runs: one with nothing new, one with ten new pages, and what a snapshot of an unchanged library costs.

    python benchmarks/backup.py [--threads 1000] [--pictures 3] [--rounds 3] [--folder DIR]

Before: nothing. After: a Markdown table on stdout and in ``benchmarks/backup.md``. Every run is a whole process of
``threadbound backup``: it takes in, looks at the library, takes a snapshot and looks at that, with the usual settings
(5 % of all files are read again). With ``--strict`` the status is 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from measure import Case, Result, run_all

HERE = Path(__file__).resolve().parent
NIGHT, TEN = "a night with nothing new", "a night with 10 new pages"
#: At most so many seconds, …
SECONDS = {NIGHT: 2.0, TEN: 15.0}
#: … and for the first so many MB.
MEGABYTES = 100.0
NEW = 10
POSTS = 20
CONFIGURATION = """library = "library"
[[inbox]]
path = "saved"
[[destination]]
path = "disk"
"""
HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Thread by @bench{author}</title>
<meta property="og:url" content="https://threadreaderapp.com/thread/{first}.html"></head><body>
<div class="screenName"><a href="//twitter.com/bench{author}">@bench{author}</a></div>
<div class="thread-info"><a class="time" data-time="1715600000">May 13</a> • {count} tweets</div>"""
POST = """<div id="tweet_{n}" class="content-tweet" data-screenname="bench{author}" data-tweet="{id}" dir="auto">
Post {n} of thread {number}: the binder folds a sheet, and then another one, until the book is done.{picture}</div>"""
PICTURE = """<span class="entity-image"><img alt="A sheet" src="{name}_files/{key}.jpg"></span>"""


def write_page(folder: Path, number: int, pictures: int, base: bytes) -> None:
    """A saved page with pictures of its own beside it, as if it had been saved long ago."""
    first, author, name = 1790000000000000000 + (number << 30), number % 20, f"{number:05}"
    files = folder / f"{name}_files"
    files.mkdir(parents=True)
    posts = []
    for n in range(1, POSTS + 1):
        key = f"BenchPicture{number:05}x{n}" if n <= pictures else ""
        if key:
            (files / f"{key}.jpg").write_bytes(base + key.encode())  # after the end of a JPEG anything may stand
        shown = PICTURE.format(name=name, key=key) if key else ""
        posts.append(POST.format(n=n, author=author, number=number, id=first + n, picture=shown))
    page = folder / f"{name}.html"
    page.write_text(HEAD.format(first=first, author=author, count=POSTS) + "".join(posts) + "</body></html>", "utf-8")
    for path in (page, *files.iterdir()):
        os.utime(path, (time.time() - 86_400,) * 2)


def picture() -> bytes:
    """A photograph, as far as its size goes: 20 KB."""
    out = io.BytesIO()
    Image.effect_noise((160, 120), 90).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def used(*places: Path) -> float:
    """What these take on the disk together, in MB; a file with two names counts once."""
    done = subprocess.run(["du", "-sk", *map(str, places)], capture_output=True, text=True, check=True)
    return sum(int(line.split()[0]) for line in done.stdout.splitlines()) / 1000


def cases(folder: Path) -> list[Case]:
    """What is measured."""
    run = ["-m", "threadbound", "backup", "-q", "--offline", "-c", str(folder / "threadbound.toml")]
    arrive = (
        'set -- more/* -- "$@"; mv "$1"/* saved/; rmdir "$1"; while [ "$1" != -- ]; do shift; done; shift; exec "$@"'
    )
    return [
        Case(NIGHT, [sys.executable, *run], folder=folder),
        Case(TEN, ["sh", "-c", arrive, "sh", sys.executable, *run], folder=folder),
    ]


def space(folder: Path) -> tuple[float, float, float]:
    """MB that one more snapshot of the unchanged library takes, of which in manifests; and MB of the library."""
    before = used(folder / "disk")
    subprocess.run(cases(folder)[0].command, check=True)
    newest = max((folder / "disk").glob("0*"))
    tags = sum(path.stat().st_size for path in newest.glob("*.txt")) / 1_000_000
    return used(folder / "disk") - before, tags, used(folder / "library")


def report(results: list[Result], shape: str, rate: float, cost: tuple[float, float, float]) -> tuple[str, bool]:
    """The Markdown page, and whether the targets were met."""
    head = "| what | median s | best s | CPU s | peak RSS MB | target |\n|---|---:|---:|---:|---:|---|"
    targets = {NIGHT: f"{SECONDS[NIGHT]:.0f} s, {MEGABYTES:.0f} MB", TEN: f"{SECONDS[TEN]:.0f} s"}
    rows = [
        f"| {each.case.name} | {each.median:.2f} | {each.best:.2f} | {min(each.processor):.2f} | {each.peak:.0f} "
        f"| {targets[each.case.name]} |"
        for each in results
    ]
    missed = [each.case.name for each in results if each.status or each.median > SECONDS[each.case.name]]
    missed += [f"{each.case.name}: memory" for each in results if each.case.name == NIGHT and each.peak > MEGABYTES]
    more, tags, library = cost
    told = [
        f"The first run took in {rate:.0f} pages a second, the snapshot included.",
        f"One more snapshot of the unchanged library ({library:.0f} MB) took {more:.1f} MB, {tags:.1f} in manifests.",
        f"Load of the machine in the end: {os.getloadavg()[0]:.0f}, of {os.cpu_count()} cores.",
        f"Targets: {'met' if not missed else 'MISSED: ' + ', '.join(missed)}.",
    ]
    return "\n".join(["# Backup", "", shape, "", head, *rows, "", *told, ""]), not missed


def main() -> int:
    """Write the pages, back them up, measure, report."""
    parser = argparse.ArgumentParser(description="Nightly runs of threadbound backup.")
    parser.add_argument("--threads", type=int, default=1000)
    parser.add_argument("--pictures", type=int, default=3, help="of a thread")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work; by default a temporary folder")
    parser.add_argument("--strict", action="store_true", help="status 1 when a target is missed")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="threadbound-bench-", dir=chosen.folder) as name:
        folder, base = Path(name), picture()
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        (folder / "threadbound.toml").write_text(CONFIGURATION, "utf-8")
        for number in range(chosen.threads):
            write_page(folder / "saved", number, chosen.pictures, base)
        for number in range((chosen.rounds + 2) * NEW):  # a round more warms up, and the memory is looked at in another
            place = folder / "more" / f"{number // NEW:02}"
            write_page(place, chosen.threads + number, chosen.pictures, base)
        began = time.perf_counter()
        subprocess.run(cases(folder)[0].command, check=True)
        rate = chosen.threads / (time.perf_counter() - began)
        cost = space(folder)
        results = run_all(cases(folder), chosen.rounds, lambda line: print(line, file=sys.stderr))
    shape = f"{chosen.threads} threads of {POSTS} posts with {chosen.threads * chosen.pictures} pictures."
    page, good = report(results, shape, rate, cost)
    (HERE / "backup.md").write_text(page, encoding="utf-8")
    print(page)
    return 1 if chosen.strict and not good else 0


if __name__ == "__main__":
    sys.exit(main())
