"""What posts enclose beside their words: pictures, quoted posts, previews of links, polls.

Before: a post as one capture has it, and the same post as others have it. After: the post with all of them: what only
another capture holds is added, what is there without bytes or words gets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from threadbound.media.addresses import address_of
from threadbound.model.media import Media
from threadbound.model.thread import Card, Post, Quote

#: What is said of a part that only another capture has.
PICTURE, QUOTE, CARD, POLL = "a picture", "a quoted post", "the preview of a link", "a poll"


def filled(post: Post, same: Sequence[Post]) -> Post:
    """The post with the bytes of pictures that another capture has of it."""
    found = [media for each in same for media in _pictures(each) if media.sha256]
    if not found or not any(media.sha256 is None for media in _pictures(post)):
        return post

    def had(media: Media) -> Media:
        if media.sha256 is not None:
            return media
        there = next((each for each in found if _is_same(each, media)), None)
        if there is None:
            return media
        return replace(
            media,
            sha256=there.sha256,
            media_type=there.media_type,
            width=there.width,
            height=there.height,
            found=there.found,
        )

    def quoted(quote: Quote) -> Quote:
        return replace(quote, media=tuple(map(had, quote.media)))

    def previewed(card: Card) -> Card:
        return replace(card, image=had(card.image)) if card.image else card

    return replace(
        post,
        media=tuple(map(had, post.media)),
        quotes=tuple(map(quoted, post.quotes)),
        cards=tuple(map(previewed, post.cards)),
    )


def completed(post: Post, same: Iterable[Post]) -> tuple[Post, tuple[str, ...]]:
    """The post with what only others have of it, and what that is: a phrase each, with an address where it has one."""
    told: list[str] = []
    for other in same:
        for quote in other.quotes:
            post = _with_quote(post, quote, told)
        for media in other.media:
            if _is_known(media) and not any(_is_same(media, each) for each in post.all_media):
                post = replace(post, media=(*post.media, media))
                told.append(_of(PICTURE, media.url))
        for card in other.cards:
            if card.url not in {each.url for each in post.cards}:
                post = replace(post, cards=(*post.cards, card))
                told.append(_of(CARD, card.url))
        if other.polls and not post.polls:
            post = replace(post, polls=other.polls)
            told.append(POLL)
    return post, tuple(told)


def _of(what: str, url: str | None) -> str:
    return f"{what}, {url}" if url else what


def _with_quote(post: Post, quote: Quote, told: list[str]) -> Post:
    """The post with a quoted post that another capture has, or with its words where only that one has them."""
    place = next((k for k, each in enumerate(post.quotes) if _quotes_same(each, quote)), None)
    if place is None:
        told.append(_of(QUOTE, quote.url))
        return replace(post, quotes=(*post.quotes, quote))
    known = post.quotes[place]
    more = [media for media in quote.media if not any(_is_same(media, each) for each in post.all_media)]
    told += [_of(PICTURE, media.url) for media in more]
    whole = replace(known, media=(*known.media, *more)) if more else known
    if quote.text and not known.text:
        told.append(_of("the text of a quoted post", quote.url))
        whole = replace(whole, text=quote.text, name=whole.name or quote.name, author=whole.author or quote.author)
    if whole is known:
        return post
    return replace(post, quotes=(*post.quotes[:place], whole, *post.quotes[place + 1 :]))


def _quotes_same(one: Quote, other: Quote) -> bool:
    if one.id and other.id:
        return one.id == other.id
    if one.url and other.url:
        return one.url == other.url
    return bool(one.text) and one.text == other.text


def _pictures(post: Post) -> Iterator[Media]:
    yield from post.all_media
    yield from (card.image for card in post.cards if card.image)


def _is_same(one: Media, other: Media) -> bool:
    """Whether two captures mean one picture: by its bytes, its addresses, else by the name that a browser gave it."""
    if one.sha256 and one.sha256 == other.sha256:
        return True
    if one.url == other.url:
        return True
    ours, theirs = _addresses(one), _addresses(other)
    if ours and theirs:
        return bool(ours & theirs)
    return bool(_names(one) & _names(other))


def _addresses(media: Media) -> set[str]:
    """What all addresses of the picture, or of the clip, have in common."""
    return {known.identity for url in _named(media) if (known := address_of(url))}


def _is_known(media: Media) -> bool:
    """Whether anything tells which picture it is: a copy of the words says only that there was one."""
    return bool(media.sha256 or any(_named(media)))


def _names(media: Media) -> set[str]:
    return {stem for url in _named(media) if (stem := PurePosixPath(url.partition("?")[0]).stem)}


def _named(media: Media) -> Iterator[str]:
    yield from filter(None, (media.url, media.poster, *media.references))
