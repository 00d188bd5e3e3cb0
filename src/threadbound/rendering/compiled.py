"""Templates, compiled once a run: the compiling takes longer than the printing of a thread."""

from __future__ import annotations

from functools import cache
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Compiled templates in memory, by name and content."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill ``bucket`` where its template is compiled already."""
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what is in ``bucket``."""
        if bucket.code:
            self.codes[bucket.key, bucket.checksum] = bucket.code


@cache
def compiled() -> Compiled:
    """The compiled templates of this run."""
    return Compiled()
