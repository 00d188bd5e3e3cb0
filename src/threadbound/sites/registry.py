"""The sites that can be read.

Before: a capture. After: the one adapter that knows it, or :class:`NoThread` with what the page seems to be instead.
Adding a site is one file, one line here, and one folder of cases in ``tests/corpus``.
"""

from __future__ import annotations

from threadbound.containers.capture import Capture
from threadbound.errors import NoThread, NoThreadText, ThreadboundError
from threadbound.model.thread import Thread
from threadbound.sites import elsewhere, threadreader
from threadbound.sites.site import Site
from threadbound.sites.threadreader_text import THREADREADER_TEXT

SITES: tuple[Site, ...] = (threadreader.SITE, THREADREADER_TEXT)


def identify(capture: Capture) -> Site:
    """The adapter for ``capture``.

    Raises:
        NoThread: none knows it; the message says what the page seems to be.
        ThreadboundError: more than one does, which is a bug.
    """
    found = [site for site in SITES if site.matches(capture)]
    if not found:
        kind = NoThreadText if capture.kind == "text" else NoThread
        raise kind(elsewhere.describe(capture))
    if len(found) > 1:
        names = " and ".join(site.name for site in found)
        raise ThreadboundError(f"{capture.note.name}: {names} both take it for theirs; please report this page")
    return found[0]


def extract(capture: Capture) -> Thread:
    """The thread in ``capture``, read by the adapter that knows it.

    Raises:
        NoThread: it holds none.
    """
    return identify(capture).extract(capture)


def media_hosts(name: str) -> tuple[str, ...]:
    """The hosts that may be asked for pictures of the site of that name."""
    return next(site.media_hosts for site in SITES if site.name == name)
