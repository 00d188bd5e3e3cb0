"""A small book, invented and set by hand: what a renderer would give, without any renderer.

Test files load it with ``runpy.run_path`` (test folders are no packages): ``thread()``, ``book(…)``, ``rendered(…)``.
"""
# ruff: noqa: E501 - markup as a template prints it: a line break inside a paragraph would be printed

from __future__ import annotations

import io
from typing import Any

from msgspec.structs import replace
from PIL import Image

from threadbound.book.book import Book, Evidence
from threadbound.book.build import Binding, build
from threadbound.book.identity import chapter_ids
from threadbound.digests import sha256
from threadbound.model import codec
from threadbound.model.media import Media
from threadbound.model.text import Break, Hashtag, Link, Mention, Text
from threadbound.model.thread import Author, Card, Post, Quote, Thread
from threadbound.rendering.rendered import Document, RenderedBook, RenderedPicture

LONG_LINK = "https://example.org/reading-room/essays/how-paper-remembers?part=2&page=7"
CARD_LINK = "https://example.net/folds"
QUOTE_LINK = "https://example.com/riel/77"
LOST_LINK = "https://media.example.com/lost.jpg"
CLIP_LINK = "https://video.example.com/clip.mp4"


def picture(colour: str, form: str = "PNG") -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (48, 32), colour).save(out, form)
    return out.getvalue()


RED, BLUE, COVER = picture("#993322"), picture("#223399", "JPEG"), picture("#334433")


def _media(data: bytes, alt: str, media_type: str) -> Media:
    return Media(
        "image",
        f"https://media.example.com/{sha256(data)[:8]}",
        alt,
        sha256=sha256(data),
        media_type=media_type,
        width=48,
        height=32,
    )


def thread(*, described: bool = True) -> Thread:
    """Five posts: a heading that splits its post, a link, pictures, a quotation, a card, a hand-made number."""
    red = _media(RED, "A red sheet" if described else "", "image/png")
    blue = _media(BLUE, "A blue sheet", "image/jpeg")
    posts = (
        Post(
            1,
            id="101",
            url="https://example.com/mara/101",
            body=(Text("Every map leaves something out. I kept a list of six of them, for 10\u00a0years."),),
        ),
        Post(
            2,
            id="102",
            url="https://example.com/mara/102",
            body=(
                Mention("triel", reply=True),
                Text("Start with borders: "),
                Link(LONG_LINK, "example.org/reading-r…"),
                Text(" is the “obvious” kind"),
                Break(),
                Text("and the heaviest line — always "),
                Hashtag("maps", "https://example.com/tag/maps"),
            ),
            media=(red, blue),
        ),
        Post(
            3,
            id="103",
            body=(Text("3/ A cataloguer put it better 🧵👩🏽‍🔬 than I can"),),
            quotes=(Quote("77", QUOTE_LINK, "triel", "Tomás Riel", "The legend admits\nto being written."),),
        ),
        Post(4, id="104", body=(Text("كل خريطة هي حجة"),), cards=(Card(CARD_LINK, "How paper remembers", "A guide."),)),
        Post(
            5,
            id="105",
            body=(Text("Thank you. <No more> & good night"),),
            media=(Media("image", LOST_LINK, "A burn hole"), Media("video", CLIP_LINK, "He speaks")),
        ),
    )
    author = Author("maralindqvist", "Mara Lindqvist 🌊", "https://example.com/mara")
    return Thread("threadreader", author, posts, id="101", url="https://example.org/thread/101.html", language="en")


def _head(title: str, language: str = "en") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        f' lang="{language}" xml:lang="{language}"><head><title>{title}</title>'
        '<link rel="stylesheet" type="text/css" href="style.css"/></head>'
    )


def chapter_markup(name: str = "t1") -> str:
    """The chapter as a template would print it."""
    red, blue = f"images/{sha256(RED)}.png", f"images/{sha256(BLUE)}.jpg"
    link = LONG_LINK.replace("&", "&amp;")
    return f"""{_head("Every map leaves something out")}<body epub:type="bodymatter">
<section epub:type="chapter" role="doc-chapter" class="th" id="{name}" aria-labelledby="{name}-p1">
<p class="by"><b>Mara Lindqvist <span class="e">🌊</span></b> <span>@maralindqvist</span></p>
<h1 id="{name}-p1">Every map leaves something out.</h1>
<p class="meta"><span>17 February 2022</span><i> · </i><span>5 posts</span></p>
<p class="f"><a class="n" href="https://example.com/mara/101" title="Post 1">1</a>I kept a list of six of them, for 10 years.</p>
<p id="{name}-p2"><a class="n" href="https://example.com/mara/102" title="Post 2">2</a><span class="re">@triel</span> Start with borders: <a class="link" href="{link}">example.org</a><a class="x" role="doc-noteref" href="#{name}-n1">1</a> is the “obvious” kind</p>
<p class="p">and the heaviest line — always <a class="at" href="https://example.com/tag/maps">#maps</a></p>
<figure><p class="row"><img src="{red}" alt="A red sheet"/><img class="s" src="{blue}" alt="A blue sheet"/></p><figcaption>Left: A red sheet</figcaption></figure>
<p class="f" id="{name}-p3"><span class="n">3/</span>A cataloguer put it better <span class="e">🧵👩🏽‍🔬</span> than I can</p>
<blockquote class="q"><p class="who"><b>Tomás Riel</b> @triel · <a class="link" href="{QUOTE_LINK}">example.com</a></p><p>The legend admits</p><p>to being written.</p></blockquote>
<p class="f" id="{name}-p4" lang="ar" xml:lang="ar" dir="rtl"><span class="n">4</span>كل خريطة هي حجة</p>
<div class="q card"><p class="who"><a class="link" href="{CARD_LINK}">example.net</a></p><p><b>How paper remembers</b></p><p>A guide.</p></div>
<p class="f" id="{name}-p5"><span class="n">5</span>Thank you. &lt;No more&gt; &amp; good night</p>
<figure class="lost"><figcaption><b>Picture not preserved</b> A burn hole <a class="u" href="{LOST_LINK}">{LOST_LINK}</a></figcaption></figure>
<figure class="lost"><figcaption><b>Video</b> He speaks <a class="u" href="{CLIP_LINK}">{CLIP_LINK}</a></figcaption></figure>
<section class="notes"><h2>Links</h2><p id="{name}-n1"><a class="u" href="{link}">{link}</a></p></section>
</section>
</body></html>
"""


def _documents(chapters: int) -> tuple[Document, ...]:
    cover = f'{_head("Cover")}<body epub:type="cover"><section><img src="images/cover.png" alt="Cover"/></section></body></html>\n'
    title = f'{_head("Loose Leaves")}<body epub:type="frontmatter"><h1>Loose Leaves</h1></body></html>\n'
    end = f'{_head("Colophon")}<body epub:type="backmatter"><h1>Colophon</h1><p>Bound from a saved page.</p></body></html>\n'
    return (
        Document("cover", "Cover", cover.encode(), "cover"),
        Document("titlepage", "Loose Leaves", title.encode(), "titlepage"),
        *(
            Document(name, "Every map", chapter_markup(name).encode(), "chapter")
            for name in chapter_ids([thread()] * chapters)
        ),
        Document("colophon", "Colophon", end.encode(), "colophon"),
    )


def evidence(source: Thread) -> tuple[Evidence, ...]:
    """The page and the JSON."""
    page = b"<html><body><script src='https://example.org/x.js'></script><p>The page, as it was.</p></body></html>"
    return (
        Evidence("Thread by Mara: maps (1).html", "text/html", "The saved page", "Source", page),
        Evidence("thread.json", "application/json", "The thread", "Data", codec.encode(source)),
    )


def book(source: Thread, chapters: int = 1, **changes: Any) -> Book:
    """The book of ``source``, bound ``chapters`` times."""
    made = build([source] * chapters, Binding("Threadbound", "2022-03-01T10:20:30Z", evidence=lambda: evidence(source)))
    fixed = {
        "identifier": "urn:uuid:2b1e7d1c-0000-5000-8000-000000000001",
        "title": "Every map leaves something out",
        "description": "Every map leaves something out.",
        "date": "2022-02-17",
    }
    return replace(made, **{**fixed, **changes})


def rendered(*, chapters: int = 1, described: bool = True, **changes: Any) -> RenderedBook:
    """The book, rendered by hand; ``changes`` go to :class:`Book`."""
    pictures = (
        RenderedPicture("images/cover.png", "image/png", lambda: COVER),
        RenderedPicture(f"images/{sha256(RED)}.png", "image/png", lambda: RED),
        RenderedPicture(f"images/{sha256(BLUE)}.jpg", "image/jpeg", lambda: BLUE),
    )
    css = "p { margin: 0; text-indent: 1.3em }\nfigure { margin: 1em 0 }\n"
    return RenderedBook(book(thread(described=described), chapters, **changes), _documents(chapters), css, pictures)
