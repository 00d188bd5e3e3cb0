"""What can be done to a book: sabotage that its words or pictures show, and forgeries that only its own list shows.

Each is a function that alters the file of a book in its place.
"""

from __future__ import annotations

import io
import re
import runpy
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

SAMPLES = runpy.run_path(str(Path(__file__).parents[1] / "samples.py"))


def in_epub(change: Callable[[str, bytes], bytes | None]) -> Callable[[Path], None]:
    """Rewrites every part of an EPUB; what becomes nothing is left out."""

    def alter(book: Path) -> None:
        with zipfile.ZipFile(book) as old:
            parts = [(item, change(item.filename, old.read(item))) for item in old.infolist()]
        with zipfile.ZipFile(book, "w") as new:
            for item, data in parts:
                if data is not None:
                    new.writestr(item, data)

    return alter


def in_part(ending: str, change: Callable[[bytes], bytes | None]) -> Callable[[Path], None]:
    return in_epub(lambda name, data: change(data) if name.endswith(ending) else data)


def without_pictures(pattern: str) -> Callable[[Path], None]:
    """Takes a picture out as a careful hand would: the file, its mention in the manifest, and the ``img``."""

    def change(name: str, data: bytes) -> bytes | None:
        if "/images/" in name and re.search(pattern, name):
            return None
        if name.endswith(".opf"):
            return re.sub(rb'<item [^>]*href="images/[^"]*%s[^"]*"[^>]*/>' % pattern.encode(), b"", data)
        return re.sub(rb'<img[^>]*src="images/[^"]*%s[^"]*"[^>]*/>' % pattern.encode(), b"", data)

    return in_epub(change)


def instead_of_pictures(make: Callable[[Image.Image], bytes], pattern: str = r"\.jpg$") -> Callable[[Path], None]:
    def change(name: str, data: bytes) -> bytes:
        is_one = "/images/" in name and re.search(pattern, name) and "cover" not in name
        return make(Image.open(io.BytesIO(data))) if is_one else data

    return in_epub(change)


def in_pdf(change: Callable[[pikepdf.Pdf], object]) -> Callable[[Path], None]:
    def alter(book: Path) -> None:
        with pikepdf.open(book, allow_overwriting_input=True) as document:
            change(document)
            document.save(book)

    return alter


def repack(book: Path) -> None:
    """Packs every stream anew, as ``qpdf --recompress-flate`` does: what was unpacked from them is the same."""
    pikepdf.settings.set_flate_compression_level(1)
    try:
        with pikepdf.open(book, allow_overwriting_input=True) as document:
            document.save(book, recompress_flate=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    finally:
        pikepdf.settings.set_flate_compression_level(-1)


def images(document: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    for page in document.pages:
        objects = page.obj["/Resources"]["/XObject"]
        yield from ((objects, name) for name in list(objects) if objects[name].get("/Filter") == "/DCTDecode")


def reattached(document: pikepdf.Pdf, name: str, change: Callable[[bytes], bytes]) -> None:
    stream = document.attachments[name].get_file().obj
    stream.write(change(stream.read_bytes()))


def exchange(document: pikepdf.Pdf, make: Callable[[Image.Image], bytes]) -> None:
    for objects, name in images(document):
        picture = objects[name]
        image = make(Image.open(io.BytesIO(picture.read_raw_bytes())))
        with Image.open(io.BytesIO(image)) as seen:
            picture["/Width"], picture["/Height"] = seen.size
        picture.write(image, filter=pikepdf.Name("/DCTDecode"))


def undrawn(document: pikepdf.Pdf) -> None:
    """Takes the pictures off the pages, and leaves them in the file."""
    for page in document.pages:
        page.contents_coalesce()
        data = page.obj["/Contents"].read_bytes()
        page.obj["/Contents"].write(re.sub(rb"/i[0-9a-f]{33} Do", b"", data))


def other(image: Image.Image) -> bytes:
    return SAMPLES["picture"](image.size, "#abcdef", "JPEG")


def narrower(image: Image.Image) -> bytes:
    return SAMPLES["picture"]((image.width // 2, image.height), "#abcdef", "JPEG")


def whitened(document: pikepdf.Pdf) -> None:
    """A white rectangle over every page."""
    for page in document.pages:
        page.contents_add(b"Q Q Q Q 1 g 0 0 900 900 re f")


def forged(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    font = next(iter(page.obj["/Resources"]["/Font"].keys()))
    page.contents_add(f"BT {font} 12 Tf 60 20 Td <0001> Tj ET".encode())


def _links(document: pikepdf.Pdf) -> list[Any]:
    return [note for page in document.pages for note in page.obj.get("/Annots", ()) if "/A" in note]


def retargeted(document: pikepdf.Pdf) -> None:
    """Every link leads where the next one should."""
    links = _links(document)
    targets = [str(link["/A"]["/URI"]) for link in links]
    for link, target in zip(links, targets[1:] + targets[:1], strict=True):
        link["/A"]["/URI"] = pikepdf.String(target)


def pasted_over(document: pikepdf.Pdf) -> None:
    """A note on a page, with a look of its own."""
    look = document.make_stream(b"1 g 0 0 900 900 re f", {"/Subtype": pikepdf.Name.Form, "/BBox": [0, 0, 900, 900]})
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[0, 0, 900, 900])
    note["/AP"] = pikepdf.Dictionary(N=look)
    document.pages[0].obj["/Annots"] = pikepdf.Array([document.make_indirect(note)])


def other_letters(document: pikepdf.Pdf) -> None:
    """One font's program in the place of another."""
    fonts = [each for each in document.objects if isinstance(each, pikepdf.Dictionary) and "/FontFile3" in each]
    fonts += [each for each in document.objects if isinstance(each, pikepdf.Dictionary) and "/FontFile2" in each]
    program = fonts[0].get("/FontFile3", fonts[0].get("/FontFile2"))
    program.write(program.read_bytes() + b" ")


def led_astray(document: pikepdf.Pdf) -> None:
    names = document.Root["/Names"]["/Dests"]["/Names"]
    first, last = document.pages[0].obj, document.pages[-1].obj
    names[1][0] = first if names[1][0].objgen == last.objgen else last


#: Changes that leave every word, link and picture of the thread in its place.
FORGERIES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "epub, a paragraph added": (
        "epub",
        in_part("t1.xhtml", lambda data: data.replace(b"</h1>", b"</h1><p>I lied.</p>")),
    ),
    "epub, paragraphs hidden by style": ("epub", in_part("style.css", lambda data: data + b"p{display:none}")),
    "epub, sections hidden": (
        "epub",
        in_part("t1.xhtml", lambda data: data.replace(b"<section", b'<section hidden=""')),
    ),
    "epub, a link added": (
        "epub",
        in_part("t1.xhtml", lambda data: data.replace(b"</h1>", b'<a href="https://example.org/">!</a></h1>')),
    ),
    "epub, the contents renamed": ("epub", in_part("nav.xhtml", lambda data: data.replace(b"Contents", b"Comments"))),
    "epub, the NCX renamed": ("epub", in_part("toc.ncx", lambda data: data.replace(b"<text>", b"<text>Not "))),
    "epub, another author": ("epub", in_part(".opf", lambda data: data.replace(b"P. Quill", b"Q. Pill"))),
    "pdf, pages under white": ("pdf", in_pdf(whitened)),
    "pdf, letters added": ("pdf", in_pdf(forged)),
    "pdf, the last page taken out": ("pdf", in_pdf(lambda document: document.pages.remove(p=len(document.pages)))),
    "pdf, a page doubled": ("pdf", in_pdf(lambda document: document.pages.append(document.pages[0]))),
    "pdf, links exchanged": ("pdf", in_pdf(retargeted)),
    "pdf, links without a place": (
        "pdf",
        in_pdf(lambda document: [link.__setitem__("/Rect", pikepdf.Array([0, 0, 0, 0])) for link in _links(document)]),
    ),
    "pdf, a link inside the book led astray": ("pdf", in_pdf(led_astray)),
    "pdf, a page turned": ("pdf", in_pdf(lambda document: document.pages[0].rotate(180, relative=True))),
    "pdf, a page cropped": (
        "pdf",
        in_pdf(lambda document: document.pages[0].obj.__setitem__("/CropBox", pikepdf.Array([0, 0, 200, 200]))),
    ),
    "pdf, a stamp on a page": ("pdf", in_pdf(pasted_over)),
    "pdf, a font changed": ("pdf", in_pdf(other_letters)),
}
SABOTAGES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "epub, a word changed": ("epub", in_part("t1.xhtml", lambda data: data.replace(b"Six leaves", b"Ten leaves"))),
    "epub, a word changed in the JSON": ("epub", in_part("thread.json", lambda data: data.replace(b"Six", b"Ten"))),
    "epub, the page altered": ("epub", in_part("page.html", lambda data: data.replace(b"Six", b"Ten"))),
    "epub, the page taken out": (
        "epub",
        in_epub(
            lambda name, data: (
                None
                if name.endswith("page.html")
                else re.sub(rb"<item [^>]*page\.html[^>]*/>", b"", data)
                if name.endswith(".opf")
                else data
            )
        ),
    ),
    "epub, a photograph taken out": ("epub", without_pictures(r"\.jpg")),
    "epub, the last slice taken out": ("epub", without_pictures(r"-[0-9]*[02468]\.png")),
    "epub, a picture exchanged for one like it": ("epub", instead_of_pictures(other)),
    "epub, a picture exchanged for a narrower one": ("epub", instead_of_pictures(narrower)),
    "epub, a slice exchanged": ("epub", instead_of_pictures(lambda image: SAMPLES["picture"](image.size), "-02.png")),
    "epub, a picture that is none": ("epub", instead_of_pictures(lambda _: b"no picture")),
    "pdf, the first page taken out": ("pdf", in_pdf(lambda document: document.pages.remove(p=1))),
    "pdf, a page with parts of a picture taken out": ("pdf", in_pdf(lambda document: document.pages.remove(p=2))),
    "pdf, a word changed in the JSON": (
        "pdf",
        in_pdf(lambda document: reattached(document, "thread.json", lambda data: data.replace(b"Six", b"Ten"))),
    ),
    "pdf, the page altered": (
        "pdf",
        in_pdf(lambda document: reattached(document, "page.html", lambda data: data.replace(b"Six", b"Ten"))),
    ),
    "pdf, the page taken out": ("pdf", in_pdf(lambda document: document.attachments.__delitem__("page.html"))),
    "pdf, pictures exchanged for some like them": ("pdf", in_pdf(lambda document: exchange(document, other))),
    "pdf, pictures exchanged for narrower ones": ("pdf", in_pdf(lambda document: exchange(document, narrower))),
    "pdf, pictures not drawn": ("pdf", in_pdf(undrawn)),
    "pdf, pictures taken out": (
        "pdf",
        in_pdf(lambda document: [objects.__delitem__(name) for objects, name in images(document)]),
    ),
}
