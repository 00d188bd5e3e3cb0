"""Which threads are bound, in which order and in which parts."""

from __future__ import annotations

import re
import runpy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from threadbound import batch
from threadbound.book import order_file, parts, selection
from threadbound.book.collection import Collection
from threadbound.book.identity import author_key
from threadbound.book.order import ORDERS, collated, ordered
from threadbound.errors import FileTrouble, NoThread, UsageError
from threadbound.gathering import Wanted, gather
from threadbound.media.collect import Search
from threadbound.media.pictures import Pictures
from threadbound.model.media import Media
from threadbound.model.text import Hashtag, Text
from threadbound.model.thread import Author, Card, Poll, Quote, Thread, Wording
from threadbound.model.thread import Choice as Answer
from threadbound.options import Choice, CollectionOptions
from threadbound.pipeline import Page

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
post, thread = SAMPLES["post"], SAMPLES["thread"]


def one(words: str, *more: Any, day: str | None = "2022-03-01", handle: str = "mara", ident: str = "101") -> Thread:
    made: Thread = thread(post(1, words, *more), published=day, author=Author(handle, handle.title()), id=ident)
    return made


THREADS = [
    one("Maps leave things out.", Hashtag("Maps"), day="2021-05-03", ident="1"),
    one("Rain in Berlin.", day="2022-09-29", handle="Riel", ident="2"),
    one("A day nobody knows.", day=None, ident="3"),
]


@pytest.mark.parametrize(
    ("choice", "places"),
    [
        (Choice(), [0, 1, 2]),
        (Choice(authors=("@RIEL",)), [1]),
        (Choice(authors=("riel", "mara")), [0, 1, 2]),
        (Choice(since=date(2022, 1, 1)), [1]),
        (Choice(until=date(2021, 5, 3)), [0]),
        (Choice(match=("BERLIN",)), [1]),
        (Choice(match=("leave  things",)), [0]),
        (Choice(match=("berlin", "nobody")), [1, 2]),
        (Choice(tags=("#maps",)), [0]),
        (Choice(authors=("mara",), match=("nobody",)), [2]),
    ],
)
def test_a_thread_is_bound_that_fits_every_line_of_the_choice(choice: Choice, places: list[int]) -> None:
    assert selection.fitting(THREADS, choice) == places


def test_words_of_quoted_posts_are_words_of_the_thread() -> None:
    quoting = thread(SAMPLES["post"](1, "So."))
    quoted = replace(quoting.posts[0], quotes=(Quote(text="The legend admits it"),))
    assert selection.fits(replace(quoting, posts=(quoted,)), Choice(match=("legend",)))


def test_an_author_of_whom_there_is_nothing_is_named_with_who_was_meant() -> None:
    with pytest.raises(NoThread, match=r"no thread is by @reil; did you mean riel\?"):
        selection.understood(THREADS, Choice(authors=("Reil",)))
    with pytest.raises(NoThread, match="there are threads by @mara, @Riel"):
        selection.understood(THREADS, Choice(authors=("zzz",)))
    no_one = [nameless("Mara Quill", "1"), replace(THREADS[0], author=Author("mq", "Mara Q."))]
    with pytest.raises(NoThread, match=r"no thread is by mara q\.; so is called @mq: give the handle"):
        selection.understood(no_one, Choice(authors=("Mara Q.",)))
    with pytest.raises(NoThread, match=r"no thread is by @zzz; there are threads by @mq, Mara Quill"):
        selection.understood(no_one, Choice(authors=("zzz",)))
    with pytest.raises(NoThread, match=r"no thread is by mara quil; did you mean mara quill\?"):
        selection.understood(no_one, Choice(authors=("Mara Quil",)))


def nameless(name: str, ident: str) -> Thread:
    """A thread by somebody of whom no handle is known."""
    return replace(one("Words.", ident=ident), author=Author("", name))


def test_an_author_without_a_handle_is_known_by_the_name_and_is_nobody_who_has_one() -> None:
    threads = [
        nameless("Mara Quill", "1"),
        replace(THREADS[0], author=Author("quill", "Mara Quill"), id="2"),
        nameless("mara", "3"),
        replace(THREADS[0], id="4"),
        nameless("", "5"),
    ]
    cases: list[tuple[Choice, tuple[str, ...], list[int]]] = [
        (Choice(authors=("mara  QUILL",)), ("by mara QUILL",), [0]),
        (Choice(authors=("mara",)), ("by @mara",), [3]),
        (Choice(authors=("@Mara", "Mara Quill")), ("by @Mara or Mara Quill",), [0, 3]),
        (Choice(names=("mara",)), ("by mara",), [2]),
        (Choice(names=("",)), ("by an unknown author",), [4]),
    ]
    for choice, words, places in cases:
        meant = selection.understood(threads, choice)
        assert selection.described(meant) == words
        assert selection.fitting(threads, meant) == places
        (kept,) = selection.chosen(meant)  # as a book remembers it
        assert [k for k, each in enumerate(threads) if selection.belongs(each, [kept])] == places
    with pytest.raises(NoThread, match="no thread is by @zoe"):
        selection.understood([nameless("zoe", "1")], Choice(authors=("@zoe",)))
    assert len({author_key(each) for each in threads}) == 5


def test_a_display_name_that_begins_as_a_handle_does_can_be_chosen_where_nobody_has_the_handle() -> None:
    threads = [nameless("@zoe", "1"), nameless("zoe", "2"), nameless("@", "3")]
    for wanted, place in (("@Zoe", 0), ("zoe", 1), ("@", 2)):
        assert selection.fitting(threads, selection.understood(threads, Choice(authors=(wanted,)))) == [place]
    meant = selection.understood([*threads, one("Words.", handle="zoe")], Choice(authors=("@zoe",)))
    assert selection.fitting([*threads, one("Words.", handle="zoe")], meant) == [3]


@pytest.mark.parametrize("wanted", ["", " ", "@"])
@pytest.mark.parametrize("handle", ["", "mara"])
def test_an_empty_name_is_said_to_be_none(wanted: str, handle: str) -> None:
    threads = [replace(THREADS[0], author=Author(handle, "")), nameless("Ono", "2")]
    said = f"--author {wanted!r}: that is no name; there are threads by "
    with pytest.raises(NoThread, match=f"^{re.escape(said)}(@mara, )?Ono$"):
        selection.understood(threads, Choice(authors=(wanted,)))


def test_whoever_is_chosen_once_more_is_chosen_anew() -> None:
    both = selection.narrowed((), Choice(authors=("a", "b"), tags=("x",)))
    (kept,) = selection.narrowed(both, Choice(names=("C",)))
    assert (kept.authors, kept.names, kept.tags) == ((), ("C",), ("x",))
    wider = selection.widened(Collection(choices=(kept,), chosen=("by C",)), Choice(names=("c",), tags=("x",)))
    assert wider.choices == (kept,)  # however it is spelled


def test_a_hashtag_that_no_thread_has_is_named_with_what_was_meant() -> None:
    with pytest.raises(NoThread, match=r"no thread has the hashtag #mapz; did you mean maps\?"):
        selection.understood(THREADS, Choice(tags=("#Mapz",)))
    with pytest.raises(NoThread, match="there are #Maps"):
        selection.understood(THREADS, Choice(tags=("rain",)))


def test_a_choice_that_nothing_fits_is_no_book() -> None:
    with pytest.raises(NoThread, match="none of 3 threads fits: since 1 January 2030; with the words “x”"):
        selection.fitting(THREADS, Choice(since=date(2030, 1, 1), match=("x",)))


def test_every_order_holds_every_thread_once_and_the_undated_last() -> None:
    assert ordered(THREADS, "date", {}) == [0, 1, 2]
    assert ordered(THREADS, "reverse", {}) == [1, 0, 2]
    assert ordered(THREADS, "title", {}) == [2, 0, 1]
    assert ordered(THREADS, "title", {"threadreader:2": "Aardvarks"}) == [2, 1, 0]
    assert ordered(THREADS, "given", {}) == [0, 1, 2]
    assert all(sorted(order(THREADS, {})) == [0, 1, 2] for order in ORDERS.values())


@pytest.mark.parametrize(
    ("before", "after"),
    [("Émile", "Emma"), ("“Zebra”", "zoo"), ("item 9", "item 10"), ("Ångström", "Bohr"), ("ab c", "ABD")],
)
def test_words_are_sorted_as_people_sort(before: str, after: str) -> None:
    assert collated(before) < collated(after)


@given(st.text())
def test_words_can_always_be_sorted(words: str) -> None:
    assert collated(collated(words)) == collated(words)


def in_months(*months: str, each: int = 1) -> list[Thread]:
    days = [f"{month}-{day + 1:02}" for month in months for day in range(each)]
    return [one("Words of it.", day=day, ident=str(k)) for k, day in enumerate(days)]


def test_parts_are_chosen_by_size() -> None:
    few, years = in_months("2021-01", "2022-01", each=5), in_months("2021-01", "2022-01", each=6)
    assert parts.fitting(few, "date") == "none"
    assert parts.fitting(years, "date") == "year"
    assert parts.fitting(years, "reverse") == "year"
    assert parts.fitting(years, "title") == "none"
    assert parts.fitting(in_months("2021-01", "2021-02", each=11), "date") == "none"
    assert parts.fitting(in_months("2021-01", "2021-02", each=12), "date") == "month"
    assert parts.fitting(in_months("2021-01", each=28), "date") == "none"


def test_parts_hold_all_threads_in_order_and_there_is_never_one_alone() -> None:
    threads = [*in_months("2021-01", "2021-03", "2022-03", each=2), one("Later.", day=None)]
    years = parts.divided(threads, "year")
    assert [(part.title, part.first, part.count, part.note) for part in years] == [
        ("2021", 0, 4, "4 threads, 4 posts"),
        ("2022", 4, 2, "2 threads, 2 posts"),
        (parts.UNDATED, 6, 1, "1 thread, 1 post"),
    ]
    assert [part.title for part in parts.divided(threads, "month")] == [
        "January 2021",
        "March 2021",
        "March 2022",
        parts.UNDATED,
    ]
    assert parts.divided(threads, "none") == ()
    assert parts.divided(threads[:4], "year") == ()


@pytest.mark.parametrize(("choice", "times"), [(Choice(match=("a",)), 1), (Choice(authors=("mara",)), 2)])
def test_a_thread_is_tried_once_where_nobody_chose_an_author(
    choice: Choice, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fits(*_: Any) -> bool:
        tried.append(1)
        return True

    tried: list[int] = []
    monkeypatch.setattr(selection, "fits", fits)
    pages = [Page(f"{each.id}.html", SAMPLES["capture"](), each, each, Search((), Pictures())) for each in THREADS]
    assert len(gather(pages, Wanted(CollectionOptions(choice=choice), Pictures())).contents) == 1
    assert len(tried) == times * len(THREADS)
    tried.clear()
    found = [each for each in batch.fitting(pages, choice) if isinstance(each, Page)]
    assert len(tried) == times * len(found)


def written(folder: Path, text: str) -> Path:
    path = folder / "order.txt"
    path.write_text(text, "utf-8")
    return path


def placed(folder: Path, text: str, failed: tuple[str, ...] = ()) -> dict[int, str]:
    path = written(folder, text)
    named = [order_file.Named((f"saved/{each.id}.html",), each) for each in THREADS]
    return order_file.placed(order_file.read(path), named, path, failed)


def test_an_order_file_names_threads_by_address_id_or_path_and_gives_titles(tmp_path: Path) -> None:
    text = (
        "\ufeff# the best first\n\n"
        "https://threadreaderapp.com/thread/2.html | Rain  at last\n"
        "  3\n"
        "saved/1.html|Maps | and more\n"
    )
    assert placed(tmp_path, text) == {1: "Rain at last", 2: "", 0: "Maps | and more"}
    assert list(placed(tmp_path, "3.html\n2\n")) == [2, 1]


def test_a_thread_may_be_named_by_any_of_its_posts(tmp_path: Path) -> None:
    posts = (replace(post(1, "x"), id="9"), replace(post(2, "y"), id="77"))
    named = [order_file.Named(("p.html",), thread(*posts, id="9"))]
    path = written(tmp_path, "https://twitter.com/mara/status/77\n")
    assert order_file.placed(order_file.read(path), named, path) == {0: ""}


def test_all_that_is_wrong_with_an_order_file_is_said_at_once_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        placed(tmp_path, "99999999999999\n2\nno.such\n2\n")
    words = str(told.value)
    assert "order.txt, line 1: thread 99999999999999 is in none of the pages given" in words
    assert "; line 3: no.such is none of the pages given" in words
    assert words.endswith("; line 4: line 2 lists the same thread; take one out")
    with pytest.raises(UsageError, match=f"; line {order_file.MOST_TOLD}: [^;]*; and 90 lines more$") as told:
        placed(tmp_path, "".join(f"absent{'x' * number}\n" for number in range(order_file.MOST_TOLD + 90)))
    assert "\n" not in str(told.value)
    with pytest.raises(UsageError, match=r"; and 1 line more$"):
        placed(tmp_path, "".join(f"absent{'x' * number}\n" for number in range(order_file.MOST_TOLD + 1)))


def test_what_is_wrong_is_compared_with_what_there_is_once_and_by_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def meant(given: str, _known: Any) -> str:
        compared.append(given)
        return "; did you mean 1?"

    monkeypatch.setattr(order_file, "meant", meant)
    with pytest.raises(UsageError) as told:
        placed(tmp_path, f"99999999999999\n2\n2\n{'absent' * 100_000}\nhere/not.html\n")
    assert compared == ["99999999999999"]
    assert str(told.value).count("; did you mean") == 1
    with pytest.raises(UsageError):
        placed(tmp_path, f"2\n2\n{'absent' * 100_000}\n")
    assert compared[1:] == [("absent" * 20)[: order_file.LONGEST_TOLD]]


def test_what_an_order_file_names_in_vain_is_said_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"line 2: saved/11.html is none of the pages given; did you mean saved/1"):
        placed(tmp_path, "1\nsaved/11.html\n")
    with pytest.raises(UsageError, match="line 3: line 1 lists the same thread"):
        placed(tmp_path, "1\n2\nsaved/1.html\n")
    with pytest.raises(UsageError, match=r"line 1: thread 99999999999999 is in none of the pages given$"):
        placed(tmp_path, "99999999999999\n2\n")
    with pytest.raises(UsageError, match="it lists no thread"):
        placed(tmp_path, "# nothing yet\n")
    with pytest.raises(FileTrouble, match="No such file"):
        order_file.read(tmp_path / "absent.txt")
    (tmp_path / "latin.txt").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(FileTrouble, match="UTF-8"):
        order_file.read(tmp_path / "latin.txt")


def test_a_line_for_a_page_that_could_not_be_read_costs_no_more_than_the_page(tmp_path: Path) -> None:
    assert placed(tmp_path, "broken.html\n1\n", ("elsewhere/broken.html",)) == {0: ""}


def test_words_are_looked_for_in_all_that_a_post_holds() -> None:
    plain = post(1, "Nothing here.")
    parts = (
        {"media": (Media("image", "https://m.example/a", "A linen press"),)},
        {"quotes": (Quote("1", text="linen"),)},
        {"cards": (Card("https://example.org/", "Of Linen"),)},
        {"cards": (Card("https://example.org/", "", "and linen"),)},
        {"polls": (Poll((Answer("linen"), Answer("paper"))),)},
        {"wordings": (Wording(("1" * 64,), (Text("It was linen once."),)),)},
    )
    for each in parts:
        assert selection.fits(thread(replace(plain, **each)), Choice(match=("linen",)))
    assert not selection.fits(thread(plain), Choice(match=("linen",)))
