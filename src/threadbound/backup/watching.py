"""Watching inboxes: a run whenever something has come.

Before: folders that files arrive in. After :func:`watch`: it never ends by itself; each time something has come to an
inbox, and once in the beginning, the run was made. Whatever one run meets, the next one is made all the same. The only
module that imports watchdog.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from threadbound.backup.configuration import Configuration, fixed_part
from threadbound.errors import FileTrouble

#: Events that mean that a file may have come or grown; a look at a file is none.
NEWS = frozenset({"created", "modified", "moved", "closed"})
#: Seconds between two looks at whether something has come: a signal ends the wait.
TICK = 0.5


class _Bell(FileSystemEventHandler):
    """Rings when something comes."""

    def __init__(self, rung: threading.Event) -> None:
        self.rung = rung

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Something happened in an inbox."""
        if event.event_type in NEWS and not event.is_directory:
            self.rung.set()


def watch(configuration: Configuration, run: Callable[[], int], *, pause: float, poll: float | None = None) -> None:
    """Make a run whenever something has come, for ever.

    Args:
        configuration: whose inboxes are watched.
        run: makes a run; gives its exit code.
        pause: seconds between the end of a run and the next, at least.
        poll: seconds between two looks at every file, for disks that tell of nothing (network shares); ``None``: the
            system tells.

    Raises:
        FileTrouble: the system cannot watch so many folders.
    """
    rung = threading.Event()
    rung.set()
    observer: BaseObserver = PollingObserver(timeout=poll) if poll else Observer()
    watched: set[Path] = set()
    observer.start()
    try:
        while True:
            if _attend(observer, _folders(configuration), watched, _Bell(rung)):
                rung.set()  # what came before it was watched
            if rung.is_set():
                rung.clear()
                run()
                time.sleep(pause)
            time.sleep(TICK)
    finally:
        observer.stop()
        observer.join()


def _folders(configuration: Configuration) -> list[Path]:
    """The folders that the inboxes are in; what is not there yet is watched when it is."""
    places = [fixed_part(each.path) for each in configuration.settings.inbox]
    return [place if place.is_dir() else place.parent for place in places if place.is_dir() or place.is_file()]


def _attend(observer: BaseObserver, folders: Iterable[Path], watched: set[Path], bell: _Bell) -> bool:
    """Watch the folders that are not watched yet; gives whether there were any."""
    new = [folder for folder in dict.fromkeys(folders) if folder not in watched]
    for folder in new:
        try:
            observer.schedule(bell, str(folder), recursive=True)
        except OSError as error:
            cure = "--poll SECONDS watches without the system's help"
            raise FileTrouble(f"{folder}: it cannot be watched: {error.strerror or error}; {cure}") from error
        watched.add(folder)
    return bool(new)
