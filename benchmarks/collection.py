"""Time and memory of whole collections, beside plain WeasyPrint, pandoc, pandoc + typst and percollate.

    python benchmarks/collection.py [--collections 200-rich 200 1000 5000] [--products pdf epub] [--without PEER…]

Before: nothing, or a folder of an earlier run (``--folder``). After: a table on stdout and in ``collection.md`` here.
Every program starts in turn in an empty cache; ours then once more, and once more with one more thread. What was
measured is kept in the folder, so that the parts of a long run can be done one by one. The status is 1 when a target is
missed and ``--strict`` was given.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import http.server
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from collection_report import MORE, RUNS, report
from measure import compile_ours
from peers import install, peers, versions

HERE = Path(__file__).resolve().parent
#: Name → threads, and pictures a post.
COLLECTIONS = {"200-rich": (200, 0.3), "200": (200, 0.05), "1000": (1000, 0.05), "5000": (5000, 0.05)}
POSTS = 20


@dataclass(frozen=True, slots=True)
class Bench:
    """One collection, and where what is measured goes."""

    name: str
    folder: Path
    patience: float

    def measure(self, name: str, command: list[str], out: Path, environment: dict[str, str]) -> None:
        """Run a program and note what it took."""
        print(f"{self.name}: {name}", file=sys.stderr)
        out.unlink(missing_ok=True)
        told = self.folder / "told.json"
        told.unlink(missing_ok=True)
        os.sync()  # what another one wrote is not written while this one runs
        subprocess.run(
            [sys.executable, str(HERE / "tree.py"), str(told), str(self.patience), *command],
            check=False,
            env={**os.environ, **environment},
        )
        result = json.loads(told.read_text(encoding="utf-8"))
        result["size"] = out.stat().st_size / 1e6 if out.exists() else 0.0
        print(f"    {result}", file=sys.stderr)
        note(self.folder.parent, f"{self.name} {name}", result)


def note(folder: Path, name: str, result: dict[str, float]) -> None:
    """Keep a result; the later one counts."""
    path = folder / "results.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known[name] = result
    path.write_text(json.dumps(known, indent=1), encoding="utf-8")


def made(bench: Bench) -> None:
    """The pages of a collection, and in ``more`` the one that comes to it, in a process of their own."""
    threads, pictures = COLLECTIONS[bench.name]
    command = [sys.executable, str(HERE / "collection_pages.py"), "--posts", str(POSTS), "--pictures", str(pictures)]
    more = ["--threads", str(threads + 1), "--first", str(threads), str(bench.folder / "more")]
    subprocess.run([*command, *more], check=True)
    subprocess.run([*command, "--threads", str(threads), "--alone", str(bench.folder)], check=True)


def ours(bench: Bench, product: str, ending: contextlib.ExitStack) -> None:
    """Our own book: cold, again, and with one more thread.

    The cache is a new folder, and goes when all is measured: ext4 looks at every file that was deleted in the last
    minutes again for each that is made, which nobody meets whose cache was never there.
    """
    cache, out = Path(tempfile.mkdtemp(prefix=f"cache-{product}-", dir=bench.folder)), bench.folder / f"ours.{product}"
    ending.callback(shutil.rmtree, cache)
    saved = bench.folder / "saved"
    command = [sys.executable, "-m", "threadbound", product, "--offline", "--force", "-q", "-o", str(out)]
    for name in RUNS:
        pages = [str(saved), str(bench.folder / "more" / "saved")][: 2 if name == MORE else 1]
        bench.measure(f"threadbound {product}, {name}", [*command, *pages], out, {"XDG_CACHE_HOME": str(cache)})


def theirs(bench: Bench, products: list[str], without: list[str]) -> None:
    """What the peers make of the same."""
    with _served(bench.folder) as server:
        for peer in peers(bench.folder, server):
            if peer.product in products and not any(name in peer.name for name in without):
                if "WeasyPrint" in peer.name:
                    _one_document(bench.folder)
                out = bench.folder / f"peer.{peer.product}"
                command = [str(out) if word == "OUT" else word for word in peer.command]
                bench.measure(peer.name, command, out, peer.environment)


def _one_document(folder: Path) -> None:
    if not (folder / "one" / "book.html").exists():
        command = [sys.executable, str(HERE / "one_document.py"), str(folder / "one"), str(folder / "saved")]
        subprocess.run(command, check=True)


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    """A folder on this machine's loopback: percollate reads no files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def main() -> int:
    """Make the pages, measure, report."""
    parser = argparse.ArgumentParser(description="Time and memory of whole collections, beside other programs.")
    parser.add_argument("--collections", nargs="+", default=list(COLLECTIONS), choices=COLLECTIONS)
    parser.add_argument("--products", nargs="+", default=["pdf", "epub"], choices=["pdf", "epub"])
    parser.add_argument(
        "--without", nargs="*", default=[], metavar="PEER", help="peers whose names hold this are left out"
    )
    parser.add_argument("--only-peers", action="store_true", help="ours are not run")
    parser.add_argument("--peers-up-to", type=int, default=1000, metavar="THREADS", help="larger ones are ours alone")
    parser.add_argument("--patience", type=float, default=1800, help="seconds that a peer may take")
    parser.add_argument("--folder", type=Path, help="where pages and results are kept; by default nothing is")
    parser.add_argument("--note", default="", help="what else to know of this run")
    parser.add_argument("--strict", action="store_true", help="status 1 when a target is missed")
    chosen = parser.parse_args()
    install()
    compile_ours()
    with contextlib.ExitStack() as stack:
        folder = chosen.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="threadbound-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        for name in chosen.collections:
            bench = Bench(name, folder.resolve() / name, chosen.patience)
            made(bench)
            for product in chosen.products if not chosen.only_peers else ():
                ours(replace(bench, patience=math.inf), product, stack)
            if COLLECTIONS[name][0] <= chosen.peers_up_to:
                theirs(bench, chosen.products, chosen.without)
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    page, good = report(results, f"{versions()}. {chosen.note}".strip())
    (HERE / "collection.md").write_text(page, encoding="utf-8")
    print(page)
    return 1 if chosen.strict and not good else 0


if __name__ == "__main__":
    sys.exit(main())
