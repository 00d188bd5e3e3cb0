"""The network, and the only module that imports pycurl.

Before: an address that may be asked. After: its bytes in a file, or a :class:`FetchTrouble` that says why not. A name
is resolved here, what it resolves to is judged, and the connection goes to that very address; when libcurl opens its
socket, the address is judged once more. So nothing that a name server, a redirect or a second look-up says leads into
a private network. Only the user's own mirror and proxy may stand there. No cookie, no password and no address of
another page is ever sent.
"""

from __future__ import annotations

import asyncio
import email.utils
import re
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urljoin, urlsplit

import certifi
import idna
import pycurl
from msgspec import Struct

from threadbound import __version__
from threadbound.media import lookups
from threadbound.media.policy import PORTS, is_public, origin_of
from threadbound.options import Authorities, FetchOptions

USER_AGENT = f"Threadbound/{__version__} (archives saved threads)"
#: Bytes of one picture, enforced while they come.
MAX_BYTES = 64 * 1024 * 1024
#: Bytes of an answer that is no picture: enough to keep the connection, no more.
MAX_EXCUSE = 256 * 1024
#: Bytes that are unpacked, and handed over by libcurl, at a time.
PIECE = 512 * 1024
MAX_REDIRECTS = 5
#: Connections to one host.
PER_HOST = 16
#: Connections that are kept open in all: a page may name thousands of hosts, and a process may open a thousand files.
KEPT = 64
#: Seconds to connect, at most; ``--timeout`` may ask for less.
CONNECT = 10.0
#: The whole of one picture may take so many times as long as a server may be silent.
WHOLE = 4
#: What servers say that a later time may bring (RFC 9110 §15).
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE = frozenset({404, 410})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED = 304
FOR_A_PICTURE = ("Accept: image/*", "Accept-Encoding: identity")
#: What the index keeps of an answer.
KEPT_HEADERS = ("content-type", "content-length", "etag", "last-modified", "date", "server")
#: What may stand in a path and a query as it is; the rest is percent-encoded.
_PLAIN = "/%:@!$&'()*+,;=~-._?"
_STATUS = re.compile(rb"HTTP/[0-9.]+ ([0-9]{3})")


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
    is_same: bool = False
    """What the request named is still the newest: nothing came."""


_BROKEN = ("media.not-allowed", "its address is broken", False)
_DISTRUSTED = (
    "media.unreachable",
    "its server cannot prove who it is: no certificate that is to be trusted (SSL_CERT_FILE names authorities)",
    True,
)
_UNFOUND = ("media.unreachable", "its server is not found", True)
_UNREACHED = ("media.unreachable", "its server cannot be reached", True)
_BROKEN_OFF = ("media.unreachable", "the connection broke off", False)
#: libcurl's errors: the notice's code, what a user is told, and whether the server was not there at all.
TROUBLES = {
    pycurl.E_URL_MALFORMAT: _BROKEN,
    pycurl.E_UNSUPPORTED_PROTOCOL: _BROKEN,
    pycurl.E_COULDNT_RESOLVE_HOST: _UNFOUND,
    pycurl.E_COULDNT_RESOLVE_PROXY: ("media.unreachable", "the proxy is not found", True),
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
        self._multi = pycurl.AsyncCurlMulti()
        self._multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, PER_HOST)
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
            async with asyncio.timeout(self.timeout * WHOLE):
                return await self._download(url, path, hop, headers)
        except TimeoutError:
            reason = f"it took longer than {self.timeout * WHOLE:.0f} seconds"
            raise FetchTrouble("media.timeout", reason, unanswered=True) from None

    async def close(self) -> None:
        """Close every connection."""
        await self._multi.aclose()

    async def _download(self, url: str, path: Path, hop: Callable[[str], str], headers: Sequence[str]) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            url = hop(url)
            with path.open("wb") as file:
                sink = _Sink(file)
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

    async def _ask(self, url: str, sink: _Sink, headers: Sequence[str]) -> None:
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

    async def _transfer(self, curl: pycurl.Curl, sink: _Sink) -> None:
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
            reason = f"{host} is not found: the name server does not answer"
            raise FetchTrouble("media.timeout", reason, passing=True, unanswered=True) from None
        except (OSError, UnicodeError):
            raise FetchTrouble("media.unreachable", f"{host} is not found", passing=True, unanswered=True) from None

    def opened(self, address: tuple[int, int, int, Any], *, is_trusted: bool) -> socket.socket | int:
        """The socket for a connection to ``address`` (family, kind, protocol, place), or a refusal."""
        family, kind, protocol, place = address
        if family not in (socket.AF_INET, socket.AF_INET6) or not (is_trusted or is_public(lookups.numbers(place[0]))):
            return int(pycurl.SOCKET_BAD)
        return lookups.Lent(family, kind, protocol)


class _Sink:
    """Where one answer goes: its head into fields, its body into a file, never more than the bounds."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.status = 0
        self.headers: dict[str, str] = {}
        self.size = 0
        self.trouble: Exception | None = None
        self.has_enough = False
        """The words with which a server says no were cut short."""
        self.last = 0.0
        """When something came."""
        self.clock: Callable[[], float] = float
        self._unpack: Any = None

    def header(self, line: bytes) -> int:
        """Take a line of the head, and give what ``write`` gives. A new status begins a new head, as after 103."""
        self.last = self.clock()
        if status := _STATUS.match(line):
            self.status, self.headers = int(status[1]), {}
        elif b":" in line:
            name, _, value = line.decode("latin-1").partition(":")
            self.headers[name.strip().lower()] = value.strip()
        elif self.status == 200:  # the empty line after the head
            try:
                self._begin()
            except FetchTrouble as trouble:
                self.trouble = trouble
                return 0
        return len(line)

    def write(self, chunk: bytes) -> int:
        """Take a piece of the body; gives how much of it was taken: less than all ends the transfer."""
        self.last = self.clock()
        try:
            if self.status != 200:
                self.size += len(chunk)
                self.has_enough = self.size > MAX_EXCUSE
                return 0 if self.has_enough else len(chunk)
            for data in _unpacked(self._unpack, chunk) if self._unpack else (chunk,):
                self.size += len(data)
                if self.size > MAX_BYTES:
                    raise _too_large()
                self.file.write(data)
        except (FetchTrouble, OSError) as error:
            self.trouble = error
            return 0
        return len(chunk)

    def judge(self) -> None:
        """Whether the answer may hold a picture; raises :class:`FetchTrouble` where it cannot."""
        if self.status in GONE:
            raise FetchTrouble("media.gone", f"its server does not have it ({self.status})")
        if self.status in BUSY:
            wait = _retry_after(self.headers.get("retry-after", ""))
            raise FetchTrouble("media.refused", f"its server is busy ({self.status})", passing=True, wait=wait)
        if self.status != 200:
            raise FetchTrouble("media.refused", f"its server does not give it ({self.status})")

    def _begin(self) -> None:
        length = self.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > MAX_BYTES:
            raise _too_large()
        encoding = self.headers.get("content-encoding", "identity").lower()
        if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
            raise FetchTrouble("media.not-an-image", "its server sent it in an encoding that was not asked for")
        self._unpack = None if encoding == "identity" else zlib.decompressobj(wbits=47)  # gzip or zlib, as it comes


def _spelled(url: str) -> str:
    """The address in ASCII, put together anew from what was judged, so that nothing reads it otherwise.

    Raises:
        FetchTrouble: its host can be no name.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        host = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
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
