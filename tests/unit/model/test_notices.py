"""Notices: losses are told from remarks, and unknown kinds are refused."""

from __future__ import annotations

import pytest

from threadbound.digests import sha256
from threadbound.notices import Notice, losses


def test_losses_are_told_from_remarks_in_order() -> None:
    lost = [Notice("media.not-in-capture", "gone"), Notice("posts.missing", "gone")]
    assert losses([lost[0], Notice("time.unknown", "no time"), lost[1]]) == tuple(lost)


def test_a_notice_says_its_place() -> None:
    assert str(Notice("posts.missing", "two posts are gone")) == "two posts are gone"
    assert str(Notice("posts.missing", "gone", "post 7")) == "gone (post 7)"


def test_unknown_kinds_are_bugs() -> None:
    with pytest.raises(ValueError, match=r"no such notice code: media\.sad"):
        Notice("media.sad", "sad")


def test_the_digest_is_sha256() -> None:
    assert sha256(b"").startswith("e3b0c44298fc1c149afbf4c8996fb924")
