"""What is this file, really: a picture's type and size from its bytes, never from its name.

After probing, the bytes are proven: Pillow has decoded every pixel of the first frame, within the bound. Of a JPEG it
has read all coded data, and put together an eighth of the pixels each way, in grey: what is cut short is found as
surely.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from msgspec import Struct
from PIL import Image, ImageFile, UnidentifiedImageError

from threadbound.options import MAX_IMAGE_PIXELS

#: Most pixels that a picture may have, unless the caller says otherwise.
MAX_PIXELS = MAX_IMAGE_PIXELS
#: EXIF tag 0x0112: how the camera was held; 1 is upright.
ORIENTATION = 0x0112
#: Formats that are read; everything else is refused, SVG and PostScript first of all.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
#: Forms that can hold an animation.
MOVING = frozenset({"GIF", "PNG", "WEBP", "AVIF"})
#: What ``ftyp`` says of a file whose pictures are HEVC (ISO/IEC 23008-12 §10.2); ``mif1`` may hold others too.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
#: The start of an SVG: nothing but declarations, comments and space before its first tag.
SVG = re.compile(rb"\s*(?:<[?!][^<]*>\s*)*<(?:\w+:)?svg[\s>]")
#: What Pillow calls a JPEG that holds more pictures behind the first (the Multi-Picture Format of telephones).
ALIASES = {"MPO": "JPEG"}
JPEGS = frozenset({"JPEG", "MPO"})
MEDIA_TYPES = {"HEIF": "image/heic"}
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
    """Pillow's pixel mode, e.g. ``RGB``; of a PNG with sixteen bits a channel always with ``;16``, of one
    with a grey that shines through with ``;t``: readers make more of it than one channel."""
    is_turned: bool
    """The EXIF data asks for a rotation."""
    is_animated: bool = False


def probe(data: bytes, max_pixels: int = MAX_PIXELS) -> Probe:
    """Prove that ``data`` is a whole picture.

    Raises:
        NotAPicture: it is not, or it is cut short, or has more than ``max_pixels``.
    """
    if SVG.match(data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"")):
        raise NotAPicture("an SVG is a program as much as a picture, and is not run", "media.unsupported")
    if _is_heic(data):
        refuse_unreadable(MEDIA_TYPES["HEIF"])
    try:
        with opened(data, max_pixels) as image:
            return _probe(image, data)
    except NotAPicture:
        raise
    except UnidentifiedImageError:
        raise NotAPicture("the bytes are no picture of a known format") from None
    except Image.DecompressionBombError:
        raise NotAPicture("it has too many pixels", "media.too-large") from None
    except Exception as error:  # Pillow's decoders raise nearly anything on hostile bytes
        raise NotAPicture(" ".join(f"the picture is damaged: {error}".split())) from error


def refuse_unreadable(media_type: str) -> None:
    """Refuse a kind of picture that only an extra reads, where the extra is not installed.

    Raises:
        NotAPicture: it is not.
    """
    if media_type == MEDIA_TYPES["HEIF"] and not _can_read_heic():
        raise NotAPicture("it is a HEIC, which needs: pip install 'threadbound[heic]'", "media.unsupported")


@contextmanager
def opened(data: bytes, max_pixels: int = MAX_PIXELS) -> Iterator[Image.Image]:
    """The picture, not decoded yet, without Pillow's warnings of large pictures and odd metadata.

    Raises:
        NotAPicture: it declares more than ``max_pixels``.
    """
    formats = (*FORMATS, "HEIF") if _is_heic(data) and _can_read_heic() else FORMATS
    with strictly(max_pixels), Image.open(io.BytesIO(data), formats=formats) as image:
        if image.width * image.height > max_pixels:
            raise NotAPicture(f"{image.width} × {image.height} pixels are too many", "media.too-large")
        yield image


@contextmanager
def strictly(max_pixels: int) -> Iterator[None]:
    """Pillow refuses what is cut short or has more than ``max_pixels``, and is silent about the rest.

    It says so for the whole process: threads that open pictures together need this round them all.
    """
    lenient, bound = ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = max_pixels  # Pillow asks again for each frame
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, has Pillow fill up what is missing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS = lenient, bound


def orientation(image: Image.Image) -> int:
    """How the camera was held: 1 to 8 (EXIF 2.32 §4.6.4). A picture whose metadata are damaged counts as upright."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - Pillow's readers of metadata raise nearly anything on hostile bytes
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _probe(image: Image.Image, data: bytes) -> Probe:
    width, height = image.size
    if width * height <= 4:
        raise NotAPicture("it is a placeholder of one pixel", "media.not-in-capture")
    own_mode = image.mode
    if image.format in JPEGS:
        image.draft("L", (1, 1))
    image.load()
    if image.format not in JPEGS:
        own_mode = image.mode
    turn = orientation(image)
    if turn >= 5:
        width, height = height, width
    form = ALIASES.get(str(image.format), str(image.format))
    is_deep = form == "PNG" and data[DEPTH_AT] == 16
    mode = f"{own_mode};16" if is_deep and not own_mode.endswith(";16") else own_mode
    media_type = MEDIA_TYPES.get(form) or Image.MIME[form]
    if own_mode in {"1", "L"} and "transparency" in image.info:
        mode += ";t"
    return Probe(media_type, width, height, mode, turn != 1, form in MOVING and _moves(image))


def _moves(image: Image.Image) -> bool:
    """Whether a second frame follows. Damage behind the first frame is none of the picture that is proven."""
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # noqa: BLE001 - as above
        return False


def _is_heic(data: bytes) -> bool:
    """Whether the bytes call themselves pictures of HEVC: an AVIF names other brands first."""
    return data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS and b"avif" not in data[16:64]


@cache
def _can_read_heic() -> bool:
    """Whether the extra is installed; if so, Pillow reads HEIC from now on."""
    try:
        import pillow_heif  # noqa: PLC0415 - an extra, for the few pages that need it
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True
