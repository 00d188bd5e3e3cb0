"""Thread Reader App: the saved pages of threads, 2017 to 2026.

Before: a capture of HTML. After: the thread that it holds, whatever the year of its markup, whether it is what the
server sent or what a browser made of it. The parts of the work: ``threadreader_layout`` (what is where), ``_header``,
``_body`` and ``_parts`` (one post), ``_cards`` (other threads), ``_urls``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from threadbound.containers.capture import Capture
from threadbound.errors import NoThread
from threadbound.model.thread import Post, Thread
from threadbound.notices import Notice
from threadbound.sites import dom, elsewhere, snowflake, titles
from threadbound.sites import threadreader_urls as urls
from threadbound.sites.dom import Element
from threadbound.sites.site import Site
from threadbound.sites.threadreader_body import EMPTY, Content, read_post
from threadbound.sites.threadreader_cards import other_threads
from threadbound.sites.threadreader_header import Header, header_of, metas
from threadbound.sites.threadreader_layout import POST, Layout, is_marked, layout_of, number_of

_NEVER_CLOSED = "the page does not close this post: it was taken to end where the foot of the page seems to begin"
#: Places that a notice names one by one.
_FEW = 20
#: The mark of every post, wherever it stands: what damage hides from the parser is found by it.
_MARK = re.compile(r"""\bid\s*=\s*["']?tweet_(\d{1,6})\b""", re.ASCII)


def matches(capture: Capture) -> bool:
    """Whether the capture is a page with the posts of a thread."""
    return capture.kind == "html" and POST in capture.markup and bool(layout_of(dom.parse(capture.markup)).posts)


def extract(capture: Capture) -> Thread:
    """The thread in ``capture``.

    Raises:
        NoThread: it holds none.
    """
    page = dom.parse(capture.markup)
    layout = layout_of(page)
    read = _distinct(layout)
    if not read:
        raise NoThread(elsewhere.describe(capture))
    header = header_of(page, layout)
    posts = tuple(
        _post(n, element, content, header) for n, (element, content) in zip(_numbers(read), read, strict=True)
    )
    ident = _thread_id(capture, page, header, posts)
    published = header.time or snowflake.time_of(ident) or posts[0].time
    numbers = frozenset(number_of(element) or 0 for element in layout.posts)
    counted = _count_notices(capture, header, posts, numbers)
    notices = (*capture.notices, *counted, *_notices(posts, [content for _, content in read]))
    if not page.whole:
        message = f"the page has more than {dom.LIMIT:,} elements; what follows was not read"
        notices = (*notices, Notice("capture.truncated", message))
    if published is None:
        notices = (*notices, Notice("time.unknown", "neither the page nor an id says when the thread was written"))
    languages = {post.language for post in posts}
    return Thread(
        site=SITE.name,
        id=ident,
        url=urls.thread_url(ident) if ident else None,
        title=titles.title_of(post.body for post in posts),
        author=header.author,
        published=published.strftime("%Y-%m-%dT%H:%M:%SZ") if published else None,
        published_text=header.time_text,
        language=languages.pop() if len(languages) == 1 else None,
        declared_posts=header.declared_posts,
        reading_minutes=header.reading_minutes,
        posts=posts,
        other_threads=other_threads(layout.cards, ident),
        captures=(capture.note,),
        notices=notices,
    )


SITE = Site(
    name="threadreader",
    media_hosts=("pbs.twimg.com", "video.twimg.com", "threadreaderapp.com"),
    matches=matches,
    extract=extract,
)


def _distinct(layout: Layout) -> list[tuple[Element, Content]]:
    """Each post with its content; of posts that are the same in every word the first, and no unmarked empty boxes."""
    elements = frozenset(layout.posts)
    found: dict[tuple[object, Content], tuple[Element, Content]] = {}
    for element in layout.posts:
        content = read_post(element, elements, layout.ends)
        if layout.doubtful and not layout.doubtful.isdisjoint(element.walk()):
            content = replace(content, problems=(*content.problems, ("post.unreadable", _NEVER_CLOSED)))
        if content != EMPTY or is_marked(element):
            found.setdefault((element.get("data-tweet") or element, content), (element, content))
    return list(found.values())


def _numbers(read: list[tuple[Element, Content]]) -> Iterable[int]:
    """The posts' places: the page's own where those are in order (then a gap is a missing post), else counted."""
    own = [number_of(element) or 0 for element, _ in read]
    ordered = all(after > before for before, after in zip([0, *own], own, strict=False))
    return own if ordered else range(1, len(read) + 1)


def _post(n: int, element: Element, content: Content, header: Header) -> Post:
    """One post of the thread."""
    handle = urls.handle_in(element.get("data-screenname")) or header.author.handle or None
    ident = element.get("data-tweet")
    if not _is_id(ident):
        # Until 2019 posts had no ids; but the header's date is a link to the first one.
        ident = (header.status or "") if n == 1 else ""
    is_dated = n == 1 if header.status is None else ident == header.status
    stated = header.time if is_dated else None
    time = stated or snowflake.time_of(ident)
    return Post(
        n=n,
        id=ident or None,
        url=urls.status_url(handle, ident) if handle and ident else None,
        author=handle,
        time=time,
        time_source="page" if stated else "id" if time else None,
        language=element.get("lang") or None,
        body=content.body,
        media=content.media,
        quotes=content.quotes,
        cards=content.cards,
    )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19


def _thread_id(capture: Capture, page: Element, header: Header, posts: tuple[Post, ...]) -> str | None:
    """The id in the page's address, which need not be that of the first post."""
    return next(filter(None, (*map(urls.thread_id, _addresses(capture, page)), header.status, posts[0].id)), None)


def _addresses(capture: Capture, page: Element) -> Iterator[str | None]:
    """Whatever names the page's own address, most reliable first."""
    yield from metas(page, "og:url")
    for link in page.all("link"):
        if link.get("rel") == "canonical":
            yield link.get("href")
    yield capture.note.source_url
    for form in page.all("form"):
        yield urls.absolute(form.get("action"))
    for frame in page.all("iframe"):
        yield urls.query(frame.get("src"), "origin")


def _notices(posts: tuple[Post, ...], contents: list[Content]) -> Iterator[Notice]:
    """What a reader must know of these posts."""
    for post, content in zip(posts, contents, strict=True):
        for code, message in content.problems:
            yield Notice(code, message, f"post {post.n}")
    if nameless := [post.n for post in posts if post.id is None]:
        message = "the page gives no id, so there is no permalink and no time to compute"
        yield Notice("post.no-id", message, _places(nameless))
    if timeless := [post.n for post in posts if post.id and post.time is None]:
        yield Notice("time.unknown", "the id is too old to hold a time, and the page says none", _places(timeless))


def _count_notices(
    capture: Capture, header: Header, posts: tuple[Post, ...], numbers: frozenset[int]
) -> Iterator[Notice]:
    """Whether all the posts are there: as the page declares, as the marks in its markup say, and as it numbers them."""
    declared, found = header.declared_posts, len(posts)
    if declared and found < declared:
        yield Notice("posts.missing", f"the page declares {declared} posts and holds {found}")
        return
    if declared and found > declared:
        yield Notice("posts.extra", f"the page declares {declared} posts and holds {found}")
    marked = {int(number) for number in _MARK.findall(capture.markup)}
    if len(marked) > found:
        yield Notice("posts.missing", f"the page's markup begins {len(marked)} posts, of which {found} can be read")
    gaps = sorted(set(range(1, max(numbers, default=0))) - numbers - marked)
    if gaps:
        message = f"the page numbers its posts up to {max(numbers)}, and {len(gaps)} of the numbers are not in it"
        yield Notice("posts.missing", message, _places(gaps) if len(gaps) <= _FEW else "")


def _places(numbers: list[int]) -> str:
    """``post 3`` or ``posts 2 to 9`` or ``posts 2, 5, 7``."""
    if len(numbers) == 1:
        return f"post {numbers[0]}"
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"posts {numbers[0]} to {numbers[-1]}"
    return f"posts {', '.join(map(str, numbers))}"
