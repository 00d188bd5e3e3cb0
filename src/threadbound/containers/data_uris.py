"""``data:`` addresses: out of the markup before any parser sees them, back as bytes when somebody asks.

Before: the bytes of a main document in a charset that keeps ASCII. After: the same bytes with every ``data:`` address
of an attribute or style sheet replaced by ``resource:N``, and a function that decodes number N when asked. Words are
left alone. What was taken out is not copied: it stays where it is in the document's bytes.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from threadbound.containers.places import WORDS, Place, places

TOKEN = "resource:"  # noqa: S105 - a name for addresses, no secret
_HEAD = re.compile(
    r"""(?a)data:(?:[\w.+-]{1,100}/[\w.+-]{1,100})?(?:;[^,;\s"'<>()]{0,100}){0,8},""",
)
_HEAD_BYTES = re.compile(_HEAD.pattern.replace("(?a)", "(?i)").encode())
_ENTITY_QUOTE = re.compile(r"&(?:quot|apos|#34|#39|#x22|#x27);\Z", re.IGNORECASE)
#: The sign before an address → what ends it.
_ENDS = {
    '"': re.compile('"'),
    "'": re.compile("'"),
    "(": re.compile(r"""(?a)[)\s"'<>]"""),
    "=": re.compile(r"(?a)[\s>]"),
}
_SRCSET_END = re.compile(r"""(?a)[\s"'>]""")
_TOKEN_NUMBER = re.compile(r"resource:(\d{1,7})(?![0-9])", re.ASCII)
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_BASE64 = bytes(sorted(set(range(256)) - set(_BASE64)))
_URL_ALPHABET = bytes.maketrans(b"-_", b"+/")


class Inlined(Struct, frozen=True):
    """What was taken out of one document."""

    document: bytes
    spans: tuple[tuple[int, int, bool], ...]
    """Begin, end, and whether the markup around it writes ``&`` as ``&amp;``."""

    def find(self, reference: str) -> bytes | None:
        """The bytes of ``resource:N``, or of a ``data:`` address itself."""
        if reference.startswith("data:"):
            return decoded(reference.encode("utf-8", "replace"))
        number = _TOKEN_NUMBER.match(reference)
        if number is None or int(number[1]) >= len(self.spans):
            return None
        begin, end, escaped = self.spans[int(number[1])]
        return decoded(self.document[begin:end], escaped=escaped)


def is_inlined(reference: str) -> bool:
    """Whether a page's reference is of what stood in its own markup."""
    return reference.startswith(("data:", TOKEN))


def take_out(document: bytes) -> tuple[bytes, Inlined]:
    """The document without its ``data:`` addresses, and what they held."""
    if b"data:" not in document:
        return document, Inlined(document, ())
    # Latin-1 gives each byte one character of one byte: positions stay, memory does not grow fourfold.
    text = document.decode("latin-1")
    pieces: list[str] = []
    spans: list[tuple[int, int, bool]] = []
    done = 0
    for place in places(text, _HEAD):
        begin = place.match.start()
        end = _end(place) if begin >= done else None
        if end is None:
            continue
        pieces += (text[done:begin], f"{TOKEN}{len(spans)}")
        spans.append((begin, end, place.kind == "tag"))
        done = end
    pieces.append(text[done:])
    return "".join(pieces).encode("latin-1"), Inlined(document, tuple(spans))


def _end(place: Place) -> int | None:
    """Where the address ends that begins at the match; ``None`` if it is none, but words."""
    pattern = None if place.attribute in WORDS else _SRCSET_END if place.in_srcset else _ends_after(place)
    if pattern is None:
        return None
    text, begin = place.match.string, place.match.end()
    found = pattern.search(text, begin, place.end)
    end = found.start() if found else place.end
    while pattern is _SRCSET_END and end > begin and text[end - 1] == ",":
        end -= 1
    return end


def _ends_after(place: Place) -> re.Pattern[str] | None:
    """What ends an address, by what it begins after."""
    before = place.before.rstrip()
    if entity := _ENTITY_QUOTE.search(before):
        return re.compile(re.escape(entity[0]))
    if place.kind == "style" and before.endswith("="):
        return None
    return _ENDS.get(before[-1:])


def decoded(uri: bytes, *, escaped: bool = False) -> bytes | None:
    """The bytes that a ``data:`` address holds; ``None`` for an empty or broken one."""
    head = _HEAD_BYTES.match(uri)
    if head is None:
        return None
    body = uri[head.end() :]
    if escaped and b"&" in body:
        body = html.unescape(body.decode("latin-1")).encode("latin-1", "replace")
    if head[0][:-1].lower().rstrip().endswith(b";base64"):
        return from_base64(unquote_to_bytes(body) if b"%" in body else body)
    return unquote_to_bytes(body) or None


def from_base64(body: bytes) -> bytes | None:
    """Base64 as browsers forgive it: white space, missing padding, the URL alphabet; cut ones as far as they go."""
    body = body.partition(b"=")[0].translate(_URL_ALPHABET).translate(None, _NO_BASE64)
    whole = len(body) - (len(body) % 4 == 1)
    try:
        return base64.b64decode(body[:whole] + b"=" * (-whole % 4)) or None
    except (binascii.Error, ValueError):
        return None
