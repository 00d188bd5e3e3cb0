"""The benchmarks measure what they say: stages are found where they are called, pages hold what was invented."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from threadbound.digests import sha256_of
from threadbound.media.pictures import Pictures
from threadbound.model.text import clean
from threadbound.notices import losses
from threadbound.pipeline import read

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("plain", [False, True])
def test_every_stage_is_timed(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, plain: bool) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    known = runpy.run_path(str(FOLDER / "stages.py"))
    options = ["--unjudged", "pdf", "--pdf-variant", "pdf", "--attach", "none"] if plain else ["pdf"]
    arguments = [str(tmp_path / "s.json"), *options, "-q", "-o", str(tmp_path / "b.pdf"), str(example)]
    subprocess.run([sys.executable, str(FOLDER / "stages.py"), *arguments], check=True)
    told = json.loads((tmp_path / "s.json").read_text())
    missing = {"tags", "attach"} if plain else set()
    assert set(told) == {known["START"], *known["STAGES"], *known["LATER"], known["CHECK"]} - missing
    assert all(seconds >= 0 for seconds in told.values())


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.syspath_prepend(str(FOLDER))
    return runpy.run_path(str(FOLDER / "collection_pages.py"))


@pytest.mark.parametrize("inline", [False, True], ids=["files", "data"])
def test_invented_pages_of_each_era_are_read_as_they_were_invented(
    maker: dict[str, Any], tmp_path: Path, *, inline: bool
) -> None:
    shape = maker["Shape"](threads=2, posts=5, pictures=0.5)
    for era in maker["ERAS"]:
        made = maker["make_collection"](tmp_path / era, shape, era, inline=inline)
        for page, record in zip(sorted(made.saved.glob("*.html")), maker["records"](shape), strict=True):
            thread = read(str(page), Pictures()).thread
            assert thread.id == str(record.id)
            assert len(thread.posts) == thread.declared_posts == 5
            assert not losses(thread.notices)
            for post, wanted in zip(thread.posts, record.posts, strict=True):
                assert post.text.split() == clean(wanted.text).split()
                assert len(post.media) == len(wanted.pictures)
                assert [quote.url for quote in post.quotes] == ([wanted.quoted] if wanted.quoted else [])


def test_a_larger_collection_adds_pages_and_changes_none(maker: dict[str, Any], tmp_path: Path) -> None:
    def digests(folder: Path, threads: int) -> dict[str, str]:
        maker["make_collection"](folder, maker["Shape"](threads=threads, posts=4, pictures=1))
        files = [Path(root, name) for root, _, names in os.walk(folder / "saved") for name in names]
        return {str(path.relative_to(folder)): sha256_of(path) for path in files}

    small, large = digests(tmp_path / "a", 3), digests(tmp_path / "b", 4)
    assert small.items() < large.items()
    assert digests(tmp_path / "a", 4) == large
    assert len(set(large.values())) == len(large)  # no two pictures are alike


def test_records_of_a_file_become_pages(maker: dict[str, Any], tmp_path: Path) -> None:
    posts = [{"id": "1514052191111233536", "text": "Salt & light,\n\nsaid @ada: https://salt.example/a?b=1&c=2"}]
    told = {"id": "1514052191111233536", "handle": "ada", "posts": posts}
    (tmp_path / "records.jsonl").write_bytes(msgspec.json.encode(told) + b"\n")
    shape = maker["Shape"](threads=2, posts=3, pictures=0, records=tmp_path / "records.jsonl")
    made = maker["make_collection"](tmp_path, shape)
    first, second = (read(str(page), Pictures()).thread for page in sorted(made.saved.glob("*.html")))
    assert first.posts[0].text == posts[0]["text"]
    assert first.posts[0].links[0] == "https://salt.example/a?b=1&c=2"
    assert len(second.posts) == 3


def test_a_missed_target_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    report = runpy.run_path(str(FOLDER / "collection_report.py"))["report"]

    def told(seconds: float, status: int = 0) -> dict[str, float]:
        return {"seconds": seconds, "processor": seconds, "peak": 240.0, "size": 1.0, "status": status}

    results = {"1000 threadbound epub, cold": told(10), "1000 pandoc": told(30), "200 threadbound epub, cold": told(2)}
    page, good = report(results, "")
    assert good
    assert "0.33 × pandoc | ≤ 0.4 × pandoc, ≤ 250 MB | met |" in page
    page, good = report({**results, "1000 pandoc": told(20)}, "")
    assert not good
    assert "0.50 × pandoc | ≤ 0.4 × pandoc, ≤ 250 MB | MISSED |" in page
    assert not report({**results, "5000 threadbound epub, cold": told(60)}, "")[1]  # more a thread than before
    assert "stopped after 900 s" in report({**results, "1000 pandoc": told(900, -9)}, "")[0]


def test_memory_is_asked_for_where_it_may_be_a_new_peak(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = runpy.run_path(str(FOLDER / "tree.py"))
    seen = iter([(100, 80), (100.5, 0), (150, 120), (110, 0), (150, 125), (119, 119), (130, 126), (130.1, 127)])
    asked, now, shown = [], [0.0], [0.0, 0.0]
    told = tree["Peak"].look.__globals__
    monkeypatch.setitem(told, "_resident", lambda _: shown[0])
    monkeypatch.setitem(told, "_share", lambda _: asked.append(shown[1]) or shown[1])
    monkeypatch.setattr(tree["time"], "perf_counter", lambda: now[0])
    peak = tree["Peak"]()
    for number, (resident, share) in enumerate(seen):
        shown[:], now[0] = [resident, share], 0.1 * number + (1 if number == 7 else 0)
        peak.look([1])
    assert asked == [80, 120, 126, 127]  # 110 and 119 are below 120, and 125 stands still
    assert peak.most == 127


def test_a_night_is_measured_on_pages_that_hold_what_was_invented(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    backup = runpy.run_path(str(FOLDER / "backup.py"))
    for number in range(2):
        backup["write_page"](tmp_path / "saved", number, 3, backup["picture"]())
    pages = [read(str(path), Pictures()).thread for path in sorted((tmp_path / "saved").glob("*.html"))]
    assert [len(thread.posts) for thread in pages] == [backup["POSTS"]] * 2
    pictures = [media.sha256 for thread in pages for post in thread.posts for media in post.media]
    assert len(set(pictures)) == len(pictures) == 6
    assert None not in pictures
    assert not [notice for thread in pages for notice in losses(thread.notices)]
