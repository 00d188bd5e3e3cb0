"""Threads of which the day is not known, where days are asked for: none is left out in silence."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run

#: The id of a post of May 2022.
DATED = 1521000000000000000
ONE = "threadbound: {}: left out, for its day is not known and --since and --until go by days"
THREE = "threadbound: {}: left out, with 2 threads more, for their days are not known and --since and --until"


@pytest.fixture
def page(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """A maker of pages in one folder; an id that is too old to hold a time, on a page that says none, has no day."""

    def make(name: str, first: int, handle: str = "mara") -> Path:
        given = {"folder": tmp_path / "saved", "name": name, "first": first, "handle": handle, "author": "Mara"}
        path = make_page([f"Words of {name}."], **given)
        if first < DATED:
            path.write_text(re.sub(r' class="time"data-time="\d+"', "", path.read_text("utf-8")), "utf-8")
        return path

    return make


@pytest.fixture
def saved(page: Callable[..., Path], tmp_path: Path) -> Path:
    page("b.html", 1001)
    page("d.html", DATED)
    return tmp_path / "saved"


def about(book: Path) -> str:
    with zipfile.ZipFile(book) as archive:
        return archive.read("EPUB/about.xhtml").decode()


def decided(book: Path) -> dict[str, object]:
    with zipfile.ZipFile(book) as archive:
        found: dict[str, object] = json.loads(archive.read("EPUB/evidence/collection.json"))["collection"]
    return found


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
@pytest.mark.parametrize(
    ("options", "cure"),
    [
        (["--since", "2022"], "; list what you want in an --order-file instead"),
        (["--until", "2022", "--author", "mara"], "; list what you want in an --order-file instead"),
        (["--since", "2022", "--by-author"], "; list what you want in an --order-file instead"),
        (["--individual", "--since", "2022"], "; name it without them to have its book"),
        (["--individual", "--since", "2022", "--author", "ono"], "; name it without them to have its book"),
    ],
)
def test_a_thread_without_a_day_is_named(
    *,
    options: list[str],
    cure: str,
    dry: list[str],
    saved: Path,
    page: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if "ono" in options:
        page("b.html", 1001, "ono")
        page("e.html", DATED + (1 << 40), "ono")
    assert run(["epub", str(saved), "-d", str(tmp_path / "out"), *options, *dry]) == 0
    assert f"{ONE.format(saved / 'b.html')}{cure}\n" in capsys.readouterr().err


def test_several_are_counted_and_only_those_that_fit_all_else(
    saved: Path, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page("a.html", 1002, "ono")
    page("c.html", 1003)
    page("e.html", 1004)
    call = ["epub", str(saved), "-d", str(tmp_path / "out"), "--since", "2022", "--author", "mara"]
    assert run([*call, "--json", "--dry-run"]) == 0
    told = capsys.readouterr()
    (remark,) = [each for line in told.out.splitlines() if (each := json.loads(line))["type"] == "remark"]
    assert remark["name"] == str(saved / "b.html")
    assert remark["message"].endswith("; list what you want in an --order-file instead")
    assert THREE.format(saved / "b.html") in told.err
    assert run([*call, "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert run([*call[:-2], "--force"]) == 0
    assert "a.html" in capsys.readouterr().err


def test_nothing_is_said_where_no_day_is_asked_for_or_all_are_known(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["-d", str(tmp_path / "out")]
    assert run(["epub", str(saved), *out, "--author", "mara"]) == 0
    (saved / "b.html").unlink()
    assert run(["epub", str(saved), *out, "--since", "2022"]) == 0
    assert "left out" not in capsys.readouterr().err


@pytest.mark.parametrize("more", [[], ["--individual"]])
def test_where_no_thread_fits_it_is_said_how_many_have_no_day(
    more: list[str], saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["epub", str(saved), "-d", str(tmp_path / "out"), "--since", "2025", *more]) == 4
    assert "none of 2 threads fits: since 1 January 2025; of 1 the day is not known\n" in capsys.readouterr().err


def test_the_book_says_how_many_were_left_out(saved: Path, page: Callable[..., Path], tmp_path: Path) -> None:
    book, again = tmp_path / "b.epub", tmp_path / "again.epub"
    page("e.html", DATED + (1 << 40))
    assert run(["epub", str(saved), "-o", str(book), "--since", "2022"]) == 0
    assert decided(book)["undated"] == 1
    assert "since 1 January 2022. 1 thread of which the day is not known was left out." in about(book)
    assert run(["extract", str(book), "-d", str(tmp_path / "x")]) == 0
    assert run(["epub", str(tmp_path / "x"), "-o", str(again)]) == 0
    assert again.read_bytes() == book.read_bytes()


def test_each_authors_book_counts_its_own(saved: Path, page: Callable[..., Path], tmp_path: Path) -> None:
    for number, handle in enumerate(("ono", "ono"), 1):
        page(f"{number}.html", DATED + (number << 40), handle)
    page("e.html", DATED + (3 << 40))
    out = tmp_path / "out"
    assert run(["epub", str(saved), "-d", str(out), "--name", "{handle}", "--since", "2022", "--by-author"]) == 0
    assert decided(out / "mara.epub")["undated"] == 1
    assert "undated" not in decided(out / "ono.epub")


def test_a_new_edition_says_it_too(
    saved: Path, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    update = ["epub", str(saved), "--update", str(book)]
    page("e.html", DATED + (1 << 40))
    assert run(["epub", str(saved), "-o", str(book), "--since", "2022"]) == 0
    page("a.html", 1003)
    capsys.readouterr()
    for dry in (["--dry-run"], []):
        assert run([*update, *dry]) == 0
        error = capsys.readouterr().err
        assert "nothing is new" in error
        assert f"threadbound: {saved / 'a.html'}: left out, with 1 thread more, for " in error
    page("f.html", DATED + (2 << 40))
    assert run(update) == 0
    assert decided(book)["undated"] == 2
    listed = tmp_path / "order.txt"
    listed.write_text("a.html\n", "utf-8")
    assert run([*update, "--order-file", str(listed)]) == 0
    with zipfile.ZipFile(book) as archive:
        assert "Words of a.html." in archive.read("EPUB/t1003.xhtml").decode()
    assert decided(book)["undated"] == 1


def test_an_export_of_the_library_names_them_too(
    saved: Path, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, out = ["-L", str(tmp_path / "library")], ["-t", "json", "-d", str(tmp_path / "out"), "--force"]
    page("a.html", 1002, "ono")
    assert run(["init", str(tmp_path / "library")]) == 0
    assert run(["add", *root, str(saved)]) == 0
    capsys.readouterr()
    assert run(["export", *root, *out, "--since", "2022"]) == 0
    more = ", with 1 thread more, for their days are not known and --since and --until go by days"
    assert f"threadbound: 1001: left out{more}; name the ids of what you want instead\n" in capsys.readouterr().err
    assert run(["export", *root, *out, "--until", "2022", "--author", "mara", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["name"], each["message"][:8]) for each in told if each["type"] == "remark"] == [("1001", "left out")]
    for how in (["--since", "2022", "-q"], ["--author", "mara"], ["1001"], ["--since", "2022", "--tag", "none"]):
        run(["export", *root, *out, *how])
        assert ": left out" not in capsys.readouterr().err
    assert run(["export", *root, *out, "--since", "2025"]) == 2
    assert "is like that; of 2 the day is not known; threadbound list" in capsys.readouterr().err
