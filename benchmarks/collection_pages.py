"""Records → a folder of saved Thread Reader pages, in the markup of each era, and the same as one plain HTML document.

Before: records. After: ``saved/NUMBER-HANDLE-ID.html`` with ``…_files/`` beside it (or ``data:`` addresses in it) as
browsers save them, each with its file time; ``clean.html`` and ``media/`` for programs that know nothing of threads.
The same bytes each time. Pictures are JPEGs of 1200 by 800 with about 156 KB; no two have the same pixels.

    python benchmarks/collection_pages.py FOLDER --threads 200 --posts 20 --pictures 0.3
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import re
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from PIL import Image

from markup import ERAS, clean, saved
from pages import Shape as PictureShape
from pages import picture
from records import Record, Shape, records

#: Pictures that are drawn; the others are these with a mark of their own.
POOL = 16
QUALITY = 85
#: So many are worth the start of other processes.
WORTH_PROCESSES = 40


@dataclass(frozen=True, slots=True)
class Collection:
    """Where the made pages lie."""

    saved: Path
    clean: Path
    """Its pictures are in ``media/`` beside it."""


def make_collection(
    folder: Path, shape: Shape, era: str = "mixed", *, first: int = 0, inline: bool = False
) -> Collection:
    """Write the pages of a collection; what lies there already stays, so that a larger one adds pages only.

    Args:
        folder: where.
        shape: of the collection.
        era: a key of :data:`ERAS`, or ``mixed``: each thread in the markup of its own year.
        first: number of the first thread that is written; those before it are only counted.
        inline: pictures as ``data:`` addresses, as SingleFile has them, instead of files beside the page.
    """
    made = Collection(folder / "saved", folder / "clean.html")
    media = folder / "media"
    for each in (made.saved, media):
        each.mkdir(parents=True, exist_ok=True)
    threads = list(records(shape))[first:]
    _draw(media, [key for record in threads for post in record.posts for key in post.pictures])
    for number, record in enumerate(threads, first):
        _save(made.saved / f"{number:05}-{record.handle}-{record.id}.html", record, era, media, inline=inline)
    made.clean.write_text(clean(threads), encoding="utf-8")
    return made


def _save(path: Path, record: Record, era: str, media: Path, *, inline: bool) -> None:
    """One page, its pictures linked into the folder beside it."""
    if path.exists():
        return
    files = path.with_name(f"{path.stem}_files")
    keys = [key for post in record.posts for key in post.pictures]
    if keys and not inline:
        files.mkdir(exist_ok=True)
        for key in keys:
            _link(media / f"{key}.jpg", files / f"{key}.jpg")

    def beside(key: str) -> str:
        return f"./{files.name}/{key}.jpg"

    def inside(key: str) -> str:
        return f"data:image/jpeg;base64,{base64.b64encode((media / f'{key}.jpg').read_bytes()).decode()}"

    path.write_text(saved(record, era, inside if inline else beside), encoding="utf-8")
    when = (record.time + timedelta(days=40)).timestamp()
    os.utime(path, (when, when))


def _link(source: Path, target: Path) -> None:
    if not target.exists():
        os.link(source, target)


def _draw(folder: Path, keys: Iterable[str]) -> None:
    """The pictures of these keys, as far as they are not there."""
    missing = [folder / f"{key}.jpg" for key in keys if not (folder / f"{key}.jpg").exists()]
    if len(missing) < WORTH_PROCESSES:
        for path in missing:
            _draw_one(path)
        return
    with ProcessPoolExecutor() as workers:
        for _ in workers.map(_draw_one, missing, chunksize=20):
            pass


def _draw_one(path: Path) -> None:
    number = int(re.sub(r"\D", "", path.stem))
    image = _drawn(number % POOL).copy()
    for place, digit in enumerate(f"{number:06}"):
        shade = 25 * int(digit)
        image.paste((shade, 255 - shade, 128), (40 + 60 * place, 40, 90 + 60 * place, 90))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    path.write_bytes(out.getvalue())


@cache
def _drawn(number: int) -> Image.Image:
    return picture(number, PictureShape())


def main() -> None:
    """Write what the command line says."""
    parser = argparse.ArgumentParser(description="Write a folder of saved pages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=200)
    parser.add_argument("--posts", type=int, default=20, help="of an invented thread")
    parser.add_argument("--pictures", type=float, default=0.3, help="a post, on average")
    parser.add_argument("--authors", type=int, default=1)
    parser.add_argument("--records", type=Path, help="JSON Lines of real threads, used before any are invented")
    parser.add_argument("--era", choices=[*ERAS, "mixed"], default="mixed")
    parser.add_argument("--first", type=int, default=0, help="number of the first thread that is written")
    parser.add_argument("--alone", action="store_true", help="each thread as plain HTML too, in alone/")
    parser.add_argument("--inline", action="store_true", help="pictures inside the pages")
    said = parser.parse_args()
    shape = Shape(said.threads, said.posts, said.pictures, said.authors, said.records)
    make_collection(said.folder, shape, said.era, first=said.first, inline=said.inline)
    if said.alone:
        (said.folder / "alone").mkdir(exist_ok=True)
        for number, record in enumerate(records(shape)):
            (said.folder / "alone" / f"{number:05}.html").write_text(clean([record], "../media"), encoding="utf-8")


if __name__ == "__main__":
    main()
