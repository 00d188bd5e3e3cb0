"""The forms of a page in one HTML file: SingleFile, Wayback copy, page with folder, and plain HTML.

Before: a source. After: for each form whether the source is it (never two of them), and its capture. They share one
road, ``pages.capture``: what differs is only how they are called, and that tells a reader where to look.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from threadbound.containers import bounds, charsets, wayback
from threadbound.containers.beside import Beside
from threadbound.containers.capture import Capture, Source
from threadbound.containers.companions import belongs, companions_of, names
from threadbound.containers.mhtml import is_mhtml
from threadbound.containers.pages import Opened, capture
from threadbound.containers.refusals import is_binary
from threadbound.containers.stated import stated

_LEADING = re.compile(r"(?:[\s\0]+|<!--.*?-->|<\?.*?>)*", re.DOTALL)
_PAGE_TAGS = (
    "html|head|body|title|meta|link|base|style|script|main|article|section|header|footer|nav|div|span|p|a|img|br|hr|ul|ol"
    "|li|dl|table|tbody|tr|td|h[1-6]|blockquote|figure|picture|video|form|center|font|b|i|em|strong|template|noscript"
)
_BEGINS_AS_PAGE = re.compile(rf"<(?:!doctype\s+html|(?:{_PAGE_TAGS})[\s/>])", re.IGNORECASE)
_BEGINS_OTHERWISE = re.compile(r"<(?:!doctype|!entity|[a-z])|---\s|[{\[]", re.IGNORECASE)
_SKELETON = re.compile(r"<!doctype\s+html[^<>]{0,200}>\s{0,99}<|<html(?:\s[^<>]{0,500})?>\s{0,99}<", re.IGNORECASE)
_TAG = re.compile(rf"<(?:{_PAGE_TAGS})\s[^<>=]{{0,1000}}=[^<>]{{0,1000}}>", re.IGNORECASE)


@lru_cache(maxsize=1)  # every form asks for it
def head_of(source: Source) -> str:
    """The beginning of the source as text, good enough to recognise by."""
    narrow = charsets.narrow(source.data[: bounds.HEAD])
    return narrow.data.decode("latin-1").removeprefix("\xef\xbb\xbf")


@lru_cache(maxsize=1)
def is_html(source: Source) -> bool:
    """Whether the source is an HTML document or a piece of one."""
    if is_mhtml(source):
        return False
    head = _LEADING.sub("", head_of(source), count=1)
    if _BEGINS_AS_PAGE.match(head):
        return True
    if _BEGINS_OTHERWISE.match(head):
        return False
    # Something precedes the page (a proxy's headers, a stray line): believe it where most of it is markup.
    tags = sum(1 for _ in _TAG.finditer(head))
    return bool(_SKELETON.search(head)) or (tags >= 5 and tags * 150 > len(head))


def is_text(source: Source) -> bool:
    """Whether the source is text without markup."""
    return not is_html(source) and not is_mhtml(source) and not is_binary(source.data[: bounds.HEAD])


def is_singlefile(source: Source) -> bool:
    """Whether SingleFile says that it made the page."""
    return is_html(source) and stated(head_of(source)).by_singlefile


def is_wayback(source: Source) -> bool:
    """Whether an archive's marks stand at the beginning or the end of the page."""
    return is_html(source) and not stated(head_of(source)).by_singlefile and _bears_marks(source)


def is_with_files(source: Source) -> bool:
    """Whether a companion folder lies beside the page."""
    return _is_plain(source) and _has_companion(source)


def is_alone(source: Source) -> bool:
    """Whether it is a page and nothing more can be said."""
    return _is_plain(source) and not _has_companion(source)


def opener(name: str) -> Callable[[Source], Capture]:
    """The opening of the form that is called so."""

    def open_html(source: Source) -> Capture:
        beside = Beside(source.path)
        return capture(source, Opened(name, source.data, find=beside.find, beside=beside.used))

    return open_html


def _is_plain(source: Source) -> bool:
    return is_html(source) and not stated(head_of(source)).by_singlefile and not _bears_marks(source)


@lru_cache(maxsize=1)
def _bears_marks(source: Source) -> bool:
    head = head_of(source)
    ends = head + source.data[max(bounds.HEAD, len(source.data) - bounds.TAIL) :].decode("latin-1")
    return wayback.is_archived(ends, stated(head).url)


def _has_companion(source: Source) -> bool:
    if source.path is None:
        return False
    page = source.path.name
    return any(belongs(folder.name, page) or names(source.data, folder.name) for folder in companions_of(source.path))
