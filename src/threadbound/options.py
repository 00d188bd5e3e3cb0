"""What the caller wants, made once at the door and never changed.

After the command line has been read there is one of these records; every step gets it, or the slice that it needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

#: Where products go unless told otherwise.
OUTPUT_DIR = Path("output")
#: Kind of PDF unless told otherwise: PDF/A-3a and PDF/UA-1.
PDF_VARIANT = "pdf/a-3a"
#: Most pixels that a picture may have: Pillow's own bound against decompression bombs.
MAX_IMAGE_PIXELS = 89_478_485
#: Of JPEGs that are made from pictures which have lost a little once already: at 92 nobody sees that they did it again.
IMAGE_QUALITY = 92


def no_proxy(url: str) -> None:
    """Every server is asked directly."""


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class Authorities:
    """Whose certificates the user trusts, if not those whom the system does."""

    file: Path | None = None
    """Certificates, one after another (PEM)."""
    folder: Path | None = None
    """Certificates under the hashes of their names, as OpenSSL looks for them."""


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class FetchOptions:
    """Where pictures are looked for, and how the network may be asked."""

    offline: bool = False
    """No connection is opened, whatever the rest says."""
    dry: bool = False
    """None is opened either; what fetching would say is told as far as it is known."""
    resources: tuple[Path, ...] = ()
    """Folders of pictures that the user has."""
    wayback: bool = False
    """Ask the Wayback Machine for what its own server does not give."""
    allow_hosts: tuple[str, ...] = ()
    """Hosts that may be asked beside the site's own."""
    any_host: bool = False
    """Every public host may be asked."""
    mirror: str | None = None
    """Ask ``MIRROR/HOST/PATH?QUERY`` instead of the hosts themselves."""
    wait: float = 0.0
    """Seconds between two requests to one host."""
    retries: int = 3
    """How often a request is made again that met a busy server or a broken connection."""
    timeout: float = 30.0
    """Seconds that a server may be silent."""
    jobs: int = 16
    """Pictures that are fetched at a time."""
    ask_again: bool = False
    """Ask even for what a server said is gone."""
    proxy_for: Callable[[str], str | None] = no_proxy
    """The proxy for an address."""
    authorities: Authorities = Authorities()


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class PageOptions:
    """The pages of a printed book; ``None``: as the theme has it."""

    size: str | None = None
    """A name or ``WIDTHxHEIGHT``; ``None``: A4 for one thread, A5 for several."""
    margin: str | None = None
    """One to four lengths, as in CSS: top, right or outer, bottom, left or inner."""
    font_size: float | None = None
    """Of the text, in points."""


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class LookOptions:
    """How a book looks."""

    theme: str = "serif"
    """Name of a folder in ``templates/``, or path of one."""
    css: Path | None = None
    """A style sheet of the user's, laid over the theme's."""
    style: Literal["essay", "posts"] = "essay"
    """One flow of paragraphs, or posts that stand apart."""
    links: Literal["endnote", "footnote", "inline", "none"] = "endnote"
    """Where the full address of a link is printed."""
    hyphenate: bool = True
    polish: bool = False
    """Quotes, dashes and spaces as typesetters of the language set them."""


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class Choice:
    """Which of the threads are bound: those that fit every line of this."""

    authors: tuple[str, ...] = ()
    """Handles, any of which will do; without an ``@`` the display names of authors without a handle too."""
    since: date | None = None
    """First day."""
    until: date | None = None
    """Last day."""
    match: tuple[str, ...] = ()
    """Words, any of which stands in a post."""
    tags: tuple[str, ...] = ()
    """Hashtags, any of which stands in a post."""
    order_file: Path | None = None
    """A list of threads, in order, with short titles."""
    names: tuple[str, ...] = ()
    """Display names of authors without a handle, any of whom will do as well; empty: of whom nothing is known."""


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class CollectionOptions:
    """What a book of several threads is to be; ``None``: as a book says that was taken apart, else as usual."""

    choice: Choice = Choice()
    by_author: bool = False
    """A book for each author."""
    order: Literal["date", "reverse", "title", "given"] | None = None
    parts: Literal["year", "month", "none"] | None = None
    title: str | None = None
    cover: Path | None = None
    """A picture of the user's."""
    has_cover: bool = True
    pictures: bool = False
    """A list of the pictures at the end."""
    update: Path | None = None
    """A book that is made anew with what is new."""
    drop_missing: bool = False
    """Of that book nothing is kept but what was given again."""
    max_size: int | None = None
    """Bytes of a volume, at most."""
    max_threads: int | None = None
    """Threads of a volume, at most."""


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class Preset:
    """What suits a device, where the user does not say otherwise."""

    page_size: str
    """Of a PDF."""
    image_max_size: int | None = None
    """Pixels of the longer side of its screen."""
    max_size: int | None = None
    """Bytes that can be sent to it."""


#: Device → what suits it.
PRESETS: dict[str, Preset] = {
    "kindle": Preset("kindle-scribe", 2480, 50_000_000),
    "kobo": Preset("kobo", 1680),
    "remarkable": Preset("remarkable", 1872),
    "print": Preset("a5"),
}


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class BindOptions:
    """How to bind pages into books."""

    product: str
    """Name of the writer: ``pdf`` or ``epub``."""
    output: Path | None = None
    """The book's file; ``None``: a name from the template, in ``output_dir``."""
    output_dir: Path = OUTPUT_DIR
    name_template: str = "{date}-{handle}-{id}-{slug}"
    force: bool = False
    """Replace files that exist."""
    individual: bool = False
    """A book of each page."""
    strict: bool = False
    """Losses are failures."""
    attach: Literal["page,json", "json", "none"] | None = None
    """Evidence inside the book; ``None``: as fits the number of threads."""
    captured: str | None = None
    """When pages were saved whose file does not say it, as the user says: a day, month or year (ISO 8601)."""
    pdf_variant: str = PDF_VARIANT
    """Kind of PDF, by its name in ``writers/pdf_variants.py``."""
    language: str | None = None
    """Of each thread whose page does not say it, before what is detected (BCP 47)."""
    modified: str | None = None
    """ISO 8601 time for the book's metadata, when the caller fixes it (SOURCE_DATE_EPOCH)."""
    collection: CollectionOptions = CollectionOptions()
    look: LookOptions = LookOptions()
    page: PageOptions = PageOptions()
    cache_dir: Path = Path()
    """For what can be had or made again: pictures and their derivatives, fonts, templates."""
    fetch: FetchOptions = field(default_factory=FetchOptions)
    image_max_size: int | None = None
    """Most pixels of a picture's longer side; ``None``: as fits the product."""
    image_quality: int = IMAGE_QUALITY
    """Of JPEGs that are made."""
    grayscale: bool = False
    """Pictures in grey."""
    max_image_pixels: int = MAX_IMAGE_PIXELS
    """Larger pictures are not read."""
    dry_run: bool = False
    """Nothing is written or fetched; what would be is said."""
    said: frozenset[str] = frozenset()
    """Names of fields of the look that are as usual since the user says so, not for want of a word: with ``--update``
    the others are as the book has them."""


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class ThreadFilter:
    """Which threads of a library are asked for; what is not said leaves all."""

    author: str | None = None
    """Handle, with or without ``@``, or a part of the display name."""
    since: str | None = None
    """Published then or later: ``2024``, ``2024-05`` or ``2024-05-17``."""
    until: str | None = None
    """Published then or earlier, or in that month or year."""
    tags: tuple[str, ...] = ()
    """All of these."""
    complete: bool | None = None
    """Without losses, or with some."""


@dataclass(frozen=True, slots=True)  # no Struct: --help needs no msgspec
class VerifyOptions:
    """How much of a library is looked at."""

    sample: float = 1.0
    """Share of its files: those that were not read for longest."""
    max_seconds: float | None = None
    """After so many seconds no further file is read."""
    deep: bool = False
    """Read the saved pages again, and compare."""


class Step(Protocol):
    """Told how long work goes."""

    def __call__(self, what: str, done: int, total: int, size: int = 0) -> None:
        """What is being done, how many are done, how many there are, and how many bytes that was."""


def no_step(what: str, done: int, total: int, size: int = 0) -> None:
    """Nobody watches."""
