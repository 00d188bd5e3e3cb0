"""Small threads, pictures and captures, invented, and hypothesis strategies for any thread at all.

Test files load it with ``runpy.run_path`` (test folders are no packages).
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from msgspec import UNSET
from PIL import Image, ImageDraw

from threadbound.containers.capture import Capture
from threadbound.digests import sha256
from threadbound.media.pictures import Pictures
from threadbound.model.media import Media
from threadbound.model.text import Break, Hashtag, Inline, Link, Mention, Text, clean, tidy
from threadbound.model.thread import Author, CaptureNote, Card, Choice, OtherThread, Poll, Post, Quote, Thread, Wording
from threadbound.notices import CODES, Notice

NOTE = CaptureNote("page.html", "html", "ab" * 32, size=1234)
MARA = Author("maralindqvist", "Mara Lindqvist")
#: What a hostile or careless page may hold where words are expected.
ODD = (
    "<script>alert(1)</script>",
    "]]>",
    "<![CDATA[",
    "&amp; & &#0; &nbsp;",
    "\" onload='x' `",
    "{{ 7 * 7 }} {% raw %}",
    "\u202eright to left\u2066",
    "\x00\x08\x1b\x7f\x85",
    "\ud800",
    "\ufffe\U0001ffff",
    "👩🏽‍🔬🇫🇮1️⃣ ☎︎",
    "\u00a0\u2028\u2029",
    "e\u0301 ﬁ ㈱",
    "שלום מרחבא مرحبا",
    "漢字。かな！",
)
#: What a PDF's fonts, its check and its readers find hard.
HARD = (
    "بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ ﷺ (1)",
    "بَ تُ نِ لا لَا می‌شود ۱۲",
    "בְּרֵאשִׁית בָּרָא (אב) 1/2",
    "Z̴̢̛a̷͝͡ĺ̵̨̧̛g̸̡̛̿ơ̶̢̧̨̿̀",
    "\uf8ff \ue0a0 \U000f0000",
    "left \u202eright \u2067to\u202b",
    "\u200fשלום\u200e 𝐐𝑪 ⑥ 👩🏽‍🔬 🇺🇦 مرحبا",
    "图书・阅读•写作·生活①➀ 一⼀",
    "क्षत्रिय น้ำ ខ្ញុំ கொ",
    "ﬁne ½ ½ e\u0301 ệ a\u034fb \u00ad",
)
URLS = (
    "https://example.org/",
    "https://example.org/a b?q=\"<'&x=1#é",
    "http://[broken/",
    "https://münchen.example/straße",
    "mailto:mara@example.org",
    "https://example.org/100%",
)


def picture(
    size: tuple[int, int] = (48, 32), colour: Any = "#993322", form: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form, **options)
    return out.getvalue()


def photo(data: bytes, alt: str = "", **changes: Any) -> Media:
    """A picture whose bytes were found."""
    with Image.open(io.BytesIO(data)) as image:
        known = {"sha256": sha256(data), "media_type": "image/png", "width": image.width, "height": image.height}
    return Media("image", f"https://media.example.com/{sha256(data)[:8]}", alt, **{**known, **changes})


def sized(width: int, height: int, alt: str = "") -> Media:
    """A picture of that many pixels, without any bytes."""
    return Media("image", "https://media.example.com/x", alt, sha256="0" * 64, width=width, height=height)


def store_of(*pictures: bytes) -> Pictures:
    """A store with those pictures."""
    store = Pictures()
    for data in pictures:
        store.put(lambda data=data: data)
    return store


def capture(**found: bytes) -> Capture:
    """A page whose resources are ``found``, by reference."""
    return Capture(NOTE, b"<p>", "<p>", "html", found.get)


def post(n: int, *nodes: Inline | str, **changes: Any) -> Post:
    """A post of these words; plain strings are texts."""
    body = tuple(Text(node) if isinstance(node, str) else node for node in nodes)
    return Post(n, body=body, **changes)


def thread(*posts: Post, **changes: Any) -> Thread:
    """A thread of these posts."""
    known = {"id": "101", "url": "https://example.org/thread/101.html", "captures": (NOTE,), "language": "en"}
    return Thread("threadreader", changes.pop("author", MARA), posts, **{**known, **changes})


def squeezed(text: str) -> str:
    """``text`` without white space and without what no product may hold: what must never be lost."""
    return "".join(clean(text).split())


# Strategies -----------------------------------------------------------------------------------------------------------


def valid_text(**bounds: Any) -> st.SearchStrategy[str]:
    """Any text that UTF-8 can hold."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=bounds.get("max_size", 20))


def odd_text() -> st.SearchStrategy[str]:
    """Words of a page as bad as can be, lone surrogates included."""
    return st.lists(st.sampled_from(ODD) | st.text(max_size=12), max_size=4).map("".join)


def urls() -> st.SearchStrategy[str]:
    """Addresses that a page may link."""
    return st.sampled_from(URLS) | st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=10).map(
        lambda path: f"https://example.com/{path}"
    )


def times() -> st.SearchStrategy[datetime]:
    """Times as the model has them: aware, in UTC, to the second."""
    return st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


def inlines(words: st.SearchStrategy[str]) -> st.SearchStrategy[Inline]:
    """Any inline node."""
    return st.one_of(
        st.builds(Text, words),
        st.just(Break()),
        st.builds(Link, urls(), words),
        st.builds(Mention, words, st.none() | urls(), st.booleans()),
        st.builds(Hashtag, words, st.none() | urls()),
    )


def media(words: st.SearchStrategy[str]) -> st.SearchStrategy[Media]:
    """Any picture or clip, found or not."""
    digest = st.none() | st.sampled_from(["0" * 64, "1" * 64])
    return st.builds(
        lambda kind, alt, found, width, height, seconds: Media(
            kind,
            "https://media.example.com/x",
            alt,
            duration=seconds if kind == "video" else None,
            sha256=found,
            **({"media_type": "image/png", "width": width, "height": height} if found else {}),
        ),
        st.sampled_from(["image", "video", "gif"]),
        words,
        digest,
        st.integers(1, 9000),
        st.integers(1, 9000),
        st.none() | st.floats(0, 1e5),
    )


def quotes(words: st.SearchStrategy[str]) -> st.SearchStrategy[Quote]:
    """Any quoted post."""
    return st.builds(
        Quote,
        id=st.none() | words,
        url=st.none() | urls(),
        author=st.none() | words,
        name=st.none() | words,
        text=words,
        time=st.none() | times(),
        media=st.lists(media(words), max_size=2).map(tuple),
    )


def cards(words: st.SearchStrategy[str]) -> st.SearchStrategy[Card]:
    """Any link card."""
    return st.builds(Card, urls(), words, words, st.none() | media(words))


def polls(words: st.SearchStrategy[str]) -> st.SearchStrategy[Poll]:
    """Any poll."""
    votes = st.none() | st.integers(0, 10**7)
    choices = st.builds(Choice, words, votes, st.none() | st.floats(0, 100))
    return st.builds(Poll, st.lists(choices, min_size=1, max_size=4).map(tuple), votes, st.none() | times())


def posts(words: st.SearchStrategy[str], bodies: Any = None) -> st.SearchStrategy[Post]:
    """Any post, as the first; its body untidy unless others are given."""
    return st.builds(
        Post,
        n=st.just(1),
        id=st.none() | words,
        url=st.none() | urls(),
        author=st.none() | words,
        time=st.none() | times(),
        time_source=st.sampled_from([None, "page", "id"]),
        language=st.none() | words,
        body=st.lists(inlines(words), max_size=6).map(tuple) if bodies is None else bodies,
        media=st.lists(media(words), max_size=8).map(tuple),
        quotes=st.lists(quotes(words), max_size=2).map(tuple),
        cards=st.lists(cards(words), max_size=2).map(tuple),
        polls=st.lists(polls(words), max_size=1).map(tuple),
        wordings=st.lists(wordings(words), max_size=1).map(tuple),
        capture=st.none() | st.just("1" * 64),
    )


def wordings(words: st.SearchStrategy[str]) -> st.SearchStrategy[Wording]:
    """Any other words of a post."""
    return st.builds(Wording, st.just(("0" * 64,)), st.lists(inlines(words), max_size=4).map(tuple))


def notes(words: st.SearchStrategy[str]) -> st.SearchStrategy[CaptureNote]:
    """Where any thread may come from; of some pages somebody said when they were saved."""
    said = st.sampled_from([UNSET, "2024", "2024-05", "2024-05-17"])
    saved = st.none() | times()
    return st.builds(CaptureNote, words, words, words, st.integers(0, 10**9), saved, st.none() | urls(), said)


def threads(words: st.SearchStrategy[str], post_strategy: st.SearchStrategy[Post] | None = None) -> Any:
    """Any thread with at least one post."""
    many = st.lists(posts(words) if post_strategy is None else post_strategy, min_size=1, max_size=4)
    return st.builds(
        Thread,
        site=st.just("threadreader"),
        author=st.builds(Author, words, words, st.none() | urls()),
        posts=many.map(lambda found: tuple(numbered(post, n) for n, post in enumerate(found, 1))),
        id=st.none() | words,
        url=st.none() | urls(),
        title=words,
        published=st.sampled_from([None, "2022-09-29", "2022-09-29T12:34:56Z"]),
        published_text=st.none() | words,
        language=st.none() | st.sampled_from(["en", "ar", "zh-Hant"]) | words,
        declared_posts=st.none() | st.integers(0, 500),
        reading_minutes=st.none() | st.integers(0, 500),
        other_threads=st.lists(st.builds(OtherThread, st.none() | words, excerpt=words), max_size=2).map(tuple),
        captures=notes(words).map(lambda note: (note,)),
        notices=st.lists(st.builds(Notice, st.sampled_from(sorted(CODES)), words, words), max_size=2).map(tuple),
    )


def plausible_bodies() -> st.SearchStrategy[tuple[Inline, ...]]:
    """Bodies as adapters give them: tidy, with the starts that books look for."""
    starts = ["1/ ", "2/3 ", "(3) ", "1/", "2/4 of us ", "1. ", "- ", "✅ ", "1) ", "", "1/ 12 men ", "… "]
    sentence = st.sampled_from(["Dr. Riel came in 1999. ", "No end here ", "Why? ", "Sure… ", "第一章。次は", "كيف؟ "])
    words = st.lists(sentence | odd_text(), max_size=4).map("".join).map(lambda text: clean(text).replace("\n", " "))
    replies = st.lists(st.builds(lambda name: (Mention(name, reply=True), Text(" ")), st.just("riel")), max_size=2)
    nodes = st.lists(inlines(words).filter(lambda node: not getattr(node, "reply", False)), max_size=6)
    return st.builds(
        lambda who, start, found: tidy((*(node for pair in who for node in pair), Text(start), *found)),
        replies,
        st.sampled_from(starts),
        nodes,
    )


def numbered(post: Post, n: int) -> Post:
    return Post(**{**{name: getattr(post, name) for name in post.__struct_fields__}, "n": n})


def screenshot(width: int = 1080, height: int = 6000) -> Image.Image:
    """A talk on a telephone: bubbles of lines of words, numbered, on a light ground."""
    page = Image.new("RGB", (width, height), "#e8e4dc")
    pen, line, top = ImageDraw.Draw(page), round(width * 0.042), round(width * 0.05)
    left, right, number = round(width * 0.06), round(width * 0.82), 0
    while top + 6 * line < height:
        lines = 2 + number % 4
        x = left if number % 2 else round(width * 0.14)
        box = (x - line // 2, top, right, top + round((lines + 0.6) * line * 1.35))
        pen.rounded_rectangle(box, line // 2, fill="#ffffff" if number % 2 else "#cfe8c4")
        for k in range(lines):
            words = f"{number}.{k} the thread holds what the paper says"
            pen.text((x, top + round((0.4 + k * 1.35) * line)), words, fill="#222222", font_size=line)
        top, number = box[3] + round(line * 0.7), number + 1
    return page
