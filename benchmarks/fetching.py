"""Fetching many pictures from a server on loopback: many at a time beside one at a time, and a second run.

    python benchmarks/fetching.py [--pictures 500] [--kilobytes 200] [--latency 0.03] [--rounds 3]

Before: nothing. After: a Markdown table on stdout and in ``benchmarks/fetching.md``. Every run is a whole process that
reads the page, fetches, proves and keeps. With ``--strict`` the status is 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from measure import Case, Result, run_all, surroundings

HERE = Path(__file__).resolve().parent
MANY, AGAIN, ONE = ("threadbound inspect --fetch", "the same again", "the same with --jobs 1")
#: At least so many times faster than one at a time, …
TIMES = 8.0
#: … in at most so many MB.
MEGABYTES = 120.0
#: Each run has a cache of its own; ``exec`` keeps the process the one that is measured.
FRESH = 'XDG_CACHE_HOME=$(mktemp -d -p "$1"); export XDG_CACHE_HOME; shift; exec "$@"'
HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Thread by @bench</title>
<meta property="og:url" content="https://threadreaderapp.com/thread/1790000000000000000.html"></head><body>
<div class="screenName"><a href="//twitter.com/bench">@bench</a></div>
<div class="thread-info"><a class="time" data-time="1715600000">May 13</a> • {count} tweets</div>"""
POST = """<div id="tweet_{n}" class="content-tweet" data-screenname="bench" data-tweet="{id}" dir="auto">Picture {n}.
<span class="entity-image"><a href="{url}"><img alt="Image" src="/images/1px.png" data-src="{url}"></a></span></div>"""


def write_page(path: Path, count: int) -> None:
    """A saved page of ``count`` posts with a lazy picture each."""
    posts = [
        POST.format(n=n, id=1790000000000000000 + n, url=f"https://pbs.twimg.com/media/BenchPicture{n:04}.jpg")
        for n in range(1, count + 1)
    ]
    path.write_text(HEAD.format(count=count) + "".join(posts) + "</body></html>", encoding="utf-8")


@contextmanager
def server(latency: float, kilobytes: int) -> Iterator[str]:
    """The address of a picture server that runs meanwhile."""
    command = [sys.executable, str(HERE / "picture_server.py"), str(latency), str(kilobytes)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip() if process.stdout else ''}"
        finally:
            process.kill()


def cases(folder: Path, mirror: str) -> list[Case]:
    """What is measured."""
    bind = [sys.executable, "-m", "threadbound", "inspect", "-q", "--mirror", mirror, str(folder / "page.html")]
    kept = folder / "kept"
    return [
        Case(MANY, ["sh", "-c", FRESH, "sh", str(folder), *bind]),
        Case(AGAIN, ["env", f"XDG_CACHE_HOME={kept}", *bind]),
        Case(ONE, ["sh", "-c", FRESH, "sh", str(folder), *bind, "--jobs", "1"]),
    ]


def report(results: list[Result], shape: str) -> tuple[str, bool]:
    """The Markdown page, and whether the targets were met."""
    by_name = {result.case.name: result for result in results}
    times = by_name[ONE].median / by_name[MANY].median
    good = times >= TIMES and by_name[MANY].peak <= MEGABYTES
    head = "| what | median s | best s | CPU s | peak RSS MB |\n|---|---:|---:|---:|---:|"
    rows = [
        f"| {each.case.name} | {each.median:.2f} | {each.best:.2f} | {min(each.processor):.2f} | {each.peak:.0f} |"
        for each in results
    ]
    verdict = f"{times:.1f} times as fast as one at a time (target {TIMES:.0f}, and {MEGABYTES:.0f} MB): "
    return "\n".join(
        [
            "# Fetching",
            "",
            shape,
            "",
            head,
            *rows,
            "",
            verdict + ("met." if good else "MISSED."),
            "",
        ]
    ), good


def main() -> int:
    """Write the page, start the server, measure, report."""
    parser = argparse.ArgumentParser(description="Fetching many at a time, beside one at a time.")
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--kilobytes", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.03)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--strict", action="store_true", help="status 1 when a target is missed")
    chosen = parser.parse_args()
    shape = f"{chosen.pictures} pictures of {chosen.kilobytes} KB, each after {chosen.latency * 1000:.0f} ms."
    shape += f"\n\n{surroundings()}"
    with (
        tempfile.TemporaryDirectory(prefix="threadbound-bench-") as name,
        server(chosen.latency, chosen.kilobytes) as mirror,
    ):
        write_page(Path(name) / "page.html", chosen.pictures)
        results = run_all(cases(Path(name), mirror), chosen.rounds, lambda line: print(line, file=sys.stderr))
    page, good = report(results, shape)
    (HERE / "fetching.md").write_text(page, encoding="utf-8")
    print(page)
    return 1 if chosen.strict and not good else 0


if __name__ == "__main__":
    sys.exit(main())
