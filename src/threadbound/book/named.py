"""Where in a post somebody, a subject or an address is named: a long post fills pages, and an index leads to one.

Before: a chapter. After :func:`marked`: whatever is named in a post has an id where it first stands, or where the
quoted post or preview stands that names it. :func:`places` tells those ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from threadbound.book.blocks import Block, LinkCard, Paragraph, PostHead, Quotation
from threadbound.book.book import Chapter
from threadbound.model.text import Hashtag, Inline, Link, Mention

#: Number of a post, and what is named in it.
Named = tuple[int, str]


def person(handle: str) -> str:
    """What whoever has that handle is known by."""
    return f"@{handle.casefold()}"


def subject(tag: str) -> str:
    """What a hashtag is known by."""
    return f"#{tag.casefold()}"


def marked(chapter: Chapter) -> Iterator[Block]:
    """The blocks of a chapter, with ids on what is named in them."""
    seen = {(post, name) for post, name, _ in _heading(chapter)}
    count = 0
    before = 0
    for post, block in _posts(chapter):
        count = count if post == before else 0
        before = post
        stem = f"{chapter.id}-p{post}-"
        if isinstance(block, Paragraph):
            new: list[tuple[int, str]] = []
            for index, node in enumerate(block.words):
                if (name := _name(node)) and (post, name) not in seen:
                    seen.add((post, name))
                    count += 1
                    new.append((index, f"{stem}{count}"))
            yield replace(block, named=tuple(new)) if new else block
        elif isinstance(block, Quotation | LinkCard) and not seen.issuperset(names := _inside(post, block)):
            seen.update(names)
            count += 1
            yield replace(block, anchor=f"{stem}{count}")
        else:
            yield block


def places(chapter: Chapter) -> dict[Named, str]:
    """Where each first stands, of a chapter that is :func:`marked`."""
    found = {(post, name): anchor for post, name, anchor in _heading(chapter)}
    for post, block in _posts(chapter):
        if isinstance(block, Paragraph):
            for index, anchor in block.named:
                found.setdefault((post, _name(block.words[index])), anchor)
        elif isinstance(block, Quotation | LinkCard) and block.anchor:
            for each in _inside(post, block):
                found.setdefault(each, block.anchor)
    return found


def _posts(chapter: Chapter) -> Iterator[tuple[int, Block]]:
    """Each block with the number of its post."""
    post = _first(chapter)
    for block in chapter.blocks:
        if isinstance(block, Paragraph | PostHead) and block.mark:
            post = block.mark.n
        yield post, block


def _first(chapter: Chapter) -> int:
    """The number of the post that the heading is from."""
    marks = (block.mark for block in chapter.blocks if isinstance(block, Paragraph | PostHead) and block.mark)
    mark = chapter.heading.mark or next(marks, None)
    return mark.n if mark else 0


def _heading(chapter: Chapter) -> Iterator[tuple[int, str, str]]:
    """What the heading names, with its id."""
    first = _first(chapter)
    return ((first, name, chapter.opening) for name in _names(chapter.heading.words))


def _names(nodes: Iterable[Inline]) -> Iterator[str]:
    return filter(None, map(_name, nodes))


def _name(node: Inline) -> str:
    match node:
        case Mention(handle):
            return person(handle)
        case Hashtag(tag):
            return subject(tag)
        case Link(url):
            return url
        case _:
            return ""


def _inside(post: int, block: Quotation | LinkCard) -> set[Named]:
    """What a quoted post or a preview names."""
    if isinstance(block, LinkCard):
        return {(post, block.url)}
    links = (node.url for line in block.lines for node in line if isinstance(node, Link))
    own = (person(block.handle) if block.handle else "", block.url)
    return {(post, name) for name in (*own, *links) if name}
