"""Languages are said where they are sure, and nowhere else."""

from __future__ import annotations

import pytest

from threadbound.book import language
from threadbound.book.language import language_of
from threadbound.model.text import Break, Link, Mention, Text

pytest.importorskip("pycld2")


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("The pipes went in January. Not dramatically: a stain on the ceiling of the map room.", "en"),
        ("Der Buchbinder sagte mir, dass Papier nur das ist, was der Faden hält.", "de"),
        ("Un bon livre ne finit pas à la dernière page: il attend le lecteur suivant.", "fr"),
        ("Хороша книга не закінчується на останній сторінці, вона чекає наступного читача", "uk"),
        ("ספר טוב אינו נגמר בעמוד האחרון, הוא רק מחכה לקורא הבא", "he"),
        ("الكتاب الجيد لا ينتهي عند صفحته الأخيرة، بل ينتظر قارئه التالي", "ar"),
        ("よい本は最後の頁で終わらない。次の読者を静かに待っているだけだ。", "ja"),
        ("好书不会在最后一页结束，它只是在等待下一位读者。", "zh-Hans"),
    ],
)
def test_a_sentence_is_enough(words: str, tag: str) -> None:
    assert language_of([Text(words)]) == tag


@pytest.mark.parametrize("words", ["", "ok", "🧵 1/", "2019 2020 2021 2022 2023 2024", "xkcd qwrt zxcv bnmk lpoi uytr"])
def test_too_little_is_no_language(words: str) -> None:
    assert language_of([Text(words)]) is None


def test_names_and_addresses_are_no_words() -> None:
    nodes = [Mention("derbuchbinder"), Break(), Link("https://example.org/ein-langer-deutscher-weg", "ein langer Weg")]
    assert language_of(nodes) is None


def test_odd_characters_are_no_trouble() -> None:
    assert language_of([Text("Water is patient and committees are not quick. \ud800\x00\ufffe\ue000")]) == "en"


def test_without_the_detector_nothing_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "pycld2", None)
    assert language_of([Text("Water is patient and committees are not quick.")]) is None


@pytest.mark.parametrize(
    ("parts", "tag"),
    [
        ([("de", 5), ("en", 9), ("de", 5), (None, 90)], "de"),
        ([("de", 5), ("en", 5)], None),
        ([("de", 4), ("en", 5), ("fr", 4)], None),
        ([(None, 3)], None),
        ([("de", 0)], None),
        ([], None),
    ],
)
def test_the_main_language_is_that_of_more_than_half_of_what_is_known(
    parts: list[tuple[str | None, int]], tag: str | None
) -> None:
    assert language.main_language(iter(parts)) == tag
