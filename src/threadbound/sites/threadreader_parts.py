"""Pictures, clips, quoted posts and link previews of Thread Reader's posts, of every year.

Before: one element. After: the record that it stands for, or ``None`` where it holds nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from threadbound.model.media import Media
from threadbound.model.thread import Card, Quote
from threadbound.sites import threadreader_urls as urls
from threadbound.sites.dom import Element, is_emoji

#: Words that the site puts where the author described nothing.
_NO_ALT = frozenset({"", "image", "embedded image", "profile picture"})
#: Pictures of the site itself: the empty one before a picture is loaded, the note of a preview without a picture.
_CHROME = re.compile(r"(?:^|/)(?:1px\.png|sticky-note-regular\.png|Twitter_Logo_\w+\.png)(?:$|[?#])")
_SIZE = re.compile(r"/(\d{1,5})x(\d{1,5})/", re.ASCII)
_DURATION = re.compile(r"(?:(\d{1,3}):)?(\d{1,5}(?:\.\d+)?)", re.ASCII)
#: What the site says instead of a quoted post ("External Tweet loading... by @x view original on Twitter").
_BOILERPLATE = re.compile(
    r"External Tweet loading\.*|If nothing shows, it may have been deleted|by @\w+(?=\s*(?:$|view))"
    r"|view original on (?:Twitter|X)|https?://\S+|Unroll available on Thread Reader",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"[—–-]\s*(.*?)\s*\(@(\w{1,20})\)")


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


def quote_of(frame: Element) -> Quote | None:
    """The quoted post of a ``blockquote``, of the frame that a browser made of it, or of the box round either."""
    iframe = frame if frame.tag == "iframe" else frame.first("iframe")
    links = [href for anchor in frame.all("a") if (href := urls.absolute(anchor.get("href"))) and urls.status_id(href)]
    framed = (iframe.get("data-tweet-id") or urls.query(iframe.get("src"), "id") or "") if iframe else ""
    if not framed.isdigit():
        framed = ""
    text = _quoted_words(frame)
    if not links and not framed and not text:
        return None
    # The last one: before it, the words of a quoted post may link to further posts.
    url = links[-1] if links else f"https://twitter.com/i/status/{framed}" if framed else None
    signature = _SIGNATURE.search(frame.text(without=set(frame.all("p")))) if text else None
    return Quote(
        id=urls.status_id(url) or None,
        url=url,
        author=urls.handle_of(url) or (signature[2] if signature else None),
        name=(signature[1] or None) if signature else None,
        text=text,
        media=tuple(filter(None, (image_of(image) for image in frame.all("img") if not is_emoji(image)))),
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


def _quoted_words(frame: Element) -> str:
    """A quoted post's words: its paragraphs, else all that is not the site's."""
    paragraphs = [paragraph.lines() for paragraph in frame.all("p")]
    if any(paragraphs):
        return "\n\n".join(filter(None, paragraphs))
    lines = (_BOILERPLATE.sub("", line).strip() for line in frame.lines().split("\n"))
    return "\n".join(filter(None, lines))


def _is_ad(element: Element, reference: str) -> bool:
    host = urls.urlsplit_or_empty(reference)[0]
    ads = host.endswith(("googlesyndication.com", "doubleclick.net", "googleadservices.com"))
    return (
        ads or reference.startswith(("about:", "javascript:")) or element.get("id").startswith(("google_ads", "aswift"))
    )
