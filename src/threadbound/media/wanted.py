"""What is asked of the network, and what came of it: the two records between collecting and fetching."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

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

    def joined(self, other: Wanted | None) -> Wanted:
        """With what another page calls the same picture: a false address there takes none away from here."""
        if other is None:
            return self
        candidates = tuple(dict.fromkeys((*self.candidates, *other.candidates)))
        return replace(self, candidates=candidates, policy=self.policy.widened(other.policy.hosts))


class Trouble(Struct, frozen=True):
    """Why a picture was not had."""

    code: str
    """A key of :data:`threadbound.notices.CODES`."""
    reason: str
