"""What a ``threadbound.toml`` may say: every key, its type, its bounds and what holds without it.

The records are frozen; ``configuration`` makes them from a file, and ``products`` makes a writer's options of a
:class:`Making`. A key may be written with hyphens or underscores.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from threadbound.backup.retention import Keep

Path = Annotated[str, Meta(min_length=1)]
Seconds = Annotated[float, Meta(ge=0, le=3600)]
Format = Literal["pdf", "epub"]
Count = Annotated[int, Meta(ge=0, le=100_000)]


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: no key but these."""


class Inbox(Table, frozen=True, kw_only=True):
    """Where saved pages arrive."""

    path: Path
    """A folder, a page or a glob (``saved/**/*.html``)."""
    mode: Literal["copy", "move"] = "copy"
    """Whether a page stays in the inbox or leaves it, once it is safely in the library."""
    settle: Seconds = 2.0
    """A page is taken in when nothing was written to it for so many seconds."""


class AddressList(Table, frozen=True, kw_only=True):
    """Thread pages to save."""

    path: Path
    """A file with an address a line; empty lines and what follows a ``#`` say nothing."""
    wait: Seconds = 5.0
    """Seconds between two requests to one host; a longer ``Crawl-delay`` of its robots.txt counts."""


class Destination(Table, frozen=True, kw_only=True):
    """Where snapshots go."""

    path: Path
    """A folder, on another disk if you can."""
    retention: Keep | None = None
    """Which of them are kept here; without it, as ``[retention]`` says."""


class Making(Table, frozen=True, kw_only=True):
    """How books are made; ``None``: as the next wider table says, and in the end as the program does."""

    formats: tuple[Format, ...] | None = None
    """Which books: ``pdf``, ``epub``."""
    parts: Literal["year", "month", "none"] | None = None
    """Parts of an anthology."""
    order: Literal["date", "reverse", "title"] | None = None
    """Of its threads."""
    max_threads: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    """Of a volume of an anthology."""
    max_size: Annotated[str, Meta(pattern=r"^[0-9]{1,6}(\.[0-9]{1,3})?(KB|KiB|MB|MiB|GB|GiB)$")] | None = None
    """Of a volume, e.g. ``50MB``."""
    theme: str | None = None
    css: Path | None = None
    style: Literal["essay", "posts"] | None = None
    links: Literal["endnote", "footnote", "inline", "none"] | None = None
    hyphenate: bool | None = None
    polish: bool | None = None
    page_size: str | None = None
    margin: str | None = None
    font_size: Annotated[float, Meta(ge=4, le=40)] | None = None
    language: str | None = None
    attach: Literal["page,json", "json", "none"] | None = None
    pdf_variant: str | None = None
    name: str | None = None
    """Names of books, as ``--name`` has it."""
    image_max_size: Annotated[int, Meta(ge=100, le=100_000)] | None = None
    image_quality: Annotated[int, Meta(ge=1, le=95)] | None = None
    grayscale: bool | None = None


class Product(Making, frozen=True, kw_only=True):
    """Books to keep up to date."""

    of: Literal["thread", "author", "library"]
    """A book of each thread, an anthology of each author, or one of everything."""


class Fetching(Table, frozen=True, kw_only=True):
    """How pictures that pages lack are fetched, as the options of the same names have it."""

    offline: bool = False
    wayback: bool = False
    allow_hosts: tuple[str, ...] = ()
    any_host: bool = False
    mirror: str | None = None
    wait: Seconds = 0.0
    retries: Annotated[int, Meta(ge=0, le=100)] = 3
    timeout: Annotated[float, Meta(ge=0.1, le=3600)] = 30.0
    jobs: Annotated[int, Meta(ge=1, le=64)] = 16
    resources: tuple[Path, ...] = ()


class Verifying(Table, frozen=True, kw_only=True):
    """How much of what is kept is read again in every run."""

    sample: Annotated[str, Meta(pattern=r"^(100|[0-9]{1,2})(\.[0-9]+)?%$")] = "5%"
    """Share of the files, of the library and of each destination; what was not read longest comes first."""
    max_duration: Annotated[str, Meta(pattern=r"^[0-9]+[smh]$")] = "10m"
    """No new file is begun after so long."""


class Settings(Table, frozen=True, kw_only=True):
    """A whole ``threadbound.toml``."""

    library: Path
    """The library's folder; made if it is not there."""
    on_failure: str | list[str] | None = None
    """A command that is run when a run fails; it finds what happened in its environment."""
    notify_command: str | list[str] | None = None
    """A command that is run after every run."""
    ping: Annotated[str, Meta(pattern=r"^https?://[^\s]+$")] | None = None
    """An address that is told of the start, the success and the failure of each run (as healthchecks.io has it)."""
    inbox: tuple[Inbox, ...] = ()
    addresses: tuple[AddressList, ...] = ()
    destination: tuple[Destination, ...] = ()
    retention: Keep = Keep()
    product: tuple[Product, ...] = ()
    defaults: Making = Making()
    author: dict[str, Making] = field(default_factory=dict)
    """Handle → what holds for this author's books instead."""
    fetch: Fetching = Fetching()
    verify: Verifying = Verifying()
