"""``threadbound inspect``: what a page holds, for a person or as JSON Lines. Writes no file."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from threadbound.cli import cache, console
from threadbound.cli import parameters as p
from threadbound.cli.boundary import one_line
from threadbound.cli.console import Talk
from threadbound.cli.fetching import fetch_options, refuse_offline
from threadbound.cli.shared import with_options
from threadbound.errors import ExitCode
from threadbound.options import MAX_IMAGE_PIXELS, BindOptions, FetchOptions

if TYPE_CHECKING:
    from threadbound.model.thread import Post, Thread
    from threadbound.pipeline import Page

HELP = """Show what pages hold: posts, pictures found and missing, losses.

\b
  threadbound inspect page.html
  threadbound inspect saved/ --json | jq .title     a thread a line

Nothing is fetched unless you ask: --fetch, --mirror or --wayback. Pictures that an earlier run fetched count as found.
The JSON is a public interface, described by thread.schema.json in the package (docs/json.md).
A time with * was computed from the id of the post.
"""


@with_options(fetch=fetch_options)
def inspect(  # noqa: PLR0913 - a command's options are its parameters
    pages: p.Pages,
    *,
    fetch: FetchOptions,
    fetch_missing: Annotated[
        bool, typer.Option("--fetch", help="Fetch the pictures that are missing, as pdf and epub do.")
    ] = False,
    captured: p.Captured = None,
    strict: p.Strict = False,
    max_image_pixels: p.MaxImagePixels = MAX_IMAGE_PIXELS,
    json: p.Json = False,
    quiet: p.Quiet = False,
    verbose: p.Verbose = False,
) -> None:
    """Show what pages hold."""
    refuse_offline("--fetch", is_wanted=fetch_missing and fetch.offline)
    is_asked = fetch_missing or fetch.wayback or fetch.mirror is not None
    options = BindOptions(
        "",
        fetch=replace(fetch, offline=fetch.offline or not is_asked),
        captured=captured,
        max_image_pixels=max_image_pixels,
        strict=strict,
    )
    raise typer.Exit(_run(pages, options, Talk(json=json, quiet=quiet, verbose=verbose)))


def _run(inputs: list[str], options: BindOptions, talk: Talk) -> int:
    from threadbound.notices import losses  # noqa: PLC0415 - not for --help
    from threadbound.pipeline import sources  # noqa: PLC0415 - not for --help
    from threadbound.survey import Failure, as_said, exit_code, survey  # noqa: PLC0415 - not for --help

    p.check_pages(inputs)
    failures: list[Failure] = []
    shown, lost = 0, False
    places = sources(options.fetch, cache.cache_dir(), options.max_image_pixels)
    with console.progress(quiet=talk.quiet or talk.json or options.fetch.offline) as step:
        for item in map(partial(as_said, options.captured), survey(inputs, places, step=step)):
            if isinstance(item, Failure):
                failures.append(item)
                if not item.is_skip:
                    console.tell_failure(item, replace(talk, json=False))
                continue
            _show(item, talk)
            shown += 1
            lost = lost or bool(losses(item.thread.notices))
    console.tell_skips(failures, replace(talk, json=False), made=shown)
    return ExitCode.CHECK if lost and options.strict else exit_code(failures, made=shown, lost=lost)


def _show(page: Page, talk: Talk) -> None:
    if talk.json:
        from threadbound.model import codec  # noqa: PLC0415 - not for --help

        sys.stdout.write(codec.encode(page.thread).decode() + "\n")
        sys.stdout.flush()
    elif not talk.quiet:
        describe(page.thread, verbose=talk.verbose)
        console.tell_notices(page.name, page.thread.notices, verbose=talk.verbose)


def describe(thread: Thread, *, verbose: bool) -> None:
    """A table of facts, and a table of posts."""
    from rich.table import Table  # noqa: PLC0415 - not for --help
    from rich.text import Text  # noqa: PLC0415 - not for --help

    facts = Table.grid(padding=(0, 2))
    for label, value in _facts(thread):
        facts.add_row(Text(label, style="dim"), Text(one_line(value), overflow="fold"))
    posts = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=sys.stdout.isatty())
    for heading, width in (("#", 4), ("time (UTC)", 21), ("pictures", 8)):
        posts.add_column(heading, width=width, no_wrap=True, justify="right" if heading == "#" else "left")
    posts.add_column("words", no_wrap=not verbose, overflow="ellipsis", ratio=1)
    for post in thread.posts:
        posts.add_row(str(post.n), _time(post), _pictures(post), Text(one_line(post.text)))
    console.show(facts, "", posts, "")


def _facts(thread: Thread) -> list[tuple[str, str]]:
    from threadbound.book.colophon import count_pictures  # noqa: PLC0415 - not for --help
    from threadbound.book.extent import posts_in_all  # noqa: PLC0415 - not for --help

    found, total = count_pictures(thread.posts)
    declared = "the page declares no number"
    if thread.declared_posts is not None:
        declared = f"of {thread.declared_posts} declared"
    elif len(thread.posts) < posts_in_all(thread):
        declared = f"of {posts_in_all(thread)} that the page numbers"
    lost = sum(notice.is_loss for notice in thread.notices)
    capture = thread.captures[0]
    saved = f"saved {capture.saved_at:%Y-%m-%d %H:%M} UTC" if capture.saved_at else "saved at an unknown time"
    if capture.saved_as_said and not capture.saved_at:
        saved = f"saved {capture.saved_as_said} as was said: the file does not say when"
    facts = [
        ("Thread", thread.title),
        ("Author", f"{thread.author.name} @{thread.author.handle}".strip(" @") or "unknown"),
        ("Published", thread.published or thread.published_text or "unknown"),
        ("Address", thread.url or "unknown"),
        ("Posts", f"{len(thread.posts)} ({declared})"),
        ("Pictures", f"{found} found, {total - found} missing"),
        ("Losses", str(lost) if lost else "none"),
        ("Others", f"{len(thread.other_threads)} more threads named by the page" if thread.other_threads else ""),
        ("Page", f"{capture.name} ({capture.container}, {capture.size:,} bytes, {saved})"),
        ("sha256", capture.sha256),
    ]
    return [(label, value) for label, value in facts if value]


def _time(post: Post) -> str:
    if post.time is None:
        return "–"
    return f"{post.time:%Y-%m-%d %H:%M:%S}{'' if post.time_source == 'page' else ' *'}"


def _pictures(post: Post) -> str:
    found = sum(item.sha256 is not None for item in post.media)
    return f"{found}/{len(post.media)}" if post.media else ""
