"""The words of stacked scripts, said beside their glyphs (PDF 1.7 §14.9.4, ``/ActualText``).

Before: a line of Devanagari is a row of glyphs in the order of the eye, some of them halves of letters, and no table
says which letters they were: what is copied is something else. After :func:`install`: each piece of such a line carries
its own letters, which PDFium and poppler give back. Not for scripts that run from right to left: poppler reverses what
is said of them. What was not set in these scripts is written as before.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from threadbound.rendering import joined

#: The scripts of India and South-East Asia: letters are stacked and reordered.
STACKED = re.compile(
    "[\u0900-\u0dff\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u0f00-\u109f\u1780-\u17ff"
    "\u1a20-\u1aaf\ua8e0-\ua8ff\ua9e0-\ua9ff\uaa60-\uaa7f]"
)
_MARK = "threadbound_says_its_words"
#: Set of a stream when glyphs were drawn on it that say other words than stand there.
DIFFERS = "threadbound_differs"


def install(stream: Any, library: Any) -> None:  # noqa: ANN401 - WeasyPrint and pydyf have no types
    """Have WeasyPrint's ``stream`` class say the words of stacked scripts.

    Args:
        stream: ``weasyprint.pdf.stream.Stream``; one that is unlike the one known here is left alone.
        library: ``pydyf``.
    """
    original = getattr(stream, "marked", None)
    if not callable(original) or getattr(original, _MARK, False):
        return

    @functools.wraps(original)
    @contextmanager
    def marked(self: Any, box: Any, tag: str) -> Iterator[None]:  # noqa: ANN401 - as above
        text = getattr(box, "text", None)
        tags = getattr(self, "_tags", None)
        if tags is None or not isinstance(text, str) or not STACKED.search(text):
            with _said_where_it_differs(self, text, library), original(self, box, tag):
                yield
            return
        number = len(tags)
        tags[box] = {"tag": tag, "mcid": number}
        properties = library.Dictionary({"MCID": number, "ActualText": library.String(text)})
        library.Stream.begin_marked_content(self, tag, properties)
        try:
            yield
        finally:
            library.Stream.end_marked_content(self)

    setattr(marked, _MARK, True)
    stream.marked = marked


@contextmanager
def _said_where_it_differs(stream: Any, text: str | None, library: Any) -> Iterator[None]:  # noqa: ANN401 - as above
    """Say the words of a piece when its glyphs turn out to say others (:mod:`threadbound.writers.glyph_words`)."""
    place = len(stream.stream)
    setattr(stream, DIFFERS, False)
    yield
    if not getattr(stream, DIFFERS) or text is None:
        return
    said = library.String(joined.spelled(text))
    if stream.stream[place + 2 : place + 3] == [b"BDC"]:
        stream.stream[place + 1]["ActualText"] = said
    else:
        stream.stream[place:place] = ["/Span", library.Dictionary({"ActualText": said}), b"BDC"]
        library.Stream.end_marked_content(stream)
