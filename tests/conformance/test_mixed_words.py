"""Posts in which scripts, links, names, brackets and emoji stand beside each other by chance: each makes a book.

A book is refused where its check misses a word, so every word is on its pages; and where the check is wrong, it shows.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run

pytestmark = pytest.mark.slow

WORDS = {
    "Latin": "The don't — naïve façade “quoted” 1/ 2) office 3/4 10% $5.00 #1 well-known A.B.C. (TO A POINT!) ...",
    "German": "Größe Straße währt Donaudampfschifffahrt ‚halb‘ „ganz“ 3,5 Käse",
    "Cyrillic": "Привет мир! объявление «ёлки» съезд 5-й",
    "Greek": "Καλημέρα κόσμε ἄνθρωπος ᾧ",
    "Arabic": "كتاب جميل، السلام عليكم؟ ١٢٣ محمدٌ قَالَ ﷺ لا إله",
    "Persian": "می‌خواهم کتاب‌ها گفت؛ پنج ۵",
    "Hebrew": 'שלום עולם! ספר טוב "ציטוט" בְּרֵאשִׁית צה״ל',
    "Hindi": "नमस्ते दुनिया क्षत्रिय श्री हिन्दी। १२",
    "Tamil": "தமிழ் மொழி ஸ்ரீ கொ",
    "Thai": "สวัสดีชาวโลก น้ำ กรุงเทพฯ ๑๒",
    "Khmer": "ភាសាខ្មែរ ស្រុក",
    "Chinese": "漢字 简体字，測試。 「引文」 你好世界！",
    "Japanese": "日本語 テスト。 ひらがな、 ﾊﾝｶｸ",
    "Korean": "한국어 시험 안녕",
    "mathematics": "𝐛𝐨𝐥𝐝 𝒾𝓉𝒶𝓁𝒾𝒸 𝟙𝟚 ∑ → ½ x² H₂O ① ™ © Ⓜ",
    "marks": "Z\u0334\u0322\u031ba\u0337l\u0335go e\u0301 A\u030a \u200fx\u200e a\u00adb \u2066abc\u2069",
}
EMOJI = "😀 👩🏽\u200d🔬 🇩🇪 1️⃣ ❤️ ☎ ☎️ 🧵 👨\u200d👩\u200d👧\u200d👦 ✊🏿 ©️ ↔️ ▶".split()
BRACKETS = '( ) [ ] « » " - / :'.split()
LINKS = (
    '<a class="entity-url" href="https://example.org/b">example.org/b</a>',
    '<a class="entity-url" href="https://example.com/a-very/long/path?x=1&amp;y=2#z">example.com/a-very/long/pa…</a>',
    '<a class="entity-mention" href="https://twitter.com/mara">@mara</a>',
    '<a class="entity-hashtag" href="https://twitter.com/hashtag/y">#كتاب</a>',
    "@plain_name",
    "https://bare.example/x",
)
LOOKS = ((), ("--style", "posts"), ("--links", "inline"), ("--links", "footnote"), ("--theme", "sans"))


def body(chance: random.Random) -> str:
    """A post, in one to three scripts."""
    scripts = chance.sample(list(WORDS), chance.choice((1, 1, 2, 2, 3)))
    words = []
    for _ in range(chance.randint(1, chance.choice((4, 12, 40)))):
        kind = chance.choices(("word", "link", "break", "emoji", "bracket"), (70, 10, 5, 5, 10))[0]
        own = WORDS[chance.choice(scripts)].split()
        words.append(
            chance.choice({"link": LINKS, "break": ("<br>",), "emoji": EMOJI, "bracket": BRACKETS}.get(kind, own))
        )
    return " ".join(words)


@pytest.mark.parametrize("seed", range(12))
def test_a_thread_of_any_words_makes_both_books(seed: int, make_page: Callable[..., Path], tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311 - a choice of words
    page = str(make_page([body(chance) for _ in range(25)]))
    look = LOOKS[seed % len(LOOKS)]
    for product in ("pdf", "epub"):
        out = tmp_path / f"b.{product}"
        assert run([product, "-q", "--offline", page, *look, "-o", str(out)]) == 0
