"""What every site adapter is: a name, a test and an extraction. Pure: no files, no network."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from threadbound.containers.capture import Capture
from threadbound.model.thread import Thread


class Site(Struct, frozen=True):
    """How the pages of one site are recognised and read."""

    name: str
    media_hosts: tuple[str, ...]
    """Hosts that may be asked for this site's pictures."""
    matches: Callable[[Capture], bool]
    """Whether the capture holds a thread of this site."""
    extract: Callable[[Capture], Thread]
    """The thread, with the notices of its reading and the capture's own note and notices in it."""
