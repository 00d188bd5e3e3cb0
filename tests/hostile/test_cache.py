"""A cache of which every file was damaged: the same books again, without a word."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from threadbound.cli.app import run

pytestmark = pytest.mark.slow

CHANCE = random.Random(5)  # noqa: S311 - chance, not secrecy


def flipped(data: bytes) -> bytes:
    """A bit in each four hundred bytes is another one."""
    changed = bytearray(data)
    for start in range(0, len(data), 400):
        changed[CHANCE.randrange(start, min(start + 400, len(data)))] ^= 1 << CHANCE.randrange(8)
    return bytes(changed)


#: What becomes of all files of a folder.
DAMAGES: dict[str, Callable[[Sequence[bytes]], Sequence[bytes]]] = {
    "flipped": lambda files: [flipped(data) for data in files],
    "cut short": lambda files: [data[: len(data) * 2 // 3] for data in files],
    "emptied": lambda files: [b"" for _ in files],
    "exchanged": lambda files: [*files[1:], *files[:1]],
    "no text": lambda files: [b"\xff\xfe\xe9" * (len(data) // 3) for data in files],
    "sealed by nobody": lambda files: [data[64:] for data in files],
}


@pytest.fixture
def saved(make_page: Callable[..., Path], make_picture: Callable[..., bytes], tmp_path: Path) -> Path:
    folder = tmp_path / "saved"
    for n, words in enumerate(["Aardvarks were first, ж.", "Bellows wheeze extraordinarily.", "Candles were dear."]):
        form = ("PNG", "JPEG", "JPEG")[n]
        picture = f"https://pbs.twimg.com/media/F{n}.{form.lower()}"
        image = f'<img src="p{n}_files/F{n}.{form.lower()}" data-src="{picture}"/>'
        make_page([f"{words} {image}"], folder=folder, name=f"p{n}.html", first=1498301191378579461 + (n << 50))
        beside = folder / f"p{n}_files" / f"F{n}.{form.lower()}"
        beside.parent.mkdir()
        beside.write_bytes(make_picture(form, (1900 + n, 1100)))
    return folder


def bound(saved: Path, book: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, bytes]:
    made = {}
    for product, what in (("pdf", saved), ("epub", saved), ("pdf", saved / "p0.html")):
        assert run([product, str(what), "-o", str(book), "-q", "--force"]) == 0
        made[f"{product} {what}"] = book.read_bytes()
    assert capsys.readouterr().err == ""
    return made


@pytest.mark.parametrize(("damage", "without"), [(damage, without) for damage in DAMAGES for without in ("", "pieces")])
def test_no_file_of_a_cache_is_trusted(
    damage: str,
    without: str,
    *,
    saved: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    good = bound(saved, tmp_path / "book", capsys)
    folders = [path for path in sorted(cache.glob("threadbound/*")) if path.name != "fontconfig"]  # this process has it
    assert {path.name for path in folders} >= {"pieces", "derived", "templates", "media", "pdf-pictures"}
    for folder in folders:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        damaged = DAMAGES[damage]([path.read_bytes() for path in files])
        for path, data in zip(files, damaged, strict=True):
            path.unlink() if folder.name == without else path.write_bytes(data)
    assert bound(saved, tmp_path / "book", capsys) == good
