"""The one road of every HTML document, whatever it was wrapped in.

Before: :class:`Opened`: the main document's bytes, and what the wrapping says. After: a
:class:`~threadbound.containers.capture.Capture`. On the way: ``data:`` addresses out, decoded, an archive's work
undone. So a page can be a SingleFile of a Wayback copy inside an MHTML file, and nobody need care.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from threadbound.containers import bounds, charsets, data_uris, wayback
from threadbound.containers.capture import Capture, Source, nothing
from threadbound.containers.refusals import trouble
from threadbound.containers.stated import Stated, plausible, stated, usable
from threadbound.digests import sha256
from threadbound.model.thread import CaptureNote
from threadbound.notices import Notice

Finder = Callable[[str], bytes | None]
_OPENS = re.compile(r"<(?:html|body)[\s>]", re.IGNORECASE)
_CLOSES = re.compile(r"</(?:html|body)[\s>]", re.IGNORECASE)
_INFOBAR, _INFOBAR_END = "<single-file-infobar", "</single-file-infobar>"


class Opened(Struct, frozen=True):
    """What a container knows before the common road."""

    container: str
    document: bytes
    charset: str | None = None
    """What the envelope says."""
    find: Finder = nothing
    saved_at: datetime | None = None
    url: str | None = None
    complete: bool = True
    """Whether the envelope was whole."""
    beside: Callable[[], tuple[tuple[Path, str], ...]] = tuple
    """As :attr:`Capture.beside`."""


def capture(source: Source, opened: Opened) -> Capture:
    """The page."""
    narrow = charsets.narrow(opened.document, opened.charset)
    small, inlined = data_uris.take_out(narrow.data)
    if len(small) > bounds.MAX_MARKUP:
        raise trouble(source.name, f"a page with {len(small) >> 20} MiB of markup", "save only the thread's own page")
    decoded = charsets.decode(small, narrow.charset or opened.charset)
    says = stated(decoded.text)
    cut = decoded.cut or not opened.complete or is_cut(decoded.text, says)
    markup, url, saved_at = _given_back(decoded.text, opened, says)
    return Capture(
        note=note(source, opened.container, saved_at, url),
        data=source.data,
        markup=markup,
        kind="html",
        find=_chain(inlined.find, opened.find),
        notices=notices(cut=cut, replaced=decoded.replaced + narrow.replaced, charset=decoded.charset),
        beside=opened.beside,
    )


def _given_back(markup: str, opened: Opened, says: Stated) -> tuple[str, str | None, datetime | None]:
    """Markup, address and time of saving, an archive's work undone."""
    markup = _without_infobar(markup) if says.by_singlefile else markup
    url = opened.url or says.url
    saved_at = plausible(opened.saved_at) or plausible(says.saved_at)
    if not wayback.is_archived(markup, url):
        return markup, url, saved_at
    undone = wayback.undo(markup, url)
    return undone.markup, usable(undone.url), plausible(undone.captured)


def _without_infobar(markup: str) -> str:
    """Without the bar that SingleFile may add: it is no part of the page."""
    begin = markup.find(_INFOBAR)
    end = markup.find(_INFOBAR_END, begin) if begin >= 0 else -1
    return markup[:begin] + markup[end + len(_INFOBAR_END) :] if end >= 0 else markup


def is_cut(markup: str, says: Stated) -> bool:
    """Whether the page ends before it should: inside a tag, or without the closing tags of what it opened."""
    if markup.rfind("<") > markup.rfind(">") and re.match(r"</?[a-zA-Z]", markup[markup.rfind("<") :]):
        return True
    # SingleFile leaves out every closing tag that HTML lets it.
    return not says.by_singlefile and bool(_OPENS.search(markup)) and not _CLOSES.search(markup)


def note(source: Source, container: str, saved_at: datetime | None, url: str | None) -> CaptureNote:
    """The provenance of a source."""
    return CaptureNote(
        name=source.name,
        container=container,
        sha256=sha256(source.data),
        size=len(source.data),
        saved_at=saved_at,
        source_url=url,
    )


def notices(*, cut: bool, replaced: int, charset: str) -> tuple[Notice, ...]:
    """What was lost in opening."""
    found: list[Notice] = []
    if cut:
        found.append(Notice("capture.truncated", "the saved file ends too early: the end of the page is missing"))
    if replaced:
        words = "character is" if replaced == 1 else "characters are"
        found.append(Notice("capture.characters", f"{replaced} {words} no text in {charset}"))
    return tuple(found)


def _chain(first: Finder, second: Finder) -> Finder:
    """The first finder's answer, else the second's."""

    def find(reference: str) -> bytes | None:
        found = first(reference)
        return second(reference) if found is None and not reference.startswith(data_uris.TOKEN) else found

    return find
