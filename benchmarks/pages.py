"""Benchmark pages: invented threads in the markup of 2023 and later, the same bytes each time.

Before: numbers. After: in a folder ``thread.html`` with ``thread_files/`` as a browser saves them, and ``clean.html``,
the same words and pictures as plain HTML, for programs that know nothing of threads.
"""

from __future__ import annotations

import html
import math
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

WORDS = (
    "the thread holds what the paper says and a page that nobody bound is a page that nobody will find again so we fold"
    " each sheet along its grain prick four holes through every fold wax the linen and sew from the first leaf to the"
    " last before evening takes the light from the bench while rain counts slowly on the roof of an old quiet house"
).split()
EMOJI = ("🧵", "📖", "👍🏽", "❤️", "🇳🇴", "👩‍🔬", "1️⃣")
HANDLE = "benchbinder"
NAME = "Bench Binder"
START = datetime(2024, 5, 17, 8, 30, tzinfo=UTC)
SNOWFLAKE_EPOCH = 1288834974657
GRAIN = 0.06
"""How much of a picture is noise: with this, a JPEG of 1200 by 800 has about 150 KB."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a thread to make."""

    posts: int = 25
    pictures: int = 4
    width: int = 1200
    height: int = 800


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the made pages lie."""

    saved: Path
    """As a browser saves it."""
    clean: Path
    """The same content for the peers."""


def make_pages(folder: Path, shape: Shape) -> Pages:
    """Write one saved page with its pictures, and its clean twin."""
    files = folder / "thread_files"
    files.mkdir(parents=True, exist_ok=True)
    names = [f"GBench{number:02d}xYAAabcd.jpg" for number in range(shape.pictures)]
    for number, name in enumerate(names):
        picture(number, shape).save(files / name, quality=83)
    # Pictures stand after posts at even distances.
    every = max(1, shape.posts // max(1, shape.pictures))
    placed = {1 + number * every: name for number, name in enumerate(names)}
    posts = [(words_of(number), placed.get(number)) for number in range(1, shape.posts + 1)]
    pages = Pages(folder / "thread.html", folder / "clean.html")
    pages.saved.write_text(_saved(posts), encoding="utf-8")
    pages.clean.write_text(_clean(posts), encoding="utf-8")
    return pages


def words_of(number: int) -> str:
    """One post: 200 to 280 characters, in two paragraphs, with an emoji in three of four."""
    length = 190 + number * 37 % 71
    chosen: list[str] = []
    while sum(len(word) + 1 for word in chosen) < length:
        chosen.append(WORDS[(number * 23 + len(chosen)) % len(WORDS)])
    half = len(chosen) // 2
    first, second = " ".join(chosen[:half]).capitalize(), " ".join(chosen[half:]).capitalize()
    sign = f" {EMOJI[number % len(EMOJI)]}" if number % 4 else ""
    return f"{first}.\n\n{second}.{sign}"


def picture(number: int, shape: Shape) -> Image.Image:
    """Waves with a fine grain: about 150 KB as a JPEG of 1200 by 800."""
    width, height = shape.width, shape.height
    step = 3
    small = Image.new("RGB", (width // step, height // step))
    small.putdata(
        [_tone(x * step, y * step, number) for y in range(height // step) for x in range(width // step)],
    )
    grain = Image.new("L", (251, 241))
    grain.putdata([(place * place * 31 + place * (number + 7)) % 256 for place in range(251 * 241)])
    sheet = Image.new("L", (width, height))
    for left in range(0, width, 251):
        for top in range(0, height, 241):
            sheet.paste(grain, (left, top))
    smooth = small.resize((width, height), Image.Resampling.BICUBIC)
    return Image.blend(smooth, Image.merge("RGB", (sheet, sheet, sheet)), GRAIN)


def _tone(x: int, y: int, number: int) -> tuple[int, int, int]:
    wave = math.sin(x / (60 + 9 * number)) + math.sin(y / 47 + math.sin(x / 90 + number))
    other = math.cos((x + y) / (80 + 5 * number))
    return (round(128 + 55 * wave), round(128 + 40 * wave + 25 * other), round(128 + 80 * other))


def _identity(number: int) -> int:
    """A snowflake: the post's second, and its number as sequence."""
    moment = START + timedelta(seconds=3 * number)
    return (round(moment.timestamp() * 1000) - SNOWFLAKE_EPOCH) << 22 | number


def _saved(posts: list[tuple[str, str | None]]) -> str:
    root = _identity(1)
    address = f"https://threadreaderapp.com/thread/{root}.html"
    blocks = "\n".join(_post(number, *post) for number, post in enumerate(posts, start=1))
    return f"""<!DOCTYPE html>
<!-- saved from url=({len(address):04d}){address} -->
<html lang="en"><head><meta charset="UTF-8"><title>Thread by @{HANDLE} on Thread Reader App – Thread Reader App</title>
<meta property="og:url" content="{address}">
<meta property="article:author" content="https://twitter.com/{HANDLE}"></head><body>
<div class="container narrow pb-5">
<h4 class="twitter_name"><a href="https://threadreaderapp.com/user/{HANDLE}">{NAME}</a></h4>
<div class="screenName tw-follow"><a href="https://twitter.com/{HANDLE}">@{HANDLE}</a></div>
<div class="thread-info"><a href="https://twitter.com/{HANDLE}/status/{root}" class="time" \
data-time="{int(START.timestamp()) + 3}" title="Read on X" target="_blank">May 17, 2024</a> • {len(posts)} tweets • \
6 min read • Read on X</div>
<div class="t-main">
{blocks}
</div>
<div class="text-center">• • •</div>
<div class="col-force-refresh">Missing some Tweet in this thread? You can try to <a href="#">force a refresh</a></div>
</div></body></html>
"""


def _post(number: int, text: str, picture: str | None) -> str:
    words = html.escape(text, quote=False).replace("\n", "<br>\n")
    image = (
        f' <span class="entity-image"><a href="https://pbs.twimg.com/media/{picture}" target="_blank">'
        f'<img alt="Image" src="./thread_files/{picture}" class=" b-loaded"></a></span>'
        if picture
        else ""
    )
    return f"""<div id="tweet_{number}" class="content-tweet allow-preview" data-controller="thread" \
data-action="click-&gt;thread#showTweet" data-screenname="{HANDLE}" data-tweet="{_identity(number)}" dir="auto">
{words}{image}
<sup class="tw-permalink"><i class="fas fa-link"></i></sup></div>"""


def _clean(posts: list[tuple[str, str | None]]) -> str:
    """Words and pictures, nothing else."""
    blocks = []
    for text, picture in posts:
        blocks += [f"<p>{html.escape(paragraph)}</p>" for paragraph in text.split("\n\n")]
        if picture:
            blocks.append(f'<p><img src="thread_files/{picture}" alt="Image" style="max-width: 100%"></p>')
    body = "\n".join(blocks)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>A thread by {NAME}</title></head>
<body><h1>A thread by {NAME}</h1>
{body}
</body></html>
"""


if __name__ == "__main__":
    make_pages(Path(sys.argv[1]), Shape(posts=int(sys.argv[2]), pictures=int(sys.argv[3])))
