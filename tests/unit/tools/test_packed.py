"""What is packed beforehand is the same in a zip file as what is packed when it is written."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.tools.packed import packed, packed_together
from threadbound.writers.epub_archive import FixedZip


@given(data=st.binary(max_size=5000) | st.text(max_size=3000).map(str.encode))
def test_what_was_packed_is_what_comes_out(data: bytes) -> None:
    assert packed(data).unpacked() == data


@given(pieces=st.lists(st.binary(max_size=300), max_size=40), block=st.integers(1, 1000))
def test_what_is_packed_piece_by_piece_is_the_same(pieces: list[bytes], block: int) -> None:
    whole = packed(b"".join(pieces))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("threadbound.tools.packed.BLOCK", block)
        together = packed_together(iter(pieces))
    assert (together.unpacked(), together.size) == (whole.unpacked(), whole.size)
    assert (together.checksum, together.sha256) == (whole.checksum, whole.sha256)


@given(members=st.lists(st.tuples(st.booleans(), st.text(max_size=400).map(str.encode)), min_size=1, max_size=6))
def test_an_archive_is_the_same_whoever_packed_its_members(
    members: list[tuple[bool, bytes]], tmp_path_factory: object
) -> None:
    folder: Path = tmp_path_factory.mktemp("zip")  # type: ignore[attr-defined]
    archives, digests = [], []
    for name, beforehand in (("one.zip", False), ("other.zip", True)):
        told: dict[str, str] = {}
        with FixedZip(folder / name, told) as archive:
            for number, (is_packed, data) in enumerate(members):
                archive.writestr(f"märchen/{number}.xhtml", packed(data) if beforehand and is_packed else data)
        archives.append((folder / name).read_bytes())
        digests.append(told)
    assert archives[0] == archives[1]
    assert digests[0] == digests[1]
    with zipfile.ZipFile(folder / "other.zip") as archive:
        assert archive.testzip() is None
        assert [archive.read(member) for member in archive.namelist()] == [data for _, data in members]
