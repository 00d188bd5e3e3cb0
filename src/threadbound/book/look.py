"""How a book looks, as its record says it (:mod:`threadbound.book.collection`), so that its next edition looks so too.

Nothing in it is a path: of a theme or a style sheet of the user's, which no book carries, there is the name alone. What
anybody may have written is one of the values that the options have too, or is refused when the page is measured.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

#: Of a theme, a file, a size, as short as anybody's.

Name = Annotated[str, Meta(max_length=200)]


class Look(Struct, frozen=True, omit_defaults=True):
    """What differs from the usual look; every default is the usual. Called as the options are."""

    theme: Literal["serif", "sans"] = "serif"
    own_theme: Name = ""
    """The folder of the user's that was the theme."""
    css: Name = ""
    """The style sheet of the user's."""
    style: Literal["essay", "posts"] = "essay"
    links: Literal["endnote", "footnote", "inline", "none"] = "endnote"
    hyphenate: bool = True
    polish: bool = False
    page_size: Name | None = None
    margin: Name | None = None
    font_size: Annotated[float, Meta(gt=0, le=100)] | None = None
    image_max_size: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    image_quality: Annotated[int, Meta(ge=1, le=95)] | None = None
    grayscale: bool = False
    pdf_variant: Name | None = None
    language: Name | None = None
