"""What is asked of the network, and what came of it: the two records between collecting and fetching."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from threadbound.media.policy import Policy


class Wanted(Struct, frozen=True):
    """One picture that no place at hand has."""

    identity: str
    candidates: tuple[str, ...]
    """Addresses, best first."""
    policy: Policy
    """Which hosts may be asked for it."""
    near: datetime | None = None
    """When its page was saved: which of the Wayback Machine's copies is asked for."""


class Trouble(Struct, frozen=True):
    """Why a picture was not had."""

    code: str
    """A key of :data:`threadbound.notices.CODES`."""
    reason: str
