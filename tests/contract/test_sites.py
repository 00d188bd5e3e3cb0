"""What every site adapter promises, whatever its site. A new site is held to it by being in ``SITES``."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from msgspec.structs import replace

from threadbound.containers.capture import Capture
from threadbound.errors import NoThread, ThreadboundError
from threadbound.model import codec
from threadbound.model.text import Text, tidy
from threadbound.model.thread import Thread
from threadbound.notices import Notice
from threadbound.sites import registry
from threadbound.sites.site import Site


def _cases_module() -> ModuleType:
    """``tests/corpus/update.py``: it knows what a case is."""
    path = Path(__file__).resolve().parents[1] / "corpus" / "update.py"
    spec = importlib.util.spec_from_file_location("threadbound_corpus_update", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


UPDATE = _cases_module()
TORN = Notice("capture.truncated", "the file ends in the middle")
CASES = [pytest.param(site, case, id=f"{site.name}:{case.name}") for site, case in UPDATE.every_case()]


@pytest.mark.parametrize("site", registry.SITES, ids=lambda site: site.name)
class TestEverySite:
    def test_has_cases(self, site: Site) -> None:
        assert UPDATE.cases(site.name), f"tests/corpus/{site.name} is empty"

    def test_has_a_name_of_its_own_and_media_hosts(self, site: Site) -> None:
        assert [other.name for other in registry.SITES].count(site.name) == 1
        assert site.name == site.name.lower().strip()
        assert all(host == host.lower() and "/" not in host for host in site.media_hosts)

    @pytest.mark.parametrize("markup", ["", " ", "<html>", "\x00", "\ud800", "just words", "<p>content-tweet</p>"])
    @pytest.mark.parametrize("kind", ["html", "text"])
    def test_what_holds_no_thread_is_refused_with_one_line_that_names_the_file(
        self, site: Site, markup: str, kind: str
    ) -> None:
        empty = replace(_any_capture(), markup=markup, kind=kind)
        assert not site.matches(empty)
        with pytest.raises(NoThread) as caught:
            registry.extract(empty)
        assert str(caught.value).startswith(f"{empty.note.name}: ")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("site", "case"), CASES)
class TestEveryCase:
    def test_is_read_as_expected(self, site: Site, case: Path) -> None:
        expected = msgspec.json.decode((case / "expected.json").read_bytes())
        assert _plain(site.extract(UPDATE.capture_of(case))) == expected

    def test_is_recognised_by_its_site_alone(self, site: Site, case: Path) -> None:
        capture = UPDATE.capture_of(case)
        assert [other.name for other in registry.SITES if other.matches(capture)] == [site.name]
        assert registry.identify(capture) is site

    def test_is_read_the_same_twice_without_touching_anything(self, site: Site, case: Path) -> None:
        def refuse(reference: str) -> bytes | None:
            raise AssertionError(f"an adapter is pure, but asked for {reference}")

        capture = replace(UPDATE.capture_of(case), find=refuse)
        assert site.extract(capture) == site.extract(capture) == registry.extract(capture)

    def test_survives_the_public_json(self, site: Site, case: Path) -> None:
        thread = site.extract(UPDATE.capture_of(case))
        assert codec.decode(codec.encode(thread)) == thread

    def test_carries_the_captures_note_and_notices(self, site: Site, case: Path) -> None:
        capture = UPDATE.capture_of(case)
        noted = replace(capture, notices=(TORN,))
        thread = site.extract(noted)
        assert thread.captures == (capture.note,)
        assert TORN in thread.notices

    def test_keeps_the_promises_of_the_model(self, site: Site, case: Path) -> None:
        thread = site.extract(UPDATE.capture_of(case))
        assert thread.posts
        assert len(thread.title) <= 80
        assert [post.n for post in thread.posts] == sorted({post.n for post in thread.posts})
        for post in thread.posts:
            assert (post.time is None) == (post.time_source is None)
            assert post.time is None or (post.time.microsecond == 0 and post.time.tzinfo is not None)
            assert tidy(post.body) == post.body
            assert not any("\n" in node.text for node in post.body if isinstance(node, Text))
            assert all(url.startswith(("http://", "https://", "mailto:")) for url in post.links)


def test_two_adapters_that_claim_one_page_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    first = registry.SITES[0]
    monkeypatch.setattr(registry, "SITES", (first, replace(first, name="its twin")))
    with pytest.raises(ThreadboundError, match=f"{first.name} and its twin") as caught:
        registry.identify(UPDATE.capture_of(UPDATE.cases(first.name)[0]))
    assert not isinstance(caught.value, NoThread)


def _any_capture() -> Capture:
    capture: Capture = UPDATE.capture_of(UPDATE.cases(registry.SITES[0].name)[0])
    return capture


def _plain(thread: Thread) -> object:
    return msgspec.json.decode(msgspec.json.encode(codec.to_builtins(thread)))
