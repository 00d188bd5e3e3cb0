"""Making a library.

Before: a folder that is empty, or not there. After: a library without threads, which says of itself how it is read.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from threadbound import disk
from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.library import inventory
from threadbound.library.layout import KEPT, MANIFEST, MARKER, README, STATE, Library
from threadbound.library.opening import SOFTWARE, is_library, now, opened
from threadbound.library.records import Marker, written
from threadbound.library.writing import writing

HOW_TO_READ = """This folder is a library of saved threads. It needs no program to be read.

index.html              every thread, with links to its captures (open it in any browser)
index.json              the same for programs
threads/AUTHOR/ID/v1/   one capture of one thread:
  source/               the saved page, byte for byte, and the pictures beside it
  thread.json           the thread as data: every word, link, picture and date
  version.json          when it was saved, when it came here, sha256 of every file
  manifest-sha256.txt   to prove it: cd into the folder, then sha256sum -c manifest-sha256.txt
media/sha256/ab/abcd... pictures, each named after the sha256 of its bytes
products/               books made of the threads; they can be made again
forgotten/              which threads were taken out on purpose, and when
state/                  not part of the archive: may be deleted, and is made again

The program is Threadbound. It is not needed for anything that is said above.
"""


def init(root: Path) -> Library:
    """Make a library in a folder that is empty or not there; one that is a library already stays as it is.

    Raises:
        FileTrouble: there is something else, or the disk refuses.
    """
    if is_library(root):
        return opened(root)
    with disk.explained(root):
        root.mkdir(parents=True, exist_ok=True)
        if foreign := sorted(path.name for path in root.iterdir() if path.name not in {*KEPT, STATE}):
            raise FileTrouble(f"{root}: there is something else in it ({foreign[0]}); name a new or an empty folder")
        marker = Marker(str(uuid.uuid4()), now(), SOFTWARE)
        files = {README: HOW_TO_READ.encode(), MARKER: written(marker)}
        disk.put(root / README, files[README])
        disk.put(root / MANIFEST, inventory.listing({name: sha256(data) for name, data in files.items()}))
        disk.put(root / MARKER, files[MARKER])  # last: only now is it a library
        disk.sync_folder(root.absolute().parent)
    with writing(root) as desk:
        desk.renew()
    return desk.library
