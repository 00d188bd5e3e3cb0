"""A rendered book: its documents, its pictures, and what a reader finds where."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any, Literal

import pytest
from lxml import etree
from msgspec.structs import replace

from threadbound.book.build import Binding, build
from threadbound.digests import sha256
from threadbound.model.media import Media
from threadbound.model.text import Break, Link, Mention, Text
from threadbound.model.thread import Author, Card, Quote, Thread, Wording
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.rendered import RenderedBook
from threadbound.rendering.theme import load

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
post, thread = SAMPLES["post"], SAMPLES["thread"]
RED = SAMPLES["picture"]()
FIRST = "Maps leave things out. Here is why."
XHTML = {"h": "http://www.w3.org/1999/xhtml"}


def rendered(*threads: Thread, target: Literal["print", "epub"] = "epub", **options: Any) -> RenderedBook:
    binding = options.pop("binding", {})
    book = build(threads, Binding("Threadbound 1", "2022-03-01T10:20:30Z", **binding))
    return render(book, SAMPLES["store_of"](RED), Rendering(load("serif"), target, "Threadbound 1", **options))


def root(book: RenderedBook, name: str) -> etree._Element:
    (found,) = [document for document in book.documents if document.name == name]
    return etree.fromstring(found.content.encode())


def said(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def found(book: RenderedBook, path: str, name: str = "t1") -> list[str]:
    return [said(element) for element in root(book, name).xpath(path, namespaces=XHTML)]


def test_an_e_reader_gets_a_document_for_each_part() -> None:
    book = rendered(thread(post(1, FIRST)), thread(post(1, FIRST), id="102"))
    assert [(document.name, document.role) for document in book.documents] == [
        ("cover", "cover"),
        ("titlepage", "titlepage"),
        ("contents", "contents"),
        ("about", "about"),
        ("t101", "chapter"),
        ("t102", "chapter"),
        ("colophon", "colophon"),
    ]
    assert [picture.name for picture in book.pictures] == ["images/cover.png"]


@pytest.mark.parametrize("target", ["print", "epub"])
def test_title_block_and_contents_say_how_much_of_a_thread_is_there(target: Literal["print", "epub"]) -> None:
    few = thread(post(1, FIRST), post(2, "So."), declared_posts=41, published="2021-01-01")
    book = rendered(few, thread(post(1, FIRST), id="102"), target=target)
    blocks = [
        said(element)
        for document in book.documents
        for element in etree.fromstring(document.content.encode()).xpath("//*[@class='meta' or @class='d']")
    ]
    assert [block for block in blocks if "2 of 41 posts" in block] == [
        "1 January 2021 · 2 of 41 posts",
        "1 January 2021 · 2 of 41 posts · 1 min. read example.org/thread/101.html",
    ]


def test_paper_gets_one_document_and_a_cover_only_for_a_collection() -> None:
    single = rendered(thread(post(1, FIRST)), target="print")
    several = rendered(thread(post(1, FIRST)), thread(post(1, FIRST)), target="print")
    assert [document.role for document in (*single.documents, *several.documents)] == ["print", "print"]
    assert single.pictures == ()
    assert [picture.name for picture in several.pictures] == ["images/cover.png"]
    assert single.css != several.css


def test_a_chapter_opens_with_author_heading_and_facts() -> None:
    book = rendered(thread(post(1, Mention("riel", reply=True), FIRST), published="2022-09-29"))
    assert found(book, "//h:p[@class='by']") == ["MLMara Lindqvist @maralindqvist"]
    assert found(book, "//h:p[@class='reply']") == ["In reply to @riel"]
    assert found(book, "//h:h1") == ["Maps leave things out."]
    assert found(book, "//h:p[@class='meta']") == [
        "29 September 2022 · 1 post · 1 min. read example.org/thread/101.html"
    ]
    assert found(book, "//h:p[@class='f']") == ["1Here is why."]


@pytest.mark.parametrize("target", ["print", "epub"])
@pytest.mark.parametrize("style", ["essay", "posts"])
def test_an_empty_line_of_the_author_s_is_space_on_the_page(target: Literal["print", "epub"], style: str) -> None:
    stanzas = thread(post(1, FIRST), post(2, "They", Break(), "must", Break(), Break(), "- end."))
    book = rendered(stanzas, target=target, binding={"style": style})
    apart = etree.fromstring(book.documents[-2 if target == "epub" else 0].content.encode()).xpath(
        "//*[contains(concat(' ', @class, ' '), ' apart ')]"
    )
    assert [said(each) for each in apart][-1] == "- end."
    assert [said(each) for each in apart][:-1] == (["2They"] if style == "essay" else [])


@pytest.mark.parametrize("target", ["print", "epub"])
def test_so_it_is_in_the_words_that_a_post_has_in_another_capture(target: Literal["print", "epub"]) -> None:
    verses = [Text("They"), Break(), Text("must"), Break(), Break(), Text("end.")]
    plain = [Text("Never"), Break(), Break(), Text("is long.")]
    edited = replace(
        post(1, FIRST), wordings=tuple(Wording((str(n) * 64,), tuple(body)) for n, body in enumerate((verses, plain)))
    )
    book = rendered(thread(edited), target=target)
    apart = etree.fromstring(book.documents[-2 if target == "epub" else 0].content.encode()).xpath(
        "//*[local-name() = 'blockquote']/*[@class = 'apart']"
    )
    assert [said(each) for each in apart] == ["end."]


def test_a_reply_s_names_stand_apart_from_its_words() -> None:
    (paragraph,) = found(
        rendered(thread(post(1, "Maps leave things out."), post(2, Mention("riel", reply=True), "They must."))),
        "//h:p[@id='t1-p2']",
    )
    assert paragraph == "2@riel They must."


def test_links_have_notes_that_give_them_in_full() -> None:
    url = 'https://example.org/a?b="1"&c=<2>'
    book = rendered(thread(post(1, "Maps leave things out. See ", Link(url, "example.org/a…"))))
    (reference,) = root(book, "t1").xpath("//h:a[@class='x']", namespaces=XHTML)
    assert reference.get("href") == "#t1-n1"
    assert found(book, "//*[@id='t1-n1']") == [f"1 {url}"]
    (target,) = root(book, "t1").xpath("//*[@id='t1-n1']/h:a/@href", namespaces=XHTML)
    assert target == "https://example.org/a?b=%221%22&c=%3C2%3E"


def test_an_address_on_a_screen_ends_a_line_behind_a_slash() -> None:
    """Browsers divide it anywhere else."""
    url = "https://example.org/a/1280x720//b.mp4?t=1/2&x=<3>🧵/"
    lost = Media("image", url, "")
    book = rendered(thread(post(1, "Maps leave things out. See ", Link(url, "it"), media=(lost,))))
    page = root(book, "t1")
    anchors = page.xpath("//h:p[@id='t1-n1']/h:a | //h:figcaption/h:a", namespaces=XHTML)
    assert len(anchors) == 2
    for anchor in anchors:
        assert "".join(anchor.itertext()) == url
        divided = etree.tostring(anchor, encoding="unicode").count("<wbr")
        assert (divided, anchor.xpath("string(h:wbr[2]/preceding-sibling::text()[1])", namespaces=XHTML)) == (3, "a/")
    printed = rendered(thread(post(1, "Maps leave things out. See ", Link(url, "it"), media=(lost,))), target="print")
    assert "<wbr" not in printed.documents[0].content


def test_pictures_are_shown_listed_and_described() -> None:
    book = rendered(thread(post(1, FIRST, media=(SAMPLES["photo"](RED, 'A "red" <sheet> & more'),))))
    (image,) = root(book, "t1").xpath("//h:figure//h:img", namespaces=XHTML)
    assert image.get("alt") == 'A "red" <sheet> & more'
    assert image.get("src") in [picture.name for picture in book.pictures]
    assert found(book, "//h:figcaption") == ['A "red" <sheet> & more']


def test_no_short_word_stands_alone_under_a_picture_in_print() -> None:
    words = "Dusk over dark hills, the moon on the left. The same an hour later, the moon on the right."
    posts = thread(post(1, FIRST, media=(SAMPLES["photo"](RED, words),)))
    for target, held in (("print", ["the right."]), ("epub", [])):
        documents = rendered(posts, target=target).documents  # type: ignore[arg-type]
        (chapter,) = [each for each in documents if "<figcaption" in each.content]
        (caption,) = etree.fromstring(chapter.content.encode()).xpath("//*[local-name()='figcaption']")
        assert said(caption) == words
        assert [said(each) for each in caption.xpath("*[@class='k']")] == held


def test_a_portrait_is_shown_and_else_initials() -> None:
    author = Author("mara", "Mara", avatar_sha256=sha256(RED))
    book = rendered(thread(post(1, FIRST), author=author))
    (image,) = root(book, "t1").xpath("//h:img[@class='av']", namespaces=XHTML)
    assert image.get("alt") == "Portrait of Mara"
    assert found(rendered(thread(post(1, FIRST))), "//h:span[@class='mono']") == ["ML"]


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        (Quote(name="Riel", author="riel", text="One\n\ntwo"), ["Riel @riel", "One", "two"]),
        (Quote(author="riel", text="See https://example.org/a, all"), ["@riel", "See example.org1, all"]),
        (
            Quote(url="https://example.com/q"),
            ["example.com1", "The page does not hold the words of this quoted post, only its address."],
        ),
        (Quote(author="riel"), ["@riel", "The page does not hold the words of this quoted post."]),
        (Quote(author="riel", media=(Media("image", "https://media.example.com/1", ""),)), ["@riel"]),
    ],
)
def test_a_quoted_post_says_what_the_page_holds_of_it(quote: Quote, words: list[str]) -> None:
    assert found(rendered(thread(post(1, FIRST, quotes=(quote,)))), "//h:blockquote/h:p") == words


def test_a_link_in_a_quoted_post_is_a_link_with_a_note() -> None:
    quoting = thread(post(1, FIRST, quotes=(Quote(author="riel", text="See https://example.org/a, all"),)))
    page = root(rendered(quoting), "t1")
    (link, _number) = page.xpath("//h:blockquote//h:a/@href", namespaces=XHTML)
    assert link == "https://example.org/a"
    assert page.xpath("//*[@id='t1-n1']//h:a/@href", namespaces=XHTML) == [link]


@pytest.mark.parametrize(("count", "css_class"), [(1, "q"), (30, "q parted")])
def test_a_long_quoted_post_may_be_divided(count: int, css_class: str) -> None:
    quoting = thread(post(1, FIRST, quotes=(Quote(author="riel", text="A line of words\n" * count),)))
    assert root(rendered(quoting), "t1").xpath("//h:blockquote/@class", namespaces=XHTML) == [css_class]


@pytest.mark.parametrize(("target", "divided"), [("print", ".\u200b"), ("epub", ".<wbr/>")])
@pytest.mark.parametrize(("site", "is_long"), [("docs.example.org", False), ("documentation.example.org", True)])
def test_a_line_may_end_behind_the_dots_of_a_long_site_and_nowhere_else_in_it(
    target: Literal["print", "epub"], divided: str, site: str, *, is_long: bool
) -> None:
    linking = thread(post(1, FIRST), post(2, "See", Link(f"https://{site}/a", f"{site}/a")))
    markup = "".join(document.content for document in rendered(linking, target=target).documents)
    shown = site.replace(".", divided) if is_long else site
    assert f'class="link site" href="https://{site}/a">{shown}</a>' in markup


def test_of_a_quoted_post_that_is_in_the_book_that_is_said() -> None:
    quote = Quote("1001", "https://twitter.com/x/status/1001")
    quoting, quoted = thread(post(1, FIRST, quotes=(quote,)), id="1002"), thread(post(1, FIRST), id="1001")
    book = rendered(quoting, quoted)
    text = " ".join(said(etree.fromstring(document.content.encode())) for document in book.documents)
    assert "The page does not hold the words of this quoted post, but this book does." in text


def test_a_card_is_set_with_its_words() -> None:
    card = Card("https://www.example.net/x", "How <paper> remembers", "A guide")
    book = rendered(thread(post(1, FIRST, cards=(card,))))
    assert found(book, "//h:div[@class='q card']/h:p") == ["example.net1", "How <paper> remembers", "A guide"]


def test_right_to_left_words_say_so() -> None:
    book = rendered(thread(post(1, FIRST), post(2, "مطر كثير", language="ar")))
    (paragraph,) = root(book, "t1").xpath("//*[@id='t1-p2']")
    assert (paragraph.get("dir"), paragraph.get("lang")) == ("rtl", "ar")


@pytest.mark.parametrize("target", ["print", "epub"])
def test_a_name_of_sixty_words_stands_whole_in_the_colophon_and_short_elsewhere(
    target: Literal["print", "epub"],
) -> None:
    name = " ".join(["Keeper", "of", "needles"] * 20)
    short = "Keeper of needles Keeper of needles Keeper of needles Keeper of…"
    long = thread(post(1, FIRST), author=Author("keeper", name))
    for threads in ((long,), (long, thread(post(1, FIRST), id="102"))):
        book = rendered(*threads, target=target)
        pages = [etree.fromstring(document.content.encode()) for document in book.documents]
        (by,) = [each for page in pages for each in page.xpath("//*[@class='by wide']")]
        assert said(by) == f"KN{short} @keeper"
        assert by.get("data-by") == short
        body = " ".join(said(each) for page in pages for each in page.xpath("//*[local-name()='body']"))
        assert body.count(name) == 1
        assert f"On Twitter by {name} (@keeper)" in body


def test_a_running_head_has_the_handle_where_the_name_is_only_emoji() -> None:
    for name, head in (("🪡🧵", "@maker"), ("", "@maker"), ("Mara 🪡", "Mara")):
        book = rendered(thread(post(1, FIRST), author=Author("maker", name)), target="print")
        page = etree.fromstring(book.documents[0].content.encode())
        assert page.xpath("//*[@class='by']/@data-by") == [head]


def test_an_author_who_is_not_known_is_no_bare_sign() -> None:
    nobody = thread(post(1, FIRST), author=Author(""))
    for book in (rendered(nobody), rendered(nobody, nobody, target="print")):
        text = " ".join(said(etree.fromstring(document.content.encode())) for document in book.documents)
        assert "@" not in text
        assert "an unknown author" in text


def test_a_title_with_markup_is_words_everywhere() -> None:
    hostile = thread(post(1, 'Is <b>"this"</b> & ]]> a title? Yes.'))
    for target in ("print", "epub"):
        for document in rendered(hostile, target=target).documents:  # type: ignore[arg-type]
            page = etree.fromstring(document.content.encode())
            assert not page.xpath("//*[local-name()='b' and text()='\"this\"']")
    assert rendered(hostile).documents[2].title == 'Is <b>"this"</b> & ]]> a title?'


def test_characters_that_no_font_has_are_spelled_out_in_print() -> None:
    book = rendered(thread(post(1, "Maps leave 🧵 things out.")), target="print", uncovered=frozenset("🧵"))
    assert "🧵" not in book.documents[0].content
    assert "[U+1F9F5]" in book.documents[0].content


def test_rendering_twice_gives_the_same() -> None:
    one, two = (rendered(thread(post(1, FIRST, media=(SAMPLES["photo"](RED),)))) for _ in range(2))
    assert [document.content for document in one.documents] == [document.content for document in two.documents]
