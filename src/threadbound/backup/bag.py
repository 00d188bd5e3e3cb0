"""Bags: a folder of files that proves itself, as RFC 8493 ("The BagIt File Packaging Format") has it.

Before: a folder with ``data/`` in it, and the digests of what lies there. After :func:`seal`: the manifests and what
the bag says of itself lie beside it, and the tag manifests last of all. :func:`read` believes nothing: no path that
leads out of the bag, no link, no line that is no digest and path.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from threadbound.digests import sha256, sha512
from threadbound.errors import FileTrouble

PAYLOAD = "data"
DECLARATION = ("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
INFO = "bag-info.txt"
ALGORITHMS = ("sha256", "sha512")
#: Bytes of a manifest or of what a bag says of itself: more is no bag of this tool.
MAX_TAG_FILE = 256 * 1024 * 1024
#: What RFC 8493 §2.1.3 has for characters that would break a line; the percent sign is written first.
_CODES = {"%": "%25", "\n": "%0A", "\r": "%0D"}
_CODE = re.compile(r"%(25|0A|0D)", re.IGNORECASE)
_LINE = re.compile(r"([0-9a-f]{64}|[0-9a-f]{128})[ \t]+\*?(\S.*)", re.IGNORECASE)
#: A part of a path that is none, or leads elsewhere on some system.
_OUTSIDE = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)|\\|\0")  # ``$`` would match before a line feed at the end
_FIELD = re.compile(r"([^:\s][^:]*):[ \t]*(.*)")


class Digests(Struct, frozen=True):
    """What proves a file."""

    sha256: str
    sha512: str
    size: int
    """Bytes; -1 where a manifest says it, which knows none."""

    def proves(self, found: Digests) -> bool:
        """Whether a file with these digests is the one that is meant; an empty digest of ours says nothing."""
        pairs = ((self.sha256, found.sha256), (self.sha512, found.sha512))
        return any(ours for ours, _ in pairs) and all(ours in ("", theirs) for ours, theirs in pairs)


class Bag(Struct, frozen=True):
    """What a bag says."""

    folder: Path
    info: dict[str, str]
    files: dict[str, Digests]
    """Path under ``data/`` → what proves it."""


def seal(folder: Path, files: Mapping[str, Digests], info: Mapping[str, str]) -> None:
    """Write all of a bag but its payload.

    Args:
        folder: in it lies ``data/``.
        files: path under ``data/`` → what proves it.
        info: what the bag says of itself; its size is added.

    Raises:
        OSError: the disk refuses.
    """
    octets = sum(each.size for each in files.values())
    told = {**info, "Bag-Size": f"{octets / 1e6:.1f} MB", "Payload-Oxum": f"{octets}.{len(files)}"}
    tags = {
        DECLARATION[0]: DECLARATION[1],
        INFO: "".join(f"{name}: {_one_line(value)}\n" for name, value in told.items()).encode(),
        **{f"manifest-{name}.txt": _listing(files, name, f"{PAYLOAD}/") for name in ALGORITHMS},
    }
    for name, data in tags.items():
        (folder / name).write_bytes(data)
    proofs = {name: Digests(sha256(data), sha512(data), len(data)) for name, data in tags.items()}
    for name in ALGORITHMS:
        (folder / f"tagmanifest-{name}.txt").write_bytes(_listing(proofs, name, ""))


def read(folder: Path) -> Bag:
    """What a bag says of itself; its payload is not looked at.

    Raises:
        FileTrouble: it is none, or its own files are damaged.
    """
    for name, found in _listed(folder, "tagmanifest-sha512.txt").items():
        if sha512(_tag_file(folder, name)) != found:
            raise FileTrouble(f"{folder / name}: it is not what it was; take another snapshot")
    return Bag(folder, information(folder), _files(folder, ALGORITHMS))


def salvaged(folder: Path) -> Bag:
    """What can be believed of a bag whose own files are damaged: a manifest that either of the tag manifests proves.

    What the bag says of itself is left out; so is, of each file, the digest of a manifest that is not believed.

    Raises:
        FileTrouble: nothing can.
    """
    sound = [name for name in ALGORITHMS if _is_proven(folder, f"manifest-{name}.txt")]
    if not sound:
        raise FileTrouble(f"{folder}: neither of its manifests is what it was; name another snapshot")
    return Bag(folder, {}, _files(folder, sound))


def _is_proven(folder: Path, name: str) -> bool:
    for algorithm, digest in (("sha512", sha512), ("sha256", sha256)):
        with suppress(FileTrouble):
            if _listed(folder, f"tagmanifest-{algorithm}.txt").get(name) == digest(_tag_file(folder, name)):
                return True
    return False


def _files(folder: Path, algorithms: Sequence[str]) -> dict[str, Digests]:
    """What the manifests of these algorithms say."""
    listed = {name: _listed(folder, f"manifest-{name}.txt") for name in algorithms}
    paths = listed[algorithms[0]]
    if any(each.keys() != paths.keys() for each in listed.values()):
        raise FileTrouble(f"{folder}: its two manifests name different files; take another snapshot")
    files = {}
    for path in paths:
        name = path.removeprefix(f"{PAYLOAD}/")
        if name == path or not is_inside(name):
            raise FileTrouble(f"{folder}: a manifest names {path!r}, which is not in the bag; trust nothing in it")
        said = {each: found[path] for each, found in listed.items()}
        files[name] = Digests(said.get("sha256", ""), said.get("sha512", ""), -1)
    return files


def information(folder: Path) -> dict[str, str]:
    """What ``bag-info.txt`` says; lines that begin with a blank go on (RFC 8493 §2.2.2).

    Raises:
        FileTrouble: it cannot be read.
    """
    told: dict[str, str] = {}
    last = ""
    for line in _text(folder, INFO).splitlines():
        if line[:1] in (" ", "\t") and last:
            told[last] += f" {line.strip()}"
        elif match := _FIELD.fullmatch(line):
            last = match[1]
            told[last] = match[2].strip()
    return told


def plain_files(folder: Path) -> Iterator[tuple[str, int]]:
    """Path and size of every plain file below ``folder``, links and what is no file left out.

    Raises:
        OSError: a folder cannot be read.
    """
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(f"{folder}/{prefix}") as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{prefix}{entry.name}/")
                elif entry.is_file(follow_symlinks=False):
                    yield prefix + entry.name, entry.stat(follow_symlinks=False).st_size


def has_links(bag: Path, name: str) -> bool:
    """Whether a link stands on the way from the bag to its file ``name``."""
    place = bag / PAYLOAD / name
    return any(each.is_symlink() for each in (place, *place.parents) if each.is_relative_to(bag / PAYLOAD))


def is_inside(name: str) -> bool:
    """Whether a path of a manifest stays below its bag's ``data/`` on every system."""
    return not _OUTSIDE.search(name)


def _listing(files: Mapping[str, Digests], algorithm: str, prefix: str) -> bytes:
    lines = (f"{getattr(each, algorithm)}  {prefix}{_escaped(name)}\n" for name, each in sorted(files.items()))
    return "".join(lines).encode("utf-8", "surrogateescape")


def _listed(folder: Path, name: str) -> dict[str, str]:
    """Path → digest of a manifest."""
    found: dict[str, str] = {}
    for line in _text(folder, name).split("\n"):
        match = _LINE.fullmatch(line.rstrip("\r"))
        if match:
            found[_unescaped(match[2]).removeprefix("./")] = match[1].lower()
        elif line.strip():
            raise FileTrouble(f"{folder / name}: a line is no digest and path; take another snapshot")
    return found


def _text(folder: Path, name: str) -> str:
    return _tag_file(folder, name).decode("utf-8", "surrogateescape")


def _tag_file(folder: Path, name: str) -> bytes:
    path = folder / name
    if not is_inside(name) or path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_TAG_FILE:
        raise FileTrouble(f"{folder}: no whole snapshot: {name} is not there, or is no plain file")
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileTrouble(f"{path}: it cannot be read: {error.strerror}") from error


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _escaped(name: str) -> str:
    if "%" not in name and name.isprintable():
        return name
    for character, code in _CODES.items():
        name = name.replace(character, code)
    return name


def _unescaped(name: str) -> str:
    return _CODE.sub(lambda code: chr(int(code[1], 16)), name) if "%" in name else name
