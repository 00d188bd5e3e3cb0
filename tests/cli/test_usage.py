"""A call that cannot be meant is refused in one line, with what was nearly meant and where help is."""

from __future__ import annotations

import pytest

from threadbound.cli.app import run

NONE = "there is no such option"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("epb page.html", "epb: there is no such verb; did you mean epub? See threadbound --help"),
        ("config chek", "chek: there is no such verb; did you mean check? See threadbound config --help"),
        ("--nope", "--nope: there is no such option. See threadbound --help"),
        ("epub --thme sans x", "--thme: there is no such option; did you mean --theme? See threadbound epub --help"),
        (
            "epub x --image",
            "--image: there is no such option; did you mean --image-max-size? See threadbound epub --help",
        ),
        ("epub x -z", "-z: there is no such option. See threadbound epub --help"),
        ("epub", "PAGE... is missing. See threadbound epub --help"),
        ("epub x --title", "--title: its value is missing. See threadbound epub --help"),
        ("epub x --json=3", "--json: it takes no value. See threadbound epub --help"),
        ("list a b", "a b: list takes no such words. See threadbound list --help"),
        (
            "pdf x --style esay",
            "--style esay: give one of essay, posts; did you mean essay? See threadbound pdf --help",
        ),
        (
            "export --to pfd",
            "--to pfd: give one of pdf, epub, json, page; did you mean pdf? See threadbound export --help",
        ),
        ("pdf x --font-size big", "--font-size: big is no number. See threadbound pdf --help"),
        ("pdf x --max-threads 0", "--max-threads: 0 is not possible: give 1 or more. See threadbound pdf --help"),
        (
            "pdf x --image-quality 200",
            "--image-quality: 200 is not possible: give 1 to 95. See threadbound pdf --help",
        ),
        ("pdf x --timeout 0", "--timeout: 0 is not possible: give 0.1 or more. See threadbound pdf --help"),
        (
            "backup --wait-lock 1000000",
            "--wait-lock: 1000000 is not possible: give 0 to 86400. See threadbound backup --help",
        ),
        (
            "pdf x --style ESSAY",
            "--style ESSAY: give one of essay, posts; did you mean essay? See threadbound pdf --help",
        ),
        ("epub x --pdf-variant pdf", "--pdf-variant is for PDFs: of EPUBs there is one kind"),
        (
            "search linen -wax",
            f"-wax: {NONE}; to leave a word out, write search -- linen -glue. See threadbound search --help",
        ),
    ],
)
def test_a_wrong_call_is_one_line(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words.split()) == 2
    assert capsys.readouterr() == ("", f"threadbound: {said}\n")


@pytest.mark.parametrize(
    "option", ["--page-size", "--title", "--name", "-d", "--css", "--cover", "--margin", "--order"]
)
def test_an_empty_value_is_no_value(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([option, ""], [f"{option}="]) if option.startswith("--") else ([option, ""],):
        assert run(["pdf", *words, "page.html"]) == 2
        assert capsys.readouterr() == ("", f"threadbound: {option}: it is empty (an unset variable?)\n")


def test_what_is_no_option_may_be_empty(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pdf", "--offline", ""]) == 2
    assert "a PAGE is empty" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["config"]])
def test_without_any_words_the_help_is_shown(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    assert capsys.readouterr().err.startswith("Usage: threadbound")


def test_what_was_typed_cannot_play_with_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pdf", "x", "--style", "\x1b[31m\nred"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "\x1b" not in said
