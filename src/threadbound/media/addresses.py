"""One picture, many addresses: what they share, and which to ask for.

Before: an address as a page gives it. After: the picture's identity, which all its addresses have in common, and the
addresses at which it can be had, largest first. What is known of a host stands in :data:`HOSTS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from msgspec import Struct

from threadbound.media.policy import PORTS

#: Sizes that Twitter keeps of a picture, largest first; ``orig`` is the file as its author sent it.
SIZES = ("orig", "4096x4096", "large", "medium")
#: ``/media/KEY``, and the stills of clips and the pictures of cards, which are kept in the same way.
_KEYED = re.compile(
    r"(?P<path>/(?:media|tweet_video_thumb|(?:ext_tw_video_thumb|amplify_video_thumb)/\d+(?:/\w+)?/img|card_img/\d+)"
    r"/[\w-]+)(?:\.(?P<suffix>\w{2,5}))?(?::\w+)?",
    re.ASCII,
)
_PORTRAIT = re.compile(
    r"(?P<stem>/profile_images/\d+/.+?)(?:_(?:mini|normal|bigger|reasonably_small|\d+x\d+))?(?P<suffix>\.\w{2,5})?",
    re.ASCII,
)
_FORM = re.compile(r"\w{2,5}", re.ASCII)


class Address(Struct, frozen=True):
    """Where one picture is."""

    identity: str
    """The same for every address of the picture."""
    candidates: tuple[str, ...]
    """Addresses to ask, largest picture first, the page's own last; each once."""


def address_of(url: str) -> Address | None:
    """The picture at ``url``; ``None`` where that is no address in the web."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # such as an unclosed bracket
        return None
    if parts.scheme not in PORTS or not host:
        return None
    if host in HOSTS:
        # Old pages say http: nobody on the way should choose the picture.
        parts = parts._replace(scheme="https", netloc=parts.netloc.removesuffix(f":{PORTS[parts.scheme]}"))
    known = HOSTS.get(host, _anywhere)(parts)
    given = urlunsplit(parts._replace(fragment="")).replace(" ", "%20")
    return Address(known.identity, tuple(dict.fromkeys((*known.candidates, given))))


def _anywhere(parts: SplitResult) -> Address:
    place = parts.netloc.lower().removesuffix(f":{PORTS[parts.scheme]}")
    return Address(urlunsplit(("https", place, parts.path, parts.query, "")), ())


def _twitter(parts: SplitResult) -> Address:
    if keyed := _KEYED.fullmatch(parts.path):
        asked = parse_qs(parts.query).get("format", [])
        form = keyed["suffix"] or next(filter(_FORM.fullmatch, asked), "jpg")
        return _sized(f"https://{parts.hostname}{keyed['path']}", form)
    if portrait := _PORTRAIT.fullmatch(parts.path):
        stem, suffix = f"https://{parts.hostname}{portrait['stem']}", portrait["suffix"] or ""
        return Address(stem, (f"{stem}{suffix}", f"{stem}_400x400{suffix}"))
    return _anywhere(parts)


def _sized(stem: str, form: str) -> Address:
    """The sizes of a picture. WebP is what browsers are given: nobody's original, so originals are asked for first."""
    originals = ("jpg", "png") if form == "webp" else ()
    first = [f"{stem}?format={other}&name=orig" for other in originals]
    return Address(stem, (*first, *(f"{stem}?format={form}&name={size}" for size in SIZES)))


#: Hosts whose addresses say which picture and which size of it.
HOSTS: dict[str, Callable[[SplitResult], Address]] = {"pbs.twimg.com": _twitter}
