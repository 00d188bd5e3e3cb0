"""Figures, clips and lost pictures → what the templates print of them.

Before: blocks of the book. After: plates: sources, alternative texts, styles and captions as strings, and the list of
the pictures that the documents use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise

from msgspec import Struct, field
from msgspec.structs import replace

from threadbound.book.blocks import Clip, Figure, LinkCard, LostPicture, Quotation
from threadbound.book.book import Chapter
from threadbound.digests import sha256
from threadbound.media.derive import Derivative
from threadbound.media.pictures import Pictures, StoredPicture
from threadbound.media.recipes import PRESETS, SUFFIXES, Wishes, plan, slice_of
from threadbound.media.shelf import Shelf
from threadbound.model.media import Media
from threadbound.model.text import clean
from threadbound.rendering.balance import MM_A_POINT
from threadbound.rendering.codes import draw_code, is_codable
from threadbound.rendering.figures import GUTTER, Layout, Placed, layout
from threadbound.rendering.filters import duration, is_web
from threadbound.rendering.pages import Page
from threadbound.rendering.rendered import RenderedPicture

LABELS = {"image": "Picture", "video": "Video", "gif": "GIF"}
#: Names of places in a figure, by how many pictures stand in each of its rows.
PLACES: Mapping[tuple[int, ...], tuple[str, ...]] = {(2,): ("Left:", "Right:"), (1, 1): ("Top:", "Bottom:")}
#: Rule and space at the side of a quotation, in lines of text.
INSET = 1.05
#: How many parts of a tall picture fill a page: with more, less of a page stays empty where the next part is too high,
#: but there are more places where it may be divided, and a screen reader meets more of them.
PARTS_A_PAGE = 4
#: A slice of a tall picture in an EPUB is at most so high, in parts of its width, so that two stand on a screen …
SLICE = 0.7
#: … but higher where there would be more slices than this: each is a file, made from the whole picture.
MOST_SLICES = 48
#: Kind of rendering → the preset of its pictures.
TARGETS = {"print": "print", "epub": "reader"}


class PlateImage(Struct, frozen=True):
    """One ``img``."""

    src: str
    alt: str
    style: str
    continues: bool = False
    """It follows the part of the same picture above it without a gap."""


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
    is_divided: bool = False
    """A picture in it is higher than a page."""
    play: str = ""
    """Width of a clip's still, with its unit, where a play mark is laid over it."""
    code: str = ""
    """Source of a QR code for :attr:`address`, in print."""


class Plates(Struct):
    """Makes the plates of one product and remembers which pictures they use, and how large."""

    store: Pictures
    page: Page
    product: str
    """``print`` or ``epub``."""
    shelf: Shelf = Shelf()
    wishes: Wishes = Wishes()
    used: dict[str, RenderedPicture] = field(default_factory=dict)

    def portrait(self, media: Media) -> str:
        """Where the documents find an author's portrait."""
        return self._used(media, self.page.face).name

    def thumb(self, media: Media) -> str:
        """Where the documents find the picture of a linked page."""
        return self._used(media, self.page.thumb).name

    def cover_portrait(self, digest: str) -> Derivative:
        """The portrait for a cover, whose slip may be as wide as the page.

        Where the documents show the portrait too, they show this one: so that who has the book can draw its cover.
        """
        made = self.derivative(digest, (self.page.measure, self.page.measure))
        if (name := _name(made)) in self.used:
            self._used(Media("image", "", "", sha256=digest), (self.page.measure, self.page.measure))
            return self.used[name].derivative or made
        return made

    def note(self, chapter: Chapter) -> tuple[str, ...]:
        """Take down what a chapter shows, before it is printed; gives the names of its pictures."""
        own = replace(self, used={})
        inset = own.inset()
        if chapter.portrait:
            own.portrait(chapter.portrait)
        for block in chapter.blocks:
            match block:
                case Figure() | Clip():
                    own.place(block)
                case Quotation(figures=figures):
                    for figure in figures:
                        inset.place(figure)
                case LinkCard(picture=picture) if picture:
                    own.thumb(picture)
        for name, shown in own.used.items():
            before, made = self.used.get(name), shown.derivative
            if before and before.derivative and made:
                largest = max(made, before.derivative, key=lambda derivative: derivative.recipe.size)
                self._use(name, largest, max(shown.windows, before.windows))
            else:
                self.used[name] = shown
        return tuple(own.used)

    def derivative(self, digest: str, box: tuple[float, float]) -> Derivative:
        """What the product shows of a picture that is set into ``box`` (mm); it must be in the store."""
        original = self.store.get(digest)
        return Derivative(original, plan(original.probe, PRESETS[TARGETS[self.product]], self.wishes, box))

    def _used(self, media: Media, box: tuple[float, float], windows: int = 1) -> RenderedPicture:
        made = self.derivative(str(media.sha256), box)
        return self.use(_name(made), made, windows)

    def use(self, name: str, made: Derivative, windows: int = 1) -> RenderedPicture:
        """The picture as the book has it: once, at the largest size that it is set at anywhere."""
        before = self.used.get(name)
        if before and before.derivative:
            windows = max(windows, before.windows)
            made = max(made, before.derivative, key=lambda derivative: derivative.recipe.size)
        return self._use(name, made, windows)

    def _use(self, name: str, made: Derivative, windows: int = 1) -> RenderedPicture:
        self.used[name] = RenderedPicture(name, made.recipe.media_type, partial(self.shelf.read, made), made, windows)
        return self.used[name]

    def inset(self) -> Plates:
        """These plates for what stands inside the inset of a quotation."""
        narrow = replace(self.page, measure=self.page.measure - INSET * self.page.rem * MM_A_POINT)
        return replace(self, page=narrow)

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
        measured = self._measured(pictures, has_caption=any(clean(picture.alt).strip() for picture in pictures))
        lengths = tuple(len(row) for row in measured.rows)
        captions = _captions(pictures, () if measured.is_divided else PLACES.get(lengths, ()))
        beside = f"{measured.beside:.1f}mm" if measured.beside and self.product == "print" else ""
        return Plate(self._rows(measured, post), captions, beside=beside, is_divided=measured.is_divided)

    def _measured(self, pictures: Sequence[Media], *, has_caption: bool) -> Layout:
        return layout(pictures, self.page, has_caption=has_caption, divides=self._divides)

    def _divides(self, media: Media) -> bool:
        """Whether a picture may be divided: an animation keeps moving, where it can."""
        original = self.store.get(str(media.sha256))
        return self.product == "print" or not (original.probe.is_animated or original.is_whole)

    def _clip(self, media: Media, post: int) -> Plate:
        label = LABELS[media.kind]
        facts = ", ".join(part for part in (duration(media.duration), "not in this book") if part)
        text = f"{facts}. {media.alt}".strip()
        address = media.url if is_web(media.url) else ""
        if not media.sha256:
            return Plate(label=label, text=text, address=address, code=self._code(address))
        still = replace(media, kind="image", url=media.poster or "")
        measured = self._measured((still,), has_caption=False)
        rows = self._rows(measured, post, f"Still from a {label}")
        play = code = ""
        if self.product == "print":
            play = "" if measured.is_divided else f"{measured.rows[0][0].width:.2f}mm"
            code = self._code(address)
        return Plate(
            rows, (Caption("", text),), label, address=address, is_divided=measured.is_divided, play=play, code=code
        )

    def _code(self, url: str) -> str:
        """Where the documents find a QR code that leads to ``url``; nothing where it is too long for one."""
        name = f"images/code-{sha256(url.encode())[:16]}.png"
        if self.product == "print" and is_codable(url):
            self.used[name] = RenderedPicture(name, "image/png", partial(draw_code, url))
            return name
        return ""

    def _rows(self, measured: Layout, post: int, otherwise: str = "") -> tuple[tuple[PlateImage, ...], ...]:
        rows: list[tuple[PlateImage, ...]] = []
        for row in measured.rows:
            if row[0].is_tall:
                parts = self._windows if self.product == "print" else self._slices
                first = _alt(row[0].media, post, otherwise)
                rows += ((image,) for image in parts(row[0], _Alts(first, f"Picture in post {post}")))
            else:
                rows.append(tuple(self._image(placed, row, _alt(placed.media, post, otherwise)) for placed in row))
        return tuple(rows)

    def _image(self, placed: Placed, row: Sequence[Placed], alt: str) -> PlateImage:
        picture = self._used(placed.media, (placed.width, placed.height))
        return PlateImage(picture.name, alt, self._style(placed, row))

    def _windows(self, placed: Placed, alts: _Alts) -> Iterator[PlateImage]:
        """A tall picture in parts: each shows its own rows of the one picture through a window."""
        made = self.derivative(str(placed.media.sha256), (placed.width, placed.height))
        row = placed.height / made.recipe.size[1]
        ends = self.shelf.window_ends(made, max(1, int(self.page.height / PARTS_A_PAGE / row)))
        name = self._used(placed.media, (placed.width, placed.height), len(ends)).name
        for number, (top, end) in enumerate(pairwise((0, *ends)), 1):
            style = f"width:{placed.width:.2f}mm;height:{(end - top) * row:.3f}mm;object-fit:cover;"
            style += f"object-position:0 {-top * row:.3f}mm"
            yield PlateImage(name, alts.of(number, len(ends)), style, continues=top > 0)

    def _slices(self, placed: Placed, alts: _Alts) -> Iterator[PlateImage]:
        """A tall picture in parts that are files of their own: readers of EPUBs know no windows."""
        made = self._cut(self.store.get(str(placed.media.sha256)))
        for number, each in enumerate(made, 1):
            picture = self._use(_name(each, f"-{number:02}"), each)
            yield PlateImage(
                picture.name, alts.of(number, len(made)), "width:100%;max-height:none", continues=number > 1
            )

    def _cut(self, original: StoredPicture) -> list[Derivative]:
        """The slices of a tall picture: those that a book held already, else cut where it is quiet."""
        preset, seen = PRESETS[TARGETS[self.product]], original.probe
        if original.slices:
            recipes = ((each, plan(each.probe, preset, self.wishes)) for each in original.slices)
            return [Derivative(each, replace(recipe, rows=(0, recipe.size[1]))) for each, recipe in recipes]
        part = max(SLICE * seen.width / seen.height, 1 / MOST_SLICES)
        whole = Derivative(original, plan(seen, preset, self.wishes, part=part))
        ends = self.shelf.ends(whole, max(1, int(whole.recipe.size[1] * part)))
        return [Derivative(original, slice_of(whole.recipe, seen, rows)) for rows in pairwise((0, *ends))]

    def _style(self, placed: Placed, row: Sequence[Placed]) -> str:
        if self.product == "print":
            return f"width:{placed.width:.2f}mm;height:{placed.height:.2f}mm"
        if len(row) == 1:
            return ""
        whole = sum(other.width for other in row) + GUTTER * (len(row) - 1)
        return f"width:{placed.width / whole * 100:.2f}%"


class _Alts(Struct, frozen=True):
    """The alternative texts of the parts of one picture.

    What the author says of it is the description of the first; a screen reader need not say it a dozen times.
    """

    first: str
    plain: str

    def of(self, number: int, parts: int) -> str:
        return self.first if number == 1 else f"{self.plain}, continued: part {number} of {parts}"


def _name(made: Derivative, part: str = "") -> str:
    """Where the documents find it."""
    return f"images/{made.original.sha256}{part}{SUFFIXES[made.recipe.media_type]}"


def _alt(media: Media, post: int, otherwise: str) -> str:
    return clean(media.alt).strip() or (f"{otherwise} in post {post}" if otherwise else f"Picture in post {post}")


def _captions(pictures: Sequence[Media], places: Sequence[str]) -> tuple[Caption, ...]:
    """The author's descriptions; of several pictures with their places, or else their numbers."""
    described = [(k, picture.alt) for k, picture in enumerate(pictures) if clean(picture.alt).strip()]
    if len(pictures) == 1:
        return tuple(Caption("", alt) for _, alt in described)
    named = places or tuple(f"Picture {k}:" for k in range(1, len(pictures) + 1))
    return tuple(Caption(named[k], alt) for k, alt in described)


def _lost(media: Media, label: str) -> Plate:
    address = media.url if is_web(media.url) else ""
    return Plate(label=label, text=media.alt or ("" if address else "The page gives no address."), address=address)
