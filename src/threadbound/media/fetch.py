"""Fetching: many pictures at once, politely, into the media store.

Before: pictures that are wanted, each with the addresses at which it may be had. After: each is in the store and its
index, or has a :class:`~threadbound.media.wanted.Trouble` that says why not. What servers say is gone is remembered, so
that a nightly run does not ask for it for weeks. An interrupted run loses nothing that it had fetched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from threadbound.errors import ThreadboundError, unexpected
from threadbound.media import interruptible
from threadbound.media.client import PER_HOST, Client, FetchTrouble
from threadbound.media.places import Place, places
from threadbound.media.policy import origin_of
from threadbound.media.probe import NotAPicture, strictly
from threadbound.media.store import Entry, MediaStore, now
from threadbound.media.wanted import Trouble, Wanted
from threadbound.options import FetchOptions, Step

#: Threads that prove what has come: as many as a small machine has cores, since a decoded picture is large.
PROVERS = 2
#: How long "it is gone" is believed.
GONE_FOR = timedelta(days=30)
#: Seconds that a server may ask us to wait; who asks for more is asked again in the next run.
LONGEST_WAIT = 90.0
#: Pictures in a row for which a server was not there; then it is not asked for more in this run.
PATIENCE = 3
#: Troubles of one address, after which the picture's next one is worth a try.
OTHER_SIZES_MAY_DO = frozenset(
    {"media.gone", "media.refused", "media.not-an-image", "media.unsupported", "media.too-large"}
)
#: What every reason calls the place that was asked, until it is known which it was.
ITS_SERVER = "its server"
#: What of a saved page is a placeholder is from a server no picture.
PLACEHOLDER = "media.not-in-capture"
WHAT = "fetching pictures"


def fetch(wanted: Iterable[Wanted], store: MediaStore, options: FetchOptions, step: Step) -> dict[str, Trouble]:
    """Fetch all that is wanted into ``store``; gives what could not be had, by identity.

    Raises:
        FileTrouble: the store cannot be written.
    """
    unique = list({each.identity: each for each in wanted}.values())
    if not unique:
        return {}
    store.open()
    with strictly(store.max_pixels):
        return interruptible.run(_Run(store, options, step).all(unique))


class _Host:
    """How one host is doing, and when it may be asked next."""

    def __init__(self, wait: float) -> None:
        self.free = asyncio.Semaphore(PER_HOST)
        self.wait = wait
        self.next = 0.0
        self.unanswered = 0
        self.trouble: FetchTrouble | None = None
        """Why it was not there."""

    async def turn(self) -> None:
        """Wait until the host may be asked."""
        clock = asyncio.get_running_loop().time
        start = max(clock(), self.next)
        self.next = start + self.wait if self.wait else self.next
        await asyncio.sleep(start - clock())

    def heed(self, state: RetryCallState) -> None:
        """A host that asks to wait is left alone by every request to it."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, FetchTrouble):
            self.next = max(self.next, asyncio.get_running_loop().time() + error.wait)


class _Run:
    def __init__(self, store: MediaStore, options: FetchOptions, step: Step) -> None:
        self.store, self.options, self.step = store, options, step
        mirror = options.mirror or ""
        self.client = Client(options.timeout, options.proxy_for, origin_of(mirror) if mirror else "")
        self.hosts: dict[str, _Host] = {}
        self.done = self.size = 0

    async def all(self, wanted: list[Wanted]) -> dict[str, Trouble]:
        self.free = asyncio.Semaphore(self.options.jobs)
        self.step(WHAT, 0, len(wanted))
        with ThreadPoolExecutor(PROVERS) as self.provers:
            try:
                told = await asyncio.gather(*(self._counted(each, len(wanted)) for each in wanted))
            finally:
                await self.client.close()
        return {each.identity: trouble for each, trouble in zip(wanted, told, strict=True) if trouble}

    async def _counted(self, wanted: Wanted, total: int) -> Trouble | None:
        async with self.free:
            try:
                trouble = await self._one(wanted)
            except ThreadboundError:  # the store cannot be written
                raise
            except Exception as error:  # noqa: BLE001 - a bug that one picture meets must not cost the others
                trouble = Trouble("media.unreachable", unexpected(error))
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
            troubles.append(Trouble(trouble.code, trouble.reason.replace(ITS_SERVER, place.called)))
        return Trouble(troubles[0].code, "; ".join(trouble.reason for trouble in troubles))

    async def _at(self, wanted: Wanted, place: Place) -> Trouble | None:
        # A page that names a picture wrongly must not hide it from one that names it rightly.
        where = " ".join((place.name, *wanted.candidates))
        gone = self.store.gone(wanted.identity, place.origin, where, since=now() - GONE_FOR)
        if gone and not self.options.ask_again:
            return _gone(gone)
        told: list[FetchTrouble] = []
        for url in wanted.candidates:
            try:
                await self._try(wanted.identity, url, place)
            except FetchTrouble as trouble:
                told.append(trouble)
                if trouble.passing or trouble.code not in OTHER_SIZES_MAY_DO:
                    break
            else:
                return None
        worst = next((trouble for trouble in told if trouble.code != "media.gone"), told[0])
        if worst.code == "media.gone":
            gone = Entry(wanted.identity, place.origin, now(), wanted.candidates[-1])
            self.store.remember(gone, where)
            return _gone(gone)
        return Trouble(worst.code, str(worst))

    async def _try(self, identity: str, url: str, place: Place) -> None:
        """Ask at one address, again and again while that may help."""
        asked = place.ask(url)
        host = self.hosts.setdefault(urlsplit(asked).netloc, _Host(self.options.wait))
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self.options.retries + 1),
            wait=wait_exponential_jitter(multiplier=0.5, max=20.0),
            retry=retry_if_exception(_is_worth_a_retry),
            before_sleep=host.heed,
            reraise=True,
        )
        try:
            await retrying(self._attempt, identity, asked, place, host)
        except FetchTrouble as trouble:
            if trouble.unanswered:
                host.unanswered, host.trouble = host.unanswered + 1, trouble
            raise
        host.unanswered = 0

    async def _attempt(self, identity: str, asked: str, place: Place, host: _Host) -> None:
        async with host.free:
            await host.turn()
            if host.trouble and host.unanswered >= PATIENCE:
                raise FetchTrouble(host.trouble.code, str(host.trouble))
            with self.store.part() as part:
                try:
                    answer = await self.client.download(asked, part, place.hop)
                    told = place.told(answer.url) or place.told(asked)
                    entry = Entry(identity, place.origin, now(), told, headers=answer.headers)
                    await asyncio.get_running_loop().run_in_executor(self.provers, self.store.take, part, entry)
                except OSError as error:
                    raise self.store.trouble(error) from error
                except NotAPicture as error:
                    code = "media.not-an-image" if error.code == PLACEHOLDER else error.code
                    raise FetchTrouble(code, f"its server gives no picture: {error}") from None
        self.size += answer.size


def _gone(entry: Entry) -> Trouble:
    """Told alike on the day and from memory, so that a book made again is the same book."""
    return Trouble("media.gone", f"its server does not have it (asked on {entry.fetched:%Y-%m-%d})")


def _is_worth_a_retry(error: BaseException) -> bool:
    return isinstance(error, FetchTrouble) and error.passing and error.wait <= LONGEST_WAIT
