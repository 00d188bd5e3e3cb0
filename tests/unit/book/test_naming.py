"""File names: told by a template, safe everywhere."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from threadbound.book.naming import LONGEST, check_template, file_stem, safe, slug
from threadbound.errors import UsageError
from threadbound.model.thread import Author

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
post, thread = SAMPLES["post"], SAMPLES["thread"]


def known(**changes: Any) -> Any:
    return thread(post(1, "Words"), published="2022-09-29T12:34:56Z", **changes)


def test_the_default_tells_day_author_id_and_title() -> None:
    assert file_stem([known()], "Maps: what they leave out") == "2022-09-29-maralindqvist-101-maps-what-they-leave-out"


def test_what_is_unknown_is_left_out_with_its_hyphen() -> None:
    bare = thread(post(1, "Words"), id=None, author=Author(""))
    assert file_stem([bare], "") == "thread"
    assert file_stem([bare], "Maps") == "maps"
    assert file_stem([known()], "") == "2022-09-29-maralindqvist-101"
    assert file_stem([bare, bare], "") == "2-threads"


def test_several_threads_are_counted_and_several_authors_not_named() -> None:
    one, other = known(), known(author=Author("riel"))
    assert file_stem([one, one], "") == "2022-09-29-maralindqvist-2-threads"
    assert file_stem([one, other], "") == "2022-09-29-several-authors-2-threads"


def test_an_author_without_a_handle_is_called_by_the_name_and_one_with_two_spellings_always_the_same() -> None:
    one, other = known(author=Author("", "Mara Lindqvist")), known(author=Author("", "Ono"))
    assert file_stem([one, one], "") == "2022-09-29-mara-lindqvist-2-threads"
    assert file_stem([one, other], "") == "2022-09-29-several-authors-2-threads"
    assert file_stem([one, known()], "") == "2022-09-29-several-authors-2-threads"
    emoji = [known(author=Author("", "🪡")), known(author=Author("", "🧵"))]
    assert file_stem(emoji, "") == "2022-09-29-several-authors-2-threads"
    assert file_stem(emoji[:1] * 2, "") == "2022-09-29-2-threads"
    spelled = [known(author=Author("Riel")), known(author=Author("riel"))]
    assert file_stem(spelled, "", "{handle}") == file_stem(spelled[::-1], "", "{handle}") == "Riel"


@pytest.mark.parametrize("template", ["{title}", "{}", "{0}", "{date", "}", "{date.year}", "{id[0]}"])
def test_a_template_that_names_no_field_is_refused(template: str) -> None:
    with pytest.raises(UsageError, match="name template"):
        check_template(template)


@pytest.mark.parametrize("template", ["{date!r}", "{date!x}", "{date:>99999999999}", "{slug:{id}}", "{id:d}"])
def test_a_template_that_could_fail_later_is_refused_at_once(template: str) -> None:
    with pytest.raises(UsageError, match="plain name"):
        check_template(template)


@pytest.mark.parametrize("template", ["{date}", "x", "", "{{}}", "{slug}{slug}", "{handle}/{id}"])
def test_a_good_template_is_given_back(template: str) -> None:
    assert check_template(template) == template
    assert file_stem([known()], "Maps", template)


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("It's the map’s fault!", "its-the-maps-fault"),
        ("One two three four five six seven eight nine", "one-two-three-four-five-six-seven-eight"),
        ("हिन्दी में नक्शे", "हिन्दी-में-नक्शे"),
        ("شِعْر", "شِعْر"),
        ("漢字 かな", "漢字-かな"),
        ("🧵👇", ""),
        ("__init__", "init"),
    ],
)
def test_a_slug_keeps_the_letters_and_marks_of_every_script(title: str, made: str) -> None:
    assert slug(title) == made


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ('a\\b:c*d?e"f<g>h|i', "a-b-c-d-e-f-g-h-i"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("name. ", "name"),
        ("con", "_con"),
        ("Nul.txt", "_Nul.txt"),
        ("com¹", "_com¹"),
        ("LPT9 .x", "_LPT9 .x"),
        ("console", "console"),
        ("e\u0301", "é"),
        ("a\x00b\nc", "a-b-c"),
        ("\ud800x", "x"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", ""),
        ("...", ""),
    ],
)
def test_a_safe_name(name: str, made: str) -> None:
    assert safe(name) == made


@pytest.mark.parametrize("name", ["é" * 300, "漢" * 300, "con." + "x" * 300, "👩🏽‍🔬" * 50 + "x" * 300])
def test_a_long_name_is_cut_between_characters(name: str) -> None:
    assert 0 < len(safe(name).encode()) <= LONGEST
