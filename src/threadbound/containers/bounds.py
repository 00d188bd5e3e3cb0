"""How much of a stranger's page is read: every bound of this package, in one place.

Named through the module (``bounds.MAX_BYTES``), so that a test can lower one.
"""

from __future__ import annotations

#: Bytes of a file. Beyond it, it is no page that somebody saved.
MAX_BYTES = 512 * 1024 * 1024
#: Bytes of the main document once its ``data:`` addresses are out: more would not fit a parser.
MAX_MARKUP = 16 * 1024 * 1024
#: Bytes of one resource beside the page.
MAX_RESOURCE = 256 * 1024 * 1024
#: Bytes that recognition looks at.
HEAD = 64 * 1024
#: Bytes at the end where the Wayback Machine signs.
TAIL = 16 * 1024
#: ``data:`` addresses and rewritten addresses of one page; the rest stay as they are.
MAX_ADDRESSES = 200_000
#: Parts of an MHTML file, and how deep multiparts may hold multiparts.
MAX_PARTS = 20_000
MAX_MIME_DEPTH = 4
#: Bytes of one part's header block.
MAX_HEADER = 64 * 1024
#: Files looked at in the folders beside a page.
MAX_COMPANION_FILES = 20_000
#: Files and folders that may lie beside each other.
MAX_NEIGHBOURS = 200_000
#: Characters of a reference; ``data:`` addresses are exempt.
MAX_REFERENCE = 16 * 1024
#: Characters of an address that a page says it was saved from.
MAX_URL = 8 * 1024
