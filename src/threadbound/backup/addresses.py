"""Lists of thread pages to save: asked politely, and stored as they came.

Before: files with an address a line, and what earlier runs were told. After :func:`fetch`: each page that is new, or
that its server says has changed, lies in a folder as it came, with a note of the answer beside it; what could not be
had is named with the reason. Hosts are asked at the same time, each for one page after another, with a pause between;
what a host's robots.txt does not allow is not asked for (RFC 9309). Only public addresses are asked, as for pictures.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from threadbound import disk
from threadbound.book.naming import safe
from threadbound.digests import sha256
from threadbound.errors import FileTrouble
from threadbound.media import interruptible
from threadbound.media.answers import FetchTrouble
from threadbound.media.client import Answer, Client
from threadbound.media.places import Place, places
from threadbound.media.policy import Policy, origin_of
from threadbound.options import FetchOptions

#: Lines of one list, and bytes of it.
MOST = 100_000
MAX_BYTES = 16 * 1024 * 1024
#: What robots.txt files call this program.
ROBOT = "Threadbound"
#: Bytes of a robots.txt that are read (RFC 9309 §2.5 asks for at least 500 KiB).
ROBOTS_BYTES = 512 * 1024
#: Longest pause between two requests that a host can ask for.
LONGEST_PAUSE = 300.0
ACCEPT = ("Accept: text/html,application/xhtml+xml", "Accept-Encoding: identity")
NOTE = "response.json"


class Known(Struct, frozen=True):
    """What a server said of a page when it last gave it."""

    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """For a request that wants nothing unless the page has changed."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return tuple(f"{name}: {value}" for name, value in said.items() if value)


class Fetched(Struct, frozen=True):
    """A page that came."""

    address: str
    page: Path
    """As it came; the answer's headers lie in its folder."""
    known: Known


class Same(Struct, frozen=True):
    """A page that has not changed."""

    address: str


class Missed(Struct, frozen=True):
    """A page that could not be had."""

    address: str
    reason: str


Outcome = Fetched | Same | Missed


def read_list(path: Path) -> tuple[list[str], list[str]]:
    """The addresses of a list, each once, and a line for each that is none.

    Raises:
        FileTrouble: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            lines = file.read(MAX_BYTES).decode("utf-8-sig", "replace").splitlines()[:MOST]
    except OSError as error:
        raise FileTrouble(f"{path}: this list of addresses cannot be read: {error.strerror}; check the path") from error
    found: dict[str, None] = {}
    wrong: list[str] = []
    for number, line in enumerate(lines, 1):
        address = line.partition(" #")[0].strip() if not line.lstrip().startswith("#") else ""
        if not address:
            continue
        if reason := Policy().refusal(address):
            wrong.append(f"{path}, line {number}: {address[:200]}: {reason}")
        else:
            found[address] = None
    return list(found), wrong


def fetch(
    addresses: Sequence[str], folder: Path, known: dict[str, Known], options: FetchOptions, pause: float
) -> list[Outcome]:
    """Ask for pages; gives what became of each, in their order.

    Args:
        addresses: which.
        folder: where they go.
        known: what servers said of pages that are had already.
        options: how: never while offline.
        pause: seconds between two requests to one host, at least.

    Raises:
        FileTrouble: the folder cannot be written.
    """
    if options.offline or not addresses:
        return []
    with disk.explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return interruptible.run(_Round(folder, known, options, pause).all(addresses))


class _Round:
    def __init__(self, folder: Path, known: dict[str, Known], options: FetchOptions, pause: float) -> None:
        self.folder, self.known, self.options, self.pause = folder, known, options, pause
        self.client = Client(options, origin_of(options.mirror or ""))

    async def all(self, addresses: Sequence[str]) -> list[Outcome]:
        hosts: dict[str, list[str]] = {}
        for address in addresses:
            hosts.setdefault(urlsplit(address).netloc.lower(), []).append(address)
        try:
            told = await asyncio.gather(*(self._host(each) for each in hosts.values()))
        finally:
            await self.client.close()
        by_address = {outcome.address: outcome for outcomes in told for outcome in outcomes}
        return [by_address[address] for address in addresses]

    async def _host(self, addresses: Sequence[str]) -> list[Outcome]:
        """One page of a host after another."""
        place = next(places(_policy(addresses[0]), None, self.options))
        try:
            robots = await self._robots(addresses[0], place)
        except FetchTrouble as trouble:
            reason = f"whether it may be asked is not known, since its robots.txt cannot be had: {trouble}"
            return [Missed(address, reason) for address in addresses]
        pause = max(self.pause, min(float(robots.crawl_delay(ROBOT) or 0), LONGEST_PAUSE))
        outcomes: list[Outcome] = []
        for address in addresses:
            if not robots.can_fetch(address, ROBOT):
                outcomes.append(Missed(address, "its robots.txt does not allow it; save the page by hand"))
                continue
            await asyncio.sleep(pause if outcomes else 0)
            outcomes.append(await self._page(address, place))
        return outcomes

    async def _robots(self, address: str, place: Place) -> Any:  # noqa: ANN401 - Protego has no types
        """What the host's robots.txt allows; everything where it has none.

        Raises:
            FetchTrouble: it cannot be had, though it may be there: then nothing may be asked (RFC 9309 §2.3.1.4).
        """
        from protego import Protego  # noqa: PLC0415 - only where a list is read

        parts = urlsplit(address)
        with tempfile.TemporaryDirectory(prefix="threadbound-") as folder:
            file = Path(folder) / "robots.txt"
            try:
                url = place.ask(f"{parts.scheme}://{parts.netloc}/robots.txt")
                await self.client.download(url, file, place.hop, ("Accept: text/plain", ACCEPT[1]))
                text = file.read_bytes()[:ROBOTS_BYTES].decode("utf-8", "replace")
            except FetchTrouble as trouble:
                if trouble.passing or trouble.unanswered or trouble.code not in {"media.gone", "media.refused"}:
                    raise
                text = ""
        return Protego.parse(text)

    async def _page(self, address: str, place: Place) -> Outcome:
        known = self.known.get(address, Known())
        page = self.folder / _name(address)
        part = page.with_suffix(".part")
        try:
            answer = await self.client.download(place.ask(address), part, place.hop, (*ACCEPT, *known.headers))
            if answer.is_same:
                return Same(address)
            self._keep(part, page, address, answer)
        except FetchTrouble as trouble:
            return Missed(address, str(trouble))
        finally:
            part.unlink(missing_ok=True)
        said = Known(answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
        return Fetched(address, page, said)

    def _keep(self, part: Path, page: Path, address: str, answer: Answer) -> None:
        """The page as it came, and what its server said of it, in the folder that is the page's."""
        note = {
            "address": address,
            "answered_by": answer.url,
            "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
            "headers": answer.headers,
            "sha256": sha256(part.read_bytes()),
        }
        beside = page.with_name(f"{page.stem}_files")
        beside.mkdir(exist_ok=True)
        (beside / NOTE).write_bytes(msgspec.json.format(msgspec.json.encode(note)) + b"\n")
        part.replace(page)


def _policy(address: str) -> Policy:
    """The host itself, with and without ``www``: a redirect leads nowhere else."""
    host = (urlsplit(address).hostname or "").lower()
    bare = host.removeprefix("www.")
    return Policy(frozenset({host, bare, f"www.{bare}"}))


def _name(address: str) -> str:
    """A name for the page's file, which no other address has."""
    parts = urlsplit(address)
    stem = safe(f"{parts.hostname}-{Path(parts.path).stem}")[:60].rstrip(" .-") or "page"
    return f"{stem}-{sha256(address.encode('utf-8', 'surrogatepass'))[:12]}.html"
