"""The words of one post that only other captures have.

Before: a post as it stands in the book, and the same post as each capture has it. After: every other wording of it,
each once and letter for letter, with the captures that have it. What differs in white space alone is no other wording.
"""

from __future__ import annotations

from collections.abc import Iterable

from threadbound.model.text import Inline, plain_text
from threadbound.model.thread import Post, Wording


def wordings(post: Post, readings: Iterable[tuple[str, Post]]) -> tuple[Wording, ...]:
    """The other wordings of ``post``, in the order in which they first come.

    Args:
        post: as it stands in the book.
        readings: each capture's digest, and the post as it has it. One out of a book that holds several captures as one
            brings other wordings with it; what a page that is here itself says goes before what a book says of it.
    """
    known = list(readings)
    own, said = _words(post.body), {digest: _words(same.body) for digest, same in known}
    found: dict[str, Wording] = {}
    for digest, same in known:
        for each in (Wording((digest,), same.body), *same.wordings):
            words = _words(each.body)
            before = found.get(words, Wording((), each.body))
            more = (name for name in each.captures if name not in before.captures and said.get(name, words) == words)
            if words != own and (captures := (*before.captures, *more)):
                found[words] = Wording(captures, before.body)
    return tuple(found.values())


def _words(body: Iterable[Inline]) -> str:
    """Without white space."""
    return "".join(plain_text(body).split())
