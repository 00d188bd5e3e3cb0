"""Taking captures in, so that a run may be killed at any moment.

Before: pages that were read, with their pictures. After :meth:`Intake.commit`: each capture that is new lies in a
folder of its own, on the disk, and the catalogue knows it; what was there already is as it was.

Everything is written under ``state/incoming`` first and synced at one go. Then the pictures get their names, and last
each version's folder, which is whole by then, with its manifest. So whatever a killed run leaves is in ``incoming``, or
a picture that no version names yet (``prune`` shows it), or a version that the catalogue will be told of.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from threadbound import disk
from threadbound.errors import FileTrouble
from threadbound.library import catalogue, query
from threadbound.library.forgetting import is_forgotten, recall
from threadbound.library.history import Captured, kept
from threadbound.library.layout import THREADS, folder_name, key_of, versions_in
from threadbound.library.records import Version
from threadbound.library.shelves import captured
from threadbound.library.staging import Arrival, Stage
from threadbound.library.writing import Desk
from threadbound.model.thread import Thread

Status = Literal["new", "version", "completed", "known", "forgotten"]


class Outcome(Struct, frozen=True):
    """What became of an arrival."""

    key: str
    status: Status
    """A ``new`` thread, a new ``version`` of a known one, a known page ``completed`` by pictures that were missing; or
    nothing changed: ``known``, or ``forgotten`` on purpose."""
    number: int
    """Of the version that holds it; 0 where none does."""
    thread: Thread
    """As the page has it."""

    @property
    def is_change(self) -> bool:
        """Whether the library has something that it had not."""
        return self.status not in {"known", "forgotten"}


class _Waiting(Struct, frozen=True):
    """A version that waits to get its place."""

    place: Path
    folder: str
    """Of its thread, under the root."""
    captured: Captured
    manifest: str
    """sha256 of its manifest."""

    @property
    def version(self) -> Version:
        return self.captured.version


class Intake(Struct):
    """What a session takes in."""

    desk: Desk
    again: bool = False
    """Take in even what was forgotten on purpose."""
    waiting: list[_Waiting] = field(default_factory=list)
    stage: Stage | None = None

    def take(self, arrival: Arrival) -> Outcome:
        """Make one capture ready. Nothing of it is in the library before :meth:`commit`.

        Raises:
            FileTrouble: the disk refuses, or a file changed since it was read.
        """
        key, capture = key_of(arrival.thread), arrival.capture.note.sha256
        if is_forgotten(self.desk.library, key):
            if not self.again:
                return Outcome(key, "forgotten", 0, arrival.thread)
            recall(self.desk.library, key)
        held = self._held(key)
        same = [number for number, (digest, _) in held.items() if digest == capture]
        is_of_several = len(arrival.thread.captures) > 1
        if is_of_several and not self._has_all(key, arrival.thread):
            same = []
        there = frozenset[str]().union(*(media for _, media in held.values())) if is_of_several else frozenset()
        if whole := next((number for number in same if arrival.digests <= held[number][1] | there), None):
            return Outcome(key, "known", whole, arrival.thread)
        number = max(held, default=0) + 1
        self._prepare(key, number, arrival)
        return Outcome(key, "completed" if same else "version" if held else "new", number, arrival.thread)

    def commit(self) -> None:
        """Have all that was made ready in the library.

        Raises:
            FileTrouble: the disk refuses; what is not in the library then, the next session throws away.
        """
        if not self.waiting or self.stage is None:
            return
        library = self.desk.library
        with disk.explained(library.root):
            disk.settle(library.incoming)
            disk.moved({place: library.picture(digest) for digest, place in self.stage.pictures.items()})
            disk.moved({each.place: library.root / each.folder / f"v{each.version.number}" for each in self.waiting})
        self._tell()
        self.stage.pictures.clear()
        self.waiting.clear()

    def _held(self, key: str) -> dict[int, tuple[str, frozenset[str]]]:
        """The versions of a thread, those that wait too: number → capture and pictures."""
        known = {held.number: (held.capture, held.media) for held in query.versions(self.desk.connection, key)}
        for each in self.waiting:
            if each.version.key == key:
                known[each.version.number] = (each.version.capture, each.version.originals)
        return known

    def _has_all(self, key: str, thread: Thread) -> bool:
        """Whether the library has every capture of a thread out of a book; a version that is damaged counts for none.

        The catalogue knows of the first capture of each version alone.
        """
        has = {
            note.sha256 for each in self.waiting if each.version.key == key for note in each.captured.thread.captures
        }
        folder = query.folder(self.desk.connection, key)
        for place in versions_in(self.desk.library.root / folder) if folder else ():
            with suppress(FileTrouble):
                has |= {note.sha256 for note in captured(place).thread.captures}
        return has.issuperset(note.sha256 for note in thread.captures)

    def _prepare(self, key: str, number: int, arrival: Arrival) -> None:
        library = self.desk.library
        self.stage = self.stage or Stage(library)
        with disk.explained(library.root):
            place, version, manifest = self.stage.put(key, number, arrival)
        folder = query.folder(self.desk.connection, key) or _folder(key, arrival.thread)
        self.waiting.append(_Waiting(place, folder, Captured(version, arrival.thread), manifest))

    def _tell(self) -> None:
        """Tell the catalogue, in one transaction."""
        desk = self.desk
        by_folder: dict[str, list[_Waiting]] = {}
        for each in self.waiting:
            by_folder.setdefault(each.folder, []).append(each)
        with catalogue.transaction(desk.connection):
            for folder, arrived in by_folder.items():
                key = arrived[0].version.key
                new = {each.version.number: each for each in arrived}
                manifests = {held.number: held.manifest for held in query.versions(desk.connection, key)}
                manifests |= {number: each.manifest for number, each in new.items()}
                places = versions_in(desk.library.root / folder)
                older = [captured(place) for place in places if int(place.name[1:]) not in new]
                found = kept([*older, *(each.captured for each in arrived)])
                catalogue.record(desk.connection, folder, found, manifests)
                desk.changed.add(key)


def _folder(key: str, thread: Thread) -> str:
    return f"{THREADS}/{folder_name(thread.author.handle, '_')}/{folder_name(key, '_')}"
