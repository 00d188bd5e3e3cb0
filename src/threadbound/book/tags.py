"""Language tags. What a page says of its language may be anything: a book says only what has the form of BCP 47."""

from __future__ import annotations

import re

#: Language, script, region, variants (RFC 5646 §2.1 without its extensions, which no page of a thread uses).
_TAG = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3})){0,2}", re.IGNORECASE
)


def known(tag: str | None) -> str | None:
    """``tag`` where it is one, else ``None``."""
    return tag if tag and _TAG.fullmatch(tag) else None
