"""A ``threadbound.toml``, and what the system and the user say beside it, found and read.

Before: a name given by the user, or the places where such files may lie. After: a :class:`Configuration` with every
path absolute (relative ones are relative to their file), or a :class:`~threadbound.errors.BadConfiguration` that names
the file, the place in it and, where a key is unknown, the one that may have been meant.
"""

from __future__ import annotations

import glob
import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from threadbound.backup.layers import Layer, joined, sources
from threadbound.backup.retention import Keep
from threadbound.backup.settings import AddressList, Destination, Fetching, Inbox, Making, Product, Settings, Verifying
from threadbound.backup.wording import worded
from threadbound.errors import BadConfiguration, meant

NAME = "threadbound.toml"
NO_DESTINATION = "no destination: nothing is backed up; add a [[destination]]"
#: What messages call it.
LIBRARY = "the library"
#: Bytes of a configuration: more is something else.
MAX_BYTES = 1024 * 1024
#: The tables of a file and the records that they become; ``*`` stands for any name.
TABLES: dict[tuple[str, ...], type[Struct]] = {
    (): Settings,
    ("inbox",): Inbox,
    ("addresses",): AddressList,
    ("destination",): Destination,
    ("destination", "retention"): Keep,
    ("retention",): Keep,
    ("product",): Product,
    ("defaults",): Making,
    ("author", "*"): Making,
    ("fetch",): Fetching,
    ("verify",): Verifying,
}
#: Keys that hold paths, by their table.
PATHS: dict[tuple[str, ...], tuple[str, ...]] = {
    (): ("library",),
    ("inbox",): ("path",),
    ("addresses",): ("path",),
    ("destination",): ("path",),
    ("product",): ("css",),
    ("defaults",): ("css",),
    ("author", "*"): ("css",),
    ("fetch",): ("resources",),
}
_WHERE = re.compile(r" - at `\$?\.?(.*)`$")


class Configuration(Struct, frozen=True):
    """What one file says, or several."""

    file: Path
    """The narrowest."""
    settings: Settings
    sources: dict[str, Path]
    """``name.of.key`` → the file that says it; the rest is what holds without any."""

    @property
    def library(self) -> Path:
        """The library's folder."""
        return Path(self.settings.library)


def find(named: Path | None, here: Path, wider: Iterable[Path]) -> list[Path]:
    """The files to read, the widest first.

    Args:
        named: by the user; read whether it is there or not.
        here: in its place, if it is there.
        wider: of the system and of the user, if they are there.

    Raises:
        BadConfiguration: there is none.
    """
    wider = list(wider)
    narrow = named or here
    files = [place for place in wider if place.is_file() and place.absolute() != narrow.absolute()]
    if named or here.is_file():
        files.append(narrow)
    if not files:
        looked = ", ".join(map(str, [here, *reversed(wider)]))
        cure = "threadbound config init writes one, -c names one"
        raise BadConfiguration(f"{NAME}: none found (looked for {looked}); {cure}")
    return files


def read(*files: Path) -> Configuration:
    """What files say, the widest first, judged.

    Raises:
        BadConfiguration: one cannot be read, or says what cannot be.
    """
    layers = [layer(file) for file in files]
    known = sources(layers)
    settings = _converted(files[-1], known, joined(layers))
    _refuse_overlaps(files[-1], settings)
    return Configuration(files[-1], settings, known)


def layer(file: Path) -> Layer:
    """What one file says: no key is unknown, every path is absolute.

    Raises:
        BadConfiguration: it cannot be read, or has a key that there is not.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise BadConfiguration(f"{file}: larger than any configuration; give the right file with -c")
        found = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadConfiguration(f"{file}: cannot be read ({reason}); threadbound config init writes one") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadConfiguration(f"{file}: no TOML: {str(error)[:200]}") from None
    given = _underscored(found, ())
    for where, table in _tables(given, ()):
        _refuse_unknown(file, where, table)
    return Layer(file, _with_absolute_paths(given, file.absolute().parent))


def _refuse_overlaps(file: Path, settings: Settings) -> None:
    """What is written must not lie where pages are read from: a run would take in its own work."""
    library = Path(settings.library)
    written = {LIBRARY: library, **{f"destination {each.path}": Path(each.path) for each in settings.destination}}
    read = {f"inbox {each.path}": fixed_part(each.path) for each in settings.inbox}
    for one, place in written.items():
        for other, folder in read.items():
            if place.is_relative_to(folder) or folder.is_relative_to(place):
                raise BadConfiguration(f"{file}: {one} and {other} lie one in the other; name folders that do not")
        if one != LIBRARY and (place.is_relative_to(library) or library.is_relative_to(place)):
            raise BadConfiguration(f"{file}: {one} and {LIBRARY} lie one in the other; name another folder")


def fixed_part(path: str) -> Path:
    """The folder that a glob begins with; a path without one is itself."""
    return Path(*itertools.takewhile(lambda part: not glob.has_magic(part), Path(path).parts))


def _converted(file: Path, known: Mapping[str, Path], given: dict[str, Any]) -> Settings:
    try:
        return msgspec.convert(given, Settings)
    except msgspec.ValidationError as error:
        place = _WHERE.search(str(error))
        text = _WHERE.sub("", str(error))
        name = re.sub(r"\[(\d+)\]", lambda index: f" {int(index[1]) + 1}", place[1]) if place else ""
        where = f"{name}: " if name else ""
        file = next((said for key, said in known.items() if name and key.startswith(name.replace(" ", "."))), file)
        *table, key = re.sub(r"\[[^]]*\]", "", place[1]).split(".") if place else [""]
        record = TABLES.get(("author", "*") if table == ["author"] else tuple(table))
        raise BadConfiguration(f"{file}: {where}{worded(text, record, key)}") from None


def _underscored(value: Any, where: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever TOML holds
    """The value with the keys of its tables as the records have them; the names of authors stay."""
    if isinstance(value, list):
        return [_underscored(each, where) for each in value]
    if not isinstance(value, dict):
        return value
    is_names = where == ("author",)
    return {
        key if is_names else key.replace("-", "_"): _underscored(each, (*where, "*" if is_names else key))
        for key, each in value.items()
    }


def _tables(value: Any, where: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:  # noqa: ANN401 - as above
    """Every table that the file has, with its place in :data:`TABLES`."""
    if isinstance(value, list):
        for each in value:
            yield from _tables(each, where)
    elif isinstance(value, dict):
        yield where, value
        for key, each in value.items():
            yield from _tables(each, (*where, "*" if where == ("author",) else key))


def _refuse_unknown(file: Path, where: tuple[str, ...], table: Mapping[str, Any]) -> None:
    record = TABLES.get(where)
    if record is None:
        return
    for key in table:
        if key not in record.__struct_fields__:
            raise BadConfiguration(f"{file}: unknown key {key} {_called(where)}{_meant(key, record, where)}")


def _meant(key: str, record: type[Struct], where: tuple[str, ...]) -> str:
    """What may have been meant: a key of this table, else one of another."""
    if near := meant(key, record.__struct_fields__):
        return near
    elsewhere = [place for place, other in TABLES.items() if place != where and key in other.__struct_fields__]
    if elsewhere:
        return f"; it belongs {_called(elsewhere[0])}"
    return f"; known are {', '.join(record.__struct_fields__)}"


def _called(where: tuple[str, ...]) -> str:
    return f"in [{'.'.join(where)}]" if where else "at the top, above every table"


def _with_absolute_paths(given: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A copy whose paths are absolute."""

    def absolute(value: Any) -> Any:  # noqa: ANN401 - what is no path is refused later
        if isinstance(value, list):
            return [absolute(each) for each in value]
        return str(folder / Path(value).expanduser()) if isinstance(value, str) and value else value

    def copied(value: Any, where: tuple[str, ...]) -> Any:  # noqa: ANN401 - as above
        if isinstance(value, list):
            return [copied(each, where) for each in value]
        if not isinstance(value, dict):
            return value
        made = {
            key: copied(each, (*where, "*" if where == ("author",) else key)) if isinstance(each, dict | list) else each
            for key, each in value.items()
        }
        return made | {key: absolute(made[key]) for key in PATHS.get(where, ()) if key in made}

    made: dict[str, Any] = copied(given, ())
    # A theme is a name or a folder; one with a slash is a folder.
    for making in _makings(made):
        if isinstance(theme := making.get("theme"), str) and "/" in theme:
            making["theme"] = absolute(theme)
    return made


def _makings(given: dict[str, Any]) -> list[dict[str, Any]]:
    authors = given.get("author", {})
    found = [given.get("defaults"), *(authors.values() if isinstance(authors, dict) else ())]
    products = given.get("product", [])
    return [each for each in [*found, *(products if isinstance(products, list) else ())] if isinstance(each, dict)]
