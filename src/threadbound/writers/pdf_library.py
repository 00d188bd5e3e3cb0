"""WeasyPrint, loaded once and taught what it lacks; what it would leave out without a word is an error.

Before: WeasyPrint may not be loaded. After :func:`weasyprint`: it is, quickly, with what the other modules here add to
it. Within :func:`nothing_silent` nothing is left out silently; :func:`fetcher` gives it the book's own files and
nothing else; within :func:`clock_stands_still` nothing is stamped with the time of day.
"""

from __future__ import annotations

import ctypes.util
import functools
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import Any

from threadbound.errors import SomethingMissing, ThreadboundError
from threadbound.rendering.places import BASE
from threadbound.rendering.rendered import RenderedPicture
from threadbound.writers import actual_text, c_types, glyph_words, joined_emoji, pdf_structure, subsetting, tested
from threadbound.writers.writer import Uncovered

#: What WeasyPrint says of a character that no font has.
NOTDEF = re.compile(r"^\.notdef glyph .*\(U\+([0-9A-F]{4,6})\)$")
NO_PANGO = (
    "Pango is not installed: on Debian run apt-get install libpangoft2-1.0-0 libharfbuzz-subset0, "
    "on macOS brew install pango"
)
#: Modules for fonts that HarfBuzz does not cut down and for those that vary, which are a tenth of a second and ten
#: megabytes; and what is imported from them by its name.
RARELY_NEEDED = {"fontTools.subset": "", "fontTools.varLib.instancer": "instantiateVariableFont"}
LOGGER = logging.getLogger("weasyprint")


@functools.cache
def weasyprint() -> Any:  # noqa: ANN401 - the library has no types
    """The library.

    Raises:
        SomethingMissing: Pango, with which it sets text, is not installed.
    """
    try:
        with _quick_search(), _left_for_later():
            import weasyprint as library  # noqa: PLC0415 - half a second, and needs system libraries
    except OSError as error:
        raise SomethingMissing(NO_PANGO) from error
    import pydyf  # noqa: PLC0415 - as above
    from weasyprint.draw import text as drawing  # noqa: PLC0415 - as above
    from weasyprint.pdf import tags  # noqa: PLC0415 - as above
    from weasyprint.pdf.fonts import Font  # noqa: PLC0415 - as above
    from weasyprint.pdf.stream import Stream  # noqa: PLC0415 - as above
    from weasyprint.text import ffi as native  # noqa: PLC0415 - as above

    tested.refuse_others(library)
    c_types.name_fewer(native.ffi)
    pdf_structure.tell_more(tags, pydyf.String)
    pdf_structure.link_once(library.document)
    actual_text.install(Stream, pydyf)
    subsetting.install(Font, LOGGER)
    joined_emoji.install(Font)
    glyph_words.install(drawing, native)
    return library


def _nothing(name: str) -> str | None:  # noqa: ARG001 - the signature of find_library
    return None


@contextmanager
def _quick_search() -> Iterator[None]:
    """Keep WeasyPrint's search for its libraries from running the compiler.

    It tries a dozen names, most of other systems, and for each one that is not there ctypes calls ldconfig, gcc and ld.
    On Linux the loader itself knows the right names.
    """
    original = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _nothing
    try:
        yield
    finally:
        ctypes.util.find_library = original


@contextmanager
def _left_for_later() -> Iterator[None]:
    """Let what WeasyPrint imports and hardly ever needs be loaded when it is asked for.

    In place of a module stands one that has nothing, and asks the real one for what it is asked.
    """
    stubs = {name: _stub(name, function) for name, function in RARELY_NEEDED.items() if name not in sys.modules}
    sys.modules.update(stubs)
    try:
        yield
    finally:
        for name in stubs:
            del sys.modules[name]


def _stub(name: str, function: str) -> ModuleType:
    def asked(wanted: str) -> Any:  # noqa: ANN401 - whatever the module has
        if wanted.startswith("__"):  # by the import itself
            raise AttributeError(wanted)
        return getattr(import_module(name), wanted)

    def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as above
        return asked(function)(*given, **named)

    stub = ModuleType(name)
    vars(stub).update({"__getattr__": asked, **({function: call} if function else {})})  # PEP 562
    return stub


def fetcher(sheets: Mapping[str, str], pictures: Mapping[str, RenderedPicture]) -> Any:  # noqa: ANN401 - as above
    """A fetcher that serves these and ends the work at anything else.

    Args:
        sheets: name → style sheet.
        pictures: name → picture.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415 - see above

    class BookFetcher(URLFetcher):  # type: ignore[misc] # no types
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401, ARG002 - its signature
            name = url.removeprefix(BASE)
            if name in sheets:
                return URLFetcherResponse(url, sheets[name], {"Content-Type": "text/css"})
            if name in pictures:
                return URLFetcherResponse(url, pictures[name].read(), {"Content-Type": pictures[name].media_type})
            LOGGER.error("the book points outside itself: %s", url[:200])
            raise FatalURLFetchingError(url)

    return BookFetcher()


def time(iso: str) -> datetime:
    """The moment that ``iso`` names, in UTC."""
    return datetime.fromisoformat(iso).astimezone(UTC)


@contextmanager
def clock_stands_still(modified: str) -> Iterator[None]:
    """FontTools stamps the time of day into the fonts that it finishes unless SOURCE_DATE_EPOCH says otherwise."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(time(modified).timestamp()))
    os.unsetenv("SOURCE_DATE_EPOCH")  # Python's copy stays; what C libraries would make of it: see fonts.activate
    try:
        yield
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before
            os.unsetenv("SOURCE_DATE_EPOCH")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(" ".join(record.getMessage().split()))


@contextmanager
def nothing_silent() -> Iterator[None]:
    """WeasyPrint logs what it leaves out: here that is an error."""
    collector = _Collector()
    handlers, LOGGER.handlers, propagate, LOGGER.propagate = LOGGER.handlers, [collector], LOGGER.propagate, False
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - see _weasyprint

    try:
        yield
    except FatalURLFetchingError:
        pass  # a BaseException; what it means is in the log
    finally:
        LOGGER.handlers, LOGGER.propagate = handlers, propagate
    found = [NOTDEF.search(message) for message in collector.messages]
    if others := [message for message, glyph in zip(collector.messages, found, strict=True) if not glyph]:
        raise ThreadboundError(f"WeasyPrint left something out: {others[0]}")
    if found:
        raise Uncovered(frozenset(chr(int(glyph[1], 16)) for glyph in found if glyph))
