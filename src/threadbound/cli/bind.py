"""``threadbound pdf`` and ``threadbound epub``: pages → books."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from threadbound.cli import cache, console, editions, environment
from threadbound.cli import parameters as p
from threadbound.cli.boundary import Door, message
from threadbound.cli.collection import collection_options
from threadbound.cli.console import Talk
from threadbound.cli.contradictions import KINDS, STDOUT, is_of_one, refuse_contradictions, refuse_for_one
from threadbound.cli.fetching import fetch_options
from threadbound.cli.look import look_options, no_page, no_variant, page_options, variant_option
from threadbound.cli.shared import with_options
from threadbound.options import OUTPUT_DIR, BindOptions, CollectionOptions, FetchOptions, LookOptions, PageOptions

if TYPE_CHECKING:
    from threadbound.batch import Report
    from threadbound.pipeline import Product

DEFAULTS = BindOptions(product="")
#: Product → the options that others have not.
_OWN: dict[str, dict[str, Callable[..., PageOptions | str]]] = {
    "pdf": {"page": page_options, "variant": variant_option},
    "epub": {"page": no_page, "variant": no_variant},
}
HELP = """Bind pages into {article} {what}.

\b
  threadbound {verb} page.html              into output/
  threadbound {verb} page.html -o book{suffix}
  threadbound {verb} saved/ --individual    a book of each page in the folder
  threadbound {verb} - < page.html          from standard input

Several pages bind into one book, in order of date. Pictures that a page lacks are fetched from the
site's own picture servers and kept for the next run; --offline fetches nothing. The book is read back
before it gets its name: every word, link and picture is in it, or it is not written.
"""


def help_for(product: str) -> str:
    """The help of the verb called ``product``."""
    article, what, suffix = KINDS[product]
    return HELP.format(article=article, what=what, verb=product, suffix=suffix)


def command(product: str) -> Callable[..., None]:
    """The verb that binds pages into books of one kind."""

    def bind(  # noqa: PLR0913 - a command's options are its parameters
        pages: p.Pages,
        context: typer.Context,
        *,
        output: p.Output = None,
        output_dir: p.OutputDir = OUTPUT_DIR,
        name: p.Name = DEFAULTS.name_template,
        force: p.Force = False,
        individual: p.Individual = False,
        attach: p.Attach = None,
        language: p.Language = None,
        captured: p.Captured = None,
        collection: CollectionOptions,
        look: LookOptions,
        page: PageOptions,
        variant: str,
        fetch: FetchOptions,
        strict: p.Strict = False,
        image_max_size: p.ImageMaxSize = None,
        image_quality: p.ImageQuality = DEFAULTS.image_quality,
        grayscale: p.Grayscale = False,
        max_image_pixels: p.MaxImagePixels = DEFAULTS.max_image_pixels,
        device: p.Device = None,
        dry_run: p.DryRun = False,
        json: p.Json = False,
        quiet: p.Quiet = False,
        verbose: p.Verbose = False,
    ) -> None:
        options = BindOptions(
            product=product,
            output=output,
            output_dir=output_dir,
            name_template=name,
            force=force,
            individual=individual,
            strict=strict,
            attach=attach.value if attach else None,
            language=language,
            captured=captured,
            pdf_variant=variant,
            modified=environment.source_date(),
            cache_dir=cache.cache_dir(for_fonts=product == "pdf"),
            collection=collection,
            look=look,
            page=page,
            fetch=fetch,
            image_max_size=image_max_size,
            image_quality=image_quality,
            grayscale=grayscale,
            max_image_pixels=max_image_pixels,
            dry_run=dry_run,
            said=_said(context),
        )
        talk = Talk(json=json, quiet=quiet, verbose=verbose)
        context.ensure_object(Door).is_resumed = _is_resumed(pages, options)
        raise typer.Exit(_run(pages, editions.suited(options, device), talk))

    return with_options(collection=collection_options, look=look_options, fetch=fetch_options, **_OWN[product])(bind)


def _is_resumed(pages: list[str], options: BindOptions) -> bool:
    """Whether the run keeps what it has laid out: of a PDF of several threads, piece by piece."""
    is_whole = options.product == "pdf" and not (options.individual or options.dry_run)
    return is_whole and not is_of_one(pages, options)


def _said(context: typer.Context) -> frozenset[str]:
    """Names of what was said and not left to its default."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return frozenset(name for name, source in sources.items() if source is not None and source.name != "DEFAULT")


def _run(pages: list[str], options: BindOptions, talk: Talk) -> int:
    from threadbound import batch  # noqa: PLC0415 - not for --help

    refuse_contradictions(options, talk)
    p.check_pages(pages)
    refuse_for_one(pages, options)
    if options.dry_run:
        from threadbound import planning  # noqa: PLC0415 - not for --help

        with console.progress(quiet=talk.quiet or talk.json) as step:
            plan = planning.plan(pages, options, step)
        return editions.tell_plan(plan, options, talk)
    if options.collection.update:
        return _update(pages, options, talk)
    if options.output != STDOUT:
        with console.progress(quiet=talk.quiet or talk.json) as step:
            report = batch.bind(pages, options, step)
        code = _tell(report, talk)
        if report.products:
            cache.tell_if_full(options.cache_dir)
        return code
    with tempfile.TemporaryDirectory(prefix="threadbound-") as folder:
        file = Path(folder) / f"book.{options.product}"
        report = batch.bind(pages, replace(options, output=file))
        if report.products:
            with file.open("rb") as book:
                shutil.copyfileobj(book, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    return _tell(report, talk, hidden=file)


def _update(pages: list[str], options: BindOptions, talk: Talk) -> int:
    """Make a new edition of a book; gives the exit code."""
    from threadbound import updating  # noqa: PLC0415 - not for --help

    with console.progress(quiet=talk.quiet or talk.json) as step:
        updated = updating.update(pages, options, step)
    editions.tell_update(updated, options, talk)
    return _tell(updated.report, talk)


def _tell(report: Report, talk: Talk, hidden: Path | None = None) -> int:
    """Say what was made and what was lost; gives the exit code.

    Args:
        report: of the run.
        talk: how much, and to whom.
        hidden: a path that means nothing to the user, who asked for standard output.
    """
    console.tell_skips(report.failures, talk, made=report.made)
    for failure in report.failures:
        if not failure.is_skip:
            console.tell_failure(failure, talk, hidden)
    console.tell_remarks(report.remarks, talk)
    for product in report.products:
        _tell_product(product, talk, "standard output" if product.path == hidden else str(product.path))
    if talk.json:
        console.emit(
            type="summary", books=len(report.products), failures=len(report.failures), exit_code=int(report.exit_code)
        )
    return report.exit_code


def _tell_product(product: Product, talk: Talk, place: str) -> None:
    if talk.json:
        threads = [
            {"id": thread.id, "url": thread.url, "posts": len(thread.posts), "declared_posts": thread.declared_posts}
            for thread in product.threads
        ]
        notices = [console.as_data(notice) for thread in product.threads for notice in thread.notices]
        digest, size = product.sha256, product.size
        more = {"remark": product.remark} if product.remark else {}
        console.emit(type="result", path=place, sha256=digest, size=size, threads=threads, notices=notices, **more)
        return
    if talk.quiet:
        return
    for name, thread in zip(product.pages, product.threads, strict=True):
        console.tell_notices(name, thread.notices, verbose=talk.verbose)
    message(f"{place}: {summary(product)}{f'; {product.remark}' if product.remark else ''}")


def summary(product: Product) -> str:
    """``14 posts, 3 of 4 pictures, 1 loss``."""
    from threadbound.book.colophon import count_pictures  # noqa: PLC0415 - not for --help
    from threadbound.book.dates import count  # noqa: PLC0415 - not for --help
    from threadbound.book.extent import extent  # noqa: PLC0415 - not for --help

    posts = [post for thread in product.threads for post in thread.posts]
    found, total = count_pictures(posts)
    parts = [count(len(product.threads), "thread")] if len(product.threads) > 1 else []
    parts.append(extent(product.threads))
    parts.append(f"{found} of {count(total, 'picture')}" if total else "no pictures")
    if product.losses:
        parts.append(console.losses(product.losses))
    return ", ".join(parts)
