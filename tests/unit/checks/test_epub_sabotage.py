"""Whatever is done to a finished EPUB, the check finds it."""

from __future__ import annotations

import re
import runpy
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from threadbound.book.identity import chapter_ids
from threadbound.checks.epub import check
from threadbound.digests import sha256
from threadbound.media.derive import Derivative
from threadbound.media.recipes import PRESETS, Wishes, plan, slice_of
from threadbound.rendering.rendered import RenderedPicture
from threadbound.writers.epub import EPUB

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "writers" / "epub_sample.py"))
THREAD = SAMPLE["thread"]()
EVIDENCE = SAMPLE["evidence"](THREAD)
RED = f"images/{sha256(SAMPLE['RED'])}.png"
BLUE = f"images/{sha256(SAMPLE['BLUE'])}.jpg"
Change = Callable[[bytes], bytes | None]


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "whole.epub"
    EPUB.write(SAMPLE["rendered"](), path)
    return path


def rewritten(path: Path, part: str, change: Change) -> Path:
    """The archive with one part changed, or left out where ``change`` gives nothing."""
    out = path.with_name("changed.epub")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            data: bytes | None = old.read(member)
            if member.filename == part:
                data = change(old.read(member))
            if data is not None:
                new.writestr(member, data)
    return out


def codes(path: Path) -> set[str]:
    return {finding.code for finding in check(path, [THREAD], EVIDENCE).findings}


def replacing(old: str, new: str) -> Change:
    def change(data: bytes) -> bytes:
        assert old.encode() in data, old
        return data.replace(old.encode(), new.encode())

    return change


def without(pattern: str) -> Change:
    def change(data: bytes) -> bytes:
        out = re.sub(pattern, "", data.decode(), flags=re.DOTALL)
        assert out != data.decode()
        return out.encode()

    return change


def swapped(one: int, other: int) -> Change:
    """Two posts change places, their ids with them."""

    def change(data: bytes) -> bytes:
        lines = data.decode().split("\n")
        a = next(k for k, line in enumerate(lines) if f'id="t1-p{one}"' in line)
        b = next(k for k, line in enumerate(lines) if f'id="t1-p{other}"' in line)
        lines[a], lines[b] = lines[b], lines[a]
        return "\n".join(lines).encode()

    return change


def words_swapped(one: str, other: str) -> Change:
    return lambda data: (
        data.replace(one.encode(), b"@@@").replace(other.encode(), one.encode()).replace(b"@@@", other.encode())
    )


def test_a_whole_book_passes(whole: Path) -> None:
    assert check(whole, [THREAD], EVIDENCE).findings == ()


def test_a_book_of_several_threads_is_checked_chapter_by_chapter(tmp_path: Path) -> None:
    EPUB.write(SAMPLE["rendered"](chapters=3), tmp_path / "three.epub")
    assert check(tmp_path / "three.epub", [THREAD] * 3, EVIDENCE).ok
    report = check(tmp_path / "three.epub", [THREAD] * 4, EVIDENCE)
    assert {finding.code for finding in report.findings} >= {"post.missing", "link.missing", "picture.missing"}
    assert {finding.where for finding in report.findings} == {
        f"{chapter_ids([THREAD] * 4)[3]}, post {n}" for n in range(1, 6)
    }


CHAPTER = "EPUB/t1.xhtml"
SABOTAGES: dict[str, tuple[str, Change, str]] = {
    "a post dropped": (CHAPTER, without(r'<p class="f" id="t1-p3">.*?</p>\n'), "post.missing"),
    "a post emptied": (CHAPTER, replacing("Thank you. &lt;No more&gt; &amp; good night", ""), "words.missing"),
    "two posts swapped": (CHAPTER, swapped(3, 5), "post.order"),
    "the words of two posts swapped": (
        CHAPTER,
        words_swapped("Thank you. &lt;No more&gt; &amp; good night", "كل خريطة هي حجة"),
        "words.missing",
    ),
    "a letter altered": (CHAPTER, replacing("cataloguer", "catalogeur"), "words.missing"),
    "a letter altered in the heading": (
        CHAPTER,
        replacing("map leaves something", "map leaves somethyng"),
        "words.missing",
    ),
    "a letter altered under the heading": (CHAPTER, replacing("I kept a list", "I kept a lisp"), "words.missing"),
    "a letter altered after a link": (CHAPTER, replacing("the “obvious” kind", "the “obvious” kin"), "words.missing"),
    "an emoji dropped": (CHAPTER, replacing("🧵", ""), "words.missing"),
    "a letter altered in a quotation": (CHAPTER, replacing("The legend admits", "The legend omits"), "words.missing"),
    "a card's description dropped": (CHAPTER, replacing("A guide.", ""), "words.missing"),
    "a hand-made number dropped": (CHAPTER, replacing("3/", ""), "words.missing"),
    "whom a reply answers dropped": (CHAPTER, without(r'<span class="re">@triel</span>'), "words.missing"),
    "words joined out of order": (
        CHAPTER,
        words_swapped("Start with borders", "is the “obvious” kind"),
        "words.missing",
    ),
    "a link cut": (CHAPTER, replacing("remembers?part=2&amp;page=7", "remembers"), "link.missing"),
    "a card's link cut": (CHAPTER, replacing(f' href="{SAMPLE["CARD_LINK"]}"', ""), "link.missing"),
    "a lost picture's address cut": (CHAPTER, replacing(f' href="{SAMPLE["LOST_LINK"]}"', ""), "link.missing"),
    "a picture deleted": (f"EPUB/{RED}", lambda _: None, "picture.missing"),
    "a picture emptied": (f"EPUB/{BLUE}", lambda _: b"", "picture.missing"),
    "a picture not shown": (CHAPTER, replacing(BLUE, RED), "picture.missing"),
    "a remote picture": (CHAPTER, replacing(f'"{RED}"', '"https://example.org/red.png"'), "reference.remote"),
    "a remote picture without a scheme": (
        CHAPTER,
        replacing(f'"{RED}"', '"//example.org/red.png"'),
        "reference.remote",
    ),
    "a remote script": (
        CHAPTER,
        replacing("</body>", '<script src="http://example.org/x.js"/></body>'),
        "reference.remote",
    ),
    "a remote source set": (
        CHAPTER,
        replacing("<figure>", '<figure><img alt="" srcset="images/a.png 1x, https://example.org/b.png 2x"/>'),
        "reference.remote",
    ),
    "a remote style": (
        CHAPTER,
        replacing('class="f"', "style=\"background:url( 'https://e.org/a')\""),
        "reference.remote",
    ),
    "a remote import": (
        "EPUB/style.css",
        lambda css: b'@import "https://example.org/a.css";' + css,
        "reference.remote",
    ),
    "a remote face": ("EPUB/style.css", lambda css: css + b"@font-face{src:url(//e.org/f.woff)}", "reference.remote"),
    "a style sheet that is not there": (CHAPTER, replacing('"style.css"', '"styles.css"'), "reference.dangling"),
    "a note that is not there": (CHAPTER, replacing('id="t1-n1"', 'id="t1-n9"'), "reference.dangling"),
    "contents that lead nowhere": ("EPUB/nav.xhtml", replacing("colophon.xhtml", "end.xhtml"), "reference.dangling"),
    "a document cut off": (CHAPTER, lambda data: data[:-200], "document.broken"),
    "a chapter left out": (CHAPTER, lambda _: None, "post.missing"),
    "a part not declared": ("EPUB/content.opf", without(r'<item href="style.css"[^>]*>'), "package.broken"),
    "a package cut off": ("EPUB/content.opf", lambda data: data[: len(data) // 2], "package.broken"),
    "no container": ("META-INF/container.xml", lambda _: None, "package.broken"),
    "an empty container": ("META-INF/container.xml", lambda _: b"<container/>", "package.broken"),
    "another type": ("mimetype", lambda _: b"application/zip", "file.member"),
    "no type": ("mimetype", lambda _: None, "file.member"),
    "evidence left out": ("EPUB/evidence/thread.json", lambda _: None, "evidence.missing"),
    "evidence altered": ("EPUB/evidence/thread.json", lambda data: data.replace(b"Mara", b"Myra"), "evidence.missing"),
}


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_every_sabotage_is_found(whole: Path, sabotage: str) -> None:
    part, change, code = SABOTAGES[sabotage]
    assert code in codes(rewritten(whole, part, change))


@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.99])
def test_a_truncated_file_is_found(whole: Path, part: float) -> None:
    data = whole.read_bytes()
    whole.write_bytes(data[: int(len(data) * part)])
    assert codes(whole) == {"file.broken"}


def test_a_flipped_bit_is_found(whole: Path) -> None:
    data = bytearray(whole.read_bytes())
    data[data.index(SAMPLE["RED"]) + len(SAMPLE["RED"]) // 2] ^= 4
    whole.write_bytes(data)
    assert codes(whole) == {"file.member"}


def test_a_type_that_is_deflated_is_found(whole: Path) -> None:
    out = whole.with_name("deflated.epub")
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert codes(out) == {"file.member"}


def test_two_parts_of_one_name_are_found(whole: Path) -> None:
    with zipfile.ZipFile(whole, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("EPUB/style.css", "")
    assert "file.member" in codes(whole)


def test_no_file_is_a_finding(tmp_path: Path) -> None:
    assert codes(tmp_path / "nothing.epub") == {"file.broken"}


def test_the_check_is_quick(whole: Path) -> None:
    check(whole, [THREAD], EVIDENCE)
    best = min(_timed(whole) for _ in range(5))
    assert best < 0.25, "5 posts take about 3 ms on an idle machine"


def _timed(path: Path) -> float:
    begin = time.process_time()
    check(path, [THREAD], EVIDENCE)
    return time.process_time() - begin


@pytest.mark.parametrize("lost", [0, 1])
def test_a_slice_that_is_not_shown_is_found(lost: int, whole: Path) -> None:
    """Where a picture is divided every slice must be in its chapter, and then the whole one need not be."""
    samples = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
    (original,) = samples["store_of"](SAMPLE["RED"]).pictures.values()
    size = plan(original.probe, PRESETS["reader"], Wishes())
    slices = []
    for number, rows in enumerate(((0, 9), (9, size.size[1])), 1):
        made = Derivative(original, slice_of(size, original.probe, rows))
        slices.append(RenderedPicture(RED.replace(".png", f"-{number:02}.png"), "image/png", made.make, made))
    shown = "".join(f'<img src="{each.name}" alt=""/>' for each in slices[lost:])
    book = rewritten(
        whole, "EPUB/t1.xhtml", lambda data: re.sub(rb'<img[^>]*src="%s"[^>]*>' % RED.encode(), shown.encode(), data)
    )
    with zipfile.ZipFile(book, "a") as archive:
        for each in slices:
            archive.writestr(f"EPUB/{each.name}", each.read())
    found = check(book, [THREAD], EVIDENCE, slices).findings
    missing = [finding for finding in found if finding.code == "picture.missing"]
    assert len(missing) == lost


@pytest.mark.parametrize(("part", "found"), [(1, set()), (2, {"picture.missing"})])
def test_another_picture_in_its_place_is_found(part: int, found: set[str], whole: Path) -> None:
    samples = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
    (original,) = samples["store_of"](SAMPLE["RED"]).pictures.values()
    longest = max(original.probe.width, original.probe.height)
    recipe = plan(original.probe, PRESETS["reader"], Wishes(max_size=longest // part))
    made = Derivative(original, recipe)
    shown = [RenderedPicture(RED, "image/png", made.make, made)]
    assert {finding.code for finding in check(whole, [THREAD], EVIDENCE, shown).findings} == found


def test_a_picture_that_was_written_is_held_against_what_was_read_then(tmp_path: Path) -> None:
    samples = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
    (original,) = samples["store_of"](SAMPLE["RED"]).pictures.values()
    made = Derivative(original, plan(original.probe, PRESETS["reader"], Wishes()))
    reads: list[Derivative] = []

    def read() -> bytes:
        reads.append(made)
        return made.make()

    picture = RenderedPicture(RED, "image/png", read, made)
    book = tmp_path / "book.epub"
    rendered = SAMPLE["rendered"]()
    shown = tuple(picture if each.name == RED else each for each in rendered.pictures)
    EPUB.write(replace(rendered, pictures=shown), book)
    other = rewritten(book, f"EPUB/{RED}", lambda _: SAMPLE["COVER"])
    for path, found in ((book, 0), (other, 1)):
        codes = [finding.code for finding in check(path, [THREAD], EVIDENCE, [picture]).findings]
        assert codes.count("picture.missing") == found
    assert len(reads) == 1
