"""Which addresses may be asked, and to which machines a connection may be made.

Before: an address out of a page, or out of a server's redirect; after: why it must not be asked, or nothing. Names are
judged here; what a name resolves to is judged when the connection is made (``client``), with :func:`is_public`.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct

WAYBACK = "web.archive.org"
#: The port of each scheme that is fetched: no other is ever asked.
PORTS = {"http": 80, "https": 443}
#: Characters of an address.
MAX_URL = 8 * 1024
#: How often percent-encoded text may be encoded again; what goes deeper hides something.
DEPTH = 4
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
#: Addresses of IPv6 that carry one of IPv4 in their last 32 bits (RFC 6052 §2.1): what counts is that one.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
#: A host's name, or an address of IPv6 without a zone; and a port. Letters of every script stand in names.
_PLACE = re.compile(r"(?:[\w\-\x80-\U0010ffff]+(?:\.[\w\-\x80-\U0010ffff]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
#: A part of a path that leads up, in every spelling that some server undoes; ``;`` begins what Java ones overlook.
_UP = re.compile(r"(?:^|[/\\])\.\.(?:;[^/\\]*)?(?:[/\\]|$)")
#: Kept for a network's own use, though :mod:`ipaddress` calls them public: the block of protocols (Oracle's metadata
#: are there), the old relays to IPv6, Azure's metadata, what was site-local, and a block for documents.
_CLOSED = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "fec0::/10", "3fff::/20"))
)

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Policy(Struct, frozen=True):
    """What the user and the site's adapter allow."""

    hosts: frozenset[str] = frozenset()
    """In ASCII (:func:`ascii_host`)."""
    any_host: bool = False

    def widened(self, hosts: Iterable[str]) -> Policy:
        """The policy with these hosts too."""
        return Policy(self.hosts | set(hosts), self.any_host)

    def admits(self, url: str) -> bool:
        """Whether the host of ``url``, which nothing else speaks against, is one of those that are asked."""
        if self.any_host:
            return True
        try:
            return ascii_host(urlsplit(url).hostname or "") in self.hosts
        except UnicodeError:
            return False  # what can be no name is none of them

    def refusal(self, url: str) -> str:
        """Why ``url`` must never be asked, whatever hosts are allowed; empty where it may."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return "its address is broken"
        if reason := _malformed(url, parts, host, port):
            return reason
        literal = _literal(host)
        is_here = f".{host}".rstrip(".").endswith(".localhost")  # RFC 6761 §6.3: a proxy would ask itself
        if is_here or (literal and not is_public(literal)):
            return f"{host} is not a public address"
        return ""


def ascii_host(host: str) -> str:
    """A host's name as it is asked for: ``bücher.example`` and ``xn--bcher-kva.example`` are one host.

    Raises:
        UnicodeError: it can be no name.
    """
    if host.isascii():
        return host.lower()
    import idna  # noqa: PLC0415 - for few pages

    return idna.encode(host, uts46=True).decode("ascii")


def origin_of(url: str) -> str:
    """``scheme://host:port`` of an address; empty where it has none."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port or PORTS[parts.scheme]}" if parts.hostname else ""
    except (ValueError, KeyError):
        return ""


def _malformed(url: str, parts: SplitResult, host: str, port: int | None) -> str:
    if parts.scheme not in PORTS:
        return f"{parts.scheme or 'nothing'}: is no scheme that is fetched"
    if _CONTROL.search(url) or not host or len(url) > MAX_URL:
        return "its address is broken"
    if "@" in parts.netloc:
        return "its address carries a name or password"
    if port not in (None, PORTS[parts.scheme]):
        return f"port {port} is never asked"
    if not _PLACE.fullmatch(parts.netloc) or _leads_up(parts.path):
        return "its address is broken"
    return ""


def _leads_up(path: str) -> bool:
    """Whether a path has ``..`` in it, however often it is percent-encoded.

    No picture's address has; below a mirror or the Wayback Machine it would lead to something else of theirs.
    """
    for _ in range(DEPTH):
        path = unquote(path)
    return bool(_UP.search(path)) or unquote(path) != path


def _literal(host: str) -> IPAddress | None:
    """The address that a host is, if it is one in numbers: in any form that a resolver would take for one."""
    host = unicodedata.normalize("NFKC", host).replace("\u3002", ".")  # IDNA has four full stops
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    parts = host.rstrip(".").split(".")
    try:  # 127.1, 0x7f.1, 2130706433 and 017700000001 are 127.0.0.1 to inet_aton
        numbers = [int(part, 8 if re.fullmatch(r"0\d+", part) else 0) for part in parts if part]
        *firsts, last = numbers
        if len(numbers) != len(parts) or len(numbers) > 4 or any(number > 255 for number in firsts):
            return None
        whole = sum(number << (24 - 8 * k) for k, number in enumerate(firsts)) + last
        return ipaddress.IPv4Address(whole)
    except ValueError:
        return None


def is_public(address: IPAddress) -> bool:
    """Whether a machine of the open internet answers there."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
    if any(address in network for network in _CLOSED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
