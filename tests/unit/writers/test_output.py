from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from threadbound.errors import FileTrouble
from threadbound.writers import output


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_finished_file_takes_its_name_and_nothing_else_stays(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "book.epub"
    with output.atomic(target) as temporary:
        assert temporary.parent == target.parent
        assert temporary.suffix == ".epub"
        temporary.write_bytes(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert names(target.parent) == ["book.epub"]


def test_an_existing_file_is_kept_unless_forced(tmp_path: Path) -> None:
    target = tmp_path / "book.pdf"
    target.write_bytes(b"old")
    with pytest.raises(FileTrouble, match=r"book\.pdf exists; use --force to replace it$"), output.atomic(target):
        pytest.fail("the block must not run")
    assert target.read_bytes() == b"old"
    with output.atomic(target, force=True) as temporary:
        temporary.write_bytes(b"new")
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_book_is_never_replaced_by_one(*, force: bool, tmp_path: Path) -> None:
    """The name of the very page that is to be bound, for example."""
    target = tmp_path / "page.html"
    target.write_bytes(b"<html>")
    with (
        pytest.raises(FileTrouble, match=r"is no book; .* give another name"),
        output.atomic(target, force=force, is_book=True),
    ):
        pytest.fail("the block must not run")
    assert target.read_bytes() == b"<html>"
    for replaced in (b"", b"%PDF-1.4 old"):
        target.write_bytes(replaced)
        with output.atomic(target, force=True, is_book=True) as temporary:
            temporary.write_bytes(b"%PDF-1.7 new")
        assert target.read_bytes() == b"%PDF-1.7 new"


def test_a_dangling_link_is_an_existing_file(tmp_path: Path) -> None:
    target = tmp_path / "book.pdf"
    target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileTrouble, match="exists"), output.atomic(target):
        pytest.fail("the block must not run")


def test_a_file_that_appeared_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "book.pdf"

    def meet() -> None:
        with output.atomic(target) as temporary:
            temporary.write_bytes(b"ours")
            target.write_bytes(b"theirs")

    with pytest.raises(FileTrouble, match="exists"):
        meet()
    assert target.read_bytes() == b"theirs"
    assert names(tmp_path) == ["book.pdf"]


@pytest.mark.parametrize("failure", [ValueError("check failed"), KeyboardInterrupt(), SystemExit(3)])
def test_whatever_is_raised_leaves_nothing_behind(tmp_path: Path, failure: BaseException) -> None:
    def fail() -> None:
        with output.atomic(tmp_path / "book.pdf") as temporary:
            temporary.write_bytes(b"half")
            raise failure

    with pytest.raises(type(failure)):
        fail()
    assert names(tmp_path) == []


def test_a_failure_keeps_the_file_that_was_to_be_replaced(tmp_path: Path) -> None:
    target = tmp_path / "book.pdf"
    target.write_bytes(b"old")
    with pytest.raises(ValueError, match="no"), output.atomic(target, force=True):
        raise ValueError("no")
    assert target.read_bytes() == b"old"


def test_new_files_get_the_permissions_that_new_files_get(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with output.atomic(tmp_path / "book.pdf") as temporary:
            temporary.write_bytes(b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "book.pdf").stat().st_mode) == 0o640


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="is a folder"), output.atomic(tmp_path, force=True):
        pytest.fail("the block must not run")


@pytest.mark.parametrize(
    ("name", "words"), [("file/book.pdf", "is no folder"), ("n" * 300 + ".pdf", "the name is too long")]
)
def test_what_the_disk_says_becomes_one_line_that_names_the_target(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileTrouble, match=words) as raised, output.atomic(tmp_path / name):
        pytest.fail("the block must not run")
    assert str(tmp_path / name) in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(FileTrouble, match="you may not write there"), output.atomic(tmp_path / "book.pdf"):
        pytest.fail("the block must not run")


def test_a_full_disk_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    """The limit on file size makes the same trouble as a full disk, without one."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with (
            pytest.raises(FileTrouble, match="larger than this disk or account allows"),
            output.atomic(tmp_path / "book.pdf") as temporary,
        ):
            temporary.write_bytes(b"x" * 200_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert names(tmp_path) == []


def test_a_killed_run_leaves_no_half_file_at_the_target(tmp_path: Path) -> None:
    target = tmp_path / "book.epub"
    target.write_bytes(b"old and whole")
    program = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from threadbound.writers import output
        with output.atomic(Path(sys.argv[1]), force=True) as temporary:
            with temporary.open("wb") as out:
                while True:
                    out.write(b"half" * 10_000)
                    out.flush()
                    time.sleep(0.001)
    """)
    child = subprocess.Popen([sys.executable, "-c", program, str(target)])
    try:
        end = time.monotonic() + 60
        while not any(path.stat().st_size for path in tmp_path.glob(".threadbound-*")):
            assert time.monotonic() < end, "the child never wrote"
            time.sleep(0.01)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert child.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"old and whole"
    assert [name for name in names(tmp_path) if not name.startswith(".threadbound-")] == ["book.epub"]


@pytest.mark.parametrize("force", [True, False])
def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path, force: bool) -> None:  # noqa: FBT001 - of pytest
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link"):
        with (
            pytest.raises(FileTrouble, match=f"{name} is no plain file; give another name"),
            output.atomic(tmp_path / name, force=force),
        ):
            pytest.fail("the block must not run")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert names(tmp_path) == ["link", "pipe"]


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file or directory", "picture.png"),
        PermissionError(errno.EACCES, "Permission denied", "font.ttf"),
        OSError(errno.EIO, "Input/output error", "font.ttf"),
        OSError("cannot identify image file"),
    ],
)
def test_troubles_of_other_files_are_not_the_targets(tmp_path: Path, error: OSError) -> None:
    with pytest.raises(type(error)) as raised, output.atomic(tmp_path / "book.pdf"):
        raise error
    assert raised.value is error
    assert names(tmp_path) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO])
def test_what_only_writing_meets_is_the_targets(tmp_path: Path, number: int) -> None:
    with (
        pytest.raises(FileTrouble, match=r"book\.pdf: cannot be written: "),
        output.atomic(tmp_path / "book.pdf"),
    ):
        raise OSError(number, os.strerror(number))


def test_a_temporary_file_that_is_gone_is_the_targets_trouble(tmp_path: Path) -> None:
    def lose() -> None:
        with output.atomic(tmp_path / "book.pdf") as temporary:
            temporary.unlink()
            temporary.read_bytes()

    with pytest.raises(FileTrouble, match=r"book\.pdf: cannot be written: "):
        lose()


def test_names_of_a_run_differ_even_where_capitals_mean_nothing() -> None:
    claimed: set[str] = set()
    given = [
        output.unclaimed(Path(name), claimed) for name in ("o/A.pdf", "o/a.pdf", "o/a-2.pdf", "o/a.pdf", "p/a.pdf")
    ]
    assert [str(path) for path in given] == ["o/A.pdf", "o/a-2.pdf", "o/a-2-2.pdf", "o/a-3.pdf", "p/a.pdf"]


def test_what_a_killed_run_left_is_removed_and_what_another_run_writes_is_not(tmp_path: Path) -> None:
    long_ago = time.time() - 2 * output.YOUNG
    left, own = tmp_path / ".threadbound-0123456789ab.part.pdf", tmp_path / "notes.part.pdf"
    young = tmp_path / ".threadbound-ba9876543210.part.pdf"
    for path in (left, own, young):
        path.write_bytes(b"half")
    for path in (left, own):
        os.utime(path, (long_ago, long_ago))
    with output.atomic(tmp_path / "a.pdf") as first:
        os.utime(first, (long_ago, long_ago))  # it is checked for a long time
        with output.atomic(tmp_path / "b.pdf") as second:
            assert first.exists()
            second.write_bytes(b"whole")
        first.write_bytes(b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, "a.pdf", "b.pdf", own.name]


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("refused", [0, 1, 2])
def test_where_one_of_several_is_refused_its_name_all_are_as_they_were(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    refused: int,
    links: bool,  # noqa: FBT001 - of pytest
) -> None:
    def no_links(*_given: object, **_named: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    (tmp_path / "1.epub").write_bytes(b"old 1")
    (tmp_path / "3.epub").write_bytes(b"old 3")
    (tmp_path / "elsewhere").write_bytes(b"old 4")
    (tmp_path / "4.epub").symlink_to("elsewhere")

    def make() -> None:
        with output.together():
            for name in "1234":
                with output.atomic(tmp_path / f"{name}.epub", force=True) as temporary:
                    temporary.write_bytes(b"new")
                if name == "234"[refused]:  # what is gone cannot be renamed
                    next(
                        each for each in tmp_path.iterdir() if output.WHOLE in each.name and each not in whole
                    ).unlink()
                whole.extend(each for each in tmp_path.iterdir() if output.WHOLE in each.name)

    whole: list[Path] = []
    with pytest.raises(FileTrouble, match=rf"/{'234'[refused]}\.epub: cannot .*; none of the volumes was written$"):
        make()
    assert names(tmp_path) == ["1.epub", "3.epub", "4.epub", "elsewhere"]
    assert [(tmp_path / name).read_bytes() for name in names(tmp_path)] == [b"old 1", b"old 3", b"old 4", b"old 4"]
    assert (tmp_path / "4.epub").is_symlink()


def test_nothing_stays_of_what_several_have_replaced(tmp_path: Path) -> None:
    (tmp_path / "1.epub").write_bytes(b"old")
    os.utime(tmp_path / "1.epub", (1_000_000_000, 1_000_000_000))
    with output.together():
        for name in "12":
            with output.atomic(tmp_path / f"{name}.epub", force=True) as temporary:
                temporary.write_bytes(b"new")
    assert [(tmp_path / name).read_bytes() for name in names(tmp_path)] == [b"new", b"new"]


def test_what_is_kept_of_an_old_book_is_no_older_than_its_name(tmp_path: Path) -> None:
    """Another run into the folder leaves it there, as long as it may be needed."""
    kept = tmp_path / f".threadbound-0123456789ab{output.BEFORE}.epub"
    kept.write_bytes(b"old")
    os.utime(kept, (1_000_000_000, 1_000_000_000))
    with output.atomic(tmp_path / "a.epub") as temporary:
        temporary.write_bytes(b"whole")
    assert kept.exists()


def test_what_cannot_be_put_back_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1.epub").write_bytes(b"old")
    real = Path.replace

    def once(self: Path, target: Path) -> Path:
        if output.BEFORE in self.name or target.name == "2.epub":
            raise OSError(errno.EIO, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", once)

    def make() -> None:
        with output.together():
            for name in "12":
                with output.atomic(tmp_path / f"{name}.epub", force=True) as temporary:
                    temporary.write_bytes(b"new")

    with pytest.raises(FileTrouble, match=r"2\.epub: cannot .*1\.epub may be new; what was there before is ") as raised:
        make()
    assert Path(str(raised.value).rpartition(" is ")[2]).read_bytes() == b"old"


@pytest.mark.parametrize("old", [None, b"%PDF- old"])
def test_a_single_file_that_has_its_name_keeps_it_whatever_the_disk_says_then(
    old: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error", str(folder))

    target = tmp_path / "book.pdf"
    if old:
        target.write_bytes(old)
    monkeypatch.setattr(output, "sync_folder", refuse)
    with pytest.raises(FileTrouble), output.together(), output.atomic(target, force=True) as temporary:
        temporary.write_bytes(b"%PDF- new")
    assert target.read_bytes() == b"%PDF- new"
    assert names(tmp_path) == ["book.pdf"]
