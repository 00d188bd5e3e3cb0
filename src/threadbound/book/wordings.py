"""The words of one post that only other captures have.

Before: a post as it stands in the book, and the same post as each capture has it. After: every other wording of it,
each once and letter for letter, with the captures that have it. What differs in white space alone is no other wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from threadbound.book import dates
from threadbound.model.text import Inline, plain_text
from threadbound.model.thread import CaptureNote, Post, Thread, Wording

#: Characters of a file's name: a longer one no file system takes, and a book may say it of every post.
LONGEST_NAME = 300


def wordings(post: Post, readings: Iterable[tuple[str, Post]]) -> tuple[Wording, ...]:
    """The other wordings of ``post``, in the order in which they first come.

    Args:
        post: as it stands in the book.
        readings: each capture's digest, and the post as it has it. One out of a book that holds several captures as one
            brings other wordings with it; what a page that is here itself says goes before what a book says of it.
    """
    known = list(readings)
    own, said = _words(post.body), {digest: _words(same.body) for digest, same in known}
    found: dict[str, tuple[tuple[Inline, ...], dict[str, None]]] = {}
    for digest, same in known:
        for each in (Wording((digest,), same.body), *same.wordings):
            words = _words(each.body)
            holding = [name for name in each.captures if said.get(name, words) == words]
            if words != own and holding:
                found.setdefault(words, (each.body, {}))[1].update(dict.fromkeys(holding))
    return tuple(Wording(tuple(captures), body) for body, captures in found.values())


def other_words(post: Post, thread: Thread) -> Iterator[tuple[str, tuple[Inline, ...]]]:
    """What is said of each other wording of a post, and the words, if it has any."""
    if not post.wordings:
        return
    notes = {note.sha256: note for note in thread.captures}
    for wording in post.wordings:
        known = [notes[digest] for digest in dict.fromkeys(wording.captures) if digest in notes]
        more = f" and in {len(known) - 1} more" if len(known) > 1 else ""
        where = f"in the capture {named(known)}{more}" if known else "in another capture"
        if plain_text(wording.body).split():
            yield f"Post {post.n} reads otherwise {where}:", wording.body
        else:
            yield f"Post {post.n} has no words {where}.", ()


def named(notes: Sequence[CaptureNote]) -> str:
    """What the first capture is called: ``of 12 May 2024``, or the file's name where nobody knows the day."""
    saved = notes[0].saved_at
    return f"of {dates.long(saved.date())}" if saved else notes[0].name[:LONGEST_NAME]


def _words(body: Iterable[Inline]) -> str:
    """Without white space."""
    return "".join(plain_text(body).split())
