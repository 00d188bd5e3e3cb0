"""Animations that a product shows as a still picture, though it could show them move.

Before: a thread whose pictures were found. After: the same with a notice for each animation that must be made anew and
is too long for that, or damaged behind its first frame. It is decided by what is made, which stays on the shelf: where
no animation must be made anew, nothing is read. One whose frames all look alike counts as standing still, too.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from threadbound.media.crew import prepare
from threadbound.media.derive import Derivative
from threadbound.media.pictures import Pictures
from threadbound.media.recipes import PRESETS, Wishes, plan
from threadbound.media.shelf import Shelf
from threadbound.model.thread import Thread
from threadbound.notices import Notice
from threadbound.options import Step, no_step

CODE = "media.animation-still"
#: The chunk that says of a PNG how many frames it has (PNG, third edition, 11.3.6.1); it stands before the pixels.
MOVES, PIXELS = b"acTL", b"IDAT"


class Animations(msgspec.Struct, frozen=True):
    """How pictures are made for one product."""

    pictures: Pictures
    shelf: Shelf
    preset: str
    """A key of :data:`~threadbound.media.recipes.PRESETS`."""
    wishes: Wishes

    def told(self, thread: Thread, step: Step = no_step) -> Thread:
        """``thread`` with a notice for each animation that stands still. What has one already gets no second."""
        made = {digest: made for digest, _ in _shown(thread) if (made := self._made_anew(digest))}
        prepare(self.shelf, made.values(), step)
        still = {digest for digest, derivative in made.items() if not _moves(self.shelf.read(derivative))}
        notices = (
            Notice(CODE, "an animation is too long to be made anew, or damaged: its first frame is shown", where)
            for digest, where in _shown(thread)
            if digest in still
        )
        every = tuple(dict.fromkeys((*thread.notices, *(notices if still else ()))))
        return thread if every == thread.notices else msgspec.structs.replace(thread, notices=every)

    def _made_anew(self, digest: str) -> Derivative | None:
        """What is made of an animation; ``None`` for other pictures, and for those that are shown as they are."""
        picture = self.pictures.find(digest)
        if picture is None or not picture.probe.is_animated:
            return None
        recipe = plan(picture.probe, PRESETS[self.preset], self.wishes)
        return Derivative(picture, recipe) if recipe.moves else None


def _moves(png: bytes) -> bool:
    return MOVES in png[: png.find(PIXELS)]


def _shown(thread: Thread) -> Iterator[tuple[str, str]]:
    """The digest of each picture that a book may show, and where it stands."""
    if thread.author.avatar_sha256:
        yield thread.author.avatar_sha256, thread.author.avatar or ""
    for post in thread.posts:
        if not (post.media or post.quotes or post.cards):
            continue
        where = f"post {post.n}"
        quoted = ((f"{where}, quoted post", media) for quote in post.quotes for media in quote.media)
        cards = ((where, card.image) for card in post.cards if card.image)
        for place, media in (*((where, media) for media in post.media), *quoted, *cards):
            if media.sha256:
                yield media.sha256, f"{place}, {media.url}" if media.url else place
