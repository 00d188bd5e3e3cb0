"""The steps in order, and nothing else: open → recognise → collect → build → render → write → check.

Before: a page's path, or read pages and options. After: the page as a thread with its pictures, or a book on the disk,
read back and found whole. What to do with many pages, and with those that fail, is ``batch``'s to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from threadbound import __version__
from threadbound.book.build import Binding, build, is_collection, modified
from threadbound.book.collection import Collection
from threadbound.book.coverage import covered, note_uncovered, uncovered, unprintable
from threadbound.book.evidence import decided, evidence
from threadbound.book.naming import file_stem, volume_stem
from threadbound.checks import registry as checks
from threadbound.checks.proof import Proof
from threadbound.containers.beside import Resources
from threadbound.containers.capture import Capture
from threadbound.containers.registry import open_page
from threadbound.digests import sha256_of
from threadbound.errors import BrokenChapters, CheckFailed
from threadbound.media.asking import foreseen
from threadbound.media.collect import Search, collect
from threadbound.media.crew import prepare
from threadbound.media.pictures import Pictures
from threadbound.media.policy import Policy
from threadbound.media.recipes import Wishes
from threadbound.media.shelf import Shelf, shelf_at
from threadbound.media.standstill import Animations
from threadbound.media.store import BELIEVED, MediaStore, now
from threadbound.media.wanted import Trouble, Wanted
from threadbound.model.thread import Thread
from threadbound.notices import Notice, losses, refused
from threadbound.options import MAX_IMAGE_PIXELS, BindOptions, FetchOptions, Step, no_step
from threadbound.readers import manifest
from threadbound.readers.folder import read as read_extracted
from threadbound.rendering import own_templates
from threadbound.rendering.fixity import with_fixity
from threadbound.rendering.looks import look_of
from threadbound.rendering.pages import page_of
from threadbound.rendering.plates import TARGETS
from threadbound.rendering.render import Rendering, compositor, render
from threadbound.rendering.rendered import RenderedBook
from threadbound.rendering.theme import load as load_theme
from threadbound.setting.many import MANY, Setter
from threadbound.sites.registry import extract, media_hosts
from threadbound.tools.workers import executor
from threadbound.writers import registry as writers
from threadbound.writers.blame import blamed
from threadbound.writers.output import atomic
from threadbound.writers.writer import Uncovered, Writer

SOFTWARE = f"Threadbound {__version__}"


class Sources(Struct, frozen=True):
    """Where the pictures of a run are looked for, beside its pages."""

    options: FetchOptions
    resources: tuple[Resources, ...] = ()
    store: MediaStore | None = None
    closed: dict[str, str] = field(default_factory=dict)
    """Hosts that are not asked any more in this run, and why."""
    remembered: Path | None = None
    """Where what was read of pages is kept for the next run."""


class Page(Struct, frozen=True):
    """A saved page, read."""

    name: str
    """As the user named it."""
    capture: Capture
    """Without its markup: the thread has all of it that is wanted. Of one of many pages without its bytes too."""
    thread: Thread
    """With the pictures that were found."""
    extracted: Thread
    """As the page has it, before pictures were looked for."""
    search: Search
    """Where they were looked for, and what is missing."""
    others: tuple[Capture, ...] = ()
    """Where the same thread was captured several times: the other captures."""
    collection: Collection | None = None
    """Of a page out of a book that was taken apart: what had been decided about that book."""
    also: tuple[str, ...] = ()
    """Names of the other pages of the same thread."""

    @property
    def captures(self) -> tuple[Capture, ...]:
        """All that the thread was read from."""
        return (self.capture, *self.others)


class Content(Struct, frozen=True):
    """What a book is made of."""

    pages: tuple[Page, ...]
    """One a thread, in the order of the book."""
    collection: Collection = Collection()
    """What was decided about it."""
    named: tuple[Thread, ...] = ()
    """Of a volume: the threads of all of them, after which its file is called."""


class Product(Struct, frozen=True):
    """A book on the disk."""

    path: Path
    pages: tuple[str, ...]
    """Each thread's page, as the user named it."""
    threads: tuple[Thread, ...]
    sha256: str
    size: int
    remark: str = ""
    """What the user should know of it, beside its losses."""
    falls_short: bool = False
    """Whether it is not what was asked for, though all that the threads hold is in it."""

    @property
    def losses(self) -> tuple[Notice, ...]:
        """What is missing from it."""
        return tuple(notice for thread in self.threads for notice in losses(thread.notices))


def sources(options: FetchOptions, cache_dir: Path, max_pixels: int) -> Sources:
    """Where a run looks for pictures of at most ``max_pixels``: in the user's folders and in the store."""
    folders = tuple(Resources(folder) for folder in options.resources)
    return Sources(options, folders, MediaStore(cache_dir / "media", max_pixels), remembered=cache_dir / "pages")


def read(name: str, pictures: Pictures, sources: Sources | None = None) -> Page:
    """One page: opened, recognised, its thread extracted and the pictures found that are at hand.

    Raises:
        ThreadboundError: it cannot be read, or holds no thread.
    """
    capture = open_page(name)
    extracted = extract(capture)
    search = search_for(capture, extracted, pictures, sources or Sources(FetchOptions(offline=True)))
    return Page(name, replace(capture, markup=""), collect(extracted, search), extracted, search)


def search_for(capture: Capture, extracted: Thread, pictures: Pictures, sources: Sources) -> Search:
    """Where the pictures of a page are looked for."""
    allowed = {*media_hosts(extracted.site), *sources.options.allow_hosts}
    published = datetime.fromisoformat(extracted.published) if extracted.published else None
    return Search(
        places=(("capture", capture.find), *(("resources", folder.find) for folder in sources.resources)),
        pictures=pictures,
        store=sources.store,
        policy=Policy(frozenset(allowed), sources.options.any_host),
        near=capture.note.saved_at or published,
        stale=now() - (timedelta() if sources.options.ask_again else BELIEVED),
    )


def read_all(name: str, pictures: Pictures, sources: Sources | None = None) -> list[Page]:
    """One page, or the threads of a book that was extracted into the folder ``name``, as the book had them.

    Raises:
        ThreadboundError: it cannot be read, or holds no thread.
    """
    folder = Path(name)
    if not manifest.is_extracted(folder):
        return [read(name, pictures, sources)]
    store = sources.store if sources else None
    found = read_extracted(folder, pictures, store.max_pixels if store else MAX_IMAGE_PIXELS)
    search = Search((), pictures)  # nothing is looked for: what the book had is here
    return [
        Page(name, captures[0], thread, thread, search, captures[1:], found.collection)
        for thread, captures in zip(found.threads, found.captures, strict=True)
    ]


def fetch_missing(pages: Iterable[Page], sources: Sources, step: Step) -> dict[str, Trouble]:
    """Fetch into the store what the pages miss; gives what could not be had (or is not), by the pictures' identities.

    Raises:
        FileTrouble: the store cannot be written.
    """
    wanted: dict[str, Wanted] = {}
    for page in pages:
        wanted |= {identity: each.joined(wanted.get(identity)) for identity, each in page.search.missing.items()}
    if not wanted or sources.options.offline or sources.store is None:
        return {}
    if sources.options.dry:
        return foreseen(wanted.values(), sources.store, sources.options)
    from threadbound.media.fetch import fetch  # noqa: PLC0415 - nothing of the network is loaded until it is asked

    return fetch(wanted.values(), sources.store, sources.options, step, sources.closed)


def completed(page: Page, troubles: Mapping[str, Trouble]) -> Page:
    """The page with the pictures that were fetched, and with the reasons why others were not."""
    if not page.search.missing:
        return page
    page.search.troubles.update(troubles)
    return replace(page, thread=collect(page.extracted, page.search))


def make(content: Content, store: Pictures, options: BindOptions, path: Path, step: Step = no_step) -> Product:
    """One book of these pages, checked and on the disk.

    Args:
        content: what to bind.
        store: their pictures.
        options: how.
        path: where.
        step: told how many pictures are made, where they are many.

    Raises:
        CheckFailed: the written book lacks something, or ``strict`` met losses; nothing is left behind.
        FileTrouble: the file exists or cannot be written.
    """
    with shelf_at(options.cache_dir / "derived") as shelf:
        content = replace(content, pages=tuple(_with_losses(content.pages, store, shelf, options, step)))
        try:
            return _made(_Press(store, shelf, options, step), content, path)
        except BrokenChapters as broken:
            raise BrokenChapters(broken.errors, content.pages[next(iter(broken.errors))].name) from None


def _made(press: _Press, content: Content, path: Path) -> Product:
    options = press.options
    with atomic(path, force=options.force, is_book=True) as temporary:
        with blamed(own_look(options)):
            content, rendered, proofs = _written(press, content, temporary)
        threads = tuple(page.thread for page in content.pages)
        with ThreadPoolExecutor(1) as aside:
            digest = aside.submit(sha256_of, temporary)
            if rendered:
                carried, shown = rendered.book.evidence, rendered.pictures
                del rendered  # the check reads as much again
                report = checks.load(options.product)(temporary, threads, carried, shown, *([proofs] if proofs else []))
                if not report.ok:
                    raise CheckFailed(f"{path}: not written, it would not be whole: {report}")
        size = temporary.stat().st_size
    return Product(path, tuple(page.name for page in content.pages), threads, digest.result(), size)


def _with_losses(pages: Sequence[Page], store: Pictures, shelf: Shelf, options: BindOptions, step: Step) -> list[Page]:
    """The pages with a notice for all that only this product cannot show.

    Raises:
        CheckFailed: the user allows no losses, and there are some.
    """
    writer = writers.load(options.product, options.cache_dir)
    animations = Animations(store, shelf, TARGETS[writer.target], _wishes(options))
    shown = [covered(page.thread, writer.lacking) if writer.lacking else page.thread for page in pages]
    told = [replace(page, thread=animations.told(thread, step)) for page, thread in zip(pages, shown, strict=True)]
    if options.strict:
        _refuse_losses(told)
    return told


def _wishes(options: BindOptions) -> Wishes:
    return Wishes(options.image_max_size, options.image_quality, options.grayscale)


def check_look(options: BindOptions) -> None:
    """See that a book can look as the user wishes, before any page is read.

    Raises:
        UsageError: there is no such theme or page.
        BadConfiguration: a theme or style sheet of the user's cannot be used.
        FileTrouble: the style sheet cannot be read.
    """
    theme = load_theme(options.look.theme)
    page_of(theme, options.page)
    if not own_look(options):
        return
    writer = writers.load(options.product, options.cache_dir)
    for sheet in theme.own_sheets(writer.target):
        writer.refuse(sheet)
    if options.look.css:
        writer.refuse(theme.laid_over(options.look.css, writer.target))


def own_look(options: BindOptions) -> list[str]:
    """What of a book's look is the user's own, as messages call it."""
    theme = load_theme(options.look.theme)
    css = [f"--css {options.look.css}"] if options.look.css else []
    return [*([f"--theme {options.look.theme}"] if theme.is_own else []), *css]


class _Press(Struct, frozen=True):
    """What is the same however often a book is written."""

    store: Pictures
    shelf: Shelf
    options: BindOptions
    step: Step

    def write(self, content: Content, path: Path) -> tuple[RenderedBook | None, Mapping[str, Proof]]:
        """Write the book; gives it with what was proven of it, or nothing where it was set and checked by pieces."""
        options, threads = self.options, [page.thread for page in content.pages]
        writer = writers.load(options.product, options.cache_dir, options.pdf_variant)
        rendering = self._rendering(writer, uncovered(threads))
        by_pieces = writer.engine and is_collection(threads, content.collection)
        if by_pieces and self._by_pieces(content, rendering, writer, path):
            return None, {}
        with executor(len(threads) if writer.target == "epub" else 0, worth=MANY) as workers:
            setter = Setter(threads, self.store, rendering, workers)
            setter.get_ready()
            book = build(threads, _binding(content, options, self.store), setter.begin)
            rendered = render(book, self.store, rendering, setter.documents)
        prepare(self.shelf, rendered.derivatives, self.step)
        writer.write(with_fixity(rendered, options.product, self.shelf), path)
        return rendered, setter.proofs

    def _by_pieces(self, content: Content, rendering: Rendering, writer: Writer, path: Path) -> bool:
        """Make the collection piece by piece; whether that can be."""
        from threadbound.collection import press  # noqa: PLC0415 - nothing else needs what takes PDFs apart: 15 MB

        options, threads = self.options, [page.thread for page in content.pages]

        def order() -> press.Order:
            composing = compositor(build(threads, _binding(content, options, self.store)), self.store, rendering)
            chapters = {chapter.id: thread for chapter, thread in zip(composing.book.chapters, threads, strict=True)}
            return press.Order(composing, chapters, options.pdf_variant, tuple(own_look(options)), self.step)

        if suits := press.suits(rendering):
            with own_templates.blamed(rendering.theme):
                press.bind(order, len(threads), writer.engine, options.cache_dir, path)
        return suits

    def _rendering(self, writer: Writer, names: frozenset[str]) -> Rendering:
        options = self.options
        return Rendering(
            theme=load_theme(options.look.theme),
            target=writer.target,
            software=SOFTWARE,
            uncovered=names,
            cache=options.cache_dir,
            shelf=self.shelf,
            wishes=_wishes(options),
            look=options.look,
            page=options.page,
            standards=writer.standards,
            step=self.step,
        )


def _written(press: _Press, content: Content, path: Path) -> tuple[Content, RenderedBook | None, Mapping[str, Proof]]:
    """What was written at last: once more, with names in their place, where a shaper misses characters."""
    while True:
        try:
            return content, *press.write(content, path)
        except Uncovered as missing:
            pages = [replace(page, thread=note_uncovered(page.thread, missing.characters)) for page in content.pages]
            named = replace(content, pages=tuple(pages))
            if named == content:
                raise unprintable(path, missing.characters, content.collection.title) from None
            content = named
        if press.options.strict:
            _refuse_losses(content.pages)


def target_for(content: Content, options: BindOptions) -> Path:
    """The file of a book: the one that was named, else one from the template; of a volume with its number."""
    threads = content.named or [page.thread for page in content.pages]
    collection, suffix = content.collection, writers.load(options.product, options.cache_dir).suffix
    title = collection.title or (threads[0].title if len(threads) == 1 and not collection.volume else "")
    path = options.output or options.output_dir / (file_stem(threads, title, options.name_template) + suffix)
    volume = collection.volume
    return path.with_name(f"{volume_stem(path.stem, volume.number, volume.of)}{path.suffix}") if volume else path


def _binding(content: Content, options: BindOptions, store: Pictures) -> Binding:
    threads = [page.thread for page in content.pages]
    cover, record = content.collection.cover, replace(content.collection, look=look_of(options))
    more = decided(record, store.get(cover.sha256).read() if cover.kind == "file" else b"")
    captures = [capture for page in content.pages for capture in page.captures]
    attach = options.attach or ("json" if content.collection.volume else None)  # a volume is no book of one thread
    return Binding(
        software=SOFTWARE,
        modified=options.modified or modified(threads),
        language=options.language,
        evidence=partial(evidence, threads, captures, attach, more),
        style=options.look.style,
        links=options.look.links,
        polish=options.look.polish,
        collection=content.collection,
        marks_names=load_theme(options.look.theme).marks_names,
    )


def _refuse_losses(pages: Iterable[Page]) -> None:
    for page in pages:
        if why := refused(page.thread.notices):
            raise CheckFailed(f"{page.name}: {why}")
