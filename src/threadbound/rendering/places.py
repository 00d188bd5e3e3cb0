"""Addresses of what stands inside a book: they mean nothing outside it, and nobody else can have them.

Before: an anchor of the book. After: the address that a piece of a collection gives for it where it stands in another
piece, which whoever joins the pieces turns into a destination; and the address of the number of its page. A link of a
page's own to such an address is written so that it leads there and is taken for neither.
"""

from __future__ import annotations

import re

#: What documents point at stands under this address, which nothing else can have (RFC 2606 §2).
BASE = "https://book.invalid/"
#: Followed by an anchor: a place in another piece; and the number of the page that this place is on.
PLACE, PAGE = f"{BASE}#", f"{BASE}?page#"
_OURS = re.compile(r"(?i)(book)\.(invalid\b)")


def foreign(address: str) -> str:
    """``address``, which somebody else wrote: the same host to whoever follows it (RFC 3986 §2.4), but none of ours."""
    return _OURS.sub(r"\1%2E\2", address)
