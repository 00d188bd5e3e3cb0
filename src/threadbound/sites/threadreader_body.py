"""One post of a Thread Reader page, read.

Before: the element of a post, of any year and any state of saving. After: a :class:`Content`. Every element inside is
either named in :data:`_RULES` or passed through, so that no words vanish; what is there but cannot be read is a
problem, to become a notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container

from msgspec import Struct, field

from threadbound.model.media import Media
from threadbound.model.text import Break, Hashtag, Inline, Link, Mention, Text, names_itself, plain, tidy
from threadbound.model.thread import Card, Quote
from threadbound.sites import threadreader_parts as parts
from threadbound.sites import threadreader_urls as urls
from threadbound.sites.dom import SILENT, Element, is_emoji, pruned, squeeze
from threadbound.sites.threadreader_quotes import BOXES, Words, framed, quote_of

#: The site's and the browser's own additions to a post.
_ADDED = (
    "tw-permalink",
    "adsbygoogle",
    "vsc-controller",
    "entity-reveal-action",
    "ribbon-content",
    "google-auto-placed",
)
_BLOCKS = frozenset("p div li ul ol dl dt dd h1 h2 h3 h4 h5 h6 blockquote pre figure figcaption table tr hr".split())
_MORE = frozenset({"show more", "show this thread", "read more", "see more"})
_MORE_AT_END = re.compile(r"(?:…|\.\.\.)\s*(?:show|read|see) more$", re.IGNORECASE)
_MENTION = re.compile(r"[@＠](\w{1,20})", re.ASCII)
_HASHTAG = re.compile(r"[#＃](\S+)")
#: Looks into boxes that hold nothing.
_BARREN = 50
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


class Content(Struct, frozen=True):
    """What one post holds."""

    body: tuple[Inline, ...]
    media: tuple[Media, ...]
    quotes: tuple[Quote, ...]
    cards: tuple[Card, ...]
    problems: tuple[tuple[str, str], ...]
    """Code and message of each notice, without the place."""


#: What a box without any words, pictures and problems holds.
EMPTY = Content((), (), (), (), ())


class _Reader(Struct):
    """What has been read of one post so far."""

    body: list[Inline] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    quoting: bool = False
    """This is the inside of a quote: a quote in it is only more words."""
    replying: bool = True
    """Nothing but mentions of a reply was read."""
    new_block: bool = False
    """The next words begin a line of their own."""
    barren: int = 0
    """How many boxes of quotes and previews held none: hostile pages nest them, and each look costs its whole depth."""

    def words(self, text: str) -> None:
        """Add words, with white space as HTML shows it."""
        text = squeeze(text)
        before = self.body[-1] if self.body else None
        if self.new_block or before is None or isinstance(before, Break) or _ends_in_space(before):
            text = text.removeprefix(" ")
        if text:
            if text.strip(" "):
                self.replying = False
            self.node(Text(text))

    def node(self, node: Inline) -> None:
        """Add anything of the body."""
        if self.new_block and self.body and not isinstance(self.body[-1], Break):
            self.body.append(Break())
        self.new_block = False
        self.body.append(node)

    def problem(self, code: str, message: str) -> None:
        """Add what will be a notice."""
        self.problems.append((code, message))


class _BlockEnd(Struct, frozen=True):
    """Where a block ends: if it held words, the next ones begin a line of their own."""

    length: int
    """Of the body when the block began."""
    new_block: bool
    """Whether the words were to begin a line even without this block."""


def read_post(post: Element, others: Container[Element] = (), ends: Container[Element] = ()) -> Content:
    """The content of ``post``.

    Args:
        post: the post's element.
        others: elements of other posts: in a damaged page they may lie inside this one.
        ends: elements at which the thread is over: nothing after them is of the post.
    """
    reader = _Reader()
    _read(reader, pruned(post, others, ends))
    if post.tag != "div":
        reader.problem("post.unreadable", "the markup round the post is damaged, and parts of it may be missing")
    body = tidy(reader.body)
    if _is_cut(body, post.get("data-tweet")):
        reader.problem("post.truncated", "the page holds only the beginning of the text")
    return Content(
        body, tuple(reader.media), tuple(reader.quotes), tuple(reader.cards), tuple(dict.fromkeys(reader.problems))
    )


def _read(reader: _Reader, box: Element) -> None:
    """Read all that is in ``box``."""
    stack: list[Element | str | _BlockEnd] = list(reversed(box.children))
    while stack:
        node = stack.pop()
        if isinstance(node, _BlockEnd):
            reader.new_block = len(reader.body) > node.length or node.new_block
        elif isinstance(node, str):
            reader.words(node)
        elif _enter(reader, node):
            if node.tag in _BLOCKS and not _is_entity(node):
                stack.append(_BlockEnd(len(reader.body), reader.new_block))
                reader.new_block = bool(reader.body)
            stack.extend(reversed(node.children))


def _enter(reader: _Reader, element: Element) -> bool:
    """Read ``element`` by the first rule that fits; whether to go on to what is inside."""
    for fits, read in _RULES:
        if fits(element):
            return read(reader, element)
    return True


def _skip(_reader: _Reader, _element: Element) -> bool:
    return False


def _line_break(reader: _Reader, _element: Element) -> bool:
    reader.new_block = False
    reader.body.append(Break())
    return False


def _more(reader: _Reader, _element: Element) -> bool:
    reader.problem("post.truncated", "the page holds only the beginning of the text")
    return False


def _emoji(reader: _Reader, element: Element) -> bool:
    reader.words(element.get("alt"))
    return False


def _card(reader: _Reader, element: Element) -> bool:
    card = parts.card_of(element) if reader.barren < _BARREN else None
    reader.barren += card is None
    if card:
        reader.cards.append(card)
    return card is None


def _quote(reader: _Reader, element: Element) -> bool:
    if reader.quoting or reader.barren >= _BARREN:
        return _quote_as_words(reader, element)
    inner = _Reader(quoting=True)
    quote = quote_of(element, lambda box: _words_in(inner, box))
    if quote is None:
        reader.barren += 1
        return _quote_as_words(reader, element)
    reader.quotes.append(quote)
    reader.cards += inner.cards
    reader.problems += inner.problems
    if not quote.text:
        reader.problem("quote.not-in-page", "of a quoted post the page holds only the address")
    return False


def _quote_as_words(reader: _Reader, element: Element) -> bool:
    """A quote within a quote is words of the outer one: of a frame these are the address of what it shows."""
    if element.tag != "iframe":
        return True
    url = framed(element)
    if url:
        reader.node(Link(url, url))
    else:
        reader.problem("post.unreadable", f"an embedded page cannot be read: {element.get('src')[:200]}")
    return False


def _words_in(reader: _Reader, box: Element) -> Words:
    """What a quote holds."""
    _read(reader, box)
    return Words("".join(map(_spelled, tidy(reader.body))), tuple(reader.media))


def _spelled(node: Inline) -> str:
    """A node in plain words: of a link with words of its own these, and its target."""
    if isinstance(node, Link) and not names_itself(node):
        return f"{node.text} ({node.url})"
    return plain(node)


def _image(reader: _Reader, element: Element, href: str = "") -> bool:
    if parts.is_chrome(element):
        return False
    image = parts.image_of(element, href)
    if image:
        reader.media.append(image)
    elif element.get("alt"):
        reader.words(element.get("alt"))
    return False


def _clip(reader: _Reader, element: Element) -> bool:
    clip = parts.clip_of(element)
    if clip:
        reader.media.append(clip)
    if clip is None or clip.url == clip.poster:
        reader.problem("post.unreadable", "the page does not say where a clip is")
    return False


def _frame(reader: _Reader, element: Element) -> bool:
    frame = parts.frame_of(element)
    if frame is None:
        return False
    if frame.url:
        reader.node(Link(frame.url, frame.text))
    else:
        reader.problem("post.unreadable", f"an embedded page cannot be read: {frame.reference[:200]}")
    return False


def _anchor(reader: _Reader, anchor: Element) -> bool:
    """A link with the pictures in it."""
    href = urls.absolute(anchor.get("href"))
    held = [each for each in anchor.walk() if each.tag in _HELD and not is_emoji(each)]
    for each in held:
        if each.tag == "img":
            _image(reader, each, href or "")
        else:
            _HELD[each.tag](reader, each)
    raw = anchor.text()
    # The space at the edge of a link belongs to the line, not to the link.
    edges = _edges(anchor)
    if edges[0] or _HIDDEN.search(anchor.get("style")):  # a link hidden behind its preview is glued to the words
        reader.words(" ")
    if unusable := urls.unusable(anchor.get("href")):
        reader.words(f"{raw} ({unusable})" if raw and raw != unusable else unusable)
    elif raw and (node := _named(anchor, raw, href)):
        _add_named(reader, node, anchor)
    elif href and (raw or not (held and urls.is_picture(href))):
        reader.replying = False
        reader.node(Link(href, raw or href))
    elif raw:
        reader.words(raw)
    if edges[1]:
        reader.words(" ")
    return False


def _named(anchor: Element, text: str, href: str | None) -> Mention | Hashtag | None:
    """The person or subject that a link names."""
    url = href if href and not href.startswith("mailto:") else None
    if match := _MENTION.fullmatch(text):
        known = (urls.handle_of(url) or "").lower() == match[1].lower()
        return Mention(match[1], url) if known or anchor.has("entity-mention") else None
    if match := _HASHTAG.fullmatch(text):
        known = "/hashtag/" in (url or "")
        return Hashtag(match[1], url) if known or anchor.has("entity-hashtag") else None
    return None


def _add_named(reader: _Reader, node: Mention | Hashtag, anchor: Element) -> None:
    """Mentions are of a reply as long as nothing but such mentions came before."""
    reply = anchor.has("entity-mention-first", "entity-mention-threadreader") or bool(
        _HIDDEN.search(anchor.get("style"))
    )
    reader.replying = reader.replying and isinstance(node, Mention) and reply
    if isinstance(node, Mention) and reader.replying:
        node = Mention(node.handle, node.url, reply=True)
    reader.node(node)


def _edges(anchor: Element) -> tuple[bool, bool]:
    """Whether the words of a link begin and end with white space."""
    first = anchor.children[0] if anchor.children else ""
    last = anchor.children[-1] if anchor.children else ""
    return (
        isinstance(first, str) and first[:1].isspace() and bool(first.strip()),
        isinstance(last, str) and last[-1:].isspace() and bool(last.strip()),
    )


def _ends_in_space(node: Inline) -> bool:
    return isinstance(node, Text) and node.text.endswith(" ")


def _is_entity(element: Element) -> bool:
    """Whether a block is only the box of a picture, clip or quote."""
    return any(name.startswith("entity-") for name in element.classes)


def _is_more(element: Element) -> bool:
    """Whether this is the site's own "Show more": a link to another site is the author's."""
    if element.tag not in {"a", "button", "span"} or not 0 < len(element.children) <= 2:
        return False
    words = "".join(child for child in element.children if isinstance(child, str))
    if squeeze(words).strip().lower() not in _MORE:
        return False
    return element.tag != "a" or urls.is_own(element.get("href"))


def _is_cut(body: tuple[Inline, ...], ident: str) -> bool:
    """Whether a text ends with "… Show more", or with the link by which Twitter marks what it cut."""
    last = body[-1] if body else None
    if isinstance(last, Text):
        return bool(_MORE_AT_END.search(last.text))
    return isinstance(last, Link) and bool(ident) and last.url.partition("://")[2].endswith(f"/i/web/status/{ident}")


def _is_quote(element: Element) -> bool:
    if element.tag == "iframe":
        return bool(element.get("data-tweet-id")) or "platform.twitter.com/embed/" in element.get("src")
    return element.has(*BOXES)


_Rule = tuple[Callable[[Element], bool], Callable[[_Reader, Element], bool]]

_HELD: dict[str, Callable[[_Reader, Element], bool]] = {
    "img": _image,
    "video": _clip,
    "iframe": _frame,
    "embed": _frame,
    "object": _frame,
    "audio": _frame,
}
_RULES: tuple[_Rule, ...] = (
    (lambda element: element.tag in SILENT or element.has(*_ADDED), _skip),
    (lambda element: element.tag == "br", _line_break),
    (_is_more, _more),
    (is_emoji, _emoji),
    (lambda element: element.has("entity-url-preview"), _card),
    (_is_quote, _quote),
    (lambda element: element.tag == "a", _anchor),
    (lambda element: element.tag in _HELD, lambda reader, element: _HELD[element.tag](reader, element)),
)
