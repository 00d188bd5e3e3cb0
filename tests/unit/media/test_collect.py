"""Collecting: what the capture holds gets its digest, what it lacks its notice, each once."""

from __future__ import annotations

import runpy
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from threadbound.digests import sha256
from threadbound.media.collect import Search, collect
from threadbound.media.pictures import Pictures
from threadbound.model.media import Found, Media
from threadbound.model.thread import Card, Post, Quote, Thread
from threadbound.notices import Notice

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
RED, PIXEL = SAMPLES["picture"](), SAMPLES["picture"]((1, 1), form="GIF")
post, thread = SAMPLES["post"], SAMPLES["thread"]
URL = "https://media.example.com/1.png"
KNOWN = {
    "sha256": sha256(RED),
    "media_type": "image/png",
    "width": 48,
    "height": 32,
    "found": Found("capture"),
}


def search(store: Pictures | None = None, **found: bytes) -> Search:
    return Search(places=(("capture", found.get),), pictures=store or Pictures())


def image(*references: str, url: str = URL) -> Media:
    return Media("image", url, "", references=references)


def collected(*media: Media, store: Pictures | None = None, **found: bytes) -> Thread:
    return collect(thread(post(1, "Words", media=media)), search(store, **found))


def kinds(notices: Sequence[Notice]) -> list[str]:
    return [notice.code for notice in notices]


def test_a_picture_that_is_there_is_known() -> None:
    store = Pictures()
    done = collected(image("one"), one=RED, store=store)
    assert done.posts[0].media == (
        Media(
            "image",
            URL,
            "",
            references=("one",),
            sha256=sha256(RED),
            media_type="image/png",
            width=48,
            height=32,
            found=Found("capture"),
        ),
    )
    assert done.notices == ()
    assert store.get(sha256(RED)).read() == RED


def test_the_best_reference_that_is_a_picture_wins() -> None:
    done = collected(image("absent", "page", "one"), page=b"<html>", one=RED)
    assert done.posts[0].media[0].sha256 == sha256(RED)
    assert done.notices == ()


def test_the_address_serves_where_there_is_no_reference() -> None:
    assert collected(image(url="one"), one=RED).posts[0].media[0].sha256


def test_a_picture_that_was_not_saved_is_a_loss_with_its_place() -> None:
    assert collected(image("one")).notices == (
        Notice("media.not-in-capture", "a picture was not saved with the page", f"post 1, {URL}"),
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"<html>404</html>", "media.not-an-image"), (RED[:70], "media.not-an-image"), (PIXEL, "media.not-in-capture")],
)
def test_bytes_that_are_no_picture_are_a_loss(data: bytes, code: str) -> None:
    done = collected(image("one"), one=data)
    assert kinds(done.notices) == [code]
    assert done.posts[0].media == (image("one"),)


def test_a_clip_is_told_and_its_still_is_kept() -> None:
    clip = Media("video", "https://video.example.com/1.mp4", "", poster=URL, references=("still",))
    done = collected(clip, still=RED)
    assert done.posts[0].media[0].sha256 == sha256(RED)
    assert [(n.code, n.is_loss) for n in done.notices] == [("media.video-not-embedded", False)]


def test_a_clip_without_its_still_is_a_loss_but_one_that_never_had_a_still_is_not() -> None:
    poster = collected(Media("gif", "https://video.example.com/1.mp4", "", poster=URL))
    bare = collected(Media("gif", "https://video.example.com/1.mp4", ""))
    assert kinds(poster.notices) == ["media.video-not-embedded", "media.not-in-capture"]
    assert kinds(bare.notices) == ["media.video-not-embedded"]


def test_a_picture_of_a_text_copy_has_been_told_by_its_adapter() -> None:
    assert collected(Media("image", "", "")).notices == ()


def test_the_same_notice_is_given_once() -> None:
    told = Notice("media.not-in-capture", "a picture was not saved with the page", f"post 1, {URL}")
    page = thread(post(1, "Words", media=(image("one"), image("one"))), notices=(told, Notice("time.unknown", "when?")))
    assert collect(page, search()).notices == (told, Notice("time.unknown", "when?"))


def test_identical_pictures_are_stored_once() -> None:
    store = Pictures()
    collected(image("one"), image("two"), one=RED, two=bytes(RED), store=store)
    assert list(store.pictures) == [sha256(RED)]


def test_quotes_and_cards_are_searched_too() -> None:
    first = Post(
        1,
        quotes=(Quote(media=(image("one"), image("gone"))),),
        cards=(Card("https://example.org/", image=image("one")),),
    )
    done = collect(thread(first), search(one=RED))
    assert done.posts[0].quotes[0].media[0].sha256
    assert done.posts[0].cards[0].image
    assert done.posts[0].cards[0].image.sha256
    assert [notice.where for notice in done.notices] == [f"post 1, quoted post, {URL}"]


@pytest.mark.parametrize("data", [None, b"no picture"])
def test_a_card_without_its_picture_is_no_loss(data: bytes | None) -> None:
    first = Post(1, cards=(Card("https://example.org/", image=image("one")),))
    done = collect(thread(first), search(**({"one": data} if data else {})))
    assert [(notice.code, notice.is_loss) for notice in done.notices] == [("media.card-missing", False)]


def test_the_portrait_is_found_or_told_without_being_a_loss() -> None:
    author = msgspec.structs.replace(SAMPLES["MARA"], avatar=URL, avatar_references=("face",))
    page = thread(post(1, "Words"), author=author)
    assert collect(page, search(face=RED)).author.avatar_sha256 == sha256(RED)
    for found in ({}, {"face": b"no picture"}):
        done = collect(page, search(**found))
        assert [(n.code, n.is_loss) for n in done.notices] == [("media.avatar-missing", False)]
        assert done.author.avatar_sha256 is None


def test_every_reference_is_read_once() -> None:
    asked: list[str] = []

    def find(reference: str) -> bytes | None:
        asked.append(reference)
        return RED if reference == "one" else None

    page = msgspec.structs.replace(thread(post(1, "Words", media=(image("gone", "one"),))))
    collect(page, Search(places=(("capture", find),), pictures=Pictures()))
    assert asked == ["gone", "one"]
