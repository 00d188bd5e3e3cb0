"""The traps of Thread Reader's pages, each one a test.

1 cards reuse the posts' class · 2 the date's link is empty, and is a link, while every card's date is a span ·
3 ``alt="Profile picture"`` on a picture that is no portrait · 4 the line of counts is a span, a div, or missing ·
5 posts without id and author · 6 mentions of a reply, hidden · 7 boilerplate in place of a quoted post ·
8 a quoted post that is only an address, or only a frame with an id · 9 the fallback picture inside a GIF ·
10 several pictures in wrappers · 11 pictures not yet loaded · 12 clips in any order of quality ·
13 a link hidden behind its preview · 14 advertisements between the posts and in their words ·
15 the page's id is not the first post's, and its address has variants · 16 attributes without spaces, without quotes,
with ``>`` in them. Besides: numbering, the permalink's mark, markup older than the page.
"""

from __future__ import annotations

import time

import pytest

from threadbound.containers.capture import Capture, nothing
from threadbound.digests import sha256
from threadbound.model.media import Media
from threadbound.model.text import Break, Hashtag, Link, Mention, Text
from threadbound.model.thread import CaptureNote, Post, Thread
from threadbound.sites import threadreader

ROOT = "1759981257925591045"
HEADER = f"""<div class="prof-image"><img src="https://pbs.twimg.com/profile_images/1/w_bigger.jpg" alt="Wren 🌿 Profile
picture"></div><h4 class="twitter_name"><a href="/user/nettleweaver">Wren 🌿</a></h4>
<div class="screenName"><a href="//twitter.com/nettleweaver">@nettleweaver</a></div>
<div class="thread-info"><a href="https://twitter.com/nettleweaver/status/{ROOT}" class="time"
data-time="1708447205">Feb 20</a> • 1 tweets • 2 min read</div>"""
CARD = """<div class="thread-card"><span class="screenName">@nettleweaver</span>
<span class="time" data-time="1508723605">Oct 23</span><div class="card-tweets">
<div class="content-tweet">A card, not a post</div></div>
<a class="button" href="https://threadreaderapp.com/thread/922000000000000005.html">Read 12 tweets</a></div>"""
PICTURE = "https://pbs.twimg.com/media/AAAA.jpg"


def capture(markup: str, address: str | None = None) -> Capture:
    data = markup.encode(errors="replace")
    return Capture(CaptureNote("page.html", "html", sha256(data), source_url=address), data, markup, "html", nothing)


def read(markup: str, address: str | None = None) -> Thread:
    return threadreader.extract(capture(markup, address))


def post(inside: str) -> Post:
    """A post with this inside, read from a page of its own."""
    element = (
        f'<div id="tweet_1" class="content-tweet" data-screenname="nettleweaver" data-tweet="{ROOT}">{inside}</div>'
    )
    return read(f"<html><body>{HEADER}{element}</body></html>").posts[0]


def test_1_cards_of_other_threads_are_no_posts() -> None:
    page = f'{HEADER}{CARD}<div id="tweet_1" class="content-tweet">The post</div>{CARD}'
    thread = read(page)
    assert [each.text for each in thread.posts] == ["The post"]
    assert [each.id for each in thread.other_threads] == ["922000000000000005"]
    assert not threadreader.matches(capture(HEADER + CARD))


def test_1_cards_are_read_apart() -> None:
    (card,) = read(f'{HEADER}<div id="tweet_1" class="content-tweet">The post</div>{CARD}').other_threads
    assert card.url == "https://threadreaderapp.com/thread/922000000000000005.html"
    assert (card.author, card.published, card.declared_posts) == ("nettleweaver", "2017-10-23T01:53:25Z", 12)
    assert card.excerpt == "A card, not a post"


def test_2_the_date_is_the_headers_though_empty_and_never_a_cards() -> None:
    header = f'<a class="time" href="https://twitter.com/w/status/{ROOT}" data-time="1708447205"></a>'
    body = '<div id="tweet_1" class="content-tweet">The post</div>'
    dated = read(f"{CARD}{header}{body}{CARD}")
    assert (dated.published, dated.published_text) == ("2024-02-20T16:40:05Z", None)
    undated = read(f"{CARD}{body}{CARD}")
    assert undated.published is None
    assert "time.unknown" in {notice.code for notice in undated.notices}


def test_2_the_date_as_printed() -> None:
    assert read(f'{HEADER}<div id="tweet_1" class="content-tweet">x</div>').published_text == "Feb 20"


def test_3_the_logo_is_no_portrait() -> None:
    logo = '<a href="/x"><img src="/images/Twitter_Logo_Blue.png" alt="Profile picture"></a>'
    portrait = (
        '<div class="avatar"><img src="https://threadreaderapp.com/images/avatars/97.jpg" alt="Profile picture"></div>'
    )
    author = read(f'{logo}{portrait}<div id="tweet_1" class="content-tweet" data-screenname="w">x</div>').author
    assert author.avatar == "https://threadreaderapp.com/images/avatars/97.jpg"
    assert author.name == ""
    assert read(f'{logo}<div id="tweet_1" class="content-tweet">x</div>').author.avatar is None


def test_3_only_the_sites_words_are_cut_from_the_name() -> None:
    header = '<img src="https://pbs.twimg.com/p.jpg" alt="Profile picture collector 📷 Profile picture">'
    assert (
        read(f'{header}<div id="tweet_1" class="content-tweet">x</div>').author.name == "Profile picture collector 📷"
    )


@pytest.mark.parametrize(
    ("info", "declared", "minutes"),
    [
        (
            '<span class=" thread-info"><a></a>, <span class="count">\n102 tweets,\n21 min read</span></span>',
            102,
            21,
        ),
        ('<div class="thread-info"><a class="time">Aug 18</a> • 10 tweets • 8 min read • Read on X</div>', 10, 8),
        ('<div class="thread-info">1,204 posts • 99 min read</div>', 1204, 99),
        ('<div class="thread-info">12 Tweets • 3 Min. Lesezeit</div>', 12, 3),
        ("<div>18 tweets 5 min read</div>", 18, 5),
        ("<div>Read 12 tweets</div>", None, None),
        ("", None, None),
    ],
)
def test_4_the_line_of_counts(info: str, declared: int | None, minutes: int | None) -> None:
    thread = read(f'{info}<div id="tweet_1" class="content-tweet">I wrote 40 tweets in 7 min.</div>{CARD}')
    assert (thread.declared_posts, thread.reading_minutes) == (declared, minutes)


def test_4_a_line_of_counts_that_was_never_closed_does_not_swallow_the_posts() -> None:
    page = '<div class="thread-info">• 2 min read<div id="tweet_1" class="content-tweet">I wrote 40 tweets</div>'
    assert read(page).declared_posts is None


def test_5_posts_without_id_and_author() -> None:
    thread = read(
        f'{HEADER}<div id="tweet_1" class="content-tweet">a</div><div id="tweet_2" class="content-tweet">b</div>'
    )
    first, second = thread.posts
    assert (first.id, first.time_source, first.author) == (ROOT, "page", "nettleweaver")
    assert (second.id, second.url, second.time, second.author) == (None, None, None, "nettleweaver")
    assert [str(notice) for notice in thread.notices if notice.code == "post.no-id"] == [
        "the page gives no id, so there is no permalink and no time to compute (post 2)"
    ]


def test_6_mentions_of_a_reply_are_kept_and_marked() -> None:
    first = '<a class="entity-mention entity-mention-first" href="https://twitter.com/a_1">@a_1</a>'
    hidden = '<a class="entity-mention" style="display: none;" href="https://twitter.com/b_2">@b_2</a>'
    plain = '<a class="entity-mention" href="https://twitter.com/c_3">@c_3</a>'
    body = post(
        f'<span class="entity-reveal-action button">mentions</span>\n {first} {hidden} {plain} yes {first}'
    ).body
    assert [(each.handle, each.reply) for each in body if isinstance(each, Mention)] == [
        ("a_1", True),
        ("b_2", True),
        ("c_3", False),
        ("a_1", False),
    ]
    assert post(f"{first} yes").text == "@a_1 yes"


def test_7_boilerplate_is_not_a_quoted_text() -> None:
    quote = """<span class="entity-embed"><span class="twitter-player"><blockquote class="twitter-tweet"><div><br />
        External Tweet loading...<br />\nIf nothing shows, it may have been deleted<br />
        by @pell_street <a href="https://twitter.com/pell_street/status/927100000000000001">view original on Twitter</a>
        <br /></div></blockquote></span></span>"""
    (found,) = post(f"See: {quote}").quotes
    assert (found.id, found.author, found.text) == ("927100000000000001", "pell_street", "")
    assert post(f"See: {quote}").text == "See:"


def test_8_a_quoted_post_that_is_only_an_address() -> None:
    quote = '<blockquote class="twitter-tweet"><a href="https://twitter.com/b/status/12">https://twitter.com/b/status/12?s=20</a></blockquote>'
    thread = read(f'<div id="tweet_4" class="content-tweet">See {quote}</div>')
    (found,) = thread.posts[0].quotes
    assert (found.id, found.url, found.author, found.text) == ("12", "https://twitter.com/b/status/12", "b", "")
    assert [notice.where for notice in thread.notices if notice.code == "quote.not-in-page"] == ["post 4"]


def test_8_a_quoted_post_that_is_only_a_frame() -> None:
    source = "https://platform.twitter.com/embed/Tweet.html?id=1674000000000000009&amp;origin=https%3A%2F%2Fthreadreaderapp.com%2Fthread%2F77.html"
    for frame in (
        f'<div class="twitter-tweet twitter-tweet-rendered"><iframe src="{source}"></iframe></div>',
        '<p class="twitter-tweet"><iframe src="./x_files/Tweet.html" data-tweet-id="1674000000000000009"></iframe></p>',
        f'<iframe src="{source}"></iframe>',
    ):
        (found,) = post(frame).quotes
        assert (found.id, found.author) == ("1674000000000000009", None)
    assert read(f'<div id="tweet_1" class="content-tweet">x<iframe src="{source}"></iframe></div>').id == "77"


def test_8_a_quoted_post_with_its_words_keeps_them() -> None:
    quote = """<blockquote class="twitter-tweet"><p lang="en">Every wall is<br>a slow river.</p>&mdash; Brick Weekly
        (@brickweekly) <a href="https://twitter.com/brickweekly/status/14?ref_src=x">May 1</a></blockquote>"""
    (found,) = post(quote).quotes
    assert (found.text, found.name, found.author) == ("Every wall is\na slow river.", "Brick Weekly", "brickweekly")


def test_9_a_gif_is_one_clip() -> None:
    still = "https://pbs.twimg.com/tweet_video_thumb/G.jpg"
    clip = f"""<span class="entity-video-gif"><div class="vsc-controller"></div><video autoplay loop poster="{still}">
        <source src="https://video.twimg.com/tweet_video/G.mp4"><img alt="" src="{still}"></video></span>"""
    assert post(clip).media == (
        Media("gif", "https://video.twimg.com/tweet_video/G.mp4", "", poster=still, references=(still,)),
    )


@pytest.mark.parametrize("wrapper", ["span", "div"])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_10_several_pictures(wrapper: str, count: int) -> None:
    pictures = [f"https://pbs.twimg.com/media/P{n}.jpg" for n in range(count)]
    inside = "".join(
        f'<{wrapper} class="col-md-6"><{wrapper} class="entity-image"><img alt="" src="{each}"></{wrapper}></{wrapper}>'
        for each in pictures
    )
    found = post(f'Look <{wrapper} class="row entity-multiple-{count}">{inside}</{wrapper}> here')
    assert [each.url for each in found.media] == pictures
    assert found.text == "Look here"


@pytest.mark.parametrize(
    ("image", "references"),
    [
        (f'<a href="{PICTURE}"><img alt="" src="/images/1px.png" data-src="{PICTURE}"></a>', (PICTURE,)),
        (f'<img alt="" src="./p_files/1px.png" data-src="{PICTURE}">', (PICTURE,)),
        (f'<a href="{PICTURE}"><img class=" b-loaded" src="{PICTURE}"></a>', (PICTURE,)),
        (f'<a href="{PICTURE}"><img class=" b-loaded" src="./p_files/AAAA.jpg"></a>', ("./p_files/AAAA.jpg", PICTURE)),
        (f'<a href="{PICTURE}"><img src="resource:3"></a>', ("resource:3", PICTURE)),
        (f'<a href="{PICTURE}"><img src="cid:frame-1@mhtml"></a>', ("cid:frame-1@mhtml", PICTURE)),
        (f'<a href="{PICTURE}"><img src="resource:3" data-src="{PICTURE}"></a>', (PICTURE, "resource:3")),
        (f'<a href="{PICTURE}"><img src="{PICTURE}:small"></a>', (PICTURE, f"{PICTURE}:small")),
        ('<img src="//pbs.twimg.com/media/AAAA.jpg">', (PICTURE,)),
    ],
)
def test_11_a_picture_loaded_or_not_has_its_original_address(image: str, references: tuple[str, ...]) -> None:
    (found,) = post(f'<span class="entity-image">{image}</span>').media
    assert found.url == PICTURE
    assert found.references == references


@pytest.mark.parametrize(("alt", "kept"), [("", ""), ("Image", ""), ("A basket", "A basket"), ('"a" > b', '"a" > b')])
def test_11_only_the_authors_description_counts(alt: str, kept: str) -> None:
    quoted = alt.replace('"', "&quot;")
    assert post(f'<img alt="{quoted}" src="{PICTURE}">').media[0].alt == kept


def test_12_the_best_file_of_a_clip_in_any_order() -> None:
    def clip(*names: str) -> str:
        inside = "".join(f'<source src="https://video.twimg.com/v/{name}">' for name in names)
        return (
            post(f'<video controls data-duration="1:05">{inside}</video>')
            .media[0]
            .url.removeprefix("https://video.twimg.com/v/")
        )

    assert clip("p.m3u8?tag=1", "avc1/320x180/s.mp4", "avc1/1920x1080/l.mp4?tag=1", "avc1/640x360/m.mp4") == (
        "avc1/1920x1080/l.mp4?tag=1"
    )
    assert clip("unsized.mp4", "p.m3u8") == "unsized.mp4"
    assert clip("pl/avc1/9000x9000/p.m3u8", "avc1/320x180/s.mp4") == "avc1/320x180/s.mp4"
    assert clip("p.m3u8") == "p.m3u8"
    assert post('<video data-duration="1:05" src="https://video.twimg.com/a.mp4"></video>').media[0].duration == 65


def test_13_a_link_hidden_behind_its_preview_is_kept_once() -> None:
    address = "https://weave.example/steps?a=1&b=2#four"
    found = post(f"""In four steps:<a class="entity-url" data-preview="true" href="{address.replace("&", "&amp;")}"
        style="display: none;">weave.example/st…</a><sup class="tw-permalink"><i></i></sup><div><div
        class="entity-url-preview"><a href="{address.replace("&", "&amp;")}" class="img-cover"><img src="./f/s.jpg"
        onerror="this.src='/images/sticky-note-regular.png'"></a><div class="paragraph"><a href="{address}"><strong>From
        nettle</strong> to cloth </a><a href="{address}"><small>{address}</small></a></div></div></div>""")
    assert found.body == (Text("In four steps: "), Link(address, "weave.example/st…"))
    assert found.links == (address,)
    (card,) = found.cards
    assert (card.url, card.title, card.description) == (address, "From nettle", "to cloth")
    assert card.image == Media("image", "./f/s.jpg", "", references=("./f/s.jpg",))


def test_14_advertisements_between_posts_and_in_words() -> None:
    advertisement = """<div><ins class="adsbygoogle"><iframe src="https://x.doubleclick.net/a"></iframe>Buy!</ins>
        <script>(adsbygoogle = []).push({});</script></div>"""
    found = post(
        f'In your <a href="#">browser</a> and <a href="https://threadreaderapp.com/thread/1.html#">tab</a>{advertisement}'
    )
    assert found.body == (Text("In your browser and tab"),)
    assert found.media == ()


@pytest.mark.parametrize(
    "address",
    [
        "https://threadreaderapp.com/thread/2068862070062485867.html",
        "https://threadreaderapp.com:443/thread/2068862070062485867.html",
        "http://www.threadreaderapp.com/thread/2068862070062485867",
        "https://threadreaderapp.com/thread/2068862070062485867.html?utm_campaign=topunroll#",
        "https://threadreaderapp.com/thread/2068862070062485867.html?refreshed=yes",
        "https://threadreaderapp.com/scrolly/2068862070062485867",
        "//threadreaderapp.com/thread/2068862070062485867.html?refresh=1700000000",
    ],
)
def test_15_the_pages_address_is_canonical_and_not_the_first_posts(address: str) -> None:
    body = '<div id="tweet_1" class="content-tweet" data-screenname="w" data-tweet="2068861630327443966">x</div>'
    for thread in (read(body, address), read(f'<head><meta property="og:url" content="{address}"></head>{body}')):
        assert thread.id == "2068862070062485867"
        assert thread.url == "https://threadreaderapp.com/thread/2068862070062485867.html"
        assert thread.posts[0].id == "2068861630327443966"
        assert thread.posts[0].url == "https://twitter.com/w/status/2068861630327443966"


def test_16_attributes_that_break_naive_readers() -> None:
    thread = read(f"""<a href=/user/X><img src="https://pbs.twimg.com/p.jpg" alt="X > Y Profile picture"
        data-action="error->twitter-profile#error" ></a><div class="thread-info"><a
        href="https://twitter.com/X/status/{ROOT}" class="time"data-time="1708447205"title="Read on X">Feb 20</a></div>
        <div id=tweet_1 class=content-tweet data-action="click->thread#showTweet" data-tweet={ROOT}>a > b</div>""")
    assert (thread.author.handle, thread.author.name, thread.published) == ("X", "X > Y", "2024-02-20T16:40:05Z")
    assert thread.posts[0].text == "a > b"
    assert thread.posts[0].time_source == "page"


def test_numbering_stays_and_the_permalinks_mark_goes() -> None:
    found = post("""So:<br />\n<span class="nop nop-start">1. </span> one<br />
        <span class="nop nop-end"><br />\n2/</span><sup class="tw-permalink"><i class="fas fa-link"></i>§</sup>""")
    assert found.body == (Text("So:"), Break(), Text("1. one"), Break(), Break(), Text("2/"))


def test_white_space_is_as_html_shows_it_but_no_break_spaces_stay() -> None:
    found = post("\n   a\n   <b>b</b>\t c&nbsp;&nbsp;d <br />\n   e<br>\r\n<br/>\nf  ")
    assert found.text == "a b c\xa0\xa0d\ne\n\nf"


@pytest.mark.parametrize(
    ("anchor", "node"),
    [
        ('<a class="entity-mention" href="https://x.com/@agnes">@agnes</a>', Mention("agnes", "https://x.com/@agnes")),
        ('<a href="https://x.com/Agnes">@agnes</a>', Mention("agnes", "https://x.com/Agnes")),
        ('<a class="entity-hashtag" href="/hashtag/x">#x</a>', Hashtag("x", "https://threadreaderapp.com/hashtag/x")),
        ('<a href="https://other.example/agnes">@agnes</a>', Link("https://other.example/agnes", "@agnes")),
        ('<a href="//h.example/p">h</a>', Link("https://h.example/p", "h")),
        ('<a href="/thread/5.html">five</a>', Link("https://threadreaderapp.com/thread/5.html", "five")),
        ('<a href="mailto:a@b.example">write</a>', Link("mailto:a@b.example", "write")),
        ('<a href="javascript:alert(1)">press</a>', Text("press")),
        ('<a href="data:text/html,x">look</a>', Text("look")),
        ('<a href=" JaVaScRiPt:alert(1)">press</a>', Text("press")),
        ('<a name="x">named</a>', Text("named")),
        ('<a href="https://a.example/"><img src="https://a.example/logo"></a>', Link("https://a.example/", "https://a.example/")),
        ('<img class="emoji" alt="🌿" src="./f/1f33f.svg">', Text("🌿")),
        ('<iframe class="youtube-player" src="https://www.youtube.com/embed/Ov3nCr0ss1g"></iframe>',
         Link("https://www.youtube.com/watch?v=Ov3nCr0ss1g", "https://www.youtube.com/watch?v=Ov3nCr0ss1g")),
        ('<iframe class="youtube-player" src="./f_files/Ov3nCr0ss1g.html"></iframe>',
         Link("https://www.youtube.com/watch?v=Ov3nCr0ss1g", "https://www.youtube.com/watch?v=Ov3nCr0ss1g")),
        ('<iframe title="A map" src="https://maps.example/7"></iframe>', Link("https://maps.example/7", "A map")),
    ],
)  # fmt: skip
def test_every_kind_of_inline_thing(anchor: str, node: object) -> None:
    assert post(anchor).body == (node,)


def test_what_cannot_be_read_is_said() -> None:
    page = (
        '<div id="tweet_1" class="content-tweet">a <iframe src="./f/saved_resource.html"></iframe><video></video></div>'
    )
    thread = read(page)
    assert [notice.where for notice in thread.notices if notice.code == "post.unreadable"] == ["post 1", "post 1"]
    assert all(notice.is_loss for notice in thread.notices if notice.code == "post.unreadable")


@pytest.mark.parametrize(
    "inside",
    [
        "It began… <a href='#'>Show more</a>",
        "It began <span>Show more</span>",
        "It began… Show more",
        f"It began… <a class='entity-url' href='https://twitter.com/i/web/status/{ROOT}'>twitter.com/i/web/status/…</a>",
    ],
)
def test_a_text_that_was_cut_is_a_loss(inside: str) -> None:
    thread = read(f'<div id="tweet_1" class="content-tweet" data-tweet="{ROOT}">{inside}</div>')
    assert [notice.code for notice in thread.notices if notice.is_loss] == ["post.truncated"]
    assert thread.posts[0].text.startswith("It began")


def test_markup_of_several_years_in_one_page() -> None:
    found = post(f"""<span class="entity-image"><img alt="" src="/images/1px.png" data-src="{PICTURE}"></span>
        <div class="entity-image"><a href="{PICTURE}?2"><img alt="" src="{PICTURE}?2" class=" b-loaded"></a></div>
        <span class="entity-image"><a href="{PICTURE}?3"><img alt="Image" src="{PICTURE}?3"></a></span>""")
    assert [each.url for each in found.media] == [PICTURE, f"{PICTURE}?2", f"{PICTURE}?3"]


def quoted(inside: str) -> tuple[str, str | None, str | None, str | None]:
    """Text, address, author and name of the quote with this inside."""
    (found,) = post(f'See <blockquote class="twitter-tweet">{inside}</blockquote>').quotes
    return found.text, found.url, found.author, found.name


SIGNED = "&mdash; Brick - Weekly (@brick) <a href=https://twitter.com/brick/status/14?s=20>May 1, 2020</a>"
OWN = '<a href="https://twitter.com/brick/status/14?s=20">May 1, 2020</a>'


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (f"before <p>within</p> after {SIGNED}", "before\nwithin\nafter"),
        (f"no paragraph, by @ada {SIGNED}", "no paragraph, by @ada"),
        (f'<p><a href="https://weave.example/a">wea…</a>, <a href="https://twitter.com/ada">@ada</a></p>{SIGNED}',
         "https://weave.example/a, @ada"),
        (f'<p>of <a href="https://twitter.com/x/status/9">old</a></p>{SIGNED}',
         "of old (https://twitter.com/x/status/9)"),
        (f'<p>a</p><div>b <a href="https://t.co/c">pic</a></div>{SIGNED}',
         "a\nb pic (https://t.co/c)"),
        (f'<p>a <a href="https://[x/">b</a></p>{SIGNED}', "a b (https://[x/)"),
        (f"<p>a &mdash; Brick - Weekly (@brick)</p>{SIGNED}",
         "a — Brick - Weekly (@brick)"),
        (f"<p>a</p><blockquote class=twitter-tweet>inner</blockquote>{SIGNED}", "a\ninner"),
    ],
)  # fmt: skip
def test_8_all_words_and_targets_of_a_quote_are_kept(inside: str, text: str) -> None:
    assert quoted(inside) == (text, "https://twitter.com/brick/status/14?s=20", "brick", "Brick - Weekly")


INNER = """<blockquote class="twitter-tweet"><p>inner</p>&mdash; Rye (@rye)
    <a href="https://twitter.com/rye/status/13">Apr 1, 2020</a></blockquote>"""
INNER_WORDS = "inner\n— Rye (@rye) Apr 1, 2020 (https://twitter.com/rye/status/13)"
BARE = '<blockquote class="twitter-tweet"><a href="https://twitter.com/rye/status/13">https://twitter.com/r…</a></blockquote>'
SHOWN = '<div class="twitter-tweet"><iframe data-tweet-id="13" src="https://platform.twitter.com/embed/Tweet.html"></iframe></div>'


@pytest.mark.parametrize(
    ("inside", "text", "name"),
    [
        (f"<p>a</p>{INNER}{SIGNED}", f"a\n{INNER_WORDS}", "Brick - Weekly"),
        (f"<p>a</p>{SIGNED}{INNER}", f"a\n— Brick - Weekly (@brick)\n{INNER_WORDS}", None),
        (f"<p>a</p>{SIGNED}{BARE}", "a\n— Brick - Weekly (@brick)\nhttps://twitter.com/rye/status/13", None),
        (f"{OWN}<div>{BARE}</div>", "https://twitter.com/rye/status/13", None),
        (f"<p>a</p>{SHOWN}{SIGNED}", "a\nhttps://twitter.com/i/status/13", "Brick - Weekly"),
        (f"<p>a</p>{INNER * 300}{SIGNED}", "\n".join(["a", *[INNER_WORDS] * 300]), "Brick - Weekly"),
    ],
    ids=["before its signature", "behind it", "an address", "only addresses", "a frame", "many"],
)  # fmt: skip
def test_8_a_quote_within_a_quote_is_words_of_the_outer_one_and_never_its_author(
    inside: str, text: str, name: str | None
) -> None:
    assert quoted(inside) == (text, "https://twitter.com/brick/status/14?s=20", "brick", name)


FURTHER = '<a href="https://twitter.com/x/status/9">old</a>'
FURTHER_WORDS = "old (https://twitter.com/x/status/9)"
BRICK = "<p>outer</p>&mdash; Brick (@brick)"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (f"{BRICK} {INNER}", (f"outer\n— Brick (@brick)\n{INNER_WORDS}", None, "brick", "Brick")),
        (f"{INNER} {BRICK}", (f"{INNER_WORDS}\nouter", None, "brick", "Brick")),
        (f"{BRICK} {SHOWN}", ("outer\n— Brick (@brick)\nhttps://twitter.com/i/status/13", None, "brick", "Brick")),
        (f"<p>outer</p>{INNER}", (f"outer\n{INNER_WORDS}", None, None, None)),
        (f"<p>outer</p>{SHOWN}", ("outer\nhttps://twitter.com/i/status/13", None, None, None)),
        ("<p>outer</p><div class=twitter-tweet><p>inner</p>&mdash; Rye (@rye)</div>",
         ("outer\ninner\n— Rye (@rye)", None, None, None)),
        (f"<p>of {FURTHER}</p>&mdash; Brick (@brick)", (f"of {FURTHER_WORDS}", None, "brick", "Brick")),
        (f"<p>of {FURTHER}</p>&mdash; X (@x)", (f"of {FURTHER_WORDS}", "https://twitter.com/x/status/9", "x", "X")),
        (f"<p>of {FURTHER}</p>&mdash; Brick (@brick){INNER}",
         (f"of {FURTHER_WORDS}\n— Brick (@brick)\n{INNER_WORDS}", None, "brick", "Brick")),
        (f'<img src="{PICTURE}">{INNER}', (INNER_WORDS, None, None, None)),
        (f"<svg><text>x</text></svg> External Tweet loading... {INNER}",
         ("inner", "https://twitter.com/rye/status/13", "rye", "Rye")),
        (SHOWN, ("", "https://twitter.com/i/status/13", None, None)),
        (f"<div class=twitter-tweet>{INNER}{SHOWN}</div>",
         ("inner", "https://twitter.com/rye/status/13", "rye", "Rye")),
    ],
    ids=["a quote", "before it", "a frame", "unsigned", "unsigned, a frame", "the inner is signed", "a link",
         "a link to oneself", "a link and a quote", "a picture",
         "says nothing", "only a frame", "boxes that say nothing"],
)  # fmt: skip
def test_8_what_has_no_address_of_its_own_never_has_that_of_what_it_quotes(
    inside: str, expected: tuple[str, str | None, str | None, str | None]
) -> None:
    assert quoted(inside) == expected


def test_8_a_quote_in_boxes_of_boxes_is_the_outermosts() -> None:
    assert quoted(f'<div class="twitter-tweet"><p>a</p>{SIGNED}{INNER}</div>')[1:3] == (OWN.split('"')[1], "brick")


def test_8_a_frame_that_shows_the_quoted_post_itself_is_none_of_its_words() -> None:
    own = '<iframe data-tweet-id="14" src="https://platform.twitter.com/embed/Tweet.html"></iframe>'
    assert quoted(f"<p>a</p>{own}{SIGNED}")[0] == "a"
    assert quoted(f"<p>a {own}</p>{SIGNED}")[0] == "a"
    (found,) = post(f'See <div class="twitter-tweet">{own}</div>').quotes
    assert (found.text, found.url) == ("", "https://twitter.com/i/status/14")


def test_8_a_frame_that_names_no_post_is_said() -> None:
    frame = '<iframe src="https://platform.twitter.com/embed/Tweet.html"></iframe>'
    for inside in (frame, f'<blockquote class="twitter-tweet">{OWN}{frame}</blockquote>'):
        thread = read(f'{HEADER}<div id="tweet_1" class="content-tweet">a {inside}</div>')
        assert "post.unreadable" in {notice.code for notice in thread.notices}


def test_8_the_signature_of_another_is_words() -> None:
    assert quoted(f"<p>a</p>&mdash; Rye (@rye) {OWN}")[0] == "a\n— Rye (@rye)"


def test_7_a_line_with_boilerplate_and_words_stays() -> None:
    text = quoted(f"External Tweet loading...<br>A song, view original on Twitter<br>by @brick {OWN}")[0]
    assert text == "A song, view original on Twitter"


@pytest.mark.parametrize("words", ["https://a" * 40, "by @a" * 5000, "— " * 5000, "— a (@" * 3000])
def test_8_hostile_quotes_are_read_quickly(words: str) -> None:
    began = time.process_time()
    assert quoted(f"External Tweet loading {words} end {OWN}")[1]
    assert time.process_time() - began < 3


@pytest.mark.parametrize("words", ["Read more", "Show more", "See more"])
def test_a_link_elsewhere_that_says_read_more_is_the_authors(words: str) -> None:
    page = f'Tides. <a href="https://tides.example/all">{words}</a> of them'
    found = post(page)
    assert found.body == (Text("Tides. "), Link("https://tides.example/all", words), Text(" of them"))
    for href, cut in (("https://tides.example/all", False), ("#", True), ("", True), ("/thread/1.html", True)):
        element = f'<div id="tweet_1" class="content-tweet">{page.replace("https://tides.example/all", href)}</div>'
        assert ("post.truncated" in {notice.code for notice in read(element).notices}) == cut


@pytest.mark.parametrize(
    "address",
    ["https://[broken/a", "https://a.example:65536/b", "https:///c", "http://a b.example/", "//[x", "https://"],
)
def test_a_link_that_leads_nowhere_keeps_words_and_address(address: str) -> None:
    assert post(f'See <a href="{address}">the tides</a> now').body == (Text(f"See the tides ({address}) now"),)
    assert post(f'See <a href="{address}">{address}</a> now').body == (Text(f"See {address} now"),)
    assert post(f'See <a href="{address}"></a> now').body == (Text(f"See {address} now"),)
    preview = f'<div class="entity-url-preview"><a href="{address}"><strong>Tides</strong></a></div>'
    assert (post(preview).cards, post(preview).text) == ((), f"Tides ({address})")
    framed = post(f'<img src="{address}"><iframe src="{address}"></iframe>')
    assert framed.links == ()


def test_a_link_in_a_quoted_post_keeps_its_words_and_its_target() -> None:
    inside = """<p lang="en">Read <a href="https://t.co/abc">example.org/piece</a>, then
        <a href="https://example.org/whole/way">example.org/who…</a></p>&mdash; Bob (@bob)
        <a href="https://twitter.com/bob/status/14">May 1</a>"""
    (found,) = post(f'See <blockquote class="twitter-tweet">{inside}</blockquote>').quotes
    assert found.text == "Read example.org/piece (https://t.co/abc), then https://example.org/whole/way"
