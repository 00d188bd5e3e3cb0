"""Which pages become books of their own: ``--individual`` beside ``--author``, ``--match`` and so on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run

#: File, handle, display name: the handle comes after the one who is called so.
PAGES = (("0.html", "", "Mara"), ("1.html", "mara", "X"), ("2.html", "", "Ono"), ("3.html", "", "@zoe"))
IDS = {name: str(1898301191378579461 + (number << 30)) for number, (name, _, _) in enumerate(PAGES)}


@pytest.fixture
def saved(make_page: Callable[..., Path], tmp_path: Path) -> Path:
    for name, handle, author in PAGES:
        page = {"handle": handle, "author": author, "name": name, "first": int(IDS[name])}
        make_page([f"Words of {name}."], folder=tmp_path / "saved", **page)
    return tmp_path / "saved"


def made(folder: Path) -> list[str]:
    """The pages of which there are books."""
    books = {path.stem for path in folder.iterdir()} if folder.exists() else set()
    return [name for name, ident in IDS.items() if ident in books]


@pytest.mark.parametrize(
    ("options", "code", "pages", "said"),
    [
        (["--author", "mara"], 0, ["1.html"], ""),
        (["--author", "ONO"], 0, ["2.html"], ""),
        (["--author", "@zoe"], 0, ["3.html"], ""),
        (["--author", "ono", "--author", "mara"], 0, ["1.html", "2.html"], ""),
        (["--author", "ono", "--author", "nobody"], 3, ["2.html"], "--author nobody: no thread is by @nobody; there"),
        (["--author", "nobody"], 4, [], "--author nobody: no thread is by @nobody; there are threads by @mara"),
        (["--author", "mara", "--match", "2.html"], 4, [], "none of 4 threads fits: by @mara; with the words “2.html”"),
        (["--match", "beetle"], 4, [], "none of 4 threads fits: with the words “beetle”"),
        (["--tag", "beetle"], 4, [], "--tag beetle: no thread has the hashtag #beetle"),
    ],
)
@pytest.mark.parametrize("dry", [True, False])
def test_a_page_is_chosen_as_for_a_book_of_several(
    *,
    options: list[str],
    code: int,
    pages: list[str],
    said: str,
    dry: bool,
    saved: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    call = ["epub", "--individual", *options, "--name", "{id}", "-d", str(tmp_path / "out"), str(saved)]
    assert run([*call, *(["--dry-run"] if dry else [])]) == code
    told = capsys.readouterr()
    lines = (told.out + told.err).splitlines()
    assert [line for line in lines if line.startswith(f"threadbound: {said}")] or not said
    if dry:
        assert sum(IDS[name] in line for line in lines for name in IDS) == len(pages)
    assert made(tmp_path / "out") == ([] if dry else pages)


def test_where_no_page_can_be_read_nothing_is_said_of_what_would_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["epub", "--individual", "--author", "mara", "-d", str(tmp_path / "out"), str(tmp_path / "gone.html")]
    assert run(call) == 5
    assert "--author" not in capsys.readouterr().err
