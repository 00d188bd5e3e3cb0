"""Sees which patch alters a byte: ``pdf_patches.py CACHE``, a process of its own since patches stay.

Prints a line for each patch, in their order and each on top of those before it:
its name, and the documents that it altered.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

from threadbound.book.build import Binding, build
from threadbound.model.text import Hashtag, Link, Mention
from threadbound.model.thread import Choice, Poll, Quote
from threadbound.options import LookOptions
from threadbound.rendering.render import Rendering, render
from threadbound.rendering.theme import load
from threadbound.writers import fonts, pdf_library, pdf_piece, pdf_speed
from threadbound.writers.engine import LaidOut, Sheets
from threadbound.writers.pdf_variants import DEFAULT, VARIANTS

SAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "samples.py"))
STAMP = "2025-03-09T10:11:12Z"
#: What no book of ours has, and a sheet of the user's may ask for.
SHEET = """
@page { size: 90mm 120mm; margin: 10% 8mm; @bottom-center { content: counter(page) " of " counter(pages) } }
@page :left { background: #eee }
@counter-style stars { system: cyclic; symbols: "★" "☆"; suffix: " " }
body { font: 11px/1.4 "EB Garamond", serif; font-feature-settings: "smcp"; hyphens: auto; max-width: 90% }
ul { list-style: stars } :root { --gap: 3% } p { margin: var(--gap) 0; text-indent: 1em; text-align: justify }
.box { float: inline-end; inline-size: 30%; padding-inline: 2% 5px; border: 1px solid; min-width: auto; margin: auto }
.deep { width: calc(50% - 3px); letter-spacing: .2px; font-variant: small-caps }
td { padding: 2%; vertical-align: top } s, u, ins { text-decoration: underline wavy }
.flex { display: flex; gap: 2% }
.note { float: footnote } h2 { break-before: page; string-set: head content() }
.down::after { content: target-counter(attr(href url), page) }
"""
MARKUP = """<!DOCTYPE html>
<html lang="en"><head><title>Odd &amp; even</title>
<meta charset="utf-8"/>
<link rel="stylesheet" href="style.css"/></head><body>
<h1 id="top">Odd 👩🏽‍🔬 &amp; even</h1><p>Emoji 🇫🇮 1️⃣ 👩🏽‍🔬 <b>👩🏽‍🔬</b> and a
<a class="down" href="#end">way down</a><span class="note">A note.</span></p>
<p lang="ar" dir="rtl">مرحبا كتاب <u>جميل</u> <a href="https://example.org/">example</a></p>
<p lang="he" dir="rtl">ספר טוב</p>
<p lang="ja">漢字。かな！</p><p lang="de">Donaudampfschifffahrtsgesellschaftskapitän <s>währt</s> am <i>längsten</i></p>
<div class="box">Boxed <span class="deep">deep</span></div><ul><li>one</li><li>two</li></ul>
<div class="flex"><p>left</p><p>right 🇫🇮</p></div><div style="font-size:40px">👩🏽‍🔬</div>
<table><tbody><tr><th scope="col">A</th></tr><tr><td>cell<br/>line</td></tr></tbody></table>
<h2 id="end">End</h2><p>Back <a href="#top">up</a></p>
</body></html>"""


#: Columns over three pages, with all that a line may hold beside text, and what stands beside lines.
ENTRY = """<p id="p{n}">Entry {n} 👩🏽‍🔬, <a href="#p{n}">{n}</a>, <b><i>and <a href="#p1">more</a></i></b>
of it<span class="note">Note {n}.</span></p><p dir="rtl" lang="ar">مرحبا كتاب {n} <a href="https://e.org/">e</a></p>"""
BESIDE = """<div class="box">Boxed</div><p>Beside it, a line <span style="display: inline-block">of {n}</span> blocks
<span style="position: absolute">{n}</span></p><p class="first">First letters and <u>lines</u> {n}</p>"""
COLUMNS = MARKUP.replace(
    '<h2 id="end">',
    f"""<div style="columns: 2">{"".join(map(ENTRY.format_map, ({"n": n} for n in range(1, 60))))}</div>
    <div style="columns: 3">{"".join((ENTRY.replace("{n}", "9{n}") + BESIDE).replace("{n}", str(n)) for n in range(9))}
    </div><h2 id="end">""",
)
FIRST = ".first::first-letter { font-size: 2em } .first::first-line { letter-spacing: 1px }"


#: Short texts where they fit, and where they do so without their last space alone.
LINE = '<p style="width: {0}px">and <b>x</b>, <i>12</i> <u>of</u> · <b lang="he" dir="rtl">ספר </b>and</p>'
NARROW = f"""<!DOCTYPE html>
<html lang="en"><head><title>Narrow</title><link rel="stylesheet" href="style.css"/></head><body>
{"".join(LINE.format(width) for step in range(120) for width in (8 + step / 4, 200))}</body></html>"""
#: A drawing asks for its pictures when it is painted.
DRAWING = """<!DOCTYPE html>
<html lang="en"><head><title>Drawing</title><link rel="stylesheet" href="style.css"/></head><body><p>It has one.
<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><image href="{0}" width="50" height="30"/>
<text x="2" y="36">words</text></svg></p></body></html>"""
LINES = "@page { size: 90mm 120mm } body { font: 11px EB Garamond } p { margin: 0 }"


def ours() -> list[tuple[bytes, str, dict[str, Any]]]:
    """Markup, style sheet and pictures of a book of ours in several scripts, and of one with a poll."""
    post, picture = SAMPLES["post"], SAMPLES["picture"]()
    quote = Quote("7", "https://x.com/q/status/7", "q", "Quill", "Zwei, auf Deutsch gesagt 👩🏽‍🔬.")
    posts = (
        post(1, "A thread 👩🏽‍🔬 of 🇫🇮 everything.", media=(SAMPLES["photo"](picture, "alt"),)),
        post(2, "ספר טוב ", Link("https://e.org/a", "e.org/a"), Mention("ono", "https://x.com/ono")),
        post(3, "漢字。かな！", Hashtag("Maps", "https://x.com/hashtag/Maps"), quotes=(quote,)),
    )
    poll = post(1, "Asked.", polls=(Poll((Choice("Ja", 3, 60.0), Choice("ספר", 2, 40.0)), 5),))
    made = []
    for each in (posts, (poll,)):
        book = build([SAMPLES["thread"](*each)], Binding("Test", STAMP, "en"))
        how = Rendering(load("serif"), "print", "Test", look=LookOptions())
        rendered = render(book, SAMPLES["store_of"](picture), how)
        pictures = {each.name: each for each in rendered.pictures}
        made.append((rendered.documents[0].data, rendered.css, pictures))
    return made


def with_drawing(pictures: dict[str, Any]) -> tuple[bytes, str, dict[str, Any]]:
    """The same of a drawing that shows one of them."""
    return DRAWING.format(next(iter(pictures))).encode(), LINES, pictures


#: Each document's name.
NAMES = ("odd", "columns", "narrow", "drawing", "ours", "poll")


def main(cache: Path) -> None:
    """Lay out everything without a patch, and again with each more."""
    fonts.activate(cache)
    weasyprint = pdf_library.weasyprint()
    patches, pdf_speed.PATCHES = pdf_speed.PATCHES, ()
    books = ours()
    documents = [
        Sheets(markup, {"style.css": css, "own.css": ""}, pictures, frozenset({"en"}), VARIANTS[DEFAULT])
        for markup, css, pictures in (
            (MARKUP.encode(), SHEET, {}),
            (COLUMNS.encode(), SHEET + FIRST, {}),
            (NARROW.encode(), LINES, {}),
            with_drawing(books[0][2]),
            *books,
        )
    ]

    def made() -> list[LaidOut]:
        return [pdf_piece.render(each, cache) for each in documents]

    made()  # glyphs are gathered for all
    plain = made()
    for patch in patches:
        patch(weasyprint)
        altered = [name for name, before, after in zip(NAMES, plain, made(), strict=True) if before != after]
        print(patch.__name__, *altered)  # noqa: T201 - a script


if __name__ == "__main__":
    main(Path(sys.argv[1]))
