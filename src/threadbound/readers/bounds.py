"""How much of a stranger's book is read: every bound of this package, in one place.

Named through the module (``bounds.MAX_FILE``), so that a test can lower one.
"""

from __future__ import annotations

#: Parts of an EPUB; pages, and files carried, of a PDF.
MAX_PARTS = 100_000
#: Bytes of a document, style sheet or package of an EPUB, unpacked: more would not fit a parser.
MAX_DOCUMENT = 32 * 1024 * 1024
#: Bytes of any other part or file carried, unpacked.
MAX_FILE = 512 * 1024 * 1024
#: Bytes of everything, unpacked.
MAX_BOOK = 8 * 1024 * 1024 * 1024
#: Bytes of all files that a book carries: they are held in memory together.
MAX_CARRIED = 1024 * 1024 * 1024
#: Bytes of the threads as JSON.
MAX_JSON = 256 * 1024 * 1024
#: Bytes of what a stream of a PDF's own structure unpacks to.
MAX_STRUCTURE = 256 * 1024 * 1024
#: Bytes of the operators of a page of a PDF, unpacked: a full page has 25,000. Judges take seconds for each MiB.
MAX_PAGE = 1024 * 1024
#: Bytes of the operators of all pages, of which one is in memory at a time: a thread of 20 posts has 120 KB.
MAX_CONTENT = 4 * 1024 * 1024 * 1024
#: Bytes of a PDF's metadata.
MAX_METADATA = 4 * 1024 * 1024
#: Posts that a thread may say it has, and numbers that it may give them.
MAX_POSTS = 1_000_000
#: Pixels of a side that a picture of a thread may claim.
MAX_SIDE = 1_000_000
