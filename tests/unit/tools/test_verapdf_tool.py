"""The judge of PDFs is waited for, and not for ever."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from threadbound.errors import SomethingMissing
from threadbound.tools import verapdf


def test_a_judge_that_does_not_come_to_an_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()
    monkeypatch.setattr(verapdf, "start", lambda: None)
    monkeypatch.setattr(verapdf, "_TIMEOUT", 0.05)
    monkeypatch.setattr(verapdf, "_validated", lambda *_: held.wait(30))
    try:
        with pytest.raises(SomethingMissing, match="has not come to an end"):
            verapdf.validate(Path("b.pdf"), "3a")
    finally:
        held.set()


def test_what_breaks_it_down_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[str]:
        raise ArithmeticError("out of memory")

    monkeypatch.setattr(verapdf, "start", lambda: None)
    monkeypatch.setattr(verapdf, "_validated", broken)
    with pytest.raises(ArithmeticError, match="out of memory"):
        verapdf.validate(Path("b.pdf"), "3a")
