"""Saved Thread Reader pages, in the markup of 2023 and later.

Before: a :class:`Sample`, words and pictures as an author gave them. After: a page and its ``_files/`` folder as a
browser saves them, the same bytes each time.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from PIL import Image

from threadbound.model.thread import Thread

#: Milliseconds of the first possible id.
_EPOCH = 1288834974657
#: When every page was saved: the file's own time.
SAVED = datetime(2025, 11, 3, 7, 30, tzinfo=UTC).timestamp()

Draw = Callable[[], Image.Image]


@dataclass(frozen=True)
class Picture:
    """A picture of a post."""

    draw: Draw | None
    """``None``: it was not saved."""
    alt: str = ""
    form: str = "jpg"


@dataclass(frozen=True)
class Said:
    """A post: words (a line feed ends a line, other markup is written as it is) and what it carries."""

    words: str
    pictures: tuple[Picture, ...] = ()
    later: timedelta = timedelta(minutes=2)
    """After the post before."""
    number: int | None = None
    """In the page's count; the next one when ``None``."""
    after: str = ""
    """Markup behind the words: quotes, cards, clips."""


@dataclass(frozen=True)
class Sample:
    """One thread."""

    name: str
    author: str
    handle: str
    started: datetime
    posts: tuple[Said, ...]
    avatar: Draw | None = None
    language: str = "en"
    declared: int | None = None
    """How many posts the page says it has; as many as it holds when ``None``."""
    extra: Mapping[str, Draw] = field(default_factory=dict)
    """Further files: posters, pictures of cards and quotes."""
    amend: Callable[[Thread], Thread] | None = None
    """Adds to the thread what no saved page holds, such as a poll."""


def post_id(time: datetime, number: int = 0) -> int:
    """The id of a post of that time."""
    return ((round(time.timestamp() * 1000) - _EPOCH) << 22) | number


def write(sample: Sample, folder: Path) -> Path:
    """Write the page ``NAME.html`` and ``NAME_files/`` into ``folder``."""
    files = folder / f"{sample.name}_files"
    files.mkdir(parents=True, exist_ok=True)
    for name, draw in sample.extra.items():
        (files / name).write_bytes(_encoded(draw(), name.rpartition(".")[2]))
    if sample.avatar:
        (files / "avatar_bigger.png").write_bytes(_encoded(sample.avatar(), "png"))
    posts = "".join(_posts(sample, files))
    path = folder / f"{sample.name}.html"
    path.write_text(_head(sample) + posts + _FOOT, "utf-8")
    os.utime(path, (SAVED, SAVED))
    return path


def quote(handle: str, ident: int, words: str = "", signature: str = "", picture: str = "") -> str:
    """A quoted post; only its address when there are no words."""
    address = f"https://twitter.com/{handle}/status/{ident}"
    said = f'<p lang="en" dir="ltr">{words}</p>{picture}{signature} ' if words else ""
    label = "" if words else address
    return (
        '<span class="entity-embed"><span class="twitter-player"><blockquote class="twitter-tweet">'
        f'{said}<a href="{address}">{label}</a></blockquote></span></span>'
    )


def card(url: str, title: str, description: str, picture: str = "") -> str:
    """The preview of a linked page."""
    image = f'<img src="{picture}" loading="lazy">' if picture else '<img src="/images/sticky-note-regular.png">'
    return (
        f'<div><div class="entity-url-preview"><a target="_blank" href="{url}" class="img-cover">{image}</a>'
        f'<div class="paragraph"><a target="_blank" href="{url}"><strong>{title}</strong> {description}</a>'
        f'<a href="{url}"><small class="pre-url">{url}</small></a></div></div></div>'
    )


def link(url: str, shown: str) -> str:
    """A link in the words."""
    return f'<a class="entity-url" data-preview="true" href="{url}">{shown}</a>'


def video(key: str, seconds: str = "", poster: str = "", alt: str = "") -> str:
    """A clip, with its poster or without."""
    still = f' poster="{poster}"' if poster else ""
    return (
        f'<span class="entity-video"><video controls{still} data-duration="{seconds}" aria-label="{escape(alt)}">'
        f'<source src="https://video.twimg.com/ext_tw_video/{key}/pu/vid/avc1/1280x720/clip.mp4?tag=12"'
        ' type="video/mp4"></video></span>'
    )


def _posts(sample: Sample, files: Path) -> list[str]:
    time, count, made = sample.started, 0, []
    for place, said in enumerate(sample.posts):
        time = time + said.later if place else time
        count = said.number or count + 1
        ident = post_id(time, count)
        pictures = "".join(_picture(each, sample, files, ident + k) for k, each in enumerate(said.pictures))
        made.append(
            f'<div id="tweet_{count}" class="content-tweet allow-preview" data-controller="thread"'
            f' data-screenname="{sample.handle}" data-tweet="{ident}" dir="auto">\n'
            f"{said.words.replace(chr(10), '<br>' + chr(10))}{said.after}{pictures}\n"
            '<sup class="tw-permalink"><i class="fas fa-link"></i></sup></div>\n'
        )
    return made


def _picture(picture: Picture, sample: Sample, files: Path, number: int) -> str:
    key = f"Gal{number % 10**12:012}"
    name, address = f"{key}.{picture.form}", f"https://pbs.twimg.com/media/{key}.{picture.form}"
    shown = f'src="/images/1px.png" data-src="{address}"'
    if picture.draw:
        (files / name).write_bytes(_encoded(picture.draw(), picture.form))
        shown = f'src="./{sample.name}_files/{name}"'
    alt = escape(picture.alt or "Image")
    return f'<span class="entity-image"><a href="{address}" target="_blank"><img alt="{alt}" {shown}></a></span>'


def _encoded(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    if form == "png":
        image.save(out, "PNG")
    else:
        image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _head(sample: Sample) -> str:
    first = post_id(sample.started, sample.posts[0].number or 1)
    page, status = f"https://threadreaderapp.com/thread/{first}.html", f"https://twitter.com/{sample.handle}"
    face = f"./{sample.name}_files/avatar_bigger.png"
    avatar = f'<div class="prof-image"><img src="{face}" alt="{sample.author} Profile picture"></div>\n'
    return (
        f'<!DOCTYPE html>\n<!-- saved from url=({len(page):04}){page} -->\n<html lang="{sample.language}"><head>'
        '<meta charset="utf-8">\n'
        f"<title>Thread by @{sample.handle} on Thread Reader App – Thread Reader App</title>\n"
        f'<meta property="og:url" content="{page}">\n</head><body>\n{avatar if sample.avatar else ""}'
        f'<h4 class="twitter_name"><a href="/user/{sample.handle}">{sample.author}</a></h4>\n'
        f'<div class="screenName tw-follow"><a href="//twitter.com/{sample.handle}">@{sample.handle}</a></div>\n'
        f'<div class="thread-info"><a href="{status}/status/{first}" class="time"'
        f' data-time="{int(sample.started.timestamp())}" title="Read on X">{sample.started:%b %d, %Y}</a>'
        f" • {sample.declared or len(sample.posts)} tweets • {_minutes(sample)} min read • Read on X</div>\n"
    )


def _minutes(sample: Sample) -> int:
    return 1 + sum(len(said.words.split()) for said in sample.posts) // 230


_FOOT = (
    '<div class="text-center">• • •</div>\n<div class="col-force-refresh">Missing some Tweet in this thread?'
    ' You can try to <a href="#">force a refresh</a></div>\n</body></html>\n'
)
