"""Where a picture is asked for: at its own host, at the user's mirror of it, in the Wayback Machine.

Before: what is allowed, and the user's options. After: the places in order, each of which turns a picture's address
into the address that is asked, and judges every address that a redirect leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from msgspec import Struct

from threadbound.media.answers import FetchTrouble
from threadbound.media.policy import WAYBACK, Policy, origin_of
from threadbound.model.media import Origin
from threadbound.options import FetchOptions

#: What is asked of the Wayback Machine where nobody knows when the page was saved: its newest copy.
NEWEST = "2"


#: What the places are called in a notice.
CALLED = {"network": "its server", "mirror": "the mirror", "wayback": "the Wayback Machine"}


class Place(Struct, frozen=True):
    """One place to ask."""

    origin: Origin
    ask: Callable[[str], str]
    """Picture's address → the address to ask.

    Raises :class:`FetchTrouble` where it must not be asked.
    """
    hop: Callable[[str], str]
    """Address of a redirect, or the first one → the address to ask; raises likewise."""
    told: Callable[[str], str]
    """Address that was asked → the one to tell of: where the user's mirror stands is nobody's business.

    Empty for an address of the mirror's own.
    """
    called: str
    """By users."""
    name: str = ""
    """Under which "gone" is remembered: what one mirror has not another may have."""


def places(policy: Policy, near: datetime | None, options: FetchOptions) -> Iterator[Place]:
    """The places that the user lets us ask, in order.

    Args:
        policy: which hosts may be asked.
        near: when the page was saved; the Wayback Machine is asked for its copy nearest to that.
        options: mirror or not, Wayback Machine or not.
    """
    yield _place("network", policy, options.mirror)
    if options.wayback:
        stamp = f"{near:%Y%m%d%H%M%S}" if near else NEWEST
        archive = _place("wayback", Policy(frozenset({WAYBACK})), options.mirror)
        anywhere = _place("wayback", Policy(any_host=True), None)
        yield Place(
            "wayback",
            # The archive may know any host, but is told of no password and of no private place.
            lambda url: archive.ask(f"https://{WAYBACK}/web/{stamp}im_/{anywhere.ask(url)}"),
            archive.hop,
            archive.told,
            CALLED["wayback"],
            archive.name,
        )


def _place(origin: Origin, policy: Policy, mirror: str | None) -> Place:
    def checked(url: str) -> str:
        if reason := policy.refusal(url):
            raise FetchTrouble("media.not-allowed", reason)
        if not policy.admits(url):
            raise FetchTrouble("media.other-host", f"{urlsplit(url).hostname} is not one of the hosts that are asked")
        return url

    if mirror is None:
        return Place(origin, checked, checked, str, CALLED[origin])
    base, home = mirror.rstrip("/"), origin_of(mirror)

    def ask(url: str) -> str:
        parts = urlsplit(checked(url))
        return f"{base}/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def hop(url: str) -> str:
        return url if origin_of(url) == home else ask(url)

    def told(url: str) -> str:
        if url.startswith(base + "/"):
            return f"https://{url.removeprefix(base + '/')}"
        return "" if origin_of(url) == home else url

    where: Origin = "mirror" if origin == "network" else origin
    return Place(where, ask, hop, told, CALLED[where], base)
