"""What ``--dry-run`` says of losses: all that the run would say, as far as it is known without asking anybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbound.cli.app import run
from threadbound.media.addresses import address_of
from threadbound.media.store import Entry, MediaStore, now

PICTURE = '<span class="entity-image"><img src="/images/1px.png" data-src="{}"></span>'
OWN = "https://pbs.twimg.com/media/Fabc{}.jpg"
OTHER = "https://pictures.example.org/a.jpg"
CUT = "It began… <a href='#'>Show more</a>"
ID = 1521000000000000000


@pytest.fixture
def saved(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    """Two threads: a text that was cut, two pictures that the site has and one that others have; and one whole."""
    bodies = [CUT, f"One. {PICTURE.format(OWN.format(1))}", f"Two. {PICTURE.format(OWN.format(2))}"]
    bodies.append(f"Three. {PICTURE.format(OTHER)}")
    make_page(bodies, folder=tmp_path / "saved", name="a.html", first=ID)
    make_page(["All of it."], folder=tmp_path / "saved", name="b.html", first=ID + (1 << 40))
    return tmp_path / "saved"


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Nobody says that nothing may be asked, and yet a test may not; gives the empty cache."""
    monkeypatch.delenv("THREADBOUND_OFFLINE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "threadbound"


def lost(error: str) -> list[str]:
    return [line for line in error.splitlines() if ": lost: " in line]


@pytest.mark.parametrize("more", [[], ["-v"], ["-q"]], ids=" ".join)
@pytest.mark.parametrize(
    "options", [["epub"], ["pdf"], ["epub", "--individual"], ["epub", "--max-threads", "1"]], ids=" ".join
)
def test_offline_it_names_the_losses_of_the_run(
    options: list[str], more: list[str], saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = [*options, str(saved), "-d", str(tmp_path / "out"), "--offline", *more]
    assert run([*call, "--dry-run"]) == 0
    foreseen = capsys.readouterr().err
    assert run(call) == 3
    told = lost(capsys.readouterr().err)
    assert lost(foreseen) == told
    assert len(told) == {"-q": 0, "-v": 4}.get("".join(more), 2)
    assert ", 0 of 3 pictures at hand, 4 losses, about" in foreseen


def test_what_may_be_had_is_no_loss_and_nobody_is_asked(
    saved: Path, online: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = MediaStore(online / "media")
    store.open()
    gone = address_of(OWN.format(2))
    assert gone
    for url in gone.candidates:
        store.remember(Entry(url, "network", now(), url))
    call = ["epub", str(saved), "-d", str(tmp_path / "out"), "--dry-run"]
    assert run([*call, "--json"]) == 0
    plan, _ = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["code"], each["where"]) for each in plan["notices"] if each["loss"]] == [
        ("post.truncated", "post 1"),
        ("media.gone", f"post 3, {OWN.format(2)}"),
        ("media.other-host", f"post 4, {OTHER}"),
    ]
    assert "media.not-asked" in {each["code"] for each in plan["notices"]}
    assert run(call) == 0
    error = capsys.readouterr().err
    assert ", 0 of 3 pictures at hand, 3 losses, about" in error
    assert "is not one of the hosts that are asked (post 4" in error
    assert "; --allow-host HOST or --any-host lets it be asked\n" in error
    assert run([*call, "--ask-again", "--any-host"]) == 0
    assert ", 0 of 3 pictures at hand, 1 loss, about" in capsys.readouterr().err


def test_of_a_new_edition_they_are_named_too(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(saved / "b.html"), "-o", str(book)]) == 0
    capsys.readouterr()
    assert run(["epub", str(saved), "--update", str(book), "--dry-run"]) == 0
    error = capsys.readouterr().err
    assert len(lost(error)) == 2
    assert ", 4 losses, about" in error


def test_of_what_is_whole_nothing_is_said(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["epub", str(saved / "b.html"), "-d", str(tmp_path / "out"), "--dry-run"]) == 0
    error = capsys.readouterr().err
    assert "1 post, no pictures, about" in error
    assert "loss" not in error


@pytest.mark.parametrize(
    ("options", "books"),
    [
        (["epub"], 0),
        (["pdf"], 0),
        (["epub", "--individual"], 1),
        (["epub", "--max-threads", "1"], 0),
        (["epub", "--match", "All of it"], 1),
        (["epub", "--author", "nobody"], 0),
        (["epub", "--author", "nobody", "--individual"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.parametrize("broken", ["", "c", "abc"])
def test_with_strict_it_ends_as_the_run_would(
    options: list[str], books: int, broken: str, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in broken:
        (saved / f"{name}.html").write_text("")
    call = [*options, str(saved), "-d", str(saved.with_name("out")), "--strict", "--json"]
    foreseen = run([*call, "--dry-run"]), _failures(capsys.readouterr().out)
    assert run(call) == foreseen[0]
    assert _failures(capsys.readouterr().out) == foreseen[1]
    if broken == "abc":  # then nothing is there that a book could lack
        assert foreseen[0] == 5
        assert (len(foreseen[1][0]), foreseen[1][1]) == (3, 0)
        return
    assert foreseen[1][1] == (0 if broken and "--individual" not in options else books)
    if "nobody" in options:
        is_refused = broken and "--individual" not in options
        assert foreseen[0] == (7 if is_refused else 5 if broken else 4)
        assert any("not made: losses" in each for each in foreseen[1][0]) == bool(is_refused)
        return
    assert foreseen[0] == (7 if broken or "--match" not in options else 0)


@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize("product", ["pdf", "epub"])
def test_with_strict_that_of_a_new_edition_ends_as_the_run_would(
    product: str, saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, broken: bool
) -> None:
    book = tmp_path / f"b.{product}"
    assert run([product, str(saved / "b.html"), "-o", str(book)]) == 0
    if broken:
        (saved / "a.html").write_text("")
    capsys.readouterr()
    call = [product, str(saved), "--update", str(book), "--strict", "--json"]
    foreseen = run([*call, "--dry-run"]), _failures(capsys.readouterr().out)
    assert foreseen[0] == 7
    assert run(call) == 7
    assert _failures(capsys.readouterr().out) == foreseen[1]


@pytest.mark.parametrize("broken", [False, True])
def test_with_strict_a_choice_that_fails_is_no_page_of_a_new_edition(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, broken: bool
) -> None:
    book, order = tmp_path / "b.epub", tmp_path / "order.txt"
    assert run(["epub", str(saved / "b.html"), "-o", str(book)]) == 0
    order.write_text("1234567890123456789\n")
    if broken:
        (saved / "a.html").write_text("")
    capsys.readouterr()
    call = ["epub", str(saved), "--update", str(book), "--order-file", str(order), "--strict", "--json"]
    foreseen = run([*call, "--dry-run"]), _failures(capsys.readouterr().out)
    assert run(call) == foreseen[0] == (7 if broken else 2)
    told = _failures(capsys.readouterr().out)
    assert told == foreseen[1]
    assert any("1 page cannot be in it" in each for each in told[0]) == broken
    assert any("is in none of the pages given" in each for each in told[0]) != broken


def test_with_strict_what_would_not_be_made_is_named(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["epub", str(saved), "-d", str(tmp_path / "out"), "--strict", "--dry-run"]) == 7
    error = capsys.readouterr().err
    assert f"threadbound: {saved / 'a.html'}: losses are not allowed with --strict: " in error
    assert ", and 3 losses more\n" in error
    assert ", 4 losses, about" in error
    assert "; with --strict it is not made\n" in error
    assert len(lost(error)) == 2


@pytest.mark.parametrize(
    ("options", "pages", "refused"),
    [
        (["--max-threads", "1"], {}, [True, True]),
        (["--individual"], {}, [True, False]),
        ([], {"c.html": ""}, [True]),
        (["--match", "All of it"], {}, [False]),
        (["--match", "All of it"], {"c.html": ""}, [True]),
    ],
)
def test_with_strict_every_book_that_would_not_be_made_says_so(
    options: list[str], pages: dict[str, str], refused: list[bool], saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, words in pages.items():
        (saved / name).write_text(words)
    run(["epub", str(saved), "-d", str(saved.with_name("out")), "--strict", "--dry-run", *options])
    books = [line for line in capsys.readouterr().err.splitlines() if ": would hold " in line]
    assert ["; with --strict it is not made" in book for book in books] == refused


def _failures(out: str) -> tuple[list[str], int]:
    """What failed, and how many books there are all the same."""
    told = [json.loads(line) for line in out.splitlines()]
    return sorted(each["message"] for each in told if each["type"] == "failure"), told[-1]["books"]


def test_a_book_that_is_there_and_would_not_be_replaced_is_named(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = saved.with_name("b.epub")
    told = "; it exists, and is replaced only with --force\n"
    for is_there in (False, True):
        run(["epub", str(saved), "-o", str(book), "--dry-run"])
        assert (told in capsys.readouterr().err) == is_there
        run(["epub", str(saved), "-o", str(book)])
    run(["epub", str(saved), "-o", str(book), "--dry-run", "--force"])
    run(["epub", str(saved), "--update", str(book), "--dry-run"])
    assert told not in capsys.readouterr().err


@pytest.mark.parametrize("new", [1, 0])
def test_programs_are_told_of_a_new_edition_what_the_run_says(
    new: int, saved: Path, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    call = ["epub", str(saved), "--update", str(book), "--json", "--offline"]
    assert run(["epub", str(saved), "-o", str(book), "--offline"]) == 3
    (saved / "a.html").unlink()
    if new:
        make_page(["Another."], folder=saved, name="c.html", first=ID + (2 << 40))
    capsys.readouterr()
    foreseen, told = _both(call, capsys)
    assert foreseen[0] == told
    assert (told["edition"], len(told["new"]), told["kept"]) == ((2, 1, 1) if new else (None, 0, 1))
    assert [each["exists"] for each in foreseen if each["type"] == "plan"] == [False] * new


def _both(call: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """All that a dry run tells programs, and what the run tells first."""
    run([*call, "--dry-run"])
    foreseen = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    run(call)
    return foreseen, json.loads(capsys.readouterr().out.splitlines()[0])


def test_programs_are_told_of_no_new_edition_where_strict_allows_none(
    saved: Path, make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(saved / "b.html"), "-o", str(book), "--offline"]) == 0
    make_page(["Another."], folder=saved, name="c.html", first=ID + (2 << 40))
    capsys.readouterr()
    foreseen, told = _both(["epub", str(saved), "--update", str(book), "--json", "--offline", "--strict"], capsys)
    assert (foreseen[0]["type"], foreseen[0]["edition"]) == ("update", None)
    assert foreseen[0] == told
