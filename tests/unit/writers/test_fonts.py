"""The fonts of a book are the package's own; Han characters take the form of their country."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from threadbound.errors import FileTrouble, SomethingMissing
from threadbound.writers import fonts

WORDS = {
    "ja": "よい本は最後の頁で終わらない。骨と直角",
    "zh-Hans": "好书不会在最后一页结束，它只是在等待下一位读者。骨直角",
    "zh-Hant": "好書不會在最後一頁結束，它只是在等待下一位讀者。骨直角",
    "ko": "좋은 책은 마지막 쪽에서 끝나지 않는다. 다음 독자를 기다릴 뿐이다. 骨直角",
}
FACES = {"ja": "JP", "zh-Hans": "SC", "zh-Hant": "TC", "ko": "KR"}


def _bound(page: Path, target: Path, cache: Path, **environment: str) -> bytes:
    command = [sys.executable, "-m", "threadbound", "pdf", str(page), "-o", str(target), "--force"]
    known = {**os.environ, "XDG_CACHE_HOME": str(cache), **environment}
    subprocess.run(command, check=True, capture_output=True, env=known, timeout=120)
    return target.read_bytes()


def _faces(path: Path) -> set[str]:
    with pikepdf.open(path) as pdf:
        names = [
            str(item["/FontName"])
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
        ]
    return {re.sub(r"^/\w+\+", "", name) for name in names}


@pytest.mark.parametrize("tag", WORDS)
def test_han_characters_take_the_form_of_their_country(
    tag: str, make_page: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    _bound(make_page(["A post in English comes first.", WORDS[tag]]), tmp_path / "b.pdf", cache)
    assert {face for face in _faces(tmp_path / "b.pdf") if "Noto-Sans" in face} == {f"Noto-Sans-{FACES[tag]}"}


def test_neither_the_users_languages_nor_fonts_change_a_byte(
    make_page: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    page = make_page(["Signs of no language: 骨 直 — and a 🧵 ♥ ☺ ✔, ② too.", "#骨"])
    plain = _bound(page, tmp_path / "a.pdf", cache)
    home = tmp_path / "home"
    (home / ".fonts").mkdir(parents=True)
    source = next(fonts.fonts_dir().glob("source-sans-3/*.ttf"))
    (home / ".fonts" / "x.ttf").write_bytes(source.read_bytes())
    other = _bound(
        page,
        tmp_path / "a.pdf",
        tmp_path / "cache",
        HOME=str(home),
        LANGUAGE="ja:ko",
        PANGO_LANGUAGE="zh-tw",
        LC_ALL="C.UTF-8",
    )
    assert plain == other


LOOK = (
    "import os, sys; from pathlib import Path; from threadbound.writers import fonts\n"
    "fonts.activate(Path(sys.argv[1])); from threadbound.writers import pdf_library as p\n"
    "p.weasyprint()\n"
    "with p.clock_stands_still('2024-01-01T00:00:00Z'): p.weasyprint().text.fonts.FontConfiguration()\n"
)


def remembered(cache: Path) -> dict[str, tuple[int, bytes]]:
    """What fontconfig remembers, after a process has used it."""
    subprocess.run([sys.executable, "-c", LOOK, str(cache)], check=True)
    files = (cache / "fontconfig" / "cache").iterdir()
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_what_fontconfig_remembers_is_used_as_it_was_and_made_anew_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It believes its files, and ends the process, or finds other fonts, where these are damaged."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    whole = remembered(tmp_path)
    assert remembered(tmp_path) == whole
    names = sorted(name for name in whole if ".cache-" in name)
    for change in (
        lambda data, _: data[: len(data) // 2],
        lambda data, _: data[:-9] + b"\xff" + data[-8:],
        lambda _, other: other,
    ):
        for name, other in zip(names, [*names[1:], names[0]], strict=True):
            (tmp_path / "fontconfig" / "cache" / name).write_bytes(change(whole[name][1], whole[other][1]))
        again = remembered(tmp_path)
        assert {name: data for name, (_, data) in again.items()} == {name: data for name, (_, data) in whole.items()}


def test_settings_that_are_no_text_any_more_are_written_again(tmp_path: Path) -> None:
    remembered(tmp_path)
    conf = tmp_path / "fontconfig" / "fonts.conf"
    whole = conf.read_bytes()
    conf.write_bytes(b"\xff" + whole)
    remembered(tmp_path)
    assert conf.read_bytes() == whole


@pytest.mark.skipif(not shutil.which("fc-list"), reason="fontconfig's own programs are not installed")
def test_fontconfig_finds_these_fonts_and_no_others(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from threadbound.writers import fonts; fonts.activate(Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    conf = tmp_path / "fontconfig" / "fonts.conf"
    out = subprocess.run(
        ["fc-list", ":", "file"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "FONTCONFIG_FILE": str(conf)},
    )
    found = {Path(line.strip().removesuffix(":")) for line in out.stdout.splitlines()}
    folders = fonts.directories()
    assert found
    assert not [path for path in found if not any(path.is_relative_to(folder) for folder in folders)]
    assert not out.stderr
    assert sum("NotoColorEmoji" in path.name for path in found) == 2  # all, and those that Pango takes apart
    assert not [path for path in found if path.name.startswith(("NotoSansArabic", "NotoSansHebrew"))]


def test_every_folder_is_there_and_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(folder.is_dir() for folder in fonts.directories())
    monkeypatch.setattr(fonts, "PACKAGES", ("fontpkg_no_such",))
    with pytest.raises(SomethingMissing, match="pip install fontpkg-no-such"):
        fonts.directories()


def test_whatever_the_disk_says_the_file_is_named_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, data: bytes) -> int:  # noqa: ARG001 - as the real one
        raise OSError(errno.ESTALE, "Stale file handle", str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(FileTrouble) as caught:
        fonts.activate(tmp_path)
    conf = tmp_path / "fontconfig" / "fonts.conf"
    cure = "a PDF needs it: set XDG_CACHE_HOME to another folder"
    assert str(caught.value) == f"{conf}: cannot be written: Stale file handle; {cure}"
