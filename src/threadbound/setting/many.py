"""The chapters of an EPUB: which are set here, and which by workers.

Before: the leaves of a book's chapters. After: their documents, in their order, and the proofs of those that were set
elsewhere. Few chapters are set here, one after another; so are those of a user's own theme, which may ask for anything
of the book, and those whose pictures must be looked into.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future

from msgspec import Struct, field

from threadbound.checks.proof import Proof
from threadbound.errors import FileTrouble
from threadbound.media.derive import Derivative
from threadbound.media.pictures import StoredPicture
from threadbound.model.thread import Thread
from threadbound.rendering.leaves import Leaf
from threadbound.rendering.render import Compositor, Rendering, one_by_one
from threadbound.rendering.rendered import Document
from threadbound.setting.chapter import Job, Original, Sheet, common, get_ready, set_chapter
from threadbound.tools.workers import WorkerLost, Workers

#: So many chapters are worth the start of other processes.
MANY = 64


class Setter(Struct, frozen=True):
    """Sets the chapters of a book."""

    threads: Sequence[Thread]
    """In their order."""
    rendering: Rendering
    workers: Executor
    proofs: dict[str, Proof] = field(default_factory=dict)
    """What was proven of chapters that were set elsewhere, by their ids."""

    def get_ready(self) -> None:
        """Have the workers load what they need, while the book is made."""
        if self._workers:
            shared = common(self.rendering)
            for _ in range(self._workers.size):
                self._workers.submit(get_ready, shared)

    def chapters(self, composing: Compositor, leaves: Sequence[Leaf]) -> Iterator[Document]:
        """The documents of the chapters, all under way at once."""
        if self._workers is None:
            return one_by_one(composing, leaves)
        shared = common(self.rendering)
        sheets: list[Future[Sheet | None] | None] = []
        for leaf, thread in zip(leaves, self.threads, strict=True):
            pictures = _pictures(composing, thread)
            if any(picture.slices for picture in pictures):
                sheets.append(None)
            else:
                originals = tuple(Original(each.sha256, each.probe, each.held, each.is_whole) for each in pictures)
                sheets.append(self._workers.submit(set_chapter, Job(shared, leaf, thread, originals)))
        return self._collected(composing, leaves, sheets)

    @property
    def _workers(self) -> Workers | None:
        """Those that may set chapters."""
        return self.workers if isinstance(self.workers, Workers) and not self.rendering.theme.is_own else None

    def _collected(
        self, composing: Compositor, leaves: Sequence[Leaf], sheets: Iterable[Future[Sheet | None] | None]
    ) -> Iterator[Document]:
        for leaf, future in zip(leaves, sheets, strict=True):
            sheet = _result(leaf, future) if future else None
            if sheet is None:
                yield composing.leaf(leaf)
                continue
            for shown in sheet.pictures:
                original = composing.plates.store.get(shown.sha256)
                composing.plates.use(shown.name, Derivative(original, shown.recipe), shown.windows)
            if sheet.proof:
                self.proofs[leaf.name] = sheet.proof
            yield Document(leaf.name, leaf.title, sheet.document, leaf.role)


def _pictures(composing: Compositor, thread: Thread) -> list[StoredPicture]:
    """The pictures that a chapter may show."""
    media = [each for post in thread.posts for each in (*post.all_media, *(card.image for card in post.cards)) if each]
    digests = dict.fromkeys((*(each.sha256 for each in media), thread.author.avatar_sha256))
    found = (composing.plates.store.find(digest) for digest in digests if digest)
    return [picture for picture in found if picture]


def _result(leaf: Leaf, future: Future[Sheet | None]) -> Sheet | None:
    try:
        return future.result()
    except WorkerLost as error:
        cure = "see whether the memory is large enough"
        raise FileTrouble(f"{leaf.title}: this chapter was not set, though tried twice: {error}; {cure}") from None
