"""What a joined book says of itself: as a book in one document does (:mod:`threadbound.writers.pdf_metadata`).

Before: a book and the kind of PDF that it becomes. After: the entries of its Info dictionary, and XMP that agrees with
them.
"""

from __future__ import annotations

from types import SimpleNamespace

from threadbound.book.book import Book
from threadbound.joining import written
from threadbound.joining.catalogue import Frame
from threadbound.writers import pdf_metadata
from threadbound.writers.pdf_variants import Variant

#: What stands round XMP (ISO 16684-1 §7.3.2).
_PACKET = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n',
    b'\n</x:xmpmeta>\n<?xpacket end="r"?>',
)


def frame(book: Book, variant: Variant, producer: str) -> Frame:
    """What is said of ``book``.

    Args:
        book: with all that it carries.
        variant: the kind of PDF.
        producer: name and version of what laid it out.
    """
    said = SimpleNamespace()
    pdf_metadata.describe(said, book)
    info = {
        "Producer": written.string(producer),
        "Title": written.string(said.title),
        "Author": written.string(", ".join(said.authors)) if said.authors else None,
        "Subject": written.string(said.description) if said.description else None,
        "Keywords": written.string(", ".join(said.keywords)) if said.keywords else None,
        "Creator": written.string(said.generator),
        "CreationDate": written.date(said.created) if said.created else None,
        "ModDate": written.date(said.modified) if said.modified else None,
    }
    return Frame(
        language=book.language,
        info={key: value for key, value in info.items() if value is not None},
        xmp=pdf_metadata.xmp(said, book, variant, producer).join(_PACKET),
        modified=book.modified,
        evidence=tuple(book.evidence),
        is_tagged=variant.is_accessible,
        has_relations=variant.archive.startswith("3"),
    )
