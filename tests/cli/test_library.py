"""The verbs of the library, as a user calls them."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbound.cli import app
from threadbound.library import schema

FIRST = 1898301191378579461
TAG = '<a href="https://twitter.com/hashtag/bookbinding?src=hash">#bookbinding</a>'
Pages = Callable[..., Path]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Calls the command: exit code, standard output, standard error."""

    def call(*words: object) -> tuple[int, str, str]:
        code = app.run([*map(str, words)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def root(tmp_path: Path, run: Any, make_page: Pages, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with two threads, that the environment names."""
    library = tmp_path / "library"
    run("init", library)
    monkeypatch.setenv("THREADBOUND_LIBRARY", str(library))
    one = make_page([f"Fold the sheet. {TAG}", "Sew it with waxed linen."], name="one.html")
    two = make_page(
        ["Glue is no thread.", "第一章。製本の話。"],
        name="two.html",
        first=FIRST + (1 << 40),
        handle="other",
        declared=5,
    )
    assert run("add", one)[0] == 0
    assert run("add", two)[0] == 3  # it lacks posts that it declares
    return library


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_page_that_is_there_is_said_to_be_there(root: Path, run: Any, tmp_path: Path) -> None:
    del root
    code, out, error = run("add", tmp_path / "one.html")
    assert (code, out) == (0, "")
    assert f"{FIRST}: known already as version 1, nothing changes" in error


def test_what_a_library_writes_itself_is_no_page(root: Path, run: Any, tmp_path: Path) -> None:
    for folder in (root, tmp_path):
        code, out, error = run("inspect", folder, "--json", "-v")
        assert code == 3  # the posts that one of them lacks
        assert {each["id"] for each in lines(out)} == {str(FIRST), str(FIRST + (1 << 40))}
        for own in ("index.html", "README.txt", "manifest-sha256.txt"):
            assert own not in error
    code, _, error = run("add", root)
    assert (code, error.splitlines()[-1]) == (3, "threadbound: 2 known")
    assert "index.html" not in error
    assert run("inspect", root / "index.html")[0] == 4  # who names it is told what it is


def test_a_library_without_any_thread_holds_no_page(run: Any, tmp_path: Path) -> None:
    run("init", tmp_path / "empty")
    (tmp_path / "saved").mkdir()
    for verb in ("inspect", "epub"):
        code, _, error = run(verb, tmp_path / "empty")
        assert (code, error) == (4, f"threadbound: {tmp_path / 'empty'}: no page is in this library\n")
    (tmp_path / "saved" / "index.html").write_text("<p>a page of another kind")
    (tmp_path / "saved" / "README.txt").write_text("Beside no marker of a library.")
    code, _, error = run("inspect", tmp_path / "saved")
    assert "saved/index.html: no thread in it" in error
    assert "saved/README.txt: skipped" in error


def test_list_has_a_thread_a_line_with_its_id(root: Path, run: Any) -> None:
    del root
    code, out, _ = run("list", "--json")
    assert code == 0
    assert [each["id"] for each in lines(out)] == [str(FIRST), str(FIRST + (1 << 40))]
    assert str(FIRST) in run("list")[1]


def test_a_thread_of_which_posts_are_missing_is_said_to_be_a_part_wherever_it_is_counted(root: Path, run: Any) -> None:
    other = str(FIRST + (1 << 40))
    assert [each["whole"] for each in lines(run("list", "--json")[1])] == [2, 5]
    assert "2 of 5" in run("list")[1]
    assert "2 (of 5 declared)" in run("show", other)[1]
    assert "2 of 5 posts" in run("forget", other)[2]
    page = (root / "index.html").read_text("utf-8")
    assert "<span>2 of 5 posts</span>" in page
    assert "4 of 7 posts" in page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--author", "@PERPETUABINDS"], 1),
        (["--author", "quill"], 2),
        (["--author", "nobody"], 0),
        (["--tag", "Bookbinding"], 1),
        (["--tag", "bookbinding", "--tag", "glue"], 0),
        (["--complete"], 1),
        (["--incomplete"], 1),
        (["--since", "2025"], 2),
        (["--since", "2025-03-09"], 0),
        (["--until", "2025-03"], 2),
        (["--until", "2025-03-07"], 0),
    ],
)
def test_list_and_search_take_the_same_filters(root: Path, run: Any, words: list[str], found: int) -> None:
    del root
    assert len(lines(run("list", "--json", *words)[1])) == found
    assert len({each["id"] for each in lines(run("search", "t*", "--json", *words)[1])}) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("linen", 1),
        ("LINEN waxed", 1),
        ('"waxed linen"', 1),
        ('"linen waxed"', 0),
        ("wax*", 1),
        ("製本", 1),
        ("本の話", 1),
        ("glue -thread", 0),
        ("#bookbinding", 1),
    ],
)
def test_search_finds_words_phrases_and_beginnings_in_every_script(root: Path, run: Any, text: str, found: int) -> None:
    del root
    hits = lines(run("search", "--json", text)[1])
    assert len(hits) == found
    for hit in hits:
        assert hit["text"][hit["start"] : hit["start"] + hit["length"]]


def test_a_search_for_nothing_is_wrong_usage(root: Path, run: Any) -> None:
    del root
    assert run("search", "!!!")[0] == 2
    assert run("search", "--", "-glue")[0] == 2


def test_a_new_capture_is_a_version_and_diff_shows_what_changed(root: Path, run: Any, make_page: Pages) -> None:
    later = make_page([f"Fold the sheet twice. {TAG}", "Sew it with waxed linen.", "Done."], name="later.html")
    code, _, error = run("add", later)
    assert (code, "version 2" in error) == (0, True)
    changes = lines(run("diff", FIRST, "--from", 1, "--to", 2, "--json")[1])
    assert [(each["kind"], each["what"], each["post"]) for each in changes if each["what"] == "post"] == [
        ("changed", "post", 1),
        ("new", "post", 3),
    ]
    assert "was: Fold the sheet." in run("diff", FIRST, "--from", 1, "--to", 2)[1]
    assert run("diff", FIRST, "--from", 9)[0] == 2
    assert (root / "threads" / "perpetuabinds" / str(FIRST) / "v1").is_dir()


def test_show_gives_the_thread_and_each_capture(root: Path, run: Any) -> None:
    del root
    code, out, _ = run("show", str(FIRST)[:8], "--json")
    assert (code, json.loads(out)["id"]) == (0, str(FIRST))
    assert json.loads(run("show", FIRST, "--json", "--version", 1)[1])["schema"] == "threadbound.thread/1"
    assert "one.html" in run("show", FIRST)[1]
    assert run("show", FIRST, "--version", 7)[0] == 2
    assert run("show", "12")[0] == 2
    assert run("show", "18983")[0] == 2  # two begin so


def test_export_makes_what_was_asked_for(root: Path, run: Any, tmp_path: Path) -> None:
    del root
    code, out, _ = run("export", FIRST, "-t", "epub", "-t", "json", "-t", "page", "-d", tmp_path / "out", "--json")
    assert code == 0
    made = [Path(each["path"]) for each in lines(out)]
    assert [path.suffix for path in made] == [".epub", ".json", ""]
    assert (made[2] / "one.html").read_bytes() == (tmp_path / "one.html").read_bytes()
    assert run("verify", made[0])[0] == 0
    assert run("export", FIRST, "-t", "json", "-d", tmp_path / "out")[0] == 5  # nothing is overwritten
    assert run("export", "-t", "json")[0] == 2  # which?
    code, out, _ = run("export", "--all", "-t", "json", "--together", "-d", tmp_path / "all", "--json")
    assert (code, len(lines(out)[0]["ids"])) == (3, 2)


def test_a_book_that_was_extracted_is_taken_in(
    run: Any, tmp_path: Path, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "library"
    monkeypatch.setenv("THREADBOUND_LIBRARY", str(root))
    run("init", root)
    assert run("epub", example, "-o", tmp_path / "book.epub")[0] == 0
    assert run("extract", tmp_path / "book.epub", "-d", tmp_path / "rescued")[0] == 0
    assert run("add", tmp_path / "rescued")[0] == 0
    assert run("verify", "-L", root)[0] == 0
    (first,) = lines(run("list", "--json", "--tag", "marbling")[1])
    assert (first["posts"], first["pictures"], first["missing"]) == (12, 5, 0)
    assert run("export", first["id"], "-t", "epub", "-d", tmp_path / "again")[0] == 0
    assert run("add", example)[0] == 0  # the page itself has the originals
    assert run("verify", "-L", root, "--deep")[0] == 0


def test_forget_needs_a_yes_and_keeps_the_page_from_coming_back(root: Path, run: Any, tmp_path: Path) -> None:
    assert run("forget", FIRST)[0] == 2
    assert run("forget", FIRST, "--yes", "--reason", "asked")[0] == 0
    assert [each["id"] for each in lines(run("list", "--json")[1])] == [str(FIRST + (1 << 40))]
    assert not (root / "threads" / "perpetuabinds").exists()
    code, _, error = run("add", tmp_path / "one.html")
    assert (code, "forgotten on purpose" in error) == (0, True)
    assert run("verify")[0] == 0
    assert run("reindex")[0] == 0
    assert len(lines(run("list", "--json")[1])) == 1
    assert run("add", "--again", tmp_path / "one.html")[0] == 0
    assert len(lines(run("list", "--json")[1])) == 2
    assert run("verify")[0] == 0


def test_prune_lists_and_removes_only_what_nothing_refers_to(root: Path, run: Any) -> None:
    stray = root / "media" / "sha256" / "ab" / ("ab" * 32)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    before = {path for path in root.rglob("*") if path.is_file()}
    code, out, error = run("prune")
    assert (code, out) == (0, f"media/sha256/ab/{'ab' * 32}\n")
    assert "nothing was removed" in error
    assert stray.exists()
    assert run("prune", "--yes")[0] == 0
    assert before - {path for path in root.rglob("*") if path.is_file()} == {stray}


def test_status_counts(root: Path, run: Any) -> None:
    run("verify", "-L", root)
    (found,) = lines(run("status", "--json")[1])
    assert (found["threads"], found["captures"], found["posts"], found["incomplete"]) == (2, 2, 4, 1)
    assert found["verified"] >= 8
    assert "2 threads" in run("status")[2]


def test_verify_without_a_book_looks_at_the_library(root: Path, run: Any) -> None:
    assert run("verify")[0] == 0
    page = next(root.glob("threads/*/*/v1/source/one.html"))
    page.chmod(0o644)
    page.write_text("other", "utf-8")
    code, out, _ = run("verify", "--json")
    assert code == 8
    assert [each.get("code") for each in lines(out)] == ["file.altered", None]
    assert "verify --repair" in run("verify")[2]
    assert run("verify", "book.pdf", "-L", root)[0] == 2
    assert run("verify", "--sample", "0%")[0] == 2
    assert run("verify", "--max-duration", "soon")[0] == 2


def test_where_there_is_no_library_it_is_said_what_to_do(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["list"], ["add", "x.html"], ["search", "x"], ["verify"], ["status", "-L", tmp_path / "none"]):
        code, _, error = run(*words)
        assert (code, "threadbound init" in error) == (10, True), words


def test_the_library_is_found_in_order(root: Path, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("init", tmp_path / "empty")
    assert run("list", "--json", "-L", tmp_path / "empty")[1] == ""
    assert run("list", "--json")[1]
    monkeypatch.delenv("THREADBOUND_LIBRARY")
    monkeypatch.chdir(root)
    assert run("list", "--json")[1]


def test_init_leaves_a_library_and_a_strangers_folder_alone(root: Path, run: Any, tmp_path: Path) -> None:
    before = (root / "threadbound-library.json").read_bytes()
    assert run("init", root)[0] == 0
    assert (root / "threadbound-library.json").read_bytes() == before
    code, _, error = run("init", tmp_path)
    assert (code, "something else in it" in error) == (5, True)


def test_a_catalogue_of_a_newer_version_is_refused_and_made_anew_when_asked(root: Path, run: Any) -> None:
    connection = sqlite3.connect(root / "state" / "catalogue.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    code, _, error = run("list")
    assert (code, "the catalogue is of version 99" in error, "reindex" in error) == (5, True, True)
    assert run("reindex")[0] == 0
    assert len(lines(run("list", "--json")[1])) == 2


#: What a version to come may do to the catalogue: keep what it says, or have it filled from the files again.
STEPS = {
    "added to": "ALTER TABLE thread ADD COLUMN colour TEXT; CREATE INDEX thread_by_site ON thread (site);",
    "emptied": "DELETE FROM thread; DELETE FROM version; DELETE FROM post;"
    "INSERT INTO words (words) VALUES ('delete-all');",
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_catalogue_of_an_older_version_is_brought_up_to_date(
    root: Path, run: Any, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("verify")
    before = [run(*words)[1] for words in (("list", "--json"), ("search", "--json", "a*"), ("verify", "--json"))]
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    monkeypatch.setattr(schema, "NEWEST", schema.NEWEST + 1)
    after = [run(*words)[1] for words in (("list", "--json"), ("search", "--json", "a*"), ("verify", "--json"))]
    assert after == before
    assert run("verify")[0] == 0
    connection = sqlite3.connect(root / "state" / "catalogue.sqlite3")
    assert schema.version_of(connection) == schema.NEWEST
    assert connection.execute("SELECT count(*) FROM reading").fetchone()[0]
    connection.close()


def test_a_step_that_fails_leaves_the_catalogue_as_it_was(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(root / "state" / "catalogue.sqlite3", isolation_level=None)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "DELETE FROM thread; CREATE TABLE post (x);"))
    monkeypatch.setattr(schema, "NEWEST", schema.NEWEST + 1)
    with pytest.raises(sqlite3.DatabaseError):
        schema.migrate(connection)
    assert connection.execute("SELECT count(*) FROM thread").fetchone()[0] == 2
    assert schema.version_of(connection) == schema.NEWEST - 1
    connection.close()


def test_a_step_that_another_process_takes_first_is_not_taken_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = sqlite3.connect(root / "state" / "catalogue.sqlite3", isolation_level=None)
    versions = iter([0])  # as it was read before the other was done
    real = schema.version_of
    monkeypatch.setattr(schema, "version_of", lambda asked: next(versions, real(asked)))
    schema.migrate(connection)
    assert connection.execute("SELECT count(*) FROM thread").fetchone()[0] == 2
    connection.close()


@pytest.mark.parametrize("damage", [b"no database at all", b"", None])
def test_a_catalogue_that_is_damaged_or_gone_is_made_anew(root: Path, run: Any, damage: bytes | None) -> None:
    path = root / "state" / "catalogue.sqlite3"
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    assert len(lines(run("list", "--json")[1])) == 2
    assert run("verify")[0] == 0


def test_a_library_of_a_newer_format_is_refused(root: Path, run: Any) -> None:
    path = root / "threadbound-library.json"
    path.write_text(path.read_text("utf-8").replace('"format": 1', '"format": 2'), "utf-8")
    code, _, error = run("add", "x.html")
    assert (code, "install a newer one" in error) == (10, True)


def test_names_of_pages_that_no_file_system_wants_are_kept_beside_the_file(
    root: Path, run: Any, make_page: Pages
) -> None:
    page = make_page(["Odd."], name='a:b*"c"?.html', first=FIRST + (2 << 40))
    assert run("add", page)[0] == 0
    folder = next((root / "threads" / "perpetuabinds" / str(FIRST + (2 << 40))).iterdir())
    (file,) = [each for each in json.loads((folder / "version.json").read_bytes())["files"] if each["kind"] == "page"]
    assert file["was"] == 'a:b*"c"?.html'
    assert (folder / file["name"]).read_bytes() == page.read_bytes()
    assert run("verify", "--deep")[0] == 0


def test_the_index_is_text_links_and_nothing_that_runs(root: Path, run: Any, make_page: Pages) -> None:
    run("add", make_page(["<script>alert(1)</script> &lt;b onclick=x&gt;"], name="p.html", first=FIRST + (3 << 40)))
    page = (root / "index.html").read_text("utf-8")
    assert "<script" not in page
    assert "onclick=x&gt;" in page or "onclick" not in page
    for link in json.loads((root / "index.json").read_bytes())["threads"]:
        assert (root / link["versions"][0]["page"]).exists()
        assert (root / link["versions"][0]["thread"]).exists()


@pytest.mark.usefixtures("root")
def test_a_pipe_gets_whole_titles_and_joiners(run: Any, make_page: Pages) -> None:
    title = "می\u200cخواهم sew a book of many leaves, 👩\u200d💻, with waxed linen thread, no glue"
    run("add", make_page([title], name="three.html", first=FIRST + (9 << 40)))
    assert title in run("list")[1]
    for words in (("search", "leaves"), ("show", FIRST + (9 << 40))):
        assert "می\u200cخواهم" in run(*words)[1]


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("words", [("list",), ("show", FIRST)])
def test_no_line_in_a_pipe_ends_with_spaces(run: Any, words: tuple[object, ...]) -> None:
    out = run(*words)[1]
    assert out
    assert not [line for line in out.splitlines() if line != line.rstrip()]


def test_a_newer_capture_that_was_cut_makes_no_post_gone(root: Path, run: Any, tmp_path: Path) -> None:
    del root
    whole = (tmp_path / "one.html").read_text("utf-8")
    cut = tmp_path / "cut.html"
    cut.write_text(whole[: whole.index("Sew it with") + 8], "utf-8")
    assert run("add", cut)[0] == 3  # it says of itself that it ends too early
    (listed,) = (each for each in lines(run("list", "--json")[1]) if each["id"] == str(FIRST))
    assert (listed["posts"], listed["gone"]) == (2, 0)
    shown = json.loads(run("show", FIRST, "--json")[1])
    assert [notice["code"] for notice in shown["notices"]] == ["capture.cut"]


def test_what_an_export_lacks_is_named_thread_by_thread(root: Path, run: Any, tmp_path: Path) -> None:
    code, _, error = run("export", "--all", "-t", "epub", "-t", "json", "-d", tmp_path / "out")
    assert code == 3
    assert error.count(f"{FIRST + (1 << 40)}: lost: the page declares 5 posts and holds 2\n") == 1
    assert f"{FIRST}: lost" not in error
    code, _, error = run("export", "--all", "-t", "epub", "--together", "-d", tmp_path / "one")
    assert (code, error.splitlines()[-1].partition(".epub: ")[2]) == (3, "2 threads")
    code, out, _ = run("export", "--all", "-t", "json", "-d", tmp_path / "json", "--json")
    assert [[each["code"] for each in line["losses"]] for line in lines(out)] == [[], ["posts.missing"]]
    (damaged,) = (root / "threads").glob(f"*/{FIRST}/v1/thread.json")
    damaged.chmod(0o644)
    damaged.write_bytes(b"not what it was")
    code, _, error = run(
        "export", "--all", "-t", "epub", "-t", "json", "-t", "page", "--together", "-d", tmp_path / "t"
    )
    assert code == 3
    assert error.count("thread.json: it is not what it was") == 1
    assert len(list((tmp_path / "t").iterdir())) == 3, "of the other thread"
    assert f".epub: {FIRST + (1 << 40)}\n" in error
    assert run("export", FIRST, "-t", "epub", "-t", "json", "-d", tmp_path / "x")[0] == 5


@pytest.mark.parametrize("pages", ["all", "of posts"])
def test_a_catalogue_with_broken_pages_is_said_or_made_anew_never_a_bug(root: Path, run: Any, pages: str) -> None:
    path = root / "state" / "catalogue.sqlite3"
    whole, said = path.read_bytes(), run("list", "--json")[1]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        (first,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'post'").fetchone()
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(whole)
    for page in range(size, len(data), size):
        data[page] ^= 0xFF if pages == "all" or page == (first - 1) * size else 0  # what kind of page it is
    for words in (("list",), ("search", "thread"), ("show", "1898301191378579461"), ("prune",), ("reindex",)):
        path.write_bytes(data)
        code, _, error = run(*words)
        assert code in {0, 5}, error
        assert "unexpected" not in error
        assert run("reindex")[0] == 0
        assert run("list", "--json")[1] == said
