"""An author who was saved once with a handle and once without: nobody knows that it is one, and it is said."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.book.people import byline
from threadbound.cli.app import run
from threadbound.model.thread import Author

ID = 1521000000000000000
MARA, ALSO_MARA, NOBODY = Author("mara", "Mara Quill"), Author("quill", "Mara Quill"), Author("", "mara  QUILL")
CURE = "if they are one, put a copy of the page that has the handle in its place"


@pytest.mark.parametrize(
    ("authors", "said"),
    [
        ([MARA, NOBODY], "Mara Quill"),
        ([NOBODY, MARA], "Mara Quill"),
        ([MARA, ALSO_MARA, NOBODY], "Mara Quill (@mara), Mara Quill (@quill)"),
        ([NOBODY, Author("", "Ono")], "mara  QUILL, Ono"),
        ([Author("zoe", ""), Author("", "")], "@zoe, an unknown author"),
        ([MARA, *(Author(f"h{k}", f"Author {k}") for k in range(3)), NOBODY], "Mara Quill, Author 0 and 2 others"),
    ],
)
def test_a_byline_counts_nobody_twice(authors: list[Author], said: str) -> None:
    assert byline(authors) == said


@pytest.fixture
def saved(make_page: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """A maker of pages in one folder, by an author with a handle or without."""

    def make(number: int, handle: str, author: str) -> Path:
        given = {"folder": tmp_path / "saved", "name": f"{number}.html", "first": ID + (number << 40)}
        return make_page([f"Words of {number}."], handle=handle, author=author, **given)

    return make


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--by-author"]], ids=" ".join)
def test_it_is_said_in_a_line(
    options: list[str], saved: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(1, "mara", "Mara Quill")
    page = saved(2, "", "Mara Quill")
    saved(3, "", "Mara Quill")
    saved(4, "", "Ono")
    call = ["epub", str(tmp_path / "saved"), "-d", str(tmp_path / "out"), *options]
    assert run(call) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "handle" in line]
    who = "Mara Quill has no handle here and counts as another author than @mara, who is called so too"
    assert lines == [f"threadbound: {page}: {who}; {CURE}"]
    assert run([*call, "--json", "--force"]) == 0
    remarks = [each for line in capsys.readouterr().out.splitlines() if (each := json.loads(line))["type"] == "remark"]
    assert [each["name"] for each in remarks] == [str(page)]


def test_the_cover_claims_no_more_people_than_there_are_names_and_the_evidence_keeps_them_apart(
    saved: Callable[..., Path], tmp_path: Path
) -> None:
    authors = [("mara", "Mara Quill"), ("ono", "Ono"), ("zoe", "Zoe"), ("lin", "Lin"), ("", "Mara Quill")]
    for number, author in enumerate(authors):
        saved(number, *author)
    book = tmp_path / "b.epub"
    assert run(["epub", str(tmp_path / "saved"), "-o", str(book)]) == 0
    with zipfile.ZipFile(book) as archive:
        title, package = archive.read("EPUB/titlepage.xhtml").decode(), archive.read("EPUB/content.opf").decode()
        contents = archive.read("EPUB/contents.xhtml").decode()
    assert '<p class="a">Mara Quill, Ono and 2 others</p>' in title
    assert len(re.findall(r"<dc:creator[^>]*>Mara Quill<", package)) == 2
    assert re.findall(r'class="d">(Mara Quill[^&]*)&#8206;', contents) == ["Mara Quill (@mara)", "Mara Quill"]


def test_of_two_who_have_handles_and_of_one_alone_nothing_is_said(
    saved: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(1, "mara", "Mara Quill")
    saved(2, "quill", "Mara Quill")
    saved(3, "", "Ono")
    assert run(["epub", str(tmp_path / "saved"), "-d", str(tmp_path / "out")]) == 0
    assert "has no handle" not in capsys.readouterr().err


def test_a_new_edition_names_the_page_that_the_book_knows(
    saved: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(saved(1, "", "Mara Quill")), "-o", str(book)]) == 0
    page = saved(2, "mara", "Mara Quill")
    capsys.readouterr()
    assert run(["epub", str(page), "--update", str(book)]) == 0
    assert "threadbound: 1.html: Mara Quill has no handle here" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--individual"], ["--individual", "--dry-run"]], ids=" ".join)
@pytest.mark.parametrize(
    ("asked", "left", "said", "cure"),
    [
        (
            "Mara Quill",
            1,
            ", with 1 thread more: @mara counts as another author than Mara Quill without a handle",
            "@mara",
        ),
        (
            "mara",
            3,
            ": Mara Quill without a handle counts as another author than @mara",
            "'Mara Quill'",
        ),
    ],
)
def test_whoever_is_chosen_and_has_a_namesake_among_those_left_out_is_named(
    *,
    asked: str,
    left: int,
    said: str,
    cure: str,
    options: list[str],
    saved: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pages = [
        saved(number, *who)
        for number, who in enumerate((("ono", "Ono"), ("mara", "Mara Quill"), ("mara", "Mara"), ("", "Mara Quill")))
    ]
    saved(4, "mara", "Mara Quill")
    call = ["epub", str(tmp_path / "saved"), "-d", str(tmp_path / "out"), *options]
    assert run([*call, "--author", asked]) == 0
    told = f"left out{said}, who is called so too; give --author {cure} too to have both"
    assert f"threadbound: {pages[left]}: {told}\n" in capsys.readouterr().err
    assert run([*call, "--force", "--author", asked, "--match", f"words of {3 if left == 1 else 1}"]) == 0
    assert "left out" not in capsys.readouterr().err


@pytest.mark.parametrize("how", [[], ["--author", "mara"], ["--dry-run"]], ids=" ".join)
def test_a_new_edition_names_the_namesake_whom_it_leaves_out(
    how: list[str], saved: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, folder = tmp_path / "b.epub", str(tmp_path / "saved")
    saved(1, "mara", "Mara Quill")
    saved(2, "ono", "Ono")
    assert run(["epub", folder, "-o", str(book), "--author", "mara"]) == 0
    page = saved(3, "", "Mara Quill")
    capsys.readouterr()
    assert run(["epub", folder, "--update", str(book), *how]) == 0
    told = "left out: Mara Quill without a handle counts as another author than @mara, who is called so too; give"
    assert f"threadbound: {page}: {told} --author 'Mara Quill' too to have both\n" in capsys.readouterr().err
    assert run(["epub", folder, "--update", str(book), *how, "--since", "2100"]) == 0
    assert "left out: Mara" not in capsys.readouterr().err
    assert run(["epub", folder, "--update", str(book), "--author", "Mara Quill"]) == 0
    capsys.readouterr()
    assert run(["epub", folder, "--update", str(book), "--author", "mara"]) == 0
    assert "counts as another author than @mara, who is called so too; give" not in capsys.readouterr().err
