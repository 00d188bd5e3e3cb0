"""The network, and the only module that imports pycurl.

Before: an address that may be asked. After: its bytes in a file, or a :class:`FetchTrouble` that says why not. A name
is resolved here, what it resolves to is judged, and the connection goes to that very address; when libcurl opens its
socket, the address is judged once more. So nothing that a name server, a redirect or a second look-up says leads into
a private network. Only the user's own mirror and proxy may stand there. No cookie, no password and no address of
another page is ever sent.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import certifi
import pycurl
from msgspec import Struct

from threadbound import __version__
from threadbound.media import lookups
from threadbound.media.answers import PIECE, FetchTrouble, Sink
from threadbound.media.policy import PORTS, WAYBACK, ascii_host, is_public, origin_of
from threadbound.options import Authorities, FetchOptions

USER_AGENT = f"Threadbound/{__version__} (archives saved threads)"
MAX_REDIRECTS = 5
#: Requests at a time to one host.
PER_HOST = 16
#: Fewer where more are known to be refused: the Wayback Machine shuts out who opens some fifteen connections a minute.
GENTLY = {WAYBACK: 2}
#: Connections that are kept open in all: a page may name thousands of hosts, and a process may open a thousand files.
KEPT = 64
#: Seconds to connect, at most; ``--timeout`` may ask for less.
CONNECT = 10.0
#: The whole of one picture may take so many times as long as a server may be silent.
WHOLE = 4
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED = 304
FOR_A_PICTURE = ("Accept: image/*", "Accept-Encoding: identity")
#: What the index keeps of an answer.
KEPT_HEADERS = ("content-type", "content-length", "etag", "last-modified", "date", "server")
#: What may stand in a path and a query as it is; the rest is percent-encoded.
_PLAIN = "/%:@!$&'()*+,;=~-._?"


class Answer(Struct, frozen=True):
    """What a server gave, beside the bytes."""

    url: str
    """The address at the end of all redirects."""
    size: int
    """Bytes."""
    headers: dict[str, str]
    is_same: bool = False
    """What the request named is still the newest: nothing came."""


_BROKEN = ("media.not-allowed", "its address is broken", False)
_DISTRUSTED = (
    "media.unreachable",
    "its server cannot prove who it is: no certificate that is to be trusted (SSL_CERT_FILE names authorities)",
    True,
)
_UNFOUND = ("media.unreachable", "the name of its server cannot be resolved; is there a connection?", True)
_UNREACHED = ("media.unreachable", "its server cannot be reached", True)
_BROKEN_OFF = ("media.unreachable", "the connection broke off", False)
#: libcurl's errors: the notice's code, what a user is told, and whether the server was not there at all.
TROUBLES = {
    pycurl.E_URL_MALFORMAT: _BROKEN,
    pycurl.E_UNSUPPORTED_PROTOCOL: _BROKEN,
    pycurl.E_COULDNT_RESOLVE_HOST: _UNFOUND,
    pycurl.E_COULDNT_RESOLVE_PROXY: ("media.unreachable", "the name of the proxy cannot be resolved", True),
    pycurl.E_COULDNT_CONNECT: _UNREACHED,
    pycurl.E_OPERATION_TIMEDOUT: ("media.timeout", "its server did not answer", True),
    pycurl.E_SSL_CONNECT_ERROR: _DISTRUSTED,
    pycurl.E_PEER_FAILED_VERIFICATION: _DISTRUSTED,
    pycurl.E_SSL_CACERT_BADFILE: _DISTRUSTED,
}
#: What libcurl says where a proxy refuses to tunnel.
BY_A_PROXY = frozenset({pycurl.E_COULDNT_CONNECT, pycurl.E_RECV_ERROR})


class Client:
    """Connections to many hosts, each kept open while it is needed.

    Args:
        options: the user's: timeout, proxies, authorities.
        trusted: the user's mirror, ``scheme://host:port``: it may stand in a private network.
    """

    def __init__(self, options: FetchOptions, trusted: str = "") -> None:
        self.timeout = options.timeout
        self.proxy_for = options.proxy_for
        self.trusted = trusted
        self._authorities = _authorities(options.authorities)
        self._lookups: dict[str, asyncio.Task[list[str]]] = {}
        self._free: dict[str, asyncio.Semaphore] = {}
        """How many requests a host may be given yet. Were libcurl told, it would wait, and that looks like silence."""
        self._multi = pycurl.AsyncCurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, KEPT)

    async def download(
        self, url: str, path: Path, hop: Callable[[str], str], headers: Sequence[str] = FOR_A_PICTURE
    ) -> Answer:
        """Write what is at ``url`` to ``path``.

        Args:
            url: where.
            path: a file; what it held is lost.
            hop: asked before each request, redirects included: gives the address to ask, or raises FetchTrouble.
            headers: of the request; where they name a version, the answer may be that it is still the newest.

        Raises:
            FetchTrouble: it cannot be had.
            OSError: the file cannot be written.
        """
        try:
            async with asyncio.timeout(self.timeout * WHOLE) as limit:
                return await self._download(url, path, hop, headers, limit)
        except TimeoutError:
            reason = f"it took longer than {self.timeout * WHOLE:.0f} seconds"
            raise FetchTrouble("media.timeout", reason, unanswered=True) from None

    async def close(self) -> None:
        """Close every connection."""
        await self._multi.aclose()

    async def _download(
        self, url: str, path: Path, hop: Callable[[str], str], headers: Sequence[str], limit: asyncio.Timeout
    ) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            url = hop(url)
            async with self._turn(url, limit):
                with path.open("wb") as file:
                    sink = Sink(file)
                    await self._ask(_spelled(url), sink, headers)
            if sink.status in REDIRECTS and (where := sink.headers.get("location")):
                try:
                    url = urljoin(url, where)
                except ValueError:
                    raise FetchTrouble(*_BROKEN[:2]) from None
                continue
            if sink.status == NOT_MODIFIED and headers is not FOR_A_PICTURE:
                return Answer(url, 0, {}, is_same=True)
            sink.judge()
            return Answer(url, sink.size, {name: sink.headers[name] for name in KEPT_HEADERS if name in sink.headers})
        raise FetchTrouble("media.refused", f"its server redirects more than {MAX_REDIRECTS} times")

    @asynccontextmanager
    async def _turn(self, url: str, limit: asyncio.Timeout) -> AsyncIterator[None]:
        """Wait until the host of ``url`` may be given one more request; that is no time of its server's."""
        host = urlsplit(url).hostname or ""
        free = self._free.setdefault(host, asyncio.Semaphore(GENTLY.get(host, PER_HOST)))
        clock, until = asyncio.get_running_loop().time, limit.when()
        began = clock()
        limit.reschedule(None)
        async with free:
            limit.reschedule(None if until is None else until + clock() - began)
            yield

    async def _ask(self, url: str, sink: Sink, headers: Sequence[str]) -> None:
        """Make one request; the answer goes to ``sink``."""
        proxy = self.proxy_for(url)
        is_trusted = proxy is not None or (self.trusted != "" and origin_of(url) == self.trusted)
        curl = self._handle(url, proxy, headers)
        if proxy is None:
            curl.setopt(pycurl.RESOLVE, [await self._resolved(url, is_trusted=is_trusted)])
        curl.setopt(pycurl.OPENSOCKETFUNCTION, lambda _, address: self.opened(address, is_trusted=is_trusted))
        curl.setopt(pycurl.HEADERFUNCTION, sink.header)
        curl.setopt(pycurl.WRITEFUNCTION, sink.write)
        try:
            await self._transfer(curl, sink)
        except pycurl.error as error:
            if sink.trouble:
                raise sink.trouble from None
            if sink.has_enough:
                return
            code, reason, unanswered = TROUBLES.get(error.args[0], _BROKEN_OFF)
            if proxy is not None and error.args[0] in BY_A_PROXY:
                reason = "the proxy does not let it through"
            is_passing = (code, reason, unanswered) not in (_BROKEN, _DISTRUSTED)
            raise FetchTrouble(code, reason, passing=is_passing, unanswered=unanswered) from error
        finally:
            curl.close()

    async def _transfer(self, curl: pycurl.Curl, sink: Sink) -> None:
        """Let libcurl work until it is done, or until nothing has come for too long."""
        clock = asyncio.get_running_loop().time
        sink.last, sink.clock = clock(), clock
        transfer = self._multi.add_handle(curl)
        try:
            while not transfer.done():
                left = sink.last + self.timeout - clock()
                if left <= 0:
                    raise FetchTrouble("media.timeout", "its server fell silent", passing=True, unanswered=True)
                await asyncio.wait((transfer,), timeout=left)
            transfer.result()
        finally:
            if not transfer.done():
                self._multi.remove_handle(curl)

    def _handle(self, url: str, proxy: str | None, headers: Sequence[str]) -> pycurl.Curl:
        """A request, in every respect but where its answer goes. Nothing of it comes from the environment."""
        curl = pycurl.Curl()
        for option, value in {
            pycurl.URL: url,
            pycurl.PATH_AS_IS: 1,
            pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_2TLS,
            pycurl.PIPEWAIT: 1,
            pycurl.FOLLOWLOCATION: 0,
            pycurl.PROXY: proxy or "",
            pycurl.NOPROXY: "",
            pycurl.CONNECTTIMEOUT_MS: int(min(CONNECT, self.timeout) * 1000),
            pycurl.NOSIGNAL: 1,
            pycurl.BUFFERSIZE: PIECE,
            pycurl.USERAGENT: USER_AGENT,
            pycurl.HTTPHEADER: list(headers),
            **self._authorities,
        }.items():
            curl.setopt(option, value)
        return curl

    async def _resolved(self, url: str, *, is_trusted: bool) -> str:
        """What the address's host resolves to, as libcurl is told it: ``HOST:PORT:ADDRESS,…``, judged."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        found = await self._looked_up(host, port)
        good = found if is_trusted else [each for each in found if is_public(lookups.numbers(each))]
        if not good:
            raise FetchTrouble("media.not-allowed", f"{host} leads to {found[0]}, which is not a public address")
        name = f"[{host}]" if ":" in host else host
        return f"{name}:{port}:{','.join(f'[{each}]' if ':' in each else each for each in good)}"

    async def _looked_up(self, host: str, port: int) -> list[str]:
        """What a name resolves to: asked once, however many wait for it, and once more if it was not found."""
        lookup = self._lookups.get(host)
        if lookup is None or (lookup.done() and lookup.exception()):
            lookup = self._lookups[host] = asyncio.ensure_future(lookups.look_up(host, port))
        try:
            return await asyncio.wait_for(asyncio.shield(lookup), CONNECT)
        except TimeoutError:
            reason = f"the name {host} cannot be resolved: the name server does not answer; is there a connection?"
            raise FetchTrouble("media.timeout", reason, passing=True, unanswered=True) from None
        except (OSError, UnicodeError):
            reason = f"the name {host} cannot be resolved; is there a connection?"
            raise FetchTrouble("media.unreachable", reason, passing=True, unanswered=True) from None

    def opened(self, address: tuple[int, int, int, Any], *, is_trusted: bool) -> socket.socket | int:
        """The socket for a connection to ``address`` (family, kind, protocol, place), or a refusal."""
        family, kind, protocol, place = address
        if family not in (socket.AF_INET, socket.AF_INET6) or not (is_trusted or is_public(lookups.numbers(place[0]))):
            return int(pycurl.SOCKET_BAD)
        return lookups.Lent(family, kind, protocol)


def _spelled(url: str) -> str:
    """The address in ASCII, put together anew from what was judged, so that nothing reads it otherwise.

    Raises:
        FetchTrouble: its host can be no name.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        host = ascii_host(host)
        target = quote(target, safe=_PLAIN)
    except UnicodeError:  # idna's errors are such, too
        raise FetchTrouble(*_BROKEN[:2]) from None
    place = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{place}{port}{target}"


def _authorities(given: Authorities) -> dict[int, str]:
    """Whose certificates are trusted: those that the user names, else the system's, else Mozilla's."""
    if given.file or given.folder:
        chosen = {pycurl.CAINFO: given.file, pycurl.CAPATH: given.folder}
        return {option: str(path) for option, path in chosen.items() if path}
    system = ssl.get_default_verify_paths().openssl_cafile
    return {pycurl.CAINFO: system if Path(system).is_file() else certifi.where()}
