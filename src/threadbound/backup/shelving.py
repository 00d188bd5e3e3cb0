"""All that comes after the library is filled: it is looked at, copied, the copy is looked at, and old copies go.

Before: a library that nobody else writes to. After: at the destination lies a snapshot that was looked at, or a line
says why not. Nothing is removed unless the library and the new snapshot were found whole.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from threadbound import __version__, disk
from threadbound.backup import bag, destinations
from threadbound.backup.bag import Bag
from threadbound.backup.checking import Found, check, heal, is_sound
from threadbound.backup.evidence import capture_of, is_damaged, vanished
from threadbound.backup.known import known_in
from threadbound.backup.retention import may_go
from threadbound.backup.settings import Destination
from threadbound.backup.snapshot import DAMAGED, Subject, Taken, clear, remove, snapshots, take
from threadbound.backup.work import Run
from threadbound.errors import ExitCode, FileTrouble
from threadbound.library import fixity
from threadbound.library.layout import KEPT
from threadbound.lock import held
from threadbound.options import VerifyOptions

DIGESTS = "digests.json"
USED = "destinations.json"
#: Findings of one step that are told, each in a line; the log has all.
MOST_SAID = 10


def look_at_library(run: Run) -> None:
    """Look at the part of the library that was not looked at for longest."""
    asked = run.settings.verify
    options = VerifyOptions(sample=share(asked.sample), max_seconds=seconds(asked.max_duration))
    found = fixity.verify(run.library, options, run.options.step, is_ours=True)
    damage = [finding for finding in found.findings if finding.is_damage]
    run.report.count_damaged(run.library.root / finding.path for finding in damage)
    for finding in found.findings:
        run.report.log.note("finding", code=finding.code, message=str(finding))
    for finding in damage[:MOST_SAID]:
        run.report.fail("verify", f"{run.library.root}: {finding}", ExitCode.DAMAGE)
    _say_more(run, str(run.library.root), len(damage), "threadbound verify lists them")
    for finding in found.findings:
        if not finding.is_damage:
            run.report.tell("note", step="verify", message=f"{run.library.root}: {finding}")
    run.report.tell("verified", path=str(run.library.root), files=found.files, read=found.read, size=found.size)


def _say_more(run: Run, where: str, count: int, where_they_are: str) -> None:
    if count > MOST_SAID:
        text = f"{where}: {count - MOST_SAID} more like these; {where_they_are}"
        run.report.fail("verify", text, ExitCode.DAMAGE)


def snapshot_to(run: Run, destination: Destination, *, may_remove: bool) -> None:
    """Take a snapshot, look at it, and remove those that the rules do not keep.

    Args:
        run: at work.
        destination: where.
        may_remove: whether the library was found whole.
    """
    taken: list[Taken] = []
    place = Path(destination.path)
    if not run.attempt(f"snapshot {place}", lambda: taken.append(_take(run, place))):
        return
    whole: list[bool] = []
    run.attempt(f"verify {taken[0].folder}", lambda: whole.append(_look_at(run, place, taken[0])))
    if may_remove and whole == [True] and not taken[0].damaged:
        run.attempt(f"prune {place}", lambda: _prune(run, place, destination))


def _take(run: Run, place: Path) -> Taken:
    used = destinations.used_in(run.library.state / USED)
    is_first = str(place) not in used.ids
    destinations.ready(place, run.library.marker.id, used, run.now, is_new=run.options.is_new_destination)
    if is_first and destinations.shares_disk(place, run.library.root):
        text = f"{place}: it lies on the library's own disk, and is lost with it; another disk would be a better place"
        run.report.tell("note", step="snapshot", message=text)
    with held(place, "a snapshot"):
        with disk.explained(place):
            for name in clear(place):
                run.report.tell(
                    "note", step="snapshot", message=f"{place / name}: left by a run that was stopped; removed"
                )
        known = known_in(run.library.state / DIGESTS)
        is_wrong, are_lost = partial(is_damaged, run.library), partial(vanished, run.library)
        subject = Subject(run.library.root, KEPT, is_wrong, are_lost, known)
        taken = take(subject, place, run.now, _information(run))
    run.report.count_damaged(run.library.root / name for name in taken.damaged)
    for name in taken.damaged[:MOST_SAID]:
        cure = f"the snapshot has it as it was, if it was ever there: threadbound verify --repair {place}"
        run.report.fail("snapshot", f"{run.library.root / name}: it is not what it was; {cure}", ExitCode.DAMAGE)
    _say_more(run, str(run.library.root), len(taken.damaged), "threadbound verify lists them")
    _tell_vanished(run, place, taken)
    _tell_unreadable(run, place, taken)
    run.report.count("snapshot")
    run.report.tell("snapshot", path=str(taken.folder), files=taken.files, copied=taken.copied, size=taken.size)
    return taken


def _tell_unreadable(run: Run, place: Path, taken: Taken) -> None:
    """Snapshots whose own files are damaged: no rule counts them as good from now on."""
    for name, why in taken.unreadable.items():
        with disk.explained(place / name):
            disk.put(place / f"{name}{DAMAGED}", why.encode("utf-8", "replace"))
        cure = f"it counts as damaged from now on; threadbound restore {place / name} DIR gives what it holds"
        run.report.fail("snapshot", f"{why}; {cure}", ExitCode.DAMAGE)


def _tell_vanished(run: Run, place: Path, taken: Taken) -> None:
    """Captures, and pictures of captures, that the library has lost."""
    lost = [*dict.fromkeys(map(capture_of, taken.vanished))]
    run.report.count_damaged(run.library.root / name for name in lost)
    for name in lost[:MOST_SAID]:
        cure = f"snapshots keep it: threadbound verify --repair {place} brings it back"
        text = f"{run.library.root / name}: the library has it no more, and nobody forgot it; {cure}"
        run.report.fail("snapshot", text, ExitCode.DAMAGE)
    _say_more(run, str(run.library.root), len(lost), f"threadbound verify --repair {place} brings them back")
    taken.damaged += lost


def _information(run: Run) -> dict[str, str]:
    """What a bag says of itself (RFC 8493 §2.2.2)."""
    marker = run.library.marker
    return {
        "Bag-Software-Agent": f"Threadbound {__version__}",
        "Bagging-Date": f"{run.now:%Y-%m-%d}",
        "Source-Organization": f"Threadbound library {run.library.root.absolute().name}",
        "External-Identifier": f"urn:uuid:{marker.id}",
        "External-Description": "A library of saved threads; README.txt in its data folder says how to read it",
        "Bag-Group-Identifier": f"urn:uuid:{marker.id}",
    }


def _look_at(run: Run, place: Path, taken: Taken) -> bool:
    """Read what is new and its share of the rest; what is damaged is healed from the library, and told all the same."""
    asked = run.settings.verify
    until = time.monotonic() + seconds(asked.max_duration)
    found = check(taken.folder, share(asked.sample), taken.added, lambda: time.monotonic() > until)
    if not (taken.folder / bag.PAYLOAD).is_dir():
        raise FileTrouble(f"{taken.folder}: it is there no more: was its disk taken away?")
    run.report.tell("verified", path=str(taken.folder), files=taken.files, read=found.read, size=found.size)
    for name in found.foreign[:MOST_SAID]:
        run.report.fail("verify", f"{taken.folder}: it holds {name}, which nobody put there", ExitCode.DAMAGE)
    run.report.count_damaged(taken.folder / bag.PAYLOAD / name for name in found.damaged)
    bags = _bags(place, found) if found.damaged else []
    for number, name in enumerate(found.damaged):
        source = run.library.root / name
        is_healed = source.is_file() and heal(bags, found.snapshot.files[name].sha512, source) > 0
        if number >= MOST_SAID:
            continue
        cure = "it was healed from the library; look after that disk" if is_healed else "look after that disk"
        run.report.fail(
            "verify", f"{taken.folder / bag.PAYLOAD / name}: it is not what it was; {cure}", ExitCode.DAMAGE
        )
    _say_more(run, str(taken.folder), len(found.damaged), "look after that disk")
    if found.foreign or not all(is_sound(found.snapshot, name) for name in found.damaged):
        with disk.explained(taken.folder):
            disk.put(taken.folder.with_name(taken.folder.name + DAMAGED), "\n".join(found.damaged).encode())
    return found.is_whole


def _bags(place: Path, found: Found) -> list[Bag]:
    """The snapshot and all others of its destination that can be read: each may have the file that is damaged."""
    bags = [found.snapshot]
    for each in snapshots(place):
        if each.name != found.snapshot.folder.name:
            try:
                bags.append(bag.read(place / each.name))
            except FileTrouble:
                continue
    return bags


def _prune(run: Run, place: Path, destination: Destination) -> None:
    keep = destination.retention or run.settings.retention
    with held(place, "a snapshot"):
        for each in may_go(snapshots(place), keep):
            remove(place, each.name)
            run.report.count("removed")
            run.report.tell("removed", path=str(place / each.name))


def share(text: str) -> float:
    """``5%`` as a part of one."""
    return float(text.rstrip("%")) / 100


def seconds(text: str) -> float:
    """``10m`` in seconds."""
    return float(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1]]
