"""What is this file, really: a picture's type and size from its bytes, never from its name.

After probing, the bytes are proven: Pillow has decoded every pixel of the first frame, within the bound.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

#: Most pixels that a picture may have: Pillow's own bound against decompression bombs.
MAX_PIXELS = 89_478_485
#: EXIF tag 0x0112: how the camera was held; 1 is upright.
ORIENTATION = 0x0112
#: Formats that are read; everything else is refused, SVG and PostScript first of all.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")


class NotAPicture(Exception):
    """The bytes are no picture that can be shown; ``code`` is the notice's."""

    def __init__(self, message: str, code: str = "media.not-an-image") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Probe:
    """What the bytes prove to be."""

    media_type: str
    width: int
    """Pixels, as shown (after turning upright)."""
    height: int
    mode: str
    """Pillow's pixel mode, e.g. ``RGB``."""
    is_turned: bool
    """The EXIF data asks for a rotation."""


def probe(data: bytes) -> Probe:
    """Prove that ``data`` is a whole picture.

    Raises:
        NotAPicture: it is not, or it is cut short, or beyond :data:`MAX_PIXELS`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of bombs from half our bound on, and of odd metadata
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise NotAPicture(f"{width} × {height} pixels are too many", "media.too-large")
                if width * height <= 4:
                    raise NotAPicture("a tracking pixel, not a picture")
                image.load()
                turned = image.getexif().get(ORIENTATION, 1) in range(2, 9)
                if image.getexif().get(ORIENTATION, 1) in range(5, 9):
                    width, height = height, width
                return Probe(Image.MIME[str(image.format)], width, height, image.mode, turned)
    except NotAPicture:
        raise
    except UnidentifiedImageError:
        raise NotAPicture("the bytes are no picture of a known format") from None
    except Exception as error:  # Pillow's decoders raise nearly anything on hostile bytes
        raise NotAPicture(f"the picture is damaged: {error}".replace("\n", " ")) from error
