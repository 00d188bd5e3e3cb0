"""A thread as Thread Reader would have written it, in the markup of each era, and as plain HTML.

Before: records. After: pages, as text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from records import PostRecord, Record

#: Key of a picture → what stands in ``src``.
Source = Callable[[str], str]
#: What stands in the words and becomes a link. A name or tag inside an address is a part of it.
_MARKED = re.compile(r"https?://[^\s<>\"]+|(?<!\w)@\w{1,15}\b|(?<!\w)#[^\W\d_]\w*")
#: Longer addresses are cut where they are shown.
_SHOWN = 28
_LOGO = '<img src="/images/Twitter_Logo_Blue.png" alt="Profile picture" width="20px">'
_CLEAN_HEAD = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Collected threads</title>'
    '<meta name="author" content="Bench Binder"><style>img { max-width: 100% } section { break-before: page }'
    "</style></head><body>"
)
_MORE = (
    '<div class="col-force-refresh">Missing some Tweet in this thread?'
    ' You can try to <a href="#">force a refresh</a></div>'
)


@dataclass(frozen=True, slots=True)
class Era:
    """The markup of some years."""

    head: Callable[[Record], str]
    post: Callable[[Record, PostRecord, int, Source], str]
    foot: Callable[[Record], str]


def saved(record: Record, era: str, source: Source) -> str:
    """The page of one thread."""
    chosen = ERAS[_era_of(record) if era == "mixed" else era]
    posts = "\n".join(chosen.post(record, post, number, source) for number, post in enumerate(record.posts, 1))
    return f"{chosen.head(record)}\n{posts}\n{chosen.foot(record)}\n"


def clean(threads: Iterable[Record], media: str = "media") -> str:
    """The words, links and pictures of all the threads, and nothing else; ``media`` is the folder of the pictures."""
    parts = [_CLEAN_HEAD]
    for record in threads:
        parts.append(f'<section id="thread-{record.id}"><h1>{html.escape(_title(record))}</h1>')
        parts.append(f"<p>{html.escape(record.name)} · {record.time:%d %B %Y} · {len(record.posts)} posts</p>")
        for post in record.posts:
            parts += [f"<p>{_linked(words, _plain_link)}</p>" for words in post.text.split("\n\n")]
            if post.quoted:
                parts.append(f'<blockquote><p><a href="{post.quoted}">{post.quoted}</a></p></blockquote>')
            parts += [f'<p><img src="{media}/{key}.jpg" alt="Image"></p>' for key in post.pictures]
        parts.append("</section>")
    return "\n".join([*parts, "</body></html>", ""])


def _title(record: Record) -> str:
    return record.posts[0].text.split("\n")[0][:70]


def _era_of(record: Record) -> str:
    return next(name for name in reversed(ERAS) if int(name) <= max(record.time.year, 2017))


# ---- words --------------------------------------------------------------------------------------------------------


def _linked(text: str, link: Callable[[str], str]) -> str:
    """Words as markup: every address, name and tag through ``link``."""
    made, end = [], 0
    for found in _MARKED.finditer(text):
        made += [html.escape(text[end : found.start()], quote=False), link(found[0])]
        end = found.end()
    return "".join([*made, html.escape(text[end:], quote=False)])


def _plain_link(text: str) -> str:
    return f'<a href="{html.escape(_target(text))}">{html.escape(text)}</a>'


def _site_link(text: str) -> str:
    """A link as the site writes it."""
    target = html.escape(_target(text))
    if text[0] == "@":
        return f'<a class="entity-mention" href="{target}">{text}</a>'
    if text[0] == "#":
        return f'<a class="entity-hashtag" href="/hashtag/{html.escape(text[1:])}">{html.escape(text)}</a>'
    bare = text.partition("//")[2]
    shown = bare if len(bare) <= _SHOWN else f"{bare[:_SHOWN]}…"
    return f'<a class="entity-url" data-preview="true" href="{target}">{html.escape(shown)}</a>'


def _target(text: str) -> str:
    places = {"@": "https://twitter.com/", "#": "https://twitter.com/hashtag/"}
    return places[text[0]] + text[1:] if text[0] in places else text


def _words(post: PostRecord) -> str:
    return _linked(post.text, _site_link).replace("\n", "<br />\n")


# ---- posts --------------------------------------------------------------------------------------------------------


def _address(key: str) -> str:
    return f"https://pbs.twimg.com/media/{key}.jpg"


def _image(key: str, source: Source) -> str:
    """A picture that the browser had loaded."""
    return (
        f'<span class="entity-image"><a href="{_address(key)}" target="_blank">'
        f'<img alt="Image" src="{source(key)}" class=" b-loaded"></a></span>'
    )


def _bare_image(key: str, source: Source) -> str:
    """As in 2017: without a link round it."""
    return f'<span class="entity-image"><img alt="" src="{source(key)}" data-src="{_address(key)}"></span>'


def _quote(address: str) -> str:
    if not address:
        return ""
    return (
        '<span class="entity-embed"><span class="twitter-player"><blockquote class="twitter-tweet">'
        f'<a href="{address}">{address}?s=20</a></blockquote></span></span>'
    )


def _quote_2017(address: str) -> str:
    if not address:
        return ""
    return (
        '<span class="entity-embed"><span class="twitter-player"><blockquote class="twitter-tweet"><div><br />\n'
        "External Tweet loading...<br />\nIf nothing shows, it may have been deleted<br />\n"
        f'by @x <a href="{address}">view original on Twitter</a></div></blockquote></span></span>'
    )


def _post_2017(record: Record, post: PostRecord, number: int, source: Source) -> str:  # noqa: ARG001 - the shape of all
    pictures = "".join(_bare_image(key, source) for key in post.pictures)
    header = "content-header " if number == 1 else ""
    return f'<div class="{header}content-tweet">{_words(post)} {_quote_2017(post.quoted)}{pictures}</div>'


def _post_2019(record: Record, post: PostRecord, number: int, source: Source) -> str:  # noqa: ARG001 - likewise
    pictures = "".join(_image(key, source).replace("span", "div") for key in post.pictures)
    return (
        '<div class="row t-tweet"><div class="col-12">\n'
        f'<div id="tweet_{number}" class="content-tweet allow-preview" dir="auto">{_words(post)}'
        f" {_quote(post.quoted)}{pictures}</div>\n</div></div>"
    )


def _post_2020(record: Record, post: PostRecord, number: int, source: Source) -> str:
    return f'<div class="row t-tweet"><div class="col-12">\n{_post_2021(record, post, number, source)}\n</div></div>'


def _post_2021(record: Record, post: PostRecord, number: int, source: Source, more: str = "") -> str:
    pictures = "".join(_image(key, source) for key in post.pictures)
    return (
        f'<div id="tweet_{number}" class="content-tweet allow-preview"{more} data-screenname="{record.handle}"'
        f' data-tweet="{post.id}" dir="auto">\n{_words(post)} {_quote(post.quoted)}{pictures}\n'
        '<sup class="tw-permalink"><i class="fas fa-link"></i></sup>\n</div>'
    )


def _post_2024(record: Record, post: PostRecord, number: int, source: Source) -> str:
    return _post_2021(
        record, post, number, source, ' data-controller="thread" data-action="click-&gt;thread#showTweet"'
    )


# ---- what stands round them ---------------------------------------------------------------------------------------


def _page(record: Record) -> str:
    return f"https://threadreaderapp.com/thread/{record.id}.html"


def _begun(record: Record, title: str) -> str:
    """Everything down to the body, as a browser saves it."""
    return (
        f"<!DOCTYPE html>\n<!-- saved from url=({len(_page(record)):04}){_page(record)} -->\n"
        f'<html lang="en"><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">\n'
        f'<title>{html.escape(title)}</title>\n<meta property="og:url" content="{_page(record)}">\n'
        f'<meta property="article:author" content="https://twitter.com/{record.handle}">\n</head><body>'
    )


def _seconds(record: Record) -> int:
    return int(record.time.timestamp())


def _status(record: Record) -> str:
    return f"https://twitter.com/{record.handle}/status/{record.posts[0].id}"


def _head_2017(record: Record) -> str:
    home = f"https://threadreaderapp.com/user/{record.handle}"
    return (
        f'{_begun(record, f"Thread by @{record.handle}: {_title(record)}")}\n<div class="container">\n'
        f'<div class="box-user clearfix"><div><span class="username">'
        f'<a href="{home}">{html.escape(record.name)}</a></span>\n'
        f'<span class="screenName"><a href="{home}">@{record.handle}</a></span></div></div>\n'
        f'<div class="separator"><span class="time" data-time="{_seconds(record)}"></span></div>\n'
        f'<span class="thread-info">{len(record.posts)} tweets, 6 min read</span>'
    )


def _head_2018(record: Record) -> str:
    home = f"https://twitter.com/{record.handle}"
    return (
        f'{_begun(record, f"Thread by @{record.handle}: {_title(record)}")}\n<article class="container narrow">\n'
        f'<div class="row t-user"><div class="col-12"><div class="box-user">\n<span class="username mr-2">'
        f'<a href="{home}">{html.escape(record.name)}</a></span>\n'
        f'<span class="screenName mr-2"><a href="{home}">@{record.handle}</a></span>\n'
        f'<a href="{_status(record)}">{_LOGO}</a>\n<span class=" thread-info"><a href="{_status(record)}" class="time"'
        f' data-time="{_seconds(record)}" title="Read on Twitter"></a>,\n<span class="count">\n'
        f'{len(record.posts)} tweets,\n6 min read\n</span></span>\n</div></div></div>\n<div class="t-main">'
    )


def _head_2021(record: Record) -> str:
    title = f"Thread by @{record.handle} on Thread Reader App – Thread Reader App"
    return (
        f'{_begun(record, title)}\n<div class="container narrow pb-5">\n<div class="mb-2 d-flex align-items-center">\n'
        f'<a class="twitter-follow-button" href="https://twitter.com/{record.handle}">Follow @{record.handle}</a>\n'
        f'{_info(record, "Twitter")}\n</div>\n<div class="col-12 hide-mentions" data-controller="mentions">'
    )


def _head_2024(record: Record) -> str:
    title = f"Thread by @{record.handle} on Thread Reader App – Thread Reader App"
    home = f"https://threadreaderapp.com/user/{record.handle}"
    return (
        f'{_begun(record, title)}\n<div class="container narrow pb-5">\n'
        f'<h4 class="twitter_name"><a href="{home}">{html.escape(record.name)}</a></h4>\n'
        f'<div class="screenName tw-follow"><a href="https://twitter.com/{record.handle}">@{record.handle}</a></div>\n'
        f'{_info(record, "X")}\n<div class="t-main">'
    )


def _info(record: Record, where: str) -> str:
    return (
        f'<div class="thread-info"><a href="{_status(record)}" class="time" data-time="{_seconds(record)}"'
        f' title="Read on {where}" target="_blank">{record.time:%b %d, %Y}</a> • {len(record.posts)} tweets •'
        f" 6 min read • Read on {where}</div>"
    )


def _card(record: Record) -> str:
    """A card of another thread, which is no part of this one."""
    other = f"https://threadreaderapp.com/thread/{record.id - (1 << 40)}.html"
    return (
        f'<div class="row t-user-related"><h1 class="list-content-header">More from @{record.handle}</h1>\n'
        f'<div class="thread-card"><span class="time" data-time="{_seconds(record) - 86400}"></span>'
        '<div class="card-tweets"><div class="content-tweet">Another thread, of which a card shows this.</div></div>'
        f'<a class="button" href="{other}">Read 12 tweets</a></div></div>'
    )


def _foot_2017(record: Record) -> str:
    return f"</div>\n{_card(record)}\n</body></html>"


def _foot_2018(record: Record) -> str:
    return f"</div></article>\n{_MORE}\n{_card(record)}\n</body></html>"


def _foot_2021(record: Record) -> str:
    return f'</div>\n<div class="text-center">• • •</div>\n{_MORE}\n</div>\n{_card(record)}\n</body></html>'


#: First year → markup. The order is that of time.
ERAS = {
    "2017": Era(_head_2017, _post_2017, _foot_2017),
    "2019": Era(_head_2018, _post_2019, _foot_2018),
    "2020": Era(_head_2018, _post_2020, _foot_2018),
    "2021": Era(_head_2021, _post_2021, _foot_2021),
    "2023": Era(_head_2024, _post_2024, _foot_2021),
}
