from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bagit
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from threadbound.backup import bag, checking, copying, snapshot
from threadbound.backup.bag import PAYLOAD
from threadbound.backup.checking import check, heal
from threadbound.backup.destinations import ready, used_in
from threadbound.backup.known import known_in
from threadbound.backup.restoring import restore, snapshot_at
from threadbound.backup.snapshot import Subject, Taken, clear, remove, snapshots, take
from threadbound.errors import FileTrouble

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
FILES = {
    "README.txt": b"read me",
    "threads/a/1/v1/source/page.html": b"<p>one</p>" * 50,
    "threads/a/1/v1/thread.json": b"{}",
    "threads/a/2/v1/source/page with 漢字 and spaces.html": b"<p>two</p>" * 50,
    "media/sha256/ab/abcd": bytes(range(256)) * 40,
    "media/sha256/ab/abce": b"",
    "products/a/book.pdf": b"%PDF-1.7",
}
NAMES = ("README.txt", "threads", "media", "products", "absent")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    root = tmp_path / "library"
    _put(root, FILES)
    _put(root / "state", {"catalogue.sqlite3": b"not evidence"})
    return root


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def _put(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def _take(library: Path, shelf: Path, when: datetime = NOW) -> Taken:
    known = known_in(library / "state" / "digests.json")
    subject = Subject(library, NAMES, lambda name, _: name.startswith(("media/", "threads/")), lambda *_: [], known)
    return take(subject, shelf, when, {"External-Identifier": "urn:uuid:1"})


def _payload(folder: Path) -> dict[str, bytes]:
    root = folder / PAYLOAD
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _is_valid(folder: Path) -> bool:
    judged: bool = bagit.Bag(str(folder)).validate()
    return judged


def test_a_snapshot_is_a_valid_bag_of_the_library_byte_for_byte(library: Path, shelf: Path) -> None:
    taken = _take(library, shelf)
    assert taken.folder.name == "000001-2026-11-28T040000Z"
    assert _payload(taken.folder) == FILES
    assert _is_valid(taken.folder)
    judge = bagit.Bag(str(taken.folder))
    assert judge.info["Payload-Oxum"] == f"{sum(map(len, FILES.values()))}.{len(FILES)}"
    assert judge.info["External-Identifier"] == "urn:uuid:1"
    assert sorted(judge.algorithms) == ["sha256", "sha512"]
    assert {path.name for path in taken.folder.glob("tagmanifest-*")} == {
        "tagmanifest-sha256.txt",
        "tagmanifest-sha512.txt",
    }
    assert check(taken.folder).is_whole


def test_an_unchanged_library_costs_folders_and_manifests_only(library: Path, shelf: Path) -> None:
    first = _take(library, shelf)
    second = _take(library, shelf, NOW + timedelta(days=1))
    assert (second.copied, second.size, second.files) == (0, 0, len(FILES))
    for name in FILES:
        assert (first.folder / PAYLOAD / name).samefile(second.folder / PAYLOAD / name)
        assert not (second.folder / PAYLOAD / name).samefile(library / name), "a slip of the library must not reach it"
    assert _is_valid(second.folder)


def test_files_of_an_unchanged_library_are_not_read(
    library: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _take(library, shelf)
    monkeypatch.setattr(snapshot, "digested", lambda path: pytest.fail(f"{path} was read"))
    monkeypatch.setattr(snapshot, "copied", lambda path, _: pytest.fail(f"{path} was copied"))
    assert _take(library, shelf).files == len(FILES)


def test_without_the_records_of_digests_files_are_read_and_shared_all_the_same(library: Path, shelf: Path) -> None:
    _take(library, shelf)
    shutil.rmtree(library / "state")
    assert _take(library, shelf).copied == 0


def test_what_the_library_has_under_two_names_is_one_file_in_snapshots_and_restored(
    library: Path, shelf: Path, tmp_path: Path
) -> None:
    names = ("media/sha256/ab/abcd", "threads/a/1/v1/source/page_files/picture.jpg")
    (library / names[1]).parent.mkdir()
    (library / names[1]).hardlink_to(library / names[0])
    for _ in range(2):
        taken = _take(library, shelf)
        assert (taken.folder / PAYLOAD / names[0]).samefile(taken.folder / PAYLOAD / names[1])
        assert _is_valid(taken.folder)
    restored = tmp_path / "restored"
    assert restore(taken.folder, restored).files == len(FILES) + 1
    assert (restored / names[0]).samefile(restored / names[1])
    assert not (restored / names[0]).samefile(taken.folder / PAYLOAD / names[0])
    assert _payload(taken.folder) == {**FILES, names[1]: FILES[names[0]]}


def test_what_is_new_is_copied_and_what_was_moved_is_shared(library: Path, shelf: Path) -> None:
    first = _take(library, shelf)
    _put(library, {"threads/a/3/v1/source/page.html": b"three"})
    (library / "products/a/book.pdf").rename(library / "products/a/better.pdf")
    second = _take(library, shelf)
    assert "threads/a/3/v1/source/page.html" in second.added
    assert (second.folder / PAYLOAD / "products/a/better.pdf").read_bytes() == FILES["products/a/book.pdf"]
    assert "products/a/book.pdf" not in _payload(second.folder)
    assert _payload(first.folder) == FILES
    assert _is_valid(second.folder)


def test_a_disk_without_hard_links_gets_copies(library: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _take(library, shelf)

    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "FAT has none")

    monkeypatch.setattr(copying.os, "link", no_links)
    second = _take(library, shelf)
    assert second.copied == len(FILES)
    assert _payload(second.folder) == FILES
    assert _is_valid(second.folder)


def test_evidence_that_changed_is_kept_as_it_was_and_named(library: Path, shelf: Path) -> None:
    _take(library, shelf)
    _put(library, {"media/sha256/ab/abcd": b"rot", "products/a/book.pdf": b"made anew"})
    second = _take(library, shelf)
    assert second.damaged == ["media/sha256/ab/abcd"]
    assert _payload(second.folder) == {**FILES, "products/a/book.pdf": b"made anew"}
    assert _is_valid(second.folder)


def test_links_and_half_written_files_do_not_go_into_a_snapshot(library: Path, shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (library / "media/link").symlink_to(tmp_path / "secret")
    (library / "threads/a/folder").symlink_to(tmp_path)
    _put(library, {"threads/.threadbound-0123456789ab.part": b"half"})
    os.mkfifo(library / "media" / "pipe")
    assert _payload(_take(library, shelf).folder) == FILES


@pytest.mark.parametrize("step", ["copied", "seal", "settle"])
def test_what_breaks_off_is_no_snapshot_and_leaves_nothing(
    library: Path, shelf: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _take(library, shelf)
    _put(library, {"threads/a/4/v1/page.html": b"four"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    owner = {"copied": snapshot, "seal": bag, "settle": snapshot.disk}[step]
    monkeypatch.setattr(owner, step, full)
    with pytest.raises(FileTrouble, match="disk is full"):
        _take(library, shelf)
    assert [path.name for path in shelf.iterdir()] == [first.folder.name]


def test_a_clock_that_goes_backwards_changes_no_order(library: Path, shelf: Path) -> None:
    _take(library, shelf, datetime(2099, 1, 1, tzinfo=UTC))
    _take(library, shelf, datetime(1999, 1, 1, tzinfo=UTC))
    assert [each.name for each in snapshots(shelf)] == ["000001-2099-01-01T000000Z", "000002-1999-01-01T000000Z"]


def test_what_a_killed_run_left_is_no_snapshot_and_is_cleared(library: Path, shelf: Path) -> None:
    taken = _take(library, shelf)
    for name in (".threadbound-0123456789ab.part", ".threadbound-0123456789ab.gone"):
        _put(shelf / name, {"data/x": b"x"})
    _put(shelf, {"notes.txt": b"mine", "something/else.txt": b"mine"})
    assert [each.name for each in snapshots(shelf)] == [taken.folder.name]
    assert len(clear(shelf)) == 2
    assert {path.name for path in shelf.iterdir()} == {taken.folder.name, "notes.txt", "something"}


def test_a_removed_snapshot_takes_nothing_of_the_others(library: Path, shelf: Path) -> None:
    first, second = _take(library, shelf), _take(library, shelf)
    remove(shelf, first.folder.name)
    assert not first.folder.exists()
    assert _payload(second.folder) == FILES
    assert _is_valid(second.folder)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a bit flipped": lambda path: _overwrite(path, bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:]),
    "cut off": lambda path: _overwrite(path, path.read_bytes()[:-1]),
    "gone": lambda path: path.unlink(),
    "a link": lambda path: (path.rename(path.with_name("aside")), path.symlink_to("aside")),
}


def _overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


@pytest.mark.parametrize("what", DAMAGE)
@pytest.mark.parametrize("name", [name for name, data in FILES.items() if data])
def test_damage_to_any_file_is_found_and_healed_in_every_snapshot(
    library: Path, shelf: Path, name: str, what: str
) -> None:
    first, second = _take(library, shelf), _take(library, shelf)
    DAMAGE[what](second.folder / PAYLOAD / name)
    found = check(second.folder)
    assert found.damaged == [name]
    bags = [bag.read(each.folder) for each in (first, second)]
    assert heal(bags, found.snapshot.files[name].sha512, library / name) == (
        2 if what in {"a bit flipped", "cut off"} else 1
    )
    (second.folder / PAYLOAD / name).with_name("aside").unlink(missing_ok=True)
    assert all(check(each.folder).is_whole for each in (first, second))
    assert (second.folder / PAYLOAD / name).read_bytes() == FILES[name]


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("products")])
def test_nothing_is_healed_from_what_is_damaged_itself(library: Path, shelf: Path, name: str) -> None:
    taken = _take(library, shelf)
    _overwrite(library / name, b"rot")
    wanted = check(taken.folder).snapshot.files[name].sha512
    (taken.folder / PAYLOAD / name).unlink()
    assert heal([bag.read(taken.folder)], wanted, library / name) == 0
    assert check(taken.folder).damaged == [name]


TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha512.txt")


@pytest.mark.parametrize("name", TAGS)
def test_damage_to_a_snapshots_own_files_is_found(library: Path, shelf: Path, name: str) -> None:
    path = _take(library, shelf).folder / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileTrouble):
        check(path.parent)


def test_a_file_that_was_put_into_a_snapshot_is_found(library: Path, shelf: Path) -> None:
    taken = _take(library, shelf)
    _put(taken.folder / PAYLOAD, {"media/planted": b"x"})
    assert check(taken.folder, 0).foreign == ["media/planted"]


def test_what_a_killed_healing_left_goes(library: Path, shelf: Path) -> None:
    taken = _take(library, shelf)
    _put(taken.folder / PAYLOAD, {"media/.threadbound-0123456789ab.part": b"half"})
    assert check(taken.folder).is_whole
    assert _is_valid(taken.folder)


def test_twenty_runs_read_every_file_and_one_run_reads_few(library: Path, shelf: Path) -> None:
    _put(library, {f"media/sha256/{n:02x}/{n}": bytes([n]) for n in range(200)})
    taken = _take(library, shelf).folder
    counts = [check(taken.rename(shelf / f"{n:06}-2026-11-28T040000Z"), 0.05).read for n in range(2, 3)]
    assert 0 < counts[0] < 30
    turns = [checking._due(0.05, n) for n in range(20)]
    assert all(sum(due(name) for due in turns) == 1 for name in FILES)


def test_a_restored_library_is_what_it_was_byte_for_byte(library: Path, shelf: Path, tmp_path: Path) -> None:
    taken = _take(library, shelf)
    restored = restore(taken.folder, tmp_path / "new" / "library")
    assert _tree(tmp_path / "new" / "library") == FILES
    assert (restored.files, restored.lost) == (len(FILES), [])
    (tmp_path / "empty").mkdir()
    restore(snapshot_at(shelf), tmp_path / "empty")
    assert _tree(tmp_path / "empty") == FILES
    mtime = (library / "README.txt").stat().st_mtime_ns
    assert (tmp_path / "empty" / "README.txt").stat().st_mtime_ns == mtime


@pytest.mark.parametrize(
    "name",
    [
        "bagit.txt",
        "bag-info.txt",
        "manifest-sha256.txt",
        "manifest-sha512.txt",
        "tagmanifest-sha256.txt",
        "tagmanifest-sha512.txt",
    ],
)
@pytest.mark.parametrize("place", [0, 0.3, 0.99])
def test_a_flipped_bit_in_what_a_snapshot_says_of_itself_costs_no_file(
    library: Path, shelf: Path, tmp_path: Path, name: str, place: float
) -> None:
    taken = _take(library, shelf)
    data = bytearray((taken.folder / name).read_bytes())
    data[int(len(data) * place)] ^= 1
    (taken.folder / name).write_bytes(data)
    restored = restore(taken.folder, tmp_path / "restored")
    assert (restored.lost, _tree(tmp_path / "restored")) == ([], FILES)
    assert bool(restored.trouble) == (name != "tagmanifest-sha256.txt")


def test_of_a_snapshot_with_both_manifests_damaged_nothing_is_restored(
    library: Path, shelf: Path, tmp_path: Path
) -> None:
    taken = _take(library, shelf)
    for name in ("manifest-sha256.txt", "manifest-sha512.txt"):
        with (taken.folder / name).open("ab") as file:
            file.write(b"\n")
    with pytest.raises(FileTrouble, match="it is not what it was"):
        restore(taken.folder, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_nothing_is_restored_over_what_is_there(library: Path, shelf: Path, tmp_path: Path) -> None:
    taken = _take(library, shelf)
    for place in (library, shelf):
        before = _tree(place)
        with pytest.raises(FileTrouble, match="there is something in it"):
            restore(taken.folder, place)
        assert _tree(place) == before
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link"):
        with pytest.raises(FileTrouble, match="no folder"):
            restore(taken.folder, tmp_path / name)


def test_a_damaged_file_is_restored_from_another_snapshot_or_named(
    library: Path, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(shelf, "1", used_in(tmp_path / "used.json"), NOW)
    _take(library, shelf)
    monkeypatch.setattr(copying.os, "link", lambda *_, **__: (_ for _ in ()).throw(PermissionError(1, "none")))
    second = _take(library, shelf)
    _overwrite(second.folder / PAYLOAD / "README.txt", b"rot")
    restored = restore(second.folder, tmp_path / "one")
    assert (restored.borrowed, restored.lost) == (["README.txt"], [])
    assert _tree(tmp_path / "one") == FILES
    remove(shelf, snapshots(shelf)[0].name)
    restored = restore(second.folder, tmp_path / "two")
    assert restored.lost == ["README.txt"]
    assert _tree(tmp_path / "two") == {name: data for name, data in FILES.items() if name != "README.txt"}


def test_no_link_leads_a_restoration_out_of_the_bag(library: Path, shelf: Path, tmp_path: Path) -> None:
    taken = _take(library, shelf)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "abcd").write_bytes(FILES["media/sha256/ab/abcd"])
    shutil.rmtree(taken.folder / PAYLOAD / "media/sha256/ab")
    (taken.folder / PAYLOAD / "media/sha256/ab").symlink_to(tmp_path / "outside")
    assert "media/sha256/ab/abcd" in check(taken.folder).damaged
    assert "media/sha256/ab/abcd" in restore(taken.folder, tmp_path / "new").lost


@pytest.mark.parametrize("path", ["data/../../x", "/etc/passwd", "data//x", "data/a\\..\\b", "x", "data/./x", "data/"])
def test_a_manifest_that_names_what_is_outside_is_refused(library: Path, shelf: Path, path: str) -> None:
    taken = _take(library, shelf)
    for name in bag.ALGORITHMS:
        digits = {"sha256": 64, "sha512": 128}[name]
        (taken.folder / f"manifest-{name}.txt").write_text(f"{'0' * digits}  {path}\n")
    (taken.folder / "tagmanifest-sha512.txt").write_text("")
    with pytest.raises(FileTrouble):
        bag.read(taken.folder)


NAME_PARTS = st.text(st.characters(codec="utf-8", exclude_characters="/\0\\"), min_size=1, max_size=8).filter(
    lambda part: part not in {".", ".."}
)


@settings(max_examples=60)
@example({"\n": b""})
@example({"..\n": b"x", "a\n": b""})
@given(st.dictionaries(NAME_PARTS, st.binary(max_size=20), min_size=1, max_size=4))
def test_whatever_files_are_called_their_names_come_back(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("bag")
    (folder / PAYLOAD).mkdir()
    proofs = {}
    for name, data in files.items():
        path = folder / PAYLOAD / name
        try:
            path.write_bytes(data)
        except OSError:
            return
        proofs[name] = copying.digested(path)
    bag.seal(folder, proofs, {"A": "line\nbroken"})
    assert bag.read(folder).files.keys() == files.keys()
    assert check(folder).is_whole
    # bagit-python breaks lines at more characters than RFC 8493 does, strips names, and does not read %25
    if all(name.isprintable() and "%" not in name and name == name.strip() for name in files):
        assert _is_valid(folder)
