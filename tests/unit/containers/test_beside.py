"""Pictures beside the page are found, nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from threadbound.containers import bounds
from threadbound.containers.registry import open_page, pages_in

PNG = b"\x89PNG\r\n\x1a\n"
PAGE = "<html><body><p>words</p><img src='{}'></body></html>"


def page(folder: Path, name: str = "Thread.html", reference: str = "x") -> Path:
    path = folder / name
    path.write_text(PAGE.format(reference), encoding="utf-8")
    return path


def put(folder: Path, *names: str) -> Path:
    path = folder.joinpath(*names)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((PNG if path.suffix == ".png" else b"") + "/".join(names).encode())
    return path


@pytest.mark.parametrize(
    ("lying", "reference"),
    [
        ("Thread_files/a.jpg", "Thread_files/a.jpg"),
        ("Thread_files/a.jpg", "./Thread_files/a.jpg"),
        ("Thread_files/a.jpg", "./Thread_files/a.jpg?x=1#y"),
        ("Thread_files/a b.jpg", "Thread_files/a%20b.jpg"),
        ("Thread_files/a b.jpg", "Thread_files/a%2520b.jpg"),
        ("Thread_files/a%20b.jpg", "Thread_files/a%20b.jpg"),
        ("Thread_files/a%20b.jpg", "Thread_files/a%2520b.jpg"),
        ("Thread_files/é.jpg", "Thread_files/%C3%A9.jpg"),
        ("Thread_files/é.jpg", "Thread_files/%E9.jpg"),
        ("Thread_files/e\u0301.jpg", "Thread_files/é.jpg"),
        ("Thread_files/a.jpg?name=small", "Thread_files/a.jpg%3Fname=small"),
        ("Thread_files/A.JPG", "Thread_files/a.jpg"),
        ("Thread_files/a.jpg", "Thread_files\\a.jpg"),
        ("Thread_files/a.jpg", "file:///C:/Users/me/Downloads/Thread_files/a.jpg"),
        ("img/a.jpg", "img/a.jpg"),
        ("Thread-Dateien/a.jpg", "Faden_files/a.jpg"),
        ("Thread.files/a.jpg", "Thread_files/a.jpg"),
        ("Old name_files/a.jpg", "New name_files/a.jpg"),
        ("Thread_files/deep/a.jpg", "gone_files/a.jpg"),
        ("Thread_files/Fq8xLaTWIAEy3Rn.jpg", "https://pbs.twimg.com/media/Fq8xLaTWIAEy3Rn.jpg"),
        ("Thread_files/Fq8xLaTWIAEy3Rn.jpg", "https://pbs.twimg.com/media/Fq8xLaTWIAEy3Rn?format=jpg&name=large"),
        ("Thread_files/" + "n" * 60 + ".jpg", "Thread_files/" + "n" * 90 + ".jpg"),
    ],
)
def test_a_picture_is_found(tmp_path: Path, lying: str, reference: str) -> None:
    put(tmp_path, *lying.split("/"))
    assert open_page(page(tmp_path)).find(reference) == lying.encode()


@pytest.mark.parametrize(
    "reference",
    [
        "https://a.example/a.jpg",
        "Thread_files/b.jpg",
        "Thread_files",
        "mailto:a.jpg",
        "javascript:a.jpg",
        "../Thread/a.jpg",
    ],
)
def test_another_picture_is_not_taken_for_it(tmp_path: Path, reference: str) -> None:
    put(tmp_path, "Thread_files", "a.jpg")
    assert open_page(page(tmp_path)).find(reference) is None


def test_another_pages_folder_is_not_searched(tmp_path: Path) -> None:
    page(tmp_path, "Other.html")
    put(tmp_path, "Other_files", "photo.jpg")
    assert open_page(page(tmp_path)).find("Thread_files/photo.jpg") is None


def test_two_cut_names_are_none(tmp_path: Path) -> None:
    put(tmp_path, "Thread_files", "n" * 30 + ".jpg")
    put(tmp_path, "Thread_files", "n" * 40 + ".jpg")
    assert open_page(page(tmp_path)).find("Thread_files/" + "n" * 90 + ".jpg") is None


def test_links_inside_the_folder_are_followed_and_outside_ones_refused(tmp_path: Path) -> None:
    put(tmp_path, "secret.jpg")
    folder = tmp_path / "saved"
    real = put(folder, "Thread_files", "a.jpg")
    (folder / "Thread_files" / "in.jpg").symlink_to(real)
    (folder / "Thread_files" / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "Thread_files" / "round.jpg").symlink_to(folder / "Thread_files" / "round.jpg")
    (folder / "Moved_files").symlink_to(tmp_path)
    find = open_page(page(folder)).find
    assert find("Thread_files/in.jpg") == b"Thread_files/a.jpg"
    assert find("Thread_files/out.jpg") is None
    assert find("out.jpg") is None
    assert find("Thread_files/round.jpg") is None
    assert find("Moved_files/secret.jpg") is None


def test_only_files_of_bearable_size_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Thread_files").mkdir()
    os.mkfifo(tmp_path / "Thread_files" / "pipe.jpg")
    put(tmp_path, "Thread_files", "big.jpg")
    monkeypatch.setattr(bounds, "MAX_RESOURCE", 4)
    find = open_page(page(tmp_path)).find
    assert find("Thread_files/pipe.jpg") is None
    assert find("Thread_files/big.jpg") is None


@pytest.mark.parametrize("ending", ["_files", "-Dateien", "_fichiers", ".files", "_archivos", "_ファイル", "_бумаги"])
def test_companion_folders_are_not_walked(tmp_path: Path, ending: str) -> None:
    first = page(tmp_path, "Thread.html", f"./Thread{ending}/a.jpg")
    page(put(tmp_path, f"Thread{ending}", "a.jpg").parent, "saved_resource.html")
    second = page(put(tmp_path, "2021-05", "x.png").parent)
    put(tmp_path, ".hidden", "x.png")
    page(tmp_path / ".hidden")
    page(tmp_path, "2021.html")
    assert pages_in(tmp_path) == sorted([first, second, tmp_path / "2021.html"])
    assert open_page(first).note.container == "html-files"
