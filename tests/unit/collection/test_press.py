"""A collection as PDF needs the memory of the book, or that of the file that is read again, never both."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

#: Another process: here pytest holds what is logged, and with it all that called whoever logged it.
PROGRAM = """
import gc, sys
from threadbound.book.book import Book
from threadbound.cli.app import run
from threadbound.collection import press, proof
from threadbound.tools.workers import Here

def spying(*given):
    print(*(each.title for each in gc.get_objects() if type(each) is Book))
    return begin(*given)

gc.disable()
press.executor, begin, proof.begin = lambda *_: Here(), proof.begin, spying
for _ in range(2):  # what is laid out is cleared away after; the second time nothing is
    run(["pdf", *sys.argv[1:], "--force"])
"""


def test_where_nobody_else_reads_the_file_again_the_book_has_gone_before(
    make_page: Callable[..., Path], tmp_path: Path
) -> None:
    for number in range(2):
        body = [f'Tagged <a class="entity-hashtag" href="/hashtag/sewing{number}">#sewing{number}</a>.']
        make_page(body, folder=tmp_path / "saved", name=f"{number}.html", first=1898301191378579461 + (number << 30))
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "saved"), "-o", str(tmp_path / "b.pdf")]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    assert (tmp_path / "b.pdf").is_file()
    assert done.stdout == "\n\n"
