"""Whatever a page says, a book is sound XHTML, holds the words, and no markup but its templates' own."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from threadbound.book.blocks import Ballot, LinkCard, Paragraph, Quotation
from threadbound.book.book import Book
from threadbound.book.build import Binding, build
from threadbound.book.essay import STYLES
from threadbound.model.text import Break, Hashtag, Mention, Text, closed, plain
from threadbound.model.thread import Author, CaptureNote, Card, Post, Quote, Thread
from threadbound.notices import Notice
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.rendered import RenderedBook
from threadbound.rendering.theme import load

pytestmark = pytest.mark.slow

SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))
squeezed = SAMPLES["squeezed"]
FOUND = [SAMPLES["picture"](colour=colour) for colour in ("#111111", "#eeeeee")]
STORE = SAMPLES["store_of"](*FOUND)
TEMPLATES = load("serif").folders[0]
#: Every element and attribute that the templates and the filters write.
ELEMENTS = set(
    "html head title meta link body section div p a b i span br h1 h2 h3 figure figcaption img blockquote tbody "
    "dl dt dd table tr th td ul li aside wbr".split()
)
ATTRIBUTES = set(
    "lang xml:lang charset name content rel type href epub:type id class dir role title src alt style "
    "aria-label aria-labelledby data-by data-short data-head scope".split()
)
STYLE = re.compile(r"(?:(?:width|height):[\d.]+(?:mm|%);?)*")
LINK = re.compile(r"(?:https?|mailto):|#|style\.css$|[\w-]+\.xhtml")
#: Attributes whose values are the templates' own words.
OWN = {"class": r"[\w -]*", "dir": "rtl|ltr", "id": r"[\w-]*", "lang": r"[A-Za-z0-9-]+", "src": r"images/[0-9a-z.-]+"}


def photos(words: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    found = [SAMPLES["photo"](data) for data in FOUND]
    held = st.builds(lambda media, alt: SAMPLES["photo"](FOUND[found.index(media)], alt), st.sampled_from(found), words)
    lost = SAMPLES["media"](words).filter(lambda media: not media.sha256)
    return st.lists(held | lost, max_size=5).map(tuple)


def cards(words: st.SearchStrategy[str]) -> st.SearchStrategy[Card]:
    """Link cards, with a picture that is there or with none."""
    pictures = st.none() | st.sampled_from([SAMPLES["photo"](data) for data in FOUND])
    return st.builds(lambda card, image: replace(card, image=image), SAMPLES["cards"](words), pictures)


def threads() -> st.SearchStrategy[Thread]:
    """Threads of odd words everywhere, with pictures that are there."""
    words = SAMPLES["odd_text"]()
    posts = st.builds(
        Post,
        n=st.just(1),
        id=st.none() | words,
        url=st.none() | SAMPLES["urls"](),
        time=st.none() | SAMPLES["times"](),
        language=st.sampled_from([None, "ar", "ja"]) | words,
        body=st.lists(SAMPLES["inlines"](words), max_size=5).map(tuple),
        media=photos(words),
        quotes=st.lists(
            st.builds(Quote, words, SAMPLES["urls"](), words, words, words, media=photos(words)), max_size=1
        ).map(tuple),
        cards=st.lists(cards(words), max_size=1).map(tuple),
        polls=st.lists(SAMPLES["polls"](words), max_size=1).map(tuple),
    )
    whole: st.SearchStrategy[Thread] = st.builds(
        Thread,
        site=st.just("threadreader"),
        author=st.builds(Author, words, words),
        posts=st.lists(posts, min_size=1, max_size=3).map(
            lambda found: tuple(SAMPLES["numbered"](post, n) for n, post in enumerate(found, 1))
        ),
        id=st.just("101"),
        url=st.none() | SAMPLES["urls"](),
        title=words,
        published_text=words,
        language=words,
        captures=st.builds(CaptureNote, words, words, st.just("ab" * 32)).map(lambda note: (note,)),
        notices=st.builds(Notice, st.just("post.truncated"), words, words).map(lambda notice: (notice,)),
    )
    return whole


THREADS = threads()
#: Without shrinking, which takes minutes for records as large as these.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def bound(threads: list[Thread], target: Literal["print", "epub"], **look: Any) -> tuple[Book, RenderedBook]:
    book = build(threads, Binding("Threadbound <&>", "2022-03-01T10:20:30Z", **look))
    return book, render(book, STORE, Rendering(load("serif"), target, "Threadbound <&>"))


def parsed(rendered: RenderedBook) -> list[etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return [etree.fromstring(document.content.encode(), parser) for document in rendered.documents]


def named(element: etree._Element, key: str) -> str:
    """The name of an attribute as it stands in the document."""
    name = etree.QName(key)
    prefix = next((prefix for prefix, uri in element.nsmap.items() if uri == name.namespace and prefix), "")
    if name.namespace == "http://www.w3.org/XML/1998/namespace":
        prefix = "xml"
    return f"{prefix}:{name.localname}" if name.namespace else name.localname


def assert_own_markup(root: etree._Element) -> None:
    assert not list(root.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity))
    for element in root.iter("*"):
        assert etree.QName(element).localname in ELEMENTS
        for key, value in element.attrib.items():
            name = named(element, str(key))
            assert name in ATTRIBUTES
            if name == "href":
                assert LINK.match(str(value)), value
                assert not re.search(r"[\s\"'<>\\^`{|}]", str(value).replace("'", "")), value
            elif name == "style":
                assert STYLE.fullmatch(str(value)), value
            elif name in OWN:
                assert re.fullmatch(OWN[name], str(value)), value


def sayings(book: Book) -> Iterator[str]:
    """Every stretch of words that must be printed as it is."""
    for chapter in book.chapters:
        for block in (chapter.heading, *chapter.blocks):
            match block:
                case Quotation():
                    yield from (block.name, block.handle)
                    yield from (node.text for line in block.lines for node in line if isinstance(node, Text))
                case LinkCard():
                    yield from (block.title, block.description)
                case Ballot():
                    yield from (answer.text for answer in block.answers)
                case _ if isinstance(block, Paragraph) or block is chapter.heading:
                    words: Any = block.words
                    yield from (plain(node) for node in words if isinstance(node, Text | Mention | Hashtag))
                case _:
                    pass


@pytest.mark.parametrize("target", ["print", "epub"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=PHASES)
@given(
    found=st.lists(THREADS, min_size=1, max_size=2),
    style=st.sampled_from(sorted(STYLES)),
    links=st.sampled_from(["endnote", "footnote", "inline", "none"]),
    polish=st.sampled_from(["", "polish"]),
)
def test_any_thread_becomes_sound_documents(
    target: Literal["print", "epub"], found: list[Thread], style: str, links: str, polish: str
) -> None:
    book, rendered = bound(found, target, style=style, links=links, polish=bool(polish))
    roots = parsed(rendered)
    for root in roots:
        assert_own_markup(root)
        ids = root.xpath("//@id")
        assert len(ids) == len(set(ids))
    printed = squeezed("".join(text for root in roots for text in root.itertext()))
    for words in sayings(book):
        assert squeezed(words) in printed


@pytest.mark.parametrize("target", ["print", "epub"])
@pytest.mark.parametrize("odd", SAMPLES["ODD"])
def test_odd_words_in_every_place_are_printed_as_words(target: Literal["print", "epub"], odd: str) -> None:
    words = f"{odd} and {odd}"
    card = SAMPLES["Card"]("https://example.net/", words, words)
    quote = Quote(text=f"{words}\n{words}", author=words, name=words, url="https://example.com/q")
    first = SAMPLES["post"](
        1, words, Break(), Mention(words, reply=False), Hashtag(words), media=(SAMPLES["photo"](FOUND[0], words),)
    )
    second = SAMPLES["post"](
        2, words, quotes=(quote,), cards=(card,), language=words, id=words, url="https://example.com/2"
    )
    thread = SAMPLES["thread"](
        first, second, author=Author(words, words), title=words, language=words, published_text=words
    )
    book, rendered = bound([thread], target)
    for root in parsed(rendered):
        assert_own_markup(root)
    printed = squeezed("".join(text for root in parsed(rendered) for text in root.itertext()))
    for said in sayings(book):
        assert squeezed(said) in printed


@pytest.mark.parametrize("target", ["print", "epub"])
def test_a_name_or_a_title_turns_nothing_round_but_itself(target: Literal["print", "epub"]) -> None:
    odd = "Mara \u202eLind \u2067\u202b"
    quote = Quote(text=odd, author=odd, name=odd, url="https://example.com/q")
    post = SAMPLES["post"](1, f"{odd} and a sentence that goes on and on until it is cut, " * 4, quotes=(quote,))
    card = SAMPLES["Card"]("https://example.net/", odd, odd)
    threads = [
        SAMPLES["thread"](
            post, SAMPLES["post"](2, odd, cards=(card,)), id=key, author=Author(f"m{key}", odd), title=odd
        )
        for key in ("1", "2")
    ]
    book, rendered = bound(threads, target)
    for root in parsed(rendered):
        for element in root.iter("{*}a", "{*}b", "{*}span", "{*}title", "{*}dd", "{*}li"):
            said = "".join(element.itertext())
            assert closed(said) == said
        for value in root.xpath("//@data-by | //@data-short | //@alt"):
            assert closed(str(value)) == value
    assert closed(book.title) == book.title
    assert not [
        each for chapter in book.chapters for each in (chapter.heading.short, chapter.by) if closed(each) != each
    ]
