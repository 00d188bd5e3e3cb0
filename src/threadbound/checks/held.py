"""The pictures of a book that is read again, when nobody knows any more what was rendered.

Before: the pictures that a book holds, and its threads. After: they are named as rendering names them, so that the
checks of the products can look for each in its place; and a finding for every one that cannot be what the thread says:
that is no picture, has another shape or is larger than its original was, or is divided with a part missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from threadbound.checks.report import Finding
from threadbound.errors import FileTrouble
from threadbound.media.derive import Derivative
from threadbound.media.pictures import StoredPicture
from threadbound.media.probe import NotAPicture, Probe, probe
from threadbound.media.recipes import SUFFIXES, Recipe
from threadbound.model.media import Media
from threadbound.model.thread import Thread
from threadbound.readers.bookfile import HeldPicture
from threadbound.readers.threads import pictures as pictures_of
from threadbound.rendering.rendered import RenderedPicture

_MEDIA_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()}


class Seen(Struct, frozen=True):
    """A picture that the book holds, and what its bytes prove to be."""

    picture: HeldPicture
    probe: Probe | None
    """``None``: they are no picture."""


def seen(pictures: Iterable[HeldPicture]) -> tuple[Seen, ...]:
    """Every picture, proven. Each is decoded once."""
    return tuple(Seen(picture, _probed(picture)) for picture in pictures)


def _probed(picture: HeldPicture) -> Probe | None:
    try:
        return probe(picture.read())
    except (NotAPicture, FileTrouble):
        return None


def rendered(pictures: Iterable[Seen], windows: Mapping[str, int]) -> list[RenderedPicture]:
    """The pictures as the checks know them; what is none is left out, and so is missing from its place.

    Args:
        pictures: proven.
        windows: name → how often the book's own list says that it is drawn.
    """
    found = [_rendered(each.picture, each.probe) for each in pictures if each.probe]
    return [replace(picture, windows=windows.get(picture.name, 1)) for picture in found]


def _rendered(picture: HeldPicture, proven: Probe) -> RenderedPicture:
    recipe = Recipe(
        media_type=_MEDIA_TYPES[picture.suffix],
        size=(proven.width, proven.height),
        quality=1,
        grey=False,
        passes=True,
        moves=False,
        pixels=proven.width * proven.height,
        rows=(0, proven.height) if picture.part else None,
    )
    stored = StoredPicture(picture.original, proven, picture.read)
    return RenderedPicture(f"images/{picture.name}", recipe.media_type, picture.read, Derivative(stored, recipe))


def findings(threads: Iterable[Thread], pictures: Sequence[Seen]) -> Iterator[Finding]:
    """What the book holds that cannot have been made of the originals that its threads name."""
    for each in pictures:
        if each.probe is None:
            yield Finding("picture.altered", f"{each.picture.name} is no picture")
    originals = {media.sha256: media for thread in threads for media in pictures_of(thread) if media.sha256}
    for digest, media in originals.items():
        own = [each for each in pictures if each.picture.original == digest]
        if all(each.probe for each in own):
            yield from _shapes(media, own)


def _shapes(media: Media, own: Sequence[Seen]) -> Iterator[Finding]:
    """Whether the picture, or its slices below each other, can be the original made smaller."""
    for each in own:
        if not each.picture.part and not _fits(media, _together([each])):
            yield Finding("picture.altered", f"{each.picture.name} is larger than its original, or of another shape")
    slices = [each for each in own if each.picture.part]
    if not slices:
        return
    numbers = [each.picture.part for each in slices]
    widths = {each.probe.width for each in slices if each.probe}
    if numbers != list(range(1, len(numbers) + 1)) or len(widths) > 1 or not _fits(media, _together(slices)):
        yield Finding("picture.altered", f"the {len(slices)} parts of the picture {media.sha256} are not all of it")


def _together(slices: Iterable[Seen]) -> tuple[int, int]:
    """Width and height of pictures below each other."""
    probes = [each.probe for each in slices if each.probe]
    return probes[0].width, sum(proven.height for proven in probes)


def _fits(media: Media, size: tuple[int, int]) -> bool:
    """Whether one scale of at most 1 makes the original so large, each side rounded, and never less than a pixel."""
    sides = list(zip(size, (media.width or 1, media.height or 1), strict=True))
    lowest = max((made - 0.5) / own if made > 1 else 0.0 for made, own in sides)
    return lowest <= min(1.0, *((made + 0.5) / own for made, own in sides))
