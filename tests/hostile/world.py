"""The network of a test of threats, and what came of a run. Loaded with ``runpy.run_path``."""

from __future__ import annotations

import html
import socket
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

#: An address of the open internet: what connects there meets the test's own server.
PUBLIC = "93.184.215.14"
#: Addresses at which no stranger's page may have anything asked.
PRIVATE = {
    "loopback": "127.0.0.1",
    "loopback of IPv6": "::1",
    "any": "0.0.0.0",  # noqa: S104 - refused
    "private": "10.0.0.1",
    "private of IPv6": "fd00::1",
    "carrier": "100.64.0.1",
    "link-local": "169.254.1.1",
    "link-local of IPv6": "fe80::1",
    "site-local of IPv6": "fec0::1",
    "metadata": "169.254.169.254",
    "metadata of Alibaba": "100.100.100.200",
    "metadata of AWS by IPv6": "fd00:ec2::254",
    "metadata of Azure": "168.63.129.16",
    "metadata of Oracle": "192.0.0.192",
    "mapped": "::ffff:10.0.0.1",
    "mapped metadata": "::ffff:169.254.169.254",
    "6to4": "2002:a00:1::",
    "NAT64": "64:ff9b::a00:1",
    "multicast": "224.0.0.1",
    "broadcast": "255.255.255.255",
}
NOTATIONS = (
    *("127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "0x7f000001", "017700000001", "127.0.0.1.", "0", "0x0"),
    *("127\u30020\uff0e0\uff611", "\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.0.0.1", "1\u0662\u0667.0.0.1"),
    *("2852039166", "169.254.43518", "0xa9fea9fe", "localhost", "printer.localhost", "LOCALHOST.", "LocalHost"),
    *("[::]", "[0:0:0:0:0:ffff:7f00:1]", "[::ffff:0:7f00:1]", "[::127.0.0.1]", "[fe80::1%25eth0]", "[fe80::1%eth0]"),
    *("[64:ff9b:1::7f00:1]", "[2001:0:808:808:0:0:f5ff:fffe]", "[ff02::1]", "[::1]", "[::1%25lo]"),
)


class Net:
    """What names resolve to, and what was connected to."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.names: dict[str, list[list[str]]] = {}
        """Name → what it resolves to, at the first look-up, at the second…; the last for ever."""
        self.looked_up: list[str] = []
        self.connected: list[tuple[str, int]] = []

    def resolve(self, host: str) -> list[str]:
        self.looked_up.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    @property
    def elsewhere(self) -> list[tuple[str, int]]:
        """Connections to anything but the open internet's web servers and the test's own."""
        return [place for place in self.connected if place not in {(PUBLIC, 80), self.site.server_address}]


class Bound(NamedTuple):
    """What came of a run."""

    code: int
    notices: list[dict[str, Any]]
    book: Path
    said: str

    @property
    def codes(self) -> set[str]:
        return {notice["code"] for notice in self.notices}

    @property
    def words(self) -> str:
        return " ".join(notice["message"] for notice in self.notices)

    def files(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.book) as book:
            return {name: book.read(name) for name in book.namelist()}

    def pictures(self) -> list[bytes]:
        """The pictures of the book, its cover left out."""
        return [
            data
            for name, data in self.files().items()
            if name.lower().endswith((".png", ".jpg", ".gif", ".webp")) and "cover" not in name
        ]

    def holds(self, secret: bytes) -> bool:
        return any(secret in data for data in self.files().values())


def shown(*references: str) -> str:
    """A post with pictures."""
    return "Look. " + "".join(
        f'<span class="entity-image"><img src="{html.escape(each)}" alt="Image"></span>' for each in references
    )


def bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
