"""A cache of pieces that somebody filled with what no run made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run
from threadbound.collection.press import PIECES
from threadbound.digests import sha256


@pytest.fixture
def saved(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    folder = tmp_path / "saved"
    for n, words in enumerate(["Aardvarks were first.", "Bellows wheeze."]):
        make_page([words], folder=folder, name=f"{n}.html", first=1498301191378579461 + (n << 50))
    return folder


@pytest.fixture
def pieces(cache: Path) -> Path:
    folder = cache / "threadbound" / PIECES
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def bound(saved: Path, book: Path) -> bytes:
    assert run(["pdf", str(saved), "-o", str(book), "-q"]) == 0
    return book.read_bytes()


def test_what_stands_in_the_way_of_pieces_is_said_or_replaced(saved: Path, pieces: Path, tmp_path: Path) -> None:
    good = bound(saved, tmp_path / "a.pdf")
    for n, path in enumerate(path for path in sorted(pieces.rglob("*")) if path.is_file()):
        path.unlink()
        if n % 2:
            path.symlink_to(tmp_path / "a.pdf")
        else:
            path.symlink_to(tmp_path / "nowhere")
    assert bound(saved, tmp_path / "b.pdf") == good
    assert (tmp_path / "a.pdf").read_bytes() == good
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.name != "posix", reason="a folder in the place of a file")
def test_a_folder_in_the_place_of_a_piece_is_said_in_a_line(
    saved: Path, pieces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bound(saved, tmp_path / "a.pdf")
    for path in [path for path in sorted(pieces.rglob("*")) if path.is_file()]:
        path.unlink()
        path.mkdir()
    code = run(["pdf", str(saved), "-o", str(tmp_path / "b.pdf"), "-q"])
    said = capsys.readouterr().err
    assert code in {0, 5}, said
    assert "Traceback" not in said
    assert "unexpected" not in said
    assert (tmp_path / "b.pdf").exists() == (code == 0)


@pytest.mark.parametrize("data", [b"\xff" * 200, b"", bytes(24), b"\x00" * 7 + b"\xff" * 500])
def test_a_piece_with_a_right_digest_and_no_sense_is_never_a_part_of_a_book(
    data: bytes, saved: Path, pieces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who can write the cache can write the digest too: the run ends in a line, or makes the piece again."""
    good = bound(saved, tmp_path / "a.pdf")
    for path in [path for path in pieces.rglob("*") if path.is_file()]:
        path.write_bytes(sha256(data).encode("ascii") + data)
    code = run(["pdf", str(saved), "-o", str(tmp_path / "b.pdf"), "-q"])
    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "b.pdf").exists() if code else (tmp_path / "b.pdf").read_bytes() == good


def test_a_cache_whose_name_is_no_text_is_said_once_where_fontconfig_must_read_it_and_costs_no_book(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this disk has no such names")
    assert run(["epub", str(saved), "-o", str(tmp_path / "a.epub"), "-q"]) == 0
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    assert run(["epub", str(saved), "-o", str(tmp_path / "b.epub"), "-q"]) == 0
    assert (tmp_path / "a.epub").read_bytes() == (tmp_path / "b.epub").read_bytes()
    capsys.readouterr()
    good = bound(saved, tmp_path / "a.pdf")
    [said] = capsys.readouterr().err.splitlines()
    assert (
        "nothing is kept for the next run: its name is not UTF-8, which fontconfig cannot read; XDG_CACHE_HOME" in said
    )
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    assert bound(saved, tmp_path / "b.pdf") == good
