"""Notices: what a reader of the product must know, as data.

A loss is never an exception: it is a :class:`Notice`, shown, counted, printed in the colophon and kept in the JSON.
Every code stands in :data:`CODES`; making a notice with another code is a bug.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

#: Code → whether it is a loss (something of the thread is not in the product).
CODES: dict[str, bool] = {
    "capture.truncated": True,  # the saved file ends before it should
    "capture.cut": False,  # of several captures one ends too early; what it lacks is not gone
    "capture.characters": True,  # bytes that are no text in the page's charset
    "posts.missing": True,  # the page declares more posts than it holds
    "posts.extra": False,  # the page holds more posts than it declares
    "posts.split": False,  # boundaries of posts were computed; says how sure
    "posts.split-failed": True,  # the declared number of posts could not be met
    "post.truncated": True,  # a text cut by "Show more" or by the capture
    "post.unreadable": True,  # something embedded in a post that is neither words nor a picture we know
    "post.no-id": False,  # the page gives no id, so no permalink and no time
    "post.kept": False,  # of several captures one lost it; it stands in the book all the same
    "post.part-kept": False,  # of several captures only another one has a picture, quoted post, preview or poll of it
    "post.differs": False,  # another capture has it in other words
    "quote.not-in-page": False,  # of a quoted post the page holds only the address
    "time.unknown": False,  # neither the page nor an id says when
    "media.not-in-capture": True,  # a picture that was not saved with the page
    "media.not-an-image": True,  # bytes that prove to be no picture
    "media.unsupported": True,  # a picture of a form that is not read: SVG, or HEIC without its extra
    "media.too-large": True,  # beyond the bound on pixels or bytes
    "media.gone": True,  # its server says that it does not have it (404, 410), now or lately
    "media.refused": True,  # its server says no for another reason, or redirects for ever
    "media.timeout": True,  # its server does not answer, or not in time
    "media.unreachable": True,  # its server is not there, or the connection broke off
    "media.not-allowed": True,  # an address that is never asked: its scheme, port, or a private network
    "media.other-host": True,  # a host that is not asked unless the user says so
    "media.not-asked": False,  # a picture that may be had: a dry run asks nobody
    "media.animation-still": True,  # an animation of which a book that could show it move has the first frame
    "media.avatar-missing": False,  # the author's portrait could not be had
    "media.card-missing": False,  # nor the picture of a link's preview
    "media.video-not-embedded": False,  # the clip stays on the network; its poster and address are in the book
    "font.missing-glyph": True,  # a character that no font covers
}


class Notice(msgspec.Struct, frozen=True):
    """One thing to know about one thread."""

    code: str
    """A key of :data:`CODES`."""
    message: str
    """One sentence for a person, without the place."""
    where: str = ""
    """The place: ``post 7``, a URL, or nothing for the whole thread."""

    def __post_init__(self) -> None:
        """Refuse unknown codes."""
        if self.code not in CODES:
            raise ValueError(f"no such notice code: {self.code}")

    @property
    def is_loss(self) -> bool:
        """Whether something of the thread is missing from the product."""
        return CODES[self.code]

    def __str__(self) -> str:
        """``message (where)``."""
        return f"{self.message} ({self.where})" if self.where else self.message


def losses(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Those notices that are losses, in order."""
    return tuple(notice for notice in notices if notice.is_loss)


def refused(notices: Iterable[Notice]) -> str:
    """Why no book of these is made with ``--strict``; empty where nothing is lost."""
    lost = losses(notices)
    return f"losses are not allowed with --strict: {first_of(lost)}" if lost else ""


def first_of(lost: Sequence[object]) -> str:
    """The first loss, and how many there are beside it."""
    more = len(lost) - 1
    return f"{lost[0]}, and {more} {'loss' if more == 1 else 'losses'} more" if more else str(lost[0])
