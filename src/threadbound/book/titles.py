"""Short titles of threads, before any chapter is made: what stands in contents and running heads."""

from __future__ import annotations

from threadbound.book.essay import fallback_title
from threadbound.book.heading import open_thread
from threadbound.book.paragraphs import split_replies, take_number
from threadbound.model.thread import Thread


def short_title(thread: Thread) -> str:
    """As the heading of its chapter gives it: the first words, at most 80 characters."""
    first = thread.posts[0]
    _, body = split_replies(first.body)
    _, body = take_number(body, first.n)
    return open_thread(body, fallback_title(thread)).heading.short
