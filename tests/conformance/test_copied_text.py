"""Text copied out of a PDF is the text: script by script, with two readers that did not make it.

What is expected of each is written down in docs/scripts.md, and no more is expected here: where a reader cannot give
the words back, their letters are counted (not the marks and vowels that stand on them).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from threadbound import pipeline
from threadbound.media.pictures import Pictures
from threadbound.options import BindOptions
from threadbound.tools import verapdf

EXACT, LETTERS = "every character in order", "every letter"
#: Script → words, what pypdf gives back of them, what pdftotext does.
SCRIPTS: dict[str, tuple[str, str, str]] = {
    "latin": ("Naïve façade, Þorn, Łódź: Tiếng Việt đẹp lắm, “quotes” in 1998 — fine, office.", EXACT, EXACT),
    "cyrillic": ("Хорошая книга не кончается. Її, Ґанок, Ђорђе, Љубав, ѝ Ўрад.", EXACT, EXACT),
    "greek": ("Ένα καλό βιβλίο δεν τελειώνει. Ἐν ἀρχῇ ἦν ὁ λόγος, ᾧ τῷ Ὀδυσσεῖ.", EXACT, EXACT),
    "arabic": ("الكتاب الجيد لا ينتهي عند صفحته الأخيرة، بل ينتظر قارئه التالي", EXACT, LETTERS),
    "persian": ("کتاب خوب در صفحه آخر تمام نمی‌شود؛ فقط منتظر خواننده بعدی است، گچ پژ", LETTERS, LETTERS),
    "urdu": ("اچھی کتاب آخری صفحے پر ختم نہیں ہوتی، وہ صرف اگلے پڑھنے والے کا انتظار کرتی ہے", EXACT, LETTERS),
    "hebrew": ("ספר טוב אינו נגמר בעמוד האחרון, הוא רק מחכה לקורא הבא", EXACT, LETTERS),
    "hebrew, with a full stop": ("ספר טוב אינו נגמר.", LETTERS, LETTERS),
    "hebrew within english": ("A word in Hebrew, עברית, and more words.", EXACT, LETTERS),
    "arabic, with a full stop": ("قررت اللجنة إبقاء المقياس.", LETTERS, LETTERS),
    "hebrew, pointed": ("סֵפֶר טוֹב אֵינוֹ נִגְמָר, בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם", EXACT, LETTERS),
    "hebrew beside mathematical letters": ("שלום 𝐐𝑪 ועוד", LETTERS, LETTERS),
    "arabic, with vowels": ("بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ مُحَمَّدٌ رَسُولُ ٱللَّهِ ﷺ", EXACT, LETTERS),
    "marks upon marks": ("Z̴̢̛a̷͝͡ĺ̵̨̧̛g̸̡̛̿ơ̶̢̧̨̿̀ t̸̨̛͊͜e̵x̶t", EXACT, LETTERS),
    "one glyph for two signs": ("图书・阅读•写作·生活‧了①一➀二⋯三人⼈", LETTERS, EXACT),
    "private use": ("An Apple \uf8ff, a prompt \ue0a0, \ue000 and \U000f0000.", LETTERS, LETTERS),
    "devanagari": ("अच्छी किताब आख़िरी पन्ने पर ख़त्म नहीं होती, क्षत्रिय ज्ञान श्री", LETTERS, EXACT),
    "bengali": ("একটি ভালো বই শেষ পৃষ্ঠায় শেষ হয় না", LETTERS, EXACT),
    "tamil": ("நல்ல புத்தகம் கடைசி பக்கத்தில் முடிவதில்லை", LETTERS, EXACT),
    "malayalam": ("ഒരു നല്ല പുസ്തകം അവസാന പേജിൽ അവസാനിക്കുന്നില്ല", LETTERS, EXACT),
    "thai": ("หนังสือที่ดีไม่จบที่หน้าสุดท้าย น้ำ ทำ", LETTERS, EXACT),
    "khmer": ("សៀវភៅល្អមិនចប់នៅទំព័រចុងក្រោយទេ", LETTERS, EXACT),
    "burmese": ("ကောင်းသောစာအုပ်သည် နောက်ဆုံးစာမျက်နှာတွင် မပြီးဆုံးပါ", LETTERS, EXACT),
    "armenian": ("Լավ գիրքը չի ավարտվում վերջին էջում", EXACT, EXACT),
    "georgian": ("კარგი წიგნი ბოლო გვერდზე არ მთავრდება", EXACT, EXACT),
    "ethiopic": ("ጥሩ መጽሐፍ በመጨረሻው ገጽ አያልቅም", EXACT, EXACT),
    "simplified chinese": ("好书不会在最后一页结束，它只是在等待下一位读者。", EXACT, EXACT),
    "traditional chinese": ("好書不會在最後一頁結束，它只是在等待下一位讀者。", EXACT, EXACT),
    "japanese": ("よい本は最後の頁で終わらない。次の読者を静かに待っている。", EXACT, EXACT),
    "korean": ("좋은 책은 마지막 쪽에서 끝나지 않는다. 다음 독자를 기다린다.", EXACT, EXACT),
    "mathematical": ("𝓜𝓪𝓽𝓱 𝐛𝐨𝐥𝐝 𝘪𝘵𝘢𝘭𝘪𝘤 𝕕𝕠𝕦𝕓𝕝𝕖 𝚖𝚘𝚗𝚘 ∑√ ≤ → ⇒ ℝ", EXACT, EXACT),
    "emoji": ("👩🏽‍🔬 🏳️‍🌈 🇺🇦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣ #️⃣ ❤️ 👨‍👩‍👧‍👦 🫩 🇨🇶 ℹ️ ™️ in words 🧵", EXACT, EXACT),
}
#: Marks of direction that a reader puts in; places where a word may break.
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad]")


def folded(text: str) -> str:
    """Characters without white space, composed."""
    return "".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


def letters(text: str) -> Counter[str]:
    """Letters and how often; a form that stands for one (UAX #15) counts as it."""
    return Counter(each for each in unicodedata.normalize("NFKC", folded(text)) if each.isalpha())


def holds(copied: str, words: str, expected: str) -> bool:
    return folded(words) in folded(copied) if expected is EXACT else letters(words) <= letters(copied)


@pytest.fixture
def bound(request: pytest.FixtureRequest, make_page: Callable[..., Path], cache: Path, tmp_path: Path) -> Path:
    """A PDF whose second post is in the script, checked by its own check on the way."""
    store = Pictures()
    page = pipeline.read(str(make_page(["A post in English comes first.", SCRIPTS[request.param][0]])), store)
    target = tmp_path / "book.pdf"
    pipeline.make(pipeline.Content((page,)), store, BindOptions("pdf", output=target, cache_dir=cache), target)
    return target


@pytest.mark.parametrize(("bound", "script"), [(name, name) for name in SCRIPTS], indirect=["bound"], ids=list(SCRIPTS))
def test_pypdf_gives_back(bound: Path, script: str) -> None:
    words, expected, _ = SCRIPTS[script]
    with pypdf.PdfReader(bound) as reader:
        assert holds(reader.pages[0].extract_text(), words, expected)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
@pytest.mark.parametrize(("bound", "script"), [(name, name) for name in SCRIPTS], indirect=["bound"], ids=list(SCRIPTS))
def test_pdftotext_gives_back(bound: Path, script: str) -> None:
    words, _, expected = SCRIPTS[script]
    command = ["pdftotext", "-l", "1", str(bound), "-"]
    copied = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
    assert holds(copied, words, expected)


@pytest.mark.judge
@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_every_script_at_once_obeys_the_standards(
    flavour: str, make_page: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    verapdf.start()
    store = Pictures()
    page = pipeline.read(str(make_page([words for words, _, _ in SCRIPTS.values()])), store)
    target = tmp_path / "book.pdf"
    pipeline.make(pipeline.Content((page,)), store, BindOptions("pdf", output=target, cache_dir=cache), target)
    assert verapdf.validate(target, flavour) == []
