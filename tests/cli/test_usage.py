"""A call that cannot be meant is refused in one line, with what was nearly meant and where help is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
import typer

from threadbound.cli import usage
from threadbound.cli.app import run
from threadbound.errors import UsageError

NONE = "there is no such option"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("epb page.html", "epb: there is no such verb; did you mean epub? See threadbound --help"),
        ("pfd x.txt", "pfd: there is no such verb; did you mean pdf? See threadbound --help"),
        ("parse x.html", "parse: there is no such verb; did you mean inspect? See threadbound --help"),
        ("CHECK x.pdf", "CHECK: there is no such verb; did you mean verify? See threadbound --help"),
        ("PDF x.html", "PDF: there is no such verb; did you mean pdf? See threadbound --help"),
        (
            "a/p.html --offline",
            "a/p.html: there is no such verb; to make a PDF: threadbound pdf a/p.html. See threadbound --help",
        ),
        ("-", "-: there is no such verb; to make a PDF: threadbound pdf -. See threadbound --help"),
        (
            "https://a.com/1.html",
            "https://a.com/1.html: threadbound reads saved pages; open it in a browser, save it, and give the file",
        ),
        ("config show -c -c", "-c: its value is missing. See threadbound config show --help"),
        ("config chek", "chek: there is no such verb; did you mean check? See threadbound config --help"),
        ("--nope", "--nope: there is no such option. See threadbound --help"),
        ("epub --thme sans x", "--thme: there is no such option; did you mean --theme? See threadbound epub --help"),
        (
            "epub x --image",
            "--image: there is no such option; did you mean --image-max-size? See threadbound epub --help",
        ),
        ("extract x -o y", "-o: there is no such option; did you mean -d? See threadbound extract --help"),
        ("export x -o y", "-o: there is no such option; did you mean -d? See threadbound export --help"),
        (
            "watch -L x",
            "-L: there is no such option; the configuration says which library (-c FILE). See threadbound watch --help",
        ),
        ("epub x -z", "-z: there is no such option. See threadbound epub --help"),
        ("epub", "PAGE... is missing. See threadbound epub --help"),
        ("epub x --title", "--title: its value is missing. See threadbound epub --help"),
        ("epub x -o -f", "-o: its value is missing. See threadbound epub --help"),
        ("verify --repair -L x", "--repair: its value is missing. See threadbound verify --help"),
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


def test_a_book_without_a_verb_is_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["My.EPUB"]) == 2
    assert "; to see whether it is whole: threadbound verify My.EPUB. See" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["saved", "my page", "pdg"])
def test_what_lies_there_is_no_verb_but_something_to_bind(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("no ending")
    assert run([name]) == 2
    given = f"'{name}'" if " " in name else name
    said = f"{name}: there is no such verb; to make a PDF: threadbound pdf {given}. See threadbound --help"
    assert capsys.readouterr() == ("", f"threadbound: {said}\n")


@pytest.mark.parametrize(
    "option", ["--page-size", "--title", "--name", "-d", "--css", "--cover", "--margin", "--order"]
)
def test_an_empty_value_is_no_value(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([option, ""], [f"{option}="]) if option.startswith("--") else ([option, ""],):
        assert run(["pdf", *words, "page.html"]) == 2
        assert capsys.readouterr() == ("", f"threadbound: {option}: it is empty (an unset variable?)\n")


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ("verify -q", "a BOOK"),
        ("extract", "a BOOK"),
        ("init", "a DIR"),
        ("restore {there}", "a DIR"),
        ("search", "a TEXT"),
        ("show -L {there}", "an ID"),
        ("diff -L {there}", "an ID"),
        ("export -L {there}", "an ID"),
        ("forget -L {there} --yes", "an ID"),
    ],
)
def test_an_unset_variable_names_no_file_no_folder_and_no_thread(
    call: str, what: str, example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One thread in the library, and every id begins with nothing: it was forgotten."""
    there = str(tmp_path / "library")
    assert run(["init", there]) == 0
    assert run(["add", "-L", there, str(example), "-q"]) == 0
    before = {path: path.stat().st_mtime_ns for path in Path(there).rglob("*") if "state" not in path.parts}
    capsys.readouterr()
    assert run([*call.format(there=there).split(), ""]) == 2
    verb = call.split(maxsplit=1)[0]
    assert capsys.readouterr() == (
        "",
        f"threadbound: {what} is empty (an unset variable?). See threadbound {verb} --help\n",
    )
    assert {path: path.stat().st_mtime_ns for path in Path(there).rglob("*") if "state" not in path.parts} == before


def test_a_word_that_has_no_name_for_users_is_called_as_the_verb_has_it() -> None:
    app = typer.Typer()

    @app.command(cls=usage.Verb)
    def look(entry: Annotated[str, typer.Argument()]) -> None:
        raise AssertionError(entry)

    with pytest.raises(UsageError, match="an ENTRY is empty"):
        app(args=[""], standalone_mode=False)


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


@pytest.mark.parametrize(
    ("more", "words"), [(0, ": skipped; this text file holds"), (1, " and 1 other text file: skipped")]
)
def test_text_files_without_a_thread_are_counted_beside_the_one_that_is_named(
    more: int, words: str, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "saved"
    make_page(["One."], folder=saved)
    for number in range(1 + more):
        (saved / f"a{number}.txt").write_text("bread, milk")
    assert run(["epub", str(saved), "-d", str(tmp_path / "out"), "--dry-run"]) == 0
    assert f"a0.txt{words}" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["other.html", "OTHER.HTM", "other.mhtml"])
def test_plain_words_in_a_file_that_is_called_a_page_are_a_page_that_failed(
    name: str, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As where a server's excuse was saved instead of a thread."""
    saved, book = tmp_path / "saved", tmp_path / "b.epub"
    make_page(["One."], folder=saved)
    (saved / name).write_text("Rate limit exceeded. Please try again later.")
    assert run(["epub", str(saved), "-o", str(book)]) == 3
    assert name in capsys.readouterr().err
    assert run(["epub", str(saved), "-o", str(book), "--force", "--strict"]) == 7
