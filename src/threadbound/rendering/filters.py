"""Words → markup. The one place where text meets markup: everything is escaped here, nothing of a page's own passes.

After these filters a string is XML-safe (XML 1.0 §2.2: no character that XML forbids) and emoji are wrapped, because
the space after an emoji vanishes without it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Protocol
from urllib.parse import quote

from markupsafe import Markup, escape

from threadbound.book.direction import direction, direction_of
from threadbound.book.essay import host
from threadbound.book.language import language_of
from threadbound.book.phrases import Phrase
from threadbound.model.text import Break, Hashtag, Inline, Link, Mention, Text, clean, closed, names_itself, plain_text
from threadbound.rendering.places import foreign

_BASE = (
    "[\U0001f000-\U0001faff\u2600-\u27bf\u231a-\u23ff\u25aa-\u25fe\u2934\u2935\u2b05-\u2b55"
    "\u203c\u2049\u3030\u303d\u3297\u3299]"
)
_TAIL = "(?:[\ufe0f\U0001f3fb-\U0001f3ff\u20e3]|[\U000e0020-\U000e007f])*"
#: How pictures are told that their author says nothing of.
_OWN_DESCRIPTION = re.compile(r"(?:Picture|Still from a [A-Za-z]+) in post \d+(?:, continued: part|$)")
#: What is a sign of the text unless a selector says otherwise.
_SIGN = "[\u00a9\u00ae\u2122\u2139\u2194-\u2199\u21a9\u21aa\u24c2]"
#: One or more emoji in a row (Unicode TS #51: base, modifiers, joiners, keycaps, flags); text style (U+FE0E) excepted.
EMOJI = re.compile(
    rf"(?:(?:{_BASE}(?!\ufe0e){_TAIL}(?:\u200d(?:{_BASE}|{_SIGN}){_TAIL})*)|[0-9#*]\ufe0f?\u20e3|{_SIGN}\ufe0f)+"
)
#: One of the characters without which nothing is an emoji; looked for first, since most texts have none.
_TELLING = re.compile(f"[{_BASE[1:-1]}\u20e3\ufe0f]")
#: What ends a line or a paragraph in plain text: a book's lines are ended by markup, and WeasyPrint stumbles over it.
_SPACES = str.maketrans("\u2028\u2029", "  ")
_WRAPPED = r'<span class="e">\g<0></span>'
#: What needs no encoding.
_PLAIN = re.compile("[A-Za-z0-9/:._?=&~-]*")
#: A percent sign that encodes nothing.
_STRAY = re.compile("%(?![0-9A-Fa-f]{2})")
#: The one place where an address may hold brackets: a host that is an IPv6 number (RFC 3986 §3.2.2).
_BRACKETED = re.compile(r"(?i)https?://\[[0-9a-f:.]+\]")
_WEB = re.compile(r"(?i)(?:https?|mailto):")


#: Characters of a word that fits into every line that a theme has.
LONGEST_WORD = 24
#: Characters of a text that may fit on one line: its end needs nothing.
ONE_LINE = 40
#: Characters that the last line of a text has at least; a longer end is not held together. Where no spaces divide a
#: text, it is two letters.
TAIL = range(6, 17)
#: Characters of one word that may stand there alone.
WORD = 7
_LAST_LETTERS = re.compile(r"[\u3040-\u9fff]{2}[\u3000-\u303f\uff01-\uff5e”’]{0,3}$")
#: Of these scripts lines run from right to left: WeasyPrint turns the pieces of such a line round one by one.
_FROM_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
#: Scheme and host of an address, and the most characters of them that are held together.
_HOST = re.compile(r"(?i)https?://[^/?#]+")
LONGEST_HOST = 40
#: Classes of links: with words of their own, and with the name of a site.
_LINKS = {False: "link", True: "link site"}
#: Characters of a name of a site that is never divided.
SHORT_SITE = 18
#: A dot behind which a line may end: in print a character, since in a link PDF/UA forbids an element of its own.
DOT, PRINTED_DOT = Markup(".<wbr/>"), Markup(".\u200b")
#: Behind a slash of an address, but for those before its host; not in the end tag of an element.
_SLASH = re.compile("(?<=[^/:<]/)(?=[^/])")


def words(text: str) -> Markup:
    """``text`` escaped, emoji wrapped in ``<span class="e">``; what stands behind it keeps its direction."""
    return _words(closed(text))


def _words(text: str) -> Markup:
    """A part of a text: what it turns round may go on in the next."""
    escaped = escape(clean(text) if text.isascii() else clean(text).translate(_SPACES))
    if escaped.isascii() or not _TELLING.search(escaped):
        return escaped
    return Markup(EMOJI.sub(_WRAPPED, str(escaped)))  # noqa: S704 - it is escaped


def tailed(text: str) -> Markup:
    """``text`` as :func:`words`, its end held together, so that no short word stands alone on a last line."""
    start = _tail(text) if len(text) > ONE_LINE and not _FROM_RIGHT.search(text) else len(text)
    if start == len(text):
        return words(text)
    return Markup('{}<span class="k">{}</span>').format(words(text[:start]), words(text[start:]))


def _tail(text: str) -> int:
    """Where the end of a text begins that is not to be divided; its length where there is none.

    It is the shortest end of whole words that is long enough: more would leave gaps in the line above.
    """
    if letters := _LAST_LETTERS.search(text):
        return letters.start()
    start = text.rfind(" ") + 1
    while start > 0 and len(text) - start < (TAIL.start if " " in text[start:] else WORD):
        start = text.rfind(" ", 0, start - 1) + 1
    return start if start > 0 and len(text) - start in TAIL else len(text)


def linked(url: str, text: str | None = None) -> Markup:
    """An address that leads where it says; ``text`` is another spelling of it."""
    return _anchor("u", address(url), Markup(""), words(url if text is None else text))


def linked_whole(url: str, text: str | None = None) -> Markup:
    """The same in print, not divided within the name of its host.

    As two links: in one, what is held together would be an element of its own, which PDF/UA forbids.
    """
    shown = url if text is None else text
    host = _HOST.match(shown)
    if not host or len(host[0]) > LONGEST_HOST:
        return linked(url, text)
    link = Markup('<a class="u{}" href="{}">{}</a>')
    first = link.format(" k", address(url), words(host[0]))
    rest = shown[host.end() :]
    if not rest:
        return first
    return Markup('<span dir="ltr">{}{}</span>').format(first, link.format("", address(url), words(rest)))


def parted(text: str) -> Markup:
    """An address as :func:`words`, whose lines may end behind its slashes: browsers would divide it anywhere else."""
    return Markup(_SLASH.sub("<wbr/>", str(words(text))))  # noqa: S704 - it is escaped


def linked_parted(url: str, text: str | None = None) -> Markup:
    """As :func:`linked`, on a screen."""
    return _anchor("u", address(url), Markup(""), parted(url if text is None else text))


def unbroken(nodes: Iterable[Inline]) -> bool:
    """Whether a word may be too long for a line."""
    return max(map(len, plain_text(nodes).split()), default=0) > LONGEST_WORD


def no_emoji(text: str) -> str:
    """``text`` without emoji, for running heads: Pango cannot make small capitals of them."""
    return " ".join(EMOJI.sub(" ", text).split())


def address(url: str) -> str:
    """``url`` as an attribute may hold it: what is no character of a URI percent-encoded (RFC 3986 §2).

    An address that a book may not link (see :func:`is_web`) becomes one that leads nowhere.
    """
    text = clean(url).strip()
    if not is_web(text):
        return "#"
    bracketed = _BRACKETED.match(text)
    start = bracketed[0] if bracketed else ""
    rest, sign, fragment = text[len(start) :].partition("#")
    return foreign(f"{start}{_encoded(rest)}{sign}{_encoded(fragment)}")


def _encoded(part: str) -> str:
    if _PLAIN.fullmatch(part):
        return part
    return _STRAY.sub("%25", quote(part, safe="%:/?@!$&'()*+,;=~-._"))


class Inlines(Protocol):
    """A filter for words; ``last`` sets the text that they may end with, ``named`` says which have ids."""

    def __call__(
        self, nodes: Iterable[Inline], last: Callable[[str], Markup] = words, named: Iterable[tuple[int, str]] = ()
    ) -> Markup:
        """The words as markup."""


def inline(leads: Callable[[str], str], behind: Callable[[str], Markup], dot: Markup = DOT) -> Inlines:
    """A filter for the words of one chapter.

    Args:
        leads: an address → what the ``href`` of a link to it holds.
        behind: an address → what stands behind a link to it.
        dot: what stands for each dot in the name of a site, behind which a line may end.
    """

    def link(node: Link, base: str | None) -> Markup:
        text, is_site = shown(node), names_itself(node)
        label = words(text).replace(".", dot) if is_site and len(text) > SHORT_SITE else words(text)
        return _anchor(_LINKS[is_site], leads(node.url), _way(text, base), label) + behind(node.url)

    def one(node: Inline, base: str | None) -> Markup:
        match node:
            case Text(text):
                return _words(text)
            case Break():
                return Markup("<br/>")
            case Link():
                return link(node, base)
            case Mention(handle, url, reply):
                return _name(f"@{handle}", url, "re" if reply else "at", base)
            case Hashtag(tag, url):
                return _name(f"#{tag}", url, "at", base)

    def line(
        nodes: Iterable[Inline], last: Callable[[str], Markup] = words, named: Iterable[tuple[int, str]] = ()
    ) -> Markup:
        known = tuple(nodes)
        base = direction_of(known)
        if known and isinstance(known[-1], Text):
            parts = [*(one(node, base) for node in known[:-1]), last(known[-1].text)]
        else:
            parts = [one(node, base) for node in known]
        return _joined(_with_ids(parts, named))

    return line


def shown(node: Link) -> str:
    """What stands in the text for a link: its site, or the words that the page links where they are no address."""
    return host(node.url) if names_itself(node) else node.text


def _name(text: str, url: str | None, css_class: str, base: str | None) -> Markup:
    way = _way(text, base)
    if url:
        return _anchor(css_class, address(url), way, words(text))
    return Markup('<span class="{}"{}>{}</span>').format(css_class, way, words(text))


def _anchor(css_class: str, href: str, way: Markup, label: Markup) -> Markup:
    """A link. Markup's own ``format`` takes ten times as long, and an index has a hundred thousand of them."""
    return Markup(f'<a class="{css_class}" href="{escape(href)}"{way}>{label}</a>')  # noqa: S704 - it is escaped


def _with_ids(parts: list[Markup], named: Iterable[tuple[int, str]]) -> list[Markup]:
    """The parts, some of which are elements with attributes, with the ids that are ours to give."""
    for index, anchor in named:
        tag, _, rest = parts[index].partition(" ")
        parts[index] = Markup(f'{tag} id="{anchor}" {rest}')  # noqa: S704 - it is escaped
    return parts


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("".join(parts))  # noqa: S704 - they are escaped


def _way(text: str, base: str | None) -> Markup:
    """The direction of a name or an address that runs another way than the words round it."""
    own = direction(text)
    return Markup("") if own == base else Markup(' dir="{}"').format(own or "ltr")


def phrases(parts: Iterable[Phrase], link: Callable[[str, str], Markup] = linked) -> Markup:
    """Words of the colophon: an address in full, as the text of its link, which ``link`` gives."""
    return _joined(_phrase(part, link) for part in parts)


def _phrase(part: Phrase, link: Callable[[str, str], Markup]) -> Markup:
    if part.url:
        return link(part.url, part.text)
    return Markup('<span class="u">{}</span>').format(words(part.text)) if part.is_code else words(part.text)


def described_in(text: str) -> str | None:
    """The language of a picture's alternative text, where it is known: what the program says itself is English."""
    return "en" if _OWN_DESCRIPTION.match(text) else language_of([Text(text)])


def monogram(name: str) -> str:
    """At most two initials, for an author without a portrait."""
    initials = [word[0] for word in re.findall(r"[^\W_]+", name)]
    chosen = "".join(initials[:1] + initials[-1:] if len(initials) > 1 else initials)
    return (
        chosen.upper() if max(chosen, default="") < "\u0590" else chosen
    )  # a capital that no font has would be a new character


def duration(seconds: float | None) -> str:
    """``1 min 42 s``; empty for ``None`` and for what is no time."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return " ".join(part for part in (f"{minutes} min" if minutes else "", f"{rest} s" if rest else "") if part)


def is_web(url: str | None) -> bool:
    """Whether ``url`` may be a link of a book."""
    return bool(_WEB.match(url or ""))
