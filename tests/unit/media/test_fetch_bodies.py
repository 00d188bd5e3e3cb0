"""What servers send instead of a picture, and how much of it is read: from a real server on loopback."""

from __future__ import annotations

import gzip
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbound.media import answers
from threadbound.media.addresses import address_of
from threadbound.media.store import Entry, MediaStore
from threadbound.media.wanted import Trouble

pytestmark = [pytest.mark.loopback, pytest.mark.timeout(60)]
SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
WEB = runpy.run_path(str(Path(__file__).parents[2] / "web.py"))
gives, leads = WEB["gives"], WEB["leads"]
RED: bytes = SAMPLES["picture"]()
KEY = "https://pbs.twimg.com/media/EQ_x-1abcdEFGH9"
ROUTE = KEY.removeprefix("https:/")
Fetch = Callable[..., Trouble | None]


def entry(store: MediaStore, url: str = f"{KEY}.jpg") -> Entry | None:
    address = address_of(url)
    assert address
    return store.entry(address.identity)


def parts(store: MediaStore) -> list[Path]:
    return list((store.folder / "parts").iterdir())


def test_a_body_shorter_than_promised_is_no_picture(site: Any, store: MediaStore, fetched: Fetch) -> None:
    site.otherwise = WEB["cut_off"](RED, len(RED) - 1)
    trouble = fetched()
    assert trouble
    assert trouble.code == "media.unreachable"
    assert parts(store) == []
    assert entry(store) is None


def test_a_body_cut_short_without_a_word_is_no_picture(site: Any, store: MediaStore, fetched: Fetch) -> None:
    photo = SAMPLES["picture"]((300, 200), form="JPEG")
    site.otherwise = gives(photo[: len(photo) // 2])
    trouble = fetched()
    assert trouble
    assert trouble.code == "media.not-an-image"
    assert entry(store) is None


def test_the_type_is_in_the_bytes(site: Any, store: MediaStore, fetched: Fetch) -> None:
    site.routes[ROUTE] = gives(RED, Content_Type="text/html; charset=utf-8")
    assert fetched() is None
    kept = entry(store)
    assert kept
    assert kept.proof
    assert kept.proof.media_type == "image/png"


def test_html_with_200_is_no_picture(site: Any, fetched: Fetch) -> None:
    site.otherwise = gives(b"<!doctype html><title>Sorry</title>", Content_Type="image/jpeg")
    trouble = fetched()
    assert trouble
    assert trouble.code == "media.not-an-image"


def test_one_pixel_is_no_picture(site: Any, fetched: Fetch) -> None:
    site.otherwise = gives(SAMPLES["picture"]((1, 1)))
    trouble = fetched()
    assert trouble
    assert trouble.code == "media.not-an-image"


def test_redirects_are_followed_but_not_for_ever(site: Any, fetched: Fetch) -> None:
    site.routes[ROUTE] = leads("/elsewhere.png")
    site.routes["/elsewhere.png"] = gives(RED)
    assert fetched() is None
    site.otherwise = lambda request: leads(request.path)(request)
    trouble = fetched("https://pbs.twimg.com/media/OtherOtherOther.jpg")
    assert trouble
    assert trouble.code == "media.refused"
    assert "redirects" in trouble.reason


@pytest.mark.parametrize("promised", ["promised", ""])
def test_no_more_than_the_bound_is_read(
    promised: str, site: Any, store: MediaStore, fetched: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MAX_BYTES", 100_000)
    sent = [0]

    def endless(request: Any) -> None:
        request.send_response(200)
        request.send_header(*(("Content-Length", "4000000") if promised else ("Connection", "close")))
        request.end_headers()
        for _ in range(400):
            request.wfile.write(b"x" * 10_000)
            sent[0] += 1

    site.otherwise = endless
    trouble = fetched()
    assert trouble
    assert trouble.code == "media.too-large"
    assert parts(store) == []
    assert sent[0] < 5 * 400


def test_a_gzip_bomb_is_not_blown_up(site: Any, fetched: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MAX_BYTES", 5_000_000)
    bomb = gzip.compress(bytes(200_000_000), 9)
    site.otherwise = gives(bomb, Content_Encoding="gzip")
    trouble = fetched()
    assert trouble
    assert trouble.code == "media.too-large"


def test_a_picture_in_gzip_is_unpacked_and_other_encodings_are_not(site: Any, fetched: Fetch) -> None:
    site.otherwise = gives(gzip.compress(RED), Content_Encoding="gzip")
    assert fetched() is None
    for body, name in ((RED, "br"), (RED, "gzip"), (gzip.compress(RED)[:-30], "gzip")):
        site.otherwise = gives(body, Content_Encoding=name)
        trouble = fetched("https://pbs.twimg.com/media/OtherOtherOther.jpg")
        assert trouble
        assert trouble.code == "media.not-an-image", name
