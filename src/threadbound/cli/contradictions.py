"""Options that contradict each other, refused before anything is read.

Before: what the user asked for, each option sound in itself. After: a call that can be meant, or an error that says why
it cannot be.
"""

from __future__ import annotations

import os
from pathlib import Path

from threadbound.cli.console import Talk
from threadbound.errors import UsageError
from threadbound.options import OUTPUT_DIR, BindOptions

STDOUT = Path("-")
#: Product → its article, what it is, the ending of its files.
KINDS = {"pdf": ("a", "PDF (PDF/A-3a, PDF/UA-1)", ".pdf"), "epub": ("an", "EPUB 3", ".epub")}
#: Endings of what no verb makes. A name with another ending, or none, promises nothing and is taken as it is.
FOREIGN = frozenset(
    ".azw .azw3 .cbz .djvu .doc .docx .fb2 .gz .htm .html .jpeg .jpg .json .jsonl .kfx .md .mht .mhtml .mobi .odt"
    " .png .ps .rtf .tar .tex .txt .warc .webarchive .xhtml .xml .xps .zip".split()
)


def refuse_contradictions(options: BindOptions, talk: Talk) -> None:
    """See that the options can be meant together.

    Raises:
        UsageError: they cannot.
    """
    from threadbound.book import tags  # noqa: PLC0415 - not for --help
    from threadbound.book.naming import check_template  # noqa: PLC0415 - not for --help
    from threadbound.writers.pdf_variants import named, refuse_what_is_forbidden  # noqa: PLC0415 - not for --help

    check_template(options.name_template)
    if options.language is not None and (trouble := tags.trouble(options.language)):
        raise UsageError(f"--language {options.language}: {trouble}")
    if options.product == "pdf":
        refuse_what_is_forbidden(named(options.pdf_variant), carries=options.attach != "none")
    if options.output:
        _refuse_output(options, talk)
    if options.collection.update:
        _refuse_update(options)
    if options.individual:
        _refuse_individual(options)


def _refuse_output(options: BindOptions, talk: Talk) -> None:
    """A file's name for what is no file, or several."""
    output, wanted = options.output, options.collection
    kind = KINDS.get(output.suffix.lower()[1:]) if output else None
    if kind and kind is not KINDS[options.product]:
        raise UsageError(f"-o {output}: this verb makes {_made(options)}; name it so, or call the other verb")
    # What lies there is refused, or asked for, by what it is: it may be the very page that is to be bound.
    if output and output.suffix.lower() in FOREIGN and not os.path.lexists(output):
        right = _without_ending(output)
        right = right.with_name(right.name + KINDS[options.product][2])
        raise UsageError(f"-o {output}: this verb makes {_made(options)}: name it {right}")
    if options.output_dir != OUTPUT_DIR:
        raise UsageError("--output names the file, with its folder: --output-dir has no say; give one of them")
    if options.individual or wanted.by_author:
        many = "--individual" if options.individual else "--by-author"
        raise UsageError(f"--output names one file and {many} makes many: use --output-dir and --name")
    if output == STDOUT and talk.json and not options.dry_run:
        raise UsageError("--output - and --json both want standard output: name a file for one of them")
    if output == STDOUT and (wanted.max_size or wanted.max_threads):
        many = "--max-size" if wanted.max_size else "--max-threads"
        raise UsageError(
            "--output - writes one book to standard output, and volumes may be several files: "
            f"leave {many} out, or give -o FILE, after which they are called"
        )


def _without_ending(path: Path) -> Path:
    """``poem`` of ``poem.pdf.gz``."""
    known = FOREIGN.union(suffix for _, _, suffix in KINDS.values())
    while path.suffix.lower() in known:
        path = path.with_suffix("")
    return path


def _made(options: BindOptions) -> str:
    """``an EPUB``."""
    return f"{KINDS[options.product][0]} {options.product.upper()}"


def _refuse_individual(options: BindOptions) -> None:
    """What has no meaning in a book of one page."""
    wanted = options.collection
    given = {
        "--update": wanted.update,
        "--max-size": wanted.max_size,
        "--max-threads": wanted.max_threads,
        "--by-author": wanted.by_author,
        "--order": wanted.order,
        "--order-file": wanted.choice.order_file,
        "--parts": wanted.parts,
        "--title": wanted.title is not None,
        "--cover": wanted.cover,
        "--list-of-pictures": wanted.pictures,
    }
    name = next((name for name, value in given.items() if value), None)
    if name:
        raise UsageError(f"{name} is for a book of several threads, and --individual makes a book of each: choose one")


def is_of_one(pages: list[str], options: BindOptions) -> bool:
    """Whether there is one page. A folder may hold more tomorrow, and a book that is made anew more threads."""
    return not (len(set(pages)) > 1 or Path(pages[0]).is_dir() or options.collection.update)


def refuse_for_one(pages: list[str], options: BindOptions) -> None:
    """See that nothing is asked of one page that only several threads can have.

    What holds of one thread anyhow, like an order, is no contradiction.

    Raises:
        UsageError: something is.
    """
    wanted = options.collection
    if not is_of_one(pages, options):
        return
    given = {"--list-of-pictures": wanted.pictures, "--parts": wanted.parts in {"year", "month"}}
    name = next((name for name, value in given.items() if value), None)
    if name:
        cure = "leave it out, or name the page's folder"
        raise UsageError(f"{name} is for a book of several threads, and {pages[0]} is one: {cure}")


def _refuse_update(options: BindOptions) -> None:
    """Other names for a book that has one, and another kind than it is."""
    book = options.collection.update
    if options.output or options.output_dir != OUTPUT_DIR:
        raise UsageError(f"--update {book}: the book stays where it is: --output and --output-dir have no say")
    if options.attach == "none":
        raise UsageError(f"--update {book}: with --attach none it would be the last edition that can be made anew")
    verb = book.suffix.lower()[1:] if book else ""
    if verb in KINDS and verb != options.product:
        raise UsageError(f"--update {book}: this verb makes {_made(options)}; call threadbound {verb}")
