"""Polish: what typesetters of a language would set, and never another word."""

from __future__ import annotations

import runpy
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.book.polish import QUOTES, polish
from threadbound.checks.words import fold, fold_print
from threadbound.model.text import Hashtag, Inline, Link, Text, plain_text

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))


def set_in(language: str, *nodes: str | Inline) -> str:
    return plain_text(polish([Text(node) if isinstance(node, str) else node for node in nodes], language))


@pytest.mark.parametrize(
    ("language", "typed", "polished"),
    [
        ("en", 'She said "no" twice', "She said “no” twice"),
        ("en-GB", "\"It's 'ours'\", others argued", "“It’s ‘ours’”, others argued"),
        ("en", "rock 'n' roll in the '90s", "rock ’n’ roll in the ’90s"),
        ("en", "a 5' board, 12\" across", "a 5' board, 12\" across"),
        ("en", 'if x is "" then stop it at them', "if x is “” then stop it at\u00a0them"),
        ("en", "get 'em, 'til then", "get ’em, ’til\u00a0then"),
        ("en", "maps - and myths", "maps\u00a0– and myths"),
        ("en", "maps - it", "maps\u00a0–\u00a0it"),
        # feet and inches are one thing: neither mark is a quotation's
        ("en", "at 5'10\" the tallest", "at 5'10\" the tallest"),
        ("en", '"He\'s 5\'10" or 6\' 2" tall", others argued', "“He’s 5'10\" or 6' 2\" tall”, others argued"),
        ("en", "\"I'm 5'10\", she said. \"Nobody's 6'2\", I said", "“I’m 5'10”, she said. “Nobody’s 6'2”, I\u00a0said"),
        ("en", "at 5'10'' or 5'10 the tallest", "at 5'10'' or 5'10 the tallest"),
        ("de", "nur 1'000'000 Karten", "nur 1’000’000 Karten"),
        # two hyphens are a dash where the language's dash is as long
        ("en", "maps -- and myths", "maps\u00a0— and myths"),
        ("en", 'maps--and "myths"--lie-- often', "maps—and “myths”—lie— often"),
        ("en", '"But maps--"', "“But maps—”"),
        ("es", "mapas -- y mitos", "mapas\u00a0— y mitos"),
        ("de", "Karten -- und Mythen--Reste", "Karten -- und Mythen--Reste"),
        ("en", 'a --- b, 5--10, "--polish", git --help', "a --- b, 5--10, “--polish”, git --help"),
        # what a machine reads, not a person
        ("en", "run git commit --amend -- file and so on", "run git commit --amend -- file and so\u00a0on"),
        ("en", "mail foo--bar@x.org, or see foo--bar.html", "mail foo--bar@x.org, or see foo--bar.html"),
        ("en", "in /usr/lib/a--b or ~/src/a--b/ there", "in /usr/lib/a--b or ~/src/a--b/ there"),
        ("en", "the U.S.--and @mara--went he/she--then", "the U.S.—and @mara—went he/she—then"),
        ("en", "so it is -- or is it? --Mara", "so it is\u00a0— or is it? --Mara"),
        ("en", "<!-- so much --> for it", "<!-- so much --> for\u00a0it"),
        ("en", "wait... never", "wait… never"),
        ("en", "nobody knows it...", "nobody knows\u00a0it…"),
        ("en", "from 1939-1945 onwards", "from 1939–1945 onwards"),
        ("en", "call 555-1234-5678 today", "call 555-1234-5678 today"),
        ("en", "it took 5 km of Dr. Riel's thread", "it took 5\u00a0km of Dr.\u00a0Riel’s thread"),
        ("en", "nobody wanted it", "nobody wanted\u00a0it"),
        ("de", 'Er sagte "nein"', "Er sagte „nein“"),
        ("fr", 'Il dit "non" !', "Il dit «\u202fnon\u202f»\u202f!"),
        ("ru", 'Он сказал "нет" громко', "Он сказал «нет» громко"),
        ("sv", 'Hon sa "nej" alltid', "Hon sa ”nej” alltid"),
        ("ja", '彼は"いいえ"と', '彼は"いいえ"と'),
        ("und", 'nobody "knows" whose', 'nobody "knows" whose'),
    ],
)
def test_a_language_has_its_own_marks(language: str, typed: str, polished: str) -> None:
    assert set_in(language, typed) == polished


def test_marks_look_over_the_edge_of_their_node_and_names_stay() -> None:
    assert set_in("en", 'See "', Hashtag("don't"), '" everywhere') == "See “#don't” everywhere"
    link = Link("https://example.org/a-b", "it's...")
    assert polish([Text("See "), link], "en")[1] is link


@given(
    st.sampled_from([*QUOTES, "ja", "und"]),
    st.lists(st.text("ab \"'-.…!?;:1923%km()«»\u00a0") | SAMPLES["odd_text"]()).map(
        lambda parts: [Text(part) for part in parts]
    ),
)
def test_the_words_are_the_same_words(language: str, nodes: list[Inline]) -> None:
    before, after = plain_text(nodes), plain_text(polish(nodes, language))
    assert [each for each in after if each.isalnum()] == [each for each in before if each.isalnum()]
    assert fold_print(after) == fold_print(before)
    assert fold(after) == fold(before)


@given(st.sampled_from([*QUOTES]), st.text("ab \"'-.!?:19km") | st.text("a \"'-1"))
def test_what_is_polished_stays_so(language: str, text: str) -> None:
    once = set_in(language, text)
    assert set_in(language, once) == once


def test_long_texts_take_no_longer_than_they_are() -> None:
    begun = time.process_time()
    set_in("en", "'a " * 40_000)
    polish([Text("a 'b' ")] * 6_000, "en")
    assert time.process_time() - begun < 20  # it was minutes
