"""Pictures that an earlier run set into a PDF, set again without being opened.

Before: HTML that is to be laid out, and the pictures that it shows. WeasyPrint would have Pillow open each of them for
its size and colours, and would take PNGs apart and pack them anew. After :func:`lay_out`: what WeasyPrint learnt of a
picture, and the object that it made of a PNG, are kept for the next run; what an earlier run kept was used, and the
file is the same. They go in by WeasyPrint's own door, the dictionary in which it remembers images while it works.

They are kept under a name that the picture, its recipe, Pillow and WeasyPrint decide. An image that is built otherwise
than those known here is not kept, and each run opens it; likewise where a style sheet turns pictures, which WeasyPrint
does as it opens them.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec
import PIL
from msgspec import Struct
from PIL import Image

from threadbound.digests import sha256
from threadbound.media.parts import clear
from threadbound.rendering.rendered import RenderedBook, RenderedPicture
from threadbound.tools.kept import PARTS, put, taken

#: Counted up whenever the same picture is kept otherwise than before.
VERSION = 1
#: What an image of WeasyPrint consists of, beside its bytes and the dictionary that it is in.
FACTS = {"id", "mode", "format", "width", "height", "ratio", "optimize", "invert_colors", "_dpi", "_jpeg_quality"}
HELD = {"image_data", "_cache"}
#: Its colours, of those that are drawn without a warning: what is warned of must be so each time.
MODES = {"L", "LA", "RGB", "RGBA", "CMYK"}
#: What has WeasyPrint turn pictures.
TURNS = re.compile(r"image-orientation(?!\s*:\s*none\b)", re.IGNORECASE)
Fact = str | int | float | bool | None


class _Drawn(Struct, frozen=True):
    """An image object of a PDF."""

    data: bytes
    entries: dict[str, str | int | dict[str, str | int]]
    """Of its dictionary."""
    mask: _Drawn | None = None
    """What says where it shines through."""


def lay_out(weasyprint: Any, html: Any, rendered: RenderedBook, folder: Path) -> Any:  # noqa: ANN401 - it has no types
    """The document that ``html``, a ``weasyprint.HTML``, becomes, as its ``render`` gives it.

    Args:
        weasyprint: the library.
        html: the book's document.
        rendered: the book.
        folder: for what is kept, of which each part can be made again; it need not be there.
    """
    styles = (rendered.css, rendered.own.css if rendered.own else "", *(each.content for each in rendered.documents))
    if any(map(TURNS.search, styles)):
        return html.render()
    with contextlib.suppress(OSError):
        clear(folder / PARTS)
    wanted = {html.base_url + each.name: (_place(weasyprint, folder, each), each) for each in rendered.pictures}
    taken_up = {address: _taken_up(weasyprint.images.RasterImage, *found) for address, found in wanted.items()}
    images = {address: image for address, image in taken_up.items() if image}
    document = html.render(cache=images)
    for address, (place, picture) in wanted.items():
        image: Any = images.get(address)
        if (taken_up[address] or _keep(image, place, picture)) and image.format == "PNG":
            image.get_x_object = partial(_drawn, place, image.get_x_object)
    return document


def _place(weasyprint: Any, folder: Path, picture: RenderedPicture) -> Path:  # noqa: ANN401 - as above
    """Where it is kept; a picture that nothing is made of, like a QR code, by its own bytes."""
    made = picture.derivative
    content = (made.original.identity, made.recipe) if made else sha256(picture.read())
    made_by = (VERSION, weasyprint.VERSION, PIL.__version__, picture.name, content)
    key = sha256(msgspec.json.encode(made_by))
    return folder / key[:2] / key[2:]


def _taken_up(kind: Any, place: Path, picture: RenderedPicture) -> Any:  # noqa: ANN401 - as above
    """The image of that kind (``weasyprint.images.RasterImage``) that is kept at ``place``; ``None``: there is none."""
    facts = _decoded(place, dict[str, Fact])
    if facts is None:
        return None
    image = kind.__new__(kind)
    read = picture.read if facts["format"] == "JPEG" else partial(_opened, kind, picture, facts["id"])
    vars(image).update(facts, _cache={}, image_data=_reading()(read))
    return image


def _opened(kind: Any, picture: RenderedPicture, name: Fact) -> bytes:  # noqa: ANN401 - as above
    """The bytes that WeasyPrint makes of a PNG, which may be others: for an object that is not kept."""
    data = picture.read()
    with Image.open(io.BytesIO(data)) as opened:
        made: bytes = kind(opened, name, data).image_data.data
    return made


def _keep(image: Any, place: Path, picture: RenderedPicture) -> bool:  # noqa: ANN401 - as above
    """Whether ``image`` is of a kind known here, and so was kept."""
    found = vars(image) if hasattr(image, "__dict__") else {}
    facts = {name: value for name, value in found.items() if name not in HELD}
    if found.keys() != FACTS | HELD or not all(isinstance(value, Fact) for value in facts.values()):
        return False
    if image.mode not in MODES:
        return False
    if image.format == "JPEG" and image.image_data.data != picture.read():  # it was made anew
        return False
    _put(place, facts)
    return True


def _drawn(place: Path, draw: Callable[[bool, float], Any], interpolate: bool, ratio: float) -> Any:  # noqa: ANN401, FBT001 - the signature of get_x_object
    """The object of a PNG, kept or drawn now."""
    place = place.with_name(f"{place.name}-{int(interpolate)}-{ratio}")
    if kept := _decoded(place, _Drawn):
        return _object(kept)
    made = draw(interpolate, ratio)
    with contextlib.suppress(msgspec.ValidationError):  # it holds what is not known here
        _put(place, _told(made))
    return made


def _told(made: Any) -> _Drawn:  # noqa: ANN401 - as above
    """The object as a record; a ``ValidationError`` where it is unlike those known here."""
    mask = made.extra.get("SMask")
    entries = {name: dict(value) if isinstance(value, dict) else value for name, value in made.extra.items()}
    entries.pop("SMask", None)
    (part,) = made.stream
    told = {"data": part.data, "entries": entries, "mask": _told(mask) if mask is not None else None}
    return msgspec.convert(told, _Drawn)


def _object(kept: _Drawn) -> Any:  # noqa: ANN401 - as above
    from pydyf import Dictionary, Stream  # noqa: PLC0415 - only beside WeasyPrint

    extra = {name: Dictionary(value) if isinstance(value, dict) else value for name, value in kept.entries.items()}
    if kept.mask:
        extra["SMask"] = _object(kept.mask)
    return Stream([kept.data], Dictionary(extra))


def _put(place: Path, record: object) -> None:
    with contextlib.suppress(OSError):  # no more than time is lost
        put(place, msgspec.msgpack.encode(record))


def _decoded(place: Path, kind: Any) -> Any:  # noqa: ANN401 - a type, and one of it
    """The record at ``place``, if it is there as it was put."""
    data = taken(place)
    with contextlib.suppress(msgspec.MsgspecError):
        return None if data is None else msgspec.msgpack.decode(data, type=kind)
    return None


@cache
def _reading() -> Any:  # noqa: ANN401 - as above
    from pydyf import Object  # noqa: PLC0415 - only beside WeasyPrint

    class Reading(Object):  # type: ignore[misc] # no types
        """Bytes that are read when they are written, so that a book never holds all its pictures in memory."""

        def __init__(self, read: Callable[[], bytes]) -> None:
            super().__init__()
            self._read = read

        @property
        def data(self) -> bytes:
            return self._read()

    return Reading
