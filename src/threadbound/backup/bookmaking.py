"""Keeping books up to date: which there should be, and which of them must be made anew.

Before: the threads of a library, and what the configuration says of books. After :func:`wanted`: an :class:`Order` for
each book, with the options that hold for its author; :mod:`threadbound.backup.binding` makes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from threadbound.backup.settings import Making, Product, Settings
from threadbound.book import tags
from threadbound.book.identity import author_key
from threadbound.book.naming import DEFAULT_TEMPLATE, check_template, file_stem, slug
from threadbound.digests import sha256, sha256_of
from threadbound.errors import BadConfiguration, ThreadboundError
from threadbound.library.catalogue import Entry
from threadbound.library.layout import folder_name
from threadbound.library.products import Product as Made
from threadbound.library.products import Products
from threadbound.model.thread import Author, Thread
from threadbound.options import BindOptions, LookOptions, PageOptions

#: What an order for a book of each of these is called in its name.
SUFFIXES = {"pdf": ".pdf", "epub": ".epub"}
#: Options of a book by the part of :class:`BindOptions` that has them; the configuration's name → the option's.
LOOK = {name: name for name in ("theme", "style", "links", "hyphenate", "polish")}
COLLECTION = {name: name for name in ("parts", "order", "max_threads")}
UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
#: What stands in a made book's options before the number of a volume.
VOLUME = "#volume "
PAGE = {"page_size": "size", "margin": "margin", "font_size": "font_size"}
OWN = {
    "language": "language",
    "attach": "attach",
    "pdf_variant": "pdf_variant",
    "name": "name_template",
    "image_max_size": "image_max_size",
    "image_quality": "image_quality",
    "grayscale": "grayscale",
}


class Order(Struct, frozen=True):
    """A book that there should be."""

    name: str
    """Path under ``products/``."""
    entries: tuple[Entry, ...]
    """Its threads, in order."""
    options: BindOptions

    @property
    def threads(self) -> dict[str, str]:
        """Key of each thread → its state."""
        return {entry.id: entry.digest for entry in self.entries}

    @property
    def described(self) -> str:
        """All but the threads that decides what the book looks like."""
        options = self.options
        own = {name: getattr(options, name) for name in sorted(OWN.values()) if name != "name_template"}
        look = {**_values(options.look), "css": _content(options.look.css), "theme": _content(Path(options.look.theme))}
        theme = {"theme_name": options.look.theme}
        collection = {name: getattr(options.collection, name) for name in COLLECTION.values()}
        collection["max_size"] = options.collection.max_size
        said = {"product": options.product, **own, **look, **theme, **collection, **_values(options.page)}
        return msgspec.json.encode(said, order="deterministic").decode()


def _values(options: LookOptions | PageOptions) -> dict[str, Any]:
    return {name: getattr(options, name) for name in options.__slots__}


def _content(path: Path | None) -> str:
    """A digest of a style sheet of the user's, or of a theme's folder; nothing where it is neither."""
    if path is None or not path.exists():
        return ""
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    return sha256("".join(sha256_of(file) for file in files).encode())


def wanted(settings: Settings, entries: Iterable[Entry], base: BindOptions, made: Products) -> list[Order]:
    """Every book that there should be, the same name twice never.

    Args:
        settings: what the configuration says.
        entries: the threads of the library, by date.
        base: the options that it says nothing of.
        made: what there is: a book keeps its name though its thread's title changes.
    """
    held = list(entries)
    known = _names_of_threads(settings, held, made)
    claimed: set[str] = set()
    orders: list[Order] = []
    for product in _products(settings):
        for group in _groups(product, held):
            making = _making(settings, product, group[0].handle if product.of != "library" else "")
            keys = frozenset(entry.id for entry in group)
            for form in making.formats or ():
                name = known.get((keys, SUFFIXES[form])) if product.of == "thread" else None
                name = _unclaimed(name or _name(product, group, form, making), claimed)
                orders.append(Order(name, tuple(group), _options(making, base, form)))
    return orders


def _names_of_threads(settings: Settings, held: list[Entry], made: Products) -> dict[tuple[frozenset[str], str], str]:
    """The name of each book of one thread, by the thread and the suffix; an anthology of one thread is none."""
    stems = {
        Path(_name(product, group, "pdf", Making())).with_suffix("").as_posix()
        for product in _products(settings)
        if product.of != "thread"
        for group in _groups(product, held)
    }
    return {
        (frozenset(each.threads), Path(each.name).suffix): each.name
        for each in made.listed.values()
        if re.sub(r"(-\d+)?\.[a-z]+$", "", each.name) not in stems
    }


def check(settings: Settings, base: BindOptions) -> None:
    """See that every book that is asked for can look as it should, before any is made.

    Raises:
        BadConfiguration: one cannot.
    """
    handles = ("", *settings.author)
    makings = [_making(settings, product, handle) for product in _products(settings) for handle in handles]
    # What makes no book yet is looked at as a PDF.
    for options in {_options(making, base, form): None for making in makings for form in making.formats or ("pdf",)}:
        try:
            _check(options)
        except ThreadboundError as error:
            raise BadConfiguration(str(error)) from None


def without_formats(settings: Settings) -> Iterator[int]:
    """The numbers, from 1, of the products that make no book: nothing says in which formats."""
    handles = ("", *settings.author)
    for number, product in enumerate(settings.product, 1):
        if not any(_making(settings, product, handle).formats for handle in handles):
            yield number


def _check(options: BindOptions) -> None:
    from threadbound import pipeline  # noqa: PLC0415 - a night in which no book is wanted needs no typesetter
    from threadbound.writers.pdf_variants import named, refuse_what_is_forbidden  # noqa: PLC0415 - as above

    check_template(options.name_template)
    if options.language and (trouble := tags.trouble(options.language)):
        raise BadConfiguration(f"language = {options.language}: {trouble}")
    if options.product == "pdf":
        refuse_what_is_forbidden(named(options.pdf_variant), carries=options.attach != "none")
    pipeline.check_look(options)


def is_current(order: Order, made: Products) -> bool:
    """Whether every volume of a book is there, and was made of these threads, in this state and way."""
    return bool(_volumes(order, made, lambda each: each.threads))


def lacking_only_broken(order: Order, made: Products) -> list[Made]:
    """The volumes of which that holds for all threads but those of which, in this state, no chapter could be made."""
    return _volumes(order, made, lambda each: each.threads | each.broken)


def _volumes(order: Order, made: Products, threads: Callable[[Made], dict[str, str]]) -> list[Made]:
    """The volumes of a book as it should be; beside them some may lie of an edition that had more or fewer."""
    way = f"{order.described}{VOLUME}"
    editions: dict[str, list[Made]] = {}
    for each in made.listed.values():
        if is_of(order, each) and each.options.startswith(way) and threads(each) == order.threads:
            editions.setdefault(each.options.rpartition(" ")[2], []).append(each)
    for count, volumes in editions.items():
        if count == str(len(volumes)) and all(made.is_current(v.name, v.threads, v.options) for v in volumes):
            return volumes
    return []


def is_of(order: Order, each: Made) -> bool:
    """Whether a book that was made is this one, by its name, or a volume of it."""
    stem, suffix = order.name.rsplit(".", 1)
    is_volume = not each.options.endswith(f"{VOLUME}1 of 1")  # else a book of that name is another product's
    number = r"(-\d+)?" if is_volume else ""
    return re.fullmatch(rf"{re.escape(stem)}{number}\.{suffix}", each.name) is not None


def _products(settings: Settings) -> tuple[Product, ...]:
    """The books that are asked for; formats alone ask for a book of each thread."""
    asks = settings.defaults.formats or any(making.formats for making in settings.author.values())
    return settings.product or ((Product(of="thread"),) if asks else ())


def _groups(product: Product, entries: list[Entry]) -> Iterator[list[Entry]]:
    """The threads of each book."""
    if product.of == "thread":
        yield from ([entry] for entry in entries)
        return
    if product.of == "library":
        yield from ([entries] if entries else [])
        return
    authors: dict[str, list[Entry]] = {}
    for entry in entries:
        authors.setdefault(author_key(_thread(entry)), []).append(entry)
    yield from authors.values()


def _making(settings: Settings, product: Product, handle: str) -> Making:
    """What holds for a book: the author's section before the product's, and that before the defaults."""
    sections: Mapping[str, Making] = {name.lstrip("@").lower(): making for name, making in settings.author.items()}
    layers = (settings.defaults, product, sections.get(handle.lower()))
    said: dict[str, Any] = {}
    for layer in layers:
        for name in Making.__struct_fields__:
            if layer is not None and getattr(layer, name) is not None:
                said[name] = getattr(layer, name)
    return Making(**said)


def _options(making: Making, base: BindOptions, form: str) -> BindOptions:
    def said(names: Mapping[str, str]) -> dict[str, Any]:
        values = {option: getattr(making, name) for name, option in names.items()}
        return {option: value for option, value in values.items() if value is not None}

    css: dict[str, Any] = {"css": Path(making.css)} if making.css else {}
    look = replace(base.look, **said(LOOK), **css)
    page = replace(base.page, **said(PAGE)) if form == "pdf" else base.page
    most: dict[str, Any] = {"max_size": _bytes(making.max_size)} if making.max_size else {}
    collection = replace(base.collection, **said(COLLECTION), **most)
    return replace(base, product=form, force=True, look=look, page=page, collection=collection, **said(OWN))


def _bytes(size: str) -> int:
    """``50MB`` as a number."""
    unit = next(unit for unit in sorted(UNITS, key=len, reverse=True) if size.endswith(unit))
    return int(float(size.removesuffix(unit)) * UNITS[unit])


def _name(product: Product, group: list[Entry], form: str, making: Making) -> str:
    entry = group[0]
    author = folder_name(entry.handle, "_")
    if product.of == "library":
        return f"everything{SUFFIXES[form]}"
    if product.of == "author":
        name = author if entry.handle else folder_name(slug(entry.author), "_")
        return f"{author}/threads-by-{name}{SUFFIXES[form]}"
    return f"{author}/{file_stem([_thread(entry)], entry.title, making.name or DEFAULT_TEMPLATE)}{SUFFIXES[form]}"


def _thread(entry: Entry) -> Thread:
    """What the catalogue says of a thread."""
    return Thread(entry.site, Author(entry.handle, entry.author), (), id=entry.id, published=entry.published)


def _unclaimed(name: str, claimed: set[str]) -> str:
    own, number = name, 1
    while own.casefold() in claimed:
        number += 1
        own = str(Path(name).with_stem(f"{Path(name).stem}-{number}"))
    claimed.add(own.casefold())
    return own
