"""Pictures are held once, and as they were wherever that can be had."""

from __future__ import annotations

import runpy
from pathlib import Path

from threadbound.digests import sha256
from threadbound.media.pictures import Pictures, StoredPicture
from threadbound.media.probe import probe

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))


def test_an_original_takes_the_place_of_what_a_book_showed_of_it_and_never_the_other_way_round() -> None:
    data, small = SAMPLES["picture"]((48, 32)), SAMPLES["picture"]((24, 16))
    digest = sha256(data)
    shown = StoredPicture(digest, probe(small), lambda: small, sha256(small))
    original = StoredPicture(digest, probe(data), lambda: data)
    for first, second in ((shown, original), (original, shown)):
        store = Pictures()
        store.add(first)
        assert store.add(second) == original
        assert store.get(digest).read() == data
    store = Pictures()
    store.add(shown)
    assert store.put(lambda: data).read() == data
    assert store.add(shown).read() == data
    same = StoredPicture(digest, probe(data), lambda: data, digest)
    assert not same.stands_in
