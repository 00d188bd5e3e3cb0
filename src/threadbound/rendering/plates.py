"""Figures, clips and lost pictures → what the templates print of them.

Before: blocks of the book. After: plates: sources, alternative texts, styles and captions as strings, and the list of
the pictures that the documents use.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from msgspec import Struct, field

from threadbound.book.blocks import Clip, Figure, LostPicture
from threadbound.media import derive
from threadbound.media.pictures import Pictures
from threadbound.model.media import Media
from threadbound.rendering.figures import GUTTER, Layout, Placed, layout
from threadbound.rendering.filters import duration, is_web
from threadbound.rendering.rendered import RenderedPicture
from threadbound.rendering.theme import Page

LABELS = {"image": "Picture", "video": "Video", "gif": "GIF"}
#: Names of places in a figure, by how many pictures it has and whether they stand in one row.
PLACES = {2: ("Left:", "Right:")}


class PlateImage(Struct, frozen=True):
    """One ``img``."""

    src: str
    alt: str
    style: str


class Caption(Struct, frozen=True):
    """What the author says of one picture."""

    place: str
    text: str


class Plate(Struct, frozen=True):
    """A figure as the template prints it; without rows it is a frame that says what is lost."""

    rows: tuple[tuple[PlateImage, ...], ...] = ()
    captions: tuple[Caption, ...] = ()
    label: str = ""
    text: str = ""
    address: str = ""
    beside: str = ""
    """Width of a caption that stands beside its picture, with its unit."""


class Plates(Struct):
    """Makes the plates of one product and remembers which pictures they use."""

    store: Pictures
    page: Page
    product: str
    """``print`` or ``epub``."""
    used: dict[str, RenderedPicture] = field(default_factory=dict)

    def src(self, media: Media) -> str:
        """Where the documents find that picture; it must be in the store."""
        original = self.store.get(str(media.sha256))
        media_type = derive.target_type(original, self.product)
        name = f"images/{original.sha256}{derive.SUFFIXES[media_type]}"
        self.used[name] = RenderedPicture(name, media_type, partial(derive.derive, original, self.product))
        return name

    def place(self, block: Figure | Clip | LostPicture) -> Plate:
        """The plate of a block."""
        match block:
            case Figure(pictures, post):
                return self._figure(pictures, post)
            case Clip(media, post):
                return self._clip(media, post)
            case LostPicture(media):
                return _lost(media, "Picture not preserved")

    def _figure(self, pictures: Sequence[Media], post: int) -> Plate:
        captions = _captions(pictures)
        measured = layout(pictures, self.page, has_caption=bool(captions))
        if measured.beside and self.product == "print":
            return Plate(self._rows(measured, post), captions, beside=f"{measured.beside:.1f}mm")
        return Plate(self._rows(measured, post), captions)

    def _clip(self, media: Media, post: int) -> Plate:
        label = LABELS[media.kind]
        facts = ", ".join(part for part in (duration(media.duration), "not in this book") if part)
        text = f"{facts}. {media.alt}".strip()
        address = media.url if is_web(media.url) else ""
        if not media.sha256:
            return Plate(label=label, text=text, address=address)
        still = msgspec.structs.replace(media, kind="image", url=media.poster or "")
        measured = layout((still,), self.page, has_caption=False)
        return Plate(self._rows(measured, post, f"Still from a {label}"), (Caption("", text),), label, address=address)

    def _rows(self, measured: Layout, post: int, otherwise: str = "") -> tuple[tuple[PlateImage, ...], ...]:
        return tuple(
            tuple(PlateImage(self.src(p.media), _alt(p.media, post, otherwise), self._style(p, row)) for p in row)
            for row in measured.rows
        )

    def _style(self, placed: Placed, row: Sequence[Placed]) -> str:
        if self.product == "print":
            return f"width:{placed.width:.2f}mm;height:{placed.height:.2f}mm"
        if len(row) == 1:
            return ""
        whole = sum(other.width for other in row) + GUTTER * (len(row) - 1)
        return f"width:{placed.width / whole * 100:.2f}%"


def _alt(media: Media, post: int, otherwise: str) -> str:
    return media.alt or (f"{otherwise} in post {post}" if otherwise else f"Picture in post {post}")


def _captions(pictures: Sequence[Media]) -> tuple[Caption, ...]:
    """The author's descriptions; of several pictures with their places."""
    described = [(k, picture.alt) for k, picture in enumerate(pictures) if picture.alt]
    if len(pictures) == 1:
        return tuple(Caption("", alt) for _, alt in described)
    places = PLACES.get(len(pictures)) or tuple(f"Picture {k}:" for k in range(1, len(pictures) + 1))
    return tuple(Caption(places[k], alt) for k, alt in described)


def _lost(media: Media, label: str) -> Plate:
    address = media.url if is_web(media.url) else ""
    return Plate(label=label, text=media.alt or ("" if address else "The page gives no address."), address=address)
