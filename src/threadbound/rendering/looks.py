"""What the user says of a book's look ↔ what its record remembers of it.

Before: options. After: a :class:`~threadbound.book.look.Look` for the record. Before an edition: that record, and what
the user says now. After: options in which whatever the user does not say is as the book has it.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from threadbound.book.look import Look
from threadbound.book.people import line
from threadbound.options import BindOptions
from threadbound.rendering.theme import Theme, names, templates_dir
from threadbound.rendering.theme import load as load_theme

#: What a record remembers as it was said → where the options have it: the record in them, and the field.
_PLACES = {
    "theme": ("look", "theme"),
    "style": ("look", "style"),
    "links": ("look", "links"),
    "hyphenate": ("look", "hyphenate"),
    "polish": ("look", "polish"),
    "page_size": ("page", "size"),
    "margin": ("page", "margin"),
    "font_size": ("page", "font_size"),
    "image_max_size": ("", "image_max_size"),
    "image_quality": ("", "image_quality"),
    "grayscale": ("", "grayscale"),
    "pdf_variant": ("", "pdf_variant"),
    "language": ("", "language"),
}
#: An EPUB is no kind of PDF: that is nothing to remember.
_NOTHING = ("", None)


def look_of(options: BindOptions) -> Look | None:
    """What a book remembers of its look; nothing where that is the usual one."""
    theme, usual = load_theme(options.look.theme), BindOptions(options.product)
    is_own = theme.is_own and not _is_copy(theme)
    own = {"own_theme": line(theme.name) or "."} if is_own else {}
    if options.look.css:
        own["css"] = line(options.look.css.name)
    said = {name: _value(options, name) for name in _PLACES} | {"theme": None if is_own else theme.name}
    # Only what differs: the same look is the same bytes, whether a default was typed or not.
    found = own | {name: value for name, value in said.items() if value not in (*_NOTHING, _value(usual, name))}
    return Look(**found) if found else None


def continued(options: BindOptions, look: Look | None) -> BindOptions:
    """The options of the next edition of a book that looks so: what the user says now, else what the book has."""
    usual = BindOptions(options.product)
    for name in _PLACES if look else ():
        had, now = getattr(look, name), _value(options, name)
        is_said = _PLACES[name][1] in options.said or now != _value(usual, name)
        if had is not None and not is_said:
            options = _with(options, name, had)
    return options


def not_given(options: BindOptions, look: Look | None) -> tuple[str, ...]:
    """What is the user's own in the look of a book, and was not given for its next edition: no book carries it."""
    if look is None:
        return ()
    has_theme = "theme" in options.said or options.look.theme != BindOptions("").look.theme
    theme = f"--theme {Path(look.own_theme).name}" if look.own_theme and not has_theme else ""
    css = f"--css {Path(look.css).name}" if look.css and not options.look.css else ""
    return tuple(filter(None, (theme, css)))


def _is_copy(theme: Theme) -> bool:
    """Whether a folder of the user's is one of our themes, file for file: the same look is the same bytes."""
    return theme.name in names() and _files(theme.folders[0]) == _files(templates_dir() / theme.name)


def _files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _value(options: BindOptions, name: str) -> Any:  # noqa: ANN401 - of whatever type the option is
    part, field = _PLACES[name]
    return getattr(getattr(options, part) if part else options, field)


def _with(options: BindOptions, name: str, value: Any) -> BindOptions:  # noqa: ANN401 - as above
    part, field = _PLACES[name]
    if not part:
        return dataclasses.replace(options, **{field: value})
    return dataclasses.replace(options, **{part: dataclasses.replace(getattr(options, part), **{field: value})})
