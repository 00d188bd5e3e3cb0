"""Pictures that lie beside a page, in its own folder and nowhere else; or in a folder that the user names.

Before: the page's path (or none), or the folder's. After: :class:`Beside` and :class:`Resources`, whose ``find``
answers a reference of the page with the bytes of a file. References are tried as they are, percent-decoded once and
twice; then by base name alone in the page's companion folders, because people move and rename them; then by names that
were cut short. Nothing outside the folder is opened, whatever the reference or a symbolic link says.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from msgspec import Struct

from threadbound.containers import bounds
from threadbound.containers.companions import companions_of

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
_ADDRESS = re.compile(r"(?:https?:)?//", re.IGNORECASE)
#: Shorter names than this are shared by different pictures of different sites ("photo.jpg").
_TELLING = 10
#: Browsers and systems do not cut names shorter than this.
_CUT = 20


class Beside(Struct, frozen=True, dict=True):
    """The files beside one page."""

    page: Path | None

    def find(self, reference: str) -> bytes | None:
        """Bytes of the file that the page refers to, or ``None``. Never raises."""
        return _safely(self._found, reference) if self.page is not None else None

    def used(self) -> tuple[tuple[Path, str], ...]:
        """The files that have answered so far, each once: path, and name under the page's folder, links followed."""
        root = self._named.root
        return tuple((path, path.relative_to(root).as_posix()) for path in self._named.used)

    def _found(self, reference: str) -> bytes | None:
        if _SCHEME.match(reference):
            return self._named.for_address(reference)
        spelled = tuple(dict.fromkeys(_spellings(reference)))
        if any(".." in PurePosixPath(path).parts for path in spelled):
            return None
        for path in spelled:
            if (data := self._named.read(self._named.root / path)) is not None:
                return data
        return self._named.by_name([PurePosixPath(path).name for path in spelled])

    @cached_property
    def _named(self) -> _Named:
        page = self.page or Path()
        return _Named(page.parent.resolve(), partial(companions_of, page) if self.page else tuple)


class Resources(Struct, frozen=True, dict=True):
    """A folder of pictures that the user names: a page's own folder that was moved, a mirror, a download of them."""

    folder: Path

    def find(self, reference: str) -> bytes | None:
        """Bytes of the file in the folder, or below, that has the reference's name, or ``None``. Never raises.

        An address is looked for as ``HOST/PATH`` first, as mirrors lay it down.
        """
        return _safely(self._found, reference)

    def _found(self, reference: str) -> bytes | None:
        if _SCHEME.match(reference):
            place = PurePosixPath(unquote(_bare(reference)).partition("//")[2].lstrip("/"))
            found = None if ".." in place.parts else self._named.read(self._named.root / place)
            return found or self._named.for_address(reference)
        return self._named.by_name([PurePosixPath(path).name for path in _spellings(reference)])

    @cached_property
    def _named(self) -> _Named:
        root = self.folder.resolve()
        return _Named(root, lambda: (root,))


def _safely(found: Callable[[str], bytes | None], reference: str) -> bytes | None:
    if not 0 < len(reference) <= bounds.MAX_REFERENCE or "\0" in reference:
        return None
    try:
        return found(reference)
    except (OSError, ValueError, RuntimeError):  # unreadable, no name for a file here, links in a circle
        return None


class _Named(Struct, frozen=True, dict=True):
    """Files in some folders, by their names alone."""

    root: Path
    """Nothing outside of it is read."""
    folders: Callable[[], Iterable[Path]]
    """Looked for when a name is."""

    @cached_property
    def used(self) -> dict[Path, None]:
        """The files that were read."""
        return {}

    def for_address(self, reference: str) -> bytes | None:
        """The file that an address or a ``file:`` reference names at its end."""
        if _ADDRESS.match(reference):
            path = unquote(_bare(reference))
            name = PurePosixPath(path).name if path.count("/") > 2 else ""
            return self.by_name([name]) if len(name) >= _TELLING else None
        if reference.lower().startswith("file:"):
            return self.by_name([PurePosixPath(path).name for path in _spellings(reference)])
        return None

    def read(self, path: Path) -> bytes | None:
        """The file's bytes, if it is a file inside the root once every link is followed."""
        try:
            real = path.resolve(strict=True)
        except OSError:
            return None
        if not real.is_relative_to(self.root):
            return None
        # Opened without waiting: a named pipe would hang the program.
        handle = os.open(real, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode) or facts.st_size > bounds.MAX_RESOURCE:
                return None
            data = file.read()
        if data:
            self.used[real] = None
        return data or None

    def by_name(self, names: list[str]) -> bytes | None:
        """The bytes of the first file that has one of the names."""
        for name in dict.fromkeys(names):
            path = self._files.get(_key(name)) or self._alike(_key(name))
            if path and (data := self.read(path)) is not None:
                return data
        return None

    @cached_property
    def _files(self) -> dict[str, Path]:
        """Every file in the folders, by comparable name."""
        files: dict[str, Path] = {}
        for folder in self.folders():
            for path in _walk(folder):
                files.setdefault(_key(path.name), path)
        return files

    @cached_property
    def _stems(self) -> dict[str, list[Path]]:
        stems: dict[str, list[Path]] = {}
        for key, path in self._files.items():
            stems.setdefault(PurePosixPath(key).stem, []).append(path)
        return stems

    def _alike(self, name: str) -> Path | None:
        """The one file whose name is a cut or differently suffixed form of ``name``."""
        stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
        if len(stem) < _TELLING:
            return None
        same = self._stems.get(stem, [])
        if not same and len(stem) > _CUT:
            same = [path for key, path in self._files.items() if _is_cut_form(key, stem, suffix)]
        return same[0] if len(same) == 1 else None


def _bare(reference: str) -> str:
    """Without query and fragment."""
    return reference.partition("#")[0].partition("?")[0]


def _is_cut_form(key: str, stem: str, suffix: str) -> bool:
    cut = PurePosixPath(key)
    return len(cut.stem) >= _CUT and stem.startswith(cut.stem) and cut.suffix in (suffix, "")


def _spellings(reference: str) -> Iterator[str]:
    """The relative paths that a reference may mean, likeliest first."""
    for text in (_bare(reference), reference):
        once = unquote(text)
        for spelled in (once, text, unquote(once), unquote(text, encoding="latin-1")):
            path = spelled.replace("\\", "/").lstrip("/")
            if path and "\0" not in path:
                yield path


def _key(name: str) -> str:
    """A name as every system would compare it: macOS stores accents apart, Windows minds no capitals."""
    return unicodedata.normalize("NFC", name).casefold()


def _walk(folder: Path) -> Iterator[Path]:
    """Files in a folder and below, no link followed, in a fixed order; at most so many."""
    left = bounds.MAX_COMPANION_FILES
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            left -= 1
            if left < 0:
                return
            yield Path(root, name)
