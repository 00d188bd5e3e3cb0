"""Search compares words as readers do, in every script, and shows where they stand."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbound.errors import UsageError
from threadbound.library import search
from threadbound.library.reading import reading
from threadbound.options import ThreadFilter

ROOT = Path(__file__).parents[2]
SHELF = SimpleNamespace(**runpy.run_path(str(ROOT / "shelf.py")))
POSTS = [
    "The cafés of Zürich don’t close.",
    "第一章、製本の話。ＡＢＣ",
    "ผมรักหนังสือเล่มนี้มาก",
    "서울에서 책을 만든다",
    "هٰذَا كِتَابٌ جَمِيلٌ",
    "सिलाई की किताब",
    "A needle 🪡 and a thread 🧵.",
    "https://example.org/notes/sewing-a-book",
    "e\u0301tude",
    "ភាសាខ្មែរ និង ພາສາລາວ မြန်မာ",
    "Το βιβλίο του Οδυσσέα: ᾠδή",
    "Ещё один переплёт, мой сло\u0301варь",
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found: Path = SHELF.library_of(
        tmp_path_factory.mktemp("search") / "library", SHELF.captured(list(enumerate(POSTS, 1)))
    )
    return found


def found(root: Path, text: str, limit: int = 50) -> Any:
    with reading(root) as desk:
        return search.search(desk.connection, text, ThreadFilter(), limit)


@pytest.mark.parametrize(
    ("text", "post"),
    [
        ("cafes", 1),
        ("CAFÉS", 1),
        ("zurich", 1),
        ("don't", 1),
        ("製本", 2),
        ("章", 2),
        ("abc", 2),
        ("หนังสือ", 3),
        ("서울", 4),
        ("만든", 4),
        ("هذا كتاب", 5),
        ("किताब", 6),
        ("किता*", 6),
        ("🪡", 7),
        ("🧵", 7),
        ("sewing-a-book", 8),
        ("example.org/notes", 8),
        ("étude", 9),
        ("etude", 9),
        ("ខ្មែរ", 10),
        ("ພາສາ", 10),
        ("မြန်မာ", 10),
        ("βιβλιο", 11),
        ("ΒΙΒΛΙΟ ΤΟΥ ΟΔΥΣΣΕΑ", 11),
        ("βίβλ*", 11),
        ('"ΒΙΒΛΙΟ ΤΟΥ ΟΔΥΣ*"', 11),
        ('"ΒΙΒΛΙΟ ΤΟΥ ΟΔΥΣ"*', 11),
        ("ωδη", 11),
        ("ЕЩЕ переплет", 12),
        ("словарь", 12),
    ],
)
def test_every_script_is_found(root: Path, text: str, post: int) -> None:
    hits = found(root, text).hits
    assert [hit.post for hit in hits] == [post]


@pytest.mark.parametrize("text", ["本製", "किब", "мои", "uric", "🧶", "thread needle", "NEAR(needle thread)"][:5])
def test_what_is_not_there_is_not_found(root: Path, text: str) -> None:
    assert found(root, text).total == 0


@pytest.mark.parametrize(
    "text", ['"needle', 'needle"', "needle AND", "needle OR x*", "a* b* ) (", "NOT", "^needle", "text:x"]
)
def test_nothing_that_is_typed_is_a_command_to_the_database(root: Path, text: str) -> None:
    found(root, text)


def test_a_post_is_found_by_the_words_of_every_capture(tmp_path: Path) -> None:
    first = SHELF.captured([(1, "waxed linen, and much more of it"), (2, "kept")], day=1)
    edited = SHELF.captured([(1, "waxed cotton"), (3, "new")], day=2)
    library = SHELF.library_of(tmp_path / "library", first, edited)
    for text in ("linen", "cotton", "waxed"):
        (hit,) = found(library, text).hits
        assert (hit.post, hit.gone) == (1, False)
    assert [hit.gone for hit in found(library, "kept").hits] == [True]
    assert found(library, "new").total == 1


def test_more_than_were_asked_for_are_counted(root: Path) -> None:
    several = found(root, "a* ", limit=1)
    assert (len(several.hits), several.total > 1) == (1, True)


@given(st.text(max_size=30))
def test_any_text_is_asked_for_or_refused_in_words(text: str) -> None:
    try:
        expression, _ = search.parsed(text)
    except UsageError:
        return
    assert expression.count('"') % 2 == 0


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.data())
def test_the_place_of_a_hit_is_in_the_text(text: str, data: Any) -> None:
    begin = data.draw(st.integers(0, len(text)))
    part = text[begin : data.draw(st.integers(begin, len(text)))]
    start, length = search.place(text, part)
    assert 0 <= start <= start + length <= len(text)
