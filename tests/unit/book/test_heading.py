"""The first sentence is the heading, wherever it can be one; nothing of the first post is lost or said twice."""

from __future__ import annotations

import time

import pytest

from threadbound.book.heading import LONG_HEADING, LONGEST, open_thread, shorten, titled
from threadbound.model.text import Break, Hashtag, Inline, Link, Mention, Text, plain_text

URL = "https://example.org/essay"
LONG = "It goes on without any end " * 20


def opened(*nodes: Inline | str) -> tuple[str, str]:
    """Words of the heading, and of what runs on under it."""
    opening = open_thread([Text(node) if isinstance(node, str) else node for node in nodes], "Thread by Mara")
    return plain_text(opening.heading.words), plain_text(opening.rest)


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        ("Maps leave things out. Here is a list.", "Maps leave things out."),
        ("Why do maps lie? Because we ask them.", "Why do maps lie?"),
        ("He said “maps always lie.” Then he left.", "He said “maps always lie.”"),
        ("(They are all wrong.) Some are useful.", "(They are all wrong.)"),
        ("Wow. That is a long river. It bends.", "Wow. That is a long river."),
        ("So I was thinking… what if rivers bend. Yes.", "So I was thinking… what if rivers bend."),
        ("I was thinking... Nobody came.", "I was thinking..."),
        ("It all began in 2019. We were young.", "It all began in 2019."),
        ("The meeting was at 10:30. Nobody came.", "The meeting was at 10:30."),
        ("Am 3. Mai kam der Brief an. Niemand las ihn.", "Am 3. Mai kam der Brief an."),
        ("Read Dr. Riel and Mrs. Ono on rain. Both are good.", "Read Dr. Riel and Mrs. Ono on rain."),
        ("We met J. R. Riel of the U.S. Army there. He left.", "We met J. R. Riel of the U.S. Army there."),
        ("Bring maps, e.g. of rivers, etc. and leave. Now.", "Bring maps, e.g. of rivers, etc. and leave."),
        ("Yahoo! is a company from 1994. It is old.", "Yahoo! is a company from 1994."),
        ("At 5 p.m. The bell rang for us. We left.", "At 5 p.m. The bell rang for us."),
        ("all small letters here. and more of them.", "all small letters here."),
        ("Version 3.5 of example.org came out. We wept.", "Version 3.5 of example.org came out."),
        ("Wirklich?! Das hat niemand gewusst. Nein.", "Wirklich?! Das hat niemand gewusst."),
        ("« C’est la fin. » Il partit. Et voilà.", "« C’est la fin. »"),
        ("これはとても長い話の始まりです。続きを読む。", "これはとても長い話の始まりです。"),
        ("「これはとても長い話の始まりです。」続きを読む。", "「これはとても長い話の始まりです。」"),
        ("لماذا تكذب الخرائط دائما؟ لأننا نسألها.", "لماذا تكذب الخرائط دائما؟"),
        # A mark inside brackets within a sentence does not end it; brackets round a sentence do.
        ("WE WENT (TO A POINT!) AND THEN WE WENT ON. SO.", "WE WENT (TO A POINT!) AND THEN WE WENT ON."),
        ("Maps lie (or do they?) Mara says. Not so.", "Maps lie (or do they?) Mara says."),
        ("Maps leave [sic…] Greenland as it is. So.", "Maps leave [sic…] Greenland as it is."),
        ("He said (a lot! And often) that maps lie. So.", "He said (a lot! And often) that maps lie."),
        ("He said (a lot. And often) that maps lie. So.", "He said (a lot. And often) that maps lie."),
        ("地図は（本当に何でもかんでも！）省くのである。次です。", "地図は（本当に何でもかんでも！）省くのである。"),
        ("Wow. (They are all wrong!) Some are useful.", "Wow. (They are all wrong!)"),
        ("Maps leave out a lot (as I said.) So do we.", "Maps leave out a lot (as I said.)"),
        ("Maps leave out a lot (TO A POINT!)", "Maps leave out a lot (TO A POINT!)"),
        ("I was so sad :( It rained. Then it did not :) Good.", "I was so sad :( It rained."),
        ("A bracket ( that never closes. And more.", "A bracket ( that never closes."),
        # Quoted words go on in Japanese with a particle.
        ("彼はまた「地図は嘘をつく。」と言った。次です。", "彼はまた「地図は嘘をつく。」と言った。"),
        ("彼はまた「地図は嘘をつく！」、と言った。次です。", "彼はまた「地図は嘘をつく！」、と言った。"),
        ("彼はまた「地図は嘘をつく。」とても驚いた。", "彼はまた「地図は嘘をつく。」"),
        ("Written by J. Smith on U.S. policy today. More.", "Written by J. Smith on U.S. policy today."),
        ("'Really, now?' he asked the binder. More.", "'Really, now?' he asked the binder."),
        ("नक्शे हमेशा कुछ छोड़ देते हैं। यह सूची है।", "नक्शे हमेशा कुछ छोड़ देते हैं।"),
    ],
)
def test_the_first_sentence_is_the_heading(words: str, heading: str) -> None:
    head, rest = opened(words)
    assert head == heading
    assert words in {f"{head} {rest}", f"{head}{rest}"}


@pytest.mark.parametrize("tail", [" 🧵", " 🧵👇", " 👇🏽 1/12", " (1/n)", " →", "🧵1/"])
def test_what_stands_behind_the_first_sentence_on_its_line_stays_with_it(tail: str) -> None:
    assert opened(f"A short history of rain.{tail}" if tail[0] == " " else f"A short history of rain. {tail}")[1] == ""
    head, rest = opened(f"A short history of rain. {tail.strip()}", Break(), Break(), "It falls.")
    assert (head, rest) == (f"A short history of rain. {tail.strip()}", "It falls.")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("A short history of rain. 🧵👇", "A short history of rain"),
        ("A short history of rain 🧵", "A short history of rain"),
        ("Is it raining? (1/n)", "Is it raining?"),
        ("What rain is… 1/12", "What rain is…"),
        ("Rain fell in 2019", "Rain fell in 2019"),
        ("一行だけ貼り紙があった。", "一行だけ貼り紙があった"),
        ("🧵🧵🧵🧵🧵🧵🧵🧵🧵🧵🧵🧵🧵", "🧵🧵🧵🧵🧵🧵🧵🧵🧵🧵🧵🧵🧵"),
    ],
)
def test_a_title_goes_without_ornament_and_full_stop(line: str, title: str) -> None:
    heading = open_thread([Text(line), Break(), Text("It falls.")], "").heading
    assert plain_text(heading.words) == line
    assert heading.title == heading.short == title


def sentence(length: int) -> str:
    """Words of this length that end with a stop."""
    return ("and so on " * 40)[: length - 2].rstrip().ljust(length - 1, "x").capitalize() + "."


@pytest.mark.parametrize(("length", "is_long"), [(LONGEST, False), (LONGEST + 1, True), (LONG_HEADING, True)])
@pytest.mark.parametrize("rest", [(" More of it here.",), (Break(), Break(), LONG), ()])
def test_a_first_sentence_of_some_length_is_a_long_heading(
    length: int, rest: tuple[Inline | str, ...], *, is_long: bool
) -> None:
    nodes = [Text(sentence(length)), *(Text(node) if isinstance(node, str) else node for node in rest)]
    opening = open_thread(nodes, "Thread by Mara")
    assert plain_text(opening.heading.words) == sentence(length)
    assert opening.heading.is_long == is_long
    assert len(opening.heading.title) <= LONGEST
    assert plain_text(opening.rest) == plain_text(nodes[1:]).strip() or plain_text(opening.rest) == LONG


@pytest.mark.parametrize("rest", ["続きを読む。", "", "\n続きを読む。"])
def test_signs_that_are_twice_as_wide_fill_a_heading_twice_as_soon(rest: str) -> None:
    """As long as a sentence was before there were long headings, it stays one."""
    assert opened("地" * (LONGEST - 1) + "。" + rest)[0] == "地" * (LONGEST - 1) + "。"
    assert opened("地" * LONGEST + "。" + rest)[0] == "Thread by Mara"


@pytest.mark.parametrize("rest", [(" More of it here.",), (Break(), Break(), LONG), ()])
def test_a_first_sentence_that_fills_half_a_page_is_none(rest: tuple[Inline | str, ...]) -> None:
    nodes = tuple(Text(node) if isinstance(node, str) else node for node in (sentence(LONG_HEADING + 1), *rest))
    opening = open_thread(nodes, "Thread by Mara")
    assert (opening.heading.words, opening.rest) == ((Text("Thread by Mara"),), nodes)


def test_of_a_first_post_of_several_sentences_only_the_first_is_the_heading() -> None:
    """However few they are: the whole of it would fill half a page."""
    first, second = sentence(150), sentence(60)
    assert opened(f"{first} {second}") == (first, second)


def test_a_first_line_that_stands_alone_is_the_heading() -> None:
    assert opened("A short history of rain", Break(), Break(), LONG) == ("A short history of rain", LONG)


def test_mentions_and_subjects_stand_in_headings() -> None:
    head, rest = opened("Ask ", Mention("riel"), " about ", Hashtag("maps"), " and rivers. He knows.")
    assert (head, rest) == ("Ask @riel about #maps and rivers.", "He knows.")


def test_a_sentence_may_end_inside_a_name_without_losing_it() -> None:
    head, rest = opened("All of this is by ", Mention("St. Riel! x"), " and friends")
    assert head + rest == "All of this is by @St. Riel! x and friends"


def test_a_heading_ends_before_a_link() -> None:
    assert opened("Maps leave things out. See ", Link(URL, "example.org"), " now.") == (
        "Maps leave things out.",
        f"See {URL} now.",
    )


def test_a_whole_short_post_is_a_long_heading() -> None:
    opening = open_thread([Text("Everything I know of rain is at "), Link(URL, "example.org")], "Thread by Mara")
    assert opening.heading.is_long
    assert opening.rest == ()
    assert opening.heading.title == "Everything I know of rain is at"


@pytest.mark.parametrize(
    "nodes",
    [
        [],
        [LONG],
        ["Short"],
        ["Thread:", Break(), LONG],
        ["\u200b" * 40],
        ["\u00a0" * 40],
        [Link(URL, "x"), Break(), LONG],
        ["一" * 400],
        ["a" * 100_000],
    ],
)
def test_where_no_words_make_a_heading_the_author_does(nodes: list[Inline | str]) -> None:
    body = tuple(Text(node) if isinstance(node, str) else node for node in nodes)
    opening = open_thread(body, "Thread by Mara")
    assert opening.heading.words == (Text("Thread by Mara"),)
    assert opening.rest == body


@pytest.mark.parametrize(
    ("nodes", "short", "title"),
    [
        (["Short"], "Short", "Short"),
        (["Short."], "Short", "Short"),
        (["THREAD 🧵👇"], "THREAD", "THREAD"),
        (["Thread:", Break(), LONG], "Thread: It goes on without any end It goes on without any end It goes on…", ""),
        ([LONG], "It goes on without any end It goes on without any end It goes on without any…", ""),
        (
            [Link(URL, "x"), Break(), LONG],
            "It goes on without any end It goes on without any end It goes on without any…",
            "",
        ),
        # What a link shows is no word of the sentence: a title ends before it, and says that more follows.
        (
            ["What rain does at ", Link(URL, "x"), " " + LONG],
            "What rain does at…",
            "What rain does at…",
        ),
        (
            ["Ask ", Mention("riel"), " of ", Hashtag("maps"), " " + LONG],
            "Ask @riel of #maps It goes on without any end It goes on without any end It…",
            "",
        ),
        # Where a title may be as long as this, and a space follows, it still says that more does.
        (["a" + "word " * 28 + LONG], "aword " + "word " * 13 + "word…", "aword " + "word " * 25 + "word…"),
        (["一" * 400], "一" * 79 + "…", "一" * 139 + "…"),
        (["a" * 100_000], "a" * 79 + "…", "a" * 139 + "…"),
    ],
)
def test_a_thread_is_called_by_its_first_words_where_they_make_no_heading(
    nodes: list[Inline | str], short: str, title: str
) -> None:
    body = tuple(Text(node) if isinstance(node, str) else node for node in nodes)
    opening = open_thread(body, "Thread by Mara", "de")
    heading = opening.heading
    assert (heading.words, opening.rest) == ((Text("Thread by Mara"),), body)
    assert (heading.short, heading.title) == (short, title or heading.title)
    assert heading.title.startswith(short.rstrip("…"))
    assert len(heading.title) <= LONGEST
    assert (heading.language, heading.title_language) == ("en", "de")


@pytest.mark.parametrize("words", ["", "🧵", "👇 → !", "\u200b" * 40])
def test_a_first_post_without_words_is_called_by_its_author(words: str) -> None:
    for body in ([Text(words)], [Link(URL, "example.org"), Break(), Text(words)]):
        heading = open_thread(body, "Thread by Mara", "de").heading
        assert (heading.short, heading.title) == ("Thread by Mara", "Thread by Mara")
        assert heading.title_language == "en"


def test_a_title_runs_its_own_way_whatever_stands_over_the_chapter() -> None:
    heading = open_thread([Text("خيط")], "Thread by Mara").heading
    assert (heading.direction, heading.title_direction) == (None, "rtl")


def test_a_title_of_the_user_s_own_stands_over_the_first_words() -> None:
    heading = open_thread([Text("Maps leave things out. Here is why.")], "Thread by Mara", "en").heading
    own = titled(heading, "خرائط")
    assert (own.given, own.short, own.title_direction) == ("خرائط", "خرائط", "rtl")
    assert (own.words, own.direction, own.title) == (heading.words, None, heading.title)


def test_a_title_of_the_user_s_own_stands_where_the_program_would_have_made_one() -> None:
    opening = open_thread([Text(LONG)], "Thread by Mara", "de")
    own = titled(opening.heading, "On rain")
    assert (own.words, own.short, own.given, own.language) == ((Text("On rain"),), "On rain", "", None)


def test_a_title_that_the_first_words_say_already_is_not_said_twice() -> None:
    heading = open_thread([Text("Maps leave things out. Here is why.")], "Thread by Mara").heading
    assert titled(heading, "Maps leave things out").given == ""
    assert titled(heading, "Maps leave things out.").given == ""


def test_an_endless_name_makes_no_endless_title() -> None:
    heading = open_thread([], "Thread by " + "x" * 100_000).heading
    assert len(heading.title) <= LONGEST
    assert len(plain_text(heading.words)) <= LONGEST


def test_the_direction_is_that_of_the_words() -> None:
    assert open_thread([Text("لماذا تكذب الخرائط دائما؟ yes")], "").heading.direction == "rtl"
    assert open_thread([Text("Why do maps lie? Yes")], "").heading.direction is None


@pytest.mark.parametrize(
    "text", ["." * 200_000 + "x", "1. " * 70_000, "Mr. " * 50_000, " \u200b" * 100_000, "a.b" * 70_000]
)
def test_hostile_words_take_no_time(text: str) -> None:
    start = time.process_time()
    open_thread([Text(text)], "Thread by Mara")
    open_thread([Text(text), Break(), Text(text)], "Thread by Mara")
    open_thread([Text("a"), Break(), Text(text), Link(URL, "x")], "Thread by Mara")
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("one two", "one two"),
        ("one  two\nthree", "one two three"),
        ("word " * 40, "word " * 15 + "word…"),
        ("word " * 14 + "tip / observation", "word " * 13 + "word tip…"),
        ("word " * 14 + "tip | observation", "word " * 13 + "word tip…"),
        ("a" * 90, "a" * 79 + "…"),
        ("", ""),
    ],
)
def test_shortening_cuts_between_words(text: str, short: str) -> None:
    assert shorten(text) == short
    assert len(shorten(text)) <= 80
