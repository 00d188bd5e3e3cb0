"""From the inboxes into the library.

Before: inboxes, and a writer's session of a library. After: every page that had come to rest and holds a thread is in
the library with all of its folder, on the disk, or was there already. A page leaves an inbox that is moved from only
when the library's own copy has been read again and is the same; what the library does not have stays where it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from threadbound.archive import Added, AddOptions, add
from threadbound.backup.inbox import Arrived, Seen, arrivals, settled, state_of_inbox, state_of_page
from threadbound.backup.settings import Inbox
from threadbound.containers.companions import own_folders
from threadbound.digests import sha256_of
from threadbound.errors import FileTrouble, refused
from threadbound.library import query, shelves
from threadbound.library.writing import Desk
from threadbound.options import Step, no_step
from threadbound.survey import Failure, is_note


class Taken(Struct, frozen=True):
    """A page that was taken in."""

    added: Added
    has_moved: bool = False
    """Whether it has left the inbox."""


class Left(Struct, frozen=True):
    """What stays in an inbox for the next run, and why."""

    name: str
    reason: str


Result = Taken | Failure | Left


def take_in(
    desk: Desk, inbox: Inbox, options: AddOptions, seen: Seen, step: Step = no_step
) -> Iterator[Taken | Failure | Left]:
    """Take in what lies in an inbox; each page is told when it is in the library.

    Args:
        desk: the library.
        inbox: where.
        options: how.
        seen: by earlier runs; it is told of what was taken now.
        step: told how many pages are read.

    Raises:
        FileTrouble: the inbox is not there, or the library cannot be written.
    """
    troubles: list[FileTrouble] = []
    state = state_of_inbox(inbox)
    found = arrivals(inbox, seen, troubles.append)
    yield from (Failure(inbox.path, error) for error in troubles)
    ready: dict[str, Arrived] = {}
    is_all = not troubles
    for page, is_at_rest in settled(found, inbox.settle):
        if is_at_rest:
            ready[str(page.path)] = page
        else:
            is_all = False
            yield Left(str(page.path), "something still writes to it; the next run takes it in")
    if ready:
        for result in _added(desk, inbox, list(ready), options, step):
            if isinstance(result, Taken) and inbox.mode == "copy":
                page = ready[result.added.name]
                if state_of_page(page.path) == page.state:
                    seen.pages[result.added.name] = page.state
            is_all = is_all and isinstance(result, Taken)
            yield result
    if inbox.mode == "copy" and is_all and state_of_inbox(inbox) == state:
        seen.inboxes[inbox.path] = state


def _added(desk: Desk, inbox: Inbox, names: Sequence[str], options: AddOptions, step: Step) -> Iterator[Result]:
    for item in add(desk, names, options, step):
        if isinstance(item, Failure):
            yield replace(item, is_skip=is_note(item, [inbox.path]))
        elif item.outcome.status == "forgotten":
            yield Left(item.name, "it was forgotten on purpose; threadbound add --again takes it in")
        elif inbox.mode == "copy":
            yield Taken(item)
        else:
            yield from _moved(desk, item)


def _moved(desk: Desk, item: Added) -> Iterator[Result]:
    """Remove a page from its inbox, if the library has it."""
    page = Path(item.name)
    try:
        kept = _digests(desk, item)
        if sha256_of(page) not in kept:
            yield Taken(item)
            yield Left(item.name, "it changed while it was read; the next run takes it in again")
            return
        page.unlink()
        left = [name for folder in own_folders(page) for name in _removed(folder, kept)]
    except OSError as error:
        yield Taken(item)
        yield Failure(item.name, FileTrouble(f"{item.name}: it is in the library, but stays: {refused(error)}"))
        return
    except FileTrouble as error:
        yield Failure(item.name, error)
        return
    yield Taken(item, has_moved=True)
    if left:
        yield Left(left[0], f"the library has no copy of {'it' if len(left) == 1 else f'it and {len(left) - 1} more'}")


def _digests(desk: Desk, item: Added) -> set[str]:
    """The digests of the version's files, each read again from the library.

    Raises:
        FileTrouble: one of them is not what it should be.
    """
    folder = query.folder(desk.connection, item.outcome.key) or ""
    place = desk.library.root / folder / f"v{item.outcome.number}"
    version = shelves.version(place)
    found = {sha256_of(place / file.name) for file in version.files}
    found |= {sha256_of(desk.library.picture(media.sha256)) for media in version.media}
    if missing := {file.sha256 for file in version.files} - found:
        raise FileTrouble(f"{item.name}: stays, since its copy in {place} is damaged ({min(missing)})")
    return found


def _removed(folder: Path, kept: set[str]) -> list[str]:
    """Remove the files of a folder that the library has, and the folders that are empty then; gives those left."""
    left: list[str] = []
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            with contextlib.suppress(OSError):
                path.rmdir()
        elif path.is_symlink() or not path.is_file() or sha256_of(path) not in kept:
            left.append(str(path))
        else:
            path.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()
    return left
