"""New editions of a book: what they hold, what they mark, and what they say."""

from __future__ import annotations

import json
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from threadbound.cli.app import run

pytestmark = pytest.mark.usefixtures("no_judges")
BOOKS = runpy.run_path(str(Path(__file__).with_name("books.py")))
ident, said, check = (BOOKS[name] for name in ("ident", "said", "check"))
PRODUCTS = ("pdf", "epub")


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_new_edition_holds_what_is_new_and_marks_it_and_keeps_what_has_gone(
    product: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, book = page(1), tmp_path / f"b.{product}"
    page(5)
    saved = str(tmp_path / "saved")
    assert run([product, saved, "-o", str(book), "--title", "Days"]) == 0
    first = book.read_bytes()
    assert run([product, saved, "--update", str(book)]) == 0
    assert "nothing is new; it was left as it is" in capsys.readouterr().err
    assert book.read_bytes() == first
    gone.unlink()
    assert run([product, saved, "--update", str(book)]) == 0
    assert "nothing is new; it was left as it is, 1 kept whose page was not given\n" in capsys.readouterr().err
    page(9)
    changes = "1 new, 1 kept whose page was not given\n"
    assert run([product, saved, "--update", str(book), "--dry-run"]) == 0
    assert f"{book}: would be edition 2: {changes}" in capsys.readouterr().err
    assert run([product, saved, "--update", str(book)]) == 0
    assert f"{book}: edition 2: {changes}" in capsys.readouterr().err
    assert "3 threads, 6 posts" in check(book, capsys)
    assert run(["extract", str(book), "-d", str(tmp_path / "out")]) == 0
    assert run([product, str(tmp_path / "out"), "-o", str(tmp_path / "again")]) == 0
    assert (tmp_path / "again").read_bytes() == book.read_bytes()
    record = json.loads((tmp_path / "out" / "collection.json").read_text())["collection"]
    assert [each["number"] for each in record["editions"]] == [1, 2]
    assert record["editions"][1]["new"] == [f"threadreader:{ident(9)}"]
    assert record["title"] == "Days"
    if product == "epub":
        assert "New in this edition" in said(book, f"t{ident(9)}")
        assert "New in this edition" not in said(book, f"t{ident(5)}")
        assert "new in this edition" in said(book, "contents")
        assert "Edition 2, of pages and threads up to 10 January 2021: 3 threads, 6 posts; 1 new" in said(book, "about")
        assert "Edition 1, of pages and threads up to 6 January 2021: 2 threads, 4 posts." in said(book, "about")


def test_every_edition_has_the_name_of_the_first(page: Callable[..., Path], tmp_path: Path) -> None:
    book, names = tmp_path / "b.epub", []
    for day in (1, 5, 9):
        page(day)
        options = ["--update", str(book)] if names else ["-o", str(book)]
        assert run(["epub", str(tmp_path / "saved"), *options]) == 0
        with zipfile.ZipFile(book) as archive:
            names.append(archive.read("EPUB/content.opf").decode().partition("urn:uuid:")[2][:36])
    assert len(set(names)) == 1
    assert "Edition 3, " in said(book, "about")


def test_a_thread_that_has_grown_is_marked_and_what_it_lost_is_kept(page: Callable[..., Path], tmp_path: Path) -> None:
    book = tmp_path / "b.epub"
    page(1, "Monday it rained. So we stayed.", "Then it stopped.", "The end of it.")
    page(5)
    assert run(["epub", str(tmp_path / "saved"), "-o", str(book)]) == 0
    newer = page(1, "Monday it rained. So we stayed.", "Then it stopped.", "The end of it.", "But no.", name="new.html")
    assert run(["epub", str(newer), "--update", str(book)]) == 0
    assert "Changed since the last edition" in said(book, f"t{ident(1)}")
    assert "But no." in said(book, f"t{ident(1)}")
    assert "1 changed: “Monday it rained”" in said(book, "about")


def test_what_is_missing_is_let_go_when_asked_but_not_what_cannot_be_read(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved = tmp_path / "b.epub", tmp_path / "saved"
    for day in (1, 5, 9):
        page(day)
    assert run(["epub", str(saved), "-o", str(book)]) == 0
    (saved / "1.html").unlink()
    (saved / "5.html").write_text("<html>no thread any more</html>")
    assert run(["epub", str(saved), "--update", str(book), "--drop-missing"]) == 3
    assert "edition 2: 1 let go" in capsys.readouterr().err
    assert "Thread of day 5" in said(book, f"t{ident(5)}")
    assert "let go: “Thread of day 1 it is”" in said(book, "about")
    before = book.read_bytes()
    assert run(["epub", str(saved / "5.html"), "--update", str(book), "--drop-missing"]) == 2
    assert "would drop everything" in capsys.readouterr().err
    assert book.read_bytes() == before


def test_saved_pages_stay_in_a_book_that_carried_them(page: Callable[..., Path], tmp_path: Path) -> None:
    book = tmp_path / "b.epub"
    old = page(1)
    assert run(["epub", str(old), "-o", str(book)]) == 0
    data = old.read_bytes()
    old.unlink()
    assert run(["epub", str(page(5)), "--update", str(book)]) == 0
    assert run(["extract", str(book), "-d", str(tmp_path / "out")]) == 0
    assert any(path.read_bytes() == data for path in (tmp_path / "out").glob("*.html"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--update", "{book}", "-o", "x.epub"], "the book stays where it is"),
        (["--update", "{book}", "--attach", "none"], "the last edition that can be made anew"),
        (["--update", "x.pdf"], "this verb makes an EPUB; call threadbound pdf"),
        (["--update", "{book}", "--max-threads", "3"], "--update makes one book anew"),
        (["--update", "{book}", "--individual"], "--update is for a book of several threads"),
        (["--drop-missing"], "give --update BOOK"),
        (["--max-size", "lots"], "no size; give one like 50MB"),
        (["--max-size", "1kB"], "too small for any book"),
        (["--for", "kindel"], "did you mean kindle?"),
        (["--max-size", "50"], "50 bytes are too few for any book: did you mean 50MB?"),
        (["--max-size", "0"], "--max-size 0: too small for any book; give at least 100KB\n"),
        (["--max-size", "0.01"], "--max-size 0.01: too small for any book; give at least 100KB\n"),
        (["-o", "-", "--max-threads", "1"], "volumes may be several files: leave --max-threads out, or give -o FILE"),
        (["-o", "-", "--max-size", "5MB"], "volumes may be several files: leave --max-size out, or give -o FILE"),
    ],
)
def test_what_contradicts_itself_is_refused_before_anything_is_read(
    options: list[str], words: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(page(1)), *(option.format(book=book) for option in options)]) == 2
    assert words in capsys.readouterr().err


def test_a_book_that_is_none_or_damaged_is_left_alone(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], example: Path
) -> None:
    stranger = tmp_path / "stranger.epub"
    stranger.write_bytes(b"no book")
    assert run(["epub", str(page(1)), "--update", str(stranger)]) == 4
    assert run(["epub", str(page(1)), "--update", str(tmp_path / "absent.epub")]) == 5
    book = tmp_path / "b.epub"
    assert run(["epub", str(example), "-o", str(book)]) == 0
    with zipfile.ZipFile(book) as archive:
        parts = {item: archive.read(item) for item in archive.namelist()}
    picture = next(name for name in parts if name.endswith(".jpg") and "cover" not in name)
    with zipfile.ZipFile(book, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data[:50] if name == picture else data)
    before = book.read_bytes()
    assert run(["epub", str(page(1)), "--update", str(book)]) == 5
    assert "it is damaged, so nothing was changed" in capsys.readouterr().err
    assert book.read_bytes() == before


@pytest.mark.parametrize("bad", ["", "<html>no thread at all</html>"])
def test_where_nothing_is_new_that_is_said_whatever_else_was_asked(
    bad: str, page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved = tmp_path / "b.pdf", str(tmp_path / "saved")
    page(1)
    page(5)
    assert run(["pdf", saved, "-o", str(book)]) == 0
    before, code = book.read_bytes(), 0
    if bad:  # the book is there, and one page is not in it
        code = 3
        (tmp_path / "saved" / "bad.html").write_text(bad)
    capsys.readouterr()
    for options, words in (
        (["--dry-run"], "nothing is new; it would be left as it is\n"),
        (["--dry-run", "--theme", "sans"], "it would be left as it is, and its look too: for another one extract it"),
        ([], "nothing is new; it was left as it is\n"),
        (["--page-size", "a4"], "it was left as it is, and its look too: for another one extract it"),
    ):
        assert run(["pdf", saved, "--update", str(book), *options]) == code
        said = capsys.readouterr().err
        assert f"{book}: nothing is new; " in said
        assert words in said
        assert ("bad.html: no thread in it" in said) == bool(bad)
    assert run(["pdf", saved, "--update", str(book), "--dry-run", "--json"]) == code
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["exit_code"] == code
    assert book.read_bytes() == before


def test_a_new_edition_for_which_nothing_can_be_chosen_is_no_book_that_is_up_to_date(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    page(1)
    assert run(["epub", str(tmp_path / "saved"), "-o", str(book)]) == 0
    (tmp_path / "order.txt").write_text("saved/absent.html\n")
    options = ["--update", str(book), "--order-file", str(tmp_path / "order.txt")]
    assert run(["epub", str(tmp_path / "saved"), *options]) == 2
    assert "nothing is new" not in capsys.readouterr().err


@pytest.mark.parametrize("inputs", [["saved", "taken"], ["taken", "saved"]])
def test_what_a_book_kept_of_a_thread_stays_whatever_is_named_first(
    inputs: list[str], page: Callable[..., Path], tmp_path: Path
) -> None:
    """The page that is still there is one of those that the book was made of; the other one has gone."""
    page(1, "Monday it rained. So we stayed.", "Then it stopped.", "The end of it.")
    other = page(1, "Monday it rained. So we stayed.", "Nobody saw this again.", name="other.html")
    other.write_text(other.read_text().replace(f'data-tweet="{ident(1) + (60_000 << 22)}"', f'data-tweet="{ident(2)}"'))
    page(5)
    book = tmp_path / "b.epub"
    assert run(["epub", str(tmp_path / "saved"), "-o", str(book)]) == 0
    assert run(["extract", str(book), "-d", str(tmp_path / "taken")]) == 0
    other.unlink()
    assert run(["epub", *(str(tmp_path / name) for name in inputs), "-o", str(tmp_path / "again.epub")]) == 0
    assert "Nobody saw this again" in said(tmp_path / "again.epub", f"t{ident(1)}")
    named = [str(tmp_path / name) for name in inputs]
    assert run(["epub", "--individual", "--attach", "json", *named, "-d", str(tmp_path / "each")]) == 0
    assert any("Nobody saw this again" in said(each, "t1") for each in (tmp_path / "each").iterdir())


def test_an_edition_in_which_only_the_order_changed_says_so(page: Callable[..., Path], tmp_path: Path) -> None:
    book, saved = tmp_path / "b.epub", str(tmp_path / "saved")
    page(1)
    page(5)
    assert run(["epub", saved, "-o", str(book)]) == 0
    assert run(["epub", saved, "--update", str(book), "--order", "reverse"]) == 0
    assert "2 threads, 4 posts; the same threads, otherwise arranged." in said(book, "about")


def test_an_edition_in_which_titles_changed_says_so(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved, listed = tmp_path / "b.epub", str(page(1).parent), tmp_path / "order.txt"
    page(5)
    assert run(["epub", saved, "-o", str(book), "--title", "Days"]) == 0
    assert run(["epub", saved, "--update", str(book), "--title", "Days and nights"]) == 0
    assert f"{book}: edition 2: retitled\n" in capsys.readouterr().err
    assert "2 threads, 4 posts; retitled." in said(book, "about")
    listed.write_text("saved/1.html\nsaved/5.html | Mine\nsaved/9.html | New\n")
    page(9)
    assert run(["epub", saved, "--update", str(book), "--order-file", str(listed), "--json"]) == 0
    update = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (update["retitled"], update["kept"], len(update["new"])) == (True, 0, 1)
    listed.write_text("saved/1.html\nsaved/5.html | Mine\nsaved/9.html | New\nsaved/12.html | Newer\n")
    page(12)
    (tmp_path / "saved" / "5.html").write_text("<html>no thread any more</html>")
    assert run(["epub", saved, "--update", str(book), "--order-file", str(listed)]) == 3
    assert f"{book}: edition 4: 1 new\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("first", "then", "called"),
    [
        ([], "saved/1.html\nsaved/2.html\n", None),
        ([], "saved/1.html | Another word for it\nsaved/2.html\n", None),
        ([], "", None),
        ([], "saved/1.html\n", "Mine, and in few words"),
        (["--title", "Two of them"], "saved/1.html\nsaved/2.html\n", "Two of them"),
    ],
)
def test_a_book_of_several_threads_is_not_called_after_the_one_that_it_was_made_of(
    first: list[str], then: str, called: str | None, page: Callable[..., Path], tmp_path: Path
) -> None:
    book, saved, listed = tmp_path / "b.epub", str(tmp_path / "saved"), tmp_path / "order.txt"
    page(1)
    listed.write_text("saved/1.html | Mine, and in few words\n")
    assert run(["epub", saved, "--order-file", str(listed), "-o", str(book), *first]) == 0
    page(2)
    listed.write_text(then)
    how = ["--order-file", str(listed)] if then else ["--since", "2021"]
    assert run(["epub", saved, "--update", str(book), *how]) == 0
    with zipfile.ZipFile(book) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("collection.json"))
        assert json.loads(archive.read(name))["collection"].get("title") == called


def test_nothing_is_let_go_that_may_lie_where_nobody_can_look(
    page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, saved = tmp_path / "b.epub", tmp_path / "saved"
    page(1)
    page(2)
    page(3, name="sub/3.html")
    assert run(["epub", str(saved), "-o", str(book)]) == 0
    before = book.read_bytes()
    (saved / "sub").rename(tmp_path / "elsewhere")
    for inputs in ([str(saved), str(saved / "sub")], [str(saved)]):
        capsys.readouterr()
        assert run(["epub", *inputs, "--update", str(book), "--drop-missing"]) == 5
        assert "sub shows no pages, so nobody knows which have gone" in capsys.readouterr().err
        assert book.read_bytes() == before
        (saved / "sub").unlink(missing_ok=True)
        (saved / "sub").symlink_to(tmp_path / "nowhere")
    (saved / "sub").unlink()
    (tmp_path / "mount").mkdir()  # nothing is mounted there today
    assert run(["epub", str(saved), str(tmp_path / "mount"), "--update", str(book), "--drop-missing"]) == 5
    assert "mount shows no pages" in capsys.readouterr().err
    (saved / "3.html").symlink_to(tmp_path / "nowhere")
    (saved / "1.html").unlink()
    assert run(["epub", str(saved), "--update", str(book), "--drop-missing"]) == 3
    assert "edition 2: 1 let go" in capsys.readouterr().err
    assert "Thread of day 3" in said(book, f"t{ident(3)}")


def test_a_page_with_an_earlier_beginning_makes_a_chapter_grow_and_keeps_its_title(
    make_page: Callable[..., Path], page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, book, listed, step = tmp_path / "saved", tmp_path / "b.epub", tmp_path / "o.txt", 60_000 << 22
    bodies = [f"Words of post {n}. And more of it." for n in range(1, 7)]
    make_page(bodies[2:], folder=saved, name="late.html", first=ident(1) + 2 * step)
    page(5)
    listed.write_text("saved/late.html | Mine\nsaved/5.html\n")
    assert run(["epub", str(saved), "-o", str(book), "--order-file", str(listed)]) == 0
    make_page(bodies[:4], folder=saved, name="early.html", first=ident(1))
    assert run(["epub", str(saved), "--update", str(book)]) == 0
    assert "edition 2: 1 changed" in capsys.readouterr().err
    assert "Words of post 1" in said(book, f"t{ident(1)}")
    assert "Mine" in said(book, "contents")


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("others", [0, 1])
def test_words_that_an_edited_post_had_are_in_the_book_and_stay_in_later_ones(
    product: str, others: int, page: Callable[..., Path], tmp_path: Path
) -> None:
    saved, book = tmp_path / "saved", tmp_path / f"b.{product}"
    old = page(1, "Monday it rained. So we stayed.", "It was the cat’s fault.", name="old.html")
    page(1, "Monday it rained. So we stayed.", "It was nobody’s fault: we say no more of it.", name="new.html")
    for day in range(2, 2 + others):
        page(day)
    assert run([product, str(saved), "-o", str(book)]) == 0

    def words(out: Path) -> str:
        assert run(["extract", str(book), "-d", str(out), "-q"]) == 0
        (file,) = out.glob("thread*.json*")
        thread = json.loads(file.read_text().splitlines()[0] if file.suffix == ".jsonl" else file.read_text())
        (other,) = thread["posts"][1]["wordings"]
        assert [note["name"] for note in thread["captures"] if note["sha256"] in other["captures"]] == ["old.html"]
        return str(other["text"])

    assert words(tmp_path / "out") == "It was the cat’s fault."
    assert run([product, str(tmp_path / "out"), "-o", str(tmp_path / "again")]) == 0
    assert (tmp_path / "again").read_bytes() == book.read_bytes()
    shown = _text(book, product)
    assert "Post 2 reads otherwise in the capture old.html:" in " ".join(shown.split())
    assert "It was the cat’s fault." in shown
    old.unlink()
    page(9)
    assert run([product, str(saved), "--update", str(book)]) == 0
    assert words(tmp_path / "later") == "It was the cat’s fault."


def _text(book: Path, product: str) -> str:
    """All that stands in a book's documents or on its pages."""
    if product == "epub":
        with zipfile.ZipFile(book) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xhtml"))
    document = pypdfium2.PdfDocument(book)
    return "".join(each.get_textpage().get_text_range() for each in document)
