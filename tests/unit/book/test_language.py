"""Languages are said where they are sure, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_words_behind_many_figures_are_enough() -> None:
    assert language_of([Text(f"{'1974 1975 1976 ' * 12}The pipes went in January. Not dramatically at all.")]) == "en"


@pytest.mark.parametrize("words", ["", "ok", "🧵 1/", "2019 2020 2021 2022 2023 2024", "xkcd qwrt zxcv bnmk lpoi uytr"])
def test_too_little_is_no_language(words: str) -> None:
    assert language_of([Text(words)]) is None


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("Сегодня поговорим о старых книгах", "ru"),
        ("Сьогодні поговоримо про старі книжки", "uk"),
        ("Днес ще говорим за стари книги", "bg"),
        ("Данас ћемо причати о старим књигама", "sr"),
        ("اليوم سنتحدث عن الكتب القديمة", "ar"),
        ("امروز درباره کتاب‌های قدیمی صحبت می‌کنیم", "fa"),
        ("آج ہم پرانی کتابوں کے بارے میں بات کریں گے", "ur"),
        ("הײַנט וועלן מיר רעדן וועגן אַלטע ביכער", "yi"),
        ("आज हम पुरानी किताबों के बारे में बात करेंगे", "hi"),
        ("आज आपण जुन्या पुस्तकांबद्दल बोलणार आहोत", "mr"),
        ("今天我们来谈谈旧书，每天一本", "zh-Hans"),
        ("今天我們來談談舊書，每天一本", "zh-Hant"),
        ("今日は古い本について話します", "ja"),
        ("오늘은 오래된 책에 대해 이야기하겠습니다", "ko"),
    ],
)
def test_languages_of_one_script_are_told_apart(words: str, tag: str) -> None:
    assert language_of([Text(words)]) == tag


@pytest.mark.parametrize("detector", [True, False])
@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("안녕", "ko"),
        ("これ", "ja"),
        ("本の話。", "ja"),
        ("书店开门", "zh-Hans"),
        ("學會了", "zh-Hant"),
        ("漢字 直角", None),
        ("สวัสดี", "th"),
        ("Γεια σου", "el"),
        ("שלום", "he"),
        ("안녕 and many more words of English", None),
        ("да", None),
        ("ก", None),
        ("\U000e0001\u200d\ufdd0 ·", None),
    ],
)
def test_a_few_letters_are_told_by_their_script(
    words: str, tag: str | None, monkeypatch: pytest.MonkeyPatch, *, detector: bool
) -> None:
    if not detector:
        monkeypatch.setattr(language, "pycld2", None)
    assert language_of([Text(words)]) == tag


def test_names_and_addresses_are_no_words() -> None:
    nodes = [Mention("derbuchbinder"), Break(), Link("https://example.org/ein-langer-deutscher-weg", "ein langer Weg")]
    assert language_of(nodes) is None


def test_odd_characters_are_no_trouble() -> None:
    assert language_of([Text("Water is patient and committees are not quick. \ud800\x00\ufffe\ue000")]) == "en"


@given(st.text(st.characters(codec=None) | st.sampled_from("\ud800\x00\ufffeあ한国คא")))
def test_any_text_is_survived(words: str) -> None:
    assert language.language(words) is None or language.language(words)


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
