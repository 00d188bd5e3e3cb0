"""Copies from the Wayback Machine and from pywb, turned back into the page that they are copies of.

Before: decoded markup and the address it was saved from, if that is known. After: markup without toolbar, inserted
scripts and signature, with the original addresses; and, where the copy says so, the original's address and the time at
which the archive captured it. What a person wrote, a link to another archived page included, stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct

from threadbound.containers.places import WORDS, Place, places, tag_end

_HOST = r"(?:https?:)?//(?:(?:www|web|web-beta|replay)\.)?(?:web\.)?archive\.org(?::\d{1,5})?"
_STAMP = r"/web/(\d{4,14})\*?((?:[a-z]{2}_)?)/"
#: An address as the Wayback Machine rewrites it; what follows is the original.
_REWRITTEN = re.compile(rf"({_HOST})?{_STAMP}(?=[\w/])", re.ASCII)
_STAMPED = re.compile(r"/web/\d{14}(?:[a-z]{2}_)?/", re.ASCII)
_ADDRESS = re.compile(r"""(?:href|src)\s{0,4}=\s{0,4}["']?\s{0,4}(?:https?:|/)""", re.ASCII | re.IGNORECASE)
_MARKS = re.compile(
    r"<!-- BEGIN WAYBACK TOOLBAR INSERT|<!-- End Wayback Rewrite JS Include|<!--\s{1,20}FILE ARCHIVED ON \d\d:\d\d"
    r"|__wm\.(?:wombat|init)\(|<!-- WB Insert -->|<!-- saved from url=\(\d+\)https?://(?:web\.)?archive\.org/web/\d{4}"
    r"""|<div id=["']?wm-ipp""",
    re.ASCII,
)
_WOMBAT = re.compile(r'__wm\.(?:wombat|init)\(\s*"([^"\s]{1,8000})"\s*,\s*"(\d{14})"')
_PYWB_URL = re.compile(r'wbinfo\.url\s*=\s*"([^"\s]{1,8000})"')
_PYWB_STAMP = re.compile(r'wbinfo\.timestamp\s*=\s*"(\d{14})"')
_PYWB_PREFIX = re.compile(r'wbinfo\.prefix\s*=\s*(?:decodeURI\()?"https?:(//[^"/\s]{1,300})(/[^"\s]{0,300})"')
_TOOLBAR_URL = re.compile(
    r"""<input[^<>]{0,300}id=["']?wmtbURL["']?[^<>]{0,300}value=["']?(https?://[^"'\s>]{1,8000})"""
)
_CANONICAL = re.compile(
    rf"""(?:rel=["']?canonical["']?|property=["']?og:url["']?)\s[^<>]{{0,300}}?(?:href|content)=["']?"""
    rf"""({_HOST})?{_STAMP}(https?:/[^"'\s>]{{1,8000}})""",
    re.ASCII,
)
_ARCHIVED_ON = re.compile(r"FILE ARCHIVED ON (\d\d:\d\d:\d\d [A-Z][a-z]{2} \d\d, \d{4})", re.ASCII)
_INSERTS = (
    ("<!-- BEGIN WAYBACK TOOLBAR INSERT", "<!-- END WAYBACK TOOLBAR INSERT -->"),
    ("<!-- WB Insert -->", "<!-- End WB Insert -->"),
)
_HEAD_INSERT_END = "<!-- End Wayback Rewrite JS Include -->"
_SIGNATURE = re.compile(r"<!--\s{1,20}(?:FILE ARCHIVED ON |playback timings)", re.ASCII)
_TOOLBAR_DIV = re.compile(r"""<div id=["']?(?:wm-ipp|wm-ipp-base|wm-ipp-print|donato)["'\s>]""", re.ASCII)
_DIV = re.compile(r"<(/?)div(?=[\s/>])", re.ASCII | re.IGNORECASE)
_REFRESH = re.compile(r"""(?:^|=\s{0,4}["']?)\s{0,9}\d{1,6}\s{0,4};\s{0,4}url\s{0,4}=\s{0,4}['"]?\Z""", re.IGNORECASE)
_LOST_SLASH = re.compile(r"(https?):/(?=[^/])")
_CSS_BEFORE = re.compile(r"""(?:\(|["']|&quot;|&#3[49];)\s{0,4}\Z""")
#: An archive puts each of its pieces into a page once or twice.
_FEW = 6
#: Attributes that archives rewrite. In others a plain address with a foreign stamp is somebody's own link.
_REWRITTEN_ATTRIBUTES = frozenset(
    "href src srcset data-src data-srcset poster action formaction background cite data content xlink:href longdesc"
    " codebase classid usemap manifest data-href data-url data-image data-link-href style".split(),
)


class Undone(Struct, frozen=True):
    """A page given back by an archive."""

    markup: str
    url: str | None
    """Where the archive had it from."""
    captured: datetime | None
    """When the archive had it."""


def is_archived(markup: str, saved_from: str | None = None) -> bool:
    """Whether the markup bears the marks of an archive, or most of its addresses are rewritten ones."""
    if _MARKS.search(markup) or (saved_from and _REWRITTEN.match(saved_from)):
        return True
    rewritten = sum(1 for _ in _STAMPED.finditer(markup))
    return rewritten >= 3 and rewritten * 2 > sum(1 for _ in _ADDRESS.finditer(markup))


def original(url: str) -> str:
    """An address as it was before the archive; one layer only, others unchanged."""
    found = _REWRITTEN.match(url.strip())
    return _whole(url.strip()[found.end() :]) if found else url


def stamp_of(url: str) -> datetime | None:
    """The capture time inside an archive's address."""
    found = _REWRITTEN.match(url.strip())
    return moment(found[2]) if found else None


def moment(stamp: str) -> datetime | None:
    """``20200131235959`` as a time; ``None`` for shorter or impossible ones."""
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC) if len(stamp) == 14 else None
    except ValueError:
        return None


def undo(markup: str, saved_from: str | None = None) -> Undone:
    """The page as the archive found it."""
    url, stamp = _own(markup, saved_from)
    prefix = _pywb_prefix(markup)
    stamps = Counter(found[0][5:19] for found in _STAMPED.finditer(markup))
    common = stamps.most_common(1)[0][0] if stamps else ""
    captured = moment(stamp or "") or _signed(markup) or moment(common)
    markup = _turned_back(_without_inserts(markup), prefix or _REWRITTEN, {stamp or common, common})
    return Undone(markup, url, captured)


def _own(markup: str, saved_from: str | None) -> tuple[str | None, str | None]:
    """The page's own address and stamp, from whatever says them most surely."""
    if found := _WOMBAT.search(markup):
        return _whole(found[1]), found[2]
    if found := _PYWB_URL.search(markup):
        stamp = _PYWB_STAMP.search(markup)
        return found[1], stamp[1] if stamp else None
    if saved_from and (found := _REWRITTEN.match(saved_from)):
        return _whole(saved_from[found.end() :]), found[2]
    if found := _CANONICAL.search(markup):
        return _whole(found[4]), found[2]
    found = _TOOLBAR_URL.search(markup)
    return (found[1] if found else saved_from), None


def _whole(url: str) -> str:
    """An original address; some copies have lost a slash or the scheme."""
    if found := _LOST_SLASH.match(url):
        return f"{found[1]}://{url[found.end() :]}"
    return f"http://{url}" if re.match(r"[\w-]{1,63}(?:\.[\w-]{1,63})+(?:[:/]|\Z)", url, re.ASCII) else url


def _signed(markup: str) -> datetime | None:
    found = _ARCHIVED_ON.search(markup)
    try:
        return datetime.strptime(found[1], "%H:%M:%S %b %d, %Y").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _pywb_prefix(markup: str) -> re.Pattern[str] | None:
    """The prefix of a pywb's addresses, in groups like ``_REWRITTEN``."""
    found = _PYWB_PREFIX.search(markup)
    if found is None:
        return None
    host, path = re.escape(found[1]), re.escape(found[2])
    return re.compile(rf"((?:https?:)?{host})?{path}(\d{{0,14}})((?:[a-z]{{2}}_)?)/?(?=https?:/|//)", re.ASCII)


def _without_inserts(markup: str) -> str:
    """Without toolbar, inserted scripts and signature."""
    for opening, closing in _INSERTS:
        begin = markup.find(opening)
        end = markup.find(closing, begin) if begin >= 0 else -1
        if end >= 0:
            markup = markup[:begin] + markup[end + len(closing) :]
    markup = _without_head_insert(markup)
    for _ in range(_FEW):
        if (signature := _SIGNATURE.search(markup)) is None:
            break
        end = markup.find("-->", signature.start())
        markup = markup[: signature.start()] + (markup[end + 3 :] if end >= 0 else "")
    for _ in range(_FEW):
        if (toolbar := _TOOLBAR_DIV.search(markup)) is None:
            break
        markup = markup[: toolbar.start()] + markup[_div_end(markup, toolbar.start()) :]
    return markup


def _without_head_insert(markup: str) -> str:
    end = markup.find(_HEAD_INSERT_END)
    begin = markup.rfind("<head", 0, end) if end >= 0 else -1
    if begin < 0:
        return markup
    begin = tag_end(markup, begin) + 1
    inserted = markup[begin:end].lower()
    if "<title" in inserted or "<body" in inserted or "<meta" in inserted:
        return markup
    return markup[:begin] + markup[end + len(_HEAD_INSERT_END) :]


def _div_end(markup: str, begin: int) -> int:
    """Just behind the ``</div>`` that closes the ``<div`` at ``begin``; behind its tag if nothing does."""
    depth = 0
    for found in _DIV.finditer(markup, begin):
        depth += -1 if found[1] else 1
        if depth == 0:
            return min(tag_end(markup, found.start()) + 1, len(markup))
    return min(tag_end(markup, begin) + 1, len(markup))


def _turned_back(markup: str, pattern: re.Pattern[str], own_stamps: set[str]) -> str:
    """Every rewritten address as it was, the words untouched."""
    pieces: list[str] = []
    done = 0
    for place in _rewritten(markup, pattern, own_stamps):
        begin, end = place.match.span()
        if begin < done:
            continue
        pieces.append(markup[done:begin])
        done = end
        if lost := _LOST_SLASH.match(markup, end):
            pieces.append(f"{lost[1]}://")
            done = lost.end()
        elif nested := pattern.match(markup, end):  # a link to an archived page: one layer is the page's own
            pieces.append(nested[0])
            done = nested.end()
    pieces.append(markup[done:])
    return "".join(pieces)


def _rewritten(markup: str, pattern: re.Pattern[str], own_stamps: set[str]) -> Iterator[Place]:
    for place in places(markup, pattern):
        name = place.attribute
        host, stamp, modifier = place.match[1], place.match[2], place.match[3]
        if name in WORDS:
            continue
        if name and not (name in _REWRITTEN_ATTRIBUTES or modifier or not host or stamp in own_stamps):
            continue
        if name or place.in_srcset or _REFRESH.search(place.before) or _CSS_BEFORE.search(place.before):
            yield place
