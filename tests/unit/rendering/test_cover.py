"""The cover: deterministic, small, legible, and never a reason to fail."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from threadbound.rendering import cover, faces, lettering
from threadbound.rendering.lettering import Style

SMALL = (400, 600)
PAPER = (0xF3, 0xEC, 0xDD)
shaping = pytest.mark.skipif(not faces.can_shape(), reason="Pillow without the shaping library")


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def ink(image: Image.Image) -> int:
    """How many pixels of the slip, inside its red rule, are not bare paper."""
    width, height = image.size
    box = (int(width * 0.225), int(height * 0.1), int(width * 0.89), int(height * 0.68))
    colours = image.crop(box).getcolors(1 << 20) or []
    return sum(count for count, colour in colours if colour != PAPER)


def test_a_cover_is_a_small_png_of_the_size_asked_for() -> None:
    for size in ((1600, 2400), (1240, 1760)):
        data = cover.draw("Every map leaves something out", "Mara Lindqvist", "A thread of 14 posts", size=size)
        assert data.startswith(b"\x89PNG")
        assert opened(data).size == size
        assert len(data) < 120_000


def test_the_same_words_give_the_same_bytes() -> None:
    assert cover.draw("On rain", "Ren", "A thread") == cover.draw("On rain", "Ren", "A thread")


def test_the_cloth_is_the_authors() -> None:
    authors = [f"Author {n}" for n in range(60)]
    assert {cover.cloth(author) for author in authors} == set(cover.CLOTHS)
    corner = opened(cover.draw("a", authors[0], "b", size=SMALL)).getpixel((399, 599))
    assert corner == cover.cloth(authors[0])


@pytest.mark.parametrize(
    "title",
    [
        "On rain",
        "I think that paper remembers more than the people who fold it",
        "紙の本はどのように記憶するか、そして糸は何を綴じるのか",
        "中国的地图为什么会说谎，以及我们怎样才能看出来",
        "지도는 왜 거짓말을 하는가",
        "🧵 Why maps lie 🗺️👩🏽‍🔬",
        "Что остаётся за краем карты",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikantenwitwe",
        "long title " * 27,
        "x" * 5000,
        "紙" * 300,
        pytest.param("כל מפה היא טיעון 2022 (OK)", marks=shaping),
        pytest.param("كل خريطة هي حجة حول ما يجب تركه، 3 أجزاء", marks=shaping),
    ],
)
def test_every_title_stands_on_its_slip(title: str) -> None:
    bare = ink(opened(cover.draw("", "", "")))
    image = opened(cover.draw(title, "", ""))
    assert ink(image) > bare + 5000
    width, height = image.size
    for strip in (
        (int(width * 0.92), 0, width, height),
        (int(width * 0.2), int(height * 0.705), width, height),
        (int(width * 0.875), int(height * 0.1), int(width * 0.89), int(height * 0.6)),
    ):
        assert len(image.crop(strip).getcolors() or []) == 1, "words left the slip, or touch its rule"


def test_words_that_nothing_can_draw_leave_an_empty_slip() -> None:
    bare = cover.draw("", "", "", size=SMALL)
    assert cover.draw(" \n\t", "", "", size=SMALL) == bare
    assert cover.draw("\x00\ud800\U0010fffe\ue000", "", "", size=SMALL) == bare


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_no_words_make_it_fail(title: str, author: str, subtitle: str) -> None:
    assert opened(cover.draw(title, author, subtitle, size=(160, 240))).size == (160, 240)


def test_a_portrait_is_set_and_a_broken_one_is_left_out() -> None:
    out = io.BytesIO()
    Image.new("RGB", (90, 60), "#2255cc").save(out, "JPEG")
    bare = cover.draw("On rain", "Ren", "A thread")
    assert cover.draw("On rain", "Ren", "A thread", portrait=b"no picture") == bare
    assert cover.draw("On rain", "Ren", "A thread", portrait=out.getvalue()[:200]) == bare
    with_portrait = cover.draw("On rain", "Ren", "A thread", portrait=out.getvalue())
    blues = [c for _, c in opened(with_portrait).getcolors(1 << 20) or [] if isinstance(c, tuple) and c[2] > c[0] + 100]
    assert blues
    assert len(with_portrait) < 120_000


def _style(smallest: float = 20) -> Style:
    return Style(faces.garamond("500Medium"), 100, smallest, 1.1)


def test_text_is_as_large_as_fits_and_its_lines_are_balanced() -> None:
    one = lettering.fit("On rain", _style(), 600, 400)
    more = lettering.fit("On rain and on what the paper does when it is left in it", _style(), 600, 400)
    assert one.size == 100
    assert len(one.lines) == 1
    assert more.size < 100
    assert more.height <= 400
    assert " ".join(more.lines) == "On rain and on what the paper does when it is left in it"
    assert min(map(len, more.lines)) > 0.5 * max(map(len, more.lines))


def test_text_that_cannot_fit_is_cut_between_words_and_says_so() -> None:
    cut = lettering.fit("folded paper " * 100, _style(), 600, 200)
    assert cut.size == 20
    assert cut.height <= 200
    assert cut.lines[-1].endswith(("folded…", "paper…"))


def test_a_word_wider_than_the_box_is_divided_and_none_of_it_is_lost() -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    divided = lettering.fit(word, _style(60), 400, 900)
    assert len(divided.lines) > 1
    assert "".join(line.removesuffix("-") for line in divided.lines) == word


def test_closing_signs_do_not_begin_a_line() -> None:
    set_text = lettering.fit("紙の本は、どのように。記憶、するか。" * 4, _style(), 420, 900)
    assert len(set_text.lines) > 2
    assert not any(line[0] in "、。" for line in set_text.lines)


def test_each_script_has_a_face_and_marks_stay_with_their_letter() -> None:
    first = faces.garamond("500Medium")
    assert [run.text for run in faces.runs("Αθήνα Москва Việt e\u0301", first)] == ["Αθήνα Москва Việt e\u0301"]
    japanese = faces.runs("本 book", first)
    assert [run.text for run in japanese] == ["本", " book"]
    assert "JP" in faces.runs("の本", first)[0].face.path.name
    assert "SC" in japanese[0].face.path.name
    assert list(faces.clusters("e\u0301👩🏽‍🔬🇫🇷🇩🇪x")) == ["e\u0301", "👩🏽‍🔬", "🇫🇷", "🇩🇪", "x"]


@shaping
def test_runs_know_their_direction() -> None:
    first = faces.garamond("500Medium")
    found = faces.runs("מפה (OK) 2022", first, is_rtl=True)
    assert [(run.text, run.is_rtl) for run in found if run.text.strip(" ()")] == [
        ("מפה (", True),
        ("OK", False),
        ("2022", False),
    ]
    assert faces.is_right_to_left("2022 מפה map")
    assert not faces.is_right_to_left("2022 map מפה")


def test_without_the_shaping_library_scripts_that_need_it_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "can_shape", lambda: False)
    faces._installed.cache_clear()
    try:
        assert faces.runs("خريطة", faces.garamond("500Medium")) == []
        cover.draw("خريطة maps 本", "Ren", "", size=SMALL)
    finally:
        faces._installed.cache_clear()


def test_the_title_is_divided_as_evenly_as_it_can_be() -> None:
    lines = lettering.fit(
        "Everything good that I know about maps was said by somebody else", _style(60), 680, 700
    ).lines
    assert lines == ("Everything good", "that I know", "about maps", "was said by", "somebody else")


def test_nothing_is_divided_at_a_no_break_space() -> None:
    names = lettering.fit("Perpetua\xa0Quill, Mara\xa0Lindqvist and\xa03\xa0others", _style(), 700, 240)
    assert names.lines == ("Perpetua Quill,", "Mara Lindqvist", "and 3 others")


def test_words_run_as_they_are_told_to() -> None:
    assert lettering.fit("דנה פרידמן, Perpetua Quill", _style(), 700, 240).is_rtl
    assert not lettering.fit("דנה פרידמן, Perpetua Quill", _style(), 700, 240, is_rtl=False).is_rtl
