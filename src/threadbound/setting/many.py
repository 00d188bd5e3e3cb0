"""The chapters of an EPUB and the lists behind them: which are set here, and which by workers.

Before: the leaves of what can be set apart. After: their documents, in their order, and the proofs of the chapters that
were set elsewhere. Those of a book of few chapters are set here, one after another; so are those of a user's own theme,
which may ask for anything of the book, and chapters whose pictures must be looked into.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future

from msgspec import Struct, field

from threadbound.book.book import Book, Chapter
from threadbound.book.matter import Matter
from threadbound.checks.proof import Proof
from threadbound.errors import BrokenChapters, FileTrouble
from threadbound.media.derive import Derivative
from threadbound.media.pictures import Pictures, StoredPicture, described
from threadbound.model.thread import Thread
from threadbound.rendering.leaves import Leaf, leaf_of
from threadbound.rendering.render import Compositor, Rendering, one_by_one
from threadbound.rendering.rendered import Document
from threadbound.setting.chapter import Job, Sheet, common, get_ready, set_leaf
from threadbound.tools.workers import WorkerLost, Workers

#: So many chapters are worth the start of other processes.
MANY = 64


class Setter(Struct, frozen=True):
    """Sets the chapters of a book."""

    threads: Sequence[Thread]
    """In their order."""
    store: Pictures
    rendering: Rendering
    workers: Executor
    sheets: list[Future[Sheet | None] | None] = field(default_factory=list)
    """Of each chapter that is under way; ``None``: it is to be set here."""
    proofs: dict[str, Proof] = field(default_factory=dict)
    """What was proven of chapters that were set elsewhere, by their ids."""

    @property
    def _workers(self) -> Workers | None:
        """Those that may set chapters."""
        return self.workers if isinstance(self.workers, Workers) and not self.rendering.theme.is_own else None

    def get_ready(self) -> None:
        """Have the workers load what they need, while there are no chapters yet."""
        if self._workers:
            shared = common(self.rendering)
            for _ in range(self._workers.size):
                self._workers.submit(get_ready, shared)

    def begin(self, chapter: Chapter) -> None:
        """Have the next chapter set, while others are made and what stands round them."""
        if self._workers is None:
            return
        thread = self.threads[len(self.sheets)]
        pictures = _pictures(self.store, thread)
        if any(picture.slices for picture in pictures):
            self.sheets.append(None)
        else:
            job = Job(common(self.rendering), leaf_of(chapter), thread, tuple(map(described, pictures)))
            self.sheets.append(self._workers.submit(set_leaf, job))

    def documents(self, composing: Compositor, leaves: Sequence[Leaf]) -> Iterator[Document]:
        """The documents of the chapters and then of lists, in their order; what can be is under way at once.

        Raises:
            BrokenChapters: when they are asked for; processes that set some ended, as often as it was tried.
        """
        workers = self._workers
        if workers is None or not self.sheets:
            return one_by_one(composing, leaves)
        lists = [
            workers.submit(set_leaf, Job(common(self.rendering), leaf, matter=_listed(composing.book, leaf)))
            for leaf in leaves
            if not leaf.chapter
        ]
        return self._coming(composing, leaves, (*self.sheets, *lists))

    def _coming(
        self, composing: Compositor, leaves: Sequence[Leaf], sheets: Sequence[Future[Sheet | None] | None]
    ) -> Iterator[Document]:
        lost: dict[int, Exception] = {}
        for place, (leaf, future) in enumerate(zip(leaves, sheets, strict=True)):
            try:
                sheet = future.result() if future else None
            except WorkerLost as error:
                if not leaf.chapter:  # a book may do without a chapter
                    yield composing.leaf(leaf)
                    continue
                why = f"this chapter was not set, though tried twice: {error}; see whether the memory is large enough"
                lost[place] = FileTrouble(why)
            else:
                if not lost:  # what else is lost is said of all at once
                    yield self._document(composing, leaf, sheet) if sheet else composing.leaf(leaf)
        if lost:
            raise BrokenChapters(lost)

    def _document(self, composing: Compositor, leaf: Leaf, sheet: Sheet) -> Document:
        for shown in sheet.pictures:
            made = Derivative(self.store.get(shown.sha256), shown.recipe)
            composing.plates.use(shown.name, made, shown.windows)
        if sheet.proof:
            self.proofs[leaf.name] = sheet.proof
        return Document(leaf.name, leaf.title, sheet.document, leaf.role, sheet.properties)


def _listed(book: Book, leaf: Leaf) -> Matter:
    """What a list has that is not in its leaf."""
    return Matter(bibliography=book.matter.bibliography) if leaf.role == "bibliography" else Matter()


def _pictures(store: Pictures, thread: Thread) -> list[StoredPicture]:
    """The pictures that a chapter may show."""
    media = [each for post in thread.posts for each in (*post.all_media, *(card.image for card in post.cards)) if each]
    digests = dict.fromkeys((*(each.sha256 for each in media), thread.author.avatar_sha256))
    found = (store.find(digest) for digest in digests if digest)
    return [picture for picture in found if picture]
