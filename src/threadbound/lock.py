"""One run at a time: a lock file that says who holds it.

Before: a folder. Inside :func:`held`: this process alone is at work there, and ``lock.json`` says which process that
is. After: the file is gone. A lock whose holder is surely dead is broken: its machine was started anew, or the kernel
has let go of its file, or its process is no more. Whoever is at work on another machine is never judged from here.

What another process of this machine may break, it breaks while it alone holds the guard beside the lock, and reads the
lock once more before it does; so two that find the same dead holder do not break each other's new lock.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from threadbound.disk import explained
from threadbound.errors import Locked

LOCK = "lock.json"
GUARD = ".lock-guard"
#: Seconds between two looks at a lock that others hold.
PAUSE = 0.2
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_MACHINE = Path("/etc/machine-id")
#: The 22nd field of ``/proc/PID/stat`` (proc(5)): when the process was started, in ticks since the machine was. Counted
#: from after the name, which may hold anything.
_START = 19
#: The third field of a process that is no more.
_OVER = frozenset("ZX")
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})


class Holder(msgspec.Struct, frozen=True):
    """A process, so that no other is taken for it."""

    pid: int
    host: str
    """The machine's name and its id, if it has one."""
    boot: str
    """Which start of the machine; empty where the system does not say."""
    space: str
    """Whose numbers the ``pid`` is one of: containers count their own; empty where the system does not say."""
    started: str
    """When the process was; empty where the system does not say."""
    since: str
    """When it took the lock, ISO 8601."""
    what: str
    """What it does there."""
    token: str
    """No two locks have the same."""

    def __str__(self) -> str:
        """Who that is, for people."""
        return f"{self.what}, process {self.pid} on {self.host.partition('/')[0]}, since {self.since}"


@contextlib.contextmanager
def held(folder: Path, what: str, wait: float = 0.0) -> Iterator[Holder]:
    """Hold the lock of ``folder`` meanwhile. A process that holds it already goes on holding it.

    Args:
        folder: what is locked; it is there.
        what: the verb, for those who find the lock.
        wait: seconds to wait for others.

    Raises:
        Locked: another run holds it.
        FileTrouble: the folder cannot be written.
    """
    lock = folder / LOCK
    mine = myself(what)
    if (holder := _read(lock)) is not None and _is_me(holder, mine):
        yield holder
        return
    with explained(lock):
        file = _taken(lock, mine, time.monotonic() + wait)
    try:
        yield mine
    finally:
        with contextlib.suppress(OSError):
            if _read(lock) == mine:
                lock.unlink()
        os.close(file)


def holder_of(folder: Path) -> Holder | None:
    """Who holds the lock of ``folder`` and may still be alive; ``None`` where nobody does."""
    lock = folder / LOCK
    holder = _read(lock)
    return None if holder is None or is_surely_dead(holder, myself(""), _is_let_go(lock)) else holder


def other_in(folder: Path) -> Holder | None:
    """Who holds the lock of ``folder``, if that is another process than this one."""
    holder = holder_of(folder)
    return None if holder is None or _is_me(holder, myself("")) else holder


def myself(what: str) -> Holder:
    """What a lock says of the process that asks."""
    return Holder(
        pid=os.getpid(),
        host=f"{os.uname().nodename}/{_line(_MACHINE)}",
        boot=_line(_BOOT),
        space=_space(),
        started=_start_of(os.getpid()),
        since=datetime.now(UTC).isoformat(timespec="seconds"),
        what=what,
        token=secrets.token_hex(8),
    )


def is_surely_dead(holder: Holder, me: Holder, is_let_go: bool | None) -> bool:  # noqa: FBT001 - one fact of three
    """Whether the process that wrote a lock can no longer be at work.

    Args:
        holder: who wrote it.
        me: who asks.
        is_let_go: whether the kernel says that nobody has the lock's file locked; ``None`` where it cannot say.
    """
    if holder.host != me.host:
        return False
    if holder.boot and me.boot and holder.boot != me.boot:
        return True
    if is_let_go is False:
        return False
    if holder.space == me.space and holder.started:
        return _start_of(holder.pid) != holder.started
    return bool(is_let_go)


def _is_me(holder: Holder, me: Holder) -> bool:
    return (holder.pid, holder.host, holder.boot, holder.space, holder.started) == (
        me.pid,
        me.host,
        me.boot,
        me.space,
        me.started,
    )


def _taken(lock: Path, mine: Holder, until: float) -> int:
    """Take the lock; gives the open file, which the kernel lets go of when this process ends, however that is."""
    while True:
        if (file := _created(lock, mine)) is not None:
            return file
        holder = _read(lock)
        if holder is not None and not _broken(lock, holder, mine) and time.monotonic() >= until:
            cure = f"wait for it (--wait-lock SECONDS), or remove {lock} if that run is surely over"
            raise Locked(f"{lock.parent}: another run is at work there: {holder}; {cure}")
        if holder is None and lock.exists() and time.monotonic() >= until:
            raise Locked(f"{lock}: no lock of this tool; remove it if no run is at work")
        time.sleep(PAUSE if holder is not None else PAUSE / 10)


def _created(lock: Path, mine: Holder) -> int | None:
    """The lock's file, open and locked, if there was none; it is never seen without what it says."""
    temporary = lock.with_name(f".{LOCK}-{mine.token}.part")
    file = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644)
    try:
        said = msgspec.json.format(msgspec.json.encode(mine)) + b"\n"
        while said:  # a disk that is nearly full takes a part
            said = said[os.write(file, said) :]
        os.fsync(file)
        with contextlib.suppress(OSError):  # some network file systems cannot
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _named(temporary, lock)
    except FileExistsError:
        os.close(file)
        return None
    except BaseException:
        os.close(file)
        raise
    finally:
        temporary.unlink(missing_ok=True)
    return file


def _named(temporary: Path, lock: Path) -> None:
    """Give a file the lock's name if nothing has it.

    Raises:
        FileExistsError: something has.
    """
    try:
        os.link(temporary, lock)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))  # a disk without links: reserve the name
        temporary.replace(lock)


def _broken(lock: Path, holder: Holder, me: Holder) -> bool:
    """Remove a dead holder's lock; gives whether it is gone."""
    if not is_surely_dead(holder, me, _is_let_go(lock)):
        return False
    with (lock.with_name(GUARD)).open("a") as guard:
        with contextlib.suppress(OSError):
            fcntl.flock(guard, fcntl.LOCK_EX)
        if _read(lock) == holder:
            lock.unlink(missing_ok=True)
    return True


def _read(lock: Path) -> Holder | None:
    """What a lock says; ``None`` where there is none, or no sense in it."""
    try:
        return msgspec.json.decode(lock.read_bytes(), type=Holder)
    except (OSError, msgspec.MsgspecError):
        return None


def _is_let_go(lock: Path) -> bool | None:
    """Whether nobody has the file locked, as far as the kernel knows."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _start_of(pid: int) -> str:
    """When a process was started; empty where there is none, where it is over and only its parent has not looked, or
    where the system does not say.
    """

    def of(text: str) -> str:
        fields = text.rpartition(")")[2].split()
        return "" if fields[0] in _OVER else fields[_START]

    return _line(Path(f"/proc/{pid}/stat"), of)


def _space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _line(path: Path, of: Callable[[str], str] = str.strip) -> str:
    try:
        return of(path.read_text("utf-8", "replace"))
    except (OSError, IndexError):
        return ""
