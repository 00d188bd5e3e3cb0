"""The letters of stacked scripts stand beside their glyphs, and nothing else is written otherwise than before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pydyf
import pytest

from threadbound.writers import actual_text

STACKED = ("नमस्ते", "น้ำ", "မြန်", "កម្ពុជា")


class Box:
    """A piece of a line."""

    def __init__(self, text: str) -> None:
        self.text = text


def _stream() -> Any:
    class Stream(pydyf.Stream):  # type: ignore[misc] # no types
        def __init__(self) -> None:
            super().__init__()
            self._tags: dict[Any, Any] | None = {}
            self.plain = 0

        @contextmanager
        def marked(self, box: Any, tag: str) -> Iterator[None]:  # noqa: ARG002 - WeasyPrint's signature
            self.plain += 1
            yield

    return Stream


@pytest.mark.parametrize("words", [*STACKED, "words", "كتاب", "ספר", "本"])
def test_stacked_scripts_say_their_letters(words: str) -> None:
    is_said = words in STACKED
    kind = _stream()
    actual_text.install(kind, pydyf)
    stream, box = kind(), Box(words)
    with stream.marked(box, "Span"):
        pass
    written = stream.data
    assert (b"ActualText" in written) is is_said
    assert stream.plain == (not is_said)
    if is_said:
        assert stream._tags == {box: {"tag": "Span", "mcid": 0}}
        assert ("\ufeff" + words).encode("utf-16-be").hex().encode() in written.lower()
        assert written.count(b"BDC") == written.count(b"EMC") == 1


def test_twice_is_once_and_an_unknown_class_is_left_alone() -> None:
    kind = _stream()
    actual_text.install(kind, pydyf)
    patched = kind.marked
    actual_text.install(kind, pydyf)
    assert kind.marked is patched
    other = SimpleNamespace()
    actual_text.install(other, pydyf)
    assert not vars(other)


def test_without_tags_nothing_is_said() -> None:
    kind = _stream()
    actual_text.install(kind, pydyf)
    stream = kind()
    stream._tags = None
    with stream.marked(SimpleNamespace(text="नमस्ते"), "Span"):
        pass
    assert stream.plain == 1
