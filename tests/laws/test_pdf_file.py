"""A PDF written from its first byte to its last: what is put into it qpdf takes out, and it is the same twice."""

from __future__ import annotations

import io
import zlib
from concurrent.futures import ThreadPoolExecutor

import pikepdf
from hypothesis import given
from hypothesis import strategies as st

from threadbound.joining import packing, pdf_file, trees, written
from threadbound.joining.pdf_file import PdfFile
from threadbound.tools.packed import packed_together

THINGS = st.lists(st.tuples(st.sampled_from(["", "links", "structure"]), st.text(max_size=20)), max_size=60)
#: Anchors are plain; names of files may be anything.
NAMES = st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1, max_size=6) | st.text(min_size=1)
STREAMS = st.lists(st.binary(max_size=300), max_size=8)
ASIDE = ThreadPoolExecutor(1)


def made(things: list[tuple[str, str]], streams: list[bytes], together: int) -> tuple[bytes, list[int], list[int]]:
    """A file with these, and their numbers."""
    out, before = io.BytesIO(), pdf_file.TOGETHER
    pdf_file.TOGETHER = together
    try:
        file = PdfFile(out, ASIDE)
        file.open()
        root, early = file.number(), file.numbers(len(things))
        for (kind, text), number in zip(things, early, strict=True):
            file.add(b"<</T%b/R %d 0 R>>" % (written.string(text), root), number, kind)
        packed = [file.packed_stream(b"/Type/X", data) for data in streams]
        pages = file.add(b"<</Type/Pages/Kids[]/Count 0>>")
        file.add(b"<</Type/Catalog/Pages %d 0 R>>" % pages, root)
        file.close(root, file.add(b"<<>>"))
    finally:
        pdf_file.TOGETHER = before
    return out.getvalue(), list(early), packed


@given(THINGS, STREAMS, st.integers(1, 20))
def test_what_is_put_into_a_file_is_in_it(things: list[tuple[str, str]], streams: list[bytes], together: int) -> None:
    data, numbers, packed = made(things, streams, together)
    assert data == made(things, streams, together)[0]
    with pikepdf.open(io.BytesIO(data), suppress_warnings=False) as pdf:
        for (_, text), number in zip(things, numbers, strict=True):
            found = pdf.get_object(number, 0)
            assert bytes(found.T) == written.name(text)
            assert found.R.objgen == pdf.Root.objgen
        assert [pdf.get_object(number, 0).read_bytes() for number in packed] == streams
        assert not pdf.get_warnings()


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=6))
def test_runs_that_were_packed_alone_are_one_stream(parts: list[bytes]) -> None:
    assert [packing.unpacked(packing.packed(part)) for part in parts] == parts
    whole = b"".join(parts)
    assert zlib.decompress(packing.stream(map(packing.packed, parts), whole)) == whole
    assert zlib.decompress(packing.whole(packed_together(parts).deflated, whole)) == whole


@given(st.dictionaries(NAMES, st.integers(0, 9), min_size=1, max_size=300))
def test_every_name_is_found_in_a_tree_of_names(names: dict[str, int]) -> None:
    out = io.BytesIO()
    file = PdfFile(out, ASIDE)
    file.open()
    tree = trees.names(file, ((name, b"%d" % value) for name, value in names.items()))
    pages = file.add(b"<</Type/Pages/Kids[]/Count 0>>")
    root = file.add(b"<</Type/Catalog/Pages %d 0 R/X %d 0 R>>" % (pages, tree or 0))
    file.close(root, file.add(b"<<>>"))
    with pikepdf.open(io.BytesIO(out.getvalue())) as pdf:
        found = pikepdf.NameTree(pdf.Root.X)
        assert {name: int(value) for name, value in found.items()} == names
        if all(name.isascii() and name.isprintable() for name in names):  # others qpdf sorts by its own rule
            assert all(int(found[name]) == value for name, value in names.items())
