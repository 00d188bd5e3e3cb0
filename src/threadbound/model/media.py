"""Pictures and clips, by what the page says of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

#: Where a picture's bytes were found: inside the saved page or beside it, in a folder that the user named, on its own
#: server, at the user's mirror of that server, or in the Wayback Machine.
Origin = Literal["capture", "resources", "network", "mirror", "wayback"]


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a picture's bytes come from. What the media store kept from an earlier run is told as it was then.

    Attributes:
        origin: the kind of place.
        url: the address that gave them, where it was not the saved page; of the Wayback Machine that of its copy.
        fetched: when it gave them, in UTC, to the second.
    """

    origin: Origin
    url: str | None = None
    fetched: datetime | None = None


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
        found: where those bytes come from.
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
    found: Found | None = None
