"""Books that the library keeps up to date. They can be made again, so they may be replaced and thrown away.

Before: a book under a temporary name. After :meth:`Products.commit`: it lies under ``products/``, and the list says of
which threads in which state, with which options and by which version it was made: a run need not make it again until
one of these changes.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct, field

from threadbound import disk
from threadbound.digests import sha256, sha256_of
from threadbound.library import inventory
from threadbound.library.layout import MANIFEST, Library
from threadbound.library.opening import SOFTWARE
from threadbound.library.records import written

LIST = "products.json"
#: Names of products that a session replaces, in ``state/incoming``: a killed run leaves it.
PENDING = "products.pending"


class Product(Struct, frozen=True):
    """A book, and what it was made of."""

    name: str
    """Path under ``products/``."""
    sha256: str
    size: int
    threads: dict[str, str]
    """Key of each thread → its digest in the catalogue when the book was made."""
    options: str
    """What else decides what the book looks like, as its maker writes it."""
    software: str = SOFTWARE
    broken: dict[str, str] = {}
    """Key of each thread of which no chapter could be made → its digest then; an older one may be in the book."""


class _Listing(Struct, frozen=True):
    products: tuple[Product, ...] = ()
    schema: str = "threadbound.products/1"


class Products(Struct):
    """The books of a library, in a writer's session."""

    library: Library
    listed: dict[str, Product] = field(default_factory=dict)
    """By name."""

    def is_current(self, name: str, threads: dict[str, str], options: str) -> bool:
        """Whether that book was made of these threads, in this state, in this way, by this version, and is there."""
        known = self.listed.get(name)
        made_of = (known.threads, known.options, known.software) if known else None
        return made_of == (threads, options, SOFTWARE) and (self.library.products / name).exists()

    def put(self, temporary: Path, product: Product) -> None:
        """Have a finished book take its place; :meth:`commit` lists it.

        Raises:
            FileTrouble: the disk refuses.
        """
        target = self.library.products / product.name
        with disk.explained(target):
            self._announce(product.name)
            disk.sync(temporary)
            if temporary.stat().st_dev != self.library.root.stat().st_dev:
                temporary = Path(shutil.copyfile(temporary, self.library.incoming / sha256(product.name.encode())))
                disk.sync(temporary)
            disk.moved({temporary: target})
        self.listed[product.name] = product

    def drop(self, name: str) -> None:
        """Throw a book away."""
        self._announce(name)
        with disk.explained(self.library.products / name), suppress(FileNotFoundError):
            (self.library.products / name).unlink()
        self.listed.pop(name, None)

    def commit(self) -> None:
        """Have the list say what is there.

        Raises:
            FileTrouble: the disk refuses.
        """
        folder = self.library.products
        listing = written(_Listing(tuple(self.listed[name] for name in sorted(self.listed))))
        digests = {name: product.sha256 for name, product in self.listed.items()} | {LIST: sha256(listing)}
        with disk.explained(folder):
            disk.put(folder / LIST, listing)
            disk.put(folder / MANIFEST, inventory.listing(digests))
            (self.library.incoming / PENDING).unlink(missing_ok=True)

    def check(self) -> None:
        """Throw away what is not what the list says, and have the manifest say what the list says."""
        for name, product in list(self.listed.items()):
            path = self.library.products / name
            if not (path.exists() and sha256_of(path) == product.sha256):
                self.drop(name)
        self.commit()

    def mend(self) -> None:
        """After a killed run: what it put in without listing it is thrown away, to be made again."""
        try:
            pending = (self.library.incoming / PENDING).read_text("utf-8", errors="replace").split("\n")
        except OSError:
            return
        for name in filter(None, pending):
            known = self.listed.get(name)
            path = self.library.products / name
            if ".." not in Path(name).parts and not (known and path.exists() and sha256_of(path) == known.sha256):
                self.drop(name)
        self.commit()

    def _announce(self, name: str) -> None:
        path = self.library.incoming / PENDING
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
        disk.sync(path)


def products(library: Library) -> Products:
    """The books of a library; none where the list cannot be read: then they are made again."""
    try:
        listing = msgspec.json.decode((library.products / LIST).read_bytes(), type=_Listing)
    except (OSError, ValueError, msgspec.MsgspecError):
        return Products(library)
    return Products(library, {product.name: product for product in listing.products})
