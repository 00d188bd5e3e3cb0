"""What plain WeasyPrint is given: a collection's book as one document, with our own style sheet and fonts.

    python benchmarks/one_document.py FOLDER PAGES…

After: FOLDER has ``book.html``, ``style.css``, ``images/`` and ``fonts.conf``, as our own writer would have got them.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from threadbound import batch, pipeline
from threadbound.checks.report import CheckReport
from threadbound.options import BindOptions, FetchOptions
from threadbound.rendering.rendered import RenderedBook


def main(folder: Path, pages: list[str]) -> None:
    """Render the book of ``pages``, but do not set it."""
    load = pipeline.writers.load

    def dump(rendered: RenderedBook, path: Path) -> None:
        (folder / "images").mkdir(parents=True, exist_ok=True)
        (folder / "book.html").write_text(rendered.documents[0].content, encoding="utf-8")
        (folder / "style.css").write_text(rendered.css, encoding="utf-8")
        for picture in rendered.pictures:
            (folder / picture.name).write_bytes(picture.read())
        shutil.copy(os.environ["FONTCONFIG_FILE"], folder / "fonts.conf")
        path.touch()

    def loaded(*chosen: Any) -> Any:  # noqa: ANN401 - whatever the pipeline asks for
        return replace(load(*chosen), write=dump, engine="")

    pipeline.writers.load = loaded
    pipeline.checks.load = lambda _: lambda *_: CheckReport()
    options = BindOptions(
        product="pdf",
        output=folder / "nothing",
        force=True,
        cache_dir=folder / "cache",
        fetch=FetchOptions(offline=True),
    )
    report = batch.bind(pages, options)
    for failure in report.failures:
        print(failure.error, failure.trace, file=sys.stderr)
    if not report.products:
        sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
