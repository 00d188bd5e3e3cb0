"""Pictures and clips, by what the page says of them."""

from __future__ import annotations

from typing import Literal

import msgspec


class Media(msgspec.Struct, frozen=True, omit_defaults=True):
    """One picture, video or GIF of a post.

    Attributes:
        kind: ``image``, ``video`` or ``gif`` (a silent looping clip).
        url: the original's address: of an image its largest known form as the page names it, of a clip its best file.
        alt: the author's own description; empty where there is none ("Image" is the site's word, not the author's).
        poster: of a clip, the address of its still picture.
        duration: of a clip, seconds, where the page says.
        references: every way in which the page points at the picture (the image or the poster), best first: local
            file names, ``cid:`` and ``resource:`` tokens of the capture, addresses.
        sha256: of the picture's bytes (the image, or the clip's poster), once they are found.
        media_type, width, height: of those bytes, read from themselves (pixels).
    """

    kind: Literal["image", "video", "gif"]
    url: str
    alt: str
    poster: str | None = None
    duration: float | None = None
    references: tuple[str, ...] = ()
    sha256: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
