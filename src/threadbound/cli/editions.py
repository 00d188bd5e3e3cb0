"""What is said of a run that binds otherwise than usual: ``--dry-run`` and ``--update``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from threadbound.cli import console
from threadbound.cli.boundary import message
from threadbound.cli.console import Talk
from threadbound.cli.contradictions import STDOUT
from threadbound.errors import UsageError, meant
from threadbound.options import PRESETS, BindOptions

if TYPE_CHECKING:
    from threadbound.book.collection import Edition
    from threadbound.planning import Plan, Planned
    from threadbound.updating import Left, Updated

#: What a device decides of the look: said with its name, even where it leaves it as usual.
BY_DEVICE = frozenset({"size", "image_max_size"})
#: Options that change how a book looks, and not what is in it, as :attr:`BindOptions.said` names them.
LOOKS = BY_DEVICE.union(
    ("theme", "css", "style", "links", "hyphenate", "polish", "margin", "font_size"),
    ("image_quality", "grayscale", "pdf_variant", "language"),
)
#: What is said of a book that would be larger than the user wants, by the estimate.
_LARGE = "larger than --max-size, and no thread can be divided"
#: Units of sizes, for people.
_UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


def suited(options: BindOptions, device: str | None) -> BindOptions:
    """The options with what suits a device, wherever the user did not say otherwise.

    Raises:
        UsageError: no such device is known.
    """
    if device is None:
        return options
    preset = PRESETS.get(device.strip().lower())
    if preset is None:
        raise UsageError(f"--for {device}: give {', '.join(PRESETS)}{meant(device.lower(), PRESETS)}")
    page, wanted = options.page, options.collection
    is_alone = options.individual or wanted.update is not None or options.output == STDOUT
    return replace(
        options,
        page=replace(page, size=page.size or preset.page_size) if options.product == "pdf" else page,
        image_max_size=options.image_max_size or preset.image_max_size,
        said=options.said | BY_DEVICE,
        collection=wanted if is_alone else replace(wanted, max_size=wanted.max_size or preset.max_size),
    )


def tell_plan(plan: Plan, options: BindOptions, talk: Talk) -> int:
    """Say what would be bound; gives the exit code."""
    if options.collection.update and talk.json:
        told = (None, 0, None) if plan.refused else (plan.edition, plan.kept, plan.left)
        _emit_update(str(options.collection.update), *told)
    console.tell_skips(plan.failures, talk, made=plan.made)
    for failure in plan.failures:
        if not failure.is_skip:
            console.tell_failure(failure, talk)
    console.tell_remarks(plan.remarks, talk)
    for book in plan.books:
        _tell_book(book, plan, options, talk)
    if plan.edition and not talk.json:
        message(
            f"{options.collection.update}: would be edition {plan.edition.number}: {_changes(plan.edition, plan.kept)}"
        )
    if plan.left and not talk.json:
        message(f"{options.collection.update}: {_left_out(plan.left)}")
    if talk.json:
        books = len(plan.books) - min(plan.refused, len(plan.books))
        console.emit(type="summary", books=books, failures=len(plan.failures), exit_code=int(plan.exit_code))
    elif plan.current:
        rest = _kept(plan.kept) + _old_look(options)
        message(f"{options.collection.update}: nothing is new; it would be left as it is{rest}")
    elif plan.books:
        message("nothing was written or fetched; pages and sizes are estimates")
    return plan.exit_code


def _tell_book(book: Planned, plan: Plan, options: BindOptions, talk: Talk) -> None:
    """Say what a book would hold, and what it would surely lack."""
    is_there = not options.force and not plan.edition and (book.path.is_file() or book.path.is_symlink())
    if talk.json:
        console.emit(
            type="plan",
            path=str(book.path),
            volume=book.volume or None,
            threads=book.threads,
            posts=book.posts,
            pictures=book.pictures,
            pictures_at_hand=book.found,
            estimated_pages=book.pages,
            estimated_size=book.size,
            notices=[console.as_data(notice) for _, notices in book.notices for notice in notices],
            exists=is_there,
            **({"edition": plan.edition.number} if plan.edition else {}),
            **({"remark": _LARGE} if book.is_large else {}),
        )
        return
    if not talk.quiet:
        for name, notices in book.notices:
            console.tell_notices(name, notices, verbose=talk.verbose)
    large = f"; {_LARGE}" if book.is_large else ""
    strict = "; with --strict it is not made" if book.is_refused else ""
    there = "; it exists, and is replaced only with --force" if is_there else ""
    message(f"{book.path}: would hold {described(book)}{large}{strict}{there}")


def _old_look(options: BindOptions) -> str:
    """What is said to whoever asks for a look, which alone makes no edition."""
    is_asked = not LOOKS.isdisjoint(options.said)
    return ", and its look too: for another one extract it, and bind what comes out" if is_asked else ""


def described(book: Planned) -> str:
    """``12 threads, 96 posts, 3 of 4 pictures at hand, about 60 pages, about 1.2 MB``."""
    from threadbound.book.dates import count  # noqa: PLC0415 - not for --help

    pictures = f"{book.found} of {count(book.pictures, 'picture')} at hand" if book.pictures else "no pictures"
    lost = [console.losses(book.losses)] if book.losses else []
    pages = [f"about {count(book.pages, 'page')}"] if book.pages is not None else []
    return ", ".join(
        (
            count(book.threads, "thread"),
            book.extent,
            pictures,
            *lost,
            *pages,
            f"about {readable(book.size)}",
        )
    )


def readable(size: int) -> str:
    """``1.2 MB``: decimal units, as disks and mail providers count."""
    unit, name = next((each for each in _UNITS if size >= each[0]), (1, "bytes"))
    return f"{size / unit:.2g} {name}" if size < 100 * unit else f"{size / unit:.0f} {name}"


def tell_update(updated: Updated, options: BindOptions, talk: Talk) -> None:
    """Say what is new in the edition."""
    edition, book = updated.edition, str(options.collection.update)
    if talk.json:
        _emit_update(book, edition, updated.kept, updated.left)
        return
    if talk.quiet:
        return
    if edition:
        message(f"{book}: edition {edition.number}: {_changes(edition, updated.kept)}")
    elif updated.report.current:
        message(f"{book}: nothing is new; it was left as it is{_kept(updated.kept)}{_old_look(options)}")
    if left := updated.left:
        message(f"{book}: {_left_out(left)}")


def _emit_update(book: str, known: Edition | None, kept: int, left: Left | None) -> None:
    """What is new in the edition, or would be, for programs."""
    console.emit(
        type="update",
        path=book,
        edition=known.number if known else None,
        new=list(known.new) if known else [],
        grown=list(known.grown) if known else [],
        dropped=list(known.dropped) if known else [],
        retitled=bool(known and known.retitled),
        kept=kept,
        left_out=left.count if left else 0,
    )


def _changes(edition: Edition, kept: int) -> str:
    """``1 new, 2 changed, 1 kept whose page was not given``."""
    changes = {"new": edition.new, "changed": edition.grown, "let go": edition.dropped}
    said = [f"{len(names)} {what}" for what, names in changes.items() if names]
    said += ["retitled"] if edition.retitled else []
    return ", ".join(said or ["otherwise arranged"]) + _kept(kept)


def _kept(kept: int) -> str:
    """``, 1 kept whose page was not given``: a folder that was named by mistake is noticed where nothing is new too."""
    whose = "whose page was not given" if kept == 1 else "whose pages were not given"
    return f", {kept} kept {whose}" if kept else ""


def _left_out(left: Left) -> str:
    """``2 threads were left out: the book is of threads by @mara``."""
    from threadbound.book.dates import count  # noqa: PLC0415 - not for --help

    was = "was" if left.count == 1 else "were"
    why = f"not {', '.join(left.asked)}" if left.asked else f"the book is of threads {', '.join(left.chosen)}"
    return f"{count(left.count, 'thread')} {was} left out: {why}"
