"""The kinds of PDF that can be asked for, and what each of them promises.

Before: a name that the user gave. After: a :class:`Variant`, or an error that says what to give instead. What a variant
promises stands in the file's XMP and in its colophon, nothing more; veraPDF judges each in the tests. Imports no
WeasyPrint: the command line reads this table.
"""

from __future__ import annotations

from dataclasses import dataclass

from threadbound.errors import UsageError, meant
from threadbound.options import PDF_VARIANT

#: The kind that is made unless another is asked for.
DEFAULT = PDF_VARIANT


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class Variant:
    """One kind of PDF."""

    name: str
    """As the user gives it, and as WeasyPrint calls it."""
    archive: str = ""
    """Part and level of PDF/A (ISO 19005), e.g. ``3a``; empty for none."""
    is_accessible: bool = False
    """PDF/UA-1 (ISO 14289-1): tagged."""
    carries: bool = True
    """Whether it may hold files that are no PDF/A themselves: PDF/A-2 forbids them."""

    @property
    def standards(self) -> str:
        """What it obeys, for people, e.g. ``PDF/A-3a and PDF/UA-1``; empty for a plain PDF."""
        claims = (f"PDF/A-{self.archive}" if self.archive else "", "PDF/UA-1" if self.is_accessible else "")
        return " and ".join(filter(None, claims))


#: Characters that tell PDF/A from PDF/UA.
FAMILY = len("pdf/a")
#: Name → variant. Those of PDF/A-1 are missing: it knows no transparency, which colour emoji and many pictures need.
VARIANTS = {
    variant.name: variant
    for variant in (
        Variant(DEFAULT, "3a", is_accessible=True),
        Variant("pdf/a-3u", "3u"),
        Variant("pdf/a-3b", "3b"),
        Variant("pdf/a-2a", "2a", is_accessible=True, carries=False),
        Variant("pdf/a-2u", "2u", carries=False),
        Variant("pdf/a-2b", "2b", carries=False),
        Variant("pdf/ua-1", is_accessible=True),
        Variant("pdf"),
    )
}


def named(name: str) -> Variant:
    """The variant called ``name``, whatever its capitals.

    Raises:
        UsageError: there is none of that name.
    """
    variant = VARIANTS.get(name.lower())
    if variant is None:
        known = ", ".join(VARIANTS)
        same = [each for each in VARIANTS if each[:FAMILY] == name.lower()[:FAMILY]] or VARIANTS
        raise UsageError(f"--pdf-variant {name}: no such variant, there are {known}{meant(name.lower(), same)}")
    return variant


def refuse_what_is_forbidden(variant: Variant, *, carries: bool) -> None:
    """Refuse evidence inside a book whose variant forbids it: it is left out only where the user says so.

    Raises:
        UsageError: what to give instead.
    """
    if carries and not variant.carries:
        raise UsageError(
            f"--pdf-variant {variant.name}: PDF/A-2 forbids the evidence inside; give --attach none to leave it out, "
            f"or --pdf-variant {variant.name.replace('-2', '-3')} to keep it"
        )
