"""Pictures, clips, frames and link previews of Thread Reader's posts, of every year.

Before: one element. After: the record that it stands for, or ``None`` where it holds nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from threadbound.model.media import Media
from threadbound.model.thread import Card
from threadbound.sites import threadreader_urls as urls
from threadbound.sites.dom import Element

#: Words that the site puts where the author described nothing.
_NO_ALT = frozenset({"", "image", "embedded image", "profile picture"})
#: Pictures of the site itself: the empty one before a picture is loaded, the note of a preview without a picture.
_CHROME = re.compile(r"(?:^|/)(?:1px\.png|sticky-note-regular\.png|Twitter_Logo_\w+\.png)(?:$|[?#])")
_SIZE = re.compile(r"/(\d{1,5})x(\d{1,5})/", re.ASCII)
_DURATION = re.compile(r"(?:(\d{1,3}):)?(\d{1,5}(?:\.\d+)?)", re.ASCII)


def image_of(image: Element, href: str = "") -> Media | None:
    """The picture of an ``img``; ``href`` is the target of the link round it."""
    lazy = urls.source(image.get("data-src"))
    shown = urls.source(image.get("src"))
    linked = href if urls.is_picture(href) else ""
    # While the address waits in data-src, src is the empty picture, whatever name or token the capture gave it.
    empty = shown if lazy and not urls.is_web(shown) else ""
    references = _references((linked, lazy, shown), doubtful=empty)
    if not references:
        return None
    alt = image.get("alt")
    return Media(
        kind="image",
        url=_first_web((linked, lazy, shown)) or references[0],
        alt="" if alt.lower() in _NO_ALT else alt,
        references=references,
    )


def clip_of(video: Element) -> Media | None:
    """The clip of a ``video``: best file and still picture. The picture inside is for browsers without video."""
    files = [video, *video.all("source")]
    sources = [source for file in files if (source := urls.source(file.get("src") or file.get("data-src")))]
    fallback = video.first("img")
    poster = urls.source(video.get("poster") or video.get("data-poster"))
    spare = urls.source(fallback.get("data-src") or fallback.get("src")) if fallback else ""
    best = max(sources, key=_goodness, default="")
    still = _first_web((poster, spare)) or poster or spare
    if not best and not still:
        return None
    silent = "/tweet_video/" in best or {"autoplay", "loop"} <= video.attributes.keys()
    return Media(
        kind="gif" if silent else "video",
        url=still if not best or best.startswith("blob:") else best,
        alt=_described(video, fallback),
        poster=still or None,
        duration=_seconds(video.get("data-duration")),
        references=_references((poster, spare)),
    )


def card_of(preview: Element) -> Card | None:
    """The preview of a linked page."""
    targets = (urls.absolute(anchor.get("href")) for anchor in preview.all("a"))
    url = next(filter(urls.is_web, targets), None)
    if url is None:
        return None
    title = preview.first("strong")
    paragraph = preview.first("", "paragraph") or preview
    aside = {*paragraph.all("strong"), *paragraph.all("small")}
    pictures = filter(None, (image_of(image) for image in preview.all("img")))
    return Card(
        url=url,
        title=title.text() if title else "",
        description=paragraph.text(without=aside),
        image=next(pictures, None),
    )


class Frame(Struct, frozen=True):
    """What an ``iframe`` or another embedded thing shows, where it is no quoted post."""

    url: str | None
    """Where the thing itself can be seen."""
    text: str
    reference: str
    """What the page says, if that is no address."""


def frame_of(element: Element) -> Frame | None:
    """The page or clip that ``element`` embeds; ``None`` for advertisements and empty frames."""
    inner = element.first("source")
    reference = (
        element.get("src") or element.get("data-src") or element.get("data") or (inner.get("src") if inner else "")
    )
    reference = urls.source(reference)
    if not reference or _is_ad(element, reference):
        return None
    if clip := urls.youtube_id(reference, player=element.has("youtube-player")):
        url = f"https://www.youtube.com/watch?v={clip}"
        return Frame(url, url, reference)
    address = reference if urls.is_web(reference) else None
    return Frame(address, element.get("title") or reference, reference)


def is_chrome(image: Element) -> bool:
    """Whether an ``img`` belongs to the site and not to the post."""
    own = urls.source(image.get("src")).startswith(f"{urls.HOME}images/") or bool(_CHROME.search(image.get("src")))
    return own and not image.get("data-src")


def _references(candidates: Iterable[str], doubtful: str = "") -> tuple[str, ...]:
    """Each distinct reference, best first: names and tokens of the capture, then addresses, then the doubtful one."""
    kept = [each for each in candidates if each and each != doubtful and not _CHROME.search(each)]
    local = [each for each in kept if not urls.is_web(each)]
    web = [each for each in kept if urls.is_web(each)]
    last = [doubtful] if doubtful and not _CHROME.search(doubtful) else []
    return tuple(dict.fromkeys([*local, *web, *last]))


def _first_web(candidates: Iterable[str]) -> str:
    return next((each for each in candidates if urls.is_web(each) and not _CHROME.search(each)), "")


def _goodness(address: str) -> tuple[bool, bool, int]:
    """How good a file of a clip is: a plain file before a playlist, then by its pixels."""
    path = address.partition("?")[0].lower()
    size = _SIZE.search(address)
    pixels = int(size[1]) * int(size[2]) if size else 0
    return (not address.startswith("blob:"), not path.endswith((".m3u8", ".mpd")), pixels)


def _described(video: Element, fallback: Element | None) -> str:
    words = video.get("aria-label") or (fallback.get("alt") if fallback else "")
    return "" if words.lower() in _NO_ALT else words


def _seconds(text: str) -> float | None:
    match = _DURATION.fullmatch(text)
    return int(match[1] or 0) * 60 + float(match[2]) if match else None


def _is_ad(element: Element, reference: str) -> bool:
    host = urls.urlsplit_or_empty(reference)[0]
    ads = host.endswith(("googlesyndication.com", "doubleclick.net", "googleadservices.com"))
    return (
        ads or reference.startswith(("about:", "javascript:")) or element.get("id").startswith(("google_ads", "aswift"))
    )
