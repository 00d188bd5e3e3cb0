"""The addresses of Thread Reader and of what its pages point at.

Before: whatever stands in an attribute. After: absolute addresses, ids and handles, or ``None`` where it is none.
"""

from __future__ import annotations

import functools
import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

#: The site itself; relative addresses of its pages belong here.
HOME = "https://threadreaderapp.com/"
#: Hosts whose pages of people and posts are one and the same.
TWITTER = frozenset({"twitter.com", "x.com", "www.twitter.com", "www.x.com", "mobile.twitter.com", "mobile.x.com"})

#: Every way in which a page of one thread is addressed: other port, no scheme, no ``.html``, other views of it.
_THREAD = re.compile(
    r"(?:https?:)?//(?:www\.)?threadreaderapp\.com(?::\d+)?/(?:thread|scrolly|convos|refresh)/(\d{1,19})(?!\d)",
    re.ASCII,
)
_STATUS = re.compile(r"/status(?:es)?/(\d{1,19})(?!\d)", re.ASCII)
_MIRRORED = re.compile(r"/\w{1,20}/status(?:es)?/(\d{15,19})(?![^/])", re.ASCII)
_HANDLE = re.compile(r"@?(\w{1,20})", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
#: What is meant to be an address in the web, whether it is one or not.
_MEANT = re.compile(r"(?:https?:|mailto:|//)", re.IGNORECASE)
#: A host with its port and what stands before it; the name holds neither white space nor what a URL forbids there.
_HOST = re.compile(
    r"https?://(?:[^\s/?#@]*@)?(?:\[(?P<six>[^\]\s]*)\]|(?P<name>[^\s\x00-\x1f\x7f<>\"\\^`{|}\[\]%/?#@:]+))"
    r"(?::(?P<port>[0-9]{0,5}))?(?=[/?#]|$)"
)
#: The last part of a host that can only be an address in numbers.
_NUMERIC = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?", re.IGNORECASE | re.ASCII)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp)(?:$|[?#:])", re.IGNORECASE)
_YOUTUBE_ID = re.compile(r"[\w-]{11}", re.ASCII)
_EMBED = re.compile(r"(?:^|//)(?:www\.|m\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{11})", re.ASCII)
#: The site's own hosts.
_OWN = frozenset({"threadreaderapp.com", "www.threadreaderapp.com"})
_LAST_PORT = 65_535
#: First parts of the address of what is no person.
_NO_HANDLES = frozenset({"i", "intent", "hashtag", "search", "home", "share", "explore"})


def thread_id(address: str | None) -> str | None:
    """The id in the address of a thread's page, in any of its variants."""
    match = _THREAD.match(address or "")
    return match[1] if match else None


def thread_url(ident: str) -> str:
    """The canonical address of a thread's page."""
    return f"{HOME}thread/{ident}.html"


@functools.lru_cache(maxsize=256)  # asked three times of each link
def absolute(href: str) -> str | None:
    """``href`` as a whole address with ``http``, ``https`` or ``mailto``; ``None`` for anything else and for ``#``.

    Nor is it one that no program could follow: without a host, with a bracket unclosed, a port too large.
    """
    href = href.strip()
    if not href or (href.endswith("#") and _is_own(href)):
        return None
    if not _SCHEME.match(href):
        href = _joined(href)
    scheme, colon, rest = href.partition(":")
    scheme = scheme.lower()
    if scheme not in {"http", "https", "mailto"} or not rest.strip("/"):
        return None
    whole = f"{scheme}{colon}{rest}"
    return whole if scheme == "mailto" or is_web(whole) else None


def unusable(href: str) -> str:
    """``href`` if it is meant to be an address and cannot be one: all that can be done is to print it."""
    href = href.strip()
    nowhere = href.endswith("#") and _is_own(href)
    return href if _MEANT.match(href) and not nowhere and absolute(href) is None else ""


def is_own(href: str) -> bool:
    """Whether a link leads nowhere or to a page of the site itself."""
    address = absolute(href)
    return not unusable(href) and (address is None or urlsplit_or_empty(address)[0] in _OWN)


def is_web(address: str | None) -> bool:
    """Whether this is a whole ``http`` or ``https`` address, with a host that can be one."""
    address = address or ""
    scheme, colon, rest = address.partition(":")
    match = _HOST.match(f"{scheme.lower()}{colon}{rest}")
    if match is None or int(match["port"] or 0) > _LAST_PORT:
        return False
    try:
        urlsplit(address)
        if match["name"] is None:
            IPv6Address(match["six"])
        elif _NUMERIC.fullmatch(match["name"]):
            IPv4Address(match["name"].removesuffix("."))
    except (AddressValueError, ValueError):
        return False
    return match["name"] is None or any(map(str.isalnum, match["name"]))


def handle_in(text: str) -> str:
    """The handle that an attribute gives, without ``@``; empty where it can be none."""
    match = _HANDLE.fullmatch(text.strip())
    return match[1] if match else ""


def source(reference: str) -> str:
    """A picture's or frame's reference: addresses made whole, names beside the page and tokens as they are."""
    reference = reference.strip()
    return _joined(reference) if reference.startswith("/") else reference


def status_id(address: str | None) -> str | None:
    """The id in the address of a post."""
    match = _STATUS.search(urlsplit_or_empty(address or "")[1])
    return match[1] if match else None


def post_id(address: str | None) -> str | None:
    """The id in the address of a post at Twitter, or of the page of a thread that it opens."""
    host, _ = urlsplit_or_empty(address or "")
    return thread_id(address) or (status_id(address) if host in TWITTER else None)


def mirrored_id(address: str | None) -> str | None:
    """The id of a post in its address at whatever host shows Twitter's posts: ``/HANDLE/status/ID`` and nothing before.

    Ids of 15 digits and more, which count on from 2010, are given by nobody else.
    """
    match = _MIRRORED.match(urlsplit_or_empty(address or "")[1])
    return match[1] if match else None


def status_url(handle: str, ident: str) -> str:
    """The permalink of a post."""
    return f"https://twitter.com/{handle}/status/{ident}"


def handle_of(address: str | None) -> str | None:
    """Whose page or post at Twitter this is the address of."""
    host, path = urlsplit_or_empty(address or "")
    first = path.lstrip("/").partition("/")[0]
    match = _HANDLE.fullmatch(first)
    return match[1] if host in TWITTER and match and first.lower() not in _NO_HANDLES else None


def is_picture(address: str) -> bool:
    """Whether the address is that of a picture rather than of a page."""
    host, path = urlsplit_or_empty(address)
    return host == "pbs.twimg.com" or bool(_PICTURE.search(path))


def youtube_id(reference: str, *, player: bool) -> str | None:
    """The clip that a frame plays; ``player``: the frame says it is YouTube's, though saved under a local name."""
    if match := _EMBED.search(reference):
        return match[1]
    stem = unquote(reference).rpartition("/")[2].partition(".")[0]
    return stem if player and not is_web(reference) and _YOUTUBE_ID.fullmatch(stem) else None


def query(address: str, name: str) -> str | None:
    """The value of ``name`` in the address's query."""
    try:
        values = parse_qs(urlsplit(address).query, max_num_fields=100)
    except ValueError:  # a hostile address
        return None
    return next(iter(values.get(name, [])), None)


def urlsplit_or_empty(address: str) -> tuple[str, str]:
    """Host in lower case and path; both empty where the address is broken."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return (parts.netloc.lower().rpartition("@")[2].partition(":")[0], parts.path)


def _joined(href: str) -> str:
    try:
        return urljoin(HOME, href)
    except ValueError:  # such as an unclosed bracket in the host
        return href


def _is_own(href: str) -> bool:
    """Whether a link ending in ``#`` leads nowhere: a browser may have put the page's own address before it."""
    return not _MEANT.match(href) or urlsplit_or_empty(href)[0] in _OWN
