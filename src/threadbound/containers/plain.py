"""Plain-text copies: what Ctrl-A and a text editor, or a converter to Markdown, leave of a page.

Before: a source that is text without markup. After: its capture, ``kind`` text, without resources of its own.
"""

from __future__ import annotations

from threadbound.containers import bounds, charsets
from threadbound.containers.beside import Beside
from threadbound.containers.capture import Capture, Source
from threadbound.containers.pages import note, notices
from threadbound.containers.refusals import trouble


def open_text(source: Source) -> Capture:
    """The words as they are."""
    if len(source.data) > bounds.MAX_MARKUP:
        raise trouble(source.name, f"a text of {len(source.data) >> 20} MiB, so no copy of a thread", "save its page")
    narrow = charsets.narrow(source.data)
    decoded = charsets.decode(narrow.data, narrow.charset)
    replaced = decoded.replaced + narrow.replaced
    beside = Beside(source.path)
    return Capture(
        note=note(source, "text", None, None),
        data=source.data,
        markup=decoded.text,
        kind="text",
        find=beside.find,
        beside=beside.used,
        notices=notices(cut=decoded.cut, replaced=replaced, charset=decoded.charset),
    )
