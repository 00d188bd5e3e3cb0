"""The gallery's threads in other scripts, and in emoji.

Before: nothing. After: a :class:`Sample` of each. Persons and places are invented.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from gallery import drawings
from gallery.page import Picture, Said, Sample, link, quote


def arabic() -> Sample:
    """Arabic, with Latin words, figures, a list, a picture and a quoted post."""
    posts = (
        Said("كانت جدتي تقول إن الكتاب لا يُقرأ قبل أن يُخاط. هذه حكاية ورشة صغيرة في آخر السوق القديم."),
        Said(
            "في الورشة ثلاثة أشياء لا يجوز لمسها: الإبرة، والخيط، وساعة الحائط التي توقفت سنة 1967 عند الساعة 4:25."
            " قالت: «الوقت هنا للورق، لا لنا»."
        ),
        Said(
            "للخياطة أربع خطوات:\n\n1. اطوِ الورقة مع أليافها.\n2. اثقب الطيّات الأربع معًا.\n3. شمّع الخيط مرتين.\n4. لا تستعجل."
        ),
        Said(
            "اشترينا المكبس من معرض London Book Fair عام 2009 بثمن £340، وعليه كلمة واحدة بالإنجليزية: HOLD. وما زلنا"
            " نسميه «هولد»."
        ),
        Said(
            "هذا هو السوق من السطح، صباحًا.",
            (Picture(partial(drawings.landscape, 4), "السوق القديم من السطح، والشمس منخفضة."),),
        ),
        Said(
            "وكما كتب صديقي @tomas_riel:",
            after=quote(
                "tomas_riel",
                1650000000000000000,
                "The thread is the only part of a book that has ever been in a hurry.",
                "— Tomás Riel (@tomas_riel)",
            ),
        ),
        Said(
            "النهاية: أُغلقت الورشة في 12/3/2021 بعد 58 سنة. والخيط باقٍ. "
            + link("https://khayt.example/ar/archive", "khayt.example/ar/archive")
        ),
    )
    return Sample(
        "arabic",
        "يسرى الحلبي",
        "yusra_khayt",
        datetime(2022, 4, 2, 17, 30, tzinfo=UTC),
        posts,
        avatar=partial(drawings.sign, "YH", (34, 92, 72)),
        language="ar",
    )


def hebrew() -> Sample:
    """Hebrew, with Latin words and figures."""
    posts = (
        Said("סבא שלי כרך ספרים בחיפה ארבעים ושתיים שנה, ומעולם לא קרא אף אחד מהם עד הסוף."),
        Said(
            "הוא אמר: ״אם אקרא, אתאהב. אם אתאהב, אחתוך עקום״. זה היה הכלל הראשון מתוך 7 שהיו תלויים על הקיר, בין מפת נמל משנת 1934 לבין לוח שנה של Barclays Bank."
        ),
        Said("הכלים:\n- מחט עקומה\n- חוט פשתן 18/3\n- עצם קיפול\n- ספל קפה אחד, שאסור להזיז"),
        Said(
            "פעם הגיע אליו חבילה מ־New York, ובה 12 מחברות רטובות. הוא תלה אותן דף־דף על חבלי כביסה (כן, בסלון), וסבתא לא דיברה איתו שלושה ימים.",
            (Picture(partial(drawings.landscape, 7), "חבלי כביסה וערב מעל הגגות."),),
        ),
        Said("את המחברת ה־12 הוא קרא עד הסוף. הוא לא אמר לנו מה היה כתוב בה."),
    )
    return Sample(
        "hebrew", "דנה פרידמן", "dana_korekhet", datetime(2023, 6, 18, 9, 0, tzinfo=UTC), posts, language="he"
    )


def persian() -> Sample:
    """Persian, with joiners that do not show, Persian and Latin figures."""
    posts = (
        Said("پدربزرگم صحاف بود و می‌گفت کتاب را با نخ می‌نویسند، نه با قلم. این رشته دربارهٔ اوست."),
        Said(
            "دکانش در کوچه‌ای بود که سه پله پایین‌تر از خیابان می‌رفت. سال ۱۳۴۸ آنجا را با ۱۲۰۰ تومان خرید و روی در نوشت: «آهسته»."
        ),
        Said(
            "نیم‌فاصله را از او یاد گرفتم، سال‌ها پیش از آن‌که Unicode به آن بگوید U+200C. می‌گفت: «میان دو برگ هم فاصله‌ای هست که دیده نمی‌شود، ولی بی آن کتاب باز نمی‌شود.»"
        ),
        Said("۱. کاغذ را بشنو.\n۲. نخ را موم بزن.\n۳. گره را پنهان کن."),
        Said(
            "در ۲۵٪ کتاب‌هایی که تعمیر می‌کرد (خودش شمرده بود: ۳۱ از ۱۲۴)، لای صفحه‌ها چیزی جا مانده بود: بلیت، گلبرگ، نامه. همه را برمی‌گرداند."
        ),
    )
    return Sample(
        "persian", "روشنک امینی", "roshanak_sahhaf", datetime(2021, 9, 22, 14, 10, tzinfo=UTC), posts, language="fa"
    )


def japanese() -> Sample:
    """Japanese, with Latin words, figures, brackets and a long word in kana."""
    posts = (
        Said(
            "祖母の製本所には、入口に一行だけ貼り紙があった。「糸が本である。」紙は、糸が抱えているものにすぎない、という意味だ。"
        ),
        Said(
            "四つ目綴じは、穴を四つあけて糸を一本通すだけの、ごく簡単な方法に見える。けれども最初の穴の位置が1ミリずれると、最後の頁までずっと1ミリずれたままになる。祖母はそれを「正直な綴じ」と呼んでいた。"
        ),
        Said("道具は次のとおり。\n\n1. 目打ち\n2. 針（木綿用、No. 3）\n3. 絹糸、または麻糸\n4. ヘラ"),
        Said(
            "2011年の春、棚から落ちた本は全部で348冊。壊れたのは、糊だけで綴じてあった23冊だけだった。PDFにもEPUBにも、糸はない。でも、ページの順番を守るという仕事は同じだと思う。",
            (Picture(partial(drawings.landscape, 1), "夕暮れの山並み。"),),
        ),
        Said(
            "コンピューターで組版をするようになっても、「ぶら下げ」や「追い出し」という言葉を聞くたびに、祖母の手を思い出す。（この話、つづきます。）"
        ),
    )
    return Sample(
        "japanese",
        "三浦灯",
        "akari_miura",
        datetime(2024, 5, 12, 3, 0, tzinfo=UTC),
        posts,
        avatar=partial(drawings.sign, "AM", (120, 40, 52)),
        language="ja",
    )


def simplified() -> Sample:
    """Chinese in simplified characters."""
    posts = (
        Said("外婆的装订铺门上只写了一行字：“线就是书。”纸不过是线所托住的东西。"),
        Said(
            "线装书的第一步不是穿线，而是等。纸要在屋里放满三天，让它习惯这里的湿度；否则书一合上，书脊就会弯。她说：“急的人，去做信封。”"
        ),
        Said("工具如下：\n1. 锥子\n2. 两根针\n3. 丝线（30支，双股）\n4. 一杯不许挪动的茶"),
        Said(
            "1998年发大水，铺子里进了60厘米深的水。我们把2,000多册书晾在操场上，用了整整一个暑假。后来有人问我什么是backup，我就想起那个操场。"
        ),
    )
    return Sample(
        "chinese-simplified", "林知秋", "linzhiqiu", datetime(2023, 8, 8, 1, 20, tzinfo=UTC), posts, language="zh-Hans"
    )


def traditional() -> Sample:
    """Chinese in traditional characters."""
    posts = (
        Said("外公的裝訂鋪門上只寫了一行字：「線就是書。」紙不過是線所托住的東西。"),
        Said("他修書時從不說話，只在修完之後，把書放在耳邊翻一遍，說：「聽，骨頭接好了。」街坊都叫他「書的接骨師」。"),
        Said(
            "鋪子在2009年收掉，最後一本是一冊1923年的族譜，共416頁，缺7頁。外公在缺頁處夾了白紙，寫上：「此處原有，今無。」"
        ),
    )
    return Sample(
        "chinese-traditional",
        "沈懷書",
        "shen_huaishu",
        datetime(2022, 10, 30, 5, 45, tzinfo=UTC),
        posts,
        language="zh-Hant",
    )


def korean() -> Sample:
    """Korean, with words that may break at spaces only."""
    posts = (
        Said(
            "할머니의 제본소 문에는 한 줄만 적혀 있었다. “실이 곧 책이다.” 종이는 실이 붙들고 있는 것일 뿐이라는 뜻이었다."
        ),
        Said(
            "오침안정법은 구멍을 다섯 개 뚫고 실 한 가닥을 꿰는 방법이다. 간단해 보이지만, 첫 구멍이 1mm 어긋나면 마지막 장까지 1mm가 어긋난다. 할머니는 그것을 ‘정직한 바느질’이라고 불렀다."
        ),
        Said("준비물:\n1. 송곳\n2. 바늘 두 개\n3. 명주실\n4. 조용한 저녁 하나"),
        Said(
            "2002년 태풍 때 책 500권이 젖었다. 우리는 마당에 줄을 매고 한 장씩 널었다. 그해 여름 내내 우리 집은 책이었다(정말로)."
        ),
    )
    return Sample("korean", "윤서린", "seorin_binds", datetime(2024, 2, 11, 10, 15, tzinfo=UTC), posts, language="ko")


def emoji() -> Sample:
    """Emoji of every kind: joined, toned, flags, keycaps, in words, alone, and in an author's name."""
    posts = (
        Said(
            "A field guide to the small pictures. 🧵👇 Everything below was typed by people who had other things to do."
        ),
        Said(
            "Families: 👨‍👩‍👧‍👦 👩‍👩‍👦 👨‍👧 👩‍👧‍👧. Trades: 👩🏽‍🔬 🧑🏿‍🚀 👨🏻‍🍳 👩‍🌾 🧑‍⚖️. They are one sign each, however many people are inside."
        ),
        Said(
            "Hands in six tones: 👍 👍🏻 👍🏼 👍🏽 👍🏾 👍🏿. And two that meet: 🫱🏻‍🫲🏿, 🤝🏽, or wrestle: 🧑🏻‍🫯‍🧑🏿."
        ),
        Said("Flags: 🇳🇴🇸🇪🇫🇮 🇯🇵 🇧🇷 🇿🇦, flags of parts of countries: 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿, and flags of no country: 🏳️‍🌈 🏴‍☠️ 🏁."),
        Said("Keycaps in a list:\n1️⃣ Fold\n2️⃣ Prick\n3️⃣ Sew\n🔟 Rest #️⃣ *️⃣"),
        Said("Text or picture? ☎ ☎️ ✈ ✈️ ❤ ❤️ ☀︎ ☀️ ♟ ♟️ © ® ™ ↔ ▶ ▶️"),
        Said(
            "In the middle of words they should not disturb: water💧paper📄thread🧵, a price of 5€💶, (🙂), “🙂”, and at the end of a sentence 🌊."
        ),
        Said("🪡🧵📖\n\n🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉"),
        Said(
            "Letters that look like type but are mathematics: 𝗯𝗼𝗹𝗱, 𝘪𝘵𝘢𝘭𝘪𝘤, 𝓼𝓬𝓻𝓲𝓹𝓽, 𝔣𝔯𝔞𝔨𝔱𝔲𝔯, 𝚖𝚘𝚗𝚘, Ⓒⓘⓡⓒⓛⓔ. And ½ ⅔ → ⇒ ✓ ✗ ★ ☆ ■ ▲ ∞ ≠ ≤."
        ),
        Said("That’s all 🫡"),
    )
    return Sample("emoji", "Perpetua Quill 🪡📚", "perpetuabinds", datetime(2024, 7, 17, 11, 11, tzinfo=UTC), posts)
