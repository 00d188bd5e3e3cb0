"""Real pages, mutated: whatever happens to a file, it gives a thread or one line, soon, and losses are said."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from threadbound.containers.capture import Source
from threadbound.containers.registry import open_source
from threadbound.errors import ThreadboundError
from threadbound.media.collect import Search, collect
from threadbound.media.pictures import Pictures
from threadbound.model import codec
from threadbound.sites.registry import extract

SHARED = Path(__file__).resolve().parents[3] / "shared"
PAGES = [
    *sorted(SHARED.glob("corpus/threadreader/full-html/*")),
    *sorted(SHARED.glob("seed/*")),
    *sorted(SHARED.glob("corpus/threadreader/text/*")),
    *sorted(SHARED.glob("corpus/threadreader/fragment/*.html")),
    *sorted(SHARED.glob("corpus/containers/chrome-mhtml-*1496534632497561607*")),
    *sorted(SHARED.glob("corpus/containers/singlefile-*1496534632497561607*")),
]
SECONDS = 10
JUNK = [
    b"\x00",
    b"<",
    b"</div>",
    b"<div>" * 50,
    b"<!--",
    b"]]>",
    b"\xff\xfe",
    b"<script>",
    b"&#0;",
    b'"',
    b"\r\n--",
    b"=3D",
]

pytestmark = pytest.mark.corpus


@st.composite
def mutations(draw: st.DrawFn, length: int) -> list[tuple[str, int, int, bytes]]:
    """What is done to a file, and where."""
    place = st.integers(0, max(length - 1, 0))
    kinds = st.sampled_from(["cut", "drop", "double", "insert", "flip"])
    steps = st.tuples(kinds, place, st.integers(1, max(length // 10, 1)), st.sampled_from(JUNK))
    return draw(st.lists(steps, min_size=1, max_size=6))


def mutated(data: bytes, steps: list[tuple[str, int, int, bytes]]) -> bytes:
    for kind, at, size, junk in steps:
        changed = {
            "cut": data[:at],
            "drop": data[:at] + data[at + size :],
            "double": data[: at + size] + data[at:],
            "insert": data[:at] + junk + data[at:],
            "flip": data[:at] + bytes(255 - byte for byte in data[at : at + 1]) + data[at + 1 :],
        }
        data = changed[kind]
    return data


@pytest.mark.skipif(not PAGES, reason="../shared/corpus is not here")
@given(data=st.data(), page=st.sampled_from(PAGES or [Path()]))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_mutated_page_is_read_or_refused_in_one_line(data: st.DataObject, page: Path) -> None:
    original = page.read_bytes()
    changed = mutated(original, data.draw(mutations(len(original))))
    refusal = ""
    began = time.monotonic()
    try:
        capture = open_source(Source(page.name, changed))
        thread = collect(extract(capture), Search(places=(("capture", capture.find),), pictures=Pictures()))
    except ThreadboundError as error:
        refusal = str(error)
    assert time.monotonic() - began < SECONDS
    if refusal:
        assert page.name in refusal
        assert "\n" not in refusal
        return
    assert codec.decode(codec.encode(thread)) == thread
    codes = {notice.code for notice in thread.notices}
    if thread.declared_posts is not None and len(thread.posts) < thread.declared_posts:
        assert codes & {"posts.missing", "posts.split-failed"}
    if any(not media.sha256 for post in thread.posts for media in post.media if media.kind == "image"):
        assert codes & {"media.not-in-capture", "media.not-an-image", "media.too-large"}
