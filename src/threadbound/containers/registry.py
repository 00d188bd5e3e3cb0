"""Every form of saved page, and the door to them.

Before: a path, or bytes. After: a :class:`~threadbound.containers.capture.Capture`, or a
:class:`~threadbound.errors.ThreadboundError` that says what the file is instead. Forms are recognised by content, never
by name; exactly one matches.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from threadbound.containers import bounds, html_forms, mhtml, plain
from threadbound.containers.capture import Capture, Container, Source
from threadbound.containers.folders import pages_in
from threadbound.containers.refusals import is_binary, refuse, too_large, trouble
from threadbound.errors import FileTrouble

__all__ = ["CONTAINERS", "STDIN", "open_page", "open_source", "pages_in", "read_source", "recognise"]

#: The path that means standard input.
STDIN = "-"

#: Every form that is read. Their tests exclude each other, so order means nothing.
CONTAINERS: tuple[Container, ...] = (
    Container("mhtml", mhtml.is_mhtml, mhtml.open_mhtml),
    Container("singlefile", html_forms.is_singlefile, html_forms.opener("singlefile")),
    Container("wayback", html_forms.is_wayback, html_forms.opener("wayback")),
    Container("html-files", html_forms.is_with_files, html_forms.opener("html-files")),
    Container("html", html_forms.is_alone, html_forms.opener("html")),
    Container("text", html_forms.is_text, plain.open_text),
)

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def open_page(path: Path | str) -> Capture:
    """The page in a file; ``-`` is standard input."""
    return open_source(read_source(path))


def open_source(source: Source) -> Capture:
    """The page in some bytes."""
    return recognise(source).open(source)


def recognise(source: Source) -> Container:
    """The form that some bytes have."""
    refuse(source)
    matching = [container for container in CONTAINERS if container.matches(source)]
    if not matching:
        what = "a binary file, no saved page" if is_binary(source.data[: bounds.HEAD]) else "no form of saved page"
        raise trouble(source.name, what, "save the page as HTML or MHTML")
    if len(matching) > 1:
        raise RuntimeError(f"{source.name} is {' and '.join(container.name for container in matching)} at once")
    return matching[0]


def read_source(path: Path | str) -> Source:
    """The bytes of a file, not more than are bearable."""
    if str(path) == STDIN:
        return _standard_input()
    path = Path(path)
    name = _UNPRINTABLE.sub("\ufffd", path.name or str(path))
    try:
        if path.is_dir():
            raise trouble(name, "a folder, not a page", "name a page in it")
        with path.open("rb") as file:
            data = file.read(bounds.MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise trouble(name, "there is no such file", "check the path") from error
    except PermissionError as error:
        raise trouble(name, "it may not be read", "change its permissions") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no possible path"
        raise trouble(name, f"it cannot be read ({reason})", "check the path and the disk") from error
    if len(data) > bounds.MAX_BYTES:
        raise too_large(name)
    return Source(name=name, data=data, path=path)


def _standard_input() -> Source:
    try:
        data = sys.stdin.buffer.read(bounds.MAX_BYTES + 1)
    except (AttributeError, OSError, ValueError) as error:  # closed, or replaced by something without bytes
        raise FileTrouble("stdin: it cannot be read; give the page's path instead") from error
    return Source(name="stdin", data=data)
