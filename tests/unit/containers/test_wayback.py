"""An archive's work is undone, a person's is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.containers import wayback

STAMP = "20200113142204"
URL = "https://threadreaderapp.com/thread/1215000000000000001.html"
MARK = "<!-- End Wayback Rewrite JS Include -->"
PREFIXES = [
    f"{host}/web/{STAMP}{modifier}/"
    for host in ("https://web.archive.org", "http://web.archive.org", "//web.archive.org", "")
    for modifier in ("", "im_", "id_", "if_", "js_", "cs_", "mp_", "oe_", "fw_")
]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_is_turned_back_wherever_addresses_stand(prefix: str) -> None:
    forms = (
        '<a href="{p}https://a.example/b?c=d&amp;e#f">x</a><img src={p}https://a.example/b.png alt=y>'
        "<img data-src='{p}https://a.example/b.png' srcset='{p}https://a.example/b.png 1x, {p}http://c.example 2x'>"
        '<video poster="{p}https://a.example/b.png"></video><div style="background:url({p}https://a.example/b.png)">'
        '<div style="background:url(\'{p}https://a.example/b.png\')"><style>a{{b:url("{p}https://a.example/b.png")}}</style>'
        '<meta http-equiv="refresh" content="0; url={p}https://a.example/"><meta content="{p}https://a.example/">'
    )
    undone = wayback.undo(MARK + forms.format(p=prefix))
    assert undone.markup == MARK + forms.format(p="")


@given(
    st.from_regex(
        r"https?://[a-z]{1,9}\.example(:[0-9]{2})?(/[A-Za-z0-9._~%!$()*+,;=:@/-]{0,30})?(\?[a-z0-9=/:.-]{0,20})?",
        fullmatch=True,
    ),
    st.sampled_from(PREFIXES),
)
def test_round_trip_of_any_address(url: str, prefix: str) -> None:
    for address in (url, f"https://web.archive.org/web/20150101000000/{url}"):
        assert wayback.original(prefix + address) == address
        page = f'{MARK}<a href="{prefix}{address}">{prefix}{address}</a>'
        assert wayback.undo(page).markup == f'{MARK}<a href="{address}">{prefix}{address}</a>'


def test_a_persons_link_to_an_archive_makes_no_archived_page() -> None:
    page = f'<html><a href="https://web.archive.org/web/{STAMP}/{URL}">see</a><a href="https://a.example">b</a></html>'
    assert not wayback.is_archived(page)


def test_words_and_a_persons_own_link_stay() -> None:
    own = "https://web.archive.org/web/20150101000000/http://a.example/"
    page = f'<p data-expanded-url="{own}" title="/web/{STAMP}/http://b.example">see {own} or href="/web/{STAMP}/http://c/"</p>'
    assert wayback.undo(f'{MARK}<a href="/web/{STAMP}/{URL}"></a>{page}').markup == f'{MARK}<a href="{URL}"></a>{page}'


@pytest.mark.parametrize(
    ("clue", "saved_from"),
    [
        (f'<script>__wm.wombat("{URL}","{STAMP}","https://web.archive.org/","web")</script>', None),
        (f'<link rel="canonical" href="https://web.archive.org/web/{STAMP}/{URL}">', None),
        (f'<meta property="og:url" content="/web/{STAMP}/{URL}">', None),
        ("<p>raw</p>", f"https://web.archive.org/web/{STAMP}id_/{URL}"),
        ("<p>lost slash</p>", f"http://web.archive.org/web/{STAMP}/{URL.replace('//', '/')}"),
        (
            f'<input name="url" id="wmtbURL" value="{URL}"><!--\n FILE ARCHIVED ON 14:22:04 Jan 13, 2020-->',
            None,
        ),
    ],
)
def test_address_and_time_are_read_from_whatever_says_them(clue: str, saved_from: str | None) -> None:
    undone = wayback.undo(f"<html>{clue}</html>", saved_from)
    assert (undone.url, undone.captured) == (URL, datetime(2020, 1, 13, 14, 22, 4, tzinfo=UTC))


def test_toolbar_goes_even_where_its_comments_are_gone() -> None:
    toolbar = '<div id="wm-ipp-base"><div><p>12 captures</p></div></div><div id=donato><div></div></div>'
    assert wayback.is_archived(f"<body>{toolbar}<p>words</p></body>")
    assert wayback.undo(f"<body>{toolbar}<p>words</p></body>").markup == "<body><p>words</p></body>"


def test_a_toolbar_cut_in_the_middle_takes_no_words_along() -> None:
    page = "<body><!-- BEGIN WAYBACK TOOLBAR INSERT --><p>words</p><div id=wm-ipp-base><p>more words"
    assert "<p>words</p>" in wayback.undo(page).markup
    assert "more words" in wayback.undo(page).markup


def test_pywb_is_undone_by_its_own_prefix() -> None:
    page = (
        '<html><head><!-- WB Insert --><script>wbinfo.url = "https://a.example/t";'
        'wbinfo.timestamp = "20200113142204";\n'
        'wbinfo.prefix = decodeURI("http://archive.local:8080/my-coll/");</script><!-- End WB Insert --></head>'
        '<a href="/my-coll/20200113142204mp_/https://a.example/x">x</a><img src="/my-coll/im_/https://a.example/y">'
        '<img src="//archive.local:8080/my-coll/20200113142204im_///a.example/z"></html>'
    )
    undone = wayback.undo(page)
    assert undone.url == "https://a.example/t"
    assert undone.captured == datetime(2020, 1, 13, 14, 22, 4, tzinfo=UTC)
    assert 'href="https://a.example/x"' in undone.markup
    assert 'src="https://a.example/y"' in undone.markup
    assert 'src="//a.example/z"' in undone.markup
    assert "wbinfo" not in undone.markup


@pytest.mark.parametrize("stamp", ["2020", "20201399000000", "00000000000000"])
def test_an_impossible_stamp_is_no_time(stamp: str) -> None:
    assert wayback.moment(stamp) is None
