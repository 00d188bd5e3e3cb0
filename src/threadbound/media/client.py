"""The network, and the only module that imports httpx2.

Before: an address that may be asked. After: its bytes in a file, or a :class:`FetchTrouble` that says why not. A name
is resolved here, what it resolves to is judged, and the connection goes to that very address; so nothing that a name
server, a redirect or a second look-up says leads into a private network. Only the user's own mirror and proxy may
stand there. No cookie, no password and no address of another page is ever sent.
"""

from __future__ import annotations

import asyncio
import email.utils
import ipaddress
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from msgspec import Struct

from threadbound import __version__
from threadbound.media.policy import PORTS, is_public, origin_of

USER_AGENT = f"Threadbound/{__version__} (archives saved threads)"
#: Bytes of one picture, enforced while they come.
MAX_BYTES = 64 * 1024 * 1024
#: Bytes that are unpacked, and written, at a time.
PIECE = 1024 * 1024
MAX_REDIRECTS = 5
#: Connections to one host.
PER_HOST = 16
#: Hosts whose connections are kept open: a page may name thousands, and a process may open a thousand files or so.
KEPT_HOSTS = 16
#: Seconds to connect, at most; ``--timeout`` may ask for less.
CONNECT = 10.0
#: The whole of one picture may take so many times as long as a server may be silent.
WHOLE = 4
#: What servers say that a later time may bring (RFC 9110 §15).
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE = frozenset({404, 410})
#: What the index keeps of an answer.
KEPT = ("content-type", "content-length", "etag", "last-modified", "date", "server")


class FetchTrouble(Exception):
    """A picture that could not be had."""

    def __init__(
        self, code: str, reason: str, *, passing: bool = False, unanswered: bool = False, wait: float = 0.0
    ) -> None:
        super().__init__(reason)
        self.code = code
        """The notice's."""
        self.passing = passing
        """Whether it may be over in a moment."""
        self.unanswered = unanswered
        """Whether the server was not there at all."""
        self.wait = wait
        """Seconds that the server asks to wait."""


class Answer(Struct, frozen=True):
    """What a server gave, beside the bytes."""

    url: str
    """The address at the end of all redirects."""
    size: int
    """Bytes."""
    headers: dict[str, str]


#: What goes wrong on the way, the narrower first, and what a user is told of it.
TROUBLES: dict[type[Exception], tuple[str, str, bool]] = {
    httpx2.ConnectTimeout: ("media.timeout", "its server did not answer", True),
    httpx2.TimeoutException: ("media.timeout", "its server fell silent", True),
    httpx2.ProxyError: ("media.unreachable", "the proxy does not let it through", True),
    httpx2.ConnectError: ("media.unreachable", "its server cannot be reached", True),
    httpx2.TransportError: ("media.unreachable", "the connection broke off", False),
}


#: The same where the connection is not secure.
DISTRUST = "its server cannot prove who it is: no certificate that is to be trusted (SSL_CERT_FILE names authorities)"


class Client:
    """Connections to many hosts, each kept open while it is needed.

    Args:
        timeout: seconds that a server may be silent.
        proxy_for: the proxy for an address.
        trusted: the user's mirror, ``scheme://host:port``: it may stand in a private network.
    """

    def __init__(self, timeout: float, proxy_for: Callable[[str], str | None], trusted: str = "") -> None:
        self.timeout = timeout
        self.proxy_for = proxy_for
        self.trusted = trusted
        self._tls = httpx2.create_ssl_context()
        self._transports: dict[str, httpx2.AsyncHTTPTransport] = {}
        self._addresses: dict[str, list[str]] = {}

    async def download(self, url: str, path: Path, hop: Callable[[str], str]) -> Answer:
        """Write what is at ``url`` to ``path``.

        Args:
            url: where.
            path: a file; what it held is lost.
            hop: asked before each request, redirects included: gives the address to ask, or raises FetchTrouble.

        Raises:
            FetchTrouble: it cannot be had.
            OSError: the file cannot be written.
        """
        with _told():
            try:
                async with asyncio.timeout(self.timeout * WHOLE):
                    return await self._download(url, path, hop)
            except TimeoutError:
                reason = f"it took longer than {self.timeout * WHOLE:.0f} seconds"
                raise FetchTrouble("media.timeout", reason, unanswered=True) from None

    async def close(self) -> None:
        """Close every connection."""
        for transport in self._transports.values():
            await transport.aclose()

    async def _download(self, url: str, path: Path, hop: Callable[[str], str]) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            url = hop(url)
            response = await self._ask(url)
            try:
                if response.has_redirect_location:
                    url = str(httpx2.URL(url).join(response.headers["location"]))
                    continue
                _judge(response)
                size = await _save(response, path)
                return Answer(url, size, {name: response.headers[name] for name in KEPT if name in response.headers})
            finally:
                await response.aclose()
        raise FetchTrouble("media.refused", f"its server redirects more than {MAX_REDIRECTS} times")

    async def _ask(self, url: str) -> httpx2.Response:
        timeout = httpx2.Timeout(self.timeout, connect=min(CONNECT, self.timeout)).as_dict()
        headers = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": USER_AGENT}
        request = httpx2.Request("GET", url, headers=headers, extensions={"timeout": timeout})
        if proxy := self.proxy_for(url):
            return await self._through(f"proxy {proxy}", proxy).handle_async_request(request)
        if self.trusted and origin_of(url) == self.trusted:
            return await self._through(self.trusted).handle_async_request(request)
        return await self._ask_directly(request)

    async def _ask_directly(self, request: httpx2.Request) -> httpx2.Response:
        """Ask at the addresses that the name resolves to, in turn, until one lets itself be connected to."""
        host = request.url.raw_host.decode("ascii")  # as it stands in Host: IDNA has two readings of one name
        addresses = self._addresses.get(host) or await self._resolved(
            host, request.url.port or PORTS[request.url.scheme]
        )
        for address in list(addresses):
            there = httpx2.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,  # the name stays in Host
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                return await self._through(host).handle_async_request(there)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if address == addresses[-1]:
                    raise
        raise AssertionError("unreachable")  # there is an address, and the last one raises

    async def _resolved(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise FetchTrouble("media.unreachable", f"{host} is not found", passing=True, unanswered=True) from None
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        public = [each for each in addresses if is_public(ipaddress.ip_address(each.partition("%")[0]))]
        if not public:
            raise FetchTrouble("media.not-allowed", f"{host} leads to {addresses[0]}, which is not a public address")
        self._addresses[host] = public
        return public

    def _through(self, key: str, proxy: str | None = None) -> httpx2.AsyncHTTPTransport:
        """The connections that are kept for one host: two hosts never share one, though they share an address."""
        if key not in self._transports:
            idle = PER_HOST if len(self._transports) < KEPT_HOSTS else 0
            limits = httpx2.Limits(max_connections=PER_HOST, max_keepalive_connections=idle, keepalive_expiry=30)
            self._transports[key] = httpx2.AsyncHTTPTransport(verify=self._tls, http2=True, limits=limits, proxy=proxy)
        return self._transports[key]


@contextmanager
def _told() -> Iterator[None]:
    """Errors of the library as troubles."""
    try:
        yield
    except (httpx2.InvalidURL, ValueError):  # some broken names are found out only by urllib, IDNA or TLS
        raise FetchTrouble("media.not-allowed", "its address is broken") from None
    except httpx2.TransportError as error:
        code, reason, unanswered = next(told for kind, told in TROUBLES.items() if isinstance(error, kind))
        reason = DISTRUST if _is_about_tls(error) else reason
        raise FetchTrouble(code, reason, passing=True, unanswered=unanswered) from error


def _is_about_tls(error: BaseException | None) -> bool:
    """Whether an error of TLS lies under it."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__context__
    return error is not None


def _judge(response: httpx2.Response) -> None:
    """Whether an answer may hold a picture."""
    status = response.status_code
    if status in GONE:
        raise FetchTrouble("media.gone", f"its server does not have it ({status})")
    if status in BUSY:
        wait = _retry_after(response.headers.get("retry-after", ""))
        raise FetchTrouble("media.refused", f"its server is busy ({status})", passing=True, wait=wait)
    if status != 200:
        raise FetchTrouble("media.refused", f"its server does not give it ({status})")
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > MAX_BYTES:
        raise _too_large()


async def _save(response: httpx2.Response, path: Path) -> int:
    """Write the body and give its size: never more than the bound, whatever its length is said to be."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise FetchTrouble("media.not-an-image", "its server sent it in an encoding that was not asked for")
    unpack: Any = None if encoding == "identity" else zlib.decompressobj(wbits=47)  # gzip or zlib, as it comes
    size = 0
    with path.open("wb", buffering=PIECE) as file:
        async for chunk in response.aiter_raw():
            for data in _unpacked(unpack, chunk) if unpack else (chunk,):
                size += len(data)
                if size > MAX_BYTES:
                    raise _too_large()
                file.write(data)
    return size


def _unpacked(unpack: Any, chunk: bytes) -> Iterator[bytes]:  # noqa: ANN401 - zlib names no type
    """What a packed chunk holds, piece by piece: a bomb never stands in memory."""
    while chunk:
        try:
            yield unpack.decompress(chunk, PIECE)
        except zlib.error:
            raise FetchTrouble("media.not-an-image", "its server sent it in a damaged encoding") from None
        chunk = unpack.unconsumed_tail


def _too_large() -> FetchTrouble:
    return FetchTrouble("media.too-large", f"it is larger than {MAX_BYTES // 1024 // 1024} MiB")


def _retry_after(value: str) -> float:
    """Seconds of a ``Retry-After``: a number or a date (RFC 9110 §10.2.3); 0 where it is neither."""
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
