"""Language tags. What a page says of its language may be anything: a book says only what has the form of BCP 47.

Before: a tag as somebody wrote it. After: the same language as fonts, hyphenation and e-readers know it: ``iw-il`` is
``he-IL``. What the user says must be a language too.
"""

from __future__ import annotations

import re

#: Language, script, region, variants (RFC 5646 §2.1 without its extensions, which no page of a thread uses).
_TAG = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3})){0,2}",
    re.IGNORECASE | re.ASCII,
)
#: Codes that were given up, and those of the one standard form of a language, by which no font and no hyphens are known
#: (IANA's registry, CLDR's aliases). Norwegian is Bokmål nearly always, and is divided as such.
_MODERN = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "sh": "sr-Latn",
    "no": "nb",
    "cmn": "zh",
    "arb": "ar",
    "pes": "fa",
    "ydd": "yi",
    "ekk": "et",
    "lvs": "lv",
}
#: What else people say for a language: its name, or the code of a country.
_SAID = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es", "italian": "it", "dutch": "nl",
    "portuguese": "pt", "polish": "pl", "czech": "cs", "russian": "ru", "ukrainian": "uk", "greek": "el",
    "turkish": "tr", "arabic": "ar", "persian": "fa", "farsi": "fa", "hebrew": "he", "hindi": "hi", "thai": "th",
    "japanese": "ja", "korean": "ko", "chinese": "zh-Hans", "mandarin": "zh-Hans", "cantonese": "yue",
    "norwegian": "nb", "swedish": "sv", "danish": "da", "finnish": "fi", "klingon": "tlh", "jp": "ja",
    "cn": "zh-Hans", "cz": "cs", "dk": "da", "gr": "el", "ua": "uk", "us": "en-US", "gb": "en-GB",
}  # fmt: skip
#: What no font, no hyphens and no e-reader asks for: extensions and private use.
_EXTRA = re.compile(r"-[a-z0-9](?:-[a-z0-9]{1,8})+$", re.IGNORECASE | re.ASCII)
_HELP = "no language tag; give one like en, pt-BR or zh-Hant"


def known(tag: str | None) -> str | None:
    """``tag`` as it is written today, where it is one, else ``None``."""
    return _written(tag) if tag and _TAG.fullmatch(tag) else None


def trouble(tag: str) -> str:
    """Why what the user gives is no language tag, in words; empty where it is one, and registered (RFC 5646 §3)."""
    import langcodes  # noqa: PLC0415 - only where a user gives one

    written = known(tag)
    if written and langcodes.tag_is_valid(written):
        shortest = langcodes.standardize_tag(written)
        # Another code of the same language (deu, prs, hbs), by which no font and no hyphens are found. Tagalog is none.
        is_other = _language(shortest) != _language(written) and _language(written) != "tl"
        return f"no language tag; did you mean {known(shortest)}?" if is_other and known(shortest) else ""
    return next((f"no language tag; did you mean {near}?" for near in _near(tag)), _HELP)


def _written(tag: str) -> str:
    """``tag`` with the letters of each part as RFC 5646 §2.1.1 writes them, and today's code of the language."""
    first, *rest = tag.lower().split("-")
    modern, _, script = _MODERN.get(first, first).partition("-")
    if rest and len(rest[0]) == 4 and rest[0].isalpha():  # a variant of four begins with a figure
        script = rest.pop(0)
    others = (part.upper() if len(part) == 2 else part for part in rest)
    return "-".join(filter(None, (modern, script.title(), *others)))


def _language(tag: str) -> str:
    return tag.partition("-")[0]


def _near(tag: str) -> list[str]:
    """The tags that may be meant: with hyphens, of a name, today's for an older form, or without what is private."""
    import langcodes  # noqa: PLC0415 - as above

    joined = tag.strip().replace("_", "-")
    tries = [joined, _SAID.get(joined.lower(), "")]
    for each in (joined, _EXTRA.sub("", joined)):
        try:
            tries.append(langcodes.standardize_tag(each))
        except ValueError:  # nothing like a tag
            continue
    found = (known(each) for each in tries)
    return [near for near in found if near and _language(near) != "und" and langcodes.tag_is_valid(near)]
