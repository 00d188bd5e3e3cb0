"""The options of a book's look, declared once for every verb that makes books."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from threadbound.errors import UsageError
from threadbound.options import PDF_VARIANT, LookOptions, PageOptions

DEFAULTS = LookOptions()


class Style(StrEnum):
    """How posts are set."""

    ESSAY = "essay"
    POSTS = "posts"


class Links(StrEnum):
    """Where the full address of a link is printed."""

    ENDNOTE = "endnote"
    FOOTNOTE = "footnote"
    INLINE = "inline"
    NONE = "none"


#: The defaults, as the command line knows them.
STYLE, LINKS = Style(DEFAULTS.style), Links(DEFAULTS.links)


def look_options(  # noqa: PLR0913 - options are parameters
    *,
    theme: Annotated[
        str, typer.Option("--theme", metavar="NAME|DIR", help="serif, sans, or a folder with a theme of your own.")
    ] = DEFAULTS.theme,
    css: Annotated[
        list[Path] | None,
        typer.Option("--css", metavar="FILE", help="A style sheet of your own, laid over the theme's."),
    ] = None,
    style: Annotated[Style, typer.Option("--style", help="One flow of paragraphs, or posts that stand apart.")] = STYLE,
    links: Annotated[
        Links,
        typer.Option(
            "--links",
            help="Full addresses: in numbered notes at the end of the thread, in notes at the foot of the page "
            "(EPUB: that pop up), in the text, or nowhere.",
        ),
    ] = LINKS,
    hyphenate: Annotated[
        bool, typer.Option("--hyphenate/--no-hyphenate", help="Divide words at the ends of lines.")
    ] = DEFAULTS.hyphenate,
    polish: Annotated[
        bool,
        typer.Option("--polish/--no-polish", help="Quotes, dashes and spaces as typesetters set them, not as typed."),
    ] = DEFAULTS.polish,
) -> LookOptions:
    """What the user says of the look of any book."""
    if css and len(css) > 1:
        raise UsageError("--css is given twice: a book has one style sheet of yours; put them into one file")
    css_file = css[0] if css else None
    return LookOptions(
        theme=theme, css=css_file, style=style.value, links=links.value, hyphenate=hyphenate, polish=polish
    )


def page_options(
    *,
    size: Annotated[
        str | None,
        typer.Option(
            "--page-size",
            metavar="SIZE",
            help="a4, a5, letter, kindle-scribe, remarkable, kobo, 120x190 (mm) or 6x9in. Default: a4; a5 for several.",
            show_default=False,
        ),
    ] = None,
    margin: Annotated[
        str | None,
        typer.Option(
            "--margin", metavar="MM", help='Top, right or outer, bottom, left or inner: "25" or "25 20 30 20".'
        ),
    ] = None,
    font_size: Annotated[
        float | None, typer.Option("--font-size", metavar="PT", help="Of the text, in points.")
    ] = None,
) -> PageOptions:
    """What the user says of the pages of a PDF."""
    return PageOptions(size, margin, font_size)


def variant_option(
    *,
    pdf_variant: Annotated[
        str,
        typer.Option(
            "--pdf-variant",
            metavar="VARIANT",
            help="pdf/a-3a (with PDF/UA-1), pdf/a-3u, pdf/a-3b, pdf/a-2a, pdf/a-2u, pdf/a-2b, pdf/ua-1, or plain pdf.",
        ),
    ] = PDF_VARIANT,
) -> str:
    """The kind of PDF that the user asks for.

    Raises:
        UsageError: there is none such.
    """
    from threadbound.writers import pdf_variants  # noqa: PLC0415 - not for --help

    return pdf_variants.named(pdf_variant).name


def no_variant(*, pdf_variant: Annotated[str | None, typer.Option("--pdf-variant", hidden=True)] = None) -> str:
    """Of EPUBs there is one kind.

    Raises:
        UsageError: the user thinks there are more.
    """
    if pdf_variant is not None:
        raise UsageError("--pdf-variant is for PDFs: of EPUBs there is one kind")
    return ""


def no_page(
    *,
    size: Annotated[str | None, typer.Option("--page-size", hidden=True)] = None,
    margin: Annotated[str | None, typer.Option("--margin", hidden=True)] = None,
    font_size: Annotated[float | None, typer.Option("--font-size", hidden=True)] = None,
) -> PageOptions:
    """An EPUB has no pages.

    Raises:
        UsageError: the user thinks it has.
    """
    for name, value in (("--page-size", size), ("--margin", margin), ("--font-size", font_size)):
        if value is not None:
            raise UsageError(f"{name} is for PDFs: the pages of an EPUB are the reader's own")
    return PageOptions()
