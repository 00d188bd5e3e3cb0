"""Typographic polish: what a compositor would set for what an author typed. Off unless asked for: words are evidence.

Before: paragraphs as captured. After: the same words, with quotes, dashes, ellipses and no-break spaces as their
language has them; the thread's JSON, the book's title and its metadata stay as typed. Folded for comparison
(:func:`threadbound.checks.words.fold`), the words are the same before and after: a law in the tests.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from threadbound.book.blocks import Block, Paragraph, Quotation
from threadbound.book.book import Heading
from threadbound.model.text import Inline, Text, plain

_NARROW, _FIXED = "\u202f", "\u00a0"


class Quotes(Struct, frozen=True):
    """The quotation marks of a language."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


_ENGLISH = Quotes("“", "”", "‘", "’")
_GERMAN = Quotes("„", "“", "‚", "‘")
_POLISH = Quotes("„", "”", "‚", "’")
_SWEDISH = Quotes("”", "”", "’", "’")
# What was typed as a single mark stays a single one, even where the inner marks of a language are double.
_GUILLEMETS = Quotes("«", "»", "‘", "’")
#: Primary subtag of a language → its marks (CLDR, "delimiters"). Others keep what was typed.
QUOTES: dict[str, Quotes] = {
    **dict.fromkeys(("en", "nl", "pt", "tr", "vi", "id", "fil", "cy", "ga", "af"), _ENGLISH),
    **dict.fromkeys(("de", "cs", "sk", "sl", "et", "lt", "lv", "is", "bg"), _GERMAN),
    **dict.fromkeys(("pl", "ro", "hu", "hr", "sr", "bs"), _POLISH),
    **dict.fromkeys(("sv", "fi", "da"), _SWEDISH),
    **dict.fromkeys(("ru", "uk", "be", "es", "it", "ca", "gl", "el", "nb", "nn", "no"), _GUILLEMETS),
    "fr": Quotes(f"«{_NARROW}", f"{_NARROW}»", "‘", "’"),
}
#: What a quotation may open after.
_BEFORE = frozenset(" \t\n\u00a0\u202f([{—–-/“„«‘‚")
_DASH = re.compile(r"(?<=\S) -(?= \S)")
#: Languages whose dash is the long one; and two hyphens that stand for it: between spaces, or behind a word.
_LONG = frozenset(("en", "es", "pt", "ca", "gl", "ru", "uk", "be", "cy", "ga", "fil"))
_SPACED_HYPHENS = re.compile(r"(?<=\S) --(?= \S)")
_HYPHENS = re.compile(r"(?:(?<=[^\W\d_])|(?<=[,.?)])|(?<=[^<]!)|(?<=[\w,.!?][\"'”’]))--(?=[^\W\d_]|[\"'“”‘’\s]|$)")
#: Where they stand for nothing: beside an option of a program, and in an address or a path. Other code nobody knows.
_OPTION = re.compile(r"(?<!\S)--[a-z]")
_ADDRESS = re.compile(r"\w@\w|\w\.[^\W\d_]{2}|/.*/")
_WORD = re.compile(r"\S+")
#: Feet and inches: 5'10", 5' 10'', 5'10.
_HEIGHT = re.compile(r"\d'(?: ?\d{1,2}(?:\.\d+|[¼½¾])?(?:\"|''(?!'))|\d{1,2}(?!\w))")
_YEARS = re.compile(r"(?<![\d-])((?:1[4-9]|20)\d\d)-((?:1[4-9]|20)\d\d)(?![\d-])")
_DOTS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_UNIT = re.compile(r"(?<=\d) (?=(?:%|‰|€|£|\$|°C|°F|km|kg|cm|mm|m|g|h|kWh|MW|GW|am|pm|a\.m\.|p\.m\.)(?:\W|$))")
_TITLE = re.compile(r"\b(?:(?:Mr|Mrs|Ms|Dr|St)\.( )(?=\w)|No\.( )(?=\d))")
_LAST_WORD = re.compile(r" (?=\w{1,4}(?:[.!?…]|\.{3})?$)")
_FRENCH_PLAIN = re.compile(r"(?<=[\w»”\"]) (?=[;:!?])")

#: Where a single mark may close a quotation; and words that begin with an apostrophe.
_CLOSING = re.compile(r"\S'(?!\w)")
_SHORTENED = re.compile(r"'(?:n'|em|til|tis|twas|cause|bout|round)\b|'n'", re.IGNORECASE)

#: From where to where in a text, and what is set there.
_Change = tuple[int, int, str]
_Rule = Callable[[str, str], Iterator[_Change]]


def polished(blocks: Iterable[Block], language: str) -> Iterator[Block]:
    """The blocks, with the words of paragraphs and quotations as their language's typesetters set them."""
    for block in blocks:
        match block:
            case Paragraph(words=words):
                yield replace(block, words=polish(words, block.language or language))
            case Quotation(lines=lines):
                yield replace(block, lines=tuple(polish(line, block.language or language) for line in lines))
            case _:
                yield block


def polished_heading(heading: Heading, language: str) -> Heading:
    """The heading; what it is called in contents and running heads stays as typed."""
    return replace(heading, words=polish(heading.words, language))


def polish(nodes: Sequence[Inline], language: str) -> tuple[Inline, ...]:
    """The nodes with their texts polished; links, names and hashtags stay, and are seen as what stands beside."""
    whole = "".join(map(plain, nodes))
    changes = list(_changes(whole, language.partition("-")[0].lower()))
    out: list[Inline] = []
    start = used = 0
    for node in nodes:
        end = start + len(plain(node))
        upto = bisect_left(changes, (end,), lo=used)
        own = [change for change in changes[used:upto] if change[1] <= end]
        out.append(Text(_applied(whole, own, start, end)) if isinstance(node, Text) else node)
        start, used = end, upto
    return tuple(out)


def _applied(whole: str, changes: Iterable[_Change], start: int, end: int) -> str:
    """The part of ``whole`` from ``start`` to ``end``, with the changes that lie in it."""
    parts: list[str] = []
    at = start
    for low, high, new in changes:
        parts += whole[at:low], new
        at = high
    return "".join((*parts, whole[at:end]))


def _changes(text: str, language: str) -> list[_Change]:
    """What changes in a text, in order; where two rules want the same place the first has it."""
    found = [change for rule in _RULES for change in rule(text, language)]
    chosen: list[_Change] = []
    for change in sorted(found, key=lambda change: change[:2]):
        if not chosen or change[0] >= chosen[-1][1]:
            chosen.append(change)
    return chosen


def _double_quotes(text: str, language: str) -> Iterator[_Change]:
    quotes = QUOTES.get(language)
    is_open = False
    heights = _heights(text)
    plain = [at for at, character in enumerate(text) if character == '"' and at not in heights] if heights else []
    for at, character in enumerate(text if quotes else ""):
        if at in heights and not (is_open and _ends_quotation(text, plain, at)):
            continue
        if quotes and character == '"' and (is_open or not text[max(0, at - 1) : at].isdigit()):  # 5" are inches
            is_open = _opens(text, at) and not (is_open and text[at - 1] in "\"'")
            yield at, at + 1, quotes.opening if is_open else quotes.closing


def _single_quotes(text: str, language: str) -> Iterator[_Change]:
    quotes = QUOTES.get(language)
    is_open = False
    last = max((found.end() for found in _CLOSING.finditer(text)), default=0) if quotes else 0
    heights = _heights(text)
    for at, character in enumerate(text if quotes else ""):
        if not quotes or character != "'" or at in heights:
            continue
        is_inside = text[at + 1 : at + 2].isalnum() and text[max(0, at - 1) : at].isalnum()
        if is_inside or _SHORTENED.match(text, at) or text[max(0, at - 2) : at + 1].lower() == "'n'":
            yield at, at + 1, "’"
        elif _opens(text, at) and at + 1 < last - 1 and not text[at + 1 : at + 2].isdigit():
            is_open = True
            yield at, at + 1, quotes.inner_opening
        elif is_open and not text[at + 1 : at + 2].isalnum():
            is_open = False
            yield at, at + 1, quotes.inner_closing
        elif not text[max(0, at - 1) : at].isdigit():  # 5' are feet
            yield at, at + 1, "’"


def _heights(text: str) -> frozenset[int]:
    """Where the marks of feet and inches are."""
    found = (range(*height.span()) for height in _HEIGHT.finditer(text))
    return frozenset(at for places in found for at in places if not text[at].isdigit())


def _ends_quotation(text: str, marks: Sequence[int], at: int) -> bool:
    """Whether the mark of inches at ``at`` closes the quotation round it: the next of ``marks``, if any, does not."""
    place = bisect_left(marks, at)
    return place == len(marks) or _opens(text, marks[place])


def _opens(text: str, at: int) -> bool:
    """Whether a quotation mark at ``at`` begins what it quotes."""
    return (at == 0 or text[at - 1] in _BEFORE or text[at - 1] in "\"'") and bool(text[at + 1 : at + 2].strip())


def _each(pattern: re.Pattern[str], new: str) -> _Rule:
    """A rule that sets ``new`` wherever ``pattern`` is; where that has a group, in the place of the group."""
    return lambda text, _: ((*found.span(found.lastindex or 0), new) for found in pattern.finditer(text))


def _long_dashes(text: str, language: str) -> Iterator[_Change]:
    if language not in _LONG or "--" not in text:
        return
    if not _OPTION.search(text):
        yield from ((*found.span(), f"{_FIXED}—") for found in _SPACED_HYPHENS.finditer(text))
    for word in _WORD.finditer(text):
        if "--" in word[0] and not _ADDRESS.search(word[0]):
            yield from ((*found.span(), "—") for found in _HYPHENS.finditer(text, *word.span()))


def _years(text: str, _: str) -> Iterator[_Change]:
    for found in _YEARS.finditer(text):
        yield found.end(1), found.start(2), "–"


def _french(text: str, language: str) -> Iterator[_Change]:
    if language == "fr":
        yield from ((found.start(), found.end(), _NARROW) for found in _FRENCH_PLAIN.finditer(text))


_RULES: tuple[_Rule, ...] = (
    _double_quotes,
    _single_quotes,
    _years,
    _french,
    _long_dashes,
    _each(_DASH, f"{_FIXED}–"),
    _each(_DOTS, "…"),
    _each(_UNIT, _FIXED),
    _each(_TITLE, _FIXED),
    _each(_LAST_WORD, _FIXED),
)
