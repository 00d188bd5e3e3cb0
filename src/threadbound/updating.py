"""A new edition of a book: ``--update``.

Before: a book that this tool made, and pages of which some may be new. After: the book holds all that it held, from
its own evidence where a page has gone, and what is new; it says what that is, and its log has one more entry. It is
replaced only by a whole one; where nothing is new it is left as it is.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound import batch, pipeline
from threadbound.batch import Failed, Report
from threadbound.book import selection
from threadbound.book.build import modified
from threadbound.book.captures import one
from threadbound.book.clusters import clusters
from threadbound.book.collection import Collection, Edition
from threadbound.book.evidence import Attach
from threadbound.book.identity import identifier, key
from threadbound.book.people import line
from threadbound.book.titles import short_title
from threadbound.errors import FileTrouble, UsageError
from threadbound.extraction import extract
from threadbound.gathering import CURE, Remark, Wanted, aside_of, check_files, undated, with_unbound
from threadbound.media.pictures import Pictures
from threadbound.model import codec
from threadbound.model.thread import Thread
from threadbound.options import BindOptions, Choice, Step, no_step
from threadbound.pipeline import Content, Page, Product
from threadbound.rendering import looks
from threadbound.survey import Failure, count_unbound
from threadbound.writers import pdf_variants


class Left(Struct, frozen=True):
    """Threads that were given and do not belong into the book."""

    count: int
    asked: tuple[str, ...]
    """What the user asked for now, a phrase each; empty: as the book was chosen."""
    chosen: tuple[str, ...]
    """What the book was chosen by."""


class Prepared(Struct, frozen=True):
    """A new edition, before it is made."""

    content: Content | None
    """What it is made of; nothing where nothing is new, or no book can be made."""
    store: Pictures
    options: BindOptions
    """For this book."""
    edition: Edition | None
    """The entry of the log, where there is a new one."""
    failures: tuple[Failure, ...]
    again: Callable[[Content, BindOptions, Failure], Prepared | None]
    """The same without those pages of which no chapter can be made, if there are such."""
    is_current: bool = False
    """Whether nothing is new: the book is what it would be."""
    left: Left | None = None
    """What was left out of it."""
    kept: int = 0
    """How many of its threads are in it though no page of theirs was given."""
    remarks: tuple[Remark, ...] = ()
    refusal: Failure | None = None
    """Why ``--strict`` makes no book, whatever it would hold: a page cannot be in it."""

    def sound(self, why: Failure) -> Prepared | None:
        """What remains of an edition that cannot be made."""
        return self.again(self.content, self.options, why) if self.content else None


class Updated(Struct, frozen=True):
    """What came of it."""

    report: Report
    edition: Edition | None
    """``None``: nothing is new, and the book is as it was."""
    left: Left | None = None
    """What was left out of it."""
    kept: int = 0
    """How many of its threads are in it though no page of theirs was given."""


def update(inputs: Sequence[str], options: BindOptions, step: Step = no_step) -> Updated:
    """Make a new edition of the book that ``options`` name.

    Raises:
        NoThread: it is no book of this tool.
        FileTrouble: it cannot be read whole.
        UsageError: of this book there can be none.
    """
    with prepared(inputs, options, step) as found:
        if found.refusal:
            return _updated(found, found.refusal)
        last, result = found, _made(found, step)
        for _ in range(batch.ROUNDS):  # a system without memory kills again and again
            if not isinstance(result, Failure) or not batch.is_broken(result) or options.strict:
                break
            if not (edition := last.sound(result)):
                break
            last, result = edition, _made(edition, step)
        return _updated(last, result)


def _updated(found: Prepared, result: Product | Failure | None) -> Updated:
    if isinstance(result, Failure):
        return Updated(Report((), (*found.failures, result)), None)
    report = Report((result,) if result else (), found.failures, int(found.is_current), found.remarks)
    return Updated(report, found.edition, found.left, found.kept)


def _made(found: Prepared, step: Step) -> Product | Failure | None:
    """The new edition in the place of the book, if there is one."""
    if found.content is None:
        return None
    return batch.made(found.content, found.store, found.options, Path(str(found.options.output)), step)


@contextmanager
def prepared(inputs: Sequence[str], options: BindOptions, step: Step) -> Iterator[Prepared]:
    """The new edition; its pictures can be read inside the block only.

    Raises:
        ThreadboundError: as :func:`update`.
    """
    book = Path(str(options.collection.update))
    pipeline.check_look(options)
    check_files(options.collection)
    batch.get_ready(options)
    with tempfile.TemporaryDirectory(prefix="threadbound-") as temporary:
        folder = Path(temporary) / "book"
        extracted = extract(book, folder)
        if extracted.has_losses:
            raise FileTrouble(f"{book}: it is damaged, so nothing was changed; threadbound verify says what is wrong")
        places = pipeline.sources(options.fetch, options.cache_dir, options.max_image_pixels)
        store = Pictures(places.store.prove) if places.store else Pictures()
        pages, failures = batch.read_apart(inputs, options, places, store, step)
        old = _held(book, folder, store)
        options = _as_it_looks(book, old, options)
        edition = _prepared(_Edition(book, old, pages, failures), store, options)
        if refusal := batch.strictly(failures, options):  # then the choice has no say
            edition = replace(edition, refusal=refusal, failures=tuple(failures))
        yield edition


def _held(book: Path, folder: Path, store: Pictures) -> list[Page]:
    """The pages that the book holds, out of the folder that it was extracted into.

    Raises:
        FileTrouble: it is no book of ours, whatever it calls itself.
    """
    try:
        return pipeline.read_all(str(folder), store)
    except FileTrouble as error:  # the user knows nothing of a folder
        raise FileTrouble(str(error).replace(str(folder), str(book))) from error


def _as_it_looks(book: Path, old: Sequence[Page], options: BindOptions) -> BindOptions:
    """The options with the look of the book wherever the user says nothing of it.

    Raises:
        UsageError: with what the user says, or by a record that anybody may have written, there is no such look.
    """
    known = looks.continued(options, old[0].collection.look if old[0].collection else None)
    try:
        if known.product == "pdf":
            pdf_variants.refuse_what_is_forbidden(pdf_variants.named(known.pdf_variant), carries=True)
        pipeline.check_look(known)
    except UsageError as error:
        raise UsageError(f"{book}: as it looks: {error}") from error
    return known


class _Edition(Struct, frozen=True):
    """What a new edition may be made of."""

    book: Path
    old: list[Page]
    pages: list[Page]
    failures: list[Failure]
    broken: frozenset[str] = frozenset()
    """Digests of all captures of those threads of which new pages make no chapter: what the book has of them stays."""


def _prepared(found: _Edition, store: Pictures, options: BindOptions) -> Prepared:
    def again(content: Content, own: BindOptions, why: Failure) -> Prepared | None:
        """The edition without new pages that make no chapter; what the book has of their threads stays in it."""
        told, guilty, stays = list(found.failures), set[int](), set(found.broken)
        for place, failure in batch.left_out(content, store, own, [Failed(content, why)]).items():
            held = _digests([content.pages[place]])
            pages = [k for k, page in enumerate(found.pages) if not held.isdisjoint(_digests([page]))]
            if not pages:
                return None  # it is a chapter that the book has
            guilty |= set(pages)
            stays |= held
            told += [batch.without(found.pages[page].name, failure) for page in pages]
        if not guilty:
            return None
        pages_left = [page for k, page in enumerate(found.pages) if k not in guilty]
        return _prepared(_Edition(found.book, found.old, pages_left, told, frozenset(stays)), store, options)

    base = found.old[0].collection or Collection()
    if base.volume:
        raise UsageError(
            f"{found.book}: it is volume {base.volume.number} of {base.volume.of}, and a new edition is made of a whole"
            f" book; extract all {base.volume.of}, and bind what came out of them together with the new pages"
        )
    given = [page.thread for page in (*found.old, *found.pages)]
    choice, drops = selection.understood(given, options.collection.choice), options.collection.drop_missing
    sorted_ = _sorted(found, base, choice)
    kept = _kept(found, sorted_) if drops else found.old
    chosen = dataclasses.replace(options.collection, choice=Choice(order_file=choice.order_file))
    own = dataclasses.replace(options, collection=chosen, force=True, output=found.book, attach=_attach(found, options))
    names = tuple(failure.name for failure in found.failures)
    wider = selection.widened(base, choice) if sorted_.has_new else base
    gathered = batch.contents_of(
        [*kept, *sorted_.fresh], Wanted(chosen, store, names, wider, _digests(found.old), drops)
    )
    if isinstance(gathered, Failure):
        return Prepared(None, store, own, None, (*found.failures, gathered), again)
    content, asked = _named(gathered.contents[0], found), selection.continued(base.choices, choice)
    out = [page for page in sorted_.dayless if _digests([page]).isdisjoint(_digests(content.pages))]
    told = undated([page.name for page in out if selection.lacks_day(page.thread, asked)], CURE)
    namesakes = aside_of(content.pages, sorted_.left, asked)
    remarks = (*told, *gathered.remarks, *namesakes, *_as_collection(found, content, base))
    edition = _edition(found.old, content, base, options)
    now = selection.phrases(asked) if choice != Choice() else ()
    left = Left(len(sorted_.left), now, base.chosen) if sorted_.left else None
    gone = len(found.old) - len(_given(found, sorted_)) if not drops else 0
    failures = tuple(found.failures)
    if edition is None:
        return Prepared(None, store, own, None, failures, again, is_current=True, left=left, kept=gone, remarks=remarks)
    log = base.editions or (replace(_first(found.old), unbound=base.unbound),)
    numbered = replace(edition, number=log[-1].number + 1, unbound=count_unbound(failures))
    whole = base.identifier or identifier(page.thread for page in found.old)
    decided = replace(content.collection, editions=(*log, numbered), identifier=whole, undated=len(out))
    bound = with_unbound(replace(content, collection=decided), numbered.unbound)
    remarks = (*remarks, *_own_look(found, base, options))
    return Prepared(bound, store, own, numbered, failures, again, left=left, kept=gone, remarks=remarks)


def _named(content: Content, found: _Edition) -> Content:
    """The content, with pages that came out of the book called after it: its folder is there for this run only."""
    folder = found.old[0].name
    pages = (
        replace(page, name=f"{found.book}: {page.capture.note.name}") if page.name == folder else page
        for page in content.pages
    )
    return replace(content, pages=tuple(pages))


def _own_look(found: _Edition, base: Collection, options: BindOptions) -> Iterator[Remark]:
    """That a theme or a style sheet of the user's, which the book had, is not in the new edition."""
    if lacking := looks.not_given(options, base.look):
        had = line(" and ".join(lacking))
        yield Remark(str(found.book), f"it had {had}, which no book carries: give it again; this edition is without it")


def _as_collection(found: _Edition, content: Content, base: Collection) -> Iterator[Remark]:
    """That the book of one thread becomes a collection, which nobody asked for: one of chosen threads was meant so."""
    if len(found.old) == 1 < len(content.pages) and not base.choices:
        cure = "bind new pages without --update for books of their own"
        yield Remark(
            str(found.book), f"it was the book of one thread and becomes a collection of {len(content.pages)}; {cure}"
        )


class _Sorted(Struct, frozen=True):
    """The pages that were given."""

    fresh: list[Page]
    """Those that belong into the book."""
    given: frozenset[str]
    """Digests of the captures of the old chapters that were given again, whether they are in ``fresh`` or not."""
    left: list[Page]
    """One of each thread that does not belong into it."""
    has_new: bool
    """Whether there is one among those that do which the book does not have."""
    dayless: list[Page]
    """One of each thread that the book does not have and whose day, which is not known, may keep it out."""


def _sorted(found: _Edition, base: Collection, choice: Choice) -> _Sorted:
    """Which pages belong into the book: those of its own threads, and those that fit.

    Where the user says nothing, what the book was chosen by holds on (:func:`selection.continued`).
    """
    pages = [*found.old, *found.pages]
    fresh: list[int] = []
    given: set[str] = set()
    dayless: list[Page] = []
    left: list[Page] = []
    has_new = False
    asked = selection.continued(base.choices, choice)
    for group in clusters([page.thread for page in pages]):
        old = [place for place in group if place < len(found.old)]
        new = [place for place in group if place >= len(found.old)]
        if old:
            given |= _digests(pages[place] for place in old) if new else frozenset()
        else:
            thread = one([pages[place].thread for place in new])
            page = replace(pages[new[0]], thread=thread)
            dayless += [page] if selection.lacks_day(thread, (*base.choices, *asked)) else []
            if not (selection.fits(thread, choice) if choice.order_file else selection.belongs(thread, asked)):
                left.append(page)
                continue
            has_new = True
        fresh += new
    return _Sorted([pages[place] for place in sorted(fresh)], frozenset(given), left, has_new, dayless)


def _digests(pages: Iterable[Page]) -> frozenset[str]:
    return frozenset(note.sha256 for page in pages for note in page.thread.captures)


def _kept(found: _Edition, given: _Sorted) -> list[Page]:
    """The old chapters that were given again. A page that cannot be read, or behind what cannot be, has not gone."""
    if not found.pages:
        raise UsageError(f"{found.book}: no page that was given can be read, and --drop-missing would drop everything")
    if hidden := [failure.name for failure in found.failures if failure.hides]:
        raise FileTrouble(
            f"{found.book}: nothing was changed: {hidden[0]} shows no pages, so nobody knows which have gone;"
            " see what is wrong with it, or do not name it"
        )
    return _given(found, given)


def _given(found: _Edition, given: _Sorted) -> list[Page]:
    """The old chapters of which a page was given, whether it could be read or not."""
    broken = {Path(failure.name).name for failure in found.failures}
    return [
        page
        for page in found.old
        if not found.broken.isdisjoint(_digests([page]))
        or not given.given.isdisjoint(_digests([page]))
        or broken.intersection(note.name for note in page.thread.captures)
    ]


def _attach(found: _Edition, options: BindOptions) -> Attach | None:
    """As the user says; else the saved pages stay in a book that had them."""
    had = all(capture.data for page in found.old for capture in page.captures)
    return options.attach or ("page,json" if had else None)


def _edition(old: Sequence[Page], content: Content, base: Collection, options: BindOptions) -> Edition | None:
    """The entry of the log; nothing where the book would be as it is."""
    before = {note.sha256: page.thread for page in old for note in page.thread.captures}
    threads = [page.thread for page in content.pages]
    news: list[str] = []
    grown: list[str] = []
    for thread in threads:
        known = {id(before[note.sha256]): before[note.sha256] for note in thread.captures if note.sha256 in before}
        if not known:
            news.append(key(thread))
        elif any(codec.encode(thread) != codec.encode(each) for each in known.values()):
            grown.append(key(thread))
    held = _digests(content.pages)
    dropped = tuple(short_title(page.thread) for page in old if held.isdisjoint(_digests([page])))
    is_same = [page.thread for page in old] == threads
    if not (news or grown or dropped) and content.collection == base and is_same:
        return None
    entry = _entry(threads, tuple(news), tuple(grown), dropped, options.modified)
    return replace(entry, retitled=_is_retitled(old, content.collection, base, options))


def _is_retitled(old: Sequence[Page], now: Collection, base: Collection, options: BindOptions) -> bool:
    """Whether the user gave other titles; one that moved to an earlier beginning of its thread is the same."""
    known = {key(page.thread) for page in old}
    titles = {name: title for name, title in now.titles.items() if name in known}
    is_other = any(base.titles.get(name) != title for name, title in titles.items())
    return is_other or options.collection.title not in (None, base.title)


def _first(old: Sequence[Page]) -> Edition:
    """The entry of the edition that knew of no other."""
    return _entry([page.thread for page in old], (), (), (), None)


def _entry(
    threads: Sequence[Thread],
    new: tuple[str, ...],
    grown: tuple[str, ...],
    dropped: tuple[str, ...],
    date: str | None,
) -> Edition:
    posts = sum(len(thread.posts) for thread in threads)
    return Edition(1, date or modified(threads), len(threads), posts, new, grown, dropped)
