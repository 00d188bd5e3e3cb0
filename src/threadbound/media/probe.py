"""What is this file, really: a picture's type and size from its bytes, never from its name.

After probing, the bytes are proven: Pillow has decoded every pixel of the first frame, within the bound.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct
from PIL import Image, ImageFile, UnidentifiedImageError

#: Most pixels that a picture may have: Pillow's own bound against decompression bombs.
MAX_PIXELS = 89_478_485
#: EXIF tag 0x0112: how the camera was held; 1 is upright.
ORIENTATION = 0x0112
#: Formats that are read; everything else is refused, SVG and PostScript first of all.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
#: What Pillow calls a JPEG that holds more pictures behind the first (the Multi-Picture Format of telephones).
ALIASES = {"MPO": "JPEG"}
JPEGS = frozenset({"JPEG", "MPO"})
#: Where a PNG says how many bits a channel has (PNG §11.2.1: signature, length and name come first).
DEPTH_AT = 24


class NotAPicture(Exception):
    """The bytes are no picture that can be shown; ``code`` is the notice's."""

    def __init__(self, message: str, code: str = "media.not-an-image") -> None:
        super().__init__(message)
        self.code = code


class Probe(Struct, frozen=True):
    """What the bytes prove to be."""

    media_type: str
    width: int
    """Pixels, as shown (after turning upright)."""
    height: int
    mode: str
    """Pillow's pixel mode, e.g. ``RGB``; of a PNG with sixteen bits a channel always with ``;16``."""
    is_turned: bool
    """The EXIF data asks for a rotation."""


def probe(data: bytes, max_pixels: int = MAX_PIXELS) -> Probe:
    """Prove that ``data`` is a whole picture.

    Raises:
        NotAPicture: it is not, or it is cut short, or beyond :data:`MAX_PIXELS`.
    """
    try:
        with opened(data) as image:
            return _probe(image, data, max_pixels)
    except NotAPicture:
        raise
    except UnidentifiedImageError:
        raise NotAPicture("the bytes are no picture of a known format") from None
    except Image.DecompressionBombError:
        raise NotAPicture("it has too many pixels", "media.too-large") from None
    except Exception as error:  # Pillow's decoders raise nearly anything on hostile bytes
        raise NotAPicture(" ".join(f"the picture is damaged: {error}".split())) from error


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """The picture, not decoded yet, without Pillow's warnings of large pictures and odd metadata."""
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, has Pillow fill up what is missing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                yield image
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def orientation(image: Image.Image) -> int:
    """How the camera was held: 1 to 8 (EXIF 2.32 §4.6.4). A picture whose metadata are damaged counts as upright."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - Pillow's readers of metadata raise nearly anything on hostile bytes
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _probe(image: Image.Image, data: bytes, max_pixels: int) -> Probe:
    width, height = image.size
    if width * height > max_pixels:
        raise NotAPicture(f"{width} × {height} pixels are too many", "media.too-large")
    if width * height <= 4:
        raise NotAPicture("only a placeholder of one pixel was saved", "media.not-in-capture")
    if image.format in JPEGS:
        image.draft(None, (1, 1))
    image.load()
    turn = orientation(image)
    if turn >= 5:
        width, height = height, width
    form = ALIASES.get(str(image.format), str(image.format))
    is_deep = form == "PNG" and data[DEPTH_AT] == 16
    mode = f"{image.mode};16" if is_deep and not image.mode.endswith(";16") else image.mode
    return Probe(Image.MIME[form], width, height, mode, turn != 1)
