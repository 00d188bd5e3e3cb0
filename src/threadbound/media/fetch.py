"""Fetching: many pictures at once, politely, into the media store.

Before: pictures that are wanted, each with the addresses at which it may be had. After: each is in the store and its
index, or has a :class:`~threadbound.media.wanted.Trouble` that says why not. What servers say is gone is remembered, so
that a nightly run does not ask for it for weeks. An interrupted run loses nothing that it had fetched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from msgspec.structs import replace
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from threadbound.media import asking, interruptible
from threadbound.media.answers import FetchTrouble
from threadbound.media.client import PER_HOST, Client
from threadbound.media.places import Place, places
from threadbound.media.policy import origin_of
from threadbound.media.probe import NotAPicture, strictly
from threadbound.media.store import Entry, MediaStore, now
from threadbound.media.wanted import Trouble, Wanted
from threadbound.options import FetchOptions, Step

#: Threads that prove what has come: as many as a small machine has cores, since a decoded picture is large.
PROVERS = 2
#: Seconds that a server may ask us to wait; who asks for more is asked again in the next run.
LONGEST_WAIT = 90.0
#: Pictures in a row that a server did not give after all tries; then it is not asked for more in this run.
PATIENCE = 3
#: What of a saved page is a placeholder is from a server no picture.
PLACEHOLDER = "media.not-in-capture"
WHAT = "fetching pictures"


def fetch(
    wanted: Iterable[Wanted], store: MediaStore, options: FetchOptions, step: Step, closed: dict[str, str] | None = None
) -> dict[str, Trouble]:
    """Fetch all that is wanted into ``store``; gives what could not be had, by identity.

    Args:
        wanted: the pictures.
        store: where they go.
        options: how.
        step: told how many are done.
        closed: hosts that are not asked any more, and why; more are added.

    Raises:
        FileTrouble: the store cannot be written.
    """
    # Workers, who read pages, do not see what had no room in the store.
    unique = list({each.identity: each for each in wanted if not store.went_elsewhere(each.identity)}.values())
    if not unique:
        return {}
    store.open()
    with strictly(store.max_pixels):
        return interruptible.run(_Run(store, options, step, {} if closed is None else closed).all(unique))


class _Host:
    """How one host is doing, and when it may be asked next."""

    def __init__(self, name: str, wait: float, closed: dict[str, str]) -> None:
        self.name, self.wait, self.closed = name, wait, closed
        self.free = asyncio.Semaphore(PER_HOST)
        self.next = 0.0
        self.failures = 0

    async def turn(self) -> None:
        """Wait until the host may be asked.

        Raises:
            FetchTrouble: it may not, in this run.
        """
        clock = asyncio.get_running_loop().time
        self._refuse()
        while (left := self.next - clock()) > 0:  # noqa: ASYNC110 - a time, which others may move, is no event
            await asyncio.sleep(left)
        self._refuse()
        if self.wait:
            self.next = clock() + self.wait

    def _refuse(self) -> None:
        if reason := self.closed.get(self.name):
            raise FetchTrouble("media.unreachable", reason)

    def heed(self, trouble: FetchTrouble) -> None:
        """A host that asks to wait is left alone by every request to it; for good, if it asks for long."""
        if trouble.wait > LONGEST_WAIT:
            self.closed[self.name] = str(trouble)
        else:
            self.next = max(self.next, asyncio.get_running_loop().time() + trouble.wait)

    def ended(self, trouble: FetchTrouble | None) -> None:
        """A picture was had, or given up after all tries. So many given up in a row, and the host is."""
        is_down = trouble is not None and (trouble.passing or trouble.unanswered)
        self.failures = self.failures + 1 if is_down else 0
        if self.failures >= PATIENCE:
            self.closed.setdefault(self.name, str(trouble))


class _Run:
    def __init__(self, store: MediaStore, options: FetchOptions, step: Step, closed: dict[str, str]) -> None:
        self.store, self.options, self.step, self.closed = store, options, step, closed
        self.client = Client(options, origin_of(options.mirror or ""))
        self.hosts: dict[str, _Host] = {}
        self.free = asyncio.Semaphore(options.jobs)
        self.provers = ThreadPoolExecutor(PROVERS)
        self.done = self.size = 0

    async def all(self, wanted: list[Wanted]) -> dict[str, Trouble]:
        self.step(WHAT, 0, len(wanted))
        with self.provers:
            asked = [asyncio.ensure_future(self._counted(each, len(wanted))) for each in wanted]
            try:
                told = await asyncio.gather(*asked)
            finally:  # where one of them ends all, nobody would hear how the others do
                for each in asked:
                    each.cancel()
                await asyncio.gather(*asked, return_exceptions=True)
                await self.client.close()
        return {each.identity: trouble for each, trouble in zip(wanted, told, strict=True) if trouble}

    async def _counted(self, wanted: Wanted, total: int) -> Trouble | None:
        async with self.free:
            trouble = await self._one(wanted)
        self.done += 1
        self.step(WHAT, self.done, total, self.size)
        return trouble

    async def _one(self, wanted: Wanted) -> Trouble | None:
        """Ask one place after another; every place's trouble is told, under the code of the first."""
        troubles: list[Trouble] = []
        for place in places(wanted.policy, wanted.near, self.options):
            trouble = await self._at(wanted, place)
            if trouble is None:
                return None
            troubles.append(trouble)
        return asking.of_all(troubles)

    async def _at(self, wanted: Wanted, place: Place) -> Trouble | None:
        """Ask one place for one address after another: from it a smaller size may be had where a larger is not."""
        told: list[FetchTrouble] = []
        for url in wanted.candidates:
            try:
                is_best = url == wanted.candidates[0] and place.origin != "wayback"
                await self._try(wanted.identity, url, place, is_best=is_best)
            except FetchTrouble as trouble:
                told.append(trouble)
                if asking.ends(trouble):
                    break
            else:
                return None
        return asking.of_place(told, place)

    async def _try(self, identity: str, url: str, place: Place, *, is_best: bool) -> None:
        """Ask at one address, again and again while that may help; not at all, if it is known to have nothing."""
        asked = asking.address(url, place, self.store, self.options)
        name = urlsplit(asked).netloc
        host = self.hosts.setdefault(name, _Host(name, self.options.wait, self.closed))
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self.options.retries + 1),
            wait=wait_exponential_jitter(multiplier=0.5, max=20.0),
            retry=retry_if_exception(_is_worth_a_retry),
            reraise=True,
        )
        entry = Entry(identity, place.origin, now(), asked, is_best=is_best)
        try:
            await retrying(self._attempt, entry, place, host)
        except FetchTrouble as trouble:
            host.ended(trouble)
            if trouble.code != "media.gone":
                raise
            gone = Entry(url, place.origin, now(), url)
            self._remember(gone, place)
            raise asking.gone(gone) from None
        host.ended(None)

    async def _attempt(self, entry: Entry, place: Place, host: _Host) -> None:
        async with host.free:
            await host.turn()
            try:
                size = await self._kept(entry, place, host)
            except FetchTrouble as trouble:
                host.heed(trouble)
                raise
        self.size += size

    async def _kept(self, entry: Entry, place: Place, host: _Host) -> int:
        """Have the picture in the store, or where it lies when the disk of the store is full; gives its size."""
        try:
            return await self._taken(entry, place)
        except OSError as error:
            if not self.store.goes_elsewhere(error):
                raise self.store.trouble(error) from error
        await host.turn()
        try:
            return await self._taken(entry, place)
        except OSError as error:
            raise self.store.trouble(error) from error

    async def _taken(self, entry: Entry, place: Place) -> int:
        """Have the picture in the store; gives its size."""
        with self.store.part() as part:
            try:
                answer = await self.client.download(entry.url, part, place.hop)
                told = place.told(answer.url) or place.told(entry.url)
                known = replace(entry, url=told, fetched=now(), headers=answer.headers)
                await asyncio.get_running_loop().run_in_executor(self.provers, self.store.take, part, known)
            except NotAPicture as error:
                code = "media.not-an-image" if error.code == PLACEHOLDER else error.code
                raise FetchTrouble(code, f"its server gives no picture: {error}") from None
        return answer.size

    def _remember(self, gone: Entry, place: Place) -> None:
        try:
            try:
                self.store.remember(gone, place.name)
            except OSError as error:
                if not self.store.goes_elsewhere(error):
                    raise
                self.store.remember(gone, place.name)
        except OSError as error:
            raise self.store.trouble(error) from error


def _is_worth_a_retry(error: BaseException) -> bool:
    return isinstance(error, FetchTrouble) and error.passing and error.wait <= LONGEST_WAIT
