"""A library that is not what it was is found out, and healed from a copy."""

from __future__ import annotations

import runpy
import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from threadbound.digests import sha256
from threadbound.errors import NoLibrary
from threadbound.library import fixity, forgetting, query
from threadbound.library.fixity import Verification
from threadbound.library.opening import opened
from threadbound.library.products import Product, products
from threadbound.library.reading import reading
from threadbound.library.repair import Repair, marker_from, repair_from
from threadbound.library.writing import writing
from threadbound.options import VerifyOptions

ROOT = Path(__file__).parents[2]
SHELF = SimpleNamespace(**runpy.run_path(str(ROOT / "shelf.py")))
PICTURE = runpy.run_path(str(ROOT / "samples.py"))["picture"]()
VERSION = "threads/maralindqvist/101/v1"
#: One of every kind of file that a library keeps.
KINDS = (
    "threadbound-library.json",
    "README.txt",
    "manifest-sha256.txt",
    f"{VERSION}/source/page.html",
    f"{VERSION}/thread.json",
    f"{VERSION}/version.json",
    f"{VERSION}/manifest-sha256.txt",
    "media/sha256/*/*",
    "forgotten/202/tombstone.json",
    "forgotten/202/manifest-sha256.txt",
    "products/maralindqvist/book.pdf",
    "products/products.json",
    "products/manifest-sha256.txt",
)
MADE_AGAIN = ("index.html", "index.json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with one of everything."""
    folder = tmp_path_factory.mktemp("made")
    capture = SHELF.captured([(1, "Fold the sheet."), (2, "Sew it.")], pictures={1: PICTURE})
    found: Path = SHELF.library_of(folder / "library", capture, SHELF.captured([(9, "Glue.")], key="202"))
    with writing(found) as desk:
        forgetting.forget(desk, query.thread(desk.connection, "202"))
        (folder / "book").write_bytes(b"a book")
        books = products(desk.library)
        entry = query.thread(desk.connection, "101")
        books.put(folder / "book", Product("maralindqvist/book.pdf", sha256(b"a book"), 6, {"101": entry.digest}, ""))
        books.commit()
        desk.renew()
    return found


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "library"))


def looked_at(root: Path, **options: object) -> Verification:
    return fixity.verify(opened(root), VerifyOptions(**options))


def flip(path: Path, bit: int) -> None:
    data = bytearray(path.read_bytes())
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    path.chmod(0o644)
    path.write_bytes(data)


def mended(root: Path, copy: Path) -> Repair:
    with writing(root) as desk:
        return repair_from(desk, copy)


def test_a_library_with_one_of_everything_is_whole(root: Path) -> None:
    assert looked_at(root, deep=False).findings == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [0.2, 0.95])
def test_one_bit_in_any_kind_of_file_is_found_and_healed(root: Path, tmp_path: Path, kind: str, place: float) -> None:
    shutil.copytree(root, tmp_path / "copy")
    (path,) = root.glob(kind)
    whole = SHELF.files_of(root)
    # of the marker a bit of its id: one in its braces makes it no library, which another test looks at
    at = path.read_bytes().index(b'"id": "') + 7 if path.name == "threadbound-library.json" else 0
    flip(path, at * 8 or int(path.stat().st_size * 8 * place) + 1)
    found = looked_at(root)
    assert not found.is_sound
    name = path.relative_to(root).as_posix()
    if not name.endswith("manifest-sha256.txt"):  # such a bit makes the files that it lists look wrong
        assert name in {finding.path for finding in found.findings}
    healed = mended(root, tmp_path / "copy")
    assert healed.after.is_sound, healed.after.findings
    assert SHELF.files_of(root) == whole


def test_a_marker_that_cannot_be_read_is_said_with_what_to_do(root: Path) -> None:
    flip(root / "threadbound-library.json", 1)
    with pytest.raises(NoLibrary, match=r"is no library any more: .* --repair FOLDER takes it from"):
        looked_at(root)


def test_a_marker_that_cannot_be_read_is_taken_from_a_copy_of_this_library_alone(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "copy")
    other = SHELF.library_of(tmp_path / "other")
    whole = SHELF.files_of(root)
    assert not marker_from(root, tmp_path / "copy")
    flip(root / "threadbound-library.json", 1)
    assert not marker_from(root, other)
    assert marker_from(root, tmp_path / "copy")
    assert SHELF.files_of(root) == whole
    (root / "threadbound-library.json").unlink()
    assert marker_from(root, tmp_path / "copy")
    assert mended(root, tmp_path / "copy").healed == ()
    assert SHELF.files_of(root) == whole


def test_a_catalogue_with_flipped_bits_is_made_anew_by_a_repair(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "copy")
    path, said = root / "state" / "catalogue.sqlite3", SHELF.catalogue_of(root)
    data = bytearray(path.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page] ^= 0xFF  # what kind of page it is
    path.write_bytes(data)
    assert "catalogue.unusable" in {finding.code for finding in looked_at(root).findings}
    assert mended(root, tmp_path / "copy").after.is_sound
    assert SHELF.catalogue_of(root) == said


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_file_that_is_gone_is_missed_and_brought_back(root: Path, tmp_path: Path, kind: str) -> None:
    shutil.copytree(root, tmp_path / "copy")
    whole = SHELF.files_of(root)
    (path,) = root.glob(kind)
    path.unlink()
    assert not looked_at(root).is_sound
    assert mended(root, tmp_path / "copy").after.is_sound
    assert SHELF.files_of(root) == whole


@pytest.mark.parametrize("name", MADE_AGAIN)
def test_an_index_that_was_altered_is_found_and_made_again(root: Path, name: str) -> None:
    whole = (root / name).read_bytes()
    flip(root / name, 999)
    assert [finding.code for finding in looked_at(root).findings] == ["index.differs"]
    with writing(root) as desk:
        desk.renew()
    assert (root / name).read_bytes() == whole


def test_a_version_that_is_gone_is_missed_and_brought_back(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "copy")
    shutil.rmtree(root / VERSION)
    assert "version.missing" in {finding.code for finding in looked_at(root).findings}
    assert mended(root, tmp_path / "copy").after.is_sound


def test_a_bag_with_a_library_as_payload_heals_too(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "bag" / "data")
    flip(root / VERSION / "thread.json", 80)
    assert mended(root, tmp_path / "bag").after.is_sound
    with pytest.raises(NoLibrary, match="no copy of a library"):
        mended(root, tmp_path)


def test_a_copy_that_is_damaged_too_heals_nothing_and_harms_nothing(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "copy")
    path = Path(VERSION, "thread.json")
    flip(root / path, 80)
    flip(tmp_path / "copy" / path, 160)
    before = SHELF.files_of(root)
    healed = mended(root, tmp_path / "copy")
    assert healed.healed == ()
    assert not healed.after.is_sound
    assert SHELF.files_of(root) == before


def test_what_the_catalogue_says_is_compared_with_the_files(root: Path) -> None:
    connection = sqlite3.connect(root / "state" / "catalogue.sqlite3")
    for change in (
        "UPDATE thread SET title = 'another'",
        "UPDATE post SET text = 'Glue it.' WHERE n = 2",
        "UPDATE post SET sought = 'glue it.' WHERE n = 2",
        "UPDATE version SET captured = '2000-01-01T00:00:00Z'",
        "DELETE FROM version",
    ):
        with connection:
            connection.execute(change)
        assert not looked_at(root).is_sound, change
        connection.commit()
        with writing(root, anew=True) as desk:
            desk.renew()
        assert looked_at(root).is_sound
        connection.close()
        connection = sqlite3.connect(root / "state" / "catalogue.sqlite3")
    connection.close()


def test_bits_of_the_catalogue_are_found_wherever_they_say_something(root: Path) -> None:
    path = root / "state" / "catalogue.sqlite3"
    whole, said = path.read_bytes(), SHELF.catalogue_of(root)
    for bit in range(7, len(whole) * 8, 9973):
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        if looked_at(root).is_sound:
            assert SHELF.catalogue_of(root) == said
    path.write_bytes(whole)


def test_reading_is_spread_over_runs_and_forgets_no_file(root: Path) -> None:
    seen: set[str] = set()
    files = looked_at(root, sample=0.25).files
    for _ in range(3):
        looked_at(root, sample=0.25)
    connection = sqlite3.connect(root / "state" / "catalogue.sqlite3")
    seen = {path for (path,) in connection.execute("SELECT path FROM reading")}
    connection.close()
    assert len(seen) == files


def test_a_time_that_is_over_ends_the_reading(root: Path) -> None:
    found = looked_at(root, max_seconds=1e-9)
    assert found.read == 0
    assert found.is_sound


def test_a_file_that_nobody_put_there_is_said_and_is_no_damage(root: Path) -> None:
    (root / VERSION / ".DS_Store").write_bytes(b"x")
    (finding,) = looked_at(root).findings
    assert (finding.code, finding.is_damage) == ("file.stranger", False)


def test_a_link_in_the_place_of_a_file_is_not_followed(root: Path, tmp_path: Path) -> None:
    (path,) = root.glob("media/sha256/*/*")
    path.replace(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert not looked_at(root).is_sound


def downgraded(root: Path, version: int) -> None:
    """Has an older version make catalogue and indexes: it did not say how many posts there should be."""
    connection = sqlite3.connect(root / "state" / "catalogue.sqlite3")
    connection.execute("ALTER TABLE thread DROP COLUMN whole")
    if version == 1:  # it made the words that are sought otherwise
        connection.executescript("UPDATE post SET sought = text; INSERT INTO words (words) VALUES ('rebuild');")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    for name, said, older in (("index.html", "2 of 5 posts", "2 posts"), ("index.json", '"whole": 5,', "")):
        page = (root / name).read_text("utf-8")
        assert said in page
        (root / name).write_text(page.replace(said, older), "utf-8")


@pytest.fixture(params=[1, 2])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A library of an older version, with two threads, one of them of two versions; beside it the same as of now."""
    lacking = SHELF.captured([(1, "Fold the sheet."), (2, "Sew it.")])
    lacking = replace(lacking, thread=replace(lacking.thread, declared_posts=5))
    others = [SHELF.captured([(9, "Glue.")], key="202", day=day) for day in (1, 2)]
    found: Path = SHELF.library_of(tmp_path / "library", lacking, *others)
    shutil.copytree(found, tmp_path / "now")
    downgraded(found, request.param)
    return found


def test_a_whole_library_of_an_older_version_is_whole(older: Path, tmp_path: Path) -> None:
    for _ in range(2):  # nothing is taken for damaged, and nothing for done
        codes = [finding.code for finding in looked_at(older).findings]
        assert codes == ["catalogue.behind", "index.behind", "index.behind"]
        assert looked_at(older).is_sound
    with writing(older):
        pass
    assert looked_at(older).findings == ()
    assert SHELF.catalogue_of(older) == SHELF.catalogue_of(tmp_path / "now")
    assert SHELF.files_of(older) == SHELF.files_of(tmp_path / "now")


def test_who_asks_a_library_of_an_older_version_is_told_all_of_it(older: Path) -> None:
    with reading(older) as desk:
        assert [each.whole for each in query.threads(desk.connection)] == [5, 1]


@pytest.mark.parametrize("lost", ["threads/maralindqvist/202", "threads/maralindqvist/202/v1"])
def test_what_an_older_version_knew_and_is_lost_is_missed_for_good(older: Path, lost: str, tmp_path: Path) -> None:
    shutil.rmtree(older / lost)
    for _ in range(2):
        gone = [finding.path for finding in looked_at(older).findings if finding.code == "version.missing"]
        assert gone == [f"threads/maralindqvist/202/v{n}" for n in (1, 2) if lost in f"threads/maralindqvist/202/v{n}"]
        with writing(older):
            pass
    assert "index.differs" not in {finding.code for finding in looked_at(older).findings}
    assert "2 of 5 posts" in (older / "index.html").read_text("utf-8")
    assert mended(older, tmp_path / "now").after.findings == ()
    assert SHELF.catalogue_of(older) == SHELF.catalogue_of(tmp_path / "now")


def test_that_all_that_an_older_version_knew_is_lost_makes_no_index_damaged(older: Path) -> None:
    """Whose cure would be to forget it."""
    shutil.rmtree(older / "threads")
    assert {finding.code for finding in looked_at(older).findings} >= {"version.missing", "index.behind"}
    with writing(older):
        pass
    assert {finding.code for finding in looked_at(older).findings if finding.is_damage} == {"version.missing"}


def test_what_an_older_version_recorded_otherwise_than_the_files_say_is_damage(older: Path) -> None:
    connection = sqlite3.connect(older / "state" / "catalogue.sqlite3")
    with connection:
        connection.execute("UPDATE thread SET title = 'another' WHERE key = '101'")
    connection.close()
    assert "catalogue.differs" in {finding.code for finding in looked_at(older).findings}
