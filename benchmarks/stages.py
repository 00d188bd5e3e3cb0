"""Where the processor's time of one book goes, stage by stage, in a process of its own.

    python benchmarks/stages.py OUT.json [--unjudged] pdf PAGE…

Before: the command line of ``threadbound``. After: in ``OUT.json`` seconds by stage. What one stage calls of another is
the other's time; what belongs to none is told as START. Processor seconds, since other work on the machine, which
makes everything last longer, leaves them nearly as they are.
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from threadbound.__main__ import collect_rarely
from threadbound.checks import registry as checks
from threadbound.cli.app import run
from unjudged import unread

#: Stage → the functions in which its time is spent, as module and name where they are called by.
STAGES = {
    "open": [("threadbound.pipeline", "open_page")],
    "extract": [("threadbound.pipeline", "extract")],
    "media": [("threadbound.pipeline", "collect")],
    "build": [("threadbound.pipeline", "build"), ("threadbound.pipeline", "_binding")],
    "render templates": [("threadbound.pipeline", "render")],
    "derive pictures": [("threadbound.pipeline", "prepare")],
    "load WeasyPrint": [("threadbound.pipeline.writers", "load"), ("threadbound.writers.pdf_library", "weasyprint")],
    "hyphenation": [("threadbound.writers.pdf.hyphenation", "warm")],
}
#: The same, once WeasyPrint is loaded.
LATER = {
    "read HTML, lay out": [("weasyprint.HTML", "__init__"), ("weasyprint.HTML", "render")],
    "draw, write": [("weasyprint.Document", "write_pdf")],
    "fonts": [("weasyprint.pdf", "build_fonts_dictionary")],
    "attach": [("weasyprint.pdf", "write_pdf_attachment")],
    "tags": [("weasyprint.pdf", "add_tags")],
    "metadata": [("threadbound.writers.pdf.pdf_metadata", "xmp")],
    "page labels": [("threadbound.writers.pdf.pdf_labels", "labels")],
}
CHECK = "check"
START = "start, imports and the rest"


class Clock:
    """Seconds by stage, each without those that it calls."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """``work``, its time counted."""

        @functools.wraps(work, updated=())
        def timed(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever is timed
            self._inner.append(0.0)
            started = time.process_time()
            try:
                return work(*given, **named)
            finally:
                whole = time.process_time() - started
                self.seconds[stage] += whole - self._inner.pop()
                if self._inner:
                    self._inner[-1] += whole

        return timed

    def watch(self, table: dict[str, list[tuple[str, str]]]) -> None:
        """Time the functions of a table."""
        for stage, places in table.items():
            for owner, name in places:
                holder = _found(owner)
                setattr(holder, name, self.timed(stage, getattr(holder, name)))


def _found(path: str) -> Any:  # noqa: ANN401 - a module or a class
    """What stands under a dotted path: a module, or something in one."""
    try:
        return import_module(path)
    except ModuleNotFoundError:
        owner, _, name = path.rpartition(".")
        return getattr(_found(owner), name)


def main(out: Path, arguments: list[str]) -> int:
    """Run the command, write the seconds."""
    clock = Clock()
    collect_rarely()
    if is_unjudged := arguments[:1] == ["--unjudged"]:
        checks.load = unread
    original = checks.load
    checks.load = lambda product: clock.timed(CHECK, original(product))
    import_module("threadbound.batch")
    clock.watch(STAGES)
    library = import_module("threadbound.writers.pdf_library")
    load = library.weasyprint

    def loaded() -> Any:  # noqa: ANN401 - WeasyPrint has no types
        library.weasyprint = load
        weasyprint = load()
        clock.watch(LATER)
        return weasyprint

    library.weasyprint = loaded
    status = run(arguments[is_unjudged:])
    told = {START: time.process_time() - sum(clock.seconds.values()), **clock.seconds}
    out.write_text(json.dumps(told), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
