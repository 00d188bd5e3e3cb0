"""The fonts of a book: those of the package and of its dependencies, through a private fontconfig.

Before: whatever the system has. After :func:`activate`: Pango finds the book's own fonts and no others, so that a page
is set alike on every machine. It must be called before WeasyPrint is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from importlib.util import find_spec
from pathlib import Path

from threadbound.digests import sha256
from threadbound.disk import CAUSES
from threadbound.errors import FileTrouble, SomethingMissing
from threadbound.rendering.theme import fonts_dir
from threadbound.writers import characters, remembered

#: Python packages that bring fonts: Arabic; Hebrew; twenty scripts and signs; Chinese, Japanese and Korean;
#: mathematical letters and symbols.
PACKAGES = (
    "fontpkg_amiri",
    "fontpkg_frank_ruhl_libre",
    "manimgx_fonts",
    "justmytype_intl_cjk",
    "justmytype_western_core",
)


def directories() -> list[Path]:
    """The folders whose fonts a book may use, the text faces first.

    Raises:
        SomethingMissing: a package of fonts is not installed.
    """
    return [fonts_dir(), *(_package(name) for name in PACKAGES)]


def activate(cache: Path) -> None:
    """Point this process at the private fontconfig; ``cache`` is the folder for it and for what fontconfig remembers.

    Raises:
        SomethingMissing: a package of fonts is not installed.
        FileTrouble: the folder cannot be written, or its name is not UTF-8.
    """
    folder = cache / "fontconfig"
    target = folder / "fonts.conf"
    try:
        text = _settings(cache).encode()
        if not target.is_file() or target.read_bytes() != text:
            folder.mkdir(parents=True, exist_ok=True)
            temporary = folder / f"fonts.conf.{os.getpid()}"
            temporary.write_bytes(text)
            temporary.replace(target)
    except UnicodeEncodeError as error:  # fontconfig's settings are XML, which has no bytes that are not UTF-8
        raise FileTrouble(
            f"{cache}: its name is not UTF-8, which fontconfig cannot read; set XDG_CACHE_HOME to another folder"
        ) from error
    except OSError as error:
        why = CAUSES.get(error.errno or 0, error.strerror or str(error)).partition(";")[0]
        raise FileTrouble(
            f"{target}: cannot be written: {why}; a PDF needs it: set XDG_CACHE_HOME to another folder"
        ) from error
    if "weasyprint" not in sys.modules:
        os.environ["FONTCONFIG_FILE"] = str(target)
        # Pango asks the user's languages which Han characters are meant where the page does not say.
        os.environ["PANGO_LANGUAGE"] = "en"
        # A date that fontconfig reads has it distrust all that it remembers, and look into every font at each start.
        # Python keeps its copy, and fontTools reads that.
        os.unsetenv("SOURCE_DATE_EPOCH")
        remembered.checked(folder)


def _settings(cache: Path) -> str:
    """The private fontconfig's own file."""
    dirs = "\n".join(f"  <dir>{escape(str(path))}</dir>" for path in directories())
    template = (fonts_dir() / "fonts.conf").read_text("utf-8")
    return template.replace("{dirs}", dirs).replace("{cache}", escape(str(cache / "fontconfig" / "cache")))


def identity() -> str:
    """The digest of all that decides which glyphs a text gets: the settings, and which files the fonts are.

    Where fontconfig keeps what it remembers decides nothing: a cache may be moved.
    """
    walked = (Path(place, name) for folder in directories() for place, _, names in os.walk(folder) for name in names)
    files = sorted(path for path in walked if path.suffix in characters.SUFFIXES)
    stats = [(str(path), (stat := path.stat()).st_size, stat.st_mtime_ns) for path in files]
    return sha256(repr((_settings(Path()), stats)).encode())


def lacking(text: Iterable[str], cache: Path) -> frozenset[str]:
    """Characters of ``text`` that no font of the book has.

    Raises:
        SomethingMissing: a package of fonts is not installed.
    """
    return characters.lacking(text, directories(), cache / "fontconfig")


@lru_cache(None)  # asked for each thread of a book
def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        package = name.replace("_", "-")
        raise SomethingMissing(f"the fonts of {package} are not installed: pip install {package}")
    return Path(spec.submodule_search_locations[0])
