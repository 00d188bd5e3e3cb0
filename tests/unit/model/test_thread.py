"""Posts: their words and links; the JSON forgives what it does not know."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import msgspec
import pytest

from threadbound.model import codec
from threadbound.model.media import Media
from threadbound.model.text import Break, Link, Mention
from threadbound.model.thread import Card

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
post, thread = SAMPLES["post"], SAMPLES["thread"]


def test_text_is_the_words_with_whole_targets() -> None:
    words = post(1, Mention("riel"), " see", Break(), Link("https://example.org/a", "example.org/…"))
    assert words.text == "@riel see\nhttps://example.org/a"


def test_links_are_those_of_words_and_cards_each_once() -> None:
    one, two = "https://example.org/1", "https://example.org/2"
    assert post(1, Link(one, "1"), Link(two, "2"), Link(one, "1"), cards=(Card(two), Card(one))).links == (one, two)


def test_media_must_say_whether_it_is_described() -> None:
    with pytest.raises(TypeError, match="alt"):
        Media("image", "https://media.example.com/1")  # type: ignore[call-arg]


def test_decoding_ignores_what_it_does_not_know() -> None:
    known = thread(post(1, "Words"))
    data = json.loads(codec.encode(known))
    data["from the future"] = data["posts"][0]["mood"] = 1
    data["posts"][0]["text"] = "not the words"
    assert codec.decode(json.dumps(data).encode()) == known


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"site": 1}', b"\xff"])
def test_decoding_refuses_what_is_no_thread(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        codec.decode(data)


def test_decoding_refuses_notices_of_unknown_kind() -> None:
    data = json.loads(codec.encode(thread(post(1, "Words"))))
    data["notices"] = [{"code": "never.heard", "message": "", "where": ""}]
    with pytest.raises(msgspec.ValidationError, match=r"never\.heard"):
        codec.decode(json.dumps(data).encode())


def test_media_in_json_leave_out_what_is_unknown() -> None:
    data = json.loads(
        codec.encode(thread(post(1, "Words", media=(Media("image", "https://media.example.com/1", ""),))))
    )
    assert data["posts"][0]["media"] == [{"kind": "image", "url": "https://media.example.com/1", "alt": ""}]
