"""Bad input: each kind is one line that names the file, the exit code of the design, and no traceback."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run

POST = '<div id="tweet_{n}" class="content-tweet" data-screenname="a" data-tweet="{id}" dir="auto">{words}</div>'
LOGIN = "<html><head><title>Log in to X / X</title></head><body><form><input name='text'></form></body></html>"

#: Name → (bytes, exit code).
NO_THREADS: dict[str, tuple[bytes, int]] = {
    "empty": (b"", 5),
    "blank": (b" \n\t ", 5),
    "nothing but zeros": (bytes(4096), 5),
    "a JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 8, 5),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj", 5),
    "a ZIP": (b"PK\x03\x04" + bytes(60), 5),
    "an ELF program": (b"\x7fELF\x02\x01\x01" + bytes(200), 5),
    "a login wall": (LOGIN.encode(), 4),
    "a page of another site": (b"<html><head><title>Leek soup</title></head><body><p>Leeks.</p></body></html>", 4),
    "a thread page without its thread": (
        b"<html><head><title>Thread by @a on Thread Reader App</title></head><body>More from @a</body></html>",
        4,
    ),
    "prose": (b"Dear diary, nothing unrolled today. It rained, and then it rained again.\n" * 5, 4),
}


@pytest.mark.parametrize("name", NO_THREADS)
@pytest.mark.parametrize("verb", ["inspect", "pdf", "epub"])
def test_what_holds_no_thread_is_one_line(
    name: str, verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data, code = NO_THREADS[name]
    Path("saved page.html").write_bytes(data)
    assert run([verb, "saved page.html"]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "saved page.html" in said.err
    assert "unexpected error" not in said.err
    assert not Path("output").exists()


#: Name → the bytes of a page whose words must survive.
DAMAGED: dict[str, bytes] = {
    "cut in the middle": (
        "<html><body>" + POST.format(n=1, id=1898301191378579461, words="Words that survive") + "<div id='tweet_2' cla"
    ).encode(),
    "cut in the middle of a post": (
        "<html><body>" + POST.format(n=1, id=1898301191378579461, words="Words that survive")[:-6]
    ).encode(),
    "NUL bytes": POST.format(n=1, id=1898301191378579461, words="Words\x00 that\x00 survive").encode(),
    "lone surrogates": POST.format(n=1, id=1898301191378579461, words="Words that survive \ud83d").encode(
        "utf-8", "surrogatepass"
    ),
    "a wrong charset": b"<meta charset=utf-8>"
    + POST.format(n=1, id=1898301191378579461, words="Words that survive, café").encode("latin-1"),
    "UTF-16 without a word about it": POST.format(n=1, id=1898301191378579461, words="Words that survive").encode(
        "utf-16"
    ),
    "10,000 nested tags": (
        "<b>" * 10_000 + POST.format(n=1, id=1898301191378579461, words="Words that survive") + "</b>" * 10_000
    ).encode(),
    "10,000 nested tags in a post": POST.format(
        n=1, id=1898301191378579461, words="<i>" * 10_000 + "Words that survive" + "</i>" * 10_000
    ).encode(),
    "control and bidi characters": POST.format(
        n=1, id=1898301191378579461, words="Words that survive\u202e\u2066 \x1b[31m\x07"
    ).encode(),
    "markup that would escape": POST.format(
        n=1,
        id=1898301191378579461,
        words="Words that survive &lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; {{ 7*7 }} {% raw %}",
    ).encode(),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_page_keeps_its_words(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(DAMAGED[name])
    assert run(["inspect", "--json", str(page)]) in {0, 3}
    assert "Words that survive" in capsys.readouterr().out
    for product in ("pdf", "epub"):
        code = run([product, str(page), "-o", str(tmp_path / f"b.{product}")])
        assert code in {0, 3}, capsys.readouterr().err


def test_a_folder_with_nothing_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nothing").mkdir()
    assert run(["epub", str(tmp_path / "nothing")]) == 4
    assert "nothing" in capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pdf", str(tmp_path / "gone.html")]) == 5
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(make_page: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    page = make_page(["Unseen."])
    page.chmod(0)
    assert run(["pdf", str(page)]) == 5
    assert capsys.readouterr().err.count("\n") == 1


def test_a_page_of_100_megabytes_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "huge.html"
    post = POST.format(n=1, id=1898301191378579461, words="x" * 1000)
    page.write_text("<html>" + post * (100_000_000 // len(post)))
    assert run(["inspect", str(page)]) == 5
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "huge.html" in said


def test_a_picture_that_is_not_a_picture(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = make_page(['A picture: <span class="entity-image"><img src="page_files/a.jpg" alt="Image"></span>'])
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / "a.jpg").write_text("<script>alert(1)</script>")
    assert run(["epub", str(page), "-o", str(tmp_path / "b.epub")]) == 3
    assert "cannot be shown" in capsys.readouterr().err


def test_in_a_batch_the_others_are_done(
    make_page: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "saved"
    make_page(["The good page among the bad."], folder=folder, name="good.html")
    for number, (data, _) in enumerate(NO_THREADS.values()):
        (folder / f"bad {number}.html").write_bytes(data)
    assert run(["epub", str(folder), "--individual", "-d", str(tmp_path / "out")]) == 3
    assert len(list((tmp_path / "out").iterdir())) == 1
    said = capsys.readouterr().err.splitlines()
    assert all(line.startswith("threadbound: ") for line in said)


def test_a_name_from_a_page_stays_in_its_folder(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page = make_page(["../../../etc/passwd CON.txt nul"], handle="../../evil")
    assert run(["epub", str(page), "-d", str(tmp_path / "out"), "--name", "{handle}{slug}"]) == 0
    (book,) = (tmp_path / "out").iterdir()
    assert "/" not in book.name
    assert ".." not in book.name
