"""``data:`` addresses go out and come back."""

from __future__ import annotations

import base64
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.containers.data_uris import decoded, from_base64, take_out

GIF = b"GIF89a" + bytes(range(60))
B64 = "data:image/gif;base64," + base64.b64encode(GIF).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<img src="', '" alt="x">'),
        ("<img src='", "'>"),
        ("<img alt=x src=", " class=y>"),
        ("<img src=", ">"),
        ('<img data-src=" ', '">'),
        ('<video poster="', '">'),
        ('<img alt="a > b" src="', '">'),
        ('<img srcset="', ' 1x, https://a.example/b.png 2x">'),
        ('<img srcset="https://a.example/b.png 1x, ', ' 2x">'),
        ('<img srcset="https://a.example/b.png 1x,', ', https://c.example/d.png 2x">'),
        ('<div style="background:url(', ')">'),
        ('<div style="background:url(&quot;', '&quot;)">'),
        ("<div style=\"background:url('", "')\">"),
        ('<style>:root{--sf-img-1:url("', '")}</style>'),
        ("<style>a{src:url(", ")}</style>"),
        ('<p>5 < 6</p><style media="x">a{src:url(', ")}</style>"),
    ],
)
def test_an_address_is_taken_out_wherever_it_stands(before: str, after: str) -> None:
    small, held = take_out(f"<p>words</p>{before}{B64}{after}<p>words</p>".encode())
    assert small.decode() == f"<p>words</p>{before}resource:0{after}<p>words</p>"
    assert held.find("resource:0") == GIF


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>an address like {B64} is long</p>",
        f'<p>src="{B64}"</p>',
        f'<img alt="{B64}">',
        '<p title="data: the new oil, they say">data:,</p>',
        "<p>5 < 6 data:text/plain,x</p>",
    ],
)
def test_words_stay(markup: str) -> None:
    assert take_out(markup.encode())[0] == markup.encode()


def test_an_svg_is_found_percent_encoded_and_raw() -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='1'><path d='M0 0'/></svg>"
    page = f'<img src="data:image/svg+xml,{quote_from_bytes(svg)}"><img src="data:image/svg+xml;utf8,{svg.decode()}">'
    small, held = take_out(page.encode())
    assert small == b'<img src="resource:0"><img src="resource:1">'
    assert held.find("resource:0") == held.find("resource:1") == svg


def test_a_cut_address_gives_what_there_is() -> None:
    small, held = take_out(f'<img src="{B64[:-9]}'.encode())
    assert small == b'<img src="resource:0'
    assert GIF.startswith(held.find("resource:0") or b"-")


@given(st.binary(min_size=1), st.booleans(), st.sampled_from(['src="{}"', "src='{}'", "src={} x", 'style="a:url({})"']))
def test_any_bytes_come_back(data: bytes, as_base64: bool, attribute: str) -> None:  # noqa: FBT001 - hypothesis gives it
    body = ";base64," + base64.b64encode(data).decode() if as_base64 else "," + quote_from_bytes(data, safe="")
    small, held = take_out(f"<p>a</p><img {attribute.format('data:image/png' + body)}><p>b</p>".encode())
    assert small.decode() == f"<p>a</p><img {attribute.format('resource:0')}><p>b</p>"
    assert held.find("resource:0") == data
    assert held.find("data:image/png" + body) == data


@given(st.text(alphabet="<>=\"'() abdatsrc:,;/&quot", max_size=200))
def test_what_remains_is_the_page_with_tokens(markup: str) -> None:
    """Putting each address back where its token stands gives the page again: nothing else was touched."""
    small, held = take_out(markup.encode())
    for number, (begin, end, _) in enumerate(held.spans):
        small = small.replace(f"resource:{number}".encode(), markup.encode()[begin:end], 1)
    assert small == markup.encode()


@given(st.binary())
def test_base64_never_raises(data: bytes) -> None:
    from_base64(data)
    decoded(b"data:;base64," + data)


def test_base64_as_browsers_forgive_it() -> None:
    assert from_base64(b"QUJD\r\n REVG") == b"ABCDEF"
    assert from_base64(b"QUI") == b"AB"
    assert from_base64(b"-_-_") == b"\xfb\xff\xbf"
    assert decoded(b"data:image/png;base64,QUJD%2B%3D") == b"ABC" + base64.b64decode("+A==")[:0]
