"""A book says its language only in tags that have the form of one; what the user says must be one."""

from __future__ import annotations

import pytest

from threadbound.book import tags


@pytest.mark.parametrize(
    "tag",
    ["en", "pt-BR", "zh-Hant", "sr-Latn-RS", "de-1996", "es-419", "en-GB", "tlh", "fil", "tl", "yue", "nn"],
)
def test_a_tag_that_is_registered_is_taken(tag: str) -> None:
    assert tags.known(tag) == tag
    assert tags.trouble(tag) == ""


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("iw", "he"),
        ("iw-il", "he-IL"),
        ("in", "id"),
        ("ji", "yi"),
        ("jw", "jv"),
        ("mo", "ro"),
        ("mo-Cyrl-MD", "ro-Cyrl-MD"),
        ("sh", "sr-Latn"),
        ("sh-RS", "sr-Latn-RS"),
        ("sh-Cyrl", "sr-Cyrl"),
        ("no", "nb"),
        ("no-NO", "nb-NO"),
        ("cmn-hant", "zh-Hant"),
        ("arb", "ar"),
        ("pes", "fa"),
        ("zh-tw", "zh-TW"),
        ("ZH-CN", "zh-CN"),
        ("zh-hant-hk", "zh-Hant-HK"),
        ("SR-latn", "sr-Latn"),
        ("EN-gb", "en-GB"),
        ("de-ch-1901", "de-CH-1901"),
        ("DE-1996", "de-1996"),
    ],
)
def test_a_language_is_written_as_fonts_and_hyphens_know_it(tag: str, written: str) -> None:
    assert tags.known(tag) == written
    assert tags.known(written) == written
    assert tags.trouble(tag) == ""


PLAIN = "no language tag; give one like en, pt-BR or zh-Hant"


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("en_GB", "en-GB"),
        ("zh_tw", "zh-TW"),
        ("deu", "de"),
        ("zho-Hant", "zh-Hant"),
        ("prs", "fa-AF"),
        ("hbs", "sr-Latn"),
        ("i-klingon", "tlh"),
        ("klingon", "tlh"),
        ("i-lux", "lb"),
        ("art-lojban", "jbo"),
        ("zh-min-nan", "nan"),
        ("zh-yue", "yue"),
        ("zh-cmn-hans", "zh-Hans"),
        ("en-GB-oed", "en-GB-oxendict"),
        ("en-x-private", "en"),
        ("de-DE-u-co-phonebk", "de-DE"),
        ("English", "en"),
        ("jp", "ja"),
        (" en", "en"),
    ],
)
def test_what_is_no_tag_of_a_language_is_said_with_the_one_that_may_be_meant(tag: str, meant: str) -> None:
    assert tags.trouble(tag) == f"no language tag; did you mean {meant}?"
    assert tags.trouble(meant) == ""


@pytest.mark.parametrize(
    "tag",
    ["elvish", "xx", "en-QQQQ", "xx_GB", "x-klingon", "x-private", "i-enochian", "-en", "en-", "日本語",
     "\u212ao", "en-" + "a-" * 3000],
)  # fmt: skip
def test_what_is_no_language_is_said(tag: str) -> None:
    assert tags.trouble(tag) == PLAIN


@pytest.mark.parametrize("tag", [None, "", "english please", "a", "en_GB", "\u212ao", "i-klingon", "x-private"])
def test_what_has_not_the_form_of_a_tag_is_none(tag: str | None) -> None:
    assert tags.known(tag) is None
