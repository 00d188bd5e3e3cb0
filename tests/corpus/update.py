"""The cases of the sites' contract: saved pages written by us, each with what must be read from it.

    python tests/corpus/update.py

writes ``expected.json`` beside every page anew, with the program as it is. Then read the difference line by line: what
is committed is what a person has found right. ``tests/contract/test_sites.py`` compares with it.

A case is a folder: ``page.html`` or ``page.txt``; beside it, where it matters, ``source_url`` (one line): the address
that a container would have found.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from threadbound.containers.capture import Capture, nothing
from threadbound.digests import sha256
from threadbound.model import codec
from threadbound.model.thread import CaptureNote
from threadbound.sites.registry import SITES
from threadbound.sites.site import Site

HERE = Path(__file__).resolve().parent


def cases(site: str) -> list[Path]:
    """The folders of one site's cases."""
    return sorted(page.parent for page in (HERE / site).glob("*/page.*"))


def capture_of(case: Path) -> Capture:
    """The page of a case, as the container for plain files gives it."""
    page = next(case.glob("page.*"))
    data = page.read_bytes()
    kind: Literal["html", "text"] = "html" if page.suffix == ".html" else "text"
    address = case / "source_url"
    note = CaptureNote(
        name=page.name,
        container=kind,
        sha256=sha256(data),
        size=len(data),
        source_url=address.read_text().strip() if address.exists() else None,
    )
    return Capture(note, data, data.decode(), kind, nothing)


def every_case() -> Iterator[tuple[Site, Path]]:
    """Every site with each of its cases."""
    return ((site, case) for site in SITES for case in cases(site.name))


def main() -> None:
    """Write every ``expected.json``."""
    for site, case in every_case():
        thread = codec.to_builtins(site.extract(capture_of(case)))
        (case / "expected.json").write_bytes(msgspec.json.format(msgspec.json.encode(thread), indent=1) + b"\n")


if __name__ == "__main__":
    main()
