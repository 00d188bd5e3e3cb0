from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.backup.addresses import read_list
from threadbound.backup.inbox import Arrived, arrivals, seen_in, settled, state_of_inbox, state_of_page
from threadbound.backup.settings import Inbox
from threadbound.errors import FileTrouble


def _old(*paths: Path) -> None:
    for path in paths:
        os.utime(path, (time.time() - 3600,) * 2)


def _arrived(path: Path) -> Arrived:
    return Arrived(path, state_of_page(path))


def test_pages_are_found_and_what_was_taken_is_not_found_again(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page = make_page(["one"], folder=tmp_path / "saved")
    (tmp_path / "saved" / "deep").mkdir()
    other = make_page(["two"], folder=tmp_path / "saved" / "deep")
    inbox = Inbox(path=str(tmp_path / "saved"))
    seen = seen_in(tmp_path / "seen.json")
    found = arrivals(inbox, seen, pytest.fail)
    assert [each.path for each in found] == sorted([page, other])
    seen.pages[str(page)] = state_of_page(page)
    assert [each.path for each in arrivals(inbox, seen, pytest.fail)] == [other]
    seen.save()
    assert seen_in(tmp_path / "seen.json").pages == seen.pages


def test_a_page_that_was_saved_again_or_got_its_pictures_is_found_again(
    make_page: Callable[..., Path], tmp_path: Path
) -> None:
    page = make_page(["one"], folder=tmp_path / "saved")
    before = state_of_page(page)
    (tmp_path / "saved" / "page_files").mkdir()
    assert state_of_page(page) == before
    (tmp_path / "saved" / "page_files" / "x.jpg").write_bytes(b"x")
    assert state_of_page(page) != before
    (tmp_path / "saved" / "page2_files").mkdir()
    (tmp_path / "saved" / "page2_files" / "x.jpg").write_bytes(b"another page's")
    middle = state_of_page(page)
    page.write_text("again")
    assert state_of_page(page) != middle


def test_an_inbox_that_is_not_there_is_said_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="is not there"):
        state_of_inbox(Inbox(path=str(tmp_path / "saved")))
    (tmp_path / "saved").mkdir()
    assert arrivals(Inbox(path=str(tmp_path / "saved")), seen_in(tmp_path / "x"), pytest.fail) == []
    assert arrivals(Inbox(path=str(tmp_path / "*.html")), seen_in(tmp_path / "x"), pytest.fail) == []


def test_links_are_not_followed(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page = make_page(["one"], folder=tmp_path / "elsewhere")
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "link.html").symlink_to(page)
    (tmp_path / "saved" / "folder").symlink_to(page.parent)
    for path in ("saved", "saved/*", "saved/**/*.html"):
        found = arrivals(Inbox(path=str(tmp_path / path)), seen_in(tmp_path / "x"), pytest.fail)
        assert found == []


def test_what_is_at_rest_comes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    page.write_text("x")
    _old(page)
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("nothing is waited for"))
    assert list(settled([_arrived(page)], 2.0)) == [(_arrived(page), True)]


def test_what_never_stops_growing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, good = tmp_path / "page.html", tmp_path / "good.html"
    page.write_text("x")
    good.write_text("y")

    def grow(_: float) -> None:
        with page.open("a") as file:
            file.write("x")

    monkeypatch.setattr(time, "sleep", grow)
    found = {each.path: is_at_rest for each, is_at_rest in settled([_arrived(page), _arrived(good)], 2.0)}
    assert found == {good: True, page: False}


def test_a_time_to_come_keeps_no_page_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    page.write_text("x")
    os.utime(page, (time.time() + 10**6,) * 2)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    assert [is_at_rest for _, is_at_rest in settled([_arrived(page)], 2.0)] == [True]


def test_a_list_of_addresses_is_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_bytes(
        b"\xef\xbb\xbf# mine\n\nhttps://threadreaderapp.com/thread/1.html # one\n"
        b"https://threadreaderapp.com/thread/1.html\nhttps://x.example/#part\nfile:///etc/passwd\nhttp://10.0.0.1/\n\xff\n"
    )
    found, wrong = read_list(file)
    assert found == ["https://threadreaderapp.com/thread/1.html", "https://x.example/#part"]
    assert [line.partition(": ")[0].rpartition(" ")[2] for line in wrong] == ["6", "7", "8"]
    with pytest.raises(FileTrouble, match="cannot be read"):
        read_list(tmp_path / "absent.txt")
